"""The calendar: what its pages show, as plain values, so that the templates only place words.

Nothing is decided here. Each value is a plan's own, said in the words of its locale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from taper.paper.code import code
from taper.paper.issue import Issue
from taper.paper.kinds import listing
from taper.paper.pages.chart import Chart, chart
from taper.paper.pages.columns import lists_days, lists_steps, of_days, step_width
from taper.paper.pages.diary import ReturnsSheet, how_to_fill, returns_sheet
from taper.paper.pages.environment import environment
from taper.paper.pages.front import (
    StepRow,
    after_part,
    brief_summary,
    changes,
    part_summary,
    replaced,
    step_rows,
    summary,
)
from taper.paper.pages.front_room import (
    TEXT_LINE,
    FrontRoom,
    beside_height,
    is_tight_beside,
    left_over,
    tightness,
)
from taper.paper.pages.grid import A_WEEK, Cell, Week, WeeksPage, cells, others
from taper.paper.pages.header import (
    Header,
    Margins,
    header,
    margins,
    typed,
)
from taper.paper.pages.instructions import advice, on_day, to_sign
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import cell_width, line_width
from taper.paper.pages.liquids import Heads, heads
from taper.paper.pages.sheets import grid_pages, list_pages, list_widths, week_height
from taper.paper.pages.times import is_divided
from taper.paper.pages.words import Words, drugs, words
from taper.planning.plan import Part, Plan

NORMAL_PT, LARGE_PT = 11.5, 18.5
"""The size of the chart's letters."""
LEAST_CHART = 112
"""Points that a low chart takes; where the first page has less left, there is none."""
WEEK_HEADS = 48
"""The heads of a week below the first page's columns."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything a calendar prints."""

    lang: str
    paper: PaperSize
    large: bool
    title: str
    drug: str
    several: bool
    divided: bool
    participant: str
    issued: date
    protocol_title: str
    header: Header
    margins: Margins
    today: str
    brief: bool
    summary: tuple[str, ...]
    steps: tuple[StepRow, ...]
    chart: Chart | None
    part: Part | None
    days: Mapping[date, Cell]
    pages: tuple[WeeksPage, ...]
    on_front: bool
    cell_width: float
    listed: bool
    """Whether the tablets of its days are lists, as their lines are too narrow for sentences."""
    columns: tuple[float, float, float]
    tablets_width: float
    step_width: float
    weeks: tuple[Week, ...]
    returns: ReturnsSheet | None
    heads: Heads
    after: str
    replaces: str
    changes: str
    advice: tuple[tuple[str, str], ...]
    tight: int

    @property
    def counts_days(self) -> bool:
        """Whether the table of steps has room for the number of days beside both dates."""
        return not self.brief and not self.large


def calendar_html(issue: Issue, *, large: bool = False, diary: bool = False) -> str:
    """The patient's calendar of an issue, as one HTML document that needs no other file.

    `large` is the large print; a `diary` has boxes to tick.
    """
    return calendar_page(issue, large=large, diary=diary)[1]


def calendar_page(issue: Issue, *, large: bool, diary: bool) -> tuple[Calendar, str]:
    """The same, and what it shows as plain values."""
    locale = issue.plan.locale
    view = calendar(issue, words(locale), large=large, diary=diary)
    return view, environment(locale).get_template("calendar/calendar.html").render(c=view)


def front_html(view: Calendar, locale: str) -> str:
    """The front pages of a calendar by themselves, with the last sheet of a diary."""
    templates = ["calendar/_front.html", *(["calendar/_returns.html"] if view.returns else [])]
    return "".join(environment(locale).get_template(each).render(c=view) for each in templates)


