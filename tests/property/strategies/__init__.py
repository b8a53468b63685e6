"""Random protocols and participants, in the form of the golden cases.

`cases()` draws (protocol, participant, today). Events are placed where rules meet: on the first
and last days of the steps that the plan has so far, in the run-in, inside holds, in the
maintenance and after the last printed day. Most cases can be planned; a few are refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from oracle.drugs import EQUIVALENCE
from property.strategies.events import event_lists, try_plan
from property.strategies.participants import eligibilities, participants_without_events
from property.strategies.protocols import (
    SHIPPED,
    flare_rules,
    later_rules,
    protocol_around,
    taper_rules,
)
from property.strategies.words import Case, Chance, Fields

REGIMENS = ("bands", "percent", "linear", "steps", "tables")
EVERY_REGIMEN = (*REGIMENS, "phases", "phases")
EVENTS = ("flare", "hold", "stress-dose", "set-dose", "withdraw")
LATER_EVENTS = ("tablets", "amendment", "weight")
"""What changes the rest of a ladder; drawn where they are asked for."""
LATER_RULES = ("change_on", "resume", "set-dose", "solution", "times")
"""Days of change, other regimens after a flare or from a set dose, solutions, divided days.

Drawn where they are asked for.
"""
OTHER_KINDS = {
    "set-dose": "set-dose by another regimen",
    "solution": "a solution",
    "times": "tablets at other times",
}
"""The kinds of event that such a rule brings."""
FLARE_ACTIONS = ("hold", "step-back", "rescue")


def later_protocols(
    chance: Chance, protocol: Fields, regimens: Sequence[str], weight: Fraction
) -> Fields:
    """Another version of a protocol, in the same drug."""
    equivalence = protocol["equivalence"]
    later = protocol_around(taper_rules(chance, regimens, weight, equivalence), equivalence)
    if not chance.one_in(5):
        later["flare"] = flare_rules(chance, FLARE_ACTIONS)
    drug = protocol["taper"].get("drug", "as-baseline")
    later["taper"]["drug"] = drug if not chance.one_in(21) else "dexamethasone"
    return later


def cases(**wanted: Any) -> st.SearchStrategy[Case]:
    """(protocol, participant, today), of what `a_case` can be asked for."""
    return st.randoms(use_true_random=False).map(lambda random: a_case(Chance(random), **wanted))


def a_case(
    chance: Chance,
    regimens: Sequence[str] = REGIMENS,
    events: Sequence[str] = EVENTS,
    flare_actions: Sequence[str] = FLARE_ACTIONS,
    rules: Sequence[str] = (),
    max_events: int = 4,
    drug_change: bool | None = None,
    taper_started: bool = True,
) -> Case:
    """(protocol, participant, today).

    `drug_change`: False never, True wherever another drug is drawn, None sometimes.
    `taper_started`: whether some participants took the first reduced dose late.
    """
    weight = Fraction(chance.one_of(["48", "50", "62.5", "75", "90"]))
    equivalence = chance.one_of(sorted(EQUIVALENCE))
    protocol = protocol_around(taper_rules(chance, regimens, weight, equivalence), equivalence)
    if not chance.one_in(10):
        protocol["flare"] = flare_rules(chance, flare_actions)
    later_rules(chance, protocol, rules, weight)
    if "set-dose" in rules:
        protocol["regimens"] = SHIPPED
    participant, today = participants_without_events(
        chance, protocol, weight, rules, drug_change=drug_change
    )
    if "amendment" in events and chance.one_in(3):
        names = chance.one_of([("2.0",), ("2.0",), ("2.0", "3.0")])
        protocol["amendments"] = {
            name: later_protocols(chance, protocol, regimens, weight) for name in names
        }
        for later in protocol["amendments"].values():
            later_rules(chance, later, rules, weight)
    limits, waived = eligibilities(chance, participant)
    participant |= waived
    if limits is not None:
        protocol["eligibility"] = limits
    if taper_started and chance.one_in(10):
        plan = try_plan((protocol, participant, today))
        if plan is not None and plan.taper_start <= today:
            late = chance.whole(0, min(10, (today - plan.taper_start).days))
            participant["taper_started"] = str(plan.taper_start + dt.timedelta(late))
    kinds = (*events, *(kind for rule, kind in OTHER_KINDS.items() if rule in rules))
    participant["events"] = event_lists(chance, (protocol, participant, today), kinds, max_events)
    return protocol, participant, today
