"""How high a change notice is, so that as many steps stand on it as its one page holds.

The sizes are those of `notice.css`. A longer language leaves room for fewer steps than English; the
calendar has them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taper.paper.pages.header import most_lines
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import PAGE_SIZE, lines

if TYPE_CHECKING:
    from taper.paper.pages.notice import NewStep, Notice

SIDE = 43
"""What the page leaves empty on its left and on its right."""
AROUND = 8 + 6
"""What it leaves beside its margins."""
TEXT_PT, LINE = 11.5, 11.5 * 1.32
TITLE_PT, TITLE_LINE, TITLE_EDGE = 24, 24 * 1.15, 6
TODAY_PT, TODAY_LINE, TODAY_EDGES = 13, 13 * 1.25, 18
NEW_EDGES, SINCE_LINE, TAKE_LINE, WORDS_LINE = 23, 17 * 1.2, 18 * 1.3, 14 * 1.3
"""Of the frame around the new dose: what stands beside its words, and the lines of each size."""
DESTROY_EDGES, ADVICE_EDGES, SIGNING = 15, 22, 30 + 4 + LINE
ROW_LINE, ROW_EDGES, TABLE_EDGES, PADDING = 14.5, 5.5, 12 + 7, 8
DATES, DOSE = 0.44, 0.22
"""The first columns of the table of steps, beside their padding; the tablets have the rest."""
BOXED = 2 * 17
"""What stands beside the words of a framed box."""


def dates_width(paper: PaperSize) -> float:
    """How long a line of the first column is, in points."""
    return _width(paper) * DATES


def tablets_width(paper: PaperSize) -> float:
    """The same of the last one."""
    return _width(paper) * (1 - DATES - DOSE) - 3 * PADDING


def fits(view: Notice) -> bool:
    """Whether the notice stands on one page of its paper."""
    around = view.portrait.top + view.portrait.bottom + AROUND
    return around + _above(view) + _table(view) <= PAGE_SIZE[view.paper][1]


def _width(paper: PaperSize) -> float:
    return PAGE_SIZE[paper][0] - 2 * SIDE


def _above(view: Notice) -> float:
    """All that stands above the table."""
    wide = _width(view.paper)
    within = wide - BOXED
    height: float = lines(view.title, wide, TITLE_PT, "Bold") * TITLE_LINE + TITLE_EDGE
    if view.today:
        height += lines(view.today, within, TODAY_PT, "Bold") * TODAY_LINE + TODAY_EDGES
    height += NEW_EDGES + lines(view.since, within, 17, "Bold") * SINCE_LINE
    height += sum(lines(each, within, 18, "Bold") for each in (view.what, view.take)) * TAKE_LINE
    height += sum(lines(each, within, 14) for each in (view.tablets, view.measure)) * WORDS_LINE
    height += lines(view.destroy, within, TODAY_PT, "Bold") * TODAY_LINE + DESTROY_EDGES
    return height + _advice(view, within) + SIGNING


def _advice(view: Notice, points: float) -> float:
    said = "" if view.no_more else f"{view.header.warning} {view.never}"
    phone = most_lines(view.header.call, points, 14, rule=view.header.rule) * 14 * 1.32
    return lines(said, points, TEXT_PT) * LINE + phone + ADVICE_EDGES


def _table(view: Notice) -> float:
    wide = _width(view.paper)
    head = view.heads.divided if view.divided else view.heads.whole
    height = lines(head, tablets_width(view.paper), TEXT_PT, "Bold") * LINE + TABLE_EDGES
    height += sum(_row(each, view.paper) for each in view.steps)
    return height + lines(view.after, wide - PADDING, TEXT_PT, "Bold") * ROW_LINE + ROW_EDGES + 1


def _row(step: NewStep, paper: PaperSize) -> float:
    dates = [lines(each, dates_width(paper), TEXT_PT) for each in (step.first, step.last)]
    most = max(
        sum(dates),
        lines(step.dose, _width(paper) * DOSE, TEXT_PT, "Bold"),
        lines(step.tablets, tablets_width(paper), TEXT_PT),
    )
    return most * ROW_LINE + ROW_EDGES
