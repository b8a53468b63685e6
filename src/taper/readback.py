"""The finished PDF, opened with another library and compared with the plan.

A page that does not say what was computed is refused, however that came about: each printed
day must be in the right cell of the right page, with the plan's own dose and tablets, and each
glyph must lie inside its cell and its page, neither clipped nor covered.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from taper import contract
from taper.errors import TaperError
from taper.plan import Plan
from taper.render.view import Calendar, Cell, Replaces, calendar, outside
from taper.render.words import Words, words

TOLERANCE = 0.3
"""Points by which a glyph may touch what it should not: less than a hair's breadth."""
EDGE = 9
"""Points from the edge of the paper that few printers reach."""
LEAST_CELL = 36
"""A box narrower or lower than this, in points, holds no day."""
LEAST_CONTRAST = 0.5
"""How far text must stand off its ground, from 0 to 1 (black on white)."""
RECTANGLE_SEGMENTS = 5
"""A filled path of more segments is the frame around something, which covers nothing."""
LIST_COLUMNS = 3


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
    """A filled rectangle or a frame, and how light it is, from 0 to 1."""

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
    width: float
    height: float
    texts: tuple[Text, ...]
    paints: tuple[Paint, ...]

    @property
    def is_landscape(self) -> bool:
        """Whether the page is wider than high, as the months' are."""
        return self.width > self.height

    @property
    def printable(self) -> Box:
        """The page without the edge that few printers reach."""
        return Box(EDGE, EDGE, self.width - EDGE, self.height - EDGE, -1)


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one day: its texts, and where they stand."""

    box: Box
    texts: tuple[Text, ...]

    @property
    def said(self) -> str:
        """All that stands there."""
        return " ".join(text.said for text in self.texts)


class _Differs(Exception):
    """What is wrong, as the middle of a sentence."""


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

    `issued`, `replaces` and `large` as it was printed; without `issued`, the date that the file
    itself carries is taken.
    """
    said = words(plan.locale)
    try:
        sheets, created = _read(pdf)
        view = calendar(
            plan,
            said,
            plan_id=plan_id or contract.plan_id(plan),
            issued=issued or _date(created),
            paper=said.language.paper,
            large=large,
            replaces=replaces,
        )
        _refuse_other_doses(plan, view, said)
        _compare(sheets, view, said)
    except _Differs as found:
        raise ReadbackFailed(
            f"{plan.participant}: the calendar was refused when it was read back: {found}."
        ) from None


# Reading ---------------------------------------------------------------------------------------


def _read(pdf: bytes) -> tuple[list[Sheet], str]:
    """The pages, and when the file says that it was made."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as broken:
        raise _Differs(f"it is no readable PDF ({broken})") from broken
    try:
        sheets = [_sheet(document, i) for i in range(len(document))]
        return sheets, document.get_metadata_value("CreationDate")
    finally:
        document.close()


def _date(created: str) -> date:
    written = re.fullmatch(r"D:(\d{8}).*", created)
    if written is None:
        raise _Differs("it does not carry the date of its issue")
    return date.fromisoformat(written[1])


def _sheet(document: Any, index: int) -> Sheet:
    page = document[index]
    textpage = page.get_textpage()
    try:
        texts: list[Text] = []
        paints: list[Paint] = []
        for order in range(pdfium.FPDFPage_CountObjects(page)):
            found = pdfium.FPDFPage_GetObject(page, order)
            kind = pdfium.FPDFPageObj_GetType(found)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                texts += _text(found, textpage, order, index + 1)
            elif kind != pdfium.FPDF_PAGEOBJ_PATH:
                raise _Differs(f"page {index + 1} holds something other than text and lines")
            elif _is_filled(found):
                solid = pdfium.FPDFPath_CountSegments(found) <= RECTANGLE_SEGMENTS
                paints.append(Paint(_box(found, order), _light(found), solid))
        width, height = page.get_size()
        return Sheet(index + 1, width, height, tuple(texts), tuple(paints))
    finally:
        textpage.close()
        page.close()


def _text(found: Any, textpage: Any, order: int, page: int) -> list[Text]:
    said = " ".join(_said(found, textpage).split())
    if not said:
        return []
    text = Text(said, _box(found, order), _light(found))
    _refuse_clipped(found, text, page)
    return [text]


def _said(found: Any, textpage: Any) -> str:
    size = pdfium.FPDFTextObj_GetText(found, textpage, None, 0)
    buffer = ctypes.create_string_buffer(size)
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    pdfium.FPDFTextObj_GetText(found, textpage, units, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def _box(found: Any, order: int) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(found, left, bottom, right, top)
    return Box(left.value, bottom.value, right.value, top.value, order)


def _is_filled(found: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(found, fill, stroke)
    return bool(fill.value != pdfium.FPDF_FILLMODE_NONE)


def _light(found: Any) -> float:
    """How light something is painted; what is transparent counts as the white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(found, red, green, blue, alpha)
    return (red.value + green.value + blue.value) / (3 * 255) if alpha.value else 1.0


