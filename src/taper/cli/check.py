"""`taper check` and `taper schema`: files looked at before anybody plans by them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taper.cli.speech import put, say, tell
from taper.errors import ExitCode, UsageError
from taper.operations.totals import recomputed
from taper.sources import checking
from taper.sources.checking import Checked, Subject
from taper.sources.schema import published
from taper.wording.layout import printable
from taper.wording.quoting import one_of, quoted


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Files, or folders with files and folders in them."),
    ],
) -> None:
    """Check protocol, regimen and participant files.

    Every problem of every file is told, with its line; the totals of a regimen's sheet are added
    up again. A line is printed for each file in order; problems end in exit code 1.
    """
    wrong = 0
    for checked in map(recomputed, checking.check(paths)):
        wrong += bool(checked.problems)
        _report(checked)
    if wrong:
        raise typer.Exit(ExitCode.REFUSED)


def _report(checked: Checked) -> None:
    for problem in checked.problems:
        tell(str(problem))
    if not checked.problems:
        remark = f", {checked.remark}" if checked.remark else ""
        say(printable(f"{checked.path}: a {checked.subject} in order{remark}"))


def schema(
    subject: Annotated[
        str, typer.Argument(metavar="|".join(Subject), help="The kind of file it is for.")
    ],
) -> None:
    """Print the JSON Schema of a kind of file.

    By it an editor completes and checks the file while it is written.
    """
    if subject not in set(Subject):
        raise UsageError(f"The kind is {quoted(subject)}; allowed: {one_of(Subject)}.")
    put(published(Subject(subject)).encode())
