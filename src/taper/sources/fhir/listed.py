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
class Span:
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
class Listed:
    """A request with the days of its dosages; `unlisted` are those whose days cannot be told.

    `passed` are the days of those among them that are taken nobody knows how.
    """

    request: Request
    spans: tuple[Span, ...]
    unlisted: tuple[Dosage, ...]
    passed: tuple[Span, ...] = ()


def listed_of(request: Request, start: date | None) -> Listed:
    """The days of a request; what has no date of its own begins at `start` where that is given."""
    spans: list[Span] = []
    unlisted: list[Dosage] = []
    passed: list[Span] = []
    cursor: int | None = 1 if start is None else start.toordinal()
    is_dated = start is not None
    for group in _in_order(request):
        made = []
        for dosage in group:
            span = _span_of(dosage, cursor, is_dated=is_dated)
            if span is None or not dosage.is_listed:
                unlisted += [] if dosage.is_text_only else [dosage]
            if span is not None:
                made.append(span)
        if made:
            last = max(made, key=lambda each: (each.is_dated, each.first + each.days))
            cursor, is_dated = last.first + last.days, last.is_dated
        elif any(map(_is_step, group)):
            cursor = None  # what follows on it begins nobody knows when
        spans += [each for each in made if each.dosage.is_listed]
        passed += [each for each in made if not each.dosage.is_listed]
    return Listed(request, tuple(spans), tuple(unlisted), tuple(passed))


def _in_order(request: Request) -> Iterator[Sequence[Dosage]]:
    """The dosages that hold together, in their order: those with the same number."""
    if any(each.sequence is None for each in request.dosages):
        yield from ([each] for each in request.dosages)
        return
    ordered = sorted(request.dosages, key=lambda each: each.sequence or 0)
    yield from (list(group) for _, group in groupby(ordered, key=lambda each: each.sequence))


def _is_step(dosage: Dosage) -> bool:
    """Whether it takes days, and is no mere word beside the others."""
    return dosage.is_step_in_words or not dosage.is_text_only


def _span_of(dosage: Dosage, cursor: int | None, *, is_dated: bool) -> Span | None:
    timing = dosage.timing
    if not _is_step(dosage):
        return None
    if timing.events:
        each = tuple(event.toordinal() for event in timing.events)
        return Span(dosage, each[0], each[-1] - each[0] + 1, each, is_dated=True)
    if timing.start is not None:
        cursor, is_dated = timing.start.toordinal(), True
    if cursor is None:
        return None
    days = _days_of(dosage, cursor if is_dated else None)
    if days is None or not 1 <= days <= MAX_DAYS or (timing.weekdays and not is_dated):
        return None
    return Span(dosage, cursor, days, tuple(timing.taken_on(cursor, days)), is_dated)


def _days_of(dosage: Dosage, first: int | None) -> int | None:
    """How many days it is taken for: by its timing, its text, or the end that it has."""
    said, end = dosage.said.days, dosage.timing.end
    if dosage.timing.days is not None:
        return dosage.timing.days
    if said is not None and said.denominator == 1:
        return said.numerator
    return None if end is None or first is None else end.toordinal() - first + 1
