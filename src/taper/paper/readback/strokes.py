"""Lines that are drawn on a page: the code to scan, the dose chart, and nothing through any letter.

A code is compared square by square with that of the page's own text; every other line may stand
where it likes, but neither on a code, nor in the white around one, nor through a letter.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import add, sub
from typing import Any

import pypdfium2.raw as pdfium

from taper.paper.code import MODULE, QUIET, Code
from taper.paper.readback.boxes import Box, Differs
from taper.paper.readback.paths import steps

NEAR = 0.03
"""Points by which a square may stand elsewhere: a fortieth of its width."""
Segment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of one piece or of many, each from where to where; and how broad it is, in points."""

    segments: tuple[Segment, ...]
    width: float
    light: float
    order: int

    def boxes(self) -> Iterator[Box]:
        """What each of its pieces covers."""
        half = self.width / 2
        for x0, y0, x1, y1 in self.segments:
            across, up = sorted((x0, x1)), sorted((y0, y1))
            yield Box(across[0] - half, up[0] - half, across[1] + half, up[1] + half, self.order)


def read(found: Any, order: int) -> Stroke:
    """The line that an object of a page is."""
    at, width = pdfium.FS_MATRIX(), ctypes.c_float()
    pdfium.FPDFPageObj_GetMatrix(found, at)
    pdfium.FPDFPageObj_GetStrokeWidth(found, width)
    colour = tuple(ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetStrokeColor(found, *colour)
    light = sum(each.value for each in colour[:3]) / (3 * 255)
    scale = abs(at.a * at.d - at.b * at.c) ** 0.5
    return Stroke(tuple(_segments(found, at)), width.value * scale, light, order)


def _segments(found: Any, at: Any) -> Iterator[Segment]:
    before = begun = (0.0, 0.0)
    for here, kind, is_closed in steps(found, pdfium.FPDFPath_CountSegments(found), at):
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begun = here
        else:
            yield before + here
        if is_closed:
            yield here + begun
        before = here


# The code -------------------------------------------------------------------------------------


def code_of(number: int, strokes: tuple[Stroke, ...], code: Code) -> tuple[Stroke, Box]:
    """The code on a page, and the room that it takes with the white around it.

    Raises `Differs` where there is none, another one, or more than one.
    """
    found = [each for each in strokes if _is(code, each)]
    if len(found) != 1:
        what = "lacks the code to scan" if not found else "has its code to scan twice"
        raise Differs(f"page {number} {what} of {code.text!r}")
    left, middle, *_ = found[0].segments[0]
    white, top = QUIET * MODULE, middle + MODULE / 2
    box = Box(left - white, top - code.side - white, left + code.side + white, top + white, -1)
    return found[0], box


def _is(code: Code, stroke: Stroke) -> bool:
    """Whether a line is the code: as many pieces, each where it must be, black, a square broad."""
    if len(stroke.segments) != len(code.runs) or stroke.light > 0:
        return False
    if abs(stroke.width - MODULE) > NEAR:
        return False
    left, first, *_ = stroke.segments[0]
    corner = (left, first, left, first)
    wanted = chain.from_iterable(map(add, corner, line) for line in _lines(code))
    gaps: Iterator[float] = map(sub, chain(*stroke.segments), wanted)
    return max(map(abs, gaps)) <= NEAR


@lru_cache(maxsize=8)
def _lines(code: Code) -> tuple[Segment, ...]:
    """Where each run of squares begins and ends, from where the first one begins."""
    runs = ((column * MODULE, -row * MODULE, length * MODULE) for row, column, length in code.runs)
    return tuple((left, up, left + length, up) for left, up, length in runs)
