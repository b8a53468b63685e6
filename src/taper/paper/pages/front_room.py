"""How much of a calendar's first page is left beside what must stand on it.

It has two columns: what to do and the lines to sign stand in the right one, in the left one the
dose of the day and the plan. The sizes are those of `calendar.css`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from taper.paper.pages.front import StepRow
from taper.paper.pages.header import Margins
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import CELL_PT, PAGE_SIZE, SIDE, lines

LEFT = 0.66
"""The left column's share of the page."""
GUTTER = 16
"""What lies between the columns."""
TEXT_PT, TEXT_LINE = 11.5, 14.5
TODAY_PT, TODAY_LINE, TODAY_EDGES = 14, 18, 20
REPLACES_EDGES = 21
TITLES = 62
"""The heading, and the line below it."""
ROW_LINE, ROW_EDGES, TABLE_EDGES = 14, 3, 34
DATES, DOSE, TABLETS = 0.35, 0.19, 0.46
"""The columns of the table of steps."""
PADDING = 5


@dataclass(frozen=True, slots=True)
class FrontRoom:
    """The room that a page leaves between its header and its footer."""

    paper: PaperSize
    margins: Margins

    @property
    def width(self) -> int:
        """How wide the left column is, in whole points."""
        return int((PAGE_SIZE[self.paper][1] - 2 * SIDE) * LEFT - GUTTER)

    @property
    def height(self) -> float:
        """How high the page is within its margins."""
        return PAGE_SIZE[self.paper][0] - self.margins.top - self.margins.bottom


def left_over(
    room: FrontRoom,
    above: tuple[str, str],
    told: Sequence[str],
    rows: Sequence[StepRow],
    after: str,
) -> float:
    """What is left of the left column in points; less than nothing where the table goes over.

    `above` are the dose of the day of issue and, of a revision, what it replaces.
    """
    today, replaces = above
    height: float = (
        TITLES + lines(today, room.width - 24, TODAY_PT, "Bold") * TODAY_LINE + TODAY_EDGES
    )
    if replaces:
        height += lines(replaces, room.width - 22, TEXT_PT, "Bold") * TEXT_LINE + REPLACES_EDGES
    height += (lines(" ".join(told), room.width, TEXT_PT) + 1) * TEXT_LINE
    height += TABLE_EDGES + lines(after, room.width - PADDING, CELL_PT, "Bold") * ROW_LINE
    return room.height - height - sum(_row(each, room.width) for each in rows)


def _row(row: StepRow, width: int) -> float:
    dose = " ".join(filter(None, (row.dose, row.drug, row.label)))
    most = max(
        lines(row.first, width * DATES - PADDING),
        lines(dose, width * DOSE - PADDING, CELL_PT, "Bold"),
        lines(row.tablets, width * TABLETS - PADDING),
    )
    return most * ROW_LINE + ROW_EDGES
