"""A plan as two CSV tables, its days and its steps, for a spreadsheet or a statistician. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from taper.planning.plan import Plan
from taper.record.kept import Texts
from taper.wording.banner import banner
from taper.wording.cells import neutral

DAYS = ("date", "day", "taper_day", "step", "drug", "dose_mg", "prednisone_equivalent_mg")
STEPS = ("number", "kind", "start", "end", "days", "drug")
_MADE_OF = ("tablets", "times")
_WHOSE = ("participant", "protocol", "plan_id", "revision", "not_for_patient_use")


def days_table(plan: Plan, document: Mapping[str, Any]) -> bytes:
    """A row a printed day of a plan's document (§9); doses exact, mg, dates ISO."""
    rows = (
        [*(day[key] for key in DAYS), _taken(day["tablets"]), _times(day.get("times", ()))]
        for day in document["days"]
    )
    return _table(plan, document, (*DAYS, *_MADE_OF), rows)


def steps_table(plan: Plan, document: Mapping[str, Any]) -> bytes:
    """A row a step; of a cycle the doses and tablets of its days in turn, parted by `then`."""
    rows = (
        [
            *(step[key] for key in STEPS),
            _in_turn(step["daily_mg"]),
            _in_turn([_taken(each) for each in step["tablets"]]),
            _in_turn(_times_of_turns(step)),
        ]
        for step in document["steps"]
    )
    return _table(plan, document, (*STEPS, "daily_mg", *_MADE_OF), rows)


def _times_of_turns(step: Mapping[str, Any]) -> Texts:
    """What is taken at the times of each day of the cycle; empty where nothing is divided."""
    times = step.get("times", ())
    turns = range(1, len(step["daily_mg"]) + 1) if times else ()
    return [_times(each for each in times if each["turn"] == turn) or "none" for turn in turns]


def _in_turn(texts: Texts) -> str:
    return " then ".join(texts)


def _taken(tablets: Iterable[Mapping[str, str]]) -> str:
    """`1 x 20 mg; 0.5 x 5 mg`, or `5 mL of 3 mg/mL`: no spreadsheet takes it for a time or date."""
    return (
        "; ".join(
            f"{each['ml']} mL of {each['mg_per_ml']} mg/mL"
            if "ml" in each
            else f"{each['count']} x {each['strength_mg']} mg"
            for each in tablets
        )
        or "none"
    )


def _times(times: Iterable[Mapping[str, Any]]) -> str:
    return " | ".join(
        f"{each['time']} {each['dose_mg']} mg: {_taken(each['tablets'])}" for each in times
    )


def _table(
    plan: Plan, document: Mapping[str, Any], titles: Sequence[str], rows: Iterable[Sequence[Any]]
) -> bytes:
    """The rows, each with whose plan it is of, and whether no patient may act by it."""
    marks = " ".join(banner(plan.status, provisional=plan.provisional))
    whose = [plan.participant, plan.protocol.id, document["plan_id"], plan.revision, marks]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_WHOSE, *titles])
    writer.writerows([_harmless(cell) for cell in (*whose, *row)] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # without the mark Excel takes it for another code


def _harmless(cell: Any) -> Any:
    return neutral(cell) if isinstance(cell, str) else cell
