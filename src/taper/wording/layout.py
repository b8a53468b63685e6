"""Text in columns for a terminal: what is fitted, broken and counted in characters.

A text is as wide as the screen that it is for. That is said once, by who knows the screen
(`within`), and never of a file's text, which is the same wherever it is made: 80 columns.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import zip_longest

from taper.wording.characters import escaped

WIDTH = 80
LEAST_WIDTH, WIDEST_PARAGRAPH = 40, 100
"""Nothing is fitted into less; no line of prose is longer, however wide the screen."""
GAP = "  "
NARROWEST = 8
"""No column is squeezed below this; a table that needs more is no table on that screen."""
_SHORT_LINE = 40
NBSP = "\u00a0"
"""Holds words together while lines are broken; printed as a space."""
_columns: ContextVar[int] = ContextVar("columns", default=WIDTH)
_UNIT = re.compile(r"(?<=\d) (?=(?:mg|mL|kg)\b)")


@contextmanager
def within(columns: int) -> Iterator[None]:
    """Text that is made here is for a screen of so many columns."""
    before = _columns.set(max(columns, LEAST_WIDTH))
    try:
        yield
    finally:
        _columns.reset(before)


def width() -> int:
    """How many columns a line may have."""
    return _columns.get()


def table(
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
    below: bool = False,
) -> str:
    """A table no wider than the screen, ending with a newline.

    Columns titled in `right` are set to the right, those in `whole` are never broken. Where words
    would have to be cut, each row is a few lines instead, a title before each. `below`: where the
    last column would be narrow, it stands below each row instead.
    """
    cells = [[_held(cell) for cell in row] for row in (titles, *rows)]
    hangs = below and _is_squeezed(titles, cells, whole)
    columns = [row[:-1] for row in cells] if hangs else cells
    widths = _fitted(titles, columns, whole)
    if not _is_readable(columns, widths):
        return _in_blocks(cells)
    aligned = [str.rjust if title in right else str.ljust for title in titles]
    lines = []
    for row, full in zip(columns, cells, strict=True):
        broken = [_broken(cell, width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*broken, fillvalue=""):
            placed = zip(aligned, parts, widths, strict=False)
            lines.append(GAP.join(align(part, width) for align, part, width in placed).rstrip())
        lines += [f"{GAP}{line}" for line in _broken(full[-1], width() - len(GAP))] * hangs
    titled = 1 + hangs
    rule = GAP.join("-" * width for width in widths)
    text = "\n".join([*lines[:titled], rule, *lines[titled:]])
    return f"{text}\n".replace(NBSP, " ")


def is_table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Sequence[str] = ()
) -> bool:
    """Whether `table` sets these rows beside each other, and not each as a few lines."""
    cells = [[_held(cell) for cell in row] for row in (titles, *rows)]
    return _is_readable(cells, _fitted(titles, cells, whole))


def _held(cell: str) -> str:
    """A cell, in which no number leaves its unit."""
    return _UNIT.sub(NBSP, cell)


def _natural(cells: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column would be if nothing had to be broken."""
    columns = zip(*cells, strict=True)
    return [max(len(line) for cell in column for line in cell.split("\n")) for column in columns]


def _in_all(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _is_squeezed(
    titles: Sequence[str], cells: Sequence[Sequence[str]], whole: Sequence[str]
) -> bool:
    """Whether the last column would be broken into many short lines."""
    fitted = _fitted(titles, cells, whole)[-1]
    return fitted < min(_natural(cells)[-1], _SHORT_LINE)


def _fitted(
    titles: Sequence[str], cells: Sequence[Sequence[str]], whole: Sequence[str]
) -> list[int]:
    """The widths of the columns; what is too wide is taken from the widest that may be broken."""
    widths = _natural(cells)
    breakable = [i for i in range(len(widths)) if titles[i] not in whole]
    for _ in range(_in_all(widths) - width() if breakable else 0):
        widest = max(breakable, key=lambda i: widths[i])
        widths[widest] = max(widths[widest] - 1, NARROWEST)
    return widths


def _is_readable(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> bool:
    """Whether all fits beside each other with no word, date or dose cut."""
    columns = zip(*cells, strict=True)
    words = (max(len(w) for cell in column for w in re.split("[ \n]", cell)) for column in columns)
    is_cut = any(word > width for word, width in zip(words, widths, strict=True))
    return not is_cut and _in_all(widths) <= width()


def _in_blocks(cells: Sequence[Sequence[str]]) -> str:
    """Each row as lines of a title and what it says; a row that goes on another is not apart."""
    titles = [title.split("\n")[0] for title in cells[0]]
    margin = max(map(len, titles)) + len(GAP)
    lines: list[str] = []
    for row in cells[1:]:
        lines += [""] if lines and row[0] else []
        for title, cell in zip(titles, row, strict=True):
            parts = _broken(cell, width() - margin) if cell else []
            labels = [title, *[""] * len(parts)]
            lines += [
                f"{label:<{margin}}{part}" for label, part in zip(labels, parts, strict=False)
            ]
    return "\n".join(line.rstrip() for line in [*lines, ""]).replace(NBSP, " ")


def _broken(cell: str, width: int) -> list[str]:
    """A cell's lines, none wider than its column."""
    most = max(width, 1)  # a column may have nothing in it
    lines = (textwrap.wrap(line, most, break_on_hyphens=False) for line in cell.split("\n"))
    return [part for line in lines for part in line or [""]]


def wrapped(text: str, label: str = "") -> str:
    """`label` and then a paragraph that stays to the right of it."""
    return textwrap.fill(
        _held(text),
        min(width(), WIDEST_PARAGRAPH),
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
    ).replace(NBSP, " ")


def printable(text: str) -> str:
    """Text with no character that could steer a terminal."""
    return "\n".join(map(escaped, text.split("\n")))
