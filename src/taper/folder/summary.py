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
from functools import partial
from typing import Any, BinaryIO

from taper.exports import parquet
from taper.folder import merged_pdf
from taper.folder.columns import SummaryColumn, columns
from taper.folder.index_page import index_html
from taper.folder.last_run import LastRun
from taper.folder.names import CHANGED, INDEX, MERGED, SUMMARY_CSV, SUMMARY_XLSX, TABLETS_CSV
from taper.folder.tablets_to_order import TABLET_COLUMNS, TabletsToOrder, to_order
from taper.record.ledger import Entries
from taper.storage.folder_seen import FolderSeen
from taper.wording import workbook
from taper.wording.cells import neutral

MOST_LISTED = 100_000
"""The most participants that a page and a workbook list: no browser opens more, and no
spreadsheet has rows for a million."""

_UNIX, _FOR_ITS_OWNER = 3, 0o600 << 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the tables to read; `is_listed` with a page and a workbook.

    `changed` is a PDF of the papers of the last run alone.
    """

    merged: bool = False
    changed: bool = False
    parquet: bool = False
    is_listed: bool = True


Writers = Mapping[str, Callable[[BinaryIO, Entries], None]]


def writers(folder: FolderSeen, wanted: Wanted, last: LastRun) -> Writers:
    """What writes each of the derived files, by name."""
    made: Writers = {
        SUMMARY_CSV: partial(summary_csv, last=last),
        TABLETS_CSV: partial(tablets_csv, last=last),
    }
    if wanted.is_listed:
        both = ((CHANGED, wanted.changed), (MERGED, wanted.merged))
        printed = tuple(name for name, is_made in both if is_made)
        index = partial(index_html, last=last, printed=printed)
        made = {**made, SUMMARY_XLSX: partial(summary_xlsx, last=last), INDEX: index}
    if wanted.merged:
        made = {**made, MERGED: partial(merged_pdf.write, folder)}
    if wanted.changed:
        made = {**made, CHANGED: partial(merged_pdf.write, folder, only=last.printed)}
    return {**made, **parquet.writers()} if wanted.parquet else made


def summary_csv(out: BinaryIO, entries: Entries, last: LastRun) -> None:
    """A row a participant."""
    every = columns(last.standing)
    rows = ([column.value(entry) for column in every] for entry in entries())
    _csv(out, [column.title for column in every], rows)


def tablets_csv(out: BinaryIO, entries: Entries, last: LastRun) -> None:
    """A row for each site, drug and strength."""
    _csv(out, TABLET_COLUMNS, (order.cells for order in _to_order(entries, last)))


def _to_order(entries: Entries, last: LastRun) -> list[TabletsToOrder]:
    """The tablets from the day of the run on: those of days that are over were handed out."""
    return to_order(entries(), last.run.day, last.standing)


def _csv(out: BinaryIO, titles: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    text.detach()


def _harmless(cell: str | int | None) -> str | int | None:
    return neutral(cell) if isinstance(cell, str) else cell


def summary_xlsx(out: BinaryIO, entries: Entries, last: LastRun) -> None:
    """The same as a workbook: participants, and the tablets to order."""
    whole = io.BytesIO()  # a few bytes a row once it is packed; the rows themselves are not kept
    book = workbook.opened(whole, "taper", constant_memory=True)
    formats = workbook.formats_of(book)
    _sheet(
        book.add_worksheet("Participants"),
        columns(last.standing),
        entries(),
        formats,
        f"Participants, as of {last.run.day}",
    )
    _sheet(
        book.add_worksheet("Tablets to order"),
        _TABLETS,
        _to_order(entries, last),
        formats,
        f"Tablets to order from {last.run.day} on",
    )
    book.close()
    out.write(_repacked(whole))


def _repacked(book: BinaryIO) -> bytes:
    """The same workbook without what its temporary files had from this user and machine."""
    packed = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, workbook.EPOCH.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system, part.external_attr = _UNIX, _FOR_ITS_OWNER
            with old.open(name) as source, new.open(part, "w") as target:
                shutil.copyfileobj(source, target)
    return packed.getvalue()


_ROOM = {"number": 9, "date": 12, "text": 14}
"""How many characters wide a column is by its kind, but for those that say more."""
_WIDER = {"tablets": 34, "findings": 34, "why": 34, "participant": 16, "plan": 10, "paper": 16}


def _cell_of(place: int, order: TabletsToOrder) -> str | int | None:
    return order.cells[place]


_KINDS = ("text", "text", *["number"] * 4, "date", *["number"] * 3, "text")
_TABLETS = tuple(
    SummaryColumn(title, partial(_cell_of, j), kind)
    for j, (title, kind) in enumerate(zip(TABLET_COLUMNS, _KINDS, strict=True))
)


def _sheet(
    sheet: Any,
    every: Sequence[SummaryColumn],
    rows: Iterable[Any],
    formats: Mapping[str, Any],
    heading: str,
) -> None:
    """One sheet, which fits the width of a page and keeps its titles on each."""
    workbook.set_up(sheet, heading, titles=0)
    for j, column in enumerate(every):
        sheet.set_column(j, j, _WIDER.get(column.title, _ROOM[column.kind]))
        sheet.write_string(0, j, column.title.replace("_", " "), formats["title"])
    i = 0
    for i, row in enumerate(rows, start=1):
        for j, column in enumerate(every):
            workbook.put(sheet, (i, j), column.value(row), column.kind, formats)
    sheet.autofilter(0, 0, i, len(every) - 1)
