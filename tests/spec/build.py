"""Small builders, so that a test of the specification is a few lines and reads like its sentence.

Unless a test says otherwise a participant takes 10 mg prednisone, has tablets of 20, 10, 5, 2.5
and 1 mg, and had infusion 1 on Monday 2026-01-05; the taper starts 14 days later, on 2026-01-19,
and goes down by 1 mg every 14 days to 5 mg:

    10 mg from 2026-01-05, 9 from 01-19, 8 from 02-02, 7 from 02-16, 6 from 03-02, 5 from 03-16

Most events are on 02-10, when 8 of the 14 days at 8 mg are over, or on 02-16, a reduction day. The
flare rule is the default one, `min_days` and `stable_days` 14, unless a test changes it: with both
at work a flare of 02-10 that is resolved on 02-12 goes on on 02-26, 16 days later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import cases
import pytest
from cases import Fields

from taper.doses import dose
from taper.errors import Problem, Refusal
from taper.planning.labels import Finding
from taper.planning.plan import Plan
from taper.planning.schedule import schedule

ANCHOR, TAPER_START, TARGET_REACHED = "2026-01-05", "2026-01-19", "2026-03-16"
UNDISTURBED = "10×14 9×14 8×14 7×14 6×14 5×28"
TODAY = "2028-09-01"
Row = tuple[Any, int]


def bands(*rows: tuple[str, str, int]) -> Fields:
    """A regimen of bands: above, decrease, days each."""
    keys = ("above_mg", "decrease_mg", "every_days")
    return {"kind": "bands", "bands": [dict(zip(keys, row, strict=True)) for row in rows]}


def rows(*doses_and_days: Row) -> list[Fields]:
    """Rows of a table: a dose or a cycle of them, and for how many days."""
    return [{"mg": mg, "days": days} for mg, days in doses_and_days]


def table(*doses_and_days: Row, **more: Any) -> Fields:
    """A regimen of steps, `entry` and the like among `more`."""
    return {"kind": "steps", "steps": rows(*doses_and_days), **more}


BANDS = bands(("40", "10", 7), ("20", "5", 7), ("10", "2.5", 7), ("5", "1", 14), ("0", "1", 28))
TABLETS = ["20", "10", "5", "2.5", "1"]
QUARTERS = [{"mg": "1", "split": 4}]
"""Tablets that make every quarter of a milligram, where a test is not about tablets."""
SPLIT_5 = [{"mg": "5", "split": 2}]

PROTOCOL: Fields = {
    "id": "p",
    "title": "p",
    "version": "1.0",
    "status": "illustrative",
    "sources": ["a test"],
    "infusions": [{"number": 1, "months": 0}, {"number": 2, "months": 3, "window_days": 7}],
    "market": "US",
    "taper": {"after_infusion": 1, "target_mg": "5", "regimen": BANDS},
    "flare": {},
}
PARTICIPANT: Fields = {
    "participant": "IIM-001",
    "protocol": "p",
    "steroid": {"drug": "prednisone", "dose_mg": "10", "strengths": TABLETS},
    "infusions": [{"number": 1, "date": ANCHOR}],
}


def methyl(*strengths: object) -> Fields:
    """The steroid is methylprednisolone, 4 mg of which are 5 mg prednisone."""
    return {"drug": "methylprednisolone", "strengths": list(strengths)}


# What is planned ---------------------------------------------------------------------------------


def case(
    mg: str | None = None,
    *,
    regimen: Fields | str | None = None,
    target: str | None = None,
    strengths: Sequence[Any] | None = None,
    taper: Fields | None = None,
    flare: Fields | None = None,
    protocol: Fields | None = None,
    steroid: Fields | None = None,
    participant: Fields | None = None,
    events: Sequence[Fields] = (),
) -> tuple[Fields, Fields]:
    """The usual protocol and participant with these changes; None takes a key away."""
    rule = _given(regimen=regimen, target_mg=target)
    protocol = _changed(PROTOCOL, protocol or {})
    for key, changes in (("taper", {**rule, **(taper or {})}), ("flare", flare or {})):
        if changes:
            protocol[key] = _changed(protocol[key], changes)
    taken = {**_given(dose_mg=mg, strengths=strengths), **(steroid or {})}
    return protocol, _changed(
        PARTICIPANT,
        {
            "steroid": _changed(PARTICIPANT["steroid"], taken),
            "events": list(events) or None,
            **(participant or {}),
        },
    )


def plan(*args: Any, today: str = TODAY, **changes: Any) -> Plan:
    """The engine's plan of the usual participant with these changes; see `case`."""
    return cases.plan_of(*case(*args, **changes), dt.date.fromisoformat(today))


def window_end(**changes: Any) -> dt.date:
    """The date by which the protocol wants the target reached, with these changes; see `case`."""
    trial, participant = cases.read(*case(**changes))
    _, made = schedule(trial, participant, participant.steroid, dt.date.fromisoformat(TODAY))
    return made.rx.window_end


