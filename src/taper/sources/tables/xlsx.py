"""An XLSX workbook to a grid. What a spreadsheet shows otherwise than it holds is refused by name.

Each value is read twice, by calamine and from the XML itself; where the two differ the cell is
refused. What a reader of values does not tell, such as formulas and what is hidden, is known from
`sheetxml`: a formula's cached result, a hidden row or a dose that is shown rounded is never read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

from taper.doses.dose import PRINTED_DECIMALS
from taper.errors import Refusal
from taper.sources.tables import sheets
from taper.sources.tables.cellvalues import Value, agree, day_of, is_escaped
from taper.sources.tables.formats import name_of, seen, shows_date, shows_number, shows_text
from taper.sources.tables.grid import IN_PART, Cell, Grid, Held, Line, Said, marked
from taper.sources.tables.workbook import Workbook
from taper.sources.tables.worksheet import Raw, Worksheet
from taper.wording.quoting import quoted

FORMULAS = "the value itself, without a formula (copy it, then paste special, values)"
SHOWN_ROWS = "shown rows; show it, or delete it"
SHOWN_DATE = "a date shown with its day, month and year, such as yyyy-mm-dd"
WITHOUT_TIME = "a date without a time of day, or take: date in a mapping"
TYPED_AGAIN = "the value in a cell formatted as Text, typed again"
READ_TWICE = "a cell that two readers of workbooks read differently"
_MIDNIGHT = time()


@contextmanager
def opened(path: Path, wanted: str | None = None) -> Iterator[Grid]:
    """The grid of a workbook's one sheet of participants, or of the one that is asked for."""
    book = Workbook(path)
    sheet = sheets.chosen(book.name, book.sheets, wanted)
    rows, reader = _values(book, sheet), _Cells(book, sheet)
    header = reader.line(0, rows)
    _refuse_header(book.name, header)
    lines = (reader.line(i, rows) for i in range(1, max(sheet.height, len(rows))))
    yield Grid(
        name=book.name,
        header=header,
        width=sheet.width,
        lines=(line for line in lines if line.cells and not line.is_comment),
        epoch_1904=book.epoch_1904,
        wrong_columns=_hidden_columns(sheet),
    )


def _refuse_header(name: str, header: Line) -> None:
    if header.wrong:
        raise Refusal.of(name, "the header", header.wrong[0].read, header.wrong[0].allowed)


def _hidden_columns(sheet: Worksheet) -> Mapping[int, Said]:
    """Hidden columns; who looks at the sheet does not know of them."""
    said = Said("hidden", "shown columns; show it, or delete it")
    return {i: said for i in range(sheet.width) if sheet.is_hidden_column(i)}


# The values -----------------------------------------------------------------------------------


def _values(book: Workbook, sheet: Worksheet) -> list[list[Value]]:
    """The rows from the first on, empty ones too, as calamine reads them."""
    try:
        read = CalamineWorkbook.from_filelike(io.BytesIO(book.repacked))
        return read.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a fault within calamine is no Exception
        raise book.unsound() from None


# The cells ------------------------------------------------------------------------------------


