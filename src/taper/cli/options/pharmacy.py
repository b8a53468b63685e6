"""The options that say how a pharmacy hands out tablets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from taper.cli.speech import tell
from taper.operations.pharmacy.handing_out import unneeded
from taper.pharmacy.terms import Terms
from taper.planning.plan import Part, Planned

Dispense = Annotated[
    str | None,
    typer.Option(
        "--dispense",
        metavar="infusions|visits|days:N|visits:DATE,…",
        help="Hand out tablets at each infusion or visit, every N days, or at these dates.",
    ),
]
SpareDays = Annotated[
    str | None,
    typer.Option(metavar="N", help="Hand out tablets for so many more days each time."),
]
Packs = Annotated[
    str | None,
    typer.Option(
        metavar="MG:TABLETS,…",
        help="Hand out whole packs: 5:30 is 30 tablets of 5 mg, cortisone:5:30 of that drug only.",
    ),
]
AtHomeTyped = Annotated[
    str | None,
    typer.Option(
        "--at-home",
        metavar="MG:TABLETS,…",
        help="Use up what is at home today first: 5:30,1:12 are 30 of 5 mg and 12 of 1 mg.",
    ),
]
Former = Annotated[
    Path | None,
    typer.Option(
        "--replaces",
        metavar="OLD_PLAN.json",
        help="The plan by which tablets were handed out before: what comes back counts from it.",
    ),
]
DiscardHalves = Annotated[
    bool,
    typer.Option("--discard-halves", help="The rest of a broken tablet is not kept."),
]


def tell_what_is_unused(terms: Terms, plans: Sequence[Planned], parts: Sequence[Part] = ()) -> None:
    """A pack or a visit that concerns none of the plans is likely to be a slip."""
    for said in unneeded(terms, plans, parts):
        tell(said)
