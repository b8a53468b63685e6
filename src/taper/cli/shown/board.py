"""The board of a site as text: a table where there is room for it, a few lines each elsewhere."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import zip_longest

from taper.folder.board import Line, over
from taper.folder.board_cells import TITLES, cells
from taper.wording.layout import GAP, NBSP, printable

_WIDE = 100
_SHARES = (16, 24, 20, 22, 14, 24)


def board_text(lines: Sequence[Line], today: date, width: int) -> str:
    """The board, no line of it wider than `width` characters."""
    heading = f"Board as of {today}: {len(lines)} participant{'' if len(lines) == 1 else 's'}."
    rows = [cells(line) for line in lines]
    above = [line for said in over(lines, today) for line in textwrap.wrap(said, width)]
    body = _table(rows, width) if width >= _WIDE else _blocks(rows, width)
    head = "\n".join([heading, *above])
    return printable(f"{head}\n\n{body}\n".replace(NBSP, " "))


def _table(rows: Iterable[Sequence[str]], width: int) -> str:
    room = width - len(GAP) * (len(TITLES) - 1)
    widths = [share * room // sum(_SHARES) for share in _SHARES]
    return "\n".join(
        "\n".join(_side_by_side(row, widths))
        for row in (TITLES, ["-" * each for each in widths], *rows)
    )


def _side_by_side(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    broken = [_broken(cell, width) for cell, width in zip(row, widths, strict=True)]
    for parts in zip_longest(*broken, fillvalue=""):
        yield GAP.join(p.ljust(w) for p, w in zip(parts, widths, strict=True)).rstrip()


def _blocks(rows: Iterable[Sequence[str]], width: int) -> str:
    """A participant under the other: the id, and below it a line for each thing that is said."""
    return "\n\n".join("\n".join(_block(row, width)) for row in rows)


def _block(row: Sequence[str], width: int) -> Iterable[str]:
    yield from _broken(row[0], width)
    for title, cell in zip(TITLES[1:], row[1:], strict=True):
        if cell != "-":
            first, *others = _broken(cell, width - 16)
            yield f"  {title:<14}{first}"
            yield from (f"{'':<16}{other}" for other in others)


def _broken(cell: str, width: int) -> list[str]:
    whole = cell.replace(" mg", f"{NBSP}mg")  # no number leaves its unit
    return textwrap.wrap(whole, width, break_on_hyphens=False) or [""]
