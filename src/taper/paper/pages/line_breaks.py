"""Where the lines of a cell end, and how much room they take.

The days of a calendar are mostly the same few lines, and the renderer would look for their ends
anew on every day. So they are found here, once for each text, by the exact widths of the font;
the pages print them as they are, and their height is known before they are printed.
"""

from __future__ import annotations

from functools import lru_cache

from taper.paper.pages.language import PaperSize
from taper.paper.press import typeface

CELL_PT = 11
"""The size of what stands in a cell, beside its date and dose."""
NUMBER_PT = 12.5
"""The size of a day's number."""
PAGE_SIZE: dict[PaperSize, tuple[float, float]] = {"letter": (612, 792), "A4": (595.28, 841.89)}
"""The short and the long side, in points."""
SIDE = 26
"""What a calendar's page leaves empty on its left and on its right."""
SPACES, WITHIN = 8 * 2, 2 * 2.75
"""What a row of seven cells leaves empty: between its cells, and in each."""
BAR = 2 * 3
"""What stands on both sides of a mark's words within its bar."""
SPARE = 0.5
"""Points kept free: the renderer rounds."""


def cell_width(paper: PaperSize) -> float:
    """How wide the lines of a grid's cell may be, in points."""
    return (PAGE_SIZE[paper][1] - 2 * SIDE - SPACES) / 7 - WITHIN - SPARE


@lru_cache(maxsize=4096)
def broken(text: str, points: float, size: float = CELL_PT, face: str = "Regular") -> str:
    """The same text with a line end in place of the space after which a line would be too wide.

    A word that is wider by itself is left as it is, and refused when the page is read back.
    """
    return "\n".join(_broken_line(line, points, size, face) for line in text.split("\n"))


def _broken_line(line: str, points: float, size: float, face: str) -> str:
    said, *words = line.split(" ")
    for word in words:
        last = said.rpartition("\n")[2]
        fits = typeface.width(f"{last} {word}", size, face) <= points
        said += f" {word}" if fits else f"\n{word}"
    return said


def lines(text: str, points: float, size: float = CELL_PT, face: str = "Regular") -> int:
    """How many lines a text takes; none where it is empty."""
    return broken(text, points, size, face).count("\n") + 1 if text else 0


@lru_cache(maxsize=4096)
def beside(number: str, mark: str, points: float) -> str:
    """What stands between a day's number and its mark: a space, or a line's end."""
    number_width = typeface.width(f"{number} ", NUMBER_PT, "Bold")
    mark_width = typeface.width(mark, CELL_PT, "Bold") + BAR
    return " " if number_width + mark_width <= points else "\n"


@lru_cache(maxsize=4096)
def bar(mark: str, points: float) -> str:
    """A mark's words, broken where its bar would be wider than its cell."""
    return broken(mark, points - BAR, CELL_PT, "Bold")
