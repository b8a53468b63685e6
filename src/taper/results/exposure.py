"""Exposure as statisticians sum it up: intervals of one daily dose, and what they come to. Pure.

The words are those of the open package admiral for its ADEX: DURD, DOSE, TDURD, TDOSE, AVDDSE.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import dropwhile

from taper.results.series import Series, runs


@dataclass(frozen=True, slots=True)
class Interval:
    """Days of one dose, mg a day, both ends included."""

    first: date
    last: date
    mg_a_day: Fraction

    @property
    def days(self) -> int:
        """DURD: how many days it has."""
        return (self.last - self.first).days + 1

    @property
    def mg(self) -> Fraction:
        """DOSE: what its days come to."""
        return self.mg_a_day * self.days


@dataclass(frozen=True, slots=True)
class Exposure:
    """Intervals in the order of their days, of which there is one at least."""

    intervals: tuple[Interval, ...]

    @property
    def days(self) -> int:
        """TDURD: the days of all intervals; one that lies in none is not counted."""
        return sum(each.days for each in self.intervals)

    @property
    def mg(self) -> Fraction:
        """TDOSE: what all intervals come to."""
        return sum((each.mg for each in self.intervals), Fraction(0))

    @property
    def mg_a_day(self) -> Fraction:
        """AVDDSE: the mean of the days of all intervals."""
        return self.mg / self.days

    def summed(self) -> Iterator[tuple[Interval, Fraction]]:
        """Each interval with what all intervals up to its end come to."""
        mg = Fraction(0)
        for each in self.intervals:
            mg += each.mg
            yield each, mg


def exposure_in(series: Series) -> Exposure | None:
    """The days from the first to the last with a dose; None where there is no such day.

    Days without a dose between them are an interval of 0 mg, days of which nothing is known none.
    """
    intervals = _from_first_dose(
        Interval(_day(series, first), _day(series, last), mg) for first, last, mg in runs(series.mg)
    )
    whole = tuple(reversed(_from_first_dose(reversed(intervals))))
    return Exposure(whole) if whole else None


def _from_first_dose(intervals: Iterable[Interval]) -> Sequence[Interval]:
    return list(dropwhile(lambda each: not each.mg_a_day, intervals))


def _day(series: Series, number: int) -> date:
    return series.first + timedelta(days=number)
