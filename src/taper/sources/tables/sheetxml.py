"""The XML of a workbook's sheets: what each cell holds in its own words, and what is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from taper.sources.tables.stylesxml import Styles
from taper.sources.tables.worksheet import USUAL_WIDTH, Condition, Range, Raw, Worksheet
from taper.sources.tables.xmlparts import TRUE, Attributes, Broken, Strict, is_struck

MOST_CELLS = 1_000_000
MOST_AREA = 4 * MOST_CELLS
"""Rows times columns: one cell far away would make a reader of values fill all that lies before."""
_MOST_COLUMNS = 16_384
_MOST_CONDITIONS = 100
"""Ranges in which a condition changes what cells show; usual sheets have none."""
_KINDS = frozenset({"n", "s", "str", "inlineStr", "b", "e", "d"})


class TooLarge(Exception):
    """A sheet of more cells than any table of participants has."""


_CELL = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_WHOLE_COLUMNS = re.compile(r"([A-Za-z]{1,3}):([A-Za-z]{1,3})", re.ASCII)
_LAST_ROW = 1_048_576


def place(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell such as B7."""
    match = _CELL.fullmatch(reference.replace("$", ""))
    if match is None:
        raise Broken
    return int(match[2]) - 1, _column(match[1].upper())


@lru_cache(maxsize=_MOST_COLUMNS)
def _column(letters: str) -> int:
    column = 0
    for character in letters:
        column = 26 * column + ord(character) - ord("A") + 1
    return column - 1


def _range(reference: str) -> Range:
    first, _, last = reference.partition(":")
    (a, c), (b, d) = place(first), place(last or first)
    if a > b or c > d:
        raise Broken
    return a, b, c, d


