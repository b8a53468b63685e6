"""The best way of every dose of a stock, found for all of them at once, in grains (§7.1)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from fractions import Fraction

MOST_STEPS = 10_000
"""Into how many steps of what its tablets can make a dose may be divided: 1000 mg by 0.1 mg.

No tablets on any market need more, and each step costs time and memory.
"""

_STRENGTH, _PIECE, _BROKEN = 1, 1 << 8, 1 << 32
"""What a further strength, piece or broken tablet costs: any one of the last outweighs them all."""
_NO_WAY = 1 << 60


class Ways:
    """The best way of every dose of a stock, found for all of them at once, in grains.

    `_costs[i][n]` is the least cost of `n` grains made of the strengths from the i-th on.
    """

    def __init__(self, strengths: list[tuple[int, int]]) -> None:
        self._strengths = strengths
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
