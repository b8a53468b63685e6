"""Tables as a workbook, a sheet each: numbers are numbers, and no text becomes a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from taper.results.report import Table

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook has no zone, and no clock writes this
_WIDEST = 40


def as_xlsx(title: str, notes: Sequence[str], tables: Sequence[Table]) -> bytes:
    """A sheet of notes, and one for each table."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book: Any = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title, "created": _CREATED})
    head = book.add_format({"bold": True, "bottom": 1})
    _notes(book, title, notes)
    for table in tables:
        _sheet(book.add_worksheet(table.name[:31]), table, head)
    book.close()
    return out.getvalue()


def _notes(book: Any, title: str, notes: Sequence[str]) -> None:
    sheet = book.add_worksheet("about")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110, wrapped)
    for row, said in enumerate([title, *notes]):
        sheet.write_string(row, 0, said, wrapped)


def _sheet(sheet: Any, table: Table, head: Any) -> None:
    for i, name in enumerate(table.columns):
        longest = max((len(row[i]) for row in table.rows), default=0)
        sheet.set_column(i, i, min(max(longest, len(name)) + 2, _WIDEST))
        sheet.write_string(0, i, name, head)
    for number, row in enumerate(table.rows, start=1):
        for i, cell in enumerate(row):
            _cell(sheet, number, i, cell, is_id=table.columns[i] == "participant")
    sheet.freeze_panes(1, 1)


def _cell(sheet: Any, row: int, column: int, cell: str, *, is_id: bool) -> None:
    """An id such as 001 stays text; what has no number stays empty."""
    if cell and not is_id and _NUMBER.fullmatch(cell):
        sheet.write_number(row, column, float(cell))
    elif cell:
        sheet.write_string(row, column, cell)
