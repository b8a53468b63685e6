"""Days beyond the last printed one, wherever what comes after it is known (§6.5.7). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import TypeVar

from taper.planning.plan import ONE_DAY, After, Instruction, Kind, Part, Plan, State, Step
from taper.trial.fields import MAX_DAYS

Turn = TypeVar("Turn")

_ENDLESS = frozenset({Kind.MAINTENANCE, Kind.HOLD})
"""Steps that may last until somebody says otherwise."""


def is_known_after(plan: Plan) -> bool:
    """Whether the dose of every later day is known: after a withdrawal a clinician says it."""
    return plan.state is not State.WITHDRAWN


def shown_until(plan: Plan, last: date) -> Plan:
    """The plan with every day up to `last`, where its own days end before that.

    It is the same plan to whoever reads it: only more of it is shown. Raises `ValueError` where
    what is taken then is not known, and beyond ten years.
    """
    more = (last - plan.last_day).days
    if more <= 0:
        return plan
    if not is_known_after(plan):
        raise ValueError("days after a withdrawal, of which nothing is known")
    if not all(_has_tablets(plan.after)):
        raise ValueError("days of whose dose no printed day says the tablets")
    if (last - plan.first_day).days >= MAX_DAYS:
        raise ValueError(f"more than {MAX_DAYS} days")
    return replace(
        plan,
        steps=_with_days(plan, more),
        after=_later(plan.after, more, last),
        whole_until=plan.last_day,
    )


def _has_tablets(after: After) -> Iterator[bool]:
    """Whether each dose is made of tablets: what an older taper wrote may not say of which."""
    both = zip_longest(after.pattern_mg, after.tablets)
    return (bool(mg) == bool(taken) for mg, taken in both)


def shown(plan: Plan, part: Part | None) -> Plan:
    """The plan with all that a part of it shows."""
    return plan if part is None else shown_until(plan, part.last)


def _with_days(plan: Plan, more: int) -> tuple[Step, ...]:
    *before, last = plan.steps
    if _goes_on(last, plan.after):
        return (*before, last._replace(days=last.days + more))
    return (*plan.steps, _step_after(last, plan.after, more))


def _goes_on(last: Step, after: After) -> bool:
    """Whether what comes next is the last step without end, day after day."""
    same = (last.drug, _turned(last.daily_mg, last.days), _turned(last.tablets, last.days))
    return last.kind in _ENDLESS and same == (after.drug, after.pattern_mg, after.tablets)


def _step_after(last: Step, after: After, days: int) -> Step:
    held = after.instruction is Instruction.DO_NOT_REDUCE
    return Step(
        number=last.number + 1,
        kind=Kind.HOLD if held else Kind.MAINTENANCE,
        start=last.end + ONE_DAY,
        days=days,
        drug=after.drug,
        daily_mg=after.pattern_mg[:days],
        ideal_mg=(after.pattern_mg[:days],),
        tablets=after.tablets[:days],
        level=last.level,
        ladder=last.ladder,
    )


def _later(after: After, days: int, last: date) -> After:
    """The same cycle as it goes on after so many more days."""
    pattern = _turned(after.pattern_mg, days)
    return after._replace(
        pattern_mg=pattern,
        dose_mg=pattern[0],
        tablets=_turned(after.tablets, days),
        first_day=after.first_day and last + ONE_DAY,
    )


def _turned(cycle: tuple[Turn, ...], days: int) -> tuple[Turn, ...]:
    place = days % len(cycle) if cycle else 0
    return cycle[place:] + cycle[:place]
