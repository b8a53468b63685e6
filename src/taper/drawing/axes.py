"""Axes of doses over time: where a day and a dose stand, which of them are marked, and the line.

Every picture of doses stands on them: a plan's chart, regimens beside each other, and whatever
comes. Places are floats, doses never are: what is written beside an axis is the dose itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import TypeVar

Label = TypeVar("Label")
Number = TypeVar("Number", int, Fraction)

WHOLE_MG = (Fraction(1), Fraction(2), Fraction(5))
"""What round doses begin with: 1, 2, 5, 10, 20 mg and so on."""
FINE_MG = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5))
"""The same with 2.5 and 25 mg, for few marks."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A field of so many days and milligrams between four places, from the top left."""

    left: int
    right: int
    top: int
    bottom: int
    days: int
    mg: Fraction

    def x(self, day: int) -> float:
        """How far from the left a day begins, the first of them being 0."""
        return self.left + (self.right - self.left) * day / self.days

    def y(self, mg: Fraction) -> float:
        """How far from the top a dose is."""
        share = mg.numerator * self.mg.denominator / (mg.denominator * self.mg.numerator)
        return self.bottom - (self.bottom - self.top) * share


def every_mg(
    highest: Fraction, most: int, begins: tuple[Fraction, ...], least: Fraction
) -> Fraction:
    """The smallest round distance, `least` or more, of which `most` reach the highest dose."""
    distances = (ten * begin for ten in _growing(least, 10) for begin in begins)
    return next(each for each in distances if highest <= each * most)


def every_days(last: int, most: int) -> int:
    """The smallest distance of 1, 2, 4, 8 or more weeks of which `most` reach the last day."""
    return next(each for each in _growing(7, 2) if last <= each * most)


def _growing(number: Number, factor: int) -> Iterator[Number]:
    while True:
        yield number
        number *= factor


def marks(top: Fraction, every: Fraction) -> list[Fraction]:
    """From 0 at every distance, not above the top."""
    return [every * i for i in range(int(top / every) + 1)]


def rounded_up(highest: Fraction, every: Fraction) -> Fraction:
    """The mark that a dose lies at or under."""
    return every * ceil(highest / every)


def firsts_of_months(first: date, days: int) -> Iterator[date]:
    """Each day that begins a month."""
    day = first if first.day == 1 else _next_month(first)
    while day < first + timedelta(days=days):
        yield day
        day = _next_month(day)


def _next_month(day: date) -> date:
    """The day that begins it: from any first, 32 days lead into the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def with_room(
    labels: Iterable[tuple[float, float, Label]], gap: float, end: float
) -> Iterator[tuple[float, Label]]:
    """Of labels from left to right, given by place and width, those that do not touch."""
    free = 0.0
    for x, width, label in labels:
        if x >= free and x + width <= end:
            free = x + width + gap
            yield x, label


def stairs(turns: Iterable[tuple[str, str]], end: str = "") -> str:
    """A line that keeps each height until the next begins, and the last one up to `end`."""
    (x, y), *others = turns
    line = f"M{x} {y}" + "".join(f"H{x}V{y}" for x, y in others)
    return f"{line}H{end}" if end else line
