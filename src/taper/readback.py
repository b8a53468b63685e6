"""The finished PDF, opened with another library and compared with the plan.

A page that does not say what was computed is refused, however that came about: each printed
day must be in the right cell of the right page, with the plan's own dose and tablets, and each
glyph must lie inside its cell and its page, neither clipped nor covered.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import pypdfium2
import pypdfium2.raw as pdfium

from taper import contract
from taper.errors import TaperError
from taper.plan import Plan
from taper.render.view import Calendar, Cell, Replaces, calendar
from taper.render.words import Words, words

TOLERANCE = 0.3
"""Points by which a glyph may touch what it should not: less than a hair's breadth."""
LEAST_CELL = 36
"""A box narrower or lower than this, in points, holds no day."""
LEAST_CONTRAST = 0.5
"""How far text must stand off its ground, from 0 to 1 (black on white)."""
RECTANGLE_SEGMENTS = 5
"""A filled path of more segments is the frame around something, which covers nothing."""


class ReadbackFailed(TaperError):
    """The paper does not say what was planned; it is not kept."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the lower left corner; later ones lie on top."""

    left: float
    bottom: float
    right: float
    top: float
    order: int

    def holds(self, other: Box) -> bool:
        """Whether the other lies inside this one."""
        return (
            other.left >= self.left - TOLERANCE
            and other.right <= self.right + TOLERANCE
            and other.bottom >= self.bottom - TOLERANCE
            and other.top <= self.top + TOLERANCE
        )

    def meets(self, other: Box) -> bool:
        """Whether the two cover some of the same paper."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > TOLERANCE
            and min(self.top, other.top) - max(self.bottom, other.bottom) > TOLERANCE
        )


@dataclass(frozen=True, slots=True)
class Paint:
    """A filled rectangle or a frame and how light it is, from 0 to 1."""

    box: Box
    light: float
    solid: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text, the box around its glyphs, and how light it is."""

    said: str
    box: Box
    light: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page shows, in the order of painting."""

    number: int
    page: Box
    texts: tuple[Text, ...]
    paints: tuple[Paint, ...]

    @property
    def is_landscape(self) -> bool:
        """Whether the page is wider than high, as the months' are."""
        return self.page.right > self.page.top


def verify(
    pdf: bytes,
    plan: Plan,
    *,
    plan_id: str | None = None,
    issued: date | None = None,
    replaces: Replaces | None = None,
    large: bool = False,
) -> None:
    """Compare a calendar with the plan it was printed from; raise `ReadbackFailed` if it differs.

    Without `issued` the date that the file itself carries is taken.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheets = [_sheet(document, i) for i in range(len(document))]
        issued = issued or _created(document)
    finally:
        document.close()
    said = words(plan.locale)
    view = calendar(
        plan,
        said,
        plan_id=plan_id or contract.plan_id(plan),
        issued=issued,
        paper=said.language.paper,
        large=large,
        replaces=replaces,
    )
    try:
        _refuse_other_doses(plan, view, said)
        _compare(sheets, view, said)
    except _Differs as found:
        raise ReadbackFailed(
            f"{plan.participant}: the calendar was refused when it was read back: {found}."
        ) from None


class _Differs(Exception):
    """What is wrong, as the middle of a sentence."""


# Reading ---------------------------------------------------------------------------------------


def _created(document: pypdfium2.PdfDocument) -> date:
    text = document.get_metadata_value("CreationDate")
    return datetime.strptime(text[2:10], "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone


def _sheet(document: pypdfium2.PdfDocument, index: int) -> Sheet:
    page = document[index]
    textpage = page.get_textpage()
    try:
        width, height = page.get_size()
        texts: list[Text] = []
        paints: list[Paint] = []
        for order in range(pdfium.FPDFPage_CountObjects(page)):
            found = pdfium.FPDFPage_GetObject(page, order)
            kind = pdfium.FPDFPageObj_GetType(found)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                said = " ".join(_said(found, textpage).split())
                if said:
                    texts.append(Text(said, _box(found, order), _light(found)))
                    _refuse_clipped(found, texts[-1], index + 1)
            elif kind == pdfium.FPDF_PAGEOBJ_PATH and _is_filled(found):
                solid = pdfium.FPDFPath_CountSegments(found) <= RECTANGLE_SEGMENTS
                paints.append(Paint(_box(found, order), _light(found), solid))
            elif kind != pdfium.FPDF_PAGEOBJ_PATH:
                raise _Differs(f"page {index + 1} holds something other than text and lines")
        return Sheet(index + 1, Box(0, 0, width, height, -1), tuple(texts), tuple(paints))
    finally:
        textpage.close()
        page.close()


def _is_filled(found: object) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(found, fill, stroke)
    return fill.value != pdfium.FPDF_FILLMODE_NONE


def _light(found: object) -> float:
    """How light something is painted; what is transparent counts as the white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(found, red, green, blue, alpha)
    if not alpha.value:
        return 1
    return (red.value + green.value + blue.value) / (3 * 255)


def _box(found: object, order: int) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(found, left, bottom, right, top)
    return Box(left.value, bottom.value, right.value, top.value, order)


