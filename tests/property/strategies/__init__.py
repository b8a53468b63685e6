"""Random protocols and participants, in the form of the golden cases.

`cases()` draws (protocol, participant, today). Events are placed where rules meet: on the first
and last days of the steps that the plan has so far, in the run-in, inside holds, in the
maintenance and after the last printed day. Most cases can be planned; a few are refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

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
from property.strategies.words import Case, Fields

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


@st.composite
def later_protocols(
    draw: st.DrawFn, protocol: Fields, regimens: Sequence[str], weight: Fraction
) -> Fields:
    """Another version of a protocol, in the same drug."""
    equivalence = protocol["equivalence"]
    later = protocol_around(draw(taper_rules(regimens, weight, equivalence)), equivalence)
    if draw(st.integers(0, 4)):
        later["flare"] = draw(flare_rules(FLARE_ACTIONS))
    drug = protocol["taper"].get("drug", "as-baseline")
    later["taper"]["drug"] = drug if draw(st.integers(0, 20)) else "dexamethasone"
    return later


@st.composite
def cases(
    draw: st.DrawFn,
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
    weight = Fraction(draw(st.sampled_from(["48", "50", "62.5", "75", "90"])))
    equivalence = draw(st.sampled_from(sorted(EQUIVALENCE)))
    protocol = protocol_around(draw(taper_rules(regimens, weight, equivalence)), equivalence)
    if draw(st.integers(0, 9)):
        protocol["flare"] = draw(flare_rules(flare_actions))
    draw(later_rules(protocol, rules, weight))
    if "set-dose" in rules:
        protocol["regimens"] = SHIPPED
    participant, today = draw(
        participants_without_events(protocol, weight, rules, drug_change=drug_change)
    )
    if "amendment" in events and draw(st.integers(0, 2)) == 0:
        names = draw(st.sampled_from([("2.0",), ("2.0",), ("2.0", "3.0")]))
        protocol["amendments"] = {
            name: draw(later_protocols(protocol, regimens, weight)) for name in names
        }
        for later in protocol["amendments"].values():
            draw(later_rules(later, rules, weight))
    limits, waived = draw(eligibilities(participant))
    participant |= waived
    if limits is not None:
        protocol["eligibility"] = limits
    if taper_started and draw(st.integers(0, 9)) == 0:
        plan = try_plan((protocol, participant, today))
        if plan is not None and plan.taper_start <= today:
            late = draw(st.integers(0, min(10, (today - plan.taper_start).days)))
            participant["taper_started"] = str(plan.taper_start + dt.timedelta(late))
    kinds = (*events, *(kind for rule, kind in OTHER_KINDS.items() if rule in rules))
    participant["events"] = draw(event_lists((protocol, participant, today), kinds, max_events))
    return protocol, participant, today
