"""Where the lines of a cell end, and how much room they take.

The days of a calendar are mostly the same few lines, and the renderer would look for their ends
anew on every day. So they are found here, once for each text, by the exact widths of the font;
the pages print them as they are, and their height is known before they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from taper.paper.pages.language import NBSP, PaperSize
from taper.paper.press import typeface

CELL_PT = 11
"""The size of what stands in a cell, beside its date and dose."""
NUMBER_PT = 12.5
"""The size of a day's number."""
PAGE_SIZE: dict[PaperSize, tuple[float, float]] = {"letter": (612, 792), "A4": (595.28, 841.89)}
"""The short and the long side, in points."""
SIDE = 16
"""What a calendar's page leaves empty on its left and on its right: its cells need the width."""
LARGE_SIDE = 30
"""The same of the large print."""
SPACES, WITHIN = 8 * 1, 2 * 2.75
"""What a row of seven cells leaves empty: between its cells, and in each."""
BAR = 2 * 3
"""What stands on both sides of a mark's words within its bar."""
SPARE = 0.5
"""Points kept free: the renderer rounds."""


def line_width(paper: PaperSize, *, large: bool = False) -> float:
    """How long a line of a calendar's page is, in points: of the large print it stands upright."""
    return PAGE_SIZE[paper][0] - 2 * LARGE_SIDE if large else PAGE_SIZE[paper][1] - 2 * SIDE


def cell_width(paper: PaperSize) -> float:
    """How wide the lines of a grid's cell may be, in points."""
    return (line_width(paper) - SPACES) / 7 - WITHIN - SPARE


width = typeface.width
"""How wide a text is, in points."""


@lru_cache(maxsize=4096)
def broken(text: str, points: float, size: float = CELL_PT, face: str = "Regular") -> str:
    """The same text with a line end in place of the space after which a line would be too wide.

    Tablets that are wider by themselves part before "of", and there alone. Another word that is
    too wide is left as it is, and refused when the page is read back.
    """
    return "\n".join(_broken_line(line, points, size, face) for line in text.split("\n"))


_BEFORE_OF = re.compile(rf"(?<=[^\W\d]){NBSP}(?=[^\W\d]+{NBSP}\d\S*{NBSP}\S+$)")
"""Between "1 tablet" and "of 20 mg", in any language that says it in this order."""


def _broken_line(line: str, points: float, size: float, face: str) -> str:
    said, *words = _words(line, points, size, face)
    for word in words:
        last = said.rpartition("\n")[2]
        fits = typeface.width(f"{last} {word}", size, face) <= points
        said += f" {word}" if fits else f"\n{word}"
    return said


def _words(line: str, points: float, size: float, face: str) -> Iterator[str]:
    for word in line.split(" "):
        fits = typeface.width(word, size, face) <= points
        yield from (word,) if fits else _BEFORE_OF.sub(" ", word).split(" ")


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
