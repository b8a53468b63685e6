"""How much of a tablet or a solution some days need, and in how many packs (§7.2, §7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil

from taper.doses.quantities import quantity
from taper.pharmacy.terms import Pack, Tablet, Terms
from taper.planning.plan import Plan


def tablets_of(plan: Plan) -> list[Tablet]:
    """What a plan takes, by drug in the order taken, the largest strength first."""
    return [Tablet(each.drug, each.strength_mg, each.in_ml) for each in plan.quantities]


def in_packs(amount: int | Fraction, pack: Pack | None) -> tuple[int | None, int | Fraction]:
    """How many whole packs, or bottles, hold so many tablets, or mL, and what is in them (§7.3.2).

    Without a pack it is handed out loose.
    """
    if pack is None:
        return None, amount
    packs = ceil(Fraction(amount) / pack.tablets)
    return packs, packs * pack.tablets


def used_of(tablet: Tablet, counts: Sequence[Fraction], terms: Terms) -> Fraction:
    """What these days use up: with a discarded half a whole tablet, of a solution what is taken."""
    discards = terms.discard_halves and not tablet.in_ml
    return Fraction(sum(map(ceil, counts))) if discards else sum(counts, Fraction(0))


def needed_of(tablet: Tablet, counts: Iterable[Fraction], terms: Terms) -> int | Fraction:
    """Whole tablets for a strength's daily counts; of a solution the mL that are taken (§7.3.2)."""
    if tablet.in_ml:
        return sum(counts, Fraction(0))
    return whole_tablets(counts, discard_halves=terms.discard_halves)


def whole_tablets(counts: Iterable[Fraction], *, discard_halves: bool) -> int:
    """Whole tablets for a strength's daily counts.

    Kept halves are used up on other days, so the sum is rounded up once; where they are
    discarded, each broken tablet counts as a whole one on its own day.
    """
    return sum(map(ceil, counts)) if discard_halves else quantity(counts)
