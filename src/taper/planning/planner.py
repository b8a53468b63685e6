"""A participant's complete plan: the schedule and what a clinician must see in it."""

from __future__ import annotations

from datetime import date

from taper.errors import Refusal
from taper.planning.findings import findings_of, findings_without_days
from taper.planning.findings.case import Case
from taper.planning.plan import NotTapering, Plan, Planned
from taper.planning.schedule import not_tapering, schedule
from taper.planning.steps import origins_of
from taper.trial.participant import Participant, Steroid
from taper.trial.protocol import Protocol
from taper.trial.rules import Trial


def make_plan(
    trial: Trial, participant: Participant, today: date, revision: int | None = None
) -> Planned:
    """The plan of a participant as of `today`, findings included; pure.

    `revision` is given from outside. Raises `Refusal` for input that cannot be planned.
    """
    for each in (trial, *trial.amendments.values()):
        _refuse_future_approval(each.protocol, participant, today)
    if participant.steroid is None:
        return _without_days(trial, participant, today, revision)
    return _with_days(trial, participant, participant.steroid, today, revision)


def _without_days(
    trial: Trial, participant: Participant, today: date, revision: int | None
) -> NotTapering:
    plan = not_tapering(trial, participant, today, revision)
    plan.say(findings_without_days(plan, trial, participant))
    return plan


def _with_days(
    trial: Trial, participant: Participant, steroid: Steroid, today: date, revision: int | None
) -> Plan:
    plan, course = schedule(trial, participant, steroid, today, revision)
    rx, origins = course.rx, origins_of(course)
    plan.say(findings_of(Case(plan, rx.trial, participant, today, rx, origins)))
    return plan


def _refuse_future_approval(protocol: Protocol, participant: Participant, today: date) -> None:
    """A calendar without EXAMPLE on it needs an approval that has been given (§4.1.5)."""
    approval = protocol.approval
    if approval is not None and approval.date > today:
        raise Refusal.of(
            participant.participant,
            f"approval.date of protocol {protocol.id}",
            approval.date,
            f"a date that is not after today, {today}",
        )