def _said(found: object, textpage: object) -> str:
    size = pdfium.FPDFTextObj_GetText(found, textpage, None, 0)
    buffer = ctypes.create_string_buffer(size)
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    pdfium.FPDFTextObj_GetText(found, textpage, units, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def _refuse_clipped(found: object, text: Text, page: int) -> None:
    """Text that is cut off is still there to be read, so its clip is looked at."""
    clip = pdfium.FPDFPageObj_GetClipPath(found)
    for path in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
        points = list(_points(clip, path))
        across, up = [x for x, _ in points], [y for _, y in points]
        if not points or not Box(min(across), min(up), max(across), max(up), -1).holds(text.box):
            raise _Differs(f"on page {page}, {text.said!r} is cut off")


def _points(clip: object, path: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, i)
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            yield x.value, y.value


# Each page by itself ---------------------------------------------------------------------------


def _refuse_illegible(sheet: Sheet) -> None:
    """Refuse text that is off the page, over other text, covered, or as light as its ground."""
    for text in sheet.texts:
        if not sheet.printable.holds(text.box):
            raise _Differs(f"on page {sheet.number}, {text.said!r} runs off the page")
        ground = 1.0
        for paint in sheet.paints:
            if not paint.solid or not paint.box.meets(text.box):
                continue
            if paint.box.order > text.box.order:
                raise _Differs(f"on page {sheet.number}, {text.said!r} is painted over")
            ground = paint.light
        if abs(text.light - ground) < LEAST_CONTRAST:
            raise _Differs(f"on page {sheet.number}, {text.said!r} is too pale to be read")
    _refuse_overlaps(sheet.texts, sheet.number)


def _refuse_overlaps(texts: Iterable[Text], page: int) -> None:
    open_lines: list[Text] = []
    for text in sorted(texts, key=lambda text: text.box.bottom):
        open_lines = [each for each in open_lines if each.box.top > text.box.bottom + TOLERANCE]
        for other in open_lines:
            if other.box.meets(text.box):
                raise _Differs(f"on page {page}, {other.said!r} and {text.said!r} overlap")
        open_lines.append(text)


def _cells(sheet: Sheet, widest: float) -> list[tuple[Box, list[Text]]]:
    """The boxes that may hold a day, each with its texts; none may stick out of its box."""
    boxes = [
        paint.box
        for paint in sheet.paints
        if LEAST_CELL <= paint.box.right - paint.box.left <= widest * sheet.page.right
        and paint.box.top - paint.box.bottom >= LEAST_CELL
    ]
    for i, box in enumerate(boxes):
        if any(box.meets(other) for other in boxes[:i]):
            raise _Differs(f"on page {sheet.number}, two cells overlap")
    return [(box, _texts_in(box, sheet)) for box in boxes]


def _texts_in(box: Box, sheet: Sheet) -> list[Text]:
    inside = [text for text in sheet.texts if box.meets(text.box)]
    for text in inside:
        if not box.holds(text.box):
            raise _Differs(f"on page {sheet.number}, {text.said!r} sticks out of its cell")
    return inside


# The whole calendar ----------------------------------------------------------------------------


def _refuse_other_doses(plan: Plan, view: Calendar, said: Words) -> None:
    """What is looked for on paper must itself be the plan's, day by day."""
    for day in plan.days():
        cell = view.days[day.date]
        if (cell.dose, cell.tablets) != (said.mg(day.dose_mg), said.tablets(day.tablets)):
            raise _Differs(f"{day.date} was to be printed as {cell.dose}: {cell.tablets}")


def _compare(sheets: Sequence[Sheet], view: Calendar, said: Words) -> None:
    read = _read_list if view.large else _read_grid
    front, printed = "", list[date]()
    for sheet in sheets:
        _refuse_illegible(sheet)
        days, rest = read(sheet, view, said)
        rest = _without_header(rest, sheet, len(sheets), view, said)
        printed += days
        if days or (sheet.is_landscape and not view.large):
            _refuse_rest(rest, sheet, view)
        else:
            front += rest
    _refuse_wrong_days(printed, view)
    _refuse_wrong_front(front, view)


def _read_grid(sheet: Sheet, view: Calendar, said: Words) -> tuple[list[date], str]:
    """The days of a month's grid, and all other text of the page."""
    if not sheet.is_landscape:
        return [], _squeezed(sheet.texts)
    month = next((m for m in view.months if _shows(sheet, m.title, m.again)), None)
    cells = [(box, texts) for box, texts in _cells(sheet, 1 / 6) if texts]
    if month is None and cells:
        raise _Differs(f"page {sheet.number} does not name its month")
    days = []
    for box, texts in cells:
        assert month is not None
        day = _day_of(texts, month.first, sheet.number)
        _refuse_other_cell(texts, view.days.get(day, month.outside(day, said)), sheet.number)
        _refuse_other_column(box, sheet, said.language.weekday(day.weekday()), texts[0].said)
        days += [day] if day in view.days else []
    inside = {id(text) for _, texts in cells for text in texts}
    rest = [text for text in sheet.texts if id(text) not in inside]