def calendar(issue: Issue, said: Words, *, large: bool, diary: bool = False) -> Calendar:
    """Everything that the calendar of an issue prints; of a part, what its pages say."""
    plan, part = issue.shown, issue.part
    paper = issue.paper or said.language.paper
    head = header(issue, said, code(issue, listing(large=large, diary=diary)))
    around = margins(head, line_width(paper, large=large), large=large)
    columns = of_days(plan, said, paper, large=large, diary=diary)
    listed = lists_days(plan, said, paper, columns, large=large)
    by_date = cells(plan, said, part, diary=diary, listed=listed)
    after = _after(plan, part, said)
    title = said.gettext("Your %(drug)s calendar") % {"drug": said.medicines(drugs(plan))}
    revised = (replaced(issue.replaces, said), changes(issue, said))
    to_do = advice(plan, said)
    front = _front(issue, said, title, paper, around, after, large=large, diary=diary)
    not_shown = others(plan, by_date, said)
    pages = () if large else tuple(grid_pages(by_date, not_shown, said, paper, around, after))
    beside = (to_do, to_sign(said), head)
    on_front = len(by_date) <= A_WEEK and _has_room_for_days(front, pages, after, beside)
    room = front.room.of_one_page if on_front else front.room
    return Calendar(
        lang=said.language.tag,
        paper=paper,
        large=large,
        title=title,
        drug=said.medicines(drugs(plan)),
        several=len(drugs(plan)) > 1,
        divided=is_divided(plan),
        participant=plan.participant,
        issued=issue.issued,
        protocol_title=typed(plan.protocol.title),
        header=head,
        margins=around,
        today=front.today,
        brief=front.brief,
        summary=front.summary,
        steps=front.steps,
        chart=None if on_front else front.chart,
        part=part,
        days=by_date,
        pages=pages,
        on_front=on_front,
        cell_width=cell_width(paper),
        listed=listed,
        columns=columns,
        tablets_width=list_widths(paper, columns)[-1],
        step_width=step_width(plan, room, paper, large=large, brief=front.brief),
        weeks=tuple(list_pages(by_date, said, paper, around, after, columns)) if large else (),
        returns=returns_sheet(issue.plan, said) if diary else None,
        heads=heads(said, plan.steps),
        after=after,
        replaces=revised[0],
        changes=revised[1],
        advice=to_do,
        tight=tightness(room, title, front.today, " ".join(revised), *beside)
        if large
        else not on_front and is_tight_beside(room, *beside),
    )


def _after(plan: Plan, part: Part | None, said: Words) -> str:
    return after_part(plan, part, said) if part else said.after_day(plan, plan.last_day)


def _has_room_for_days(
    front: _Front,
    pages: Sequence[WeeksPage],
    after: str,
    beside: tuple[Sequence[tuple[str, str]], Sequence[str], Header],
) -> bool:
    """Whether the days, a week at most, have room below the first page's columns."""
    if not front.brief or not pages:
        return False
    room = front.room.of_one_page
    told = (*front.summary, front.when)
    left = left_over(room, front.titles, front.above, told, front.steps, after) + TEXT_LINE
    least = min(left, room.height - beside_height(room, *beside))
    return least >= week_height(pages[0], room.paper) + WEEK_HEADS


@dataclass(frozen=True, slots=True)
class _Front:
    room: FrontRoom
    titles: tuple[str, str]
    above: tuple[str, str]
    brief: bool
    summary: tuple[str, ...]
    steps: tuple[StepRow, ...]
    chart: Chart | None
    when: str = ""

    @property
    def today(self) -> str:
        return self.above[0]


def _front(
    issue: Issue,
    said: Words,
    title: str,
    paper: PaperSize,
    around: Margins,
    after: str,
    *,
    large: bool,
    diary: bool,
) -> _Front:
    """The first page: in brief where the table of steps has room on it, with a chart if it can."""
    plan, part = issue.shown, issue.part
    room, titles = FrontRoom(paper, around), (title, typed(plan.protocol.title))
    above = (
        on_day(plan, issue.issued, said),
        replaced(issue.replaces, said) + changes(issue, said),
    )
    if large:
        told = tuple(_summary(issue, said, brief=False, diary=diary))
        listed = lists_steps(plan, said, paper)
        rows = tuple(step_rows(plan, said, brief=False, part=part, listed=listed))
        drawn = None if part else chart(plan, said, LARGE_PT)
        return _Front(room, titles, above, False, told, rows, drawn)
    told = tuple(_summary(issue, said, brief=True, diary=diary))
    rows = tuple(step_rows(plan, said, brief=True, part=part))
    left = left_over(room, titles, above, told, rows, after)
    brief = left >= 0
    if not brief:
        told = tuple(_summary(issue, said, brief=False, diary=diary))
        rows = tuple(step_rows(plan, said, brief=False, part=part))
    # of a part a chart would show days that are on other pages
    has_chart = not part and (not brief or left >= LEAST_CHART)
    drawn = chart(plan, said, NORMAL_PT, width=room.width, low=True) if has_chart else None
    when = (
        said.gettext("Take each part of the dose at its time, with food.")
        if is_divided(plan)
        else said.gettext("Take each dose in the morning, with food.")
    )
    return _Front(room, titles, above, brief, told, rows, drawn, when)


def _summary(issue: Issue, said: Words, *, brief: bool, diary: bool) -> Iterator[str]:
    if issue.part is not None:
        yield from part_summary(issue.shown, issue.part, said)
    else:
        yield from (brief_summary if brief else summary)(issue.plan, said, issue.issued)
    if diary:
        yield how_to_fill(issue.shown, said)
