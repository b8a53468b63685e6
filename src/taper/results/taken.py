"""What was taken as a series of days: of a file, a diary, counted returns (§11.1). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from taper.doses import dose
from taper.doses.equivalence import EquivalenceTable
from taper.errors import Problem, Refusal
from taper.planning.plan import Plan
from taper.results.series import Name, Series
from taper.trial.participant import Participant
from taper.trial.taken import Exposure, Taken


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody reported as taken, and where it stands, as a message calls the place.

    `field` is the entry of the participant's own file; of a table `who` names the row.
    """

    taken: Taken
    who: str
    field: str = ""

    @property
    def place(self) -> str:
        """Where it stands: the row of a table, or the entry of a file."""
        return _place(self.who, self.field)


@dataclass(frozen=True, slots=True)
class Beside:
    """A dose beside the ladder as somebody reported it, and where it stands, as above."""

    exposure: Exposure
    who: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Exposed:
    """A dose beside the ladder, as mg prednisone, and where it stands."""

    exposure: Exposure
    prednisone_mg: Fraction
    place: str


def _place(who: str, field: str) -> str:
    return f"{who}, {field}" if field else who


def _problem(at: Reported | Beside, key: str, read: object, allowed: str) -> Problem:
    """What is wrong with a key of an entry, or a column of a row."""
    field = f"{at.field}.{key}" if at.field and key else at.field or key or "the row"
    return Problem(at.who, field, str(read), allowed)


def in_file(participant: Participant) -> tuple[Reported, ...]:
    """What the participant's own file says."""
    who = participant.participant
    return tuple(
        Reported(each, who, f"taken[{i}]") for i, each in enumerate(participant.taken, start=1)
    )


def beside_in_file(participant: Participant) -> tuple[Beside, ...]:
    """The doses beside the ladder of the participant's own file."""
    who = participant.participant
    return tuple(
        Beside(each, who, f"exposures[{i}]")
        for i, each in enumerate(participant.exposures, start=1)
    )


def series_of(
    reported: Iterable[Reported],
    plan: Plan,
    table: EquivalenceTable,
    first: date,
    today: date,
) -> Series:
    """The days that were reported, from `first` on; drugs of one day are added up.

    Without a drug it is the one that the plan has on that day. Raises `Refusal` for a day that is
    reported twice, lies after today, or is of a drug that the table has no value for.
    """
    days = _Days(plan, table, today)
    for each in reported:
        days.add(each)
    if days.problems:
        raise Refusal(*days.problems)
    length = max(((day - first).days + 1 for day in days.mg), default=0)
    mg = tuple(days.mg.get(first + timedelta(days=i)) for i in range(length))
    derived = ((day - first).days for day in days.derived if day >= first)
    return Series(Name.TAKEN, first, mg, frozenset(derived))


def drug_on(plan: Plan, day: date) -> str:
    """The drug of the plan on that day; before it the one of the baseline."""
    step = next((step for step in plan.steps if step.start <= day <= step.end), None)
    if step is not None:
        return step.drug
    return plan.baseline.drug if day < plan.first_day else plan.after.drug


class _Days:
    """Days as they are reported, one entry after the other."""

    def __init__(self, plan: Plan, table: EquivalenceTable, today: date) -> None:
        self.plan, self.table, self.today = plan, table, today
        self.mg: dict[date, Fraction] = {}
        self.derived: set[date] = set()
        self.problems: list[Problem] = []
        self._by: dict[tuple[date, str], Reported] = {}

    def add(self, reported: Reported) -> None:
        """Each day of an entry, unless something is wrong with it."""
        taken = reported.taken
        if taken.last > self.today:
            when = "until" if taken.until else "date"
            self._find(reported, when, taken.last, f"a date up to today, {self.today}")
            return
        for day in (taken.first + timedelta(days=i) for i in range(taken.days)):
            drug = taken.drug or drug_on(self.plan, day)
            if drug not in self.table:
                read = f"{drug}, which table {self.table.id} has no value for"
                known = dose.join(sorted(self.table.mg_per_5_prednisone), "or")
                self._find(reported, "drug", read, known)
                return
            before = self._by.setdefault((day, drug), reported)
            if before is not reported:
                read = f"{drug} on {day}, which {_other(before, reported)} has too"
                self._find(reported, "", read, "each drug once a day")
                return
            mg = self.table.to_prednisone(taken.mg_a_day, drug)
            self.mg[day] = self.mg.get(day, Fraction(0)) + mg
            if taken.is_derived:
                self.derived.add(day)

    def _find(self, at: Reported, key: str, read: object, allowed: str) -> None:
        self.problems.append(_problem(at, key, read, allowed))


def _other(other: Reported, here: Reported) -> str:
    if not other.field:
        return other.who  # two diaries may have one name
    return other.field if other.who == here.who else f"{other.place},"


def exposures_of(
    exposures: Iterable[Beside], table: EquivalenceTable, today: date
) -> Iterator[Exposed]:
    """Each exposure as mg prednisone by the protocol's table.

    Raises `Refusal` for a day after today, or a drug that the table has no value for.
    """
    for each in exposures:
        given = each.exposure
        if given.date > today:
            allowed = f"a date up to today, {today}"
            raise Refusal(_problem(each, "date", given.date, allowed))
        if given.drug not in table:
            read = f"{given.drug}, which table {table.id} has no value for"
            known = dose.join(sorted(table.mg_per_5_prednisone), "or")
            raise Refusal(_problem(each, "drug", read, known))
        mg = table.to_prednisone(given.dose_mg, given.drug)
        yield Exposed(given, mg, _place(each.who, each.field))
