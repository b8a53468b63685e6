"""Cases as plain data — golden files and generated ones — put through the real engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from plain import texts_of

from taper import sources
from taper.doses import dose
from taper.doses.division import parts_of
from taper.planning.plan import Day, Plan, Planned
from taper.planning.planner import make_plan
from taper.sources.protocols import with_regimens
from taper.sources.regimens import rule_of
from taper.trial.participant import Participant
from taper.trial.rules import NamedRegimen, Trial

GOLDEN = Path(__file__).parent / "golden" / "cases"

Fields = dict[str, Any]


def as_text(value: Any) -> Any:
    """The data with every scalar as the text that a file would hold."""
    if isinstance(value, Mapping):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def read(protocol: Fields, participant: Fields) -> tuple[Trial, Participant]:
    """Both as the engine takes them; raises `taper.errors.Refusal`."""
    trial = read_trial(protocol)
    told, written = _named(participant)
    who = sources.validate_participant(as_text(told), "participant")
    return (replace(trial, regimens=written) if written else with_regimens(trial, who)), who


def _named(participant: Fields) -> tuple[Fields, dict[str, NamedRegimen]]:
    """The participant with a name for each regimen that a set dose has written out, and those."""
    written, events = {}, []
    for number, event in enumerate(participant.get("events", ()), start=1):
        rule, name = event.get("regimen"), f"sheet-{number}"
        if isinstance(rule, Mapping):
            written[name] = NamedRegimen(name, rule_of({"regimen": as_text(rule)}))
            event = {**event, "regimen": name}
        events.append(event)
    return ({**participant, "events": events} if written else participant), written


def read_trial(protocol: Fields) -> Trial:
    """The protocol as the engine takes it; raises `taper.errors.Refusal`.

    The protocols of amendments stand under `amendments` in it, by their names. Under `regimens`
    are, for the plain planner alone, the rules of the shipped ones that set doses name.
    """
    own = {key: each for key, each in protocol.items() if key not in ("amendments", "regimens")}
    later = {
        name: sources.validate_trial(as_text(fields), name)
        for name, fields in protocol.get("amendments", {}).items()
    }
    return replace(sources.validate_trial(as_text(own), "protocol"), amendments=later)


def plan_of(protocol: Fields, participant: Fields, today: dt.date) -> Planned:
    """The engine's plan; raises `taper.errors.Refusal`."""
    return make_plan(*read(protocol, participant), today)


@cache
def golden_cases() -> Mapping[str, Fields]:
    """Every golden case by its name, read once a process: who changes one, changes a copy."""
    return {path.stem: texts_of(path) for path in sorted(GOLDEN.glob("*.yaml"))}


@cache
def golden_plan(name: str) -> Planned:
    """The plan of a golden case; raises `taper.errors.Refusal` where that is what is expected."""
    case = golden_cases()[name]
    return plan_of(case["protocol"], case["participant"], dt.date.fromisoformat(case["today"]))


@cache
def golden_plans() -> Mapping[str, Plan]:
    """The plans of all golden cases that have days, by the names of their cases."""
    expected = {name: case["expected"] for name, case in golden_cases().items()}
    plans = {name: golden_plan(name) for name in expected if not expected[name].get("refused")}
    return {name: plan for name, plan in plans.items() if isinstance(plan, Plan)}


def runs(plan: Plan) -> list[dict[str, str]]:
    """Consecutive days of one drug and dose, both ends included."""
    found: list[dict[str, str]] = []
    for day in plan.days():
        taken = {"drug": day.step.drug, "dose_mg": dose.text(day.dose_mg)}
        if found and found[-1].items() >= taken.items():
            found[-1]["end"] = str(day.date)
        else:
            found.append({"start": str(day.date), "end": str(day.date), **taken})
    return found


def times(day: Day) -> str:
    """What is taken at each time of a divided day: `morning 7 as 1x5 2x1, midday 3 as 3x1`."""
    said = []
    for part in parts_of(day.tablets):
        each = (f"{dose.text(t.count)}x{dose.text(t.strength_mg)}" for t in part.tablets)
        said.append(f"{part.time} {dose.text(part.dose_mg)} as {' '.join(each) or 'nothing'}")
    return ", ".join(said)


def quantities(plan: Plan) -> list[dict[str, Any]]:
    """Tablets to dispense, or mL of a solution, as the golden cases write them."""
    return [
        {
            "drug": q.drug,
            "mg_per_ml": dose.text(q.strength_mg),
            "ml": dose.text(Fraction(q.tablets)),
        }
        if q.in_ml
        else {"drug": q.drug, "strength_mg": dose.text(q.strength_mg), "tablets": q.tablets}
        for q in plan.quantities
    ]
