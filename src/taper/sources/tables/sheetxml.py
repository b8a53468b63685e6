"""The XML of a workbook's parts: what each sheet shows and hides, and everything but its values.

Parts are read element by element with limits on all that is kept. A part with a document type
definition is broken: no workbook has one.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_CELLS = 1_000_000
MOST_AREA = 4 * MOST_CELLS
"""Rows times columns: one cell far away would make a reader of values fill all that lies before."""
_MOST_ELEMENTS = 200_000
_MOST_MERGED_ROWS = 200_000
_TRUE = frozenset({"1", "true", "on"})
_FORMATS = {0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 49: "@"}
"""The built-in number formats that may show a number as it is; all others are told by number."""

Attributes = Mapping[str, str]
Range = tuple[int, int, int, int]
"""First and last row, first and last column, counted from 0."""


class Broken(Exception):
    """A part that is not what its name says."""


class TooLarge(Exception):
    """A sheet of more cells than any table of participants has."""


@dataclass(slots=True)
class Worksheet:
    """One sheet as it is shown: everything but the values."""

    name: str
    hidden: bool
    part: str
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: Ranges = field(default_factory=lambda: Ranges())
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    arrays: Ranges = field(default_factory=lambda: Ranges())
    errors: set[tuple[int, int]] = field(default_factory=set)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    height: int = 0
    width: int = 0
    filled: int = 0

    def is_hidden_column(self, column: int) -> bool:
        """Whether nobody sees that column."""
        return any(first <= column <= last for first, last in self.hidden_columns)

    def formula(self, row: int, column: int) -> str | None:
        """The cell's formula, as far as it stands there; None for a plain value."""
        found = self.formulas.get((row, column))
        return "" if found is None and (row, column) in self.arrays else found


class Ranges:
    """Cells that belong together, found by row."""

    def __init__(self) -> None:
        self._by_row: dict[int, list[tuple[int, int]]] = {}
        self._size = 0

    def add(self, cells: Range) -> None:
        """Add a range; a file of more than anybody needs is broken."""
        first, last, left, right = cells
        self._size += last - first + 1
        if self._size > _MOST_MERGED_ROWS:
            raise Broken
        for row in range(first, last + 1):
            self._by_row.setdefault(row, []).append((left, right))

    def __contains__(self, cell: tuple[int, int]) -> bool:
        row, column = cell
        return any(left <= column <= right for left, right in self._by_row.get(row, ()))


class _Reader:
    """Calls `start`, `text` and `end` with the local names of a part; no DTD gets through."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, content: bytes) -> None:
        """Go through the whole part."""
        self._parser.Parse(content, True)

    def hear_text(self, wanted: bool) -> None:
        """Text is asked for only where it is needed: most of a sheet is numbers of strings."""
        self._parser.CharacterDataHandler = self.text if wanted else None

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Some text of an element."""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.start(tag.rpartition(" ")[2], attributes)

    def _end(self, tag: str) -> None:
        self.end(tag.rpartition(" ")[2])

    @staticmethod
    def _refuse(*_: object) -> None:
        raise Broken


class _Elements(_Reader):
    """The wanted elements of a small part with their attributes, each by its local name."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: list[tuple[str, Attributes]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in self.wanted:
            local = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
            self.found.append((tag, local))
        if len(self.found) > _MOST_ELEMENTS:
            raise Broken


def _elements(content: bytes, *wanted: str) -> list[tuple[str, Attributes]]:
    reader = _Elements(frozenset(wanted))
    reader.read(content)
    return reader.found


def book(content: bytes) -> tuple[bool, list[tuple[str, bool, str]]]:
    """Whether dates count from 1904, and each sheet's name, whether it is hidden, and its id."""
    elements = _elements(content, "workbookPr", "sheet")
    epoch = any(t == "workbookPr" and a.get("date1904") in _TRUE for t, a in elements)
    sheets = [
        (a["name"], a.get("state", "visible") != "visible", a["id"])
        for tag, a in elements
        if tag == "sheet"
    ]
    if len({name for name, _, _ in sheets}) < len(sheets):
        raise Broken
    return epoch, sheets


def targets(content: bytes) -> dict[str, str]:
    """The worksheet behind each relation; charts and the like are left out."""
    return {
        a["Id"]: posixpath.normpath(posixpath.join("/xl", a["Target"])).lstrip("/")
        for _, a in _elements(content, "Relationship")
        if a.get("Type", "").endswith("/worksheet")
    }


