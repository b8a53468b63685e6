"""The option by which somebody answers for what is past and becomes another."""

from __future__ import annotations

from typing import Annotated

import typer

from taper.cli.options.sheets import read_option
from taper.trial.fields import parse_text
from taper.wording.no_values import says_nothing

AcceptPast = Annotated[
    str | None,
    typer.Option(
        "--accept-past",
        metavar="WHO, WHY",
        help="Take it that what is past changes: other days, or what is not said any more.",
    ),
]
_ALLOWED = "who takes it and why, with a comma between: 'J. Doe, entered for another participant'"


def accepted(typed: str | None) -> str | None:
    """Who accepts it, and why; None where nobody does."""
    return None if typed is None else read_option("--accept-past", typed, _who_and_why)


def _who_and_why(typed: object) -> str:
    text = parse_text(typed)
    who, comma, why = text.partition(",")
    if not comma or says_nothing(who) or says_nothing(why):
        raise ValueError(_ALLOWED)
    return text
