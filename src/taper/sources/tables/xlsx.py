"""An XLSX workbook to a grid. What a spreadsheet shows otherwise than it holds is refused by name.

Values come from calamine, and everything that it does not tell, such as formulas and what is
hidden, from `sheetxml`: a formula's cached result, a hidden row or a dose that is shown rounded
is never read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

from taper.errors import Refusal
from taper.sources.raw import THE_FILE
from taper.sources.tables.grid import MAX_COLUMNS, Cell, Grid, Held, Line, Said
from taper.sources.tables.sheetxml import Worksheet
from taper.sources.tables.workbook import Workbook
from taper.wording.identifying import identifies
from taper.wording.quoting import quoted

PARTICIPANTS, HELP = "participants", "help"
"""The sheets of the empty workbook: the first is read, the second is to be read by people."""

Value = str | int | float | bool | date | datetime | time | timedelta

_VALUES = "the value itself, without a formula (copy it, then paste special, values)"
_SHOWN = "shown rows; show it, or delete it"
_TEXT = "the value in a cell formatted as Text, typed again"
_MIDNIGHT = time()


@contextmanager
def opened(path: Path) -> Iterator[Grid]:
    """The grid of a workbook's one sheet of participants."""
    book = Workbook(path)
    sheet = _participants(book)
    rows = _values(book, sheet)
    first = next(rows, [])
    reader = _Cells(book, sheet)
    header = Line(1, reader.cells(0, first), reader.row(0))
    _refuse_header(book.name, header)
    lines = (_line(reader, i, row) for i, row in enumerate(rows, start=1))
    yield Grid(
        name=book.name,
        header=header,
        width=sheet.width,
        lines=(line for line in lines if line.cells and not line.is_comment),
        epoch_1904=book.epoch_1904,
        wrong_columns=_hidden_columns(sheet),
    )


def _line(reader: _Cells, i: int, row: list[Value]) -> Line:
    return Line(i + 1, reader.cells(i, row), reader.row(i))


def _refuse_header(name: str, header: Line) -> None:
    if header.wrong:
        raise Refusal.of(name, "the header", header.wrong[0].read, header.wrong[0].allowed)


def _hidden_columns(sheet: Worksheet) -> Mapping[int, Said]:
    """Hidden columns; who looks at the sheet does not know of them."""
    said = Said("hidden", "shown columns; show it, or delete it")
    return {i: said for i in range(sheet.width) if sheet.is_hidden_column(i)}


# The sheet ------------------------------------------------------------------------------------


def _participants(book: Workbook) -> Worksheet:
    """The one sheet that holds something, or the one of our own workbook beside its help."""
    filled = [sheet for sheet in book.sheets if sheet.filled]
    named = [sheet for sheet in filled if sheet.name.strip().lower() == PARTICIPANTS]
    others = [s for s in filled if s not in named and s.name.strip().lower() != HELP]
    if not (named or others):
        raise Refusal.of(book.name, THE_FILE, "empty", "a sheet with a header and participants")
    if len(named) + len(others) > 1:
        said = ", ".join(_sheet_name(book, sheet) for sheet in (*named, *others))
        raise Refusal.of(
            book.name,
            "the workbook",
            f"of several sheets ({said}), hidden ones among them or not",
            f"one sheet of participants, beside it none but {HELP}",
        )
    sheet = (*named, *others)[0]
    if sheet.hidden:
        raise Refusal.of(book.name, f"sheet {_sheet_name(book, sheet)}", "hidden", "a shown sheet")
    if sheet.width > MAX_COLUMNS:
        read = f"of {sheet.width} columns"
        raise Refusal.of(book.name, "the header", read, f"at most {MAX_COLUMNS}")
    return sheet


def _sheet_name(book: Workbook, sheet: Worksheet) -> str:
    return (
        f"number {book.sheets.index(sheet) + 1}" if identifies(sheet.name) else quoted(sheet.name)
    )