class _Cells:
    """A sheet's values as two readers read them, with what the sheet shows of them."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self.book, self.sheet = book, sheet
        self._known: dict[Raw, tuple[Value | None, str, Cell | None]] = {}

    def line(self, row: int, others: list[list[Value]]) -> Line:
        """A row; `others` are those that the other reader has found."""
        cells = self._cells(row, others[row] if row < len(others) else [])
        wrong = (Said("hidden", SHOWN_ROWS),) if row in self.sheet.hidden_rows else ()
        return Line(row + 1, cells, wrong, tuple(self._remarks(row)))

    def _remarks(self, row: int) -> Iterator[str]:
        """What somebody marked in a row, and no value says."""
        written = self.sheet.cells.get(row, {})
        struck = [i for i, raw in written.items() if raw.style in self.book.styles.struck]
        yield from marked(row, "struck through", struck, of=len(written))
        in_part = [
            i
            for i, raw in written.items()
            if (row, i) in self.sheet.struck or self.book.is_struck_in_part(raw)
        ]
        yield from marked(row, IN_PART, in_part, of=0)
        comments = sorted(i for at, i in self.sheet.comments if at == row)
        yield from marked(row, "marked with a comment", comments, of=0)

    def _cells(self, row: int, others: list[Value]) -> dict[int, Cell]:
        """The filled cells of a row."""
        written = self.sheet.cells.get(row, {})
        if any(other != "" and i not in written for i, other in enumerate(others)):
            raise self.book.unsound()
        read = {
            i: self._cell(row, i, raw, others[i] if i < len(others) else "")
            for i, raw in written.items()
        }
        return {i: cell for i, cell in read.items() if cell is not None}

    def _cell(self, row: int, column: int, raw: Raw, other: Value) -> Cell | None:
        trap = self._trap(row, column, raw)
        if trap is not None:
            return trap
        own, code, cell = self._read(raw)
        if isinstance(own, float) and isinstance(other, date | time | timedelta):
            day = day_of(own, epoch_1904=self.book.epoch_1904)
            return _of_the_clock(other, code, day)
        if not (agree(own, other) or is_escaped(own)):
            return _trapped(str(own), Said(READ_TWICE, TYPED_AGAIN))
        if cell is None or cell.trap is not None:
            return cell
        said = self._narrow(column, cell) or self._conditional(row, column, cell)
        return cell if said is None else replace(cell, trap=said)

    def _read(self, raw: Raw) -> tuple[Value | None, str, Cell | None]:
        """What the cell holds, its number format and what is made of it; once for all alike."""
        if raw not in self._known:
            own, code = self.book.held(raw)
            cell = None if own is None else _shown(_plain(own), code)
            self._known[raw] = own, code, cell
        return self._known[raw]

    def _trap(self, row: int, column: int, raw: Raw) -> Cell | None:
        """What is refused whatever its value: that of a formula may be years old."""
        sheet = self.sheet
        formula = sheet.formula(row, column)
        if formula is not None:
            return _trapped(f"={formula}", Said(f"a formula, {quoted(f'={formula}')}", FORMULAS))
        if raw.kind == "e":
            return _trapped("#error", Said("an error of the spreadsheet, such as #N/A", FORMULAS))
        if (row, column) in sheet.merged:
            said = Said("merged with other cells", "one value a cell (unmerge them)")
            return _trapped("merged cells", said)
        if (row, column) in sheet.elsewhere:
            return _trapped("linked data", Said("a picture or a value from elsewhere", FORMULAS))
        return None

    def _narrow(self, column: int, cell: Cell) -> Said | None:
        """A number that does not fit is shown rounded; one longer than a dose is refused anyhow."""
        decimals = len(cell.text.partition(".")[2]) if cell.held is Held.NUMBER else 0
        fits = len(cell.text) <= self.sheet.width_of(column)
        if 0 < decimals <= PRINTED_DECIMALS and not fits:
            read = f"{quoted(cell.text)}, of which its narrow column shows a part"
            return Said(read, "a column wide enough for the whole number")
        return None

    def _conditional(self, row: int, column: int, cell: Cell) -> Said | None:
        for condition in self.sheet.conditions_of(row, column):
            if condition.code is None or not _shows(condition.code, cell):
                read = f"{quoted(cell.text)}, which a conditional format may hide or show otherwise"
                return Said(read, "cells without a conditional number format")
        return None


def _shown(cell: Cell | None, code: str) -> Cell | None:
    """The cell, unless its format shows less of its value, or another one (50%)."""
    if cell is None or cell.trap is not None or _shows(code, cell):
        return cell
    read = f"{quoted(cell.text)}, which its number format {quoted(seen(code))} shows otherwise"
    return replace(cell, trap=Said(read, _instead(cell.held, code)))


_FORMAT = {
    Held.TEXT: "a cell in the number format Text",
    Held.NUMBER: "a cell in the number format General",
    Held.DATE: SHOWN_DATE,
}


def _instead(held: Held, code: str) -> str:
    """How it is to be shown; a format of the kind Date may lack the day or the year."""
    is_a_date = held is Held.DATE
    return _FORMAT[held] if is_a_date else f"{_FORMAT[held]}, and not in {name_of(code)}"


def _shows(code: str, cell: Cell) -> bool:
    """Whether a cell of that number format shows what it holds."""
    match cell.held:
        case Held.TEXT:
            return shows_text(code)
        case Held.DATE:
            return shows_date(code)
    return shows_number(code, cell.text)


def _trapped(text: str, said: Said) -> Cell:
    return Cell(text, Held.TRAP, said)


def _plain(value: Value) -> Cell | None:
    """A value as a person would type it; None for one of nothing but spaces."""
    if isinstance(value, str):
        if is_escaped(value):
            return _trapped(
                value, Said(f"{quoted(value)}, with a character by its number", TYPED_AGAIN)
            )
        return Cell(value) if value.strip(" ") else None
    if isinstance(value, bool):
        read = f"{str(value).upper()}, a cell of true or false"
        return _trapped(str(value).upper(), Said(read, TYPED_AGAIN))
    if isinstance(value, int | float):
        return Cell(number(value), Held.NUMBER)
    return Cell(str(value), Held.DATE)


def _of_the_clock(value: date | time | timedelta, code: str, day: date | None) -> Cell:
    """What one reader takes for a date or a time, and its format does not show as a whole day.

    `day` is that of the number by the cell's own XML.
    """
    if isinstance(value, datetime):
        if value.time() != _MIDNIGHT:
            read = f"{quoted(str(value))}, a date cell with a time of day"
            is_whole = day == value.date() and shows_date(code)
            trapped = _trapped(str(value), Said(read, WITHOUT_TIME))
            return replace(trapped, day=str(day)) if is_whole else trapped
        value = value.date()
    if isinstance(value, date):
        read = f"{quoted(str(value))}, which its number format {quoted(seen(code))} shows otherwise"
        said = (
            Said(READ_TWICE, TYPED_AGAIN)
            if shows_date(code)
            else Said(read, _instead(Held.DATE, code))
        )
        return Cell(str(value), Held.DATE, said)
    read = f"{quoted(str(value))}, a time cell, which a spreadsheet may have made of something else"
    return _trapped(str(value), Said(read, TYPED_AGAIN))


def number(value: float) -> str:
    """A number as the spreadsheet's own input line shows it: 15 digits, no exponent.

    Behind them stands only what binary fractions leave: 0.1 + 0.2 is 0.3 to everybody.
    """
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
