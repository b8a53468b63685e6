"""Steps that somebody else wrote, looked at: what contradicts, tablets, sums, findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from taper import sources
from taper.doses import dose
from taper.doses.solutions import strength_text
from taper.doses.tablets import Stock, at_least, at_most, can_make
from taper.errors import UsageError
from taper.operations.pharmacy.at_hand import stock_at_hand
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.planning.plan import ONE_DAY, Plan
from taper.planning.written import Run, plan_of
from taper.sources.fhir import Contradiction, DatedDose, Schedule
from taper.sources.written import WrittenSchedule
from taper.sources.written.steps import WrittenTotal
from taper.trial.strengths import in_a_file
from taper.wording.quoting import shown
from taper.wording.severity import Severity
from taper.wording.tablets import in_stock

CALENDAR = "checked-schedule.pdf"
"""How the file of its calendar is called."""
_WHO = "taper check-schedule"
_TABLE = "us-label"
_REGIMEN = "ese-es-2024-fast"
"""No step of it is taken: a protocol cannot be read without one."""
_ANYBODY = "schedule"
"""Stands where a plan says whose it is."""


@dataclass(frozen=True, slots=True)
class Stocks:
    """The tablets of each drug at hand; those of `assumed` drugs are the market's."""

    of: Mapping[str, Stock]
    assumed: frozenset[str]
    market: str


@dataclass(frozen=True, slots=True)
class CheckedSchedule:
    """What was read, what contradicts in it, and its plan; None where `why_no_plan` says why."""

    schedule: Schedule
    contradictions: tuple[Contradiction, ...]
    plan: Plan | None
    why_no_plan: str = ""

    @property
    def contradicts(self) -> bool:
        """Whether something in it contradicts, or cannot be taken as it is written."""
        return any(each.severity is not Severity.INFO for each in self.contradictions)

    @property
    def days_with_a_dose(self) -> int:
        """On how many days something is taken."""
        return len({day.day for day in self.schedule.days if day.dose_mg})

    @property
    def sums_mg(self) -> Mapping[str, Fraction]:
        """The mg of each drug over all days."""
        sums: dict[str, Fraction] = {}
        for day in self.schedule.days:
            sums[day.drug] = sums.get(day.drug, Fraction(0)) + day.dose_mg
        return sums


def stocks_of(written: WrittenSchedule, strengths: str | None, market: str) -> Stocks:
    """The tablets of every drug: those that --strengths names, as they are typed, are of one alone.

    Raises `UsageError` where the steps are of several, `Refusal` for what is no stock or market.
    """
    drugs = sorted({each.drug for each in written.schedule.days})
    if strengths is not None and len(drugs) > 1:
        raise UsageError(
            f"--strengths is {shown(strengths)}, and the steps are of {' and '.join(drugs)}; "
            "allowed: the tablets of one drug."
        )
    stocks = {drug: stock_at_hand(_WHO, drug, strengths, market)[0] for drug in drugs}
    return Stocks(stocks, frozenset() if strengths else frozenset(drugs), market.upper())


def check(written: WrittenSchedule, stocks: Stocks, today: date) -> CheckedSchedule:
    """Look at what was read; days without a date are counted from `today` for their tablets."""
    days = written.schedule.days
    unmakeable = tuple(_unmakeable(days, stocks))
    why = _why_no_plan(days) if not unmakeable else "some doses cannot be made of the tablets"
    plan = _plan(_runs(days, today), stocks, today) if not why else None
    found = [*written.schedule.contradictions, *unmakeable]
    if plan is not None:
        found += _totals(written.totals, plan)
    return CheckedSchedule(written.schedule, tuple(found), plan, why)


def as_pdf(plan: Plan, issued: date) -> bytes:
    """The calendar of the steps, on every page of which it stands that no protocol gave them."""
    return documents.as_pdf(Issue.of(plan, issued), Paper.CALENDAR, None)


