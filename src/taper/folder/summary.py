"""What is said of all participants of an output folder at once, from the ledger's entries alone.

A table to read and one to calculate with, the tablets to order for the site, a page to look
through, and one PDF for the printer. Each is written row by row, so that a site of ten thousand
needs no more memory than one of ten; the PDF alone is held whole.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from typing import Any, BinaryIO

from taper.exports import parquet
from taper.folder import merged_pdf
from taper.folder.columns import COLUMNS
from taper.folder.index_page import index_html
from taper.folder.tablets_to_order import TABLET_COLUMNS, to_order
from taper.record.ledger import Entries
from taper.storage.folder_seen import FolderSeen
from taper.wording.cells import neutral

SUMMARY_CSV, SUMMARY_XLSX, INDEX = "summary.csv", "summary.xlsx", "index.html"
TABLETS_CSV, MERGED = "tablets.csv", merged_pdf.NAME
DERIVED = (SUMMARY_CSV, SUMMARY_XLSX, TABLETS_CSV, INDEX, MERGED, *parquet.NAMES)
"""The files that follow from the ledger alone."""
MOST_LISTED = 100_000
"""The most participants that a page and a workbook list: no browser opens more, and no
spreadsheet has rows for a million."""

_TABLET_KINDS = ("text", "text", "number", "number", "number", "number", "date")
"""How a sheet shows each of `TABLET_COLUMNS`."""
_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook knows no zone
_UNIX, _FOR_ITS_OWNER = 3, 0o600 << 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the tables to read; `is_listed` with a page and a workbook.

    Tablets are ordered from `today` on.
    """

    today: date
    merged: bool = False
    parquet: bool = False
    is_listed: bool = True


Writers = Mapping[str, Callable[[BinaryIO, Entries], None]]


def writers(folder: FolderSeen, wanted: Wanted) -> Writers:
    """What writes each of the derived files, by name."""
    today = wanted.today
    made: Writers = {SUMMARY_CSV: summary_csv, TABLETS_CSV: partial(tablets_csv, today=today)}
    if wanted.is_listed:
        made = {
            **made,
            SUMMARY_XLSX: partial(summary_xlsx, today=today),
            INDEX: partial(index_html, today=today),
        }
    if wanted.merged:
        made = {**made, MERGED: partial(merged_pdf.write, folder)}
    return {**made, **parquet.writers()} if wanted.parquet else made


def summary_csv(out: BinaryIO, entries: Entries) -> None:
    """A row a participant."""
    rows = ([column.value(entry) for column in COLUMNS] for entry in entries())
    _csv(out, [column.title for column in COLUMNS], rows)


def tablets_csv(out: BinaryIO, entries: Entries, today: date) -> None:
    """A row for each site, drug and strength."""
    _csv(out, TABLET_COLUMNS, (order.cells for order in to_order(entries(), today)))


def _csv(out: BinaryIO, titles: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    text.detach()


def _harmless(cell: str | int | None) -> str | int | None:
    return neutral(cell) if isinstance(cell, str) else cell


def summary_xlsx(out: BinaryIO, entries: Entries, today: date) -> None:
    """The same as a workbook: participants, and the tablets to order."""
    import xlsxwriter

    whole = io.BytesIO()  # a few bytes a row once it is packed; the rows themselves are not kept
    book = xlsxwriter.Workbook(
        whole,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # Nothing of the file may tell when or by whom it was made: the same rows, the same bytes.
    book.set_properties({"created": _EPOCH, "author": "", "title": "taper"})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "title": book.add_format({"bold": True, "bottom": 1}),
    }
    participants = book.add_worksheet("Participants")
    _titles(participants, [column.title for column in COLUMNS], formats)
    for i, entry in enumerate(entries(), start=1):
        for j, column in enumerate(COLUMNS):
            _cell(participants, i, j, column.value(entry), column.kind, formats)
    tablets = book.add_worksheet("Tablets to order")
    _titles(tablets, TABLET_COLUMNS, formats)
    for i, order in enumerate(to_order(entries(), today), start=1):
        for j, cell in enumerate(order.cells):
            _cell(tablets, i, j, cell, _TABLET_KINDS[j], formats)
    book.close()
    out.write(_repacked(whole))


def _repacked(book: BinaryIO) -> bytes:
    """The same workbook without what its temporary files had from this user and machine."""
    packed = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system, part.external_attr = _UNIX, _FOR_ITS_OWNER
            with old.open(name) as source, new.open(part, "w") as target:
                shutil.copyfileobj(source, target)
    return packed.getvalue()


def _titles(sheet: Any, titles: Sequence[str], formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    for j, title in enumerate(titles):
        sheet.set_column(j, j, max(len(title), 11) + 1)
        sheet.write_string(0, j, title, formats["title"])


def _cell(
    sheet: Any, i: int, j: int, value: str | int | None, kind: str, formats: Mapping[str, Any]
) -> None:
    """A cell by its kind, never guessed: an id such as 001 stays what it is."""
    if value is None or value == "":
        return
    if kind == "date":
        sheet.write_datetime(i, j, date.fromisoformat(str(value)), formats["date"])
    elif kind == "number":
        sheet.write_number(i, j, Fraction(value))
    else:
        sheet.write_string(i, j, str(value))
