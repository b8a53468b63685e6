"""What came of one participant: dose, change, sums and target in each series (§11). Pure.

Doses are mg prednisone a day, exact; what is not known is None and says why. Longer than other
modules: each figure stands by how it is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from taper.results.estimands import Estimand, Intercurrent, by
from taper.results.series import Name, Series, without
from taper.results.taken import Exposed
from taper.results.times import Time

LOW_MG, MIDDLE_MG = Fraction(5), Fraction(15, 2)
"""At or under 5 and 7.5 mg a day: the usual goal, and what is commonly called a low dose."""
UNREPORTED = "nothing is known of that day"
EXCUSED = "left out, as a day of rescue or stress dose"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every participant.

    `window` are the days that end with the time and are averaged. `with_rescue`: days of a burst or
    stress dose count; `with_exposures`: doses beside the ladder are in the cumulative dose.
    """

    times: tuple[Time, ...]
    window: int = 14
    estimand: Estimand = Estimand.TREATMENT_POLICY
    with_rescue: bool = True
    with_exposures: bool = False

    def last_day(self, first: date) -> date:
        """The latest of its times: of 6 months and 183 days it depends on the months which."""
        return max(time.after(first) for time in self.times)


def time_weighted(question: Question) -> str:
    """What the time-weighted dose is, in a sentence to stand beside it."""
    among = "among them" if question.with_rescue else "left out"
    return (
        "The time-weighted dose is the mean of the doses of the known days from infusion 1 to the "
        f"time, days of rescue and stress doses {among}; doses beside the ladder are never in it."
    )


@dataclass(frozen=True)
class Given:
    """What is known of one participant.

    `first` is the day of infusion 1, `entry_mg` the dose that results are measured from, and
    `rescue` the days of a burst or stress dose.
    """

    participant: str
    first: date
    entry_mg: Fraction
    target_mg: Fraction
    series: tuple[Series, ...]
    rescue: frozenset[date] = frozenset()
    flares: tuple[date, ...] = ()
    intercurrent: Intercurrent | None = None
    exposures: tuple[Exposed, ...] = ()
    is_flagged: bool = False
    is_provisional: bool = False
    """Whether the infusion that the taper follows is only planned."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Days counted from infusion 1 to a time, both included.

    `mg` is None where a day is missing: `known_mg` is what the known days come to, and
    `beside_mg` what of it is doses beside the ladder.
    """

    days: int
    known_days: int
    known_mg: Fraction
    beside_mg: Fraction
    low_days: int
    middle_days: int
    rescue_mg: Fraction

    @property
    def mg(self) -> Fraction | None:
        """All of it, None where a day is missing."""
        return self.known_mg if self.known_days == self.days else None

    @property
    def mean_mg(self) -> Fraction | None:
        """The time-weighted dose: the mean of the known days' own doses (`time_weighted`)."""
        own_mg = self.known_mg - self.beside_mg
        return own_mg / self.known_days if self.known_days else None

    def share(self, days: int) -> Fraction | None:
        """A part of the known days."""
        return Fraction(days, self.known_days) if self.known_days else None


@dataclass(frozen=True, slots=True)
class AtTime:
    """One series at one time; `window_mg` is the mean of the known days of the window."""

    time: Time
    day: date
    mg: Fraction | None
    why: str
    window_mg: Fraction | None
    window_known: int
    entry_mg: Fraction
    sum: Sum
    is_at_target: bool | None

    @property
    def change_mg(self) -> Fraction | None:
        """How much it is more than at entry; less is below 0."""
        return None if self.mg is None else self.mg - self.entry_mg

    @property
    def change_percent(self) -> Fraction | None:
        """The same as a percentage of the dose at entry."""
        return _percent(self.mg, self.entry_mg)

    @property
    def window_change_percent(self) -> Fraction | None:
        """The same of the mean of the window."""
        return _percent(self.window_mg, self.entry_mg)


def _percent(mg: Fraction | None, entry_mg: Fraction) -> Fraction | None:
    return None if mg is None else (mg - entry_mg) / entry_mg * 100


@dataclass(frozen=True, slots=True)
class Target:
    """When the target was reached: `day` is the first day at or under it, None where none is.

    `is_sustained` is None where later days are missing and none of the known is over it.
    `followed` is the number of the last day that is known, None where none is.
    """

    day: date | None
    days: int | None
    is_sustained: bool | None
    followed: int | None


@dataclass(frozen=True, slots=True)
class InSeries:
    """What one series says."""

    name: Name
    at: tuple[AtTime, ...]
    target: Target
    days: tuple[Fraction | None, ...]
    derived_days: int


@dataclass(frozen=True, slots=True)
class Adherence:
    """What was taken beside what was prescribed, on the days that are known of both."""

    days: int
    same_days: int
    taken_mg: Fraction
    prescribed_mg: Fraction

    @property
    def share_of_days(self) -> Fraction | None:
        """On which the dose was the one prescribed."""
        return Fraction(self.same_days, self.days) if self.days else None

    @property
    def share_of_mg(self) -> Fraction | None:
        """What was taken of the mg prescribed on these days."""
        return self.taken_mg / self.prescribed_mg if self.prescribed_mg else None


@dataclass(frozen=True)
class Sparing:
    """What came of one participant."""

    given: Given
    series: tuple[InSeries, ...]
    adherence: Adherence

    @property
    def participant(self) -> str:
        """The trial id."""
        return self.given.participant

    def of(self, name: Name) -> InSeries:
        """One of the three series."""
        return next(each for each in self.series if each.name is name)


