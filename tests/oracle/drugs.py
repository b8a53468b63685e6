"""Equivalents, and what tablets can make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from oracle.reading import Fields, number, refuse, taken_dose

# §3.1.1: mg equivalent to 5 mg prednisone, never derived from a potency ratio.
COMMON = {
    "prednisone": "5",
    "prednisolone": "5",
    "methylprednisolone": "4",
    "triamcinolone": "4",
    "hydrocortisone": "20",
    "cortisone": "25",
    "dexamethasone": "0.75",
}
EQUIVALENCE = {
    "us-label": {**COMMON, "betamethasone": "0.75", "paramethasone": "2"},
    "bnf": {**COMMON, "betamethasone": "0.75", "deflazacort": "6"},
    "axelrod": {**COMMON, "betamethasone": "0.6"},
}


class Tablet(NamedTuple):
    """A tablet; or the smallest volume of a solution, of which a dose is made as of tablets."""

    mg: Fraction
    split: int  # 1 whole only, 2 may be halved, 4 quartered
    ml: Fraction = Fraction(0)  # of a solution, how much the smallest volume is


@dataclass(frozen=True)
class Drug:
    name: str
    mg_for_5: Fraction
    tablets: tuple[Tablet, ...]  # largest first

    # §3.2.1: dose_in_B = dose_in_A × B / A.
    def to_prednisone(self, mg: Fraction) -> Fraction:
        return mg * 5 / self.mg_for_5

    def from_prednisone(self, mg: Fraction) -> Fraction:
        return mg * self.mg_for_5 / 5

    def makeable(self, beyond: Fraction) -> list[Fraction]:
        """What the tablets can make, in order, at least one dose over `beyond` included."""
        limit = math.ceil((beyond + self.tablets[0].mg) / 50) * 50
        return makeable_up_to(self.tablets, limit)

    def can_make(self, mg: Fraction) -> bool:
        return mg in self.makeable(mg)


def read_drug(name: str, strengths: list[Any] | None, protocol: Fields) -> Drug:
    table = EQUIVALENCE[protocol.get("equivalence", "us-label")]
    if name not in table:
        refuse(f"{name} is not in the equivalence table")
    if not strengths:
        refuse("oracle needs strengths")
    tablets = [read_tablet(strength) for strength in strengths]
    if len(tablets) > 1 and any(tablet.ml for tablet in tablets):
        refuse("a solution stands by itself")  # §5.2.9
    if len({tablet.mg for tablet in tablets}) < len(tablets):
        refuse("a strength is repeated")  # §5.2.2
    return Drug(name, Fraction(table[name]), tuple(sorted(tablets, reverse=True)))


def read_tablet(strength: Any) -> Tablet:
    # §5.2.9: "makeable is what `smallest_ml` measures, exactly"
    if isinstance(strength, dict) and "mg_per_ml" in strength:
        ml = number(strength["smallest_ml"])
        return Tablet(number(strength["mg_per_ml"]) * ml, 1, ml)
    # §5.2.2: {mg: 5, split: 2} may be halved, split: 4 quartered, a bare number is whole only.
    if isinstance(strength, dict):
        return Tablet(taken_dose(strength["mg"]), int(str(strength.get("split", 1))))
    return Tablet(taken_dose(strength), 1)


@cache
def makeable_up_to(tablets: tuple[Tablet, ...], limit: int) -> list[Fraction]:
    pieces = [tablet.mg / tablet.split for tablet in tablets]
    found = {Fraction(0)}
    open_ends = [Fraction(0)]
    while open_ends:
        made = open_ends.pop()
        for piece in pieces:
            if made + piece <= limit and made + piece not in found:
                found.add(made + piece)
                open_ends.append(made + piece)
    return sorted(found)


@cache
def best_counts(tablets: tuple[Tablet, ...], mg: Fraction) -> tuple[Fraction, ...] | None:
    """The count of each strength, every possibility tried; None where the dose cannot be made."""
    if not tablets:
        return () if mg == 0 else None
    first, rest = tablets[0], tablets[1:]
    ways = []
    for parts in range(math.floor(mg / first.mg * first.split) + 1):
        count = Fraction(parts, first.split)
        others = best_counts(rest, mg - count * first.mg)
        if others is not None:
            ways.append((count, *others))
    return min(ways, key=tablet_order, default=None)


def tablet_order(counts: tuple[Fraction, ...]) -> tuple[int, int, int, list[Fraction]]:
    # §7.1.2 to §7.1.5: fewest strengths with a broken tablet, fewest pieces (a broken part, three
    # quarters too, is one piece), fewest different strengths, more of the larger strength.
    broken = sum(count.denominator > 1 for count in counts)
    pieces = sum(math.ceil(count) for count in counts)
    different = sum(count > 0 for count in counts)
    return broken, pieces, different, [-count for count in counts]
