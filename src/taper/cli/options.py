"""Options that several commands share, and the only clock of the program."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper.app import Format
from taper.errors import UsageError
from taper.scalars import parse_date

Today = Annotated[
    str | None,
    typer.Option(
        "--today",
        metavar="YYYY-MM-DD",
        help="Plan as of this day, the only clock there is. [default: the computer's date]",
        show_default=False,
    ),
]
Formats = Annotated[
    list[Format] | None,
    typer.Option("--format", help="What to write; may be given several times."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="The folder to write to, made where it is missing."),
]


def day(today: str | None) -> date:
    """The day that --today names. Nothing else in taper asks the computer for the date."""
    if today is None:
        return date.today()  # noqa: DTZ011 - the date where the user is, and here only
    try:
        return parse_date(today)
    except ValueError as allowed:
        raise UsageError(f"--today is {today}; allowed: {allowed}.") from allowed
