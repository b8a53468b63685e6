"""On which terms a pharmacy hands out: how often, how much to spare, which packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from taper.doses import dose


@dataclass(frozen=True, slots=True, order=True)
class Tablet:
    """One strength of one drug, mg: what a pharmacy has on its shelf."""

    drug: str
    strength_mg: Fraction


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack of `tablets` tablets of a strength, of any drug where none is named."""

    strength_mg: Fraction
    tablets: int
    drug: str | None = None

    def holds(self, tablet: Tablet) -> bool:
        """Whether the pack is one of that tablet."""
        return self.strength_mg == tablet.strength_mg and self.drug in (None, tablet.drug)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a pharmacy dispenses.

    At each infusion, or at each of `visits`, or every `every_days` days; with so many spare days
    each time, in packs where a pack is given, half tablets kept for another day or discarded.
    """

    every_days: int | None = None
    visits: tuple[date, ...] = ()
    spare_days: int = 0
    packs: tuple[Pack, ...] = ()
    discard_halves: bool = False

    def pack_of(self, tablet: Tablet) -> Pack | None:
        """The pack that a tablet comes in: one that names the drug before one that does not."""
        fitting = [pack for pack in self.packs if pack.holds(tablet)]
        return max(fitting, key=lambda pack: pack.drug is not None, default=None)


def terms_from(said: Mapping[str, Any]) -> Terms:
    """The terms of what `as_dict` said.

    Raises `KeyError`, `TypeError` or `ValueError` for anything else.
    """
    kind, _, value = said["every"].partition(":")
    return Terms(
        every_days=int(value) if kind == "days" else None,
        visits=tuple(map(date.fromisoformat, value.split(","))) if kind == "visits" else (),
        spare_days=said["spare_days"],
        packs=tuple(
            Pack(dose.exact(pack["strength_mg"]), pack["tablets"], pack["drug"])
            for pack in said["packs"]
        ),
        discard_halves=said["discard_halves"],
    )


def every_of(terms: Terms) -> str:
    """How often is handed out, in the words of the command line."""
    if terms.every_days is not None:
        return f"days:{terms.every_days}"
    if terms.visits:
        return f"visits:{','.join(visit.isoformat() for visit in terms.visits)}"
    return "infusions"