def _values(book: Workbook, sheet: Worksheet) -> Iterator[list[Value]]:
    """The rows from the first on, empty ones too."""
    try:
        read = CalamineWorkbook.from_filelike(io.BytesIO(book.repacked))
        rows = read.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a fault within calamine is no Exception
        raise book.unsound() from None
    return iter(rows)


# The cells ------------------------------------------------------------------------------------


class _Cells:
    """A sheet's values with what the sheet shows of them."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self.book, self.sheet = book, sheet

    def row(self, row: int) -> tuple[Said, ...]:
        """What is wrong with a whole row."""
        return (Said("hidden", _SHOWN),) if row in self.sheet.hidden_rows else ()

    def cells(self, row: int, values: list[Value]) -> dict[int, Cell]:
        """The filled cells of a row."""
        cells = {i: self._cell(row, i, value) for i, value in enumerate(values)}
        return {i: cell for i, cell in cells.items() if cell is not None}

    def _cell(self, row: int, column: int, value: Value) -> Cell | None:
        trap = self._trap(row, column)
        if trap is not None:
            return trap
        if isinstance(value, str):
            return Cell(value) if value.strip(" ") else None
        return self._shown_otherwise(row, column, value) or _plain(value)

    def _trap(self, row: int, column: int) -> Cell | None:
        """What is refused whatever its value: that of a formula may be years old."""
        formula = self.sheet.formula(row, column)
        if formula is not None:
            return _trapped(f"={formula}", Said(f"a formula, {quoted(f'={formula}')}", _VALUES))
        if (row, column) in self.sheet.errors:
            return _trapped("#error", Said("an error of the spreadsheet, such as #N/A", _VALUES))
        if (row, column) in self.sheet.merged:
            said = Said("merged with other cells", "one value a cell (unmerge them)")
            return _trapped("merged cells", said)
        return None

    def _shown_otherwise(self, row: int, column: int, value: Value) -> Cell | None:
        """A number of which the sheet shows less than it holds, or another one (50%)."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        code = self.book.number_format(self.sheet.styles.get((row, column)))
        text = number(value)
        if _shows(code, text):
            return None
        read = f"{quoted(text)}, which its number format {quoted(code)} shows otherwise"
        return Cell(text, Held.NUMBER, Said(read, "a cell in the number format General"))


def _trapped(text: str, said: Said) -> Cell:
    return Cell(text, Held.TRAP, said)


def _plain(value: Value) -> Cell:
    """A value that is no text, as a person would type it."""
    if isinstance(value, bool):
        read = f"{str(value).upper()}, a cell of true or false"
        return _trapped(str(value).upper(), Said(read, _TEXT))
    if isinstance(value, int | float):
        return Cell(number(value), Held.NUMBER)
    if isinstance(value, datetime) and value.time() == _MIDNIGHT:
        value = value.date()
    if type(value) is date:
        return Cell(value.isoformat(), Held.DATE)
    if isinstance(value, datetime):
        read = f"{quoted(str(value))}, a date cell with a time of day"
        return _trapped(str(value), Said(read, "a date without a time of day"))
    read = f"{quoted(str(value))}, a time cell, which a spreadsheet may have made of something else"
    return _trapped(str(value), Said(read, _TEXT))


def number(value: float) -> str:
    """A number as the spreadsheet's own input line shows it: 15 digits, no exponent.

    Behind them stands only what binary fractions leave: 0.1 + 0.2 is 0.3 to everybody.
    """
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_DECORATION = re.compile(r"\[(Black|Blue|Cyan|Green|Magenta|Red|White|Yellow)\]|_.", re.IGNORECASE)
_PLAIN_FORMAT = re.compile(r"(General|@|(?:#,#)?#*0?(?:\.([0#?]+))?)", re.IGNORECASE)


def _shows(code: str, text: str) -> bool:
    """Whether a number in that format looks like the number that it is."""
    shown = _PLAIN_FORMAT.fullmatch(_DECORATION.sub("", code.partition(";")[0]).strip())
    if shown is None or not shown[0]:
        return False
    if shown[0].lower() in {"general", "@"}:
        return True
    return len(text.partition(".")[2]) <= len(shown[2] or "")
