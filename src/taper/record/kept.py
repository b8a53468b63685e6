"""What the ledger keeps of a plan for whoever counts and compares: the days' why and what. Pure.

The ledger has a plan's days as they were printed (`taper.record.changes.course`). Here is what a
reader of many plans wants beside them: the kind of each step, its ideal doses, equivalents, and
the days that they are counted from. No free text is in it, neither a clinician's nor a finding's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.planning.plan import After, Instruction, Plan, Step

KEY = "analysis"
"""Under which it stands in a participant's row of the ledger; older rows lack it."""


def kept_of(plan: Plan) -> Mapping[str, Any]:
    """As JSON: doses are text of at most 4 decimals in mg, as in the plan's own JSON."""
    return {
        "equivalence": plan.equivalence,
        "baseline_prednisone_mg": plan.baseline and dose.text(plan.baseline.prednisone_mg),
        "anchor": plan.anchor and [plan.anchor.number, plan.anchor.date.isoformat()],
        "day_1": [_iso(plan.first_infusion), plan.infusion_day],
        "target_mg": None if plan.target_mg is None else dose.text(plan.target_mg),
        "after": plan.after and _after(plan.after),
        "steps": [_step(plan, step) for step in plan.steps],
        "findings": [[_iso(finding.date), finding.step] for finding in plan.findings],
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _after(after: After) -> list[Any]:
    """Drug, instruction, and the doses of the cycle that goes on."""
    stays = after.instruction is Instruction.KEEP_TAKING  # at the dose of the last day
    doses = (after.dose_mg,) if stays else after.pattern_mg
    return [after.drug, after.instruction.value, _texts(doses)]


def _step(plan: Plan, step: Step) -> list[Any]:
    """Number, kind, ideal cycles, and each day's dose as mg prednisone."""
    equivalents = [plan.prednisone_equivalent(mg, step.drug) for mg in step.daily_mg]
    return [
        step.number,
        step.kind.value,
        [_texts(cycle) for cycle in step.ideal_mg],
        _texts(equivalents),
    ]


def _texts(doses: tuple[Fraction, ...] | list[Fraction]) -> list[str]:
    return [dose.text(mg) for mg in doses]