def sparing(given: Given, question: Question) -> Sparing:
    """What is asked of a participant, answered from each series."""
    last = question.last_day(given.first)
    answered = tuple(_in_series(given, each, question, last) for each in given.series)
    return Sparing(given, answered, _adherence(given, question))


def _in_series(given: Given, series: Series, question: Question, last: date) -> InSeries:
    whole = replace(series, mg=series.until(last))
    judged = by(question.estimand, whole, given.intercurrent, given.entry_mg)
    first = judged.never_after
    seen, counted = judged.judged, judged.counted
    if not question.with_rescue and series.name is not Name.PLANNED:
        seen = without(seen, given.rescue, EXCUSED)
        counted = without(counted, given.rescue, EXCUSED)
    sums = _sums(given, counted, question, judged.left_from)
    at = tuple(_at(given, each, seen, sums, question, first) for each in question.times)
    target = _target(given, seen, first)
    return InSeries(series.name, at, target, seen.mg, len(series.derived))


def _at(
    given: Given,
    time: Time,
    seen: Series,
    sums: Sequence[Sum],
    question: Question,
    never_after: date | None,
) -> AtTime:
    day = time.after(given.first)
    number, mg = seen.number(day), seen.at(day)
    window = seen.mg[max(number + 1 - question.window, 0) : number + 1]
    known = [each for each in window if each is not None]
    failed = never_after is not None and day >= never_after
    reached = None if mg is None else not failed and mg <= given.target_mg
    return AtTime(
        time=time,
        day=day,
        mg=mg,
        why="" if mg is not None else seen.left_out.get(number, UNREPORTED),
        window_mg=sum(known, Fraction(0)) / len(known) if known else None,
        window_known=len(known),
        entry_mg=given.entry_mg,
        sum=sums[question.times.index(time)],
        is_at_target=reached,
    )


def _sums(given: Given, counted: Series, question: Question, left_from: date | None) -> list[Sum]:
    """The sums up to each time; what was never planned is in no sum of the planned series."""
    is_planned = counted.name is Name.PLANNED
    rescue = set() if is_planned else {counted.number(day) for day in given.rescue}
    excused = set() if question.with_rescue else rescue
    beside = () if is_planned else list(_beside(given, counted, question, excused, left_from))
    ends = [time.after(given.first) for time in question.times]
    return [_sum(counted, rescue, excused, beside, end) for end in ends]


def _beside(
    given: Given, counted: Series, question: Question, excused: set[int], left_from: date | None
) -> Iterator[Exposed]:
    """The doses beside the ladder that count: none of a day that is left out."""
    for each in given.exposures if question.with_exposures else ():
        day = each.exposure.date
        is_left_out = counted.number(day) in excused or (left_from and day >= left_from)
        if day >= counted.first and not is_left_out:
            yield each


def _sum(
    counted: Series, rescue: set[int], excused: set[int], beside: Iterable[Exposed], last: date
) -> Sum:
    days = counted.until(last)
    known = [(i, mg) for i, mg in enumerate(days) if mg is not None]
    more = sum((e.prednisone_mg for e in beside if e.exposure.date <= last), Fraction(0))
    return Sum(
        days=sum(i not in excused for i in range(len(days))),
        known_days=len(known),
        known_mg=sum((mg for _, mg in known), Fraction(0)) + more,
        beside_mg=more,
        low_days=sum(mg <= LOW_MG for _, mg in known),
        middle_days=sum(mg <= MIDDLE_MG for _, mg in known),
        rescue_mg=sum((mg for i, mg in known if i in rescue), Fraction(0)),
    )


def _target(given: Given, seen: Series, never_after: date | None) -> Target:
    """The first day at the target, and whether it was kept to the last known day."""
    followed = max((i for i, _ in seen.known()), default=None)
    end = len(seen.mg) if never_after is None else max(seen.number(never_after), 0)
    low = [i for i, mg in seen.known() if mg <= given.target_mg and i < end]
    if not low:
        return Target(None, None, None, followed)
    first = low[0]
    later = seen.mg[first:end]
    is_over = any(mg is not None and mg > given.target_mg for mg in later) or end < len(seen.mg)
    lacks = followed is None or None in seen.mg[first : followed + 1]
    kept = False if is_over else None if lacks else True
    return Target(given.first + timedelta(days=first), first, kept, followed)


def _adherence(given: Given, question: Question) -> Adherence:
    """What was taken beside what was prescribed; of counted tablets no day can be told apart."""
    by_name = {each.name: each for each in given.series}
    taken, prescribed = by_name[Name.TAKEN], by_name[Name.PRESCRIBED]
    last = question.last_day(given.first)
    if not question.with_rescue:
        taken = without(taken, given.rescue, EXCUSED)
    both = list(_both(taken, prescribed, taken.number(last)))
    return Adherence(
        days=sum(not is_derived for *_, is_derived in both),
        same_days=sum(mine == its and not is_derived for mine, its, is_derived in both),
        taken_mg=sum((mine for mine, *_ in both), Fraction(0)),
        prescribed_mg=sum((its for _, its, _ in both), Fraction(0)),
    )


def _both(
    taken: Series, prescribed: Series, last: int
) -> Iterator[tuple[Fraction, Fraction, bool]]:
    """What was taken and prescribed on each day that is known of both."""
    pairs = enumerate(zip(taken.mg, prescribed.mg, strict=False))
    for number, (mine, its) in pairs:
        if mine is not None and its is not None and number <= last:
            yield mine, its, number in taken.derived
