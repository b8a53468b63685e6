"""Which doses a stock of tablets can make, and with which tablets (§7.1).

Every question is answered exactly over the whole set of combinations. A greedy sum is wrong:
40 mg of 25 mg and 20 mg tablets is 2 x 20, never 25 and then nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, gcd, lcm
from operator import attrgetter

from taper.doses import dose as doses
from taper.doses.kept import Kept
from taper.doses.solutions import Solution
from taper.doses.ways import MOST_STEPS, Ways
from taper.errors import Refusal

MAX_STRENGTHS = 10
"""How many strengths of a drug somebody may have."""


@dataclass(frozen=True, slots=True, order=True)
class Strength:
    """A tablet of `mg` that may be broken into `split` equal parts (1: whole only)."""

    mg: Fraction
    split: int = 1

    @property
    def part(self) -> Fraction:
        """The smallest piece of this tablet, mg."""
        return self.mg / self.split


class Stock(Kept[Strength | Solution]):
    """The tablets of one drug that a participant has, largest first; or one solution of it.

    `stock` makes it.
    """

    @cached_property
    def solution(self) -> Solution | None:
        """The solution that is taken in place of tablets, where one is."""
        (first, *_) = self
        return first if isinstance(first, Solution) else None

    @property
    def tablets(self) -> tuple[Strength, ...]:
        """The tablets, where it is no solution."""
        return tuple(each for each in self if isinstance(each, Strength))

    @cached_property
    def makeable(self) -> Makeable:
        """The doses that they make; asked many times for every plan."""
        return Makeable(self)


Cycle = tuple[Fraction, ...]
"""The doses of consecutive days in turn, mg a day, begun again at its end."""


@dataclass(frozen=True, slots=True)
class Count:
    """So many tablets of a strength; `count` may be a half, a quarter or three quarters more.

    Where it is `in_ml`, so many mL of a solution with `strength_mg` in each mL.
    """

    strength_mg: Fraction
    count: Fraction
    in_ml: bool = False

    @property
    def mg(self) -> Fraction:
        """What is in them, mg."""
        return self.strength_mg * self.count

    @property
    def kind(self) -> Kind:
        """What they are of, in integers."""
        return (*self.strength_mg.as_integer_ratio(), self.in_ml)


Kind = tuple[int, int, bool]
"""A strength, mg, as a ratio, and whether it is that of a solution: hashed far sooner."""


class Tablets(tuple[Count, ...]):
    """The tablets of one day's dose, largest strength first; empty where no tablet is taken.

    Of a solution it is one volume.

    `combine` remembers them, so that what is asked of them is computed once for all plans.
    """

    @property
    def takings(self) -> tuple[Tablets, ...]:
        """What is taken at one go: all of it, unless the day is divided."""
        return (self,)

    @cached_property
    def pieces(self) -> int:
        """How many pieces are swallowed; a broken part is one, three quarters too."""
        return sum(ceil(tablet.count) for tablet in self if not tablet.in_ml)

    @cached_property
    def is_broken(self) -> bool:
        """Whether a tablet is broken for them."""
        return any(tablet.count.denominator > 1 for tablet in self if not tablet.in_ml)

    @cached_property
    def in_ml(self) -> bool:
        """Whether it is a volume of a solution."""
        return any(taken.in_ml for taken in self)

    @cached_property
    def ratios(self) -> list[tuple[Kind, tuple[int, int]]]:
        """The strength of each, mg, and how many of it: as ratios, to be summed quickly."""
        return [(t.kind, t.count.as_integer_ratio()) for t in self]

    @cached_property
    def kinds(self) -> list[Kind]:
        """What each is of, the largest strength first."""
        return [kind for kind, _ in self.ratios]

    @cached_property
    def counts(self) -> list[tuple[int, int]]:
        """How many of each strength, whichever that is; as ratios, to be compared quickly."""
        return sorted(tablet.count.as_integer_ratio() for tablet in self)


def stock(strengths: Iterable[Strength | Solution]) -> Stock:
    """The strengths as a stock, largest first; a solution is by itself."""
    return Stock.of(sorted(strengths, key=attrgetter("mg"), reverse=True))


def whole_stock(strengths: Iterable[Fraction]) -> Stock:
    """Whole tablets of these strengths, mg."""
    return stock(Strength(mg) for mg in strengths)


class Makeable:
    """The doses a stock can make, as bits: bit n is set when n times `grain` can be made."""

    def __init__(self, tablets: Stock) -> None:
        parts = [strength.part for strength in tablets]
        denominator = lcm(*(part.denominator for part in parts))
        whole = [int(part * denominator) for part in parts]
        common = gcd(*whole)
        self.grain = Fraction(common, denominator)
        self._grain = self.grain.as_integer_ratio()
        self.parts = [part // common for part in whole]
        self._known = (1, 1)

    def bits(self, size: int) -> int:
        """The bits 0 to at least `size`."""
        known, bits = self._known  # together, for another thread may be just about to know more
        if size < known:
            return bits
        known, bits = max(size + 1, 2 * known), 1
        mask = (1 << known) - 1
        for part in self.parts:
            shift = part
            while shift < known:  # doubling: 1, 2, 4 … parts, so every count
                bits |= (bits << shift) & mask
                shift *= 2
        self._known = (known, bits)
        return bits

    def grains(self, dose: Fraction) -> tuple[int, int]:
        """How many grains a dose has, and what is left over: in integers, for every plan asks."""
        numerator, denominator = dose.as_integer_ratio()
        grain, of_a_mg = self._grain
        return divmod(numerator * of_a_mg, denominator * grain)

    def makes(self, dose: Fraction) -> bool:
        """Whether a dose is a whole number of grains that can be made."""
        grains, rest = self.grains(dose)
        return rest == 0 and bool(self.bits(grains) >> grains & 1)

    def mg(self, grains: int, asked: Fraction) -> Fraction:
        """So many grains; what was asked for itself where it is as much, as most often it is."""
        return asked if self.grains(asked) == (grains, 0) else self.grain * grains

    def at_most(self, grains: int) -> int:
        """The most grains up to so many that can be made."""
        return (self.bits(grains) & ((1 << (grains + 1)) - 1)).bit_length() - 1

    def at_least(self, grains: int) -> int:
        """The fewest grains from so many on that can be made."""
        # the smallest part alone makes a dose within every stretch of its own length
        higher = self.bits(grains + min(self.parts)) >> grains
        return grains + (higher & -higher).bit_length() - 1


def steps(dose: Fraction, tablets: Stock) -> int:
    """Into how many of the smallest steps between what these tablets can make `dose` is divided."""
    grains, rest = tablets.makeable.grains(dose)
    return grains + (rest > 0)


def refuse_too_fine(
    who: str, field: str, highest: Fraction, tablets: Stock, most: int = MOST_STEPS
) -> None:
    """Raise `Refusal` where the highest dose asked of these tablets has more steps than `most`."""
    found = steps(highest, tablets)
    if found > most:
        raise Refusal.of(
            who,
            field,
            f"{as_read(tablets)}, which divide {doses.text(highest)} mg into {found} steps",
            f"tablets that divide it into at most {most}",
        )


def as_read(tablets: Stock) -> str:
    """The tablets of a stock for a refusal: `5 and 1 mg tablets`, or the steps of a solution."""
    if tablets.solution is None:
        return f"{doses.listed(strength.mg for strength in tablets)} tablets"
    ml = doses.text(tablets.solution.smallest_ml)
    return f"steps of {ml} mL of a solution of {doses.text(tablets.solution.mg)} mg per mL"


def at_most(dose: Fraction, tablets: Stock) -> Fraction:
    """The largest makeable dose not above `dose`, mg; 0 where there is no smaller one."""
    makeable = tablets.makeable
    return makeable.mg(makeable.at_most(makeable.grains(dose)[0]), dose)


def at_least(dose: Fraction, tablets: Stock) -> Fraction:
    """The smallest makeable dose not below `dose`, mg."""
    makeable = tablets.makeable
    return makeable.mg(makeable.at_least(steps(dose, tablets)), dose)


def above(dose: Fraction, tablets: Stock) -> Fraction:
    """The smallest makeable dose above `dose`, mg."""
    makeable = tablets.makeable
    return makeable.grain * makeable.at_least(makeable.grains(dose)[0] + 1)


def below(dose: Fraction, tablets: Stock) -> Fraction:
    """The largest makeable dose below `dose`, which is above 0, mg."""
    makeable = tablets.makeable
    return makeable.grain * makeable.at_most(steps(dose, tablets) - 1)


def nearest(dose: Fraction, tablets: Stock) -> Fraction:
    """The makeable dose nearest to `dose`, mg (§6.4.3); a tie goes up, which tapers slower."""
    below, higher = at_most(dose, tablets), at_least(dose, tablets)
    return below if dose - below < higher - dose else higher


def in_grains(most: int, tablets: Stock) -> tuple[Fraction, int]:
    """The step between what can be made, mg, and bits: the n-th is set where n of it are a dose."""
    return tablets.makeable.grain, tablets.makeable.bits(most)


def can_make(dose: Fraction, tablets: Stock) -> bool:
    """Whether these tablets make `dose` exactly."""
    return tablets.makeable.makes(dose)


@lru_cache(maxsize=65536)
def combine(dose: Fraction, tablets: Stock) -> Tablets:
    """The tablets of `dose`, chosen among all exact ways in the order of §7.1.

    Fewest strengths with a broken tablet, fewest pieces (a broken part is one piece, three
    quarters too), fewest different strengths, more of the larger strength.
    Raises `ValueError` where the tablets cannot make the dose.
    """
    if not can_make(dose, tablets):
        raise ValueError("a dose that the tablets can make")
    if tablets.solution is not None:
        mg = tablets.solution.mg
        return Tablets([Count(mg, dose / mg, in_ml=True)] if dose else [])
    counts = _ways(tablets).counts(int(dose / tablets.makeable.grain))
    return Tablets(
        Count(strength.mg, count) for strength, count in zip(tablets, counts, strict=True) if count
    )


@lru_cache(maxsize=65536)
def combine_each(cycle: Cycle, tablets: Stock) -> tuple[Tablets, ...]:
    """The tablets of each day of a cycle; raises `ValueError` as `combine` does."""
    return tuple(combine(dose, tablets) for dose in cycle)


@lru_cache(maxsize=32)  # each may hold a megabyte, and few stocks have steps as fine as that
def _ways(tablets: Stock) -> Ways:
    parts = tablets.makeable.parts
    return Ways([(part, each.split) for part, each in zip(parts, tablets.tablets, strict=True)])
