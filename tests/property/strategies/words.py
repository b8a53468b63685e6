"""What several of the strategies draw from, and by what all of them choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

Fields = dict[str, Any]
Case = tuple[Fields, Fields, dt.date]
Thing = TypeVar("Thing")


class Chance:
    """Choices one after another, of a source that Hypothesis plays back and makes smaller.

    A strategy for each choice would say the same, at ten times the cost of planning the case.
    """

    def __init__(self, random: Random) -> None:
        self.random = random

    def whole(self, least: int, most: int) -> int:
        """A whole number, both ends allowed."""
        return self.random.randint(least, most)

    def one_in(self, many: int) -> bool:
        """True once in so many times."""
        return self.whole(1, many) == many

    def half(self) -> bool:
        return self.one_in(2)

    def one_of(self, things: Sequence[Thing]) -> Thing:
        return things[self.whole(0, len(things) - 1)]

    def some_of(self, things: Sequence[Thing], least: int, most: int) -> list[Thing]:
        """Some of the things, each once at most, in any order."""
        left = list(things)
        wanted = self.whole(least, min(most, len(left)))
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(wanted)]

    def in_any_order(self, things: Sequence[Thing]) -> list[Thing]:
        return self.some_of(things, len(things), len(things))
