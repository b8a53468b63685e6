"""The board of a site as text: a table where there is room for it, a few lines each elsewhere."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import zip_longest

from taper.folder.board import Line
from taper.wording.layout import GAP, NBSP, printable

TITLES = ("Participant", "Today", "Next change", "To see to", "Printed until", "Papers")
_WIDE = 100
_SHARES = (16, 24, 20, 22, 14, 24)


def board_text(lines: Sequence[Line], today: date, width: int) -> str:
    """The board, no line of it wider than `width` characters."""
    heading = f"Board as of {today}: {len(lines)} participants."
    rows = [cells(line) for line in lines]
    body = _table(rows, width) if width >= _WIDE else _blocks(rows, width)
    return printable(f"{heading}\n\n{body}\n".replace(NBSP, " "))


def cells(line: Line) -> tuple[str, ...]:
    """What the board says of one, in the order of `TITLES`."""
    return (
        line.participant,
        _today(line),
        f"{line.change_on}: {line.change_to}" if line.change_on else "-",
        "; ".join(_to_see_to(line)) or "-",
        _until(line),
        "; ".join(line.papers) or "-",
    )


def _today(line: Line) -> str:
    if line.today is None:
        return "no steroid" if line.state == "not-on-steroid" else "not known"
    return line.today if line.is_printed else f"{line.today} (not a printed day)"


def _to_see_to(line: Line) -> Iterable[str]:
    for number, due in line.undated:
        which = "an infusion" if number is None else f"infusion {number}"
        yield f"{which} due {due}, no date"
    for due in line.undated_visits:
        yield f"a visit due {due}, no date"
    for each in line.open:
        yield f"{each.kind} open since {each.since}, day {each.days}"


def _until(line: Line) -> str:
    if line.last_day is None or line.days_left is None:
        return "-"
    if line.days_left < 0:
        return f"{line.last_day}, over"
    return f"{line.last_day}, {line.days_left} days"


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
