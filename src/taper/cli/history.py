"""`taper history` and `taper audit`: what a batch's folder has been through, and whether it is so.

Neither writes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.signing import KnownKeys, known
from taper.cli.speech import say, tell
from taper.errors import ExitCode
from taper.exports import answers
from taper.folder import audit as auditing
from taper.folder import told
from taper.folder.told_rows import row_of
from taper.record import ledger
from taper.record.ledger import Entry
from taper.record.runs import Recalled, Run
from taper.wording.layout import printable, table, wrapped

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder that a batch was written to.")
]


def history(
    folder: Folder,
    participant: Annotated[
        str | None, typer.Argument(metavar="ID", help="One participant, with the files.")
    ] = None,
    format: Answer = "table",
) -> None:
    """Show which calendars replaced which, when, and why.

    With --format json: the lines of the ledger, as they are.
    """
    as_json = wants_json(format)
    lines = told.lines(folder, participant)
    if said := told.unfinished(folder):
        tell(said)
    if as_json:
        for line in lines:
            say(ledger.line_of(line).decode().rstrip("\n"))
        return
    say(_revisions([line for line in lines if not isinstance(line, Run)]).rstrip("\n"))
    entries = [line for line in lines if isinstance(line, Entry)]
    if participant is not None:
        say("")
        say("\n".join(_files(entries)))


def _revisions(entries: list[Entry | Recalled]) -> str:
    """A row a line of the ledger; a participant's lines stand together."""
    ordered = sorted(entries, key=lambda entry: entry.participant)  # else in the ledger's order
    rows = []
    for _, of_one in groupby(ordered, key=lambda entry: entry.participant):
        for i, entry in enumerate(of_one):
            who = "" if i else entry.participant
            rows.append(
                [
                    who,
                    str(entry.revision),
                    *row_of(entry),
                ]
            )
    return table(
        ["Participant", "Rev", "Issued", "Plan", "Why"],
        rows,
        right=["Rev"],
        whole=["Rev", "Issued", "Plan"],
    )


def _files(entries: list[Entry]) -> Iterator[str]:
    """Where each revision's files are now."""
    for entry in entries:
        for name in entry.superseded:
            yield wrapped(f"superseded/{name}, until revision {entry.revision}")
    last = entries[-1]
    for name, mark in sorted(last.files.items()):
        yield wrapped(f"{name}, current, made by {mark.engine}")


def audit(folder: Folder, known_key: KnownKeys = None, format: Answer = "table") -> None:
    """Prove that files, manifest and ledger agree, and name what was touched.

    In a folder that was signed, or with --known-key, what no known key signed is named too.
    Ends with 0 where everything agrees, with 1 where anything does not.
    """
    as_json = wants_json(format)
    result = auditing.audit(folder, known(known_key))
    if as_json:
        say(answers.in_one_line(result.as_dict()))
    else:
        for found in result.found:
            say(printable(wrapped(str(found))))
        say(wrapped(result.counted(folder)))
    raise typer.Exit(ExitCode.REFUSED if result.found else ExitCode.WRITTEN)
