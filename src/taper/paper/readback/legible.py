"""Each page by itself: whether all that stands on it can be read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from taper.paper.code import Code
from taper.paper.readback.boxes import Box, Differs, Height
from taper.paper.readback.pdf import Page, Text
from taper.paper.readback.strokes import Stroke, code_of

LEAST_CELL = 36
"""A box narrower or lower than this, in points, holds no day."""
ROOM_TO_SIGN, WIDTH_TO_SIGN = 22, 140
"""Points that a pen needs above a line, and along it."""
RULE = 5
"""The line itself, and what lies between it and the words below."""
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


def refuse_illegible(page: Page, code: Code | None) -> None:
    """Refuse text that is off the page, over other text, covered, or as pale as its ground.

    So is text with a line through it, and a page without its code, or with something in its way.
    """
    printable, grounds = page.printable, [paint for paint in page.paints if paint.solid]
    for text in page.texts:
        if not printable.holds(text.box):
            raise Differs(f"on page {page.number}, {text.said!r} runs off the page")
        ground = 1.0
        for paint in grounds:
            if paint.box.meets(text.box):
                if paint.box.order > text.box.order:
                    raise Differs(f"on page {page.number}, {text.said!r} is painted over")
                ground = paint.light
        if abs(text.light - ground) < LEAST_CONTRAST:
            raise Differs(f"on page {page.number}, {text.said!r} is too pale to be read")
    _refuse_overlaps(page)
    _refuse_frames(page)
    _refuse_lines(page, code)


def _refuse_overlaps(page: Page) -> None:
    below: list[Text] = []
    for text in sorted(page.texts, key=lambda text: text.box.bottom):
        below = [each for each in below if each.box.top > text.box.bottom]
        for other in below:
            if other.box.meets(text.box):
                raise Differs(f"on page {page.number}, {other.said!r} and {text.said!r} overlap")
        below.append(text)


def _refuse_frames(page: Page) -> None:
    """No letter stands on the band of a frame."""
    texts = sorted(page.texts, key=lambda text: text.box.bottom)
    bottoms = [text.box.bottom for text in texts]
    highest = max((text.box.top - text.box.bottom for text in texts), default=0)
    for paint in page.paints:
        if paint.solid:
            continue
        near = slice(
            bisect_left(bottoms, paint.box.bottom - highest), bisect_left(bottoms, paint.box.top)
        )
        for text in texts[near]:
            if paint.crosses(text.box):
                raise Differs(f"on page {page.number}, a frame goes through {text.said!r}")


def _refuse_lines(page: Page, code: Code | None) -> None:
    others = list(page.strokes)
    if code is not None:
        drawn, room = code_of(page.number, page.strokes, code)
        others.remove(drawn)
        _refuse_hidden(page, room, drawn.order)
    for stroke, box in ((each, box) for each in others for box in each.boxes()):
        for text in page.texts:
            if box.meets(text.box) and not _stands_off(text, stroke):
                raise Differs(f"on page {page.number}, a line goes through {text.said!r}")
        if code is not None and box.meets(room):
            raise Differs(f"on page {page.number}, a line goes through the code to scan")


def _stands_off(text: Text, stroke: Stroke) -> bool:
    """Whether a letter is painted over a pale line, such as those that a chart is read by."""
    is_pale = abs(text.light - stroke.light) >= LEAST_CONTRAST
    return is_pale and stroke.order < text.box.order


def _refuse_hidden(page: Page, room: Box, order: int) -> None:
    """A code is found by the white around it, and read where nothing lies over it."""
    covers = [
        paint
        for paint in page.paints
        if paint.solid and paint.box.meets(room) and (paint.light < 1 or paint.box.order > order)
    ]
    if covers or any(text.box.meets(room) for text in page.texts):
        raise Differs(f"on page {page.number}, something stands in the way of the code to scan")


def refuse_no_room_to_sign(page: Page, lines: Iterable[str]) -> None:
    """Refuse a first page without its lines to sign, or where something stands on them."""
    for line in lines:
        label = next((text for text in page.texts if _begins(line, text.said)), None)
        if label is None:
            raise Differs(f"page {page.number} lacks the line for {line!r}")
        low = label.box.top + RULE
        box = Box(label.box.left, low, label.box.left + WIDTH_TO_SIGN, low + ROOM_TO_SIGN, -1)
        on_it = [text.said for text in page.texts if text.box.meets(box)]
        on_it += ["a line" for paint in page.paints if paint.solid and paint.box.meets(box)]
        if on_it or not page.printable.holds(box):
            raise Differs(f"page {page.number} has no room for a pen above {line!r}")


def _begins(line: str, said: str) -> bool:
    """Whether a text is the line, or what of it stands in its first row."""
    return line == said or (len(said.split()) > 1 and line.startswith(f"{said} "))


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
    beside = _texts_beside(boxes, page.texts)
    return [Slot(box, tuple(_texts_in(box, beside[box.height], page.number))) for box in boxes]


def _texts_beside(boxes: Iterable[Box], texts: Sequence[Text]) -> dict[Height, list[Text]]:
    """The texts that stand as high as each row of boxes: those of a day are among them."""
    rows = {box.height: box for box in boxes}
    return {height: [t for t in texts if box.is_beside(t.box)] for height, box in rows.items()}


def _texts_in(box: Box, texts: Iterable[Text], page: int) -> Iterator[Text]:
    for text in texts:
        if box.meets(text.box):
            if not box.holds(text.box):
                raise Differs(f"on page {page}, {text.said!r} sticks out of its cell")
            yield text
