"""The options that say which tablets are at hand."""

from __future__ import annotations

from typing import Annotated

import typer

from taper.operations.pharmacy.at_hand import DEFAULT_MARKET

Strengths = Annotated[
    str | None,
    typer.Option(
        metavar="MG[:2|:4],…",
        help="The tablets at hand; 5:2 may be halved, 20:4 quartered. Or a solution, 3/mL:0.5.",
    ),
]
SetsOfStrengths = Annotated[
    list[str] | None,
    typer.Option(
        "--strengths",
        metavar="MG[:2|:4],…",
        help="The tablets at hand, 5:2 may be halved, or a solution, 3/mL:0.5; several times to "
        "compare sets.",
    ),
]
Market = Annotated[
    str | None, typer.Option(metavar="ID", help=f"The market. [default: {DEFAULT_MARKET}]")
]
