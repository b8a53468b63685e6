"""Filled shapes on a page: the rectangles and frames that the press draws, and no other.

A polygon over a letter, or a frame so broad that it covers one, is no part of any page of ours:
what is filled must be a rectangle, or the band between two of them, of at most a frame's breadth.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from taper.paper.readback.boxes import Box, Differs
from taper.paper.readback.paths import Point, steps

RECTANGLE = 5
"""The segments of a rectangle; a frame has twice as many, and a mere line two."""
BROADEST = 3.2
"""Points: the broadest frame of any page, and what is lost in the file's numbers."""
TOUCHING = 1.7
"""Points by which an accent or a cedilla may reach into the frame around it."""
NEAR = 0.05
"""Points by which a side may lean."""


@dataclass(frozen=True, slots=True)
class Paint:
    """A filled rectangle or a frame, and how light it is, from 0 to 1.

    `inside` is what a frame leaves free; a rectangle leaves nothing.
    """

    box: Box
    light: float
    inside: Box | None = None

    @property
    def solid(self) -> bool:
        """Whether it covers what it is painted over."""
        return self.inside is None

    def crosses(self, other: Box) -> bool:
        """Whether a frame's own band runs through a box, and does not merely touch its edge."""
        return (
            self.inside is not None
            and self.box.meets(other)
            and not self.inside.grown(TOUCHING).holds(other)
        )


def read(found: Any, box: Box, light: float, mode: int, number: int) -> Paint | None:
    """The shape that an object of a page is, None of one without any area.

    Raises `Differs` for what no page of ours is made of.
    """
    count = pdfium.FPDFPath_CountSegments(found)
    if count == 2:
        return None
    points = _points(found, count) if count in {RECTANGLE, 2 * RECTANGLE} else []
    whole, inner = points[:RECTANGLE], points[RECTANGLE:]
    if not whole or not _is_rectangle(whole) or (inner and not _is_rectangle(inner)):
        raise Differs(f"page {number} has a filled shape that is no rectangle")
    if not inner:
        return Paint(box, light)
    one, other = (_box(each, box.order) for each in (whole, inner))
    inside = one if other.holds(one) else other
    broadest = max(
        inside.left - box.left,
        box.right - inside.right,
        inside.bottom - box.bottom,
        box.top - inside.top,
    )
    if mode != pdfium.FPDF_FILLMODE_ALTERNATE or not box.holds(inside) or broadest > BROADEST:
        raise Differs(f"page {number} has a filled shape that is no frame")
    return Paint(box, light, inside)


def _points(found: Any, count: int) -> list[Point]:
    """Where its corners are on the page; none where it is made of anything but straight lines."""
    at = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(found, at)
    corners, kinds, _ = zip(*steps(found, count, at), strict=True)
    is_plain = list(kinds) == [_BEGINS if i % RECTANGLE == 0 else _GOES_ON for i in range(count)]
    return list(corners) if is_plain else []


_BEGINS, _GOES_ON = pdfium.FPDF_SEGMENT_MOVETO, pdfium.FPDF_SEGMENT_LINETO


def _is_rectangle(corners: list[Point]) -> bool:
    """Whether each side is upright or level, in turn, and the last ends where the first began."""
    sides = [
        (abs(x1 - x0) <= NEAR, abs(y1 - y0) <= NEAR) for (x0, y0), (x1, y1) in pairwise(corners)
    ]
    (x0, y0), (x1, y1) = corners[0], corners[-1]
    is_closed = abs(x1 - x0) <= NEAR and abs(y1 - y0) <= NEAR
    starts_upright = sides[0][0] and not sides[0][1]
    turns = all(side[(i % 2) ^ (not starts_upright)] for i, side in enumerate(sides))
    return is_closed and turns


def _box(corners: list[Point], order: int) -> Box:
    across, up = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(across), min(up), max(across), max(up), order)
