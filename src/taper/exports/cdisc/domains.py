"""The rows of SDTM's interventions: what is planned, and what was taken.

What is planned is in EC alone, as scheduled, so that nobody counts it as taken. What was taken is
where the protocol says (`sdtm_domain`): in EC as performed, in EX too, or in CM.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from taper.doses.division import parts_of
from taper.exports.cdisc.dataset import Dataset, Kind, Row, Value, Variable, numbered
from taper.planning.plan import Plan, Step
from taper.record.plan_document import SHORT_ID
from taper.results.series import Series
from taper.results.taken import Exposed, Reported, drug_on
from taper.trial.protocol import USUAL_DOMAIN, SdtmDomain
from taper.trial.taken import Taken

EC, EX, CM = "EC", "EX", "CM"
FREQUENCIES = {1: "QD", 2: "QOD", 3: "Q3D", 7: "QS"}
"""How often a dose of a cycle of so many days is taken, in the words of codelist FREQ."""
_DAILY, _ONCE = FREQUENCIES[1], "ONCE"
_SCHEDULED, _PERFORMED = "SCHEDULED", "PERFORMED"
_ROUTES = {"oral": "ORAL", "iv": "INTRAVENOUS"}
_ORAL = _ROUTES["oral"]
_TABLET, _SOLUTION = _FORMS = ("TABLET", "SOLUTION")
_BEFORE, _DURING, _AFTER = _EPOCHS = ("SCREENING", "TREATMENT", "FOLLOW-UP")
_STUDY_DAY = "Days from that of infusion 1, which is day 1; there is no day 0."
_EPOCH = (
    f"By the first day: {_BEFORE} before infusion 1, {_DURING} from then on, {_AFTER} after the "
    "last printed day of the plan; empty where infusion 1 has no date."
)


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
class _Given:
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


def _scheduled(plan: Plan) -> Iterator[_Given]:
    """Each dose of each step; no row for a day without one."""
    for step in plan.steps:
        for first, last, often, turn in _stretches(step):
            for time, mg in _at_times(step, turn):
                yield _Given(
                    drug=step.drug,
                    mg=mg,
                    first=first,
                    last=last,
                    mood=_SCHEDULED,
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


def _performed(subject: Subject) -> Iterator[_Given]:
    """Each report; of a day without a dose on which one was due, that it was not taken."""
    for reported in subject.taken:
        said = reported.taken
        for drug, days in _by_drug(subject, said):
            yield _Given(
                drug=drug,
                mg=said.mg_a_day or None,
                first=days[0],
                last=days[-1],
                mood=_PERFORMED,
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


def _beside(subject: Subject) -> Iterator[_Given]:
    """Pulses and the like, which are no part of the taper."""
    for each in subject.exposures:
        given = each.exposure
        yield _Given(
            drug=given.drug,
            mg=given.dose_mg,
            first=given.date,
            last=given.date,
            mood=_PERFORMED,
            category="BESIDE THE TAPER",
            often=_ONCE,
            route=_ROUTES[given.route],
        )


# The domains ------------------------------------------------------------------------------------


def planned(subject: Subject) -> Dataset:
    """EC with one plan: what is scheduled."""
    return _dataset(EC, _rows(EC, subject, _scheduled(subject.plan)))


def datasets(subjects: Iterable[Subject]) -> tuple[Dataset, ...]:
    """EC with all plans, and what was taken in the domain of each subject; none without rows."""
    rows: dict[str, list[Row]] = {EC: [], EX: [], CM: []}
    for subject in subjects:
        performed = list(_performed(subject))
        taken = [each for each in performed if each.mg is not None]
        in_ec = performed if subject.domain != CM else []
        rows[EC] += _rows(EC, subject, [*_scheduled(subject.plan), *in_ec])
        rows[EX] += _rows(EX, subject, taken if subject.domain == EX else [])
        in_cm = performed if subject.domain == CM else []
        rows[CM] += _rows(CM, subject, [*in_cm, *_beside(subject)])
    return tuple(_dataset(name, of_it) for name, of_it in rows.items() if of_it)


def _rows(domain: str, subject: Subject, given: Iterable[_Given]) -> Iterator[Row]:
    named = [(each.name, each.name.removeprefix(domain)) for each in _variables(domain)]
    for each in given:
        said = _said(domain, subject, each)
        yield {name: said.get(bare) for name, bare in named}


def _said(domain: str, subject: Subject, each: _Given) -> dict[str, Value]:
    """What the variables of a row say, by their names without the domain."""
    is_taken, is_missed = each.mood == _PERFORMED, each.mg is None
    first = subject.plan.first_infusion
    return {
        "STUDYID": subject.study,
        "DOMAIN": domain,
        "USUBJID": subject.usubjid,
        "SPID": f"{subject.plan_id[:SHORT_ID]}-{each.step.number}" if each.step else None,
        "TRT": each.drug.upper(),
        "MOOD": each.mood,
        "CAT": each.category,
        "SCAT": each.step.kind.upper() if each.step else None,
        "PRESP": "Y" if is_taken else None,
        "OCCUR": ("N" if is_missed else "Y") if is_taken else None,
        "DOSE": each.mg,
        "DOSU": None if is_missed else "mg",
        "DOSFRM": each.form,
        "DOSFRQ": None if is_missed else each.often,
        "ROUTE": each.route,
        "EPOCH": _epoch(subject.plan, each.first),
        "STDTC": each.first,
        "ENDTC": each.last,
        "STDY": _study_day(first, each.first),
        "ENDY": _study_day(first, each.last),
        "TPT": each.time,
    }


def _study_day(first: date | None, day: date) -> int | None:
    if first is None:
        return None
    apart = (day - first).days
    return apart + 1 if apart >= 0 else apart


def _epoch(plan: Plan, day: date) -> str | None:
    if plan.first_infusion is None:
        return None
    if day < plan.first_infusion:
        return _BEFORE
    return _DURING if day <= plan.last_day else _AFTER


class _Words(NamedTuple):
    """What SDTM's guide calls a thing in a domain; `structure` is what a row of it is."""

    label: str
    what: str
    category: str
    treatment: str = "Name of Treatment"
    dose: str = "Dose"
    before: str = "Pre-Specified"
    occurred: str = "Occurrence"
    structure: str = "One record per constant dosing interval per subject and treatment"


