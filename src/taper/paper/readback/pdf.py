"""A PDF's pages as plain values, read with another library than the one that wrote them."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from taper.paper.readback import shapes, strokes
from taper.paper.readback.boxes import Box, Differs
from taper.paper.readback.shapes import Paint
from taper.paper.readback.strokes import Stroke

ALONE = threading.RLock()
"""Held by the thread that asks PDFium, which takes no questions from two."""
EDGE = 9
"""Points from the edge of the paper that few printers reach."""
MOST_PAGES = 1_500
"""A calendar of ten years in large print has 600."""
MOST_OBJECTS = 20_000
"""Of one page; a month's has 1,500."""
LINE_END_HYPHEN = "\x02"
"""What PDFium reads where a line ends with a hyphen."""
SAID_UNITS = 512
"""Room for what one text says; for the longest there is more."""


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text, the box around its glyphs, and how light it is."""

    said: str
    box: Box
    light: float


@dataclass(frozen=True, slots=True)
class Page:
    """What one page shows, in the order of painting."""

    number: int
    width: float
    height: float
    texts: tuple[Text, ...]
    paints: tuple[Paint, ...]
    strokes: tuple[Stroke, ...] = ()

    @property
    def printable(self) -> Box:
        """The page without the edge that few printers reach."""
        return Box(EDGE, EDGE, self.width - EDGE, self.height - EDGE, -1)


def read(pdf: bytes) -> list[Page]:
    """The pages, in their order."""
    with _opened(pdf) as document:
        if len(document) > MOST_PAGES:
            raise Differs(f"it has {len(document)} pages, more than are ever printed")
        return [_page(document, i) for i in range(len(document))]


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    """The document of some bytes, for one thread at a time."""
    with ALONE:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as broken:
            raise Differs(f"it is no readable PDF ({broken})") from broken
        try:
            yield document
        finally:
            document.close()


def attached(pdf: bytes, name: str, most: int) -> bytes | None:
    """What is attached under that name, of at most so many bytes; None where nothing is."""
    with _opened(pdf) as document:
        try:
            for i in range(document.count_attachments()):
                found = document.get_attachment(i)
                if found.get_name() == name and _size(found) <= most:
                    return bytes(found.get_data())
            return None
        except pypdfium2.PdfiumError as broken:
            raise Differs(f"what is attached to it cannot be read ({broken})") from broken


def creator(pdf: bytes) -> str:
    """What a file says that it was made with."""
    with _opened(pdf) as document:
        return str(document.get_metadata_value("Creator"))


def _size(attachment: Any) -> int:
    size = ctypes.c_ulong()
    pdfium.FPDFAttachment_GetFile(attachment, None, 0, size)
    return size.value


def _refuse_laid_over(page: Any, number: int) -> None:
    """What lies over a page or shows another part of it is no part of what is painted on it."""
    if pdfium.FPDFPage_GetAnnotCount(page):
        raise Differs(f"page {number} has a note, a link or a form laid over it")
    if page.get_rotation() or page.get_cropbox() != page.get_mediabox():
        raise Differs(f"page {number} was turned or cut")


def _page(document: Any, index: int) -> Page:
    page = document[index]
    textpage = page.get_textpage()
    try:
        _refuse_laid_over(page, index + 1)
        width, height = page.get_size()
        return Page(index + 1, width, height, *_shown(page, _Objects(textpage), index + 1))
    finally:
        textpage.close()
        page.close()


def _shown(
    page: Any, objects: _Objects, number: int
) -> tuple[tuple[Text, ...], tuple[Paint, ...], tuple[Stroke, ...]]:
    texts: list[Text] = []
    paints: list[Paint] = []
    lines: list[Stroke] = []
    count = pdfium.FPDFPage_CountObjects(page)
    if count > MOST_OBJECTS:
        raise Differs(f"page {number} holds {count} texts and lines, more than are ever printed")
    for order in range(count):
        found = pdfium.FPDFPage_GetObject(page, order)
        kind = pdfium.FPDFPageObj_GetType(found)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            if said := objects.said(found):
                texts.append(Text(said, objects.box(found, order), objects.light(found)))
                _refuse_clipped(found, texts[-1], number)
            continue
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            raise Differs(f"page {number} holds something other than text and lines")
        filled, is_drawn = objects.how_filled_and_whether_drawn(found)
        if filled:
            box, light = objects.box(found, order), objects.light(found)
            painted = shapes.read(found, box, light, filled, number)
            paints += [painted] if painted else []
        if is_drawn:
            lines.append(strokes.read(found, order))
    return tuple(texts), tuple(paints), tuple(lines)


class _Objects:
    """What PDFium answers of a page's objects, and the room in which it answers."""

    def __init__(self, textpage: Any) -> None:
        self._textpage = textpage
        self._said = (ctypes.c_ushort * SAID_UNITS)()
        self._sides = tuple(ctypes.c_float() for _ in range(4))
        self._colour = tuple(ctypes.c_uint() for _ in range(4))
        self._modes = ctypes.c_int(), ctypes.c_int()

    def said(self, found: Any) -> str:
        """The words of a text on one line."""
        room = ctypes.sizeof(self._said)
        size = pdfium.FPDFTextObj_GetText(found, self._textpage, self._said, room)
        if size > room:  # nothing was written yet
            self._said = (ctypes.c_ushort * size)()
            return self.said(found)
        read_as = ctypes.string_at(self._said, size).decode("utf-16-le").rstrip("\0")
        return " ".join(read_as.replace(LINE_END_HYPHEN, "-").split())

    def box(self, found: Any, order: int) -> Box:
        """Where it is."""
        pdfium.FPDFPageObj_GetBounds(found, *self._sides)
        left, bottom, right, top = self._sides
        return Box(left.value, bottom.value, right.value, top.value, order)

    def how_filled_and_whether_drawn(self, found: Any) -> tuple[int, bool]:
        """By which rule the inside of a path is painted, 0 for by none; whether its line is."""
        fill, stroke = self._modes
        pdfium.FPDFPath_GetDrawMode(found, fill, stroke)
        return fill.value, bool(stroke.value)

    def light(self, found: Any) -> float:
        """How light it is painted; what is transparent counts as the white paper."""
        pdfium.FPDFPageObj_GetFillColor(found, *self._colour)
        red, green, blue, alpha = self._colour
        return (red.value + green.value + blue.value) / (3 * 255) if alpha.value else 1.0


def _refuse_clipped(found: Any, text: Text, page: int) -> None:
    """Text that is cut off is still there to be read, so its clip is looked at."""
    clip = pdfium.FPDFPageObj_GetClipPath(found)
    for path in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
        points = list(_points(clip, path))
        across, up = [x for x, _ in points], [y for _, y in points]
        if not points or not Box(min(across), min(up), max(across), max(up), -1).holds(text.box):
            raise Differs(f"on page {page}, {text.said!r} is cut off")


def _points(clip: Any, path: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, i)
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            yield x.value, y.value
