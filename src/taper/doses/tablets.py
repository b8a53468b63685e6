"""Which doses a stock of tablets can make, and with which tablets (§7.1).

Every question is answered exactly over the whole set of combinations. A greedy sum is wrong:
40 mg of 25 mg and 20 mg tablets is 2 x 20, never 25 and then nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import combinations, product
from math import ceil, floor, gcd, lcm

from taper.doses.kept import Kept

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
    def counts(self) -> list[tuple[int, int]]:
        """How many of each strength, whichever that is; as ratios, to be compared quickly."""
        return sorted(tablet.count.as_integer_ratio() for tablet in self)


def stock(strengths: Iterable[Strength]) -> Stock:
    """The strengths as a stock, largest first."""
    return _stock(tuple(strengths))


def whole_stock(strengths: Iterable[Fraction]) -> Stock:
    """Whole tablets of these strengths, mg."""
    return stock(Strength(mg) for mg in strengths)


@lru_cache(maxsize=4096)
def _stock(strengths: tuple[Strength, ...]) -> Stock:
    return Stock(sorted(strengths, reverse=True))


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

    def at_most(self, grains: int) -> int:
        return (self.bits(grains) & ((1 << (grains + 1)) - 1)).bit_length() - 1

    def at_least(self, grains: int) -> int:
        # the smallest part alone makes a dose within every stretch of its own length
        higher = self.bits(grains + min(self.parts)) >> grains
        return grains + (higher & -higher).bit_length() - 1


@lru_cache(maxsize=4096)
def _makeable(tablets: Stock) -> _Makeable:
    return _Makeable(tablets)


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


def nearest(dose: Fraction, tablets: Stock) -> Fraction:
    """The makeable dose nearest to `dose`, mg (§6.4.3); a tie goes up, which tapers slower."""
    below, higher = at_most(dose, tablets), at_least(dose, tablets)
    return below if dose - below < higher - dose else higher


def can_make(dose: Fraction, tablets: Stock) -> bool:
    """Whether these tablets make `dose` exactly."""
    return at_most(dose, tablets) == dose


@lru_cache(maxsize=65536)
def combine(dose: Fraction, tablets: Stock) -> Tablets:
    """The tablets of `dose`, chosen among all exact ways in the order of §7.1.

    Fewest strengths with a broken tablet, fewest pieces (a broken part is one piece, three
    quarters too), fewest different strengths, more of the larger strength.
    Raises `ValueError` where the tablets cannot make the dose.
    """
    if not can_make(dose, tablets):
        raise ValueError("a dose that the tablets can make")
    for broken in range(len(tablets) + 1):
        ways = list(_ways_with(broken, dose, tablets))
        if ways:
            counts = min(ways)[-1]
            return Tablets(
                Count(strength.mg, count)
                for strength, count in zip(tablets, counts, strict=True)
                if count
            )
    raise AssertionError("a makeable dose has a combination")


@lru_cache(maxsize=65536)
def combine_each(cycle: Cycle, tablets: Stock) -> tuple[Tablets, ...]:
    """The tablets of each day of a cycle; raises `ValueError` as `combine` does."""
    return tuple(combine(dose, tablets) for dose in cycle)


_Counts = tuple[Fraction, ...]
_Way = tuple[int, int, tuple[Fraction, ...], _Counts]
"""Pieces, different strengths, counts negated (more of the larger first), counts."""


def _ways_with(broken: int, dose: Fraction, tablets: Stock) -> Iterator[_Way]:
    """The best way for each choice of `broken` strengths and of the part that is broken off."""
    splittable = [i for i, strength in enumerate(tablets) if strength.split > 1]
    for chosen in combinations(splittable, broken):
        numerators = [range(1, tablets[i].split) for i in chosen]
        for parts in product(*numerators):
            taken = {i: Fraction(n, tablets[i].split) for i, n in zip(chosen, parts, strict=True)}
            rest = dose - sum(tablets[i].mg * part for i, part in taken.items())
            whole = _whole_tablets(rest, tablets, frozenset(taken)) if rest >= 0 else None
            if whole is not None:
                counts = tuple(taken.get(i, Fraction(0)) + n for i, n in enumerate(whole))
                pieces = sum(whole) + broken
                kinds = sum(1 for count in counts if count)
                yield pieces, kinds, tuple(-count for count in counts), counts


def _whole_tablets(
    dose: Fraction, tablets: Stock, in_use: frozenset[int]
) -> tuple[int, ...] | None:
    """Counts of whole tablets that make `dose`, or None; strengths `in_use` are not new ones."""
    denominator = lcm(dose.denominator, *(strength.mg.denominator for strength in tablets))
    sizes = [int(strength.mg * denominator) for strength in tablets]
    solve = _WholeSearch(sizes, in_use)
    best = solve.best(0, int(dose * denominator))
    return None if best is None else tuple(-count for count in best[2])


_Key = tuple[int, int, tuple[int, ...]]


class _WholeSearch:
    """Fewest tablets, then fewest new strengths, then more of the larger: one strength a level."""

    def __init__(self, sizes: list[int], in_use: frozenset[int]) -> None:
        self.sizes, self.in_use = sizes, in_use
        self._known: dict[tuple[int, int], _Key | None] = {}

    def best(self, i: int, amount: int) -> _Key | None:
        if i == len(self.sizes):
            return (0, 0, ()) if amount == 0 else None
        if (i, amount) not in self._known:
            self._known[i, amount] = min(self._keys(i, amount), default=None)
        return self._known[i, amount]

    def _keys(self, i: int, amount: int) -> Iterator[_Key]:
        fewest: int | None = None
        for count in range(amount // self.sizes[i], -1, -1):
            rest = amount - count * self.sizes[i]
            if fewest is not None and count + self._at_least(i + 1, rest) > fewest:
                return  # fewer of this strength only means more of the smaller ones
            sub = self.best(i + 1, rest)
            if sub is not None:
                pieces = count + sub[0]
                fewest = pieces if fewest is None else min(fewest, pieces)
                yield pieces, (count > 0 and i not in self.in_use) + sub[1], (-count, *sub[2])

    def _at_least(self, i: int, rest: int) -> int:
        """No fewer tablets than this make `rest` of the strengths from `i` on."""
        if rest == 0 or i == len(self.sizes):
            return 0
        return -(-rest // self.sizes[i])


def quantity(counts: Iterable[Fraction]) -> int:
    """Whole tablets for these counts of one strength: summed, rounded up once (§7.2.1)."""
    return quantity_over((count, 1) for count in counts)


def quantity_over(counts_and_days: Iterable[tuple[Fraction, int]]) -> int:
    """Whole tablets to dispense for these counts, each on so many days."""
    parts: dict[int, int] = {}  # halves with halves, quarters with quarters
    for count, days in counts_and_days:
        number, of_a_whole = count.as_integer_ratio()
        parts[of_a_whole] = parts.get(of_a_whole, 0) + number * days
    whole = lcm(*parts)  # a tablet, in the smallest parts of it
    taken = sum(number * whole // of_a_whole for of_a_whole, number in parts.items())
    return -(-taken // whole)
