"""A plan as what its pages show: plain values, so that the templates only place words.

Nothing is decided here. Each value is a plan's own, said in the words of its locale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from taper.plan import Instruction, Plan
from taper.render.chart import Chart, chart
from taper.render.front import (
    Replaces,
    StepRow,
    brief_summary,
    changes,
    is_brief,
    replaced,
    step_rows,
    summary,
)
from taper.render.grid import Cell, Month, Week, cells, listed, months
from taper.render.header import (
    LANDSCAPE_CHARACTERS,
    PORTRAIT_CHARACTERS,
    Header,
    Margins,
    header,
    margins,
    typed,
)
from taper.render.language import Paper
from taper.render.lines import cell_width
from taper.render.words import Words, drugs

NORMAL_PT, LARGE_PT = 11.5, 18.5
"""The size of the chart's letters."""
FIRST_PAGE_LINES = 14
"""Lines of the step table that the first page holds beside what it must say."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything a calendar prints."""

    lang: str
    paper: Paper
    large: bool
    title: str
    drug: str
    participant: str
    issued: date
    protocol_title: str
    header: Header
    portrait: Margins
    landscape: Margins
    brief: bool
    summary: tuple[str, ...]
    steps: tuple[StepRow, ...]
    chart: Chart
    days: Mapping[date, Cell]
    months: tuple[Month, ...]
    cell_width: float
    weeks: tuple[Week, ...]
    after: str
    no_more: bool
    replaces: str
    changes: str


def calendar(
    plan: Plan,
    words: Words,
    *,
    plan_id: str,
    issued: date,
    paper: Paper,
    large: bool,
    replaces: Replaces | None,
) -> Calendar:
    """Everything that the calendar of `plan` prints."""
    assert plan.after is not None
    assert plan.last_day is not None
    brief = not large and replaces is None and is_brief(plan, words, FIRST_PAGE_LINES)
    by_date = cells(plan, words)
    drug = words.join([words.drug(name) for name in drugs(plan)])
    head = header(plan, words, plan_id, issued)
    return Calendar(
        lang=words.language.tag,
        paper=paper,
        large=large,
        title=words.gettext("Your %(drug)s calendar") % {"drug": drug},
        drug=drug,
        participant=plan.participant,
        issued=issued,
        protocol_title=typed(plan.protocol.title),
        header=head,
        portrait=margins(head, PORTRAIT_CHARACTERS, large=large),
        landscape=margins(head, LANDSCAPE_CHARACTERS, large=large),
        brief=brief,
        summary=tuple((brief_summary if brief else summary)(plan, words)),
        steps=tuple(step_rows(plan, words, brief=brief)),
        chart=chart(plan, words, LARGE_PT if large else NORMAL_PT, low=brief),
        days=by_date,
        months=() if large else tuple(months(by_date, words)),
        cell_width=cell_width(paper),
        weeks=tuple(listed(by_date, words)) if large else (),
        after=words.after_day(plan, plan.last_day),
        no_more=plan.after.instruction is Instruction.NO_TABLETS,
        replaces=replaced(replaces, words),
        changes=changes(replaces, plan, words),
    )
