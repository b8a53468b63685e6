"""When a dosage is taken: how often on a day, on which days, from when, and for how long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from taper.doses import dose
from taper.errors import Refusal
from taper.sources.fhir.elements import Element
from taper.sources.fhir.in_text import InText, told_in
from taper.sources.fhir.unclear import from_least_to_most, unclear_days
from taper.trial.fields import MAX_DAYS
from taper.wording.quoting import quoted

_HOURS = {"h": Fraction(1), "d": Fraction(24), "wk": Fraction(168)}
"""How many hours a unit of time has that is the same every time; a month is not."""
_CODES = {
    "QD": (1, 1),
    "AM": (1, 1),
    "PM": (1, 1),
    "BED": (1, 1),
    "BID": (2, 1),
    "TID": (3, 1),
    "QID": (4, 1),
    "Q4H": (6, 1),
    "Q6H": (4, 1),
    "Q8H": (3, 1),
    "QOD": (1, 2),
    "WK": (1, 7),
}
"""The codes of GTSAbbreviation that say how often: so many times, every so many days."""
_MIDNIGHT = re.compile(r"T00:00(:00(\.0+)?)?(Z|[+-][0-9:]+)?$", re.ASCII)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MEALS = frozenset({"C", "AC", "PC"})
"""What says how it lies to a meal, and is no time of its own."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a dosage is taken.

    `times` on a day, every so many days; `times` is None where that cannot be told. From `start`
    for so many `days`, each None where it is not said; or on `events` alone. `open` names what
    leaves it open how often or how long, and `unclear` says why nobody can lay out its days.
    """

    times: int | None
    every: int = 1
    start: date | None = None
    end: date | None = None
    days: int | None = None
    weekdays: frozenset[int] = frozenset()
    events: tuple[date, ...] = ()
    open: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    is_bounded: bool = False
    code_differs: bool = False
    """Whether its code says another rhythm than its period: weekly, and once a day."""
    length_differs: bool = False
    """Whether its length is in days for a reader and in weeks by its code, or the like."""
    ends_at_midnight: bool = False
    """Whether it ends with the first moment of its last day."""

    @property
    def rate(self) -> Fraction | None:
        """On how many of its days it is taken; None where they are listed, and not evenly."""
        if self.events:
            apart = {(later - day).days for day, later in pairwise(self.events)}
            return Fraction(1, apart.pop()) if len(apart) == 1 else None
        return Fraction(len(self.weekdays), 7) if self.weekdays else Fraction(1, self.every)

    @property
    def in_words(self) -> str:
        """How often it is taken."""
        if self.rate is None:
            return "lists days that are not evenly apart"
        if self.weekdays:
            return (
                "one day a week" if len(self.weekdays) == 1 else f"{len(self.weekdays)} days a week"
            )
        often, days = in_times(Fraction(self.times or 1)), self.rate.denominator
        return f"{often} a day" if days == 1 else f"{often} every {days} days"

    def taken_on(self, start: int, days: int) -> Iterator[int]:
        """The days of that span on which it is taken, as numbers."""
        for day in range(start, start + days, self.every):
            if not self.weekdays or (day - 1) % 7 in self.weekdays:  # day 1 was a Monday
                yield day


def in_times(times: Fraction) -> str:
    """How often, in words."""
    return "once" if times == 1 else f"{dose.text(times)} times"


def timing_of(dosage: Element, said: InText) -> Timing:
    """The timing of a dosage; raises `Refusal` for one of more days than a plan may have.

    Where no rhythm is structured, one that its text says plainly holds, if it is daily.
    """
    timing = dosage.one("timing")
    repeat = timing.one("repeat")
    events = _events(timing)
    weekdays = _weekdays(repeat)
    if weekdays:
        times, every = _times_on_weekdays(timing, repeat, len(weekdays)), 1
    elif events:
        times, every = _times_at(repeat) or 1, 1
    else:
        times, every = _rhythm(timing, repeat) or (_daily_by_text(said), 1)
    start, end, days = _bounds(repeat)
    unclear = (*unclear_days(repeat, times, every, days), *_unclear(timing, repeat, times))
    count = repeat.count("count")
    if days is None and count and times:
        days = -(-count // times) * every
    _refuse_too_long(repeat, days)
    _refuse_too_long(timing, (events[-1] - events[0]).days + 1 if events else None)
    return Timing(
        times,
        every,
        start,
        end,
        days,
        weekdays,
        events,
        tuple(from_least_to_most(repeat)),
        unclear,
        is_bounded=days is not None or bool(events),
        code_differs=_code_differs(timing, repeat, (times, every)),
        length_differs=has_two_lengths(repeat.one("boundsDuration")),
        ends_at_midnight=bool(_MIDNIGHT.search(repeat.one("boundsPeriod").text("end"))),
    )


def _unclear(timing: Element, repeat: Element, times: int | None) -> Iterator[str]:
    """What its listed days and its length leave open, each as the end of a sentence."""
    listed = timing.texts("event")
    if len(_events(timing)) < len(listed):
        yield "it lists a day more than once"
    if listed and _rhythm(timing, repeat) not in (None, (times, 1)):
        yield "it lists its days, and says another rhythm beside them"
    if repeat.has("boundsDuration") and repeat.has("boundsPeriod"):
        yield "its length is said twice, as dates and as a duration"
    length = repeat.one("boundsDuration")
    if length.has("value") and in_days(length) is None and not has_two_lengths(length):
        unit = length.text("unit") or length.text("code")
        yield f"its length is in {quoted(unit)}, of which the days are not known"


def _refuse_too_long(repeat: Element, days: int | None) -> None:
    if days is not None and days > MAX_DAYS:
        raise Refusal.of(
            repeat.name, repeat.place, f"one of {days} days", f"at most {MAX_DAYS} days"
        )


def _daily_by_text(said: InText) -> int | None:
    """How often on each day by the text alone; a day without a dose has one of none."""
    if said.is_nothing:
        return 1
    times = said.times_a_day if said.rhythm is None or said.rhythm.rate == 1 else None
    return times.numerator if times is not None and times.denominator == 1 else None


def _times_on_weekdays(timing: Element, repeat: Element, days: int) -> int | None:
    """How often on each of so many days of the week; None where that cannot be told."""
    at, frequency = _times_at(repeat), repeat.whole("frequency") or 1
    if not repeat.has("frequency") and not repeat.has("period"):
        times, every = _coded(timing) or (1, 1)
        return max(times, at) if times and every in (1, 7) else None
    hours = (repeat.number("period") or 1) * _HOURS.get(repeat.text("periodUnit"), 0)
    if hours == _HOURS["d"]:
        return max(frequency, at)
    is_weekly = hours == _HOURS["wk"] or not repeat.has("period")
    return (at or 1) if is_weekly and frequency in (1, days) else None


def _rhythm(timing: Element, repeat: Element) -> tuple[int | None, int] | None:
    """How often on a day, and every how many days; no times where that cannot be told.

    None where nothing is said of it.
    """
    at = _times_at(repeat)
    if not repeat.has("frequency") and not repeat.has("period"):
        coded = _coded(timing)
        if coded and coded[0] and at > coded[0]:  # once a day, at two times of the day
            return None, 1
        return coded or ((at, 1) if at else None)
    frequency = repeat.whole("frequency") if repeat.has("frequency") else 1
    period, unit = repeat.number("period"), repeat.text("periodUnit")
    if not frequency:  # not even once: nobody knows what was meant
        return None, 1
    if period is None:
        return (max(frequency, at), 1) if at else (None, 1)
    if unit not in _HOURS or period <= 0:
        return None, 1
    hours = period * _HOURS[unit]
    if at > frequency and hours > _HOURS["d"]:  # two times of the day, once in two days
        return None, 1
    return _in_days(max(frequency, at), hours)


def _coded(timing: Element) -> tuple[int | None, int] | None:
    """What the codes say of it; no times where none is known or two differ, None without any."""
    concept = timing.one("code")
    codes = [each.text("code") for each in concept.each("coding")] or [concept.text("text")]
    known = {_CODES[each] for each in codes if each in _CODES}
    if len(known) == 1:
        return known.pop()
    return (None, 1) if any(codes) else None


def _code_differs(timing: Element, repeat: Element, rhythm: tuple[int | None, int]) -> bool:
    """Whether its codes, or the words for them, say another rhythm than the one that is read."""
    if repeat.has("dayOfWeek") or timing.has("event"):
        return False
    said, (times, every) = told_in(timing.one("code").text("text")), rhythm
    if times and said.rhythm is not None and said.rhythm.rate != Fraction(1, every):
        return True
    if times and said.times not in (None, times):
        return True
    coded = _coded(timing)
    if coded is None or None in coded or not repeat.has("period"):
        return False
    return coded != rhythm


def _in_days(frequency: int, hours: Fraction) -> tuple[int | None, int]:
    """So many times in so many hours, where that is the same on each of its days."""
    a_day = frequency * 24 / hours
    if a_day >= 1:
        return (a_day.numerator, 1) if a_day.denominator == 1 else (None, 1)
    days = hours / 24
    is_whole = frequency == 1 and days.denominator == 1
    return (1, days.numerator) if is_whole else (None, 1)


def _times_at(repeat: Element) -> int:
    """How many times of the day are named."""
    when = [each for each in repeat.texts("when") if each not in _MEALS]
    return len(when) or len(repeat.texts("timeOfDay"))


def _weekdays(repeat: Element) -> frozenset[int]:
    typed = repeat.texts("dayOfWeek")
    if not set(typed) <= set(_WEEKDAYS):
        raise repeat.refused("dayOfWeek", "mon, tue, wed, thu, fri, sat or sun")
    return frozenset(_WEEKDAYS.index(each) for each in typed)


def _bounds(repeat: Element) -> tuple[date | None, date | None, int | None]:
    period = repeat.one("boundsPeriod")
    start, end = period.date("start"), period.date("end")
    if start is not None and end is not None:
        return start, end, (end - start).days + 1
    return start, end, in_days(repeat.one("boundsDuration"))


def in_days(duration: Element) -> int | None:
    """A duration in days, up to the end of its last one; None where none is said, or of months."""
    value = duration.number("value")
    hours = _hours_of(duration.text("code") or duration.text("unit"))
    if value is None or hours is None or has_two_lengths(duration):
        return None
    days = value * hours / 24
    return -(-days.numerator // days.denominator)


def has_two_lengths(duration: Element) -> bool:
    """Whether the unit for a reader is not its code; of one that is not known nobody can tell."""
    both = {_hours_of(duration.text("code")), _hours_of(duration.text("unit"))}
    return len(both - {None}) > 1


def _hours_of(unit: str) -> Fraction | None:
    unit = unit.strip().lower().removesuffix("(s)").rstrip("s")
    return _HOURS.get({"day": "d", "week": "wk", "hour": "h"}.get(unit, unit))


def _events(timing: Element) -> tuple[date, ...]:
    """The days on which it is taken, where they are listed one by one."""
    found = []
    for typed in timing.texts("event"):
        day = Element(timing.name, timing.place, {"event": typed}).date("event")
        if day is None:
            raise timing.refused("event", "dates")
        found.append(day)
    return tuple(sorted(set(found)))


def day_of(number: int) -> date:
    """The date of a day that is counted as dates are."""
    return date.min + timedelta(days=number - 1)
