"""How much of a calendar's first page is left beside what must stand on it.

It has two columns: what to do and the lines to sign stand in the right one, in the left one the
dose of the day and the plan. The sizes are those of `calendar.css`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from taper.paper.pages.front import StepRow
from taper.paper.pages.header import RULE, Header, Margins, most_lines
from taper.paper.pages.language import NBSP, PaperSize
from taper.paper.pages.line_breaks import CELL_PT, PAGE_SIZE, SPARE, line_width, lines, width

LEFT, ONE_LEFT = 0.66, 0.55
"""The left column's share of the page; and of one that has a week below its columns."""
GUTTER = 16
"""What lies between the columns."""
TEXT_PT, TEXT_LINE = 11.5, 14.5
"""What is told beside the table; a line is kept for the sentence that says when doses are taken."""
TODAY_PT, TODAY_LINE, TODAY_EDGES = 14, 18, 20
REPLACES_EDGES = 21
TITLE_PT, TITLE_LINE, STUDY_EDGE = 25, 30, 5
"""The heading, and what lies below the line under it."""
ROW_LINE, ROW_EDGES, TABLE_EDGES = 14, 3, 33
COLUMNS, COLUMNS_OF_SEVERAL = (0.35, 0.19, 0.46), (0.33, 0.27, 0.40)
"""The columns of its table: dates, dose and tablets; of several drugs the dose has a name."""
PADDING, HEAD_PADDING, ROW_PADDING = 5, 8, 4
"""What a line leaves empty; on the right of a head, which is beside its share, and of a cell."""
LARGE_PT, LARGE_LINE = 18, 22
"""The same of the large print, whose first page is one column."""
LARGE_TITLE_PT, LARGE_TITLE_LINE, LARGE_PHONE_PT, LARGE_PHONE_LINE = 24, 28, 21, 27.3
LARGE_BOXES, LARGE_FRAMES, TO_SIGN = 24, 19, 64
"""What stands beside the words of a box, the frames and edges of one, and the lines to sign."""
BESIDE_LINE, BESIDE_EDGES, BESIDE_FRAMES = 11.5 * 1.32, 5, 17
"""Of the right column: its lines, what lies below each paragraph, and around them all."""
BESIDE_INSIDE = 2 * 14
"""What stands beside the words within its frame."""
BESIDE_LAST = 4
"""What the last line needs less: nothing stands below it."""
BESIDE_TITLE, BESIDE_PHONE_LINE, BESIDE_TO_SIGN = 23, 14 * 1.3, 40
"""Its heading; the lines of whom to call; what stands beside the words of a line to sign."""
TO_SIGN_SHARE = 0.46
"""The share of the page's width that each of the lines to sign has, beside each other."""


@dataclass(frozen=True, slots=True)
class FrontRoom:
    """The room that a page leaves between its header and its footer."""

    paper: PaperSize
    margins: Margins
    share: float = LEFT

    @property
    def of_one_page(self) -> FrontRoom:
        """The same of a calendar that is no more than this page."""
        return replace(self, share=ONE_LEFT)

    @property
    def width(self) -> int:
        """How wide the left column is, in whole points."""
        return int(line_width(self.paper) * self.share - GUTTER)

    @property
    def width_beside(self) -> float:
        """How wide the right column is, in points."""
        return line_width(self.paper) * (1 - self.share)

    @property
    def height(self) -> float:
        """How high the page is within its margins."""
        return PAGE_SIZE[self.paper][0] - self.margins.top - self.margins.bottom

    @property
    def large_height(self) -> float:
        """The same of the large print, which stands upright."""
        return PAGE_SIZE[self.paper][1] - self.margins.top - self.margins.bottom


def brief_widths(room: FrontRoom, *, several: bool) -> tuple[float, float, float]:
    """How long the lines of each column are in the table of steps on the first page, in points."""
    dates, dose, tablets = COLUMNS_OF_SEVERAL if several else COLUMNS
    wide, more = room.width, HEAD_PADDING - ROW_PADDING - SPARE
    rest = wide * tablets - 2 * HEAD_PADDING - ROW_PADDING - SPARE
    return wide * dates + more, wide * dose + more, rest


