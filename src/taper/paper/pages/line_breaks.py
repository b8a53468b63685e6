"""Where the lines of a cell end, and how much room they take.

The days of a calendar are mostly the same few lines, and the renderer would look for their ends
anew on every day. So they are found here, once for each text, by the exact widths of the font;
the pages print them as they are, and their height is known before they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import normalize

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
SET_IN = 2 * NBSP
"""What the second line of a broken tablet begins with: it is no tablet by itself."""
SPARE = 0.4
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

    Broken tablets that are wider by themselves begin a line and part behind "half of", never beside
    the strength; what they go on with is set in, if it can be. Another word that is too wide stays
    as it is, and is refused when the page is read back.
    """
    return "\n".join(_filled(line.split(" "), points, size, face) for line in text.split("\n"))


_WHOLE = rf"\S+{NBSP}\S+{NBSP}\d\S*{NBSP}\S+$|\S+{NBSP}\d\S*{NBSP}\S+{NBSP}\S+$"
"""The end of "half of a 5 mg tablet" that is one: "a 5 mg tablet", or "tableta de 5 mg"."""
_OF_BROKEN = re.compile(rf"(?<=[^\W\d]){NBSP}(?=(?:[^\W\d]\S*{NBSP})*(?:{_WHOLE}))")
"""Where a line may end within it."""


def _filled(words: Iterable[str], points: float, size: float, face: str) -> str:
    """The words with a space between them, or a line's end where there is no more room."""
    said = ""
    for word in words:
        last, parted = said.rpartition("\n")[2], _parted(word, points, size, face)
        # beside an "and" that has a line of its own, half a tablet may begin
        next_to = parted.partition("\n")[0] if last.isalpha() else word
        has_room = typeface.width(f"{last} {next_to}", size, face) <= points
        said += ("" if not said else " " if has_room else "\n") + parted
    return said


def _parted(word: str, points: float, size: float, face: str) -> str:
    """A word that is wider than its line, broken where a broken tablet may part."""
    if typeface.width(word, size, face) <= points or not _OF_BROKEN.search(word):
        return word
    first, *rest = _filled(_OF_BROKEN.sub(" ", word).split(" "), points, size, face).split("\n")
    set_in = [f"{SET_IN}{line}" for line in rest]
    has_room = all(typeface.width(line, size, face) <= points for line in set_in)
    return "\n".join((first, *(set_in if has_room else rest)))


def is_tall(text: str) -> bool:
    """Whether a letter of it reaches into the line above, as the signs of an Ä or an É do."""
    return any(sign.isupper() and normalize("NFD", sign) != sign for sign in text)


@lru_cache(maxsize=4096)
def fits(text: str, points: float, size: float = CELL_PT, face: str = "Regular") -> bool:
    """Whether each of its lines has room, ended where `broken` ends them."""
    ended = broken(text, points, size, face).split("\n")
    return all(typeface.width(line, size, face) <= points for line in ended)


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


@lru_cache(maxsize=4096)
def balanced(text: str, points: float, size: float = CELL_PT, face: str = "Regular") -> str:
    """The same text, broken in two where its lines are most even if one line does not hold it.

    So no year stands alone on a line. A text that needs more than two is left as it is.
    """
    if lines(text, points, size, face) != 2:
        return text
    ends = [at for at, sign in enumerate(text) if sign == " "]
    halves = [(text[:at], text[at + 1 :]) for at in ends]
    one, other = min(halves, key=lambda both: max(typeface.width(x, size, face) for x in both))
    return f"{one}\n{other}"
