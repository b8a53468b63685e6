"""The XML of an OpenDocument spreadsheet: what each cell holds, what it shows, what is hidden.

A cell of it says both, the value and the text that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from taper.sources.tables.odsstyles import Named, OdsStyles
from taper.sources.tables.sheetxml import MOST_AREA, MOST_CELLS, TooLarge
from taper.sources.tables.xmlparts import Attributes, Broken

_HIDDEN = frozenset({"collapse", "filter"})
_IN_A_TEXT = frozenset({"text:span", "text:a"})
_SIGNS = {"text:tab": "\t", "text:line-break": "\n"}
_FAR = 1_000_000
"""No count in a file is larger: a sheet has as many rows."""


class Shown(NamedTuple):
    """A cell: its value's type and text, what it shows, its style, and what else is said of it."""

    kind: str
    value: str
    text: str
    style: str
    formula: str | None = None
    is_merged: bool = False
    has_comment: bool = False
    is_odd: bool = False
    """Whether something stands in its text that is no text."""
    is_struck: bool = False
    """Whether a part of its text is struck through."""


@dataclass(slots=True)
class OdsSheet:
    """One sheet: its filled cells by row and column, what is hidden, styles of columns and rows."""

    name: str
    hidden: bool
    cells: dict[int, dict[int, Shown]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    height: int = 0
    width: int = 0
    filled: int = 0


class _Content(Named):
    """Goes through the sheets of a file and notes what their cells hold and show."""

    def __init__(self, styles: OdsStyles, most_cells: int) -> None:
        super().__init__()
        self.styles, self.most_cells = styles, most_cells
        self.sheets: list[OdsSheet] = []
        self._path: list[str] = []
        self._row = self._column = self._columns = 0
        self._cell: Attributes = {}
        self._row_is_hidden, self._hidden_groups = False, 0
        self._texts: list[str] = []
        self._comment = self._odd = self._struck = False
        self._rows = 1

    @property
    def _is_in_sheet(self) -> bool:
        return self._path[2:4] == ["office:spreadsheet", "table:table"]

    def start(self, tag: str, attributes: Attributes) -> None:
        parent = self._path[-1] if self._path else ""
        self._path.append(tag)
        if not self._is_in_sheet or self._path.count("office:annotation"):
            self._comment |= tag == "office:annotation"
            return
        match tag:
            case "table:table":
                self._sheet(attributes)
            case "table:table-row-group" | "table:table-column-group":
                self._hidden_groups += attributes.get("table:display") == "false"
            case "table:table-column":
                self._note_columns(attributes)
            case "table:table-row":
                self._begin_row(attributes)
            case "table:table-cell" | "table:covered-table-cell":
                self._begin_cell(tag, attributes)
            case _ if self._is_in_cell(parent):
                self._in_text(tag, parent, attributes)

    def _is_in_cell(self, parent: str) -> bool:
        return parent in {"table:table-cell", "table:covered-table-cell", "text:p", *_IN_A_TEXT}

    def end(self, tag: str) -> None:
        if self._is_in_sheet and not self._path[:-1].count("office:annotation"):
            self._ended(tag)
        self._path.pop()

    def _ended(self, tag: str) -> None:
        if tag in {"table:table-cell", "table:covered-table-cell"}:
            self._end_cell(tag)
        elif tag == "table:table-row":
            self._row += self._rows
        elif tag == "text:p":
            self.hear_text(wanted=False)

    # Sheets, columns and rows

    def _sheet(self, a: Attributes) -> None:
        if self._path.count("table:table") > 1:
            raise Broken  # a table within a cell
        hidden = ("table", a.get("table:style-name", "")) in self.styles.unseen
        self.sheets.append(OdsSheet(a["table:name"], hidden))
        self._row = self._columns = self._hidden_groups = 0

    def _note_columns(self, a: Attributes) -> None:
        count = _count(a, "table:number-columns-repeated")
        style = ("table-column", a.get("table:style-name", ""))
        is_hidden = a.get("table:visibility") in _HIDDEN or style in self.styles.unseen
        if is_hidden or self._hidden_groups:
            self.sheets[-1].hidden_columns.append((self._columns, self._columns + count - 1))
        self._columns += count

    def _begin_row(self, a: Attributes) -> None:
        self._rows, self._column = _count(a, "table:number-rows-repeated"), 0
        style = ("table-row", a.get("table:style-name", ""))
        is_hidden = a.get("table:visibility") in _HIDDEN or style in self.styles.unseen
        self._row_is_hidden = is_hidden or self._hidden_groups > 0

    # Cells

    def _begin_cell(self, tag: str, a: Attributes) -> None:
        if "table:table-cell" in self._path[:-1] or "table:covered-table-cell" in self._path[:-1]:
            raise Broken
        self._cell, self._texts = a, []
        self._comment = self._struck = False
        self._odd = tag == "table:covered-table-cell"

    def _in_text(self, tag: str, parent: str, a: Attributes) -> None:
        self._struck |= self.styles.strikes(tag, a.get("text:style-name", ""))
        if tag == "text:p" and parent.startswith("table:"):
            self._texts += ["\n"] if self._texts else []
            self._texts.append("")
            self.hear_text(wanted=True)
        elif tag == "text:s":
            self._texts.append(" " * min(_count(a, "text:c"), 100))
        elif tag in _SIGNS:
            self._texts.append(_SIGNS[tag])
        elif tag not in _IN_A_TEXT:
            self._odd = True

    def text(self, data: str) -> None:
        if not self._path.count("office:annotation"):
            self._texts.append(data)

    def _end_cell(self, tag: str) -> None:
        a, sheet = self._cell, self.sheets[-1]
        count = _count(a, "table:number-columns-repeated")
        shown = self._shown(tag, a)
        if shown.kind or shown.text or shown.is_merged or shown.formula is not None:
            self._fill(sheet, shown, count)
        self._column += count

    def _shown(self, tag: str, a: Attributes) -> Shown:
        kind = a.get("office:value-type", "")
        spans = (a.get(f"table:number-{n}-spanned", "1") for n in ("columns", "rows"))
        text = "".join(self._texts)
        return Shown(
            kind=kind,
            value=_value(kind, a, text),
            text=text,
            style=a.get("table:style-name", ""),
            formula=a.get("table:formula"),
            is_merged=tag == "table:covered-table-cell" or any(each != "1" for each in spans),
            has_comment=self._comment,
            is_odd=self._odd,
            is_struck=self._struck,
        )

    def _fill(self, sheet: OdsSheet, shown: Shown, count: int) -> None:
        last_row, last = self._row + self._rows, self._column + count
        sheet.filled += self._rows * count
        sheet.height, sheet.width = max(sheet.height, last_row), max(sheet.width, last)
        if sheet.filled > self.most_cells or sheet.height * sheet.width > MOST_AREA:
            raise TooLarge
        for row in range(self._row, last_row):
            if self._row_is_hidden:
                sheet.hidden_rows.add(row)
            sheet.cells.setdefault(row, {}).update(
                (column, shown) for column in range(self._column, last)
            )


def _value(kind: str, a: Attributes, text: str) -> str:
    if kind == "string":
        return a.get("office:string-value", text)
    return a.get(f"office:{kind}-value", a.get("office:value", ""))


def _count(a: Attributes, name: str) -> int:
    count = int(a.get(name, "1"))
    if not 0 < count <= 2 * _FAR:
        raise Broken
    return count


def sheets_of(content: bytes, styles: OdsStyles, most_cells: int = MOST_CELLS) -> list[OdsSheet]:
    """The sheets of a part; raises `Broken` or `TooLarge`."""
    reader = _Content(styles, most_cells)
    reader.read(content)
    return reader.sheets
