"""Doses of consecutive days in turn: where a cycle stands on a day, and what it amounts to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache

from taper.doses.kept import Kept
from taper.doses.tablets import Cycle


class Week(Kept[Fraction]):
    """A cycle tied to the calendar: the doses of Monday to Sunday, whatever came before (§4.12.4).

    It is no other cycle of the same doses, which would begin on its own first day.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Week) and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = Kept.__hash__


def constant(mg: Fraction) -> Cycle:
    """One dose for every day."""
    return _constant(*mg.as_integer_ratio())


@lru_cache(maxsize=4096)
def _constant(numerator: int, denominator: int) -> Cycle:
    """Remembered by integers: to hash a fraction costs more than the rest."""
    return Kept.of((Fraction(numerator, denominator),))


@lru_cache(maxsize=4096)
def as_meant(cycle: Cycle) -> tuple[Cycle, ...]:
    """The ideal doses of a cycle that is printed as it was meant: itself, alone."""
    return Kept.of((cycle,))


def of_kind(cycle: Cycle, doses: Iterable[Fraction]) -> Cycle:
    """These doses as the kind of cycle that the other is."""
    return Week.of(doses) if isinstance(cycle, Week) else Kept.of(doses)


def shortest(cycle: Cycle) -> Cycle:
    """The cycle without repetition: two equal days in turn are one dose, and so are seven."""
    for length in range(1, len(cycle)):
        if len(cycle) % length == 0 and tuple(cycle) == cycle[:length] * (len(cycle) // length):
            return Kept.of(cycle[:length])
    return cycle


def from_day(cycle: Cycle, day: date, served: int) -> Cycle:
    """The doses from `day` on, when so many of its days have been before."""
    if isinstance(cycle, Week):
        return _turned(tuple(cycle), day.weekday())
    return _turned(cycle, served % len(cycle))


def _turned(cycle: Cycle, begins: int) -> Cycle:
    return (*cycle[begins:], *cycle[:begins]) if begins else cycle


def after(cycle: Cycle, served: int) -> Cycle:
    """The same without a date: a week stays one, another cycle begins where it stands."""
    return cycle if isinstance(cycle, Week) else _turned(cycle, served % len(cycle))
