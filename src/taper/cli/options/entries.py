"""The options of commands that change a participant's file."""

from __future__ import annotations

from typing import Annotated

import typer

Prints = Annotated[
    bool, typer.Option("--print", help="Print what says something else now, as PDF.")
]
Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        help="Do not ask of doses that rise or fall much, unlikely weights, a target after the "
        "window or past days.",
    ),
]
