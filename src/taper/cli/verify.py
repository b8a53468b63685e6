"""`taper verify`: whether a printed file is unaltered, and whether it is still the plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from taper.cli.options.common import Answer, wants_json
from taper.cli.options.papers import Earlier
from taper.cli.options.planning import Protocol, Regimen, Today, day
from taper.cli.speech import say
from taper.errors import ExitCode
from taper.exports import answers
from taper.operations import verify as verifying
from taper.operations.plan import earlier_plan
from taper.planning.plan import Plan
from taper.record import reading
from taper.record.changes import Replaced
from taper.wording.layout import printable, wrapped

Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder", metavar="DIR", help="The folder of a batch, whose ledger is to know the file."
    ),
]


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf", help="A PDF that taper wrote.")],
    participant: Annotated[
        Path | None,
        typer.Argument(metavar="[PARTICIPANT.yaml]", help="The participant's file as it is now."),
    ] = None,
    protocol: Protocol = None,
    regimen: Regimen = None,
    replaces: Earlier = None,
    folder: Folder = None,
    today: Today = None,
    format: Answer = "table",
) -> None:
    """Say whether a printed file is proved, and whether it is current.

    It is proved where its bytes are made again of what the participant's file gives today, or where
    the ledger of a batch's folder knows them. What nothing proves is compared with the plan that it
    carries, and is unproved or altered. Ends with 0 where the paper was proved and is not known to
    be replaced, with 1 otherwise.
    """
    as_json = wants_json(format)
    found = verifying.verify(
        file,
        participant,
        today=day(today),
        protocol=protocol,
        regimen=regimen,
        replaced=_replaced(replaces),
        folder=folder,
    )
    if as_json:
        say(answers.in_one_line(found.as_dict()))
    else:
        say(printable(wrapped(f"{found.file} is {found.verdict}: {found.why}.")))
        if found.proved is not None:
            say(printable(wrapped(f"Proved: {found.proved.said}.")))
        for addition in found.additions:
            say(printable(wrapped(f"Added: {addition}.")))
    raise typer.Exit(ExitCode.WRITTEN if found.verdict.is_good else ExitCode.REFUSED)


def _replaced(earlier: Path | None) -> Callable[[Plan], Replaced | None]:
    """What a plan replaces, by the earlier one's file; read before anything else is."""
    old = None if earlier is None else earlier_plan(earlier)
    return lambda plan: None if old is None else reading.replaced_by(plan, old)
