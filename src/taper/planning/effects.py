"""What each event did: the steps that it made, or what it changed of all that come (§9.1.7)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from taper.planning.entered import Entered
from taper.planning.labels import ProtocolLabel
from taper.planning.plan import Kind, Plan, Step

_MAKERS: dict[Kind, set[str]] = {
    Kind.HOLD: {"flare", "hold"},
    Kind.RESCUE: {"flare"},
    Kind.STRESS_DOSE: {"stress-dose"},
    Kind.SET_DOSE: {"set-dose"},
}
"""By which types of event steps of a kind are made; other steps are the regimen's own."""


class Did(StrEnum):
    """What an event did."""

    CHANGED_NO_DAY = "changed-no-day"
    MADE_STEPS = "made-steps"
    OTHER_TABLETS = "other-tablets"
    OTHER_WEIGHT = "other-weight"
    OTHER_PROTOCOL = "other-protocol"
    ENDED_TAPER = "ended-taper"


_OF_ALL_TO_COME = {
    "withdraw": Did.ENDED_TAPER,
    "tablets": Did.OTHER_TABLETS,
    "weight": Did.OTHER_WEIGHT,
}
"""What those events did that make no step of their own."""


def attributed(steps: tuple[Step, ...], events: Sequence[Entered]) -> tuple[Step, ...]:
    """The steps, each with the event that made it, if one did.

    That is the last one up to its first day of those that make steps of its kind: while such days
    last, another event of these types is refused, and what it interrupts goes on after it.
    """
    if not events:
        return steps
    return tuple([_attributed(s, events) if s.kind in _MAKERS else s for s in steps])


def _attributed(step: Step, events: Sequence[Entered]) -> Step:
    makers = _MAKERS[step.kind]
    made_by = [i for i, e in enumerate(events, 1) if e.what in makers and e.day <= step.start]
    return step._replace(event=made_by[-1]) if made_by else step


def steps_of_event(plan: Plan, number: int) -> list[Step]:
    """The steps that the event of that number made, counted from 1."""
    return [step for step in plan.steps if step.event == number]


def did(plan: Plan, number: int) -> Did:
    """What the event of that number did, counted from 1."""
    event = plan.events[number - 1]
    if event.what in _OF_ALL_TO_COME:
        return _OF_ALL_TO_COME[event.what]
    if protocols_since(plan, event):
        return Did.OTHER_PROTOCOL
    is_idle = event.what == "flare" and event.day in plan.idle_flares
    return Did.CHANGED_NO_DAY if is_idle or not steps_of_event(plan, number) else Did.MADE_STEPS


def protocols_since(plan: Plan, event: Entered) -> list[ProtocolLabel]:
    """The protocol that holds since an amendment, if any does."""
    if event.what != "amendment":
        return []
    return [each for each in plan.protocols if each.since == event.day]