def left_over(
    room: FrontRoom,
    titles: tuple[str, str],
    above: tuple[str, str],
    told: Sequence[str],
    rows: Sequence[StepRow],
    after: str,
) -> float:
    """What is left of the left column in points; less than nothing where the table goes over.

    `titles` are the heading and the title of the study, `above` the dose of the day of issue and,
    of a revision, what it replaces.
    """
    (title, study), (today, replaces) = titles, above
    height: float = lines(title, room.width, TITLE_PT, "Bold") * TITLE_LINE
    height += lines(study, room.width, TEXT_PT) * TEXT_LINE + STUDY_EDGE
    height += lines(today, room.width - 24, TODAY_PT, "Bold") * TODAY_LINE + TODAY_EDGES
    if replaces:
        height += lines(replaces, room.width - 22, TEXT_PT, "Bold") * TEXT_LINE + REPLACES_EDGES
    height += (lines(" ".join(told), room.width, TEXT_PT) + 1) * TEXT_LINE
    height += TABLE_EDGES + lines(after, room.width - PADDING, CELL_PT, "Bold") * ROW_LINE
    widths = brief_widths(room, several=any(row.drug for row in rows))
    return room.height - height - sum(_row(each, *widths) for each in rows)


def _row(row: StepRow, of_dates: float, of_dose: float, of_tablets: float) -> float:
    dose = " ".join(filter(None, (row.dose, row.drug, row.label)))
    most = max(
        lines(row.first, of_dates),
        lines(dose, of_dose, CELL_PT, "Bold"),
        lines(row.tablets, of_tablets),
    )
    return most * ROW_LINE + ROW_EDGES


def is_tight_beside(
    room: FrontRoom, advice: Sequence[tuple[str, str]], signing: Sequence[str], head: Header
) -> bool:
    """Whether the right column must do without its heading and its line of whom to call.

    The lines to sign must have room. Whom to call stands below every page too.
    """
    height = _advice_height(room, advice, head)
    height += sum(_to_sign(each, room.width_beside) for each in signing)
    return height - BESIDE_LAST > room.height


def beside_height(
    room: FrontRoom, advice: Sequence[tuple[str, str]], signing: Sequence[str], head: Header
) -> float:
    """How high the right column is above a week, where the lines to sign are beside each other."""
    share = room.width_beside * TO_SIGN_SHARE
    below = max(_to_sign(each, share) for each in signing)
    return _advice_height(room, advice, head) + below - BESIDE_EDGES - BESIDE_LAST


def _advice_height(room: FrontRoom, advice: Sequence[tuple[str, str]], head: Header) -> float:
    within = room.width_beside - BESIDE_INSIDE
    height: float = BESIDE_FRAMES + BESIDE_TITLE
    for about, said in advice:
        height += lines(_led(about, said), within, TEXT_PT) * BESIDE_LINE + BESIDE_EDGES
    return height + most_lines(head.call, within, 14, rule=head.rule) * BESIDE_PHONE_LINE + 6


def _to_sign(line: str, points: float) -> float:
    return lines(line, points, TEXT_PT) * BESIDE_LINE + BESIDE_TO_SIGN


def _led(about: str, said: str) -> str:
    """A paragraph that begins in bold, as wide as it is in plain letters: spaces make up for it."""
    wider = width(about, TEXT_PT, "Bold") - width(about, TEXT_PT)
    return about + NBSP * round(wider / width(NBSP, TEXT_PT)) + f" {said}"


def tightness(
    room: FrontRoom,
    title: str,
    today: str,
    replaces: str,
    advice: Sequence[tuple[str, str]],
    signing: Sequence[str],
    head: Header,
) -> int:
    """How a large print's first page must save room: not at all, a little, or more.

    The lines to sign must have room. To save some, it does without its second line of whom to call,
    which stands below every page too; to save more, its lines are also closer to each other.
    """
    points = line_width(room.paper, large=True)
    within = points - LARGE_BOXES
    height: float = lines(title, points, LARGE_TITLE_PT, "Bold") * LARGE_TITLE_LINE + 2
    for box in filter(None, (today, replaces)):
        height += lines(box, within, LARGE_PT, "Bold") * LARGE_LINE + LARGE_FRAMES
    for about, said in advice:
        height += lines(f"{about} {said}", within - 8, LARGE_PT) * LARGE_LINE + 3
    below = max(lines(each, points * TO_SIGN_SHARE, LARGE_PT) for each in signing) - 1
    height += below * LARGE_LINE + LARGE_FRAMES + TO_SIGN
    phone = within - RULE * head.rule
    to_save = lines(head.call, phone, LARGE_PHONE_PT, "Bold") * LARGE_PHONE_LINE + 6
    to_save += LARGE_TITLE_LINE
    return (height + to_save > room.large_height) + (height > room.large_height)
