"""Three series of days that are never mixed: planned, prescribed and taken (§11.1). Pure.

A series begins with the day of infusion 1, which is its day 0, and has a dose or nothing for each
day: a gap is a gap. All doses are mg prednisone a day, exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import cycle, islice, repeat

from taper.doses.equivalence import EquivalenceTable
from taper.planning.beyond import is_known_after
from taper.planning.plan import Kind, Plan
from taper.trial.participant import Participant


class Name(StrEnum):
    """The three series."""

    PLANNED = "planned"
    PRESCRIBED = "prescribed"
    TAKEN = "taken"


RESCUES = frozenset({Kind.RESCUE, Kind.STRESS_DOSE})
"""Steps of more steroid than the ladder has: a flare's burst, a stress dose."""
MEANING = {
    Name.PLANNED: "the first plan, as if nothing had happened: no event and no late start",
    Name.PRESCRIBED: "the plan after all events",
    Name.TAKEN: "what was reported as taken; a day that nobody reported is missing",
}


@dataclass(frozen=True)
class Series:
    """A dose or None for each day from `first` on, and why it is None where somebody decided so.

    `derived` are the days of counted returns, by their number from 0.
    """

    name: Name
    first: date
    mg: tuple[Fraction | None, ...]
    derived: frozenset[int] = frozenset()
    left_out: dict[int, str] = field(default_factory=dict)

    def number(self, day: date) -> int:
        """The day's number: 0 on the day of infusion 1."""
        return (day - self.first).days

    def at(self, day: date) -> Fraction | None:
        """The dose of a day, None where nothing is known of it."""
        number = self.number(day)
        return self.mg[number] if 0 <= number < len(self.mg) else None

    def until(self, last: date) -> tuple[Fraction | None, ...]:
        """The days from the first to `last`; those that the series does not have are missing."""
        length = self.number(last) + 1
        return (*self.mg[:length], *[None] * (length - len(self.mg)))

    def known(self) -> Iterator[tuple[int, Fraction]]:
        """Every day with a dose, by its number."""
        return ((number, mg) for number, mg in enumerate(self.mg) if mg is not None)

    @property
    def is_empty(self) -> bool:
        """Whether no day has a dose."""
        return not any(mg is not None for mg in self.mg)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is taken before the first printed day, mg prednisone, and the dose of all comparisons.

    `enrolled` is the dose at entry and its day, where the file gives one; `since` is the first day
    of the baseline, where that is given.
    """

    baseline_mg: Fraction
    enrolled: tuple[Fraction, date] | None = None
    since: date | None = None

    @property
    def mg(self) -> Fraction:
        """The dose that results are measured from: at enrolment, else the baseline (§11.3.1)."""
        return self.baseline_mg if self.enrolled is None else self.enrolled[0]

    def at(self, day: date) -> Fraction | None:
        """The dose of a day before the first printed one; None between two that differ."""
        if self.enrolled is None or self.enrolled[0] == self.baseline_mg:
            return self.baseline_mg
        if self.since is None:
            return None
        mg, entered = self.enrolled
        return self.baseline_mg if day >= self.since else mg if day >= entered else None


def entry_of(participant: Participant, plan: Plan, table: EquivalenceTable) -> Entry:
    """The doses before the plan; that at entry is the one by which eligibility is judged."""
    entered, steroid = participant.enrolment, participant.steroid
    since = None if steroid is None else steroid.since
    if entered is None:
        return Entry(plan.baseline.prednisone_mg, since=since)
    mg = table.to_prednisone(entered.dose_mg, entered.drug)
    return Entry(plan.baseline.prednisone_mg, (mg, entered.date), since)


def of_plan(name: Name, plan: Plan, first: date, last: date, entry: Entry) -> Series:
    """The days of a plan, and those before its first and after its last printed one.

    After a withdrawal nothing is known until a clinician says it.
    """
    printed, after = dict(_printed(plan)), _after(plan)
    mg = tuple(
        entry.at(day) if day < plan.first_day else printed[day] if day in printed else next(after)
        for day in (first + timedelta(days=i) for i in range((last - first).days + 1))
    )
    return Series(name, first, mg)


def _printed(plan: Plan) -> Iterator[tuple[date, Fraction]]:
    """Each printed day's dose, mg prednisone."""
    for step in plan.steps:
        doses = [plan.prednisone_equivalent(mg, step.drug) for mg in step.daily_mg]
        for i, mg in enumerate(islice(cycle(doses), step.days)):
            yield step.start + timedelta(days=i), mg


def _after(plan: Plan) -> Iterator[Fraction | None]:
    """Each day after the last printed one, without end."""
    if not is_known_after(plan):
        return repeat(None)
    after = plan.after
    return cycle([plan.prednisone_equivalent(mg, after.drug) for mg in after.pattern_mg])


def runs(days: Sequence[Fraction | None]) -> Iterator[tuple[int, int, Fraction]]:
    """Stretches of one known dose: first day, last day, mg."""
    begun = 0
    for i, mg in enumerate(days):
        is_last = i + 1 == len(days) or days[i + 1] != mg
        if is_last:
            if mg is not None:
                yield begun, i, mg
            begun = i + 1


def rescue_days(plan: Plan) -> frozenset[date]:
    """The days of a flare's burst or of a stress dose."""
    steps = (step for step in plan.steps if step.kind in RESCUES)
    return frozenset(step.start + timedelta(days=i) for step in steps for i in range(step.days))


def without(series: Series, days: Iterable[date], why: str) -> Series:
    """The series with these days left out, each for this reason."""
    numbers = {series.number(day) for day in days}
    gone = {i: why for i, _ in series.known() if i in numbers}
    mg = tuple(None if i in gone else each for i, each in enumerate(series.mg))
    return replace(series, mg=mg, left_out={**series.left_out, **gone})
