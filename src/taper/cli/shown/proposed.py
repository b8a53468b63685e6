"""What is shown of a change in a participant's file: the calendars before and after it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.tablets import Tablets
from taper.errors import Refusal
from taper.exports.text import findings_text
from taper.operations.changing.proposed import Proposal
from taper.operations.plans.taken import Taken
from taper.planning.plan import Plan, Step
from taper.record.plan_document import SHORT_ID, plan_id
from taper.wording.banner import banner
from taper.wording.layout import NBSP, printable, table, wrapped
from taper.wording.tablets import in_tablets


def side_by_side(proposal: Proposal, *, is_written: bool) -> str:
    """Both calendars as step tables, the changed rows marked, and what is new to know."""
    after, new = proposal.after, proposal.new_findings
    before = None if isinstance(proposal.before, Refusal) else proposal.before
    blocks = [_heading(proposal, is_written=is_written)]
    if after.steps:
        plans = [plan for plan in (before, after) if plan is not None]
        rows = [_row(left, right, plans) for left, right in _pairs(before, after)]
        blocks.append(table(["", f"Before\n{_TITLES}", f"After\n{_TITLES}"], rows))
        blocks.append("* changed" if any(row[0] for row in rows) else "No row is another.")
    blocks.append(table(["", "Before", "After"], _facts(before, after)))
    if new:
        blocks.append(f"New findings:\n{findings_text(new)}")
    return printable("\n".join(f"{block.rstrip()}\n" for block in blocks))


def today_line(proposal: Proposal) -> str:
    """What the participant takes today, before and after the change."""
    was, now = proposal.today_before_and_after
    other_tablets = was is not None and now is not None and was[:2] == now[:2] and was != now
    before, after = (_said(each, with_tablets=other_tablets) for each in (was, now))
    said = f"{proposal.after.participant} today, {proposal.today}: {after}"
    if isinstance(proposal.before, Refusal):
        return f"{said}; before, no plan, as the file was refused."
    return f"{said}, as before." if before == after else f"{said}; before, {before}."


def _said(taken: Taken, *, with_tablets: bool) -> str:
    """The dose; its tablets too, or those of each time, where they alone are others."""
    if taken is None:
        return "nothing of this plan"
    drug, mg, tablets = taken
    at_times = [f"{part.time} {in_tablets(part.tablets)}" for part in parts_of(tablets)]
    listed = f" ({'; '.join(at_times) or in_tablets(tablets)})" if with_tablets else ""
    return f"{dose.text(mg)} mg {drug}{listed}".replace(NBSP, " ")


def _heading(proposal: Proposal, *, is_written: bool) -> str:
    """What was changed in the file, or would be."""
    edited = proposal.edited
    done = edited.done if is_written else f"would be {edited.done}"
    said = ", ".join([f"{edited.what} {done}", *edited.details])
    lines = [wrapped(f"{proposal.after.participant}: {said}")]
    if isinstance(proposal.before, Refusal):
        lines += [wrapped(line, "Before, refused: ") for line in str(proposal.before).splitlines()]
    lines += map(wrapped, banner(proposal.after.status, provisional=proposal.after.provisional))
    return "\n".join(lines)


_COLUMNS = "{:<10} {:>4} {:>8} {:<11}"
_WIDTH = len(_COLUMNS.format("", "", "", ""))
_TITLES = _COLUMNS.format("From", "Days", "A day", "What").rstrip().replace(" ", NBSP)


def _pairs(before: Plan | None, after: Plan) -> Iterator[tuple[Step | None, Step | None]]:
    """Steps that begin on the same day in one row: what is the same on its days is not marked."""
    left, right = (
        {step.start: step for step in plan.steps} if plan else {} for plan in (before, after)
    )
    for start in sorted(left.keys() | right.keys()):
        yield left.get(start), right.get(start)


def _row(left: Step | None, right: Step | None, plans: Sequence[Plan]) -> list[str]:
    drugs = {step.drug for plan in plans for step in plan.steps}
    cells = [
        "" if step is None else _cell(step, step.drug if len(drugs) > 1 else "")
        for step in (left, right)
    ]
    if left is None or right is None or cells[0] != cells[1]:
        return ["*", *cells]
    if left.tablets == right.tablets:
        return ["", *cells]
    return ["*", _with_tablets(cells[0], left), _with_tablets(cells[1], right)]


def _with_tablets(cell: str, step: Step) -> str:
    """The cell with the tablets of its days, where they alone differ."""
    taken = " / ".join(map(in_tablets, step.tablets))
    return "\n".join([cell, *_indented(taken)])


def _indented(text: str) -> list[str]:
    lines = textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    return [line.replace(" ", NBSP) for line in lines]


def _cell(step: Step, drug: str) -> str:
    """A step in one line; below it a long cycle, what each time of the day has, and the drug."""
    cycle = " / ".join(dose.text(mg) for mg in step.daily_mg)
    is_long = step.is_cycle
    mg = "in turn" if is_long else f"{cycle} mg"
    lines = [_COLUMNS.format(str(step.start), step.days, mg, step.kind)]
    if is_long:
        lines += textwrap.wrap(f"{cycle} mg", _WIDTH, initial_indent="  ", subsequent_indent="  ")
    for taken in dict.fromkeys(map(_at_each_time, step.tablets)):
        lines += textwrap.wrap(taken, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    if drug:
        lines.append(f"  {drug}")
    return "\n".join(line.rstrip().replace(" ", NBSP) for line in lines)


def _at_each_time(tablets: Tablets) -> str:
    """What each time of a divided day has: `morning 10, evening 5 mg`."""
    parts = [f"{part.time} {dose.text(part.dose_mg)}" for part in parts_of(tablets)]
    return f"{', '.join(parts)} mg" if parts else ""


def _facts(before: Plan | None, after: Plan) -> Iterator[list[str]]:
    def row(label: str, fact: Callable[[Plan], object]) -> list[str]:
        return [label, *(str((plan and fact(plan)) or "-") for plan in (before, after))]

    yield row("State", lambda plan: plan.state)
    yield row("Target reached", lambda plan: plan.target_reached)
    yield row("Last printed day", lambda plan: plan.last_day)
    yield row("Plan", lambda plan: plan_id(plan)[:SHORT_ID])
