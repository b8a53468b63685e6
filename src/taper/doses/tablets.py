"""Which doses a stock of tablets can make, and with which tablets (§7.1).

Every question is answered exactly over the whole set of combinations. A greedy sum is wrong:
40 mg of 25 mg and 20 mg tablets is 2 x 20, never 25 and then nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, floor, gcd, lcm

from taper.doses import dose as doses
from taper.doses.kept import Kept
from taper.errors import Refusal

MOST_STEPS = 10_000
"""Into how many steps of what its tablets can make a dose may be divided: 1000 mg by 0.1 mg.

No tablets on any market need more, and each step costs time and memory.
"""

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


class Stock(Kept[Strength]):
    """The tablets of one drug that a participant has, largest first; made by `stock`."""


Cycle = tuple[Fraction, ...]
"""The doses of consecutive days in turn, mg a day, begun again at its end."""


@dataclass(frozen=True, slots=True)
class Count:
    """So many tablets of a strength; `count` may be a half, a quarter or three quarters more."""

    strength_mg: Fraction
    count: Fraction


class Tablets(tuple[Count, ...]):
    """The tablets of one day's dose, largest strength first; empty where no tablet is taken.

    `combine` remembers them, so that what is asked of them is computed once for all plans.
    """

    @cached_property
    def pieces(self) -> int:
        """How many pieces are swallowed; a broken part is one, three quarters too."""
        return sum(ceil(tablet.count) for tablet in self)

    @cached_property
    def is_broken(self) -> bool:
        """Whether a tablet is broken for them."""
        return any(tablet.count.denominator > 1 for tablet in self)

    @cached_property
    def ratios(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """The strength of each, mg, and how many of it: as ratios, to be summed quickly."""
        return [(t.strength_mg.as_integer_ratio(), t.count.as_integer_ratio()) for t in self]

    @cached_property
    def counts(self) -> list[tuple[int, int]]:
        """How many of each strength, whichever that is; as ratios, to be compared quickly."""
        return sorted(tablet.count.as_integer_ratio() for tablet in self)


def stock(strengths: Iterable[Strength]) -> Stock:
    """The strengths as a stock, largest first."""
    return Stock.of(sorted(strengths, reverse=True))


def whole_stock(strengths: Iterable[Fraction]) -> Stock:
    """Whole tablets of these strengths, mg."""
    return stock(Strength(mg) for mg in strengths)


class _Makeable:
    """The doses a stock can make, as bits: bit n is set when n times `grain` can be made."""

    def __init__(self, tablets: Stock) -> None:
        parts = [strength.part for strength in tablets]
        denominator = lcm(*(part.denominator for part in parts))
        whole = [int(part * denominator) for part in parts]
        common = gcd(*whole)
        self.grain = Fraction(common, denominator)
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
        grain = self.grain
        return divmod(dose.numerator * grain.denominator, dose.denominator * grain.numerator)

    def makes(self, dose: Fraction) -> bool:
        """Whether a dose is a whole number of grains that can be made."""
        grains, rest = self.grains(dose)
        return rest == 0 and bool(self.bits(grains) >> grains & 1)

    def at_most(self, grains: int) -> int:
        return (self.bits(grains) & ((1 << (grains + 1)) - 1)).bit_length() - 1

    def at_least(self, grains: int) -> int:
        # the smallest part alone makes a dose within every stretch of its own length
        higher = self.bits(grains + min(self.parts)) >> grains
        return grains + (higher & -higher).bit_length() - 1


@lru_cache(maxsize=4096)
def _makeable(tablets: Stock) -> _Makeable:
    return _Makeable(tablets)


def steps(dose: Fraction, tablets: Stock) -> int:
    """Into how many of the smallest steps between what these tablets can make `dose` is divided."""
    grains, rest = _makeable(tablets).grains(dose)
    return grains + (rest > 0)


def refuse_too_fine(
    who: str, field: str, highest: Fraction, tablets: Stock, most: int = MOST_STEPS
) -> None:
    """Raise `Refusal` where the highest dose asked of these tablets has more steps than `most`."""
    found = steps(highest, tablets)
    if found > most:
        strengths = doses.listed(strength.mg for strength in tablets)
        raise Refusal.of(
            who,
            field,
            f"{strengths} tablets, which divide {doses.text(highest)} mg into {found} steps",
            f"tablets that divide it into at most {most}",
        )


def at_most(dose: Fraction, tablets: Stock) -> Fraction:
    """The largest makeable dose not above `dose`, mg; 0 where there is no smaller one."""
    makeable = _makeable(tablets)
    return makeable.grain * makeable.at_most(floor(dose / makeable.grain))


def at_least(dose: Fraction, tablets: Stock) -> Fraction:
    """The smallest makeable dose not below `dose`, mg."""
    makeable = _makeable(tablets)
    return makeable.grain * makeable.at_least(ceil(dose / makeable.grain))


def above(dose: Fraction, tablets: Stock) -> Fraction:
    """The smallest makeable dose above `dose`, mg."""
    makeable = _makeable(tablets)
    return makeable.grain * makeable.at_least(floor(dose / makeable.grain) + 1)


def below(dose: Fraction, tablets: Stock) -> Fraction:
    """The largest makeable dose below `dose`, which is above 0, mg."""
    makeable = _makeable(tablets)
    return makeable.grain * makeable.at_most(ceil(dose / makeable.grain) - 1)


def nearest(dose: Fraction, tablets: Stock) -> Fraction:
    """The makeable dose nearest to `dose`, mg (§6.4.3); a tie goes up, which tapers slower."""
    below, higher = at_most(dose, tablets), at_least(dose, tablets)
    return below if dose - below < higher - dose else higher


def can_make(dose: Fraction, tablets: Stock) -> bool:
    """Whether these tablets make `dose` exactly."""
    return _makeable(tablets).makes(dose)


@lru_cache(maxsize=65536)
def combine(dose: Fraction, tablets: Stock) -> Tablets:
    """The tablets of `dose`, chosen among all exact ways in the order of §7.1.

    Fewest strengths with a broken tablet, fewest pieces (a broken part is one piece, three
    quarters too), fewest different strengths, more of the larger strength.
    Raises `ValueError` where the tablets cannot make the dose.
    """
    if not can_make(dose, tablets):
        raise ValueError("a dose that the tablets can make")
    counts = _ways(tablets).counts(int(dose / _makeable(tablets).grain))
    return Tablets(
        Count(strength.mg, count) for strength, count in zip(tablets, counts, strict=True) if count
    )


@lru_cache(maxsize=65536)
def combine_each(cycle: Cycle, tablets: Stock) -> tuple[Tablets, ...]:
    """The tablets of each day of a cycle; raises `ValueError` as `combine` does."""
    return tuple(combine(dose, tablets) for dose in cycle)


_STRENGTH, _PIECE, _BROKEN = 1, 1 << 8, 1 << 32
"""What a further strength, piece or broken tablet costs: any one of the last outweighs them all."""
_NO_WAY = 1 << 60


class _Ways:
    """The best way of every dose of a stock, found for all of them at once, in grains.

    `_costs[i][n]` is the least cost of `n` grains made of the strengths from the i-th on.
    """

    def __init__(self, tablets: Stock) -> None:
        parts = _makeable(tablets).parts
        self._strengths = [(part, s.split) for part, s in zip(parts, tablets, strict=True)]
        self._costs: list[array[int]] = [array("q")]

    def counts(self, grains: int) -> Iterator[Fraction]:
        """How many of each strength make so many grains, which can be made."""
        known = self._known_to(grains)
        for (part, split), costs, below in zip(self._strengths, known, known[1:], strict=False):
            parts = next(
                parts
                for parts in range(grains // part, -1, -1)
                if below[grains - parts * part] + _cost(parts, split) == costs[grains]
            )
            grains -= parts * part
            yield Fraction(parts, split)

    def _known_to(self, grains: int) -> list[array[int]]:
        known = self._costs
        if grains >= len(known[0]):
            known = self._up_to(max(grains, min(2 * len(known[0]), MOST_STEPS)))
            self._costs = known  # whole, for another thread may be reading
        return known

    def _up_to(self, grains: int) -> list[array[int]]:
        costs = [array("q", [0] + [_NO_WAY] * grains)]
        for part, split in reversed(self._strengths):
            costs.append(_with_strength(costs[-1], part, split))
        return costs[::-1]


def _cost(parts: int, split: int) -> int:
    """What so many parts of one strength cost."""
    is_broken = parts % split > 0
    return (parts > 0) * _STRENGTH + -(-parts // split) * _PIECE + is_broken * _BROKEN


def _with_strength(below: array[int], part: int, split: int) -> array[int]:
    """The least costs when a further strength may be used; `part` is its smallest, in grains."""
    more = below[:]  # with any number of whole tablets of a strength that is in use already
    for n in range(part * split, len(more)):
        more[n] = min(more[n], more[n - part * split] + _PIECE)
    best = below[:]
    for parts in range(1, split + 1):
        first = _cost(parts, split)
        others = zip(best[parts * part :], more, strict=False)
        best[parts * part :] = array("q", [min(least, n + first) for least, n in others])
    return best


@lru_cache(maxsize=32)  # each may hold a megabyte, and few stocks have steps as fine as that
def _ways(tablets: Stock) -> _Ways:
    return _Ways(tablets)
