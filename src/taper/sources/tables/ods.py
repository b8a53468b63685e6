"""An OpenDocument spreadsheet (ODS) to a grid, by the same rules as XLSX.

Each value is read twice, by calamine and from the XML itself, and held against the text that the
cell shows: where one of them differs, or the file does not tell, the cell is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

from taper.errors import Refusal
from taper.sources.raw import THE_FILE
from taper.sources.tables import odsstyles, odsxml, sheets, zipped
from taper.sources.tables.cellvalues import Value
from taper.sources.tables.grid import IN_PART, Cell, Grid, Held, Line, Said, marked
from taper.sources.tables.odsxml import OdsSheet, Shown
from taper.sources.tables.opening import unreadable
from taper.sources.tables.sheetxml import MOST_CELLS, TooLarge
from taper.sources.tables.xlsx import (
    FORMULAS,
    READ_TWICE,
    SHOWN_DATE,
    SHOWN_ROWS,
    TYPED_AGAIN,
    WITHOUT_TIME,
    number,
)
from taper.wording.quoting import plain, quoted

_CONTENT, _STYLES, _TYPE, _MANIFEST = (
    "content.xml",
    "styles.xml",
    "mimetype",
    "META-INF/manifest.xml",
)
_PARTS = (_TYPE, _CONTENT, _STYLES, _MANIFEST)
_ALLOWED = "an ODS spreadsheet as LibreOffice writes it, without a password"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T00:00:00(\.0+)?)?", re.ASCII)
_DAY_AND_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?", re.ASCII
)
_AS_SHOWN = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_AROUND = " \t\r\n"


class OdsBook:
    """The parts of a file, unpacked and looked at; raises `Refusal` where one is not sound."""

    def __init__(self, path: Path) -> None:
        self.name = plain(path.name)
        try:
            self.parts = zipped.parts(path, self._kept_as, self._refusal)
            if self.parts[_TYPE].strip() != _SPREADSHEET:
                raise self._refusal("no spreadsheet of OpenDocument")
            if b"encryption-data" in self.parts.get(_MANIFEST, b""):
                raise self._refusal("one with a password")
            content = self.parts[_CONTENT]
            self.styles = odsstyles.styles_of(self.parts.get(_STYLES, _NO_STYLES), content)
            self.sheets = odsxml.sheets_of(content, self.styles)
        except OSError as wrong:
            raise unreadable(self.name, wrong) from None
        except TooLarge:
            allowed = f"at most {MOST_CELLS} cells, and none far away from the others"
            raise self._refusal("a workbook of too many cells", allowed) from None
        except zipped.UNSOUND:
            raise self.unsound() from None

    @staticmethod
    def _kept_as(name: str) -> str | None:
        return name if name in _PARTS else None

    def unsound(self) -> Refusal:
        """The refusal of a file that is not what its ending says."""
        return self._refusal("no ODS spreadsheet that can be read")

    def _refusal(self, read: str, allowed: str = _ALLOWED) -> Refusal:
        return Refusal.of(self.name, THE_FILE, read, allowed)

    def values(self, sheet: OdsSheet) -> list[list[Value]]:
        """The rows from the first on, as calamine reads them from what was looked at alone."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as made:
            for name in filter(self.parts.get, _PARTS):
                made.writestr(name, self.parts[name])
        try:
            packed.seek(0)
            read = CalamineWorkbook.from_filelike(packed)
            return read.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # a fault within calamine is no Exception
            raise self.unsound() from None


_NO_STYLES = b"<none/>"


@contextmanager
def opened(path: Path, wanted: str | None = None) -> Iterator[Grid]:
    """The grid of a spreadsheet's one sheet of participants, or of the one that is asked for."""
    book = OdsBook(path)
    sheet = sheets.chosen(book.name, book.sheets, wanted)
    reader = _Cells(book, sheet)
    header = reader.line(0)
    if header.wrong:
        raise Refusal.of(book.name, "the header", header.wrong[0].read, header.wrong[0].allowed)
    lines = (reader.line(row) for row in range(1, sheet.height))
    yield Grid(
        name=book.name,
        header=header,
        width=sheet.width,
        lines=(line for line in lines if line.cells and not line.is_comment),
        wrong_columns=_hidden_columns(sheet),
    )


def _hidden_columns(sheet: OdsSheet) -> Mapping[int, Said]:
    said = Said("hidden", "shown columns; show it, or delete it")
    hidden = {i for a, b in sheet.hidden_columns for i in range(a, min(b + 1, sheet.width))}
    return dict.fromkeys(sorted(hidden), said)


