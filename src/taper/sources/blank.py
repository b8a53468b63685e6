"""Empty sheets to fill in: CSV, a workbook with drop-downs, a REDCap dictionary, a mapping.

What a column is and what it may hold is said once, in `taper.sources.tables`; here it is laid out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import xlsxwriter

from taper.doses.dose import MAX_MG
from taper.sources.tables import (
    CellKind,
    Column,
    data_dictionary,
    mapping_to_start_from,
    plan_dictionary,
    shown_columns,
)
from taper.sources.tables.columns import MISSED
from taper.sources.tables.grid import COMMENT, letter
from taper.sources.tables.sheets import HELP, PARTICIPANTS
from taper.trial.fields import FIRST_YEAR, LAST_YEAR, MAX_DAYS
from taper.wording import workbook

_LAST_ROW = 2000
"""Down to here cells are checked while they are filled in; taper checks all of them."""
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant, so that the same sheet is the same file
_FIRST_DAY, _LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
_TITLES = ("Column", "What it is for", "What is allowed", "Example")
_WIDTHS = (24, 56, 76, 14)
_MOST_SHOWN = 255
"""The longest help that a spreadsheet shows beside a cell."""
_RULES = (
    "One row a participant, known by the trial id alone: no name, no date of birth, no arm.",
    "Columns that nobody needs may be deleted; more infusions, visits, events and doses beside the "
    "taper may be added, numbered on: infusion_7, visit_3_label, event_5_type, exposure_2_date.",
    "A day is written 2026-01-31. A dose has a decimal point: 7.5. No units.",
    "Hidden rows and columns, merged cells and formulas are refused, because nobody sees what is "
    "in them.",
    "Ids are text: 001 and 1 are taken for one participant, and both are refused.",
)


class BlankSheet(StrEnum):
    """The kinds of empty sheet."""

    CSV = "csv"
    XLSX = "xlsx"
    REDCAP = "redcap"
    REDCAP_PLAN = "redcap-plan"
    MAPPING = "mapping"

    @property
    def suffix(self) -> str:
        """How its file ends."""
        return {BlankSheet.XLSX: ".xlsx", BlankSheet.MAPPING: ".yaml"}.get(self, ".csv")


def blank(kind: BlankSheet) -> bytes:
    """An empty sheet of that kind."""
    makers: dict[BlankSheet, Callable[[], bytes]] = {
        BlankSheet.CSV: _csv,
        BlankSheet.XLSX: _xlsx,
        BlankSheet.REDCAP: data_dictionary,
        BlankSheet.REDCAP_PLAN: plan_dictionary,
        BlankSheet.MAPPING: mapping_to_start_from,
    }
    return makers[kind]()


def _said(column: Column) -> str:
    """A column's help as one line."""
    needed = " Required." if column.is_required else ""
    return f"{column.meaning}.{needed} Allowed: {column.allowed}."


# CSV ------------------------------------------------------------------------------------------


def _csv(columns: tuple[Column, ...] | None = None) -> bytes:
    """The header, and below it remarks, which are passed over when the table is read."""
    shown = columns or shown_columns()
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in shown])
    rest = [""] * (len(shown) - 1)  # as Excel would save it: a row has as many cells as the header
    for remark in (*_RULES, *(f"{column.name}: {_said(column)}" for column in shown)):
        writer.writerow([f"{COMMENT} {remark}", *rest])
    return out.getvalue().encode("utf-8-sig")  # without the mark Excel takes it for another code


# XLSX -----------------------------------------------------------------------------------------


def _xlsx() -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book: Any = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": "Participants of a steroid taper", "created": _CREATED})
    _participants(book)
    _help(book)
    book.close()
    return out.getvalue()


def _participants(book: Any) -> None:
    sheet = book.add_worksheet(PARTICIPANTS)
    needed = book.add_format({"bold": True, "bg_color": "#D9D9D9", "bottom": 1})
    plain = book.add_format({"bold": True, "bottom": 1})
    formats = {
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "number": book.add_format({"num_format": "General"}),
    }
    for i, column in enumerate(shown_columns()):
        sheet.set_column(i, i, max(12, len(column.name) + 2), formats[_form(column.kind)])
        sheet.write_string(0, i, column.name, needed if column.is_required else plain)
        sheet.data_validation(1, i, _LAST_ROW, i, _validation(column, i))
    sheet.freeze_panes(1, 1)


def _form(kind: CellKind) -> str:
    if kind.is_date:
        return "date"
    return "number" if kind in {CellKind.NUMBER, CellKind.WHOLE} else "text"


def _validation(column: Column, i: int) -> dict[str, Any]:
    """The drop-down or the check of a column, and its help, shown when a cell is chosen."""
    rule_of = _RULE_OF.get(column.kind)
    rule = {"validate": "any"} if rule_of is None else rule_of(column, i)
    title, said = column.name[:32], f"{column.meaning}. Allowed: {column.allowed}"
    return {
        **rule,
        "input_title": title,
        "input_message": _shortened(said),
        "error_title": title,
        "error_message": _shortened(f"Allowed: {column.allowed}"),
    }


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _choice(column: Column, _: int) -> dict[str, Any]:
    """A drop-down; it only warns where something else is allowed too, such as a path."""
    is_whole = column.name == "drug" or column.name.endswith("_type")
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_type": "stop" if is_whole else "warning",
    }


def _between(validate: str, least: object, most: object) -> Callable[..., dict[str, Any]]:
    return lambda *_: {
        "validate": validate,
        "criteria": "between",
        "minimum": least,
        "maximum": most,
    }


def _infusion(_: Column, i: int) -> dict[str, Any]:
    """A date or the word; Excel has no rule for that but a formula, which is no cell's."""
    cell = f"{letter(i)}2"
    return {"validate": "custom", "value": f'=OR({cell}="{MISSED}",ISNUMBER({cell}))'}


_RULE_OF: dict[CellKind, Callable[[Column, int], dict[str, Any]]] = {
    CellKind.CHOICE: _choice,
    CellKind.DATE: _between("date", _FIRST_DAY, _LAST_DAY),
    CellKind.INFUSION: _infusion,
    CellKind.NUMBER: _between("decimal", 0.0001, MAX_MG),
    CellKind.WHOLE: _between("integer", 1, MAX_DAYS),
}


def _help(book: Any) -> None:
    sheet = book.add_worksheet(HELP)
    title = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for i, (text, width) in enumerate(zip(_TITLES, _WIDTHS, strict=True)):
        sheet.set_column(i, i, width, wrapped)
        sheet.write_string(0, i, text, title)
    for row, column in enumerate(shown_columns(), start=1):
        needed = " (required)" if column.is_required else ""
        cells = (f"{column.name}{needed}", column.meaning, column.allowed, column.example)
        sheet.set_row(row, workbook.height(zip(cells, _WIDTHS, strict=False)))
        for i, text in enumerate(cells):
            sheet.write_string(row, i, text, wrapped)
    for row, text in enumerate(_RULES, start=len(shown_columns()) + 2):
        sheet.set_row(row, workbook.height([(text, _WIDTHS[1])]))
        sheet.write_string(row, 1, text, wrapped)
    sheet.freeze_panes(1, 1)
