"""The option by which somebody answers for what is past and becomes another."""

from __future__ import annotations

from typing import Annotated

import typer

from taper.cli.options.sheets import read_option
from taper.trial.fields import parse_who_and_why

AcceptPast = Annotated[
    str | None,
    typer.Option(
        "--accept-past",
        metavar="WHO, WHY",
        help="Take it that what is past changes: other days, or what is not said any more.",
    ),
]


def accepted(typed: str | None) -> str | None:
    """Who accepts it, and why; None where nobody does."""
    return None if typed is None else read_option("--accept-past", typed, parse_who_and_why)
