"""What is taken by a plan on a day, whether or not it prints that day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from taper.doses.tablets import Tablets
from taper.planning.plan import Plan

Taken = tuple[str, Fraction, Tablets] | None
"""A drug, its mg and its tablets on a day, None where nothing is planned."""


def taken(plan: Plan, day: date) -> Taken:
    """What is taken on a day; after the last printed one that goes on which the plan says."""
    beyond = (day - plan.steps[-1].end).days - 1
    if beyond >= 0:
        turn = beyond % len(plan.after.pattern_mg)
        return plan.after.drug, plan.after.pattern_mg[turn], plan.after.tablets[turn]
    step = next((step for step in reversed(plan.steps) if step.start <= day), None)
    if step is None:
        return None
    turn = (day - step.start).days % len(step.daily_mg)
    return step.drug, step.daily_mg[turn], step.tablets[turn]
