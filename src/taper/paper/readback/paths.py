"""The steps of a path that is drawn on a page: where on the page each ends, and of what kind it is.

A page has a thousand of them, so that PDFium is asked by plain addresses: it writes into no room
but the one that is made here for as many steps as were counted, and is asked of none that it lacks.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from taper.paper.readback.boxes import Differs

Point = tuple[float, float]
_ADDRESS, _FLOAT = ctypes.c_void_p, ctypes.sizeof(ctypes.c_float)


def _by_address(function: Any, *taken: Any, given: Any = ctypes.c_int) -> Any:
    """A function of PDFium that takes and gives plain addresses."""
    at: Any = ctypes.cast(function, _ADDRESS).value
    return ctypes.CFUNCTYPE(given, *taken)(at)


_step = _by_address(pdfium.FPDFPath_GetPathSegment, _ADDRESS, ctypes.c_int, given=_ADDRESS)
_point = _by_address(pdfium.FPDFPathSegment_GetPoint, _ADDRESS, _ADDRESS, _ADDRESS)
_kind = _by_address(pdfium.FPDFPathSegment_GetType, _ADDRESS)
_is_closed = _by_address(pdfium.FPDFPathSegment_GetClose, _ADDRESS)


def steps(found: Any, count: int, at: Any) -> list[tuple[Point, int, int]]:
    """Of each of so many steps: where it ends, its kind, whether it closes the path.

    `at` is the matrix by which the path lies on its page. All are asked for at once: an address is
    good only while its page is open. Raises `Differs` where the path does not have so many.
    """
    a, b, c, d, e, f = at.a, at.b, at.c, at.d, at.e, at.f
    path = ctypes.cast(found, _ADDRESS).value
    each = [_step(path, i) for i in range(count)]
    if count < 0 or not all(each):  # what PDFium answers of a path that it cannot tell
        raise Differs("it has a line or a shape whose steps cannot be read")
    room = (ctypes.c_float * (2 * count))()
    begin, end = ctypes.addressof(room), ctypes.addressof(room) + ctypes.sizeof(room)
    for step, x in zip(each, range(begin, end, 2 * _FLOAT), strict=True):
        _point(step, x, x + _FLOAT)
    points = [
        (a * x + c * y + e, b * x + d * y + f) for x, y in zip(room[::2], room[1::2], strict=True)
    ]
    return list(zip(points, map(_kind, each), map(_is_closed, each), strict=True))