def refusal(*args: Any, **changes: Any) -> Problem:
    """Why such a participant is refused: the one problem that is found."""
    with pytest.raises(Refusal) as refused:
        plan(*args, **changes)
    (problem,) = refused.value.problems
    return problem


def _given(**values: Any) -> Fields:
    return {key: value for key, value in values.items() if value is not None}


def _changed(fields: Mapping[str, Any], changes: Mapping[str, Any]) -> Fields:
    return {key: value for key, value in {**fields, **changes}.items() if value is not None}


# Events ------------------------------------------------------------------------------------------


def flare(date: str, resolved: str | None = None, **more: str) -> Fields:
    """A flare, `resolved` its first stable day."""
    return _given(type="flare", date=date, resolved=resolved, **more)


def hold(date: str, until: str | None = None, reason: str | None = "infection") -> Fields:
    """A hold for another reason."""
    return _given(type="hold", date=date, until=until, reason=reason)


def stress_dose(date: str, days: int, mg: str, **more: str) -> Fields:
    """A stress dose."""
    return {"type": "stress-dose", "date": date, "days": days, "dose_mg": mg, **more}


def set_dose(date: str, days: int, mg: str, reason: str | None = "weakness", **more: str) -> Fields:
    """A clinician's own dose."""
    return _given(type="set-dose", date=date, days=days, dose_mg=mg, reason=reason, **more)


def withdraw(date: str, reason: str | None = "consent withdrawn") -> Fields:
    """The end of the taper."""
    return _given(type="withdraw", date=date, reason=reason)


# Rules that a test may give -----------------------------------------------------------------------

BACK: Fields = {"action": "step-back"}
RESTART: Fields = {"resume": "restart-step"}


def rescue(*rows: tuple[str, int], **more: object) -> Fields:
    """A flare rule with a burst; `stable_days` is 0 so that `min_days` decides."""
    burst = [{"mg": mg, "days": days} for mg, days in rows]
    return {"action": "rescue", "rescue": burst, "stable_days": 0, **more}


BURST = rescue(("30", 3), ("20", 3))
TO_NONE = table((["5", "0"], 6), ("0", 7))
"""A regimen: after the run-in 5 mg every other day for 6 days, then none."""


FIRST, SECOND = flare("2026-02-10", "2026-02-10"), flare("2026-03-12", "2026-03-14")
"""Two flares of which the first is over when the second begins."""


# What comes out ----------------------------------------------------------------------------------


def runs(plan: Plan) -> list[tuple[str, str, str]]:
    """Consecutive days of one dose: first day, last day, dose."""
    return [(run["start"], run["end"], run["dose_mg"]) for run in cases.runs(plan)]


def course(plan: Plan) -> str:
    """Every run as dose×days, such as `10×14 9×14`; a drug is named where there are several."""
    said, drug = [], None if len({step.drug for step in plan.steps}) > 1 else plan.steps[0].drug
    for run in cases.runs(plan):
        if run["drug"] != drug:
            drug = run["drug"]
            said.append(f"{drug}:")
        days = dt.date.fromisoformat(run["end"]) - dt.date.fromisoformat(run["start"])
        said.append(f"{run['dose_mg']}×{days.days + 1}")
    return " ".join(said)


def kinds(plan: Plan) -> str:
    """Every step as kind dose×days, a cycle joined by `/`; the kind of a taper is left out."""
    said = []
    for step in plan.steps:
        doses = "/".join(dose.text(mg) for mg in step.daily_mg)
        kind = "" if step.kind.value == "taper" else f"{step.kind.value} "
        said.append(f"{kind}{doses}×{step.days}")
    return ", ".join(said)


def ideal(plan: Plan) -> list[str]:
    """The ideal doses below the run-in, in the taper's drug."""
    levels = [cycle for step in plan.steps for cycle in step.ideal_mg]
    return ["/".join(dose.text(mg) for mg in cycle) for cycle in levels[1:]]


def daily(plan: Plan, first: str, days: int) -> str:
    """The doses of so many days from a date on."""
    start = dt.date.fromisoformat(first)
    doses = [dose.text(day.dose_mg) for day in plan.days() if day.date >= start]
    return " ".join(doses[:days])


def before(plan: Plan, date: str) -> list[tuple[dt.date, str, Fraction]]:
    """Every day before a date: the past."""
    return [(d.date, d.step.drug, d.dose_mg) for d in plan.days() if str(d.date) < date]


def after(plan: Plan) -> tuple[str, str]:
    """What comes after the last printed day: the dose and the instruction."""
    return f"{dose.text(plan.after.dose_mg)} mg {plan.after.drug}", plan.after.instruction.value


def codes(plan: Plan) -> set[str]:
    """The codes of all findings."""
    return {finding.code for finding in plan.findings}


def found(plan: Plan, code: str) -> list[Finding]:
    """The findings of one code."""
    return [finding for finding in plan.findings if finding.code == code]


def severity(plan: Plan, code: str) -> str:
    """The severity of the findings of one code; `absent` where there is none."""
    return " ".join(sorted({finding.severity.value for finding in found(plan, code)})) or "absent"
