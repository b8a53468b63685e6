"""Rectangles on a page, and what is said where a page differs from what was planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOLERANCE = 0.3
"""Points by which a glyph may touch what it should not: less than a hair's breadth."""
Height = tuple[float, float]


class Differs(Exception):
    """What is wrong, as the middle of a sentence: what it quotes has plain spaces."""

    def __str__(self) -> str:
        return super().__str__().replace(r"\xa0", " ")


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
        if self.top - other.bottom <= TOLERANCE or other.top - self.bottom <= TOLERANCE:
            return False  # what most of a page is to each other
        if self.right - other.left <= TOLERANCE or other.right - self.left <= TOLERANCE:
            return False
        return not (self.is_thin or other.is_thin)

    @property
    def is_thin(self) -> bool:
        """Whether it is less than a hair's breadth wide or high, so that it covers nothing."""
        return self.right - self.left <= TOLERANCE or self.top - self.bottom <= TOLERANCE

    @property
    def height(self) -> Height:
        """From where to where it reaches up the page."""
        return self.bottom, self.top

    def is_beside(self, other: Box) -> bool:
        """Whether the two reach as high somewhere: those that do not, never meet."""
        return self.top - other.bottom > TOLERANCE and other.top - self.bottom > TOLERANCE

    def grown(self, by: float) -> Box:
        """The same, larger by so much on each side."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by, self.order)


def around(boxes: Sequence[Box]) -> Box:
    """What these boxes cover together."""
    return Box(
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
        -1,
    )
