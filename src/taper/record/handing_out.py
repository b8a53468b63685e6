"""On which terms a pharmacy hands out, as a ledger and a paper hold it: plain data. Pure.

`taper.pharmacy.terms` makes them of what is typed, and counts by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, with_config
from typing_extensions import TypedDict

from taper.record.strict import CLOSED, FewEntries, Mg, Word
from taper.trial.fields import MAX_DAYS

MOST_IN_A_PACK = 10_000

_Whole = Annotated[int, Field(ge=1, le=MOST_IN_A_PACK)]


@with_config(CLOSED)
class KeptPack(TypedDict):
    """So many tablets of a strength, of any drug where none is named."""

    drug: Word | None
    strength_mg: Mg
    tablets: _Whole


@with_config(CLOSED)
class KeptBottle(TypedDict):
    """So many mL of a solution."""

    drug: Word | None
    mg_per_ml: Mg
    ml: _Whole


@with_config(CLOSED)
class KeptTerms(TypedDict):
    """How often, how many days to spare, in which packs, and what becomes of halves."""

    every: Annotated[str, Field(max_length=2_000, pattern=r"^[a-z]+(:[0-9,-]+)?\z")]
    spare_days: Annotated[int, Field(ge=0, le=MAX_DAYS)]
    discard_halves: bool
    packs: Annotated[list[KeptPack | KeptBottle], FewEntries]


def in_words(terms: Mapping[str, Any] | None) -> str:
    """The terms in a few words, `visits, 3 spare days, packs of 5:30`; none are `not said`."""
    if terms is None:
        return "not said"
    packs = ",".join(map(_pack, terms["packs"]))
    said = [
        terms["every"],
        _spare(terms["spare_days"]),
        f"packs of {packs}" if packs else "",
        "halves discarded" if terms["discard_halves"] else "",
    ]
    return ", ".join(each for each in said if each)


def _spare(days: int) -> str:
    return f"{days} spare day{'s' * (days > 1)}" if days else ""


def _pack(pack: Mapping[str, Any]) -> str:
    """As it is typed: `5:30`, `cortisone:5:30`, `3/mL:240`."""
    of = f"{pack['mg_per_ml']}/mL:{pack['ml']}" if "ml" in pack else _tablets(pack)
    return f"{pack['drug']}:{of}" if pack["drug"] else of


def _tablets(pack: Mapping[str, Any]) -> str:
    return f"{pack['strength_mg']}:{pack['tablets']}"