def _why_no_plan(days: Sequence[DatedDose]) -> str:
    """Why nobody could follow these days alone, empty where somebody can."""
    if not any(day.dose_mg for day in days):
        return "no dose is above 0 mg"
    if any(day.dose_mg > dose.MAX_MG for day in days):
        return f"a dose is over {dose.MAX_MG} mg a day"
    if len({day.day for day in days}) < len(days):
        return "two drugs are taken on one day"
    if days[-1].day - days[0].day + 1 > len(days):
        return "nothing is said of some days"
    table = sources.equivalence_table(_TABLE)
    without = dict.fromkeys(day.drug for day in days if day.drug not in table)
    if without:
        return (
            f"table {_TABLE}, by which doses are compared, has no value for {dose.join([*without])}"
        )
    return ""


def _runs(days: Sequence[DatedDose], today: date) -> list[Run]:
    first = days[0].date or today
    runs = []
    for _, same in groupby(days, lambda day: (day.drug, day.dose_mg)):
        several = list(same)
        start = first + (several[0].day - days[0].day) * ONE_DAY
        runs.append(Run(start, len(several), several[0].drug, several[0].dose_mg))
    return runs


def _plan(runs: Sequence[Run], stocks: Stocks, today: date) -> Plan:
    first = next(run for run in runs if run.dose_mg)
    strengths = [in_a_file(each) for each in stocks.of[first.drug]]
    taper = {"after_infusion": 1, "target_mg": 5, "regimen": _REGIMEN}
    trial = sources.validate_trial(
        {
            "id": _ANYBODY,
            "title": "Steps written elsewhere",
            "version": "1",
            "status": "draft",
            "sources": ["none"],
            "infusions": [{"number": 1, "months": 0}],
            "equivalence": _TABLE,
            "market": stocks.market,
            "taper": taper,
        },
        _ANYBODY,
    )
    participant = sources.validate_participant(
        {
            "participant": _ANYBODY,
            "protocol": _ANYBODY,
            "steroid": {
                "drug": first.drug,
                "dose_mg": dose.text(first.dose_mg),
                "strengths": strengths,
                "since": runs[0].start.isoformat(),
            },
            "infusions": [{"number": 1, "date": runs[0].start.isoformat()}],
        },
        _ANYBODY,
    )
    return plan_of(trial, participant, stocks.of, stocks.assumed, runs, today)


# What cannot be, or is not the sum ------------------------------------------------------------


def _unmakeable(days: Sequence[DatedDose], stocks: Stocks) -> Iterator[Contradiction]:
    for drug, mg in dict.fromkeys((day.drug, day.dose_mg) for day in days):
        stock = stocks.of[drug]
        if can_make(mg, stock):
            continue
        near = [each for each in (at_most(mg, stock), at_least(mg, stock)) if each]
        nearest = dose.join([f"{dose.text(each)} mg" for each in near], "or")
        said = f"{dose.text(mg)} mg {drug} cannot be made of tablets of {in_stock(stock)}"
        yield Contradiction("unmakeable", Severity.WARNING, f"{said}; near it is {nearest}.")


def _totals(totals: Sequence[WrittenTotal], plan: Plan) -> Iterator[Contradiction]:
    """Counts of tablets that were written and are not those that the steps need, of any drug."""
    needed = defaultdict[Fraction, Fraction](Fraction)
    for each in plan.quantities:
        if not each.in_ml:
            needed[each.strength_mg] += Fraction(each.tablets)
    for total in totals:
        if total.of != "tablets" or total.strength_mg is None:
            continue
        count = needed.get(total.strength_mg, Fraction(0))
        if count != total.value:
            said = f"{total.place} says {dose.text(total.value)} tablets of"
            of = strength_text(total.strength_mg, in_ml=False)
            text = f"{said} {of} mg, and the steps need {dose.text(count)}."
            yield Contradiction("total", Severity.WARNING, text)
