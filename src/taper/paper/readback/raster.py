"""Pages as they are seen: two files drawn point by point, and held against each other.

What can be read of a page is not what is seen of it: a letter may have another's shape, a white
line may lie over a dose. Where other libraries made a file, its bytes are not those that are made
here, and its letters may stand a hair's breadth beside; so a point of ink on one page must have ink
near it on the other, nearly as dark, and the other way round.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import zip_longest

import pypdfium2

from taper.paper.readback.boxes import Differs
from taper.paper.readback.pdf import ALONE, MOST_PAGES

SCALE = 2
"""Points drawn for each of the page's own, 1/72 inch."""
NEAR = 1
"""How many drawn points away ink counts as the same: half a point of the page, 0.18 mm."""
INK = ((40, 16), (110, 70), (190, 140))
"""How dark, from 0 to 255, a point must be to be looked for, and how dark one near it."""
MOST_POINTS = 8_000_000
"""Of one drawn page; a page of A4 has 2 million."""

Rows = Sequence[int]
"""A drawing as one number a row, in which a bit that is set is a point of ink."""


def compare_drawings(pdf: bytes, other: bytes) -> None:
    """Refuse a file that looks otherwise than the other one; raises `Differs`."""
    with closing(drawings(pdf)) as these, closing(drawings(other)) as those:
        for number, (one, two) in enumerate(zip_longest(these, those), start=1):
            if one is None or two is None:
                raise Differs("it does not have as many pages as are made of its plan")
            if not is_like(one, two):
                raise Differs(
                    f"page {number} looks otherwise than the page that is made of its plan"
                )


def drawings(pdf: bytes) -> Generator[tuple[int, bytes], None, None]:
    """Each page as it is drawn, with all that lies over it: how wide, and a byte a point.

    It holds PDFium until its end: who leaves off before closes it, in the thread that began it.
    """
    with ALONE:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if len(document) > MOST_PAGES:
                raise Differs(f"it has {len(document)} pages, more than are ever printed")
            document.init_forms()
            for index in range(len(document)):
                yield _drawn(document[index], index + 1)
        finally:
            document.close()


def _drawn(page: pypdfium2.PdfPage, number: int) -> tuple[int, bytes]:
    width, height = page.get_size()
    if width * height * SCALE * SCALE > MOST_POINTS:
        raise Differs(f"page {number} is larger than any paper")
    bitmap = page.render(scale=SCALE, grayscale=True)
    try:
        rows = bytes(bitmap.buffer)
        shown = [rows[at : at + bitmap.width] for at in range(0, len(rows), bitmap.stride)]
        return bitmap.width, b"".join(shown)
    finally:
        bitmap.close()
        page.close()


def is_like(one: tuple[int, bytes], two: tuple[int, bytes]) -> bool:
    """Whether nobody who looks at the two sees another thing."""
    if one == two:
        return True
    if one[0] != two[0] or len(one[1]) != len(two[1]):
        return False
    return all(
        _is_within(_ink(*a, dark), _ink(*b, less))
        for dark, less in INK
        for a, b in ((one, two), (two, one))
    )


def _ink(width: int, drawn: bytes, dark: int) -> list[int]:
    least = 255 - dark
    points = drawn.translate(bytes(49 if light <= least else 48 for light in range(256)))
    return [int(points[at : at + width], 2) for at in range(0, len(points), width)]


def _is_within(ink: Rows, other: Rows) -> bool:
    """Whether each point of ink has ink of the other near it."""
    near = _spread(other)
    return not any(row & ~there for row, there in zip(ink, near, strict=True))


def _spread(ink: Rows) -> list[int]:
    """Ink, and all that is near it."""
    across = list(ink)
    for _ in range(NEAR):
        across = [row | row << 1 | row >> 1 for row in across]
    spread = list(across)
    for step in range(1, NEAR + 1):
        for at, row in enumerate(across):
            for there in (at - step, at + step):
                if 0 <= there < len(spread):
                    spread[there] |= row
    return spread
