"""Doses as SDTM's interventions have them: what is planned, and what was taken, on which days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from taper.doses.division import parts_of
from taper.planning.plan import Plan, Step
from taper.results.series import Series
from taper.results.taken import Exposed, Reported, drug_on
from taper.trial.protocol import USUAL_DOMAIN, SdtmDomain
from taper.trial.taken import Taken

FREQUENCIES = {1: "QD", 2: "QOD", 3: "Q3D", 7: "QS"}
"""How often a dose of a cycle of so many days is taken, in the words of codelist FREQ."""
_DAILY, ONCE = FREQUENCIES[1], "ONCE"
SCHEDULED, PERFORMED = "SCHEDULED", "PERFORMED"
ROUTES = {"oral": "ORAL", "iv": "INTRAVENOUS"}
_ORAL = ROUTES["oral"]
_TABLET, _SOLUTION = FORMS = ("TABLET", "SOLUTION")


@dataclass(frozen=True, slots=True)
class Subject:
    """A participant's plan, and what was reported as taken, which is told in `domain`.

    `prescribed` says on which days a dose was due; `exposures` are doses beside the ladder.
    """

    plan: Plan
    plan_id: str
    domain: SdtmDomain = USUAL_DOMAIN
    taken: tuple[Reported, ...] = ()
    prescribed: Series | None = None
    exposures: tuple[Exposed, ...] = ()

    @property
    def study(self) -> str:
        """STUDYID: the first protocol, as an amendment begins no other study."""
        return self.plan.protocols[0].id

    @property
    def usubjid(self) -> str:
        """USUBJID: the study and the participant."""
        return f"{self.study}-{self.plan.participant}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDose:
    """A dose, scheduled or performed, on some days. Without a dose it was due and not taken."""

    drug: str
    mg: Fraction | None
    first: date
    last: date
    mood: str
    category: str
    often: str = _DAILY
    form: str | None = None
    route: str = _ORAL
    step: Step | None = None
    time: str | None = None


# What is planned --------------------------------------------------------------------------------


def scheduled(plan: Plan) -> Iterator[GivenDose]:
    """Each dose of each step; no row for a day without one."""
    for step in plan.steps:
        for first, last, often, turn in _stretches(step):
            for time, mg in _at_times(step, turn):
                yield GivenDose(
                    drug=step.drug,
                    mg=mg,
                    first=first,
                    last=last,
                    mood=SCHEDULED,
                    category="PROVISIONAL PLAN" if plan.provisional else "PLAN",
                    often=often,
                    form=_SOLUTION if step.in_ml else _TABLET,
                    step=step,
                    time=time,
                )


def _stretches(step: Step) -> Iterator[tuple[date, date, str, int]]:
    """First and last day, frequency and turn of each dose of the cycle, from its own first day.

    A cycle of a length that no frequency stands for has a row a day.
    """
    length = len(step.daily_mg)
    often = FREQUENCIES.get(length)
    for turn in range(min(length, step.days)):
        if not step.daily_mg[turn]:
            continue
        numbers = range(turn, step.days, length)
        if often is None or len(numbers) == 1:
            days = [step.start + timedelta(days=number) for number in numbers]
            yield from ((day, day, _DAILY, turn) for day in days)
            continue
        first, last = (step.start + timedelta(days=number) for number in (numbers[0], numbers[-1]))
        yield first, last, often, turn


def _at_times(step: Step, turn: int) -> Iterator[tuple[str | None, Fraction]]:
    """The dose of each time of the day; of a day that is not divided, the day's."""
    parts = parts_of(step.tablets[turn])
    if not parts:
        yield None, step.daily_mg[turn]
    for part in parts:
        if part.dose_mg:
            yield part.time.upper(), part.dose_mg


# What was taken ---------------------------------------------------------------------------------


def performed(subject: Subject) -> Iterator[GivenDose]:
    """Each report; of a day without a dose on which one was due, that it was not taken."""
    for reported in subject.taken:
        said = reported.taken
        for drug, days in _by_drug(subject, said):
            yield GivenDose(
                drug=drug,
                mg=said.mg_a_day or None,
                first=days[0],
                last=days[-1],
                mood=PERFORMED,
                category="COUNTED RETURNS" if said.is_derived else "REPORTED",
            )


def _by_drug(subject: Subject, said: Taken) -> Iterator[tuple[str, Sequence[date]]]:
    """Days that follow one another, of one drug each; without those on which nothing was due."""
    days = (said.first + timedelta(days=i) for i in range(said.days))

    def drug(day: date) -> str | None:
        is_row = said.mg_a_day > 0 or _due(subject, day)
        return (said.drug or drug_on(subject.plan, day)) if is_row else None

    for taken, stretch in groupby(days, drug):
        if taken is not None:
            yield taken, list(stretch)


def _due(subject: Subject, day: date) -> bool:
    """Whether a dose was prescribed for that day."""
    return bool(subject.prescribed and subject.prescribed.at(day))


def beside(subject: Subject) -> Iterator[GivenDose]:
    """Pulses and the like, which are no part of the taper."""
    for each in subject.exposures:
        given = each.exposure
        yield GivenDose(
            drug=given.drug,
            mg=given.dose_mg,
            first=given.date,
            last=given.date,
            mood=PERFORMED,
            category="BESIDE THE TAPER",
            often=ONCE,
            route=ROUTES[given.route],
        )
