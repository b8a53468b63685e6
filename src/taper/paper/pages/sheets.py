"""How the weeks and days of a plan are laid on pages: as few as hold them, none nearly empty.

Every height is known before anything is printed: it is what `calendar.css` gives a line, times
the lines that the exact widths of the font ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from taper.paper.pages.grid import (
    A_WEEK,
    Cell,
    ListedDay,
    Week,
    WeeksPage,
    heading_a_page,
    listed,
    numbered,
    weeks_of,
    weeks_page,
)
from taper.paper.pages.header import Margins
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import (
    BAR,
    CELL_PT,
    PAGE_SIZE,
    bar,
    beside,
    cell_width,
    is_tall,
    line_width,
    lines,
)
from taper.paper.pages.words import Words

NUMBER_LINE, MARK_LINE, DOSE_LINE, LINE = 13.5, 15.5, 20, 12
"""The heights of the lines in a grid's cell, in points: a mark has its bar around it."""
TALL = 2
"""By how much a line is higher whose letters reach into the one above."""
MARK_BESIDE = 0.6
"""By how much a mark makes the line of the day's number higher."""
TICK_LINE, LIST_TICK = 17, 26
"""A line to tick or to write on, in the grid and in the lists of the large print."""
CELL_EDGES, LEAST_HEIGHT, BETWEEN = 2.5 + 3.25, 50, 2
"""A cell's frame and padding, the least height of what is in it, and what lies between rows."""
HEADS = 24
"""What the name of the months, beside the header, and the weekdays take."""
LAST_PT, LAST_LINE, LAST_EDGES = 12.5, 16, 14
"""The box of what comes after: its letters, its lines, and its frame with the room around it."""
LIST_PT, LIST_LINE, LIST_DOSE, LIST_EDGES, LIST_LEAST = 18, 21, 32, 7.5, 50
LIST_DOSE_PT = 28
LIST_HEADS, LIST_LAST_EDGES = 52, 16
"""The same of the large print's lists, and of the box below them."""
LIST_PADDING = 14
FEW = 2
"""So many days, or as many weeks, do not make a page."""
Row = TypeVar("Row")


# The grid -------------------------------------------------------------------------------------


def grid_pages(
    by_date: Mapping[date, Cell],
    others: Mapping[date, Cell],
    words: Words,
    paper: PaperSize,
    margins: Margins,
    after: str,
) -> Iterator[WeeksPage]:
    """The weeks of a plan on as few pages as hold them, `after` below the last."""
    wide, high = cell_width(paper), PAGE_SIZE[paper][0]
    weeks = weeks_of(by_date, others)
    heights = [_row_height(cells, wide) for _, cells in weeks]
    heading = [_row_height(heading_a_page(cells, words), wide) for _, cells in weeks]
    room = high - margins.top - margins.title - margins.bottom - HEADS
    box = lines(after, line_width(paper) - 22, LAST_PT, "Bold") * LAST_LINE
    for page in spread(weeks, heights, room, ending=box + LAST_EDGES, heading=heading):
        yield weeks_page(page, words)


def week_height(page: WeeksPage, paper: PaperSize) -> float:
    """How high the weeks of a page are."""
    return sum(_row_height(week, cell_width(paper)) for week in page.weeks)


def _row_height(week: Sequence[Cell], points: float) -> float:
    """How high a week of a grid is, with the space below it."""
    return max(_cell_height(cell, points) for cell in week) + BETWEEN


def _cell_height(cell: Cell, points: float) -> float:
    head = 1
    if cell.mark:
        head = bar(cell.mark, points).count("\n") + 1
        head += beside(cell.number, cell.mark, points) == "\n"
    rest = sum(lines(text, points) for text in (cell.drug, cell.when))
    rest += _tablet_lines(cell, points, CELL_PT)
    rest += sum(lines(event, points, CELL_PT, "Bold") for event in cell.events)
    tall = sum(lines(event, points, CELL_PT, "Bold") for event in cell.events if is_tall(event))
    inside = (
        TALL * tall
        + NUMBER_LINE
        + MARK_LINE * (head - 1)
        + DOSE_LINE * bool(cell.dose)
        + LINE * rest
    )
    inside += MARK_BESIDE * bool(cell.mark)
    inside += TICK_LINE * len(cell.ticks)
    return max(inside, LEAST_HEIGHT) + CELL_EDGES


def _tablet_lines(cell: Cell, points: float, size: float) -> int:
    """The lines of its tablets, of a divided day those of each time."""
    if not cell.parts:
        return lines(cell.tablets, points, size)
    labels = sum(lines(part.label, points, size, "Bold") for part in cell.parts)
    return labels + sum(lines(part.tablets, points, size) for part in cell.parts)


