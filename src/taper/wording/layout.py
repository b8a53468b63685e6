"""Text in columns for a terminal: what is fitted, broken and counted in characters."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from taper.wording.characters import escaped

WIDTH = 80
GAP = "  "
NARROWEST = 8
"""No column is squeezed below this; a table that needs more has too many columns."""
NBSP = "\u00a0"
"""Holds words together while lines are broken; printed as a space."""


def table(
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> str:
    """A table of at most 80 columns, ending with a newline.

    Columns titled in `right` are set to the right, those in `whole` are never broken.
    """
    cells = [titles, *rows]
    widths = _fitted(titles, cells, whole)
    rule = GAP.join("-" * width for width in widths)
    aligned = [str.rjust if title in right else str.ljust for title in titles]
    lines = []
    for row in cells:
        broken = [_broken(cell, width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*broken, fillvalue=""):
            placed = zip(aligned, parts, widths, strict=True)
            lines.append(GAP.join(align(part, width) for align, part, width in placed))
    text = "\n".join(line.rstrip() for line in [lines[0], rule, *lines[1:]])
    return f"{text}\n".replace(NBSP, " ")


def _fitted(
    titles: Sequence[str], cells: Sequence[Sequence[str]], whole: Sequence[str]
) -> list[int]:
    """The widths of the columns; what is too wide is taken from the widest that may be broken."""
    widths = [
        max(len(line) for cell in column for line in cell.split("\n"))
        for column in zip(*cells, strict=True)
    ]
    breakable = [i for i, title in enumerate(titles) if title not in whole]
    for _ in range(sum(widths) + len(GAP) * (len(widths) - 1) - WIDTH):
        widest = max(breakable, key=lambda i: widths[i])
        widths[widest] = max(widths[widest] - 1, NARROWEST)
    return widths


def _broken(cell: str, width: int) -> list[str]:
    """A cell's lines, none wider than its column."""
    most = max(width, 1)  # a column may have nothing in it
    lines = (textwrap.wrap(line, most, break_on_hyphens=False) for line in cell.split("\n"))
    return [part for line in lines for part in line or [""]]


def wrapped(text: str, label: str = "") -> str:
    """`label` and then a paragraph that stays to the right of it."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
    ).replace(NBSP, " ")


def printable(text: str) -> str:
    """Text with no character that could steer a terminal."""
    return "\n".join(map(escaped, text.split("\n")))
