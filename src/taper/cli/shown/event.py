"""What `taper event` shows: the calendars before and after it, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from taper.doses import dose
from taper.exports.text import findings_text
from taper.operations.event import Proposal, Taken
from taper.planning.plan import Plan, Step
from taper.record.plan_document import SHORT_ID, plan_id
from taper.wording.banner import banner
from taper.wording.layout import NBSP, printable, table, wrapped


def side_by_side(proposal: Proposal, *, is_written: bool) -> str:
    """Both calendars as step tables, the changed rows marked, and what is new to know."""
    before, after = proposal.before, proposal.after
    known = {(finding.code, finding.text) for finding in before.findings}
    new = [finding for finding in after.findings if (finding.code, finding.text) not in known]
    blocks = [_heading(proposal, is_written=is_written)]
    if after.steps:
        rows = [_row(left, right, (before, after)) for left, right in _pairs(before, after)]
        blocks.append(table(["", f"Before\n{_TITLES}", f"After\n{_TITLES}"], rows))
        blocks.append("* changed")
    blocks.append(table(["", "Before", "After"], _facts(before, after)))
    if new:
        blocks.append(f"New findings:\n{findings_text(new)}")
    return printable("\n".join(f"{block.rstrip()}\n" for block in blocks))


def today_line(proposal: Proposal) -> str:
    """What the participant takes today, before and after the event."""
    before, after = map(_said, proposal.today_before_and_after)
    who = f"{proposal.after.participant} today, {proposal.today}"
    return (
        f"{who}: {after}, as before." if before == after else f"{who}: {after}; before, {before}."
    )


def _said(taken: Taken) -> str:
    return "nothing of this plan" if taken is None else f"{dose.text(taken[1])} mg {taken[0]}"


def _heading(proposal: Proposal, *, is_written: bool) -> str:
    """What was added to the file, or would be."""
    fields = proposal.fields
    more = [f"{key} {_read(value)}" for key, value in fields.items() if key not in ("type", "date")]
    doing = "closed" if proposal.closes else "added"
    done = doing if is_written else f"would be {doing}"
    said = f"{fields['type']} of {fields['date']} {done}"
    lines = [wrapped(f"{proposal.after.participant}: {', '.join([said, *more])}")]
    lines += banner(proposal.after.status, provisional=proposal.after.provisional)
    return "\n".join(lines)


def _read(value: Any) -> str:
    """A field of the event as it was typed: strengths as `5:2 and 1`."""
    if isinstance(value, list):
        return dose.join([_read(each) for each in value])
    return ":".join(value.values()) if isinstance(value, Mapping) else str(value)


_COLUMNS = "{:<10} {:>4} {:>8} {:<11}"
_WIDTH = len(_COLUMNS.format("", "", "", ""))
_TITLES = _COLUMNS.format("From", "Days", "A day", "What").rstrip().replace(" ", NBSP)


def _pairs(before: Plan, after: Plan) -> Iterator[tuple[Step | None, Step | None]]:
    """Steps that begin on the same day in one row: what is the same on its days is not marked."""
    left, right = ({step.start: step for step in plan.steps} for plan in (before, after))
    for start in sorted(left.keys() | right.keys()):
        yield left.get(start), right.get(start)


def _row(left: Step | None, right: Step | None, plans: tuple[Plan, Plan]) -> list[str]:
    is_same = left is not None and right is not None and _cell(left, "") == _cell(right, "")
    drugs = {step.drug for plan in plans for step in plan.steps}
    cells = [
        "" if step is None else _cell(step, step.drug if len(drugs) > 1 else "")
        for step in (left, right)
    ]
    return ["" if is_same else "*", *cells]


def _cell(step: Step, drug: str) -> str:
    """A step in one line; a long cycle and the drug, where there are several, below it."""
    cycle = " / ".join(dose.text(mg) for mg in step.daily_mg)
    is_long = step.is_cycle
    mg = "in turn" if is_long else f"{cycle} mg"
    lines = [_COLUMNS.format(str(step.start), step.days, mg, step.kind)]
    if is_long:
        lines += textwrap.wrap(f"{cycle} mg", _WIDTH, initial_indent="  ", subsequent_indent="  ")
    if drug:
        lines.append(f"  {drug}")
    return "\n".join(line.rstrip().replace(" ", NBSP) for line in lines)


def _facts(before: Plan, after: Plan) -> Iterator[list[str]]:
    def row(label: str, fact: Callable[[Plan], object]) -> list[str]:
        return [label, *(str(fact(plan) or "-") for plan in (before, after))]

    yield row("State", lambda plan: plan.state)
    yield row("Target reached", lambda plan: plan.target_reached)
    yield row("Last printed day", lambda plan: plan.last_day)
    yield row("Plan", lambda plan: plan_id(plan)[:SHORT_ID])
