"""A CSV or TSV file to a grid: UTF-8 with or without a byte order mark; comma, semicolon or tab.

Rows are numbered as a spreadsheet shows them, so that a cell with a line break counts as one.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from taper.errors import Problem, Refusal
from taper.sources.raw import THE_FILE
from taper.sources.tables.grid import MAX_COLUMNS, Cell, Grid, Line, Said, letter
from taper.sources.tables.opening import TSV, unreadable
from taper.wording.quoting import plain

_UTF8 = "a CSV file in UTF-8 (in Excel: save as “CSV UTF-8”)"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKS = {
    b"PK\x03\x04": "a workbook that was named .csv",
    b"\xd0\xcf\x11\xe0": "an old workbook, or one with a password, that was named .csv",
}
_TAB = "\t"
_DELIMITERS = (",", ";", _TAB)
HEAD = 5
"""So many lines are looked at for the sign between cells: a title above the header has none."""
_QUOTE = '"'
_WRONG_QUOTE = (
    "a wrong quotation mark",
    "quotation marks that are closed, and doubled within a cell",
)
_TOO_LONG = (
    "a cell that is too long",
    f"cells of at most {csv.field_size_limit()} characters, where every quotation mark is closed",
)
_EXCEL_CUTS = (
    "as many cells as the header has; Excel leaves out empty cells at the end of a row, so delete "
    "the columns that nobody uses, or save as XLSX"
)
_SEMICOLONS = (
    "as many cells as the header has; strengths such as 20; 5 need quotation marks where "
    "semicolons separate the cells"
)

_COMMAS = (
    "as many cells as the header has; a number has a point and no comma (7.5), and a text with a "
    "comma stands in quotation marks"
)
_LONGER = {";": _SEMICOLONS, ",": _COMMAS}


@contextmanager
def opened(path: Path) -> Iterator[Grid]:
    """The grid of a file, which is read while its lines are asked for."""
    name = plain(path.name)
    with _bytes_of(path, name) as raw:
        _refuse_other_forms(raw.read(4), name)
        raw.seek(0)
        text = TextIOWrapper(raw, encoding="utf-8-sig", errors="strict", newline="")
        lines = _without_nul(_decoded(text, name), name)
        yield _grid(lines, name, only_tabs=path.suffix.lower() == TSV)


@contextmanager
def _bytes_of(path: Path, name: str) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as raw:
            yield raw
    except OSError as wrong:
        raise unreadable(name, wrong) from None


def _refuse_other_forms(first: bytes, name: str) -> None:
    if first.startswith(_UTF16):
        raise Refusal.of(name, THE_FILE, "in UTF-16 (“Unicode text” in Excel)", _UTF8)
    for mark, what in _MARKS.items():
        if first.startswith(mark):
            raise Refusal.of(name, THE_FILE, what, "the ending that it has: .xlsx")


def _decoded(text: TextIOWrapper, name: str) -> Iterator[str]:
    try:
        yield from text
    except UnicodeDecodeError:
        raise Refusal.of(name, THE_FILE, "not in UTF-8", _UTF8) from None


def _without_nul(lines: Iterable[str], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if "\0" in line:
            raise Refusal(Problem(name, THE_FILE, "no text (it holds a NUL byte)", _UTF8, number))
        yield line


def _grid(lines: Iterator[str], name: str, *, only_tabs: bool) -> Grid:
    head = list(islice(lines, HEAD))
    sign = _TAB if only_tabs else delimiter(head)
    rows = _rows(chain(head, lines), sign, name)
    header = next(rows, [])
    if len(header) > MAX_COLUMNS:
        raise Refusal.of(name, "the header", f"of {len(header)} columns", f"at most {MAX_COLUMNS}")
    return Grid(
        name=name,
        header=Line(1, _cells(header)),
        width=len(header),
        lines=_lines(rows, len(header), sign),
    )


def delimiter(head: Iterable[str]) -> str:
    """The one that the first line with any has most of, outside of quotation marks."""
    for line in head:
        bare = "".join(line.split(_QUOTE)[::2])
        most = max(_DELIMITERS, key=bare.count)
        if most in bare:
            return most
    return _DELIMITERS[0]


def _rows(lines: Iterator[str], delimiter: str, name: str) -> Iterator[list[str]]:
    heard = _Heard(lines)
    reader = csv.reader(heard, delimiter=delimiter, quotechar=_QUOTE, strict=True)
    try:
        for row in reader:
            heard.record.clear()
            yield row
    except csv.Error as wrong:
        read, allowed = _TOO_LONG if "limit" in str(wrong) else _WRONG_QUOTE
        first = reader.line_num - len(heard.record) + 1
        opened = _opens_at("".join(heard.record), delimiter)
        line = reader.line_num if opened is None else first + opened
        raise Refusal(
            Problem(name, THE_FILE, f"not a table, because of {read}", allowed, line)
        ) from None


class _Heard:
    """Lines as they are read, and those of the row that is not ended yet."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.record.append(line)
            yield line


def _opens_at(record: str, delimiter: str) -> int | None:
    """The line of a row, from 0, on which the cell opens whose quotation marks are wrong.

    It is never closed, or something stands behind the mark that closes it: then the one that
    opens it was meant as a closing one, or is too many.
    """
    opened, begins, line, i = -1, True, 0, 0
    while i < len(record):
        character = record[i]
        if opened >= 0 and record.startswith(_QUOTE * 2, i):
            i += 1
        elif opened >= 0 and character == _QUOTE:
            if record[i + 1 : i + 2] not in ("", delimiter, "\r", "\n"):
                return opened
            opened = -1
        elif character == _QUOTE and begins:
            opened = line
        begins = opened < 0 and character in (delimiter, "\n", "\r")
        line += character == "\n"
        i += 1
    return opened if opened >= 0 else None


def _lines(rows: Iterator[list[str]], width: int, delimiter: str) -> Iterator[Line]:
    for number, row in enumerate(rows, start=2):
        cells = _cells(row)
        line = Line(number, cells)
        if cells and not line.is_comment:
            wrong = _ragged(row, width, delimiter)
            yield Line(number, cells, wrong, is_ragged=bool(wrong))


def _cells(row: list[str]) -> dict[int, Cell]:
    return {i: Cell(text) for i, text in enumerate(row) if text.strip(" ")}


def _ragged(row: list[str], width: int, delimiter: str) -> tuple[Said, ...]:
    """A row of another length: which cell is missing or too many, nobody can tell."""
    if len(row) == width:
        return ()
    read = f"of {len(row)} cells, to column {letter(len(row) - 1)}, and the header has {width}"
    longer = _LONGER.get(delimiter) if len(row) > width else None
    return (Said(read, longer or _EXCEL_CUTS),)
