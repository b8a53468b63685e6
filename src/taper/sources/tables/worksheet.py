"""A sheet of a workbook as it is written and shown: cells, what is hidden, what changes a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from taper.sources.tables.grid import MAX_COLUMNS
from taper.sources.tables.xmlparts import Broken

_MOST_MERGED_ROWS = 200_000
USUAL_WIDTH, _MARGINS = 9.14, 0.71
"""In digits: a column that nobody made wider, its margins included, and those."""

Range = tuple[int, int, int, int]
"""First and last row, first and last column, counted from 0."""


class Raw(NamedTuple):
    """A cell as it is written: its type, its text, the number of its style."""

    kind: str
    text: str
    style: int


class Condition(NamedTuple):
    """Cells that a conditional format may show in another number format, or hide (None)."""

    cells: Range
    code: str | None

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies within."""
        first, last, left, right = self.cells
        return first <= row <= last and left <= column <= right


@dataclass(slots=True)
class Worksheet:
    """One sheet as it is written and shown."""

    name: str
    hidden: bool
    part: str
    cells: dict[int, dict[int, Raw]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    usual_width: float = USUAL_WIDTH
    merged: Ranges = field(default_factory=lambda: Ranges())
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    arrays: Ranges = field(default_factory=lambda: Ranges())
    elsewhere: set[tuple[int, int]] = field(default_factory=set)
    """Cells whose value stands in another part: a picture, a stock price."""
    conditions: list[Condition] = field(default_factory=list)
    comments: set[tuple[int, int]] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)
    """Cells with a text of their own of which a part is struck through."""
    height: int = 0
    width: int = 0
    filled: int = 0

    def is_hidden_column(self, column: int) -> bool:
        """Whether nobody sees that column."""
        is_said = any(first <= column <= last for first, last in self.hidden_columns)
        return is_said or self.width_of(column) <= 0  # drawn together with the mouse

    def width_of(self, column: int) -> float:
        """How many digits a column has room for."""
        found = (w for first, last, w in self.widths if first <= column <= last)
        return next(found, self.usual_width) - _MARGINS

    def formula(self, row: int, column: int) -> str | None:
        """The cell's formula, as far as it stands there; None for a plain value."""
        found = self.formulas.get((row, column))
        return "" if found is None and (row, column) in self.arrays else found

    def conditions_of(self, row: int, column: int) -> list[Condition]:
        """What conditional formats may do to a cell."""
        return [each for each in self.conditions if each.covers(row, column)]


class Ranges:
    """Cells that belong together: for each row a bit for each column that a table may have."""

    def __init__(self) -> None:
        self._by_row: dict[int, int] = {}
        self._size = 0

    def add(self, cells: Range) -> None:
        """Add a range; a file of more than anybody needs is broken."""
        first, last, left, right = cells
        self._size += last - first + 1
        if self._size > _MOST_MERGED_ROWS:
            raise Broken
        columns = (1 << min(right, MAX_COLUMNS) + 1) - (1 << min(left, MAX_COLUMNS))
        for row in range(first, last + 1):
            self._by_row[row] = self._by_row.get(row, 0) | columns

    def __contains__(self, cell: tuple[int, int]) -> bool:
        row, column = cell
        return bool(self._by_row.get(row, 0) >> column & 1)