class _Look(Strict):
    """Goes through the XML of one sheet and notes what it holds, shows and hides."""

    def __init__(self, sheet: Worksheet, styles: Styles, most_cells: int) -> None:
        super().__init__("sheetData")
        self.sheet, self.styles, self.most_cells = sheet, styles, most_cells
        self.row, self.before = -1, -1
        self.row_is_hidden = self.rows_are_hidden = False
        self.cells: dict[int, Raw] = {}
        self.cell: Attributes = {}
        self.value: str | None = None
        self.formula: str | None = None
        self._known: dict[tuple[str, str, str], Raw] = {}
        self._codes: list[str | None] = []
        self._ranges: list[Range] = []
        self._is_rule = False
        self._notes: dict[str, Callable[[Attributes], None]] = {
            "sheetFormatPr": self._usual,
            "col": self._column,
            "mergeCell": self._merged,
            "conditionalFormatting": self._conditional,
            "cfRule": self._rule,
            "dataBar": self._picture,
            "iconSet": self._picture,
            "numFmt": self._own_format,
            "sqref": self._sqref,
        }
        self._within: dict[str, Callable[[Attributes], None]] = {
            "row": self._row,
            "c": self._cell,
            "f": self._formula,
        }

    # Rows and cells

    def opened(self, tag: str, attributes: Attributes) -> None:
        note = self._within.get(tag)
        if note is not None:
            note(attributes)

    def closed(self, tag: str) -> None:
        if tag == "c":
            self._filled_cell()
        elif tag in {"v", "is"}:
            if self.value is not None or (tag == "is") != (self.cell.get("t") == "inlineStr"):
                raise Broken
            self.value = self.heard()
        elif tag == "f":
            self.formula = self.heard()

    def run_property(self, tag: str, attributes: Attributes) -> None:
        if is_struck(tag, attributes):
            self.sheet.struck.add((self.row, self.before))

    def _row(self, a: Attributes) -> None:
        row = int(a["r"]) - 1 if "r" in a else self.row + 1
        if row <= self.row:
            raise Broken
        self.row, self.before, self.cells = row, -1, {}
        self.row_is_hidden = a.get("hidden") in TRUE or _is_unseen(a.get("ht"))
        self.row_is_hidden |= self.rows_are_hidden and "ht" not in a

    def _cell(self, a: Attributes) -> None:
        row, column = place(a["r"])
        if row != self.row or column <= self.before:
            raise Broken  # whoever reads the values might see another order
        self.before, self.cell, self.value, self.formula = column, a, None, None

    def _formula(self, a: Attributes) -> None:
        if self.formula is not None:
            raise Broken
        if "ref" in a and a.get("t") in {"array", "dataTable"}:
            self.sheet.arrays.add(_range(a["ref"]))

    def _filled_cell(self) -> None:
        if self.value is None and self.formula is None:
            return
        if not self.cells:
            self._filled_row()
        self.cells[self.before] = self._raw(self.cell, self.value or "")
        self.sheet.filled += 1
        if self.sheet.filled > self.most_cells:
            raise TooLarge
        if self.before >= self.sheet.width:
            self._wider()
        if self.formula is not None:
            self.sheet.formulas[self.row, self.before] = self.formula
        if "vm" in self.cell:
            self.sheet.elsewhere.add((self.row, self.before))

    def _raw(self, a: Attributes, value: str) -> Raw:
        """The cell, kept once for all that are alike."""
        raw = (a.get("t", "n"), value, a.get("s", "0"))
        known = self._known.get(raw)
        if known is None:
            if raw[0] not in _KINDS:
                raise Broken
            known = self._known[raw] = Raw(raw[0], value, int(raw[2]))
        return known

    def _filled_row(self) -> None:
        sheet, row = self.sheet, self.row
        sheet.cells[row] = self.cells
        sheet.height = row + 1
        if self.row_is_hidden:
            sheet.hidden_rows.add(row)
        self._refuse_area()

    def _wider(self) -> None:
        self.sheet.width = self.before + 1
        self._refuse_area()

    def _refuse_area(self) -> None:
        if self.sheet.height * self.sheet.width > MOST_AREA:
            raise TooLarge

    # What is shown

    def outside(self, tag: str, attributes: Attributes) -> None:
        note = self._notes.get(tag)
        if note is not None:
            note(attributes)

    def outside_ends(self, tag: str) -> None:
        if tag == "sqref" and self._is_rule:
            self.hear_text(wanted=False)
            self._ranges = _ranges(self.heard())
        elif tag == "conditionalFormatting":
            self._note_conditions()

    def _usual(self, a: Attributes) -> None:
        self.rows_are_hidden = a.get("zeroHeight") in TRUE or _is_unseen(a.get("defaultRowHeight"))
        self.sheet.usual_width = float(a.get("defaultColWidth", USUAL_WIDTH))

    def _column(self, a: Attributes) -> None:
        columns = int(a["min"]) - 1, int(a["max"]) - 1
        if a.get("hidden") in TRUE or _is_zero(a.get("width")):
            self.sheet.hidden_columns.append(columns)
        self.sheet.widths.append((*columns, float(a.get("width", self.sheet.usual_width))))
        if len(self.sheet.widths) > _MOST_COLUMNS:
            raise Broken

    def _merged(self, a: Attributes) -> None:
        self.sheet.merged.add(_range(a["ref"]))

    # A rule of a conditional format names a style or has one of its own; a picture of the value
    # may stand in its place.

    def _conditional(self, a: Attributes) -> None:
        self._codes, self._ranges, self._is_rule = [], _ranges(a.get("sqref", "")), True

    def _rule(self, a: Attributes) -> None:
        code = self.styles.of_condition(int(a["dxfId"])) if "dxfId" in a else None
        if code is not None:
            self._codes.append(code)

    def _own_format(self, a: Attributes) -> None:
        if self._is_rule:
            self._codes.append(a.get("formatCode", ""))

    def _picture(self, a: Attributes) -> None:
        if self._is_rule and a.get("showValue", "1") not in TRUE:
            self._codes.append(None)

    def _sqref(self, _: Attributes) -> None:
        self.heard()
        self.hear_text(wanted=self._is_rule)

    def _note_conditions(self) -> None:
        self._is_rule = False
        if len(self._codes) * len(self._ranges) > _MOST_CONDITIONS - len(self.sheet.conditions):
            raise Broken
        for code in self._codes:
            self.sheet.conditions += [Condition(cells, code) for cells in self._ranges]


def _ranges(references: str) -> list[Range]:
    """The ranges of a conditional format, whole columns among them."""
    found = []
    for reference in references.split():
        columns = _WHOLE_COLUMNS.fullmatch(reference.replace("$", ""))
        if columns is not None:
            reference = f"{columns[1]}1:{columns[2]}{_LAST_ROW}"
        found.append(_range(reference))
    return found


_LEAST_HEIGHT = 2
"""Points, below which a row is a line between its neighbours."""


def _is_unseen(height: str | None) -> bool:
    return height is not None and float(height) < _LEAST_HEIGHT


def _is_zero(size: str | None) -> bool:
    return size is not None and float(size) == 0


def look(
    sheet: Worksheet, content: bytes, styles: Styles | None = None, most_cells: int = MOST_CELLS
) -> None:
    """Note what the XML of a sheet holds, shows and hides; raises `Broken` or `TooLarge`."""
    _Look(sheet, styles or Styles(), most_cells).read(content)