def _refuse_clipped(found: Any, text: Text, page: int) -> None:
    """Text that is cut off is still there to be read, so its clip is looked at."""
    clip = pdfium.FPDFPageObj_GetClipPath(found)
    for path in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
        points = list(_points(clip, path))
        across, up = [x for x, _ in points], [y for _, y in points]
        if not points or not Box(min(across), min(up), max(across), max(up), -1).holds(text.box):
            raise _Differs(f"on page {page}, {text.said!r} is cut off")


def _points(clip: Any, path: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, i)
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            yield x.value, y.value


# Each page by itself ---------------------------------------------------------------------------


def _refuse_illegible(sheet: Sheet) -> None:
    """Refuse text that is off the page, over other text, covered, or as pale as its ground."""
    for text in sheet.texts:
        if not sheet.printable.holds(text.box):
            raise _Differs(f"on page {sheet.number}, {text.said!r} runs off the page")
        ground = 1.0
        for paint in sheet.paints:
            if paint.solid and paint.box.meets(text.box):
                if paint.box.order > text.box.order:
                    raise _Differs(f"on page {sheet.number}, {text.said!r} is painted over")
                ground = paint.light
        if abs(text.light - ground) < LEAST_CONTRAST:
            raise _Differs(f"on page {sheet.number}, {text.said!r} is too pale to be read")
    _refuse_overlaps(sheet)


def _refuse_overlaps(sheet: Sheet) -> None:
    below: list[Text] = []
    for text in sorted(sheet.texts, key=lambda text: text.box.bottom):
        below = [each for each in below if each.box.top > text.box.bottom]
        for other in below:
            if other.box.meets(text.box):
                raise _Differs(f"on page {sheet.number}, {other.said!r} and {text.said!r} overlap")
        below.append(text)


def _slots(sheet: Sheet, widest: float) -> list[Slot]:
    """The boxes that may hold a day, each with its texts; no text may stick out of its box."""
    boxes = [
        paint.box
        for paint in sheet.paints
        if LEAST_CELL <= paint.box.right - paint.box.left <= widest
        and paint.box.top - paint.box.bottom >= LEAST_CELL
    ]
    for i, box in enumerate(boxes):
        if any(box.meets(other) for other in boxes[:i]):
            raise _Differs(f"on page {sheet.number}, two cells overlap")
    return [Slot(box, tuple(_texts_in(box, sheet))) for box in boxes]


def _texts_in(box: Box, sheet: Sheet) -> Iterator[Text]:
    for text in sheet.texts:
        if box.meets(text.box):
            if not box.holds(text.box):
                raise _Differs(f"on page {sheet.number}, {text.said!r} sticks out of its cell")
            yield text


# The whole calendar ----------------------------------------------------------------------------


def _refuse_other_doses(plan: Plan, view: Calendar, said: Words) -> None:
    """What is looked for on paper must itself be the plan's, day by day."""
    for day in plan.days():
        cell = view.days[day.date]
        if (cell.dose, cell.tablets) != (said.mg(day.dose_mg), said.tablets(day.tablets)):
            raise _Differs(f"{day.date} was to be printed as {cell.dose}: {cell.tablets}")


def _compare(sheets: Sequence[Sheet], view: Calendar, said: Words) -> None:
    front = last = ""
    printed: list[date] = []
    for sheet in sheets:
        _refuse_illegible(sheet)
        days, slots = (_listed if view.large else _grid)(sheet, view, said)
        in_slots = {id(text) for slot in slots for text in slot.texts}
        rest = _squeezed(text.said for text in sheet.texts if id(text) not in in_slots)
        rest = _without_header(rest, sheet, len(sheets), view, said)
        if slots or (sheet.is_landscape and not view.large):
            _refuse_rest(rest, sheet, view, said)
        else:
            front += rest
        printed += days
        last = rest
    _refuse_wrong_days(printed, view)
    _refuse_wrong_front(front, view)
    if _squeezed([view.after]) not in last:
        raise _Differs(f"the last page lacks {view.after!r}")


def _grid(sheet: Sheet, view: Calendar, said: Words) -> tuple[list[date], list[Slot]]:
    """The days of a month's page, each with its own words under its own weekday."""
    if not sheet.is_landscape:
        return [], []
    slots = [slot for slot in _slots(sheet, sheet.width / 6) if slot.texts]
    shown = {text.said for text in sheet.texts}
    month = next((m for m in view.months if m.title in shown or m.again in shown), None)
    if month is None:
        return [], []
    days: list[date] = []
    for slot in slots:
        day = _day_of(slot, month.first, sheet.number)
        cell = view.days.get(day) or outside(day, said)
        _refuse_other(slot, _cell_says(cell), sheet.number)
        _refuse_other_column(slot, sheet, said.language.weekday(day.weekday()))
        days += [day] if day in view.days else []
    return days, slots


def _day_of(slot: Slot, month: date, page: int) -> date:
    number = re.search(r"\d+", slot.texts[0].said)
    try:
        return month.replace(day=int(number[0]) if number else 0)
    except ValueError:
        raise _Differs(f"on page {page}, {slot.said!r} is no day of {month:%Y-%m}") from None


