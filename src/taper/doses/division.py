"""A day's dose divided over times of the day: each part makeable, as near to its share as can be.

§7.4: of all ways the nearest to the shares, then with the fewest broken tablets, the fewest pieces
and more at the earlier time. Every question is answered exactly, as in `taper.doses.tablets`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain
from typing import Literal, NamedTuple, get_args

from taper.doses.tablets import Count, Cycle, Stock, Tablets, combine, in_grains

Time = Literal["morning", "midday", "afternoon", "evening", "bedtime"]
TIMES: tuple[str, ...] = get_args(Time)
"""The times of a day, in its order."""
MAX_SHARE = 99

Shares = tuple[tuple[str, int], ...]
"""Times of the day in its order, each with its share of the dose."""
IN_THE_MORNING: Shares = (("morning", 1),)
"""What a day that is not divided is, where others are."""


class Part(NamedTuple):
    """What is taken at one time of a day: its dose, mg, and the tablets of it."""

    time: str
    dose_mg: Fraction
    tablets: Tablets


class Divided(Tablets):
    """The tablets of a day whose dose is divided: those of all its times together.

    `parts` are the times in the order of the day; made by `divide`.
    """

    parts: tuple[Part, ...]

    @property
    def takings(self) -> tuple[Tablets, ...]:
        """The tablets of each time: a tablet broken at one is not the one broken at another."""
        return tuple(part.tablets for part in self.parts)

    @cached_property
    def pieces(self) -> int:
        """How many pieces are swallowed in the day: those of all times."""
        return sum(taken.pieces for taken in self.takings)

    @cached_property
    def is_broken(self) -> bool:
        """Whether a tablet is broken at any time."""
        return any(taken.is_broken for taken in self.takings)

    def __eq__(self, other: object) -> bool:
        """The same at the same times."""
        return isinstance(other, Divided) and self.parts == other.parts

    def __ne__(self, other: object) -> bool:
        """A tuple has an answer of its own."""
        return not self == other

    def __hash__(self) -> int:
        return hash(self.parts)


def shares_of(times: Mapping[str, int | None]) -> Shares:
    """The shares of the times that have one, in the order of the day."""
    found = ((time, times.get(time)) for time in TIMES)
    return tuple((time, share) for time, share in found if share is not None)


def together(parts: Iterable[Part]) -> Divided:
    """The tablets of all times as those of one day, the largest strength first."""
    parts = tuple(parts)
    counts: dict[tuple[Fraction, bool], Fraction] = {}
    for taken in chain.from_iterable(part.tablets for part in parts):
        of = taken.strength_mg, taken.in_ml
        counts[of] = counts.get(of, Fraction(0)) + taken.count
    ordered = sorted(counts, reverse=True)
    made = Divided(Count(mg, counts[mg, in_ml], in_ml) for mg, in_ml in ordered)
    made.parts = parts
    return made


@lru_cache(maxsize=65536)
def divide(dose: Fraction, tablets: Stock, shares: Shares) -> Tablets:
    """The tablets of `dose` at each time; of a day without a dose there are none.

    Raises `ValueError` where the tablets cannot make the dose.
    """
    whole = combine(dose, tablets)
    if not dose:
        return whole
    best = _Search(tablets, shares, dose).best()
    return together(
        Part(time, mg, combine(mg, tablets)) for (time, _), mg in zip(shares, best, strict=True)
    )


@lru_cache(maxsize=65536)
def divide_each(cycle: Cycle, tablets: Stock, shares: Shares) -> tuple[Tablets, ...]:
    """The same of each day of a cycle."""
    return tuple(divide(dose, tablets, shares) for dose in cycle)


def parts_of(tablets: Tablets) -> tuple[Part, ...]:
    """What is taken at each time of a day; nothing where it is not divided."""
    return tablets.parts if isinstance(tablets, Divided) else ()


def times_of(cycle: Iterable[Tablets]) -> tuple[str, ...]:
    """The times of the days of a cycle, which all have the same but for days without a dose."""
    return next((tuple(p.time for p in d.parts) for d in cycle if isinstance(d, Divided)), ())


_Cost = tuple[int, int, int]
"""How far from the shares, how many broken tablets, how many pieces: less is better in turn."""
_Best = dict[int, tuple[_Cost, int]]
"""For so many grains that are left for some times: the least cost, and what the first takes."""


class _Search:
    """The best way of one dose, in grains: found among the doses that lie near the shares.

    A way that is nearest has no part farther from its share than all of its parts together. So
    parts within a distance are looked through, and within twice of it as long as no way is found
    that is as near as that.
    """

    def __init__(self, tablets: Stock, shares: Shares, dose: Fraction) -> None:
        self._tablets = tablets
        self._grain, _ = in_grains(0, tablets)
        self._grains = int(dose / self._grain)
        _, self._can = in_grains(self._grains, tablets)
        self._all = sum(share for _, share in shares)
        self._wanted = [share * self._grains for _, share in shares]

    def best(self) -> list[Fraction]:
        """The dose of each time, mg."""
        within = 1
        while True:
            found = self._found(within)
            cost = found[0].get(self._grains)
            if cost is not None and cost[0][0] <= within * self._all:
                return [grains * self._grain for grains in self._chosen(found)]
            within *= 2

    def _chosen(self, found: list[_Best]) -> Iterator[int]:
        left = self._grains
        for best in found[:-1]:
            taken = best[left][1]
            yield taken
            left -= taken

    def _found(self, within: int) -> list[_Best]:
        """For each time and those after it, the best of every number of grains left for them."""
        found: list[_Best] = [{0: ((0, 0, 0), 0)}]
        for wanted in reversed(self._wanted):
            found.append(self._with_time(wanted, within, found[-1]))
        return found[::-1]

    def _with_time(self, wanted: int, within: int, later: _Best) -> _Best:
        best: _Best = {}
        middle = wanted // self._all
        least, most = max(middle - within, 0), min(middle + 1 + within, self._grains)
        for grains in range(least, most + 1):  # more comes last: it wins a tie
            if not self._can >> grains & 1:
                continue
            off, broken, pieces = self._cost(grains, wanted)
            for left, ((far, more_broken, more_pieces), _) in later.items():
                cost = (off + far, broken + more_broken, pieces + more_pieces)
                known = best.get(grains + left)
                if grains + left <= self._grains and (known is None or cost <= known[0]):
                    best[grains + left] = cost, grains
        return best

    def _cost(self, grains: int, wanted: int) -> _Cost:
        taken = combine(grains * self._grain, self._tablets)
        broken = sum(each.count.denominator > 1 for each in taken if not each.in_ml)
        return abs(grains * self._all - wanted), broken, taken.pieces