class _Cells:
    """A sheet's values as two readers read them, held against what the sheet shows."""

    def __init__(self, book: OdsBook, sheet: OdsSheet) -> None:
        self.book, self.sheet = book, sheet
        self.others = book.values(sheet)

    def line(self, row: int) -> Line:
        """A row with its filled cells and what is wrong with it."""
        written = self.sheet.cells.get(row, {})
        others = self.others[row] if row < len(self.others) else []
        if any(other != "" and i not in written for i, other in enumerate(others)):
            raise self.book.unsound()
        cells = {
            i: cell
            for i, shown in sorted(written.items())
            if (cell := self._cell(shown, others[i] if i < len(others) else "")) is not None
        }
        wrong = (Said("hidden", SHOWN_ROWS),) if row in self.sheet.hidden_rows else ()
        return Line(row + 1, cells, wrong, tuple(self._remarks(row, written)))

    def _remarks(self, row: int, written: Mapping[int, Shown]) -> Iterator[str]:
        struck = [i for i, each in written.items() if self.book.styles.is_struck(each.style)]
        yield from marked(row, "struck through", struck, of=len(written))
        yield from marked(row, IN_PART, [i for i, e in written.items() if e.is_struck], of=0)
        comments = [i for i, each in written.items() if each.has_comment]
        yield from marked(row, "marked with a comment", comments, of=0)

    def _cell(self, shown: Shown, other: Value) -> Cell | None:
        trap = _trap(shown)
        if trap is not None:
            return Cell(shown.text or shown.value or "a cell", Held.TRAP, trap)
        match shown.kind:
            case "string":
                return self._text(shown, other)
            case "float":
                return self._number(shown, other)
            case "date":
                return self._date(shown, other)
        kind = f"of the kind {quoted(shown.kind)}" if shown.kind else "of no kind that it says"
        read = f"{quoted(shown.text)}, a cell {kind}"
        return Cell(shown.text, Held.TRAP, Said(read, TYPED_AGAIN))

    def _text(self, shown: Shown, other: Value) -> Cell | None:
        if not shown.value.strip(" "):
            return None
        return _unless(str(other).strip(_AROUND) != shown.value.strip(_AROUND), Cell(shown.value))

    def _number(self, shown: Shown, other: Value) -> Cell:
        if not _NUMBER.fullmatch(shown.value):
            raise self.book.unsound()
        cell = Cell(number(float(shown.value)), Held.NUMBER)
        if not _is_shown(shown.text, cell.text):
            read = f"{quoted(cell.text)}, which the cell shows as {quoted(shown.text)}"
            return Cell(cell.text, Held.NUMBER, Said(read, "a cell in the number format General"))
        is_other = isinstance(other, bool) or not isinstance(other, int | float)
        return _unless(is_other or float(shown.value) != other, cell)

    def _date(self, shown: Shown, other: Value) -> Cell:
        match = _DAY.fullmatch(shown.value)
        if match is None:
            return self._with_time(shown, other)
        try:
            day = date.fromisoformat(match[1])
        except ValueError:
            raise self.book.unsound() from None
        cell = Cell(str(day), Held.DATE)
        if not (self.book.styles.shows_day(shown.style) and _shows_day(shown.text, day)):
            read = f"{quoted(cell.text)}, which the cell shows as {quoted(shown.text)}"
            return Cell(cell.text, Held.DATE, Said(read, SHOWN_DATE))
        return _unless(other not in (day, datetime.combine(day, time())), cell)

    def _with_time(self, shown: Shown, other: Value) -> Cell:
        """A date with a time of day, and its day where both readers and the cell say that one."""
        read = f"{quoted(shown.value)}, a date cell with a time of day"
        day = _day_in(shown.value)
        is_whole = (
            day is not None
            and isinstance(other, datetime)
            and other.date() == day
            and self.book.styles.shows_day(shown.style, clock=True)
            and _shows_day(shown.text, day)
        )
        said = Said(read, WITHOUT_TIME)
        return Cell(shown.value, Held.TRAP, said, str(day) if is_whole else None)


def _day_in(value: str) -> date | None:
    match = _DAY_AND_TIME.fullmatch(value)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _unless(differs: bool, cell: Cell) -> Cell:
    return Cell(cell.text, Held.TRAP, Said(READ_TWICE, TYPED_AGAIN)) if differs else cell


def _trap(shown: Shown) -> Said | None:
    """What is refused whatever its value."""
    if shown.formula is not None:
        return Said(f"a formula, {quoted(shown.formula)}", FORMULAS)
    if shown.is_merged:
        return Said("merged with other cells", "one value a cell (unmerge them)")
    if shown.is_odd:
        return Said("a cell with something in it that is no text", TYPED_AGAIN)
    if shown.kind == "string" and shown.value != shown.text:
        return Said(
            f"{quoted(shown.value)}, which the cell shows as {quoted(shown.text)}", TYPED_AGAIN
        )
    return None


def _is_shown(text: str, value: str) -> bool:
    """Whether a number is shown whole, whatever the sign before its decimals."""
    match = _AS_SHOWN.fullmatch(text.strip())
    return match is not None and Decimal(f"{match[1]}.{match[2] or 0}") == Decimal(value)


def _shows_day(text: str, day: date) -> bool:
    """Whether the text that a cell shows has the numbers of the day and of the year."""
    numbers = [int(digits) for digits in _DIGITS.findall(text)]
    return day.day in numbers and not {day.year, day.year % 100}.isdisjoint(numbers)
