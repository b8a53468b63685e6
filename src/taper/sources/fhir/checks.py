"""Where a request contradicts itself: text, dates, doses and quantities held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from math import ceil

from taper.doses import dose
from taper.sources.fhir.course import Course, Stretch
from taper.sources.fhir.dosage import Dosage
from taper.sources.fhir.requests import Request
from taper.sources.fhir.schedule import Contradiction, Severity
from taper.sources.fhir.timing import day_of

_INFO, _CAUTION, _WARNING = Severity.INFO, Severity.CAUTION, Severity.WARNING
_MANY_TIMES = 4
"""More often than this on a day no steroid is taken: tablets were counted as times."""


def checked(courses: Sequence[Course], supplies: Sequence[Request]) -> Iterator[Contradiction]:
    """Everything that contradicts, request by request, and then between them."""
    for course in courses:
        label = course.request.label
        for each in _of_course(course):
            yield Contradiction(each.code, each.severity, f"{label}, {each.text}")
    yield from _between(courses)
    yield from _handed_out(courses, supplies)


def _of_course(course: Course) -> Iterator[Contradiction]:
    for dosage in course.request.dosages:
        yield from _of_dosage(dosage, course.request)
    for dosage in course.unlisted:
        yield from _why_unlisted(dosage)
    for stretch in course.stretches:
        yield from _text_against(stretch)
    yield from _sequence(course.request)
    yield from _rendered(course.request)
    yield from _quantity(course)


# A dosage by itself ---------------------------------------------------------------------------


def _of_dosage(dosage: Dosage, request: Request) -> Iterator[Contradiction]:
    its = dosage.label
    if dosage.is_text_only:
        yield Contradiction(
            "text-only", _INFO, f"{its}: it is said in words alone, and no day of it is listed."
        )
    if dosage.is_range or dosage.is_as_needed or dosage.timing.unread:
        what = "as needed" if dosage.is_as_needed else "from a least to a most"
        yield Contradiction("not-fixed", _WARNING, f"{its}: it is taken {what}.")
    if dosage.differs:
        yield Contradiction("doses-differ", _WARNING, f"{its}: it has doses that differ.")
    yield from _text_doses(dosage, request)


def _text_doses(dosage: Dosage, request: Request) -> Iterator[Contradiction]:
    """The dose of the text against that of the quantity, at a time or on a day."""
    said, its = dosage.said, dosage.label
    if said.digits is not None and said.digits != said.tablets:
        words = f"{_text(said.tablets)} tablets in words and {_text(said.digits)} in brackets"
        yield Contradiction("text-itself", _WARNING, f"{its}: the text says {words}.")
    strength = request.medication.strength_mg
    told = said.mg
    if told is None and said.tablets is not None and strength is not None:
        told = said.tablets * strength
    if dosage.mg is None or dosage.daily_mg is None or told is None:
        return
    if told not in (dosage.mg, dosage.daily_mg):
        each = f"{_mg(dosage.mg)} at a time, {_mg(dosage.daily_mg)} a day"
        yield Contradiction(
            "text-dose", _WARNING, f"{its}: the text says {_mg(told)}, the dose is {each}."
        )
    elif (dosage.timing.times or 0) > _MANY_TIMES and told == dosage.daily_mg:
        many = f"{_mg(dosage.mg)} {dosage.timing.times} times a day"
        yield Contradiction(
            "times-a-day", _CAUTION, f"{its}: the text says {_mg(told)}, the timing {many}."
        )


def _why_unlisted(dosage: Dosage) -> Iterator[Contradiction]:
    its, timing = dosage.label, dosage.timing
    if dosage.unknown is not None:
        what = f"the dose is in {dosage.unknown}, of which the mg are not known"
        yield Contradiction("unknown-unit", _WARNING, f"{its}: {what}.")
    elif dosage.mg is None:
        yield Contradiction("no-dose", _WARNING, f"{its}: no dose is said.")
    elif timing.times is None:
        yield Contradiction(
            "unknown-rhythm", _WARNING, f"{its}: on which days it is taken cannot be told."
        )
    elif timing.start and timing.end and timing.start > timing.end:
        ends = f"it ends on {timing.end}, before it starts on {timing.start}"
        yield Contradiction("dates-reversed", _WARNING, f"{its}: {ends}.")
    else:
        yield Contradiction("no-end", _WARNING, f"{its}: how long it is taken is not said.")


# A dosage against its text --------------------------------------------------------------------


def _text_against(stretch: Stretch) -> Iterator[Contradiction]:
    said, its = stretch.dosage.said, stretch.dosage.label
    if said.days is not None and said.days != stretch.days and not said.dates:
        yield Contradiction(
            "text-days",
            _WARNING,
            f"{its}: the text says {_text(said.days)} days, the dates {stretch.in_words} are "
            f"{stretch.days}."
            if stretch.is_dated
            else f"{its}: the text says {_text(said.days)} days, the timing {stretch.days}.",
        )
    first = day_of(stretch.first) if stretch.is_dated else None
    if said.start is not None and first is not None and said.start != first:
        starts = f"the text starts on {said.start}, the dates on {first}"
        yield Contradiction("text-start", _WARNING, f"{its}: {starts}.")
    if said.dates and stretch.is_dated and said.dates != tuple(map(day_of, stretch.taken)):
        yield Contradiction(
            "text-dates", _WARNING, f"{its}: the days that the text lists are not its dates."
        )


# A request as a whole -------------------------------------------------------------------------


def _sequence(request: Request) -> Iterator[Contradiction]:
    """Several dosages without dates and numbers: whether together or in turn is not said."""
    told = [each for each in request.dosages if not each.is_text_only]
    lacking = [each for each in told if each.sequence is None and each.timing.start is None]
    if len(told) > 1 and lacking:
        which = dose.join([str(each.number) for each in lacking])
        yield Contradiction(
            "no-sequence",
            _WARNING,
            f"dosages {which}: neither numbers nor dates say whether they are taken together or "
            "one after the other; they are listed one after the other.",
        )


def _rendered(request: Request) -> Iterator[Contradiction]:
    """The text of the whole must name every dose of its parts."""
    if not request.rendered:
        return
    for dosage in request.dosages:
        if dosage.mg and not _names(request.rendered, dosage):
            yield Contradiction(
                "rendered-text",
                _WARNING,
                f"{dosage.label}: its {_mg(dosage.mg)} are not in the text of the whole.",
            )


def _names(rendered: str, dosage: Dosage) -> bool:
    amounts = {dosage.mg, dosage.daily_mg, dosage.said.tablets} - {None}
    words = set(rendered.replace(",", " ").split())
    return any(_text(each) in words for each in amounts)


def _quantity(course: Course) -> Iterator[Contradiction]:
    supply = course.request.supply
    covered = {day for each in course.stretches for day in each.covered}
    if supply.repeats and len(course.stretches) > 1:
        yield Contradiction(
            "repeats",
            _CAUTION,
            f"dispenseRequest: it may be handed out {supply.repeats + 1} times, and the taper "
            "would begin again.",
        )
    if course.unlisted or not covered:
        return
    if supply.days is not None and supply.days != len(covered):
        yield Contradiction(
            "supply-days",
            _CAUTION,
            f"dispenseRequest: it should last {supply.days} days, the dosages are of "
            f"{len(covered)} days.",
        )
    if supply.mg is not None and supply.amount is not None:
        yield from _amount(course, supply.mg, supply.amount)


def _amount(course: Course, handed_mg: Fraction, amount: Fraction) -> Iterator[Contradiction]:
    """What is handed out against what the dosages need; whole tablets where it is tablets."""
    request = course.request
    one = handed_mg / amount if amount else Fraction(0)
    needed = needed_mg(course) / one if one else Fraction(0)
    if request.supply.in_tablets:
        needed = Fraction(ceil(needed))
    if needed == amount:
        return
    code, severity = (
        ("quantity-short", _WARNING) if amount < needed else ("quantity-over", _WARNING)
    )
    by_texts = _by_texts(course, one)
    also = f", by their texts {_text(by_texts)}" if by_texts not in (None, needed) else ""
    yield Contradiction(
        code,
        severity,
        f"dispenseRequest: {_text(amount)} {request.supply.unit} are handed out, the dosages need "
        f"{_text(needed)}{also}.",
    )


def needed_mg(course: Course) -> Fraction:
    """The mg of all days that are listed."""
    daily = ((each.dosage.daily_mg or Fraction(0), each) for each in course.stretches)
    return sum((mg * len(each.taken) for mg, each in daily), Fraction(0))


def _by_texts(course: Course, one_mg: Fraction) -> Fraction | None:
    """What they need by the days of their texts; None where some text says none."""
    days = [each.dosage.said.days for each in course.stretches]
    if not one_mg or None in days or any(each.dosage.timing.every > 1 for each in course.stretches):
        return None
    daily = (each.dosage.daily_mg or Fraction(0) for each in course.stretches)
    return sum((mg * (n or 0) for mg, n in zip(daily, days, strict=True)), Fraction(0)) / one_mg


# Requests against each other ------------------------------------------------------------------


def _between(courses: Sequence[Course]) -> Iterator[Contradiction]:
    """Days of a drug on which nothing is said, or two dosages that do not belong together hold."""
    for drug in dict.fromkeys(each.request.drug for each in courses):
        of_drug = [each for each in courses if each.request.drug == drug]
        yield from _gaps(drug, of_drug)
        yield from _overlaps(drug, of_drug)


def _gaps(drug: str, courses: Iterable[Course]) -> Iterator[Contradiction]:
    for is_dated, stretches in _by_dated(courses):
        covered = {day for _, each in stretches for day in each.covered}
        if not covered:
            continue
        missing = sorted(set(range(min(covered), max(covered) + 1)) - covered)
        for first, last in _runs(missing):
            yield Contradiction(
                "gap", _WARNING, f"{drug}: nothing is said of {_span(first, last, is_dated)}."
            )


def _overlaps(drug: str, courses: Iterable[Course]) -> Iterator[Contradiction]:
    for is_dated, stretches in _by_dated(courses):
        on_day: dict[int, set[tuple[int, int | None]]] = {}
        for number, each in stretches:
            if each.dosage.mg:
                for day in each.taken:
                    on_day.setdefault(day, set()).add((number, each.dosage.sequence))
        twice = sorted(day for day, those in on_day.items() if len(those) > 1)
        for first, last in _runs(twice):
            said = f"more than one step holds on {_span(first, last, is_dated)}"
            yield Contradiction("overlap", _WARNING, f"{drug}: {said}.")


def _by_dated(courses: Iterable[Course]) -> Iterator[tuple[bool, list[tuple[int, Stretch]]]]:
    """The stretches with the number of their request, those with dates and those without apart."""
    every = [(i, each) for i, course in enumerate(courses) for each in course.stretches]
    for is_dated in (True, False):
        yield is_dated, [(i, each) for i, each in every if each.is_dated is is_dated]


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of days that follow on each other."""
    for _, run in groupby(enumerate(days), key=lambda each: each[1] - each[0]):
        those = [day for _, day in run]
        yield those[0], those[-1]


