"""The engine beside the plain day-by-day planner, on one generated case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cases import plan_of
from oracle import oracle
from oracle.ideal import goes_by_weight
from oracle.plans import OraclePlan
from oracle.reading import Refused
from property.strategies import Case
from property.strategies.words import Fields

from taper.doses import dose
from taper.doses.division import parts_of
from taper.errors import Refusal
from taper.planning.plan import Planned
from taper.trial.fields import MAX_DAYS


def refuse_to_differ(case: Case) -> None:
    """Both refuse, or every day, state, date and tablet is the same."""
    try:
        expected = oracle(*case)
        if len(expected.days) > MAX_DAYS:
            raise Refused("longer than ten years")
    except Refused:
        with pytest.raises(Refusal):
            plan_of(*case)
        return
    plan = plan_of(*case)
    assert [(d.date, d.step.drug, d.dose_mg, d.step.kind.value) for d in plan.days()] == [
        tuple(day) for day in expected.days
    ]
    _refuse_to_tell_otherwise(plan, expected)


def _refuse_to_tell_otherwise(plan: Planned, expected: OraclePlan) -> None:
    assert (plan.taper_start, plan.provisional) == (expected.taper_start, expected.provisional)
    assert (plan.state.value, plan.target_reached) == (expected.state, expected.target_reached)
    assert {
        (q.drug, (q.strength_mg, q.in_ml)): q.tablets for q in plan.quantities
    } == expected.quantities
    assert {
        day.date: {(count.strength_mg, count.in_ml): count.count for count in day.tablets}
        for day in plan.days()
    } == expected.tablets
    assert {
        day.date: tuple((part.time, part.dose_mg) for part in parts_of(day.tablets))
        for day in plan.days()
    } == expected.times
    said = "/".join(dose.text(mg) for mg in plan.after.pattern_mg)
    assert (plan.after.drug, said, plan.after.instruction.value) == expected.after


def rules_in(case: Case) -> set[str]:
    """What the case has of the rules that are counted: its regimen, its rows, its events."""
    protocol, participant, _ = case
    regimen = protocol["taper"]["regimen"]
    phases = regimen.get("phases", [regimen])
    found = {regimen["kind"], *(phase["kind"] for phase in phases)}
    found |= {"in another drug" for phase in phases if "in" in phase}
    found |= {name for row in _rows(phases) for name in _named(row)}
    found |= {"change_on"} & set(protocol["taper"])
    found |= {"resume: regimen"} if "regimen" in protocol.get("flare", {}) else set()
    found |= {"set-dose by a regimen" for event in participant["events"] if "regimen" in event}
    found |= {"weight decides"} if goes_by_weight(regimen) else set()
    found |= {f"event: {event['type']}" for event in participant["events"]}
    found |= {name for name in ("times", "mg_per_ml") if f"'{name}'" in str(participant)}
    return found | {f"flare rule: {protocol.get('flare', {}).get('action', 'none')}"}


def _rows(phases: list[Fields]) -> Iterator[Fields]:
    for phase in phases:
        for table in phase.get("tables", [phase]):
            yield from table.get("steps", [])


def _named(row: Fields) -> Iterator[str]:
    mg = row.get("mg_per_kg", row.get("mg"))
    yield from (key for key in ("weeks", "by_weekday", "mg_per_kg", "min_mg") if key in row)
    if row.get("compare") == "mean":
        yield "compare: mean"
    if isinstance(mg, list):
        yield "cycle" if len(mg) <= 7 else "cycle of more than 7 days"
