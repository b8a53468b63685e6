"""The options by which participants are planned, and the only clock of the program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper.cli.speech import refuse, tell
from taper.errors import ExitCode, UsageError
from taper.operations.plans import several
from taper.operations.plans.several import PlannedFile
from taper.trial.fields import parse_date
from taper.wording.quoting import shown

Today = Annotated[
    str | None,
    typer.Option(
        "--today",
        metavar="DATE",
        help="Plan as of this day, the only clock there is. [default: the computer's date]",
        show_default=False,
    ),
]
Protocol = Annotated[
    str | None,
    typer.Option(metavar="ID|FILE", help="Plan by this protocol instead of the one in the file."),
]
Regimen = Annotated[
    str | None,
    typer.Option(
        "--regimen",
        metavar="ID|FILE",
        help="Taper by this regimen, or this sheet of one, where the protocol prescribes none.",
    ),
]
Paths = Annotated[
    list[Path],
    typer.Argument(metavar="FILE|DIR", help="Participants' files, or folders of them."),
]


def day(today: str | None) -> date:
    """The day that --today names. Nothing else in taper asks the computer for the date."""
    if today is None:
        return date.today()  # noqa: DTZ011 - the date where the user is, and here only
    try:
        return parse_date(today)
    except ValueError as allowed:
        raise UsageError(f"--today is {shown(today)}; allowed: {allowed}.") from allowed


def plans_of(
    paths: Sequence[Path], *, today: str | None, protocol: str | None, regimen: str | None
) -> tuple[list[PlannedFile], ExitCode]:
    """The plans of files and folders, the refused ones told, and the exit code so far."""
    planned, refused = several.plans(
        paths, today=day(today), protocol=protocol, regimen=regimen, remark=tell
    )
    for ground in refused:
        refuse(str(ground))
    return planned, ExitCode.SOME_REFUSED if refused else ExitCode.WRITTEN
