"""How broad the columns of a calendar's tables are, and whether its tablets are lists in them."""

from __future__ import annotations

from taper.doses.tablets import Tablets
from taper.paper.pages.front_room import FrontRoom, brief_widths
from taper.paper.pages.grid import cells, listed
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import (
    CELL_PT,
    SPARE,
    cell_width,
    line_width,
    lines,
    width,
)
from taper.paper.pages.sheets import LIST_DOSE_PT, LIST_PT, list_widths, listed_height
from taper.paper.pages.words import Words, drugs
from taper.planning.plan import Plan

Columns = tuple[float, float, float]
"""The shares of date, dose and tablets."""
LISTED, OF_SEVERAL = (0.32, 0.22, 0.46), (0.3, 0.34, 0.36)
OF_DIARY = (0.3, 0.3, 0.4)
"""The columns of the large print's days; of several drugs the dose has a name.

A dose of many figures, such as 123.75 mg, needs those of a diary, or of several drugs.
"""
FOR_DATES = 0.04
"""What the tablets give to dates that are long in their language, where days are lower for it."""
STEP_TABLETS, STEP_TABLETS_OF_SEVERAL, STEP_PADDING = 0.38, 0.37, 26
FULL_TABLETS, FULL_PADDING = 0.32, 8
"""What a table of steps leaves to the tablets, less the padding of its columns, in points."""


def of_days(plan: Plan, said: Words, paper: PaperSize, *, large: bool, diary: bool) -> Columns:
    """The columns of the large print: as broad for the dose as its ticks, name and figures need."""
    several = len(drugs(plan)) > 1
    *narrower, broadest = (LISTED, OF_DIARY, OF_SEVERAL)[2 * several or diary :]
    doses = {said.amount(d.dose_mg, d.tablets, in_ml=d.step.in_ml) for d in plan.days()}
    widest = max(width(dose, LIST_DOSE_PT, "Bold") for dose in doses)
    enough = (each for each in narrower if list_widths(paper, each)[1] >= widest)
    of_date, of_dose, of_tablets = columns = next(enough, broadest)
    if not large or not _has_high_dates(plan, said, list_widths(paper, columns)[0]):
        return columns
    broader = (of_date + FOR_DATES, of_dose, of_tablets - FOR_DATES)
    return min(columns, broader, key=lambda each: _height(plan, said, paper, each, diary=diary))


def _has_high_dates(plan: Plan, said: Words, points: float) -> bool:
    """Whether the weekday, the day and the year of any date are a line each."""
    return any(lines(said.language.line_date(d.date), points, LIST_PT) > 2 for d in plan.days())


def _height(plan: Plan, said: Words, paper: PaperSize, columns: Columns, *, diary: bool) -> float:
    """How high all days of the large print are, one below the other."""
    is_listed = lists_days(plan, said, paper, columns, large=True)
    days = listed(cells(plan, said, diary=diary, listed=is_listed), said)
    return sum(listed_height(day, list_widths(paper, columns)) for day in days)


def lists_days(plan: Plan, said: Words, paper: PaperSize, columns: Columns, *, large: bool) -> bool:
    """Whether the tablets of a day are a list: in a week's cell, or in the large print."""
    if not large:
        return said.lists_tablets(_taken(plan), cell_width(paper), CELL_PT)
    return said.lists_tablets(_taken(plan), list_widths(paper, columns)[-1], LIST_PT, then=",")


def lists_steps(plan: Plan, said: Words, paper: PaperSize) -> bool:
    """The same of the tablets in the large print's table of steps."""
    return said.lists_tablets(_taken(plan), _large_step_width(plan, paper), LIST_PT, then=",")


def _taken(plan: Plan) -> list[Tablets]:
    return [day for step in plan.steps for day in step.tablets]


def step_width(plan: Plan, room: FrontRoom, paper: PaperSize, *, large: bool, brief: bool) -> float:
    """How wide the lines of tablets are in the table of steps, in points."""
    if large:
        return _large_step_width(plan, paper)
    if brief:
        return brief_widths(room, several=len(drugs(plan)) > 1)[-1]
    return line_width(paper) * FULL_TABLETS - 4 * FULL_PADDING


def _large_step_width(plan: Plan, paper: PaperSize) -> float:
    share = STEP_TABLETS_OF_SEVERAL if len(drugs(plan)) > 1 else STEP_TABLETS
    return line_width(paper, large=True) * share - STEP_PADDING - SPARE
