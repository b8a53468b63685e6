"""A participant's complete plan: the schedule and what a clinician must see in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from taper.planning.findings import findings_of
from taper.planning.plan import Plan
from taper.planning.schedule import schedule
from taper.trial.participant import Participant
from taper.trial.rules import Trial


def make_plan(
    trial: Trial, participant: Participant, today: date, revision: int | None = None
) -> Plan:
    """The plan of a participant as of `today`, findings included; pure.

    `revision` is given from outside. Raises `Refusal` for input that cannot be planned.
    """
    plan, rx = schedule(trial, participant, today, revision)
    return replace(plan, findings=tuple(findings_of(plan, rx, trial, participant, today)))