def _cell_says(cell: Cell) -> str:
    parts = (cell.number, cell.mark, cell.dose, cell.drug, cell.tablets, cell.when, *cell.events)
    return _spaced(parts)


def _listed(sheet: Sheet, view: Calendar, said: Words) -> tuple[list[date], list[Slot]]:
    """The days of a large print's page: three boxes beside each other for each."""
    rows: dict[tuple[int, int], list[Slot]] = {}
    for slot in _slots(sheet, sheet.width * 2 / 3):
        rows.setdefault((round(slot.box.top), round(slot.box.bottom)), []).append(slot)
    by_text = {said.language.full_date(day): day for day in view.days}
    days, slots = [], []
    for row in rows.values():
        day = _first_known((text.said for text in row[0].texts), by_text)
        if len(row) == LIST_COLUMNS and day is not None:
            whole = Slot(row[0].box, tuple(text for slot in row for text in slot.texts))
            _refuse_other(
                whole, _row_says(view.days[day], said.language.full_date(day)), sheet.number
            )
            days.append(day)
            slots.append(whole)
    return days, slots


def _first_known(parts: Iterable[str], known: dict[str, date]) -> date | None:
    """The date that the first words of a row spell, over however many lines."""
    spelt = ""
    for part in parts:
        spelt = _spaced((spelt, part))
        if spelt in known:
            return known[spelt]
    return None


def _row_says(cell: Cell, day: str) -> str:
    tablets = f"{cell.tablets}, {cell.when}" if cell.when else cell.tablets
    return _spaced((day, cell.mark, *cell.events, cell.dose, cell.drug, tablets))


def _refuse_other(slot: Slot, right: str, page: int) -> None:
    if slot.said != right:
        raise _Differs(f"on page {page}, it says {slot.said!r} where {right!r} was planned")


def _refuse_other_column(slot: Slot, sheet: Sheet, weekday: str) -> None:
    heads = [text for text in sheet.texts if text.said == weekday]
    if not any(slot.box.left <= h.box.left and h.box.right <= slot.box.right for h in heads):
        raise _Differs(f"on page {sheet.number}, {slot.said!r} is not under {weekday}")


def _without_header(rest: str, sheet: Sheet, pages: int, view: Calendar, said: Words) -> str:
    """A page's text without what must stand on every page; refused where that is missing."""
    head = view.header
    page = said.gettext("Page %(x)s of %(y)s") % {"x": sheet.number, "y": pages}
    footer = _spaced((head.warning, head.call))
    for line in (*head.banners, _spaced((head.participant, page)), footer, head.sheet):
        before, found, after = rest.rpartition(_squeezed([line]))
        if not found:
            raise _Differs(f"page {sheet.number} lacks {line!r}")
        rest = before + after
    return rest


def _refuse_rest(rest: str, sheet: Sheet, view: Calendar, said: Words) -> None:
    """Beside its days and header a page has its heads, and at last what comes after."""
    left = rest.replace(_squeezed([view.after]), "", 1)
    if left not in _heads(view, said):
        raise _Differs(f"page {sheet.number} says something that was not planned: {left!r}")


def _heads(view: Calendar, said: Words) -> set[str]:
    """What may stand above the days of a page; nothing above what comes after alone."""
    if view.large:
        columns = _squeezed(map(said.gettext, ("Day", "Dose", "Tablets")))
        return {"", columns, *(_squeezed([week.title]) + columns for week in view.weeks)}
    heads = {""}
    for month in view.months:
        weekdays = _squeezed(month.weekdays)
        heads |= {_squeezed([month.title]) + weekdays, weekdays + _squeezed([month.again])}
    return heads


def _refuse_wrong_days(printed: list[date], view: Calendar) -> None:
    if printed == sorted(view.days):
        return
    missing = [day.isoformat() for day in view.days if day not in printed]
    if missing:
        raise _Differs(f"it lacks {missing[0]}")
    twice = [day.isoformat() for day in view.days if printed.count(day) > 1]
    raise _Differs(f"it has {twice[0]} twice" if twice else "its days are not in order")


def _refuse_wrong_front(front: str, view: Calendar) -> None:
    """The front says the plan in sentences and, row by row, in a table."""
    at = 0
    for step in view.steps:
        row = (
            step.first,
            step.last,
            str(step.days),
            step.dose,
            step.drug,
            step.label,
            step.tablets,
        )
        found = front.find(_squeezed(row), at)
        if found < 0:
            raise _Differs(f"the step table lacks {_spaced(row)!r}")
        at = found + 1
    for line in (view.title, *view.summary, view.replaces, view.changes, view.after):
        if _squeezed([line]) not in front:
            raise _Differs(f"the first page lacks {line!r}")


def _spaced(parts: Iterable[str]) -> str:
    """The parts as one line with single spaces."""
    return " ".join(" ".join(parts).split())


def _squeezed(parts: Iterable[str]) -> str:
    """The parts without any space: where a long line breaks does not matter."""
    return "".join("".join(parts).split())
