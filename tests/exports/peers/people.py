"""Plans to be looked at: those of all golden cases, and of people whom a machine thought out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import cases
from exports.golden_plans import golden_plans
from hypothesis import HealthCheck, Phase, given, seed, settings
from property.strategies import EVENTS, EVERY_REGIMEN, LATER_EVENTS, LATER_RULES
from property.strategies import cases as drawn

from taper.errors import Refusal
from taper.planning.plan import Plan

GENERATED = 300
"""How many of them, beside the golden cases."""
_A_SEED = 50


def golden() -> Iterator[Plan]:
    """The plan of each golden case, as if a patient could act by it."""
    return map(for_patients, golden_plans())


def generated() -> list[Plan]:
    """As many more, the same each time."""
    found: list[Plan] = []
    for number in count(1):
        found += _of_seed(number)
        if len(found) >= GENERATED:
            return found[:GENERATED]
    return found


def _of_seed(number: int) -> list[Plan]:
    found: list[Plan] = []

    @seed(number)
    @settings(
        max_examples=_A_SEED,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn(regimens=EVERY_REGIMEN, events=(*EVENTS, *LATER_EVENTS), rules=LATER_RULES))
    def draw(case: tuple) -> None:
        try:
            plan = cases.plan_of(*case)
        except Refusal:
            return
        if isinstance(plan, Plan):
            found.append(for_patients(plan))

    draw()
    return found


def for_patients(plan: Plan) -> Plan:
    """The plan as if its protocol were approved, its infusion given and its paper English."""
    former = tuple(each._replace(status="approved") for each in plan.former_protocols)
    return replace(
        plan,
        protocol=plan.protocol._replace(status="approved"),
        former_protocols=former,
        provisional=False,
        locale="en_US",
    )
