"""Each page by itself: whether all that stands on it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from taper.paper.readback.pdf import Box, Differs, Page, Text

LEAST_CELL = 36
"""A box narrower or lower than this, in points, holds no day."""
LEAST_CONTRAST = 0.5
"""How far text must stand off its ground, from 0 to 1 (black on white)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one day: its texts, and where they stand."""

    box: Box
    texts: tuple[Text, ...]

    @property
    def said(self) -> str:
        """All that stands there."""
        return " ".join(text.said for text in self.texts)


def refuse_illegible(page: Page) -> None:
    """Refuse text that is off the page, over other text, covered, or as pale as its ground."""
    for text in page.texts:
        if not page.printable.holds(text.box):
            raise Differs(f"on page {page.number}, {text.said!r} runs off the page")
        ground = 1.0
        for paint in page.paints:
            if paint.solid and paint.box.meets(text.box):
                if paint.box.order > text.box.order:
                    raise Differs(f"on page {page.number}, {text.said!r} is painted over")
                ground = paint.light
        if abs(text.light - ground) < LEAST_CONTRAST:
            raise Differs(f"on page {page.number}, {text.said!r} is too pale to be read")
    _refuse_overlaps(page)


def _refuse_overlaps(page: Page) -> None:
    below: list[Text] = []
    for text in sorted(page.texts, key=lambda text: text.box.bottom):
        below = [each for each in below if each.box.top > text.box.bottom]
        for other in below:
            if other.box.meets(text.box):
                raise Differs(f"on page {page.number}, {other.said!r} and {text.said!r} overlap")
        below.append(text)


def slots_of(page: Page, widest: float) -> list[Slot]:
    """The boxes that may hold a day, each with its texts; no text may stick out of its box."""
    boxes: list[Box] = []
    for paint in page.paints:
        is_high = paint.box.top - paint.box.bottom >= LEAST_CELL
        if is_high and LEAST_CELL <= paint.box.right - paint.box.left <= widest:
            if any(box.holds(paint.box) and paint.box.holds(box) for box in boxes):
                continue  # a cell's ground and its frame
            boxes.append(paint.box)
    for i, box in enumerate(boxes):
        if any(box.meets(other) for other in boxes[:i]):
            raise Differs(f"on page {page.number}, two cells overlap")
    return [Slot(box, tuple(_texts_in(box, page))) for box in boxes]


def _texts_in(box: Box, page: Page) -> Iterator[Text]:
    for text in page.texts:
        if box.meets(text.box):
            if not box.holds(text.box):
                raise Differs(f"on page {page.number}, {text.said!r} sticks out of its cell")
            yield text