# The lists of the large print -----------------------------------------------------------------


def list_pages(
    by_date: Mapping[date, Cell],
    words: Words,
    paper: PaperSize,
    margins: Margins,
    after: str,
    columns: tuple[float, float, float],
) -> Iterator[Week]:
    """The days of a plan, at most a week a page, `after` below the last."""
    whole, high = line_width(paper, large=True), PAGE_SIZE[paper][1]
    points = list_widths(paper, columns)
    days = listed(by_date, words)
    heights = [listed_height(day, points) for day in days]
    room = high - margins.top - margins.bottom - LIST_HEADS
    box = lines(after, whole - 22, LIST_PT, "Bold") * LIST_LINE + LIST_LAST_EDGES
    pages = spread(days, heights, room, ending=box, most=A_WEEK)
    return numbered(pages, words)


def list_widths(paper: PaperSize, columns: tuple[float, float, float]) -> tuple[float, ...]:
    """How wide the lines of each column may be, in points."""
    whole = line_width(paper, large=True)
    return tuple(whole * share - LIST_PADDING for share in columns)


def listed_height(day: ListedDay, points: tuple[float, ...]) -> float:
    """How high the row of a day is, whose columns are so wide."""
    of_date, of_dose, of_tablets = points
    cell = day.cell
    dated = LIST_LINE * lines(day.date, of_date, LIST_PT)
    for each in (cell.mark, *cell.events):
        high = LIST_LINE + TALL * is_tall(each)
        dated += high * lines(each, of_date - BAR, LIST_PT, "Bold")
    heights = (
        dated,
        LIST_DOSE + LIST_LINE * lines(cell.drug, of_dose, LIST_PT) + LIST_TICK * len(cell.ticks),
        LIST_LINE * _said_lines(cell, of_tablets),
    )
    return max(*heights, LIST_LEAST) + LIST_EDGES


def _said_lines(cell: Cell, points: float) -> int:
    if not cell.parts:
        return lines(cell.said, points, LIST_PT)
    return _tablet_lines(cell, points, LIST_PT) + lines(cell.when, points, LIST_PT)


# Both -----------------------------------------------------------------------------------------


def spread(
    rows: Sequence[Row],
    heights: Sequence[float],
    room: float,
    *,
    ending: float = 0,
    most: int | None = None,
    heading: Sequence[float] | None = None,
) -> list[Sequence[Row]]:
    """The rows of each page, of which none takes more than `room` nor has more rows than `most`.

    The last page has `ending` more below its rows. Where it would hold a row or two, it takes over
    some of the page before it. `heading` are the heights of the rows where they begin a page.
    """
    heading = list(heading or heights)
    heights = [*heights[:-1], heights[-1] + ending]
    heading[-1] += ending
    counts, left = [0], room
    for height, first in zip(heights, heading, strict=True):
        if counts[-1] and (height > left or counts[-1] == most):
            counts.append(0)
            left = room
        left -= height if counts[-1] else first
        counts[-1] += 1
    _even_out(counts, heights, heading, room)
    starts = [sum(counts[:i]) for i in range(len(counts))]
    return [rows[start : start + count] for start, count in zip(starts, counts, strict=True)]


def _even_out(
    counts: list[int], heights: Sequence[float], heading: Sequence[float], room: float
) -> None:
    """Let the last page have as much as the one before it where it would be nearly empty.

    Where that is still little, both take over some of the page before them.
    """
    if len(counts) < 2 or counts[-1] > FEW:
        return
    last = (counts[-2] + counts[-1]) // 2
    while last > counts[-1] and heading[-last] + sum(heights[len(heights) - last + 1 :]) > room:
        last -= 1
    counts[-2:] = [counts[-2] + counts[-1] - max(last, counts[-1]), max(last, counts[-1])]
    third, rest = divmod(sum(counts[-3:]), 3)
    even = [third + (i < rest) for i in range(3)]
    if counts[-1] <= FEW < third and _fit(even, heights, heading, room):
        counts[-3:] = even


def _fit(
    counts: Sequence[int], heights: Sequence[float], heading: Sequence[float], room: float
) -> bool:
    """Whether the last rows have room on so many pages."""
    starts = [len(heights) - sum(counts[i:]) for i in range(len(counts))]
    return all(
        heading[start] + sum(heights[start + 1 : start + count]) <= room
        for start, count in zip(starts, counts, strict=True)
    )
