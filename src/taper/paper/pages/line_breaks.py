"""Where the lines of a month's cell end.

A month is mostly the same few lines, and the renderer would look for their ends anew on every
day. So they are found here, once for each text, and the grid prints them as they are.
"""

from __future__ import annotations

from functools import lru_cache

from taper.paper.pages.language import PaperSize
from taper.paper.press import typeface

CELL_PT = 11
"""The size of what stands in a cell, beside its date and dose."""
PAGE_WIDTH: dict[PaperSize, float] = {"letter": 792, "A4": 841.89}
MARGINS, SPACES, WITHIN = 2 * 20, 8 * 2, 2 * 2.75
"""What a row of seven cells leaves empty: beside the table, between its cells and in each."""
SPARE = 0.5
"""Points kept free, for letters that a face sets further apart than they are wide."""


def cell_width(paper: PaperSize) -> float:
    """How wide the lines of a month's cell may be, in points."""
    return (PAGE_WIDTH[paper] - MARGINS - SPACES) / 7 - WITHIN - SPARE


@lru_cache(maxsize=4096)
def broken(text: str, points: float) -> str:
    """The same text with a line end in place of the space after which a line would be too wide.

    A word that is wider by itself is left as it is, and refused when the page is read back.
    """
    return "\n".join(_broken_line(line, points) for line in text.split("\n"))


def _broken_line(line: str, points: float) -> str:
    said, *words = line.split(" ")
    for word in words:
        last = said.rpartition("\n")[2]
        fits = typeface.width(f"{last} {word}", CELL_PT) <= points
        said += f" {word}" if fits else f"\n{word}"
    return said
