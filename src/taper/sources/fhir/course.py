"""The days of a request: its dosages one after the other, or together, as their numbers say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from taper.sources.fhir.dosage import Dosage
from taper.sources.fhir.requests import Request
from taper.sources.fhir.timing import day_of
from taper.trial.fields import MAX_DAYS


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days of a dosage, from `first` on, counted as dates are or, undated, from 1.

    `taken` are those on which something is taken, which may be 0 mg.
    """

    dosage: Dosage
    first: int
    days: int
    taken: tuple[int, ...]
    is_dated: bool

    @property
    def covered(self) -> range:
        """Every day that it speaks of."""
        return range(self.first, self.first + self.days)

    @property
    def in_words(self) -> str:
        """From when to when."""
        if not self.is_dated:
            return f"{self.days} days"
        return f"{day_of(self.first)} to {day_of(self.covered[-1])}"


@dataclass(frozen=True, slots=True)
class Course:
    """A request with the days of its dosages; `unlisted` are those whose days cannot be told."""

    request: Request
    stretches: tuple[Stretch, ...]
    unlisted: tuple[Dosage, ...]


def course_of(request: Request, start: date | None) -> Course:
    """The days of a request; what has no date of its own begins at `start` where that is given."""
    stretches: list[Stretch] = []
    unlisted: list[Dosage] = []
    cursor, is_dated = (1, False) if start is None else (start.toordinal(), True)
    for group in _in_order(request):
        made = []
        for dosage in group:
            stretch = _stretch(dosage, cursor, is_dated=is_dated)
            if stretch is None:
                unlisted += [] if dosage.is_text_only else [dosage]
            else:
                made.append(stretch)
        if made:
            last = max(made, key=lambda each: (each.is_dated, each.first + each.days))
            cursor, is_dated = last.first + last.days, last.is_dated
        stretches += made
    return Course(request, tuple(stretches), tuple(unlisted))


def _in_order(request: Request) -> Iterator[Sequence[Dosage]]:
    """The dosages that hold together, in their order: those with the same number."""
    if any(each.sequence is None for each in request.dosages):
        yield from ([each] for each in request.dosages)
        return
    ordered = sorted(request.dosages, key=lambda each: each.sequence or 0)
    yield from (list(group) for _, group in groupby(ordered, key=lambda each: each.sequence))


def _stretch(dosage: Dosage, cursor: int, *, is_dated: bool) -> Stretch | None:
    timing = dosage.timing
    if dosage.daily_mg is None:
        return None
    if timing.events:
        days = tuple(each.toordinal() for each in timing.events)
        return Stretch(dosage, days[0], days[-1] - days[0] + 1, days, is_dated=True)
    length = timing.days
    if length is None and dosage.said.days is not None and dosage.said.days.denominator == 1:
        length = dosage.said.days.numerator
    if timing.start is not None:
        cursor, is_dated = timing.start.toordinal(), True
    if length is None and timing.end is not None and is_dated:
        length = timing.end.toordinal() - cursor + 1
    is_short = length is not None and 1 <= length <= MAX_DAYS
    if length is None or not is_short or (timing.weekdays and not is_dated):
        return None
    taken = tuple(timing.taken_on(cursor, length))
    return Stretch(dosage, cursor, length, taken, is_dated)
