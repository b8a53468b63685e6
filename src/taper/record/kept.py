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
from taper.record import kept

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


def row_of(plan: Plan) -> dict[str, Any]:
    """What the ledger keeps of a plan for the summaries, as JSON."""
    return {
        "site": plan.contact_site,
        "protocol": [plan.protocol.id, plan.protocol.version],
        "state": plan.state.value,
        "drug": plan.drug,
        "baseline": plan.baseline and [plan.baseline.drug, dose.text(plan.baseline.dose_mg)],
        "taper_start": plan.taper_start and plan.taper_start.isoformat(),
        "target_reached": plan.target_reached and plan.target_reached.isoformat(),
        "last_day": plan.last_day and plan.last_day.isoformat(),
        "steps": len(plan.steps),
        "cumulative_mg": dose.text(_cumulative(plan)),
        "quantities": [[q.drug, dose.text(q.strength_mg), q.tablets] for q in plan.quantities],
        "findings": [[finding.severity.value, finding.code] for finding in plan.findings],
        kept.KEY: kept.kept_of(plan),
    }


def _cumulative(plan: Plan) -> Fraction:
    """The sum over all printed days, mg prednisone-equivalent."""
    mg = none = Fraction(0)
    for step in plan.steps:
        rounds, rest = divmod(step.days, len(step.daily_mg))
        taken = rounds * sum(step.daily_mg, none) + sum(step.daily_mg[:rest], none)
        mg += plan.prednisone_equivalent(taken, step.drug)
    return mg
