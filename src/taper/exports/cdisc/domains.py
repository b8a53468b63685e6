"""SDTM's domains of interventions, EC, EX and CM: their variables and rows.

What is planned is in EC alone, as scheduled, so that nobody counts it as taken. What was taken is
where the protocol says (`sdtm_domain`): in EC as performed, in EX too, or in CM.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from taper.doses.division import TIMES
from taper.exports.cdisc.dataset import Dataset, Kind, Row, Value, Variable, numbered
from taper.exports.cdisc.given import (
    FORMS,
    FREQUENCIES,
    ONCE,
    PERFORMED,
    ROUTES,
    SCHEDULED,
    GivenDose,
    Subject,
    beside,
    performed,
    scheduled,
)
from taper.planning.plan import Plan
from taper.record.plan_document import SHORT_ID

EC, EX, CM = "EC", "EX", "CM"
_BEFORE, _DURING, _AFTER = _EPOCHS = ("SCREENING", "TREATMENT", "FOLLOW-UP")
_STUDY_DAY = "Days from that of infusion 1, which is day 1; there is no day 0."
_EPOCH = (
    f"By the first day: {_BEFORE} before infusion 1, {_DURING} from then on, {_AFTER} after the "
    "last printed day of the plan; empty where infusion 1 has no date."
)

_TIMES = tuple(map(str.upper, TIMES))
_TIME_NUMBER = f"1 for {_TIMES[0]} to {len(_TIMES)} for {_TIMES[-1]}, in the order of the day."


def planned(subject: Subject) -> Dataset:
    """EC with one plan: what is scheduled."""
    return _dataset(EC, _rows(EC, subject, scheduled(subject.plan)))


def datasets(subjects: Iterable[Subject]) -> tuple[Dataset, ...]:
    """EC with all plans, and what was taken in the domain of each subject; none without rows."""
    rows: dict[str, list[Row]] = {EC: [], EX: [], CM: []}
    for subject in subjects:
        reported = list(performed(subject))
        taken = [each for each in reported if each.mg is not None]
        in_ec = reported if subject.domain != CM else []
        rows[EC] += _rows(EC, subject, [*scheduled(subject.plan), *in_ec])
        rows[EX] += _rows(EX, subject, taken if subject.domain == EX else [])
        in_cm = reported if subject.domain == CM else []
        rows[CM] += _rows(CM, subject, [*in_cm, *beside(subject)])
    return tuple(_dataset(name, of_it) for name, of_it in rows.items() if of_it)


def _rows(domain: str, subject: Subject, given: Iterable[GivenDose]) -> Iterator[Row]:
    named = [(each.name, each.name.removeprefix(domain)) for each in _variables(domain)]
    for each in given:
        said = _said(domain, subject, each)
        yield {name: said.get(bare) for name, bare in named}


def _said(domain: str, subject: Subject, each: GivenDose) -> dict[str, Value]:
    """What the variables of a row say, by their names without the domain."""
    is_taken, is_missed = each.mood == PERFORMED, each.mg is None
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
        "TPTNUM": _TIMES.index(each.time) + 1 if each.time else None,
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
    (_PLANNED, Variable("--MOOD", "Mood", codes=(SCHEDULED, PERFORMED))),
    (_EVERYWHERE, Variable("--CAT", "Category {0.category}")),
    (_PLANNED, Variable("--SCAT", "Subcategory {0.category}")),
    (_COLLECTED, Variable("--PRESP", "{0.before}", codes=("Y",))),
    (_COLLECTED, Variable("--OCCUR", "{0.occurred}", codes=("Y", "N"), is_collected=True)),
    (_EVERYWHERE, Variable("--DOSE", "{0.dose}", Kind.NUMBER, is_collected=True)),
    (_EVERYWHERE, Variable("--DOSU", "Dose Units", codes=("mg",))),
    (_PLANNED, Variable("--DOSFRM", "Dose Form", codes=FORMS)),
    (
        _EVERYWHERE,
        Variable("--DOSFRQ", "Dosing Frequency per Interval", codes=(*FREQUENCIES.values(), ONCE)),
    ),
    (
        _EVERYWHERE,
        Variable("--ROUTE", "Route of Administration", codes=tuple(ROUTES.values())),
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
    (
        _PLANNED,
        Variable("--TPTNUM", "Planned Time Point Number", Kind.WHOLE, method=_TIME_NUMBER),
    ),
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
    is_plan = all(row.get("ECMOOD") == SCHEDULED for row in made)
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