def _span(first: int, last: int, is_dated: bool) -> str:
    said = [str(day_of(day)) if is_dated else f"day {day}" for day in (first, last)]
    return said[0] if first == last else " to ".join(said)


def _handed_out(courses: Sequence[Course], supplies: Sequence[Request]) -> Iterator[Contradiction]:
    """What further requests hand out for others, all strengths together."""
    for drug in dict.fromkeys(each.drug for each in supplies):
        of_drug = [each for each in supplies if each.drug == drug]
        meant = frozenset().union(*(each.based_on for each in of_drug))
        based = [each for each in courses if each.request.addresses & meant]
        amounts = [each.supply.mg for each in of_drug]
        if not based or None in amounts or any(each.unlisted for each in based):
            continue
        handed = sum((mg or 0 for mg in amounts), Fraction(0))
        needed = sum((needed_mg(each) for each in based), Fraction(0))
        spare = sum((each.medication.strength_mg or 0 for each in of_drug), Fraction(0))
        if needed <= handed < needed + spare:
            continue
        code = "quantity-short" if handed < needed else "quantity-over"
        said = f"{_mg(handed)} are handed out in all, the dosages need {_mg(needed)}"
        yield Contradiction(code, _WARNING, f"{drug}: {said}.")


def _mg(mg: Fraction) -> str:
    return f"{dose.text(mg)} mg"


def _text(number: Fraction | None) -> str:
    return "" if number is None else dose.text(number)
