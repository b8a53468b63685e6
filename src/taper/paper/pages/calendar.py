"""The calendar: what its pages show, as plain values, so that the templates only place words.

Nothing is decided here. Each value is a plan's own, said in the words of its locale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from taper.paper.issue import Issue
from taper.paper.pages.chart import Chart, chart
from taper.paper.pages.environment import environment
from taper.paper.pages.front import (
    StepRow,
    after_part,
    brief_summary,
    changes,
    is_brief,
    part_summary,
    replaced,
    step_rows,
    steps_in,
    summary,
)
from taper.paper.pages.grid import Cell, Month, Week, cells, listed, months, others
from taper.paper.pages.header import (
    LANDSCAPE_CHARACTERS,
    PORTRAIT_CHARACTERS,
    Header,
    Margins,
    header,
    margins,
    typed,
)
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import cell_width
from taper.paper.pages.words import Words, drugs, words
from taper.planning.plan import Instruction, Part, Plan

NORMAL_PT, LARGE_PT = 11.5, 18.5
"""The size of the chart's letters."""
FIRST_PAGE_LINES = 14
"""Lines of the step table that the first page holds beside what it must say."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything a calendar prints."""

    lang: str
    paper: PaperSize
    large: bool
    title: str
    drug: str
    several: bool
    participant: str
    issued: date
    protocol_title: str
    header: Header
    portrait: Margins
    landscape: Margins
    brief: bool
    summary: tuple[str, ...]
    steps: tuple[StepRow, ...]
    chart: Chart | None
    part: Part | None
    days: Mapping[date, Cell]
    others: Mapping[date, Cell]
    months: tuple[Month, ...]
    cell_width: float
    weeks: tuple[Week, ...]
    after: str
    replaces: str
    changes: str
    no_more: bool


def calendar_html(issue: Issue, *, large: bool = False) -> str:
    """The patient's calendar of an issue, as one HTML document that needs no other file.

    `large` is the large print.
    """
    locale = issue.plan.locale
    view = calendar(issue, words(locale), large=large)
    return environment(locale).get_template("calendar/calendar.html").render(c=view)


def front_html(view: Calendar, locale: str) -> str:
    """The front pages of a calendar by themselves."""
    return environment(locale).get_template("calendar/_front.html").render(c=view)


def calendar(issue: Issue, said: Words, *, large: bool) -> Calendar:
    """Everything that the calendar of an issue prints; of a part, what its pages say."""
    plan, part, replaces = issue.shown, issue.part, issue.replaces
    paper = issue.paper or said.language.paper
    shown = steps_in(plan, part)
    brief = not large and replaces is None and is_brief(shown, said, FIRST_PAGE_LINES)
    by_date = cells(plan, said, part)
    not_printed = others(plan, by_date, said)
    drug = said.medicines(drugs(plan))
    head = header(issue, said)
    return Calendar(
        lang=said.language.tag,
        paper=paper,
        large=large,
        title=said.gettext("Your %(drug)s calendar") % {"drug": drug},
        drug=drug,
        several=len(drugs(plan)) > 1,
        participant=plan.participant,
        issued=issue.issued,
        protocol_title=typed(plan.protocol.title),
        header=head,
        portrait=margins(head, PORTRAIT_CHARACTERS, large=large),
        landscape=margins(head, LANDSCAPE_CHARACTERS, large=large),
        brief=brief,
        summary=tuple(_summary(plan, part, said, brief=brief)),
        steps=tuple(step_rows(plan, said, brief=brief, part=part)),
        # of a part it would show days that are on other pages
        chart=chart(plan, said, LARGE_PT if large else NORMAL_PT, low=not large)
        if not part
        else None,
        part=part,
        days=by_date,
        others=not_printed,
        months=() if large else tuple(months(by_date, not_printed, said)),
        cell_width=cell_width(paper),
        weeks=tuple(listed(by_date, said)) if large else (),
        after=after_part(plan, part, said) if part else said.after_day(plan, plan.last_day),
        replaces=replaced(replaces, said),
        changes=changes(issue, said),
        no_more=plan.after.instruction is Instruction.NO_TABLETS,
    )


def _summary(plan: Plan, part: Part | None, said: Words, *, brief: bool) -> Iterator[str]:
    if part is not None:
        return part_summary(plan, part, said)
    return (brief_summary if brief else summary)(plan, said)