_WORDS = {
    EC: _Words(
        "Exposure as Collected",
        "Treatment",
        "of Treatment",
        structure="One record per constant dosing interval per subject, treatment and mood",
    ),
    EX: _Words("Exposure", "Treatment", "of Treatment"),
    CM: _Words(
        "Concomitant/Prior Medications",
        "Medication",
        "for Medication",
        treatment="Reported Name of Drug, Med, or Therapy",
        dose="Dose per Administration",
        before="CM Pre-specified",
        occurred="CM Occurrence",
    ),
}
_EVERYWHERE, _COLLECTED, _PLANNED = (EC, EX, CM), (EC, CM), (EC,)
_NUMBERED = "Numbered from 1 on within each subject."
_VARIABLES: tuple[tuple[tuple[str, ...], Variable], ...] = (
    (_EVERYWHERE, Variable("STUDYID", "Study Identifier", key=1, is_needed=True)),
    (_EVERYWHERE, Variable("DOMAIN", "Domain Abbreviation", is_needed=True)),
    (_EVERYWHERE, Variable("USUBJID", "Unique Subject Identifier", key=2, is_needed=True)),
    (
        _EVERYWHERE,
        Variable("--SEQ", "Sequence Number", Kind.WHOLE, 3, _NUMBERED, is_needed=True),
    ),
    (_PLANNED, Variable("--SPID", "Sponsor-Defined Identifier")),
    (_EVERYWHERE, Variable("--TRT", "{0.treatment}", is_collected=True, is_needed=True)),
    (_PLANNED, Variable("--MOOD", "Mood", codes=(_SCHEDULED, _PERFORMED))),
    (_EVERYWHERE, Variable("--CAT", "Category {0.category}")),
    (_PLANNED, Variable("--SCAT", "Subcategory {0.category}")),
    (_COLLECTED, Variable("--PRESP", "{0.before}", codes=("Y",))),
    (_COLLECTED, Variable("--OCCUR", "{0.occurred}", codes=("Y", "N"), is_collected=True)),
    (_EVERYWHERE, Variable("--DOSE", "{0.dose}", Kind.NUMBER, is_collected=True)),
    (_EVERYWHERE, Variable("--DOSU", "Dose Units", codes=("mg",))),
    (_PLANNED, Variable("--DOSFRM", "Dose Form", codes=_FORMS)),
    (
        _EVERYWHERE,
        Variable("--DOSFRQ", "Dosing Frequency per Interval", codes=(*FREQUENCIES.values(), _ONCE)),
    ),
    (
        _EVERYWHERE,
        Variable("--ROUTE", "Route of Administration", codes=tuple(_ROUTES.values())),
    ),
    (_EVERYWHERE, Variable("EPOCH", "Epoch", method=_EPOCH, codes=_EPOCHS)),
    (
        _EVERYWHERE,
        Variable("--STDTC", "Start Date/Time of {0.what}", Kind.ISO_DAY, is_collected=True),
    ),
    (
        _EVERYWHERE,
        Variable("--ENDTC", "End Date/Time of {0.what}", Kind.ISO_DAY, is_collected=True),
    ),
    (
        _EVERYWHERE,
        Variable("--STDY", "Study Day of Start of {0.what}", Kind.WHOLE, method=_STUDY_DAY),
    ),
    (
        _EVERYWHERE,
        Variable("--ENDY", "Study Day of End of {0.what}", Kind.WHOLE, method=_STUDY_DAY),
    ),
    (_PLANNED, Variable("--TPT", "Planned Time Point Name")),
)
"""Every variable in the order of the guide, its domain written as --, and where it is."""


def _variables(domain: str) -> tuple[Variable, ...]:
    return tuple(
        replace(
            each,
            name=each.name.replace("--", domain),
            label=each.label.format(_WORDS[domain]),
        )
        for where, each in _VARIABLES
        if domain in where
    )


def _dataset(domain: str, rows: Iterable[Row]) -> Dataset:
    """The dataset; where it has nothing but a plan, nobody collected a value of it."""
    made = list(rows)
    is_plan = all(row.get("ECMOOD") == _SCHEDULED for row in made)
    variables = (
        replace(each, is_collected=each.is_collected and not is_plan) for each in _variables(domain)
    )
    return Dataset(
        name=domain,
        label=_WORDS[domain].label,
        structure=_WORDS[domain].structure,
        group="INTERVENTIONS",
        variables=tuple(variables),
        rows=numbered(made, f"{domain}SEQ", "USUBJID"),
    )