def number_formats(content: bytes | None) -> dict[int, str]:
    """The number format of each cell style."""
    own: dict[int, str] = {}
    styles: list[int] = []
    inside = False
    wanted = ("numFmt", "cellXfs", "cellStyleXfs", "cellStyles", "xf")
    for tag, a in _elements(content, *wanted) if content else ():
        if tag == "numFmt":
            own[int(a["numFmtId"])] = a["formatCode"]
        elif tag in {"cellXfs", "cellStyleXfs", "cellStyles"}:
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            styles.append(int(a.get("numFmtId", "0")))
    return {
        style: own.get(id_, _FORMATS.get(id_, f"number {id_}")) for style, id_ in enumerate(styles)
    }


_CELL = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


def _place(reference: str) -> tuple[int, int]:
    match = _CELL.fullmatch(reference.replace("$", ""))
    if match is None:
        raise Broken
    column = 0
    for character in match[1].upper():
        column = 26 * column + ord(character) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _range(reference: str) -> Range:
    first, _, last = reference.partition(":")
    (a, c), (b, d) = _place(first), _place(last or first)
    return a, b, c, d


class _Look(_Reader):
    """Goes through the XML of one sheet and notes what it shows and hides."""

    def __init__(self, sheet: Worksheet, most_cells: int) -> None:
        super().__init__()
        self.sheet, self.most_cells = sheet, most_cells
        self.row, self.before = -1, (-1, -1)
        self.row_is_hidden = False
        self.cell: Attributes = {}
        self.is_filled = False
        self.formula: str | None = None
        self._notes: dict[str, Callable[[Attributes], None]] = {
            "col": self._column,
            "row": self._row,
            "c": self._cell,
            "v": self._value,
            "is": self._value,
            "f": self._formula,
            "mergeCell": self._merged,
        }

    def start(self, tag: str, attributes: Attributes) -> None:
        note = self._notes.get(tag)
        if note is not None:
            note(attributes)

    def end(self, tag: str) -> None:
        if tag == "f":
            self.hear_text(wanted=False)
        elif tag == "c" and self.is_filled:
            self._filled_cell()

    def text(self, data: str) -> None:
        self.formula = (self.formula or "") + data

    def _column(self, a: Attributes) -> None:
        if a.get("hidden") in _TRUE or _is_zero(a.get("width")):
            self.sheet.hidden_columns.append((int(a["min"]) - 1, int(a["max"]) - 1))

    def _row(self, a: Attributes) -> None:
        self.row = int(a["r"]) - 1 if "r" in a else self.row + 1
        self.row_is_hidden = a.get("hidden") in _TRUE or _is_zero(a.get("ht"))

    def _cell(self, a: Attributes) -> None:
        place = _place(a["r"])
        if place[0] != self.row or place <= self.before:
            raise Broken  # whoever reads the values might see another order
        self.before, self.cell, self.is_filled, self.formula = place, a, False, None

    def _value(self, _: Attributes) -> None:
        self.is_filled = True

    def _formula(self, a: Attributes) -> None:
        self.is_filled, self.formula = True, ""
        self.hear_text(wanted=True)
        if "ref" in a and a.get("t") in {"array", "dataTable"}:
            self.sheet.arrays.add(_range(a["ref"]))

    def _merged(self, a: Attributes) -> None:
        self.sheet.merged.add(_range(a["ref"]))

    def _filled_cell(self) -> None:
        sheet, (row, column) = self.sheet, self.before
        sheet.filled += 1
        sheet.height, sheet.width = max(sheet.height, row + 1), max(sheet.width, column + 1)
        if sheet.filled > self.most_cells or sheet.height * sheet.width > MOST_AREA:
            raise TooLarge
        if self.row_is_hidden:
            sheet.hidden_rows.add(row)
        if self.formula is not None:
            sheet.formulas[self.before] = self.formula
        if self.cell.get("t") == "e":
            sheet.errors.add(self.before)
        style = int(self.cell.get("s", "0"))
        if style and self.cell.get("t", "n") == "n":
            sheet.styles[self.before] = style


def _is_zero(size: str | None) -> bool:
    return size is not None and float(size) == 0


def look(sheet: Worksheet, content: bytes, most_cells: int = MOST_CELLS) -> None:
    """Note what the XML of a sheet shows and hides; raises `Broken` or `TooLarge`."""
    _Look(sheet, most_cells).read(content)
