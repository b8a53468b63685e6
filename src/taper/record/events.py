"""Events in the plan's JSON, as entered, in the keys of a participant's file (§9.1.7). Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from taper.doses import dose
from taper.doses.solutions import Solution
from taper.doses.tablets import Strength
from taper.planning.effects import did, steps_of_event
from taper.planning.entered import Entered
from taper.planning.plan import Plan


def events_as_data(plan: Plan) -> list[dict[str, Any]]:
    """Every event by date, its number counted from 1, with what it did and the steps it made."""
    return [
        {
            "number": number,
            **_as_entered(event),
            "did": did(plan, number).value,
            "steps": [step.number for step in steps_of_event(plan, number)],
        }
        for number, event in enumerate(plan.events, start=1)
    ]


def _as_entered(event: Entered) -> dict[str, Any]:
    said = {
        "type": event.what,
        "date": event.day.isoformat(),
        "onset": _iso(event.onset),
        "resolved" if event.what == "flare" else "until": _iso(event.until),
        "days": event.days,
        "drug": event.drug,
        "dose_mg": event.dose_mg and dose.text(event.dose_mg),
        "strengths": [_strength(each) for each in event.strengths],
        "times": dict(event.times),
        "regimen": event.regimen,
        "protocol": event.protocol,
        "kg": event.kg and dose.text(event.kg),
        "reason": event.reason,
    }
    return {key: value for key, value in said.items() if value}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _strength(made_of: Strength | Solution) -> dict[str, Any]:
    if isinstance(made_of, Solution):
        smallest_ml = dose.text(made_of.smallest_ml)
        return {"mg_per_ml": dose.text(made_of.mg), "smallest_ml": smallest_ml}
    return {"mg": dose.text(made_of.mg), "split": made_of.split}
