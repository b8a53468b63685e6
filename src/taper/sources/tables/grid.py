"""A table as it was found in a file: cells by row and column, before anybody says what they mean.

CSV knows only text. A cell of a workbook is text, a number or a date, or it is a trap: something
that shows one thing and holds another, which is told and never read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

COMMENT = "#"
MAX_COLUMNS = 1000
IN_PART = "struck through in part"
_DAY_0_OF_1900, _DAY_0_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)
_OUTSIDE = "a date that no trial has"


class Held(StrEnum):
    """What a cell holds; the words are used in messages."""

    TEXT = "text"
    NUMBER = "a number cell"
    DATE = "a date cell"
    TRAP = "a trap"


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong with a cell or a row, as the two halves of a sentence."""

    read: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty: its text as a person would type it."""

    text: str
    held: Held = Held.TEXT
    trap: Said | None = None
    day: str | None = None
    """Of a date with a time of day, which is a trap, the day; whoever takes the day reads it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as a spreadsheet counts it, its filled cells by column from 0."""

    number: int
    cells: Mapping[int, Cell]
    wrong: tuple[Said, ...] = ()
    remarks: tuple[str, ...] = ()
    """What somebody marked in it without a value: that it is struck through, a comment."""
    is_ragged: bool = False
    """Whether nobody can tell which cell belongs to which column."""

    @property
    def is_comment(self) -> bool:
        """Whether it is a remark: one cell, the first, that begins with #."""
        return self.cells.keys() == {0} and self.cells[0].text.startswith(COMMENT)


@dataclass(frozen=True, slots=True)
class Grid:
    """A header and the rows below it, which are read as they are asked for."""

    name: str
    header: Line
    width: int
    lines: Iterator[Line]
    epoch_1904: bool | None = None
    """Whether dates count from 1904; a CSV file does not know."""
    wrong_columns: Mapping[int, Said] = field(default_factory=dict)


def letter(column: int) -> str:
    """A column as a spreadsheet names it: A for 0, AA for 26."""
    before, last = divmod(column, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def marked(row: int, how: str, columns: Sequence[int], *, of: int) -> Iterator[str]:
    """That cells of a row, counted from 0, are marked so; the row where all `of` its cells are."""
    if columns and len(columns) == of:
        yield f"row {row + 1} is {how}"
    elif columns:
        are = "is" if len(columns) == 1 else "are"
        yield f"{', '.join(f'{letter(i)}{row + 1}' for i in columns)} {are} {how}"


def serial_date(days: int, epoch_1904: bool | None) -> str:
    """The date that a spreadsheet means by this number, both where the epoch is not known."""
    by_1900, by_1904 = _day(_DAY_0_OF_1900, days), _day(_DAY_0_OF_1904, days)
    if epoch_1904 is None:
        return f"{by_1900}, or {by_1904} where dates count from 1904"
    return by_1904 if epoch_1904 else by_1900


def _day(first: date, days: int) -> str:
    try:
        return str(first + timedelta(days))
    except OverflowError:
        return _OUTSIDE
