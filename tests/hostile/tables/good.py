"""Good tables, for others to spoil, and what is said of a table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from taper.errors import Refusal
from taper.sources import tables

HEADER = "participant,protocol,drug,dose_mg,infusion_1,phone"
GOOD = "A-01,iimpact,prednisone,25,2026-01-31,555-0101"
SHEET = [
    ["participant", "protocol", "drug", "dose_mg", "strengths", "infusion_1", "phone"],
    ["A-01", "iimpact", "prednisone", 25, "20; 5", date(2026, 1, 31), "555-0101"],
    ["A-02", "iimpact", "prednisone", 7.5, 5, date(2026, 2, 28), "555-0101"],
]


def told(path: Path, mapping: Path | None = None) -> list[str]:
    """Every sentence about a table: those about the table itself, else those about its rows."""
    try:
        rows = tables.read(path, mapping)
    except Refusal as refusal:
        return str(refusal).splitlines()
    return [sentence for row in rows for sentence in of_row(row)]


def of_row(row: tables.ParticipantRow) -> list[str]:
    try:
        tables.participant(row)
    except Refusal as refusal:
        return str(refusal).splitlines()
    return []


Change = Callable[[Any, Any], None]


def write_workbook(path: Path, change: Change, **options: object) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, **options}) as book:
        sheet = book.add_worksheet("Site")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for r, row in enumerate(SHEET):
            for c, value in enumerate(row):
                sheet.write(r, c, value, *([day] if isinstance(value, date) else []))
        change(book, sheet)


def parts(change: Change = lambda *_: None) -> dict[str, bytes]:
    """The usual workbook, unpacked."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Site")
        for r, row in enumerate(SHEET[:1]):
            sheet.write_row(r, 0, row)
        sheet.write_row(1, 0, ["A-01", "iimpact", "prednisone", 25])
        change(book, sheet)
    with zipfile.ZipFile(packed) as unpacked:
        return {name: unpacked.read(name) for name in unpacked.namelist()}
