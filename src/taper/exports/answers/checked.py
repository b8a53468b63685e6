"""Somebody else's steps for another program: days, tablets, sums, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.exports.answers import schedules
from taper.planning.plan import Plan
from taper.record.plan_document import as_dict
from taper.sources.fhir import Contradiction, Schedule

_OF_THE_PLAN = ("steps", "quantities")


def as_data(
    schedule: Schedule,
    found: Iterable[Contradiction],
    plan: Plan | None,
    sums_mg: Mapping[str, Fraction],
    why_no_plan: str,
) -> dict[str, Any]:
    """The days as `read-fhir` gives them, steps and quantities as the plan's JSON does.

    Both are null where no plan was made of the days, and then it is said why.
    `findings` are what contradicts, and then what a clinician must see in the doses.
    """
    document = {} if plan is None else as_dict(plan)
    contradictions = [
        {"code": each.code, "severity": each.severity, "text": each.text} for each in found
    ]
    return {
        "days": schedules.as_data(schedule)["days"],
        **{key: document.get(key) for key in _OF_THE_PLAN},
        "why_no_steps": why_no_plan or None,
        "mg_in_all": {drug: dose.text(mg) for drug, mg in sums_mg.items()},
        "findings": contradictions + document.get("findings", []),
    }
