"""What a cell seems to be that is not what its column says, in words that help to put it right."""

from __future__ import annotations

import re

from taper.sources.tables.columns import CellKind, Column
from taper.sources.tables.grid import Cell, Held, Said, serial_date
from taper.wording.hints import seems
from taper.wording.no_values import is_missing
from taper.wording.quoting import shown

_SERIAL = re.compile(r"[2-9][0-9]{4}(\.[0-9]+)?", re.ASCII)
_COMMA = re.compile(r"[0-9]+,[0-9]+", re.ASCII)
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)
_POINTLESS = re.compile(r"[0-9]+\.0+", re.ASCII)
_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")
_OTHER_DATE = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}", re.ASCII)


def misplaced(known: Column, cell: Cell, epoch_1904: bool | None) -> Said | None:
    """Why a workbook's cell is not read in this column, although its value could be written so."""
    if cell.held is Held.NUMBER and not known.kind.takes_numbers:
        return Said(f"{shown(cell.text)}, {_of_number(known, cell, epoch_1904)}", _as_text(known))
    if cell.held is Held.DATE and not known.kind.is_date:
        made = "a date cell, which a spreadsheet may have made of something else"
        return Said(f"{shown(cell.text)}, {made}", _as_text(known))
    return cell.trap


def _of_number(known: Column, cell: Cell, epoch_1904: bool | None) -> str:
    if known.kind is CellKind.ID:
        return f"{Held.NUMBER}, in which an id loses the zeros that it begins with"
    if known.kind.is_date and is_serial(cell.text):
        day = serial_date(int(float(cell.text)), epoch_1904)
        return f"{Held.NUMBER}, which would be {day} if it were a date"
    return str(Held.NUMBER)


def _as_text(known: Column) -> str:
    """What to do with a cell of another kind."""
    if known.kind.is_date:
        return f"{known.allowed}, as a date cell or as text"
    if known.kind.takes_numbers:
        return f"{known.allowed}; format the cell as Text or General, and type it again"
    return f"{known.allowed}; format the cell as Text, and type it again"


def day_of(text: str) -> str:
    """The day of a date with a time of day; any other text as it is."""
    match = _WITH_TIME.fullmatch(text)
    return match[1] if match else text


def is_serial(text: str) -> bool:
    """Whether the text looks like a spreadsheet's number for a day of 1954 to 2173."""
    return _SERIAL.fullmatch(text) is not None


def hint(kind: CellKind, text: str) -> str:
    """What a text in a cell of this kind seems to be, as the end of a clause, or nothing."""
    if kind in {CellKind.NUMBER, CellKind.WHOLE} and _COMMA.fullmatch(text):
        return ", with a comma where a point is needed"
    if kind is CellKind.TABLETS and "," in text:
        return ", with a comma, which is neither a decimal point nor a semicolon here"
    if kind is CellKind.ID and _SCIENTIFIC.fullmatch(text):
        return ", which a spreadsheet seems to have made of a number"
    if kind.is_date and _SERIAL.fullmatch(text):
        return f", which a spreadsheet may mean for {serial_date(int(float(text)), None)}"
    if kind.is_date and _WITH_TIME.fullmatch(text):
        return ", with a time of day, which take: date in a mapping passes over"
    if kind.is_date and _OTHER_DATE.fullmatch(text):
        return ", which countries read differently"
    if kind is CellKind.WHOLE and _POINTLESS.fullmatch(text):
        return f", with a point in it where {text.partition('.')[0]} is meant"
    if is_missing(text) and kind is not CellKind.CHOICE:
        return ", which some programs write in an empty cell: empty it, or name it under missing"
    return seems(text)


def in_words(kind: CellKind, text: str) -> str:
    """The text as it is repeated in a message, with what it seems to be."""
    return f"{shown(text)}{hint(kind, text)}"
