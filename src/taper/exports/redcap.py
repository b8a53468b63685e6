"""A plan as rows to import into REDCap: its form, and an instance of `taper_step` a step. Pure.

An import deletes nothing. So a plan that takes the place of a longer one says of each instance
that is left over that it is superseded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.tablets import Tablets
from taper.planning.plan import Plan, Step
from taper.record.kept import KeptStep
from taper.wording.banner import banner
from taper.wording.cells import neutral
from taper.wording.layout import NBSP
from taper.wording.tablets import in_tablets

REPEATING = "taper_step"
FIRST = f"Switch on repetition for {REPEATING} in REDCap's Project Setup before the first import."
"""What whoever imports it must do first: a data dictionary cannot say it."""
_RECORD = ("participant", "redcap_repeat_instrument", "redcap_repeat_instance")
PLAN = (
    *("tp_plan_id", "tp_revision", "tp_issued", "tp_protocol", "tp_version", "tp_not_for_patient"),
    *("tp_state", "tp_drug", "tp_start", "tp_target_reached", "tp_last_day", "tp_steps"),
)
STEP = (
    *("ts_plan_id", "ts_superseded", "ts_kind", "ts_start", "ts_end", "ts_days", "ts_drug"),
    *("ts_dose_mg", "ts_cycle_mg", "ts_tablets", "ts_times"),
)
COLUMNS = (*_RECORD, *PLAN, *STEP)
_IN_TURN = " then "
_Row = Mapping[str, str | int]


def rows_of(plan: Plan, plan_id: str, issued: date, earlier: Sequence[KeptStep] = ()) -> bytes:
    """The CSV: a row for the plan, one for each step, and one for each that `earlier` had more."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(plan, plan_id, issued, earlier):
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return out.getvalue().encode()  # with a byte order mark REDCap would not know the record's id


def _rows(plan: Plan, plan_id: str, issued: date, earlier: Sequence[KeptStep]) -> Iterator[_Row]:
    who = {"participant": plan.participant}
    yield {**who, **_plan(plan, plan_id, issued)}
    for instance, step in enumerate(plan.steps, start=1):
        yield {**who, **_instance(instance), "ts_plan_id": plan_id, **_step(step)}
    before = max((step.number + 1 for step in earlier), default=0)
    for instance in range(len(plan.steps) + 1, before + 1):
        yield {**who, **_instance(instance), "ts_superseded": 1}


def _instance(number: int) -> _Row:
    return {"redcap_repeat_instrument": REPEATING, "redcap_repeat_instance": number}


def _plan(plan: Plan, plan_id: str, issued: date) -> _Row:
    return {
        "tp_plan_id": plan_id,
        "tp_revision": "" if plan.revision is None else plan.revision,
        "tp_issued": issued.isoformat(),
        "tp_protocol": plan.protocol.id,
        "tp_version": plan.protocol.version,
        "tp_not_for_patient": " ".join(banner(plan.status, provisional=plan.provisional)),
        "tp_state": _code(plan.state),
        "tp_drug": plan.drug,
        "tp_start": plan.taper_start.isoformat(),
        "tp_target_reached": plan.target_reached.isoformat() if plan.target_reached else "",
        "tp_last_day": plan.last_day.isoformat(),
        "tp_steps": len(plan.steps),
    }


def _step(step: Step) -> _Row:
    """A step without the reason that somebody gave."""
    doses = [dose.text(mg) for mg in step.daily_mg]
    taken = (in_tablets(tablets).replace(NBSP, " ") for tablets in step.tablets)
    return {
        "ts_superseded": 0,
        "ts_kind": _code(step.kind),
        "ts_start": step.start.isoformat(),
        "ts_end": step.end.isoformat(),
        "ts_days": step.days,
        "ts_drug": step.drug,
        "ts_dose_mg": "" if step.is_cycle else doses[0],
        "ts_cycle_mg": _IN_TURN.join(doses) if step.is_cycle else "",
        "ts_tablets": _IN_TURN.join(taken),
        "ts_times": _IN_TURN.join(map(_at_times, step.tablets)) if step.times else "",
    }


def _at_times(day: Tablets) -> str:
    """What is taken when on a divided day; a day of the cycle without a dose has no times."""
    each = (f"{p.time} {dose.text(p.dose_mg)} mg: {in_tablets(p.tablets)}" for p in parts_of(day))
    return "; ".join(each).replace(NBSP, " ") or "none"


def _code(word: str) -> str:
    """A word as the code of a choice, which has no hyphen in REDCap."""
    return word.replace("-", "_")


def _harmless(value: str | int) -> str | int:
    return neutral(value) if isinstance(value, str) else value
