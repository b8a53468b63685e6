"""A PDF's pages as plain values, read with another library than the one that wrote them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

TOLERANCE = 0.3
"""Points by which a glyph may touch what it should not: less than a hair's breadth."""
EDGE = 9
"""Points from the edge of the paper that few printers reach."""
LINE_END_HYPHEN = "\x02"
"""What PDFium reads where a line ends with a hyphen."""
RECTANGLE_SEGMENTS = 5
"""A filled path of more segments is the frame around something, which covers nothing."""


class Differs(Exception):
    """What is wrong, as the middle of a sentence."""


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


def read(pdf: bytes) -> tuple[list[Sheet], str]:
    """The pages, and when the file says that it was made."""
    document = opened(pdf)
    try:
        sheets = [_sheet(document, i) for i in range(len(document))]
        return sheets, document.get_metadata_value("CreationDate")
    finally:
        document.close()


def opened(pdf: bytes) -> Any:
    """The document of some bytes, to be closed by whoever asked."""
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as broken:
        raise Differs(f"it is no readable PDF ({broken})") from broken


def attached(pdf: bytes, name: str, most: int) -> bytes | None:
    """What is attached under that name, of at most so many bytes; None where nothing is."""
    document = opened(pdf)
    try:
        for i in range(document.count_attachments()):
            found = document.get_attachment(i)
            if found.get_name() == name and _size(found) <= most:
                return bytes(found.get_data())
        return None
    except pypdfium2.PdfiumError as broken:
        raise Differs(f"what is attached to it cannot be read ({broken})") from broken
    finally:
        document.close()


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


def _sheet(document: Any, index: int) -> Sheet:
    page = document[index]
    textpage = page.get_textpage()
    try:
        _refuse_laid_over(page, index + 1)
        texts: list[Text] = []
        paints: list[Paint] = []
        for order in range(pdfium.FPDFPage_CountObjects(page)):
            found = pdfium.FPDFPage_GetObject(page, order)
            kind = pdfium.FPDFPageObj_GetType(found)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                texts += _text(found, textpage, order, index + 1)
            elif kind != pdfium.FPDF_PAGEOBJ_PATH:
                raise Differs(f"page {index + 1} holds something other than text and lines")
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
    read_as = buffer.raw.decode("utf-16-le").rstrip("\0")
    return read_as.replace(LINE_END_HYPHEN, "-")


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
            raise Differs(f"on page {page}, {text.said!r} is cut off")


def _points(clip: Any, path: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, i)
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            yield x.value, y.value
