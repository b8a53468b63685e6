"""What a cell holds by its own XML, which the other reader of values must hold too.

Two programs read one cell differently where it is written in a way that few think of: a comment
within a number, a type that does not fit. Such a cell is refused; nobody here decides who is right.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from math import isinf

from taper.sources.tables.formats import shows_date
from taper.sources.tables.worksheet import Raw
from taper.sources.tables.xmlparts import Broken

Value = str | int | float | bool | date | datetime | time | timedelta

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_INDEX = re.compile(r"[0-9]{1,7}", re.ASCII)
_ISO_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T00:00:00(\.0+)?Z?)?", re.ASCII)
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
_AROUND = " \t\r\n"
_DAY_0_OF_1900, _DAY_0_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)
_FIRST_DAY_OF_1900 = 61
"""1 March 1900: before it programs disagree, as one of them counts a 29 February of that year."""


def held(raw: Raw, texts: list[str], *, epoch_1904: bool, code: str) -> Value | None:
    """The value as it is written: None for an empty one; raises `Broken` for what is none.

    `texts` are those that cells share, `code` is the number format, by which a number is a date.
    """
    match raw.kind:
        case "s":
            return _shared(raw.text, texts) or None
        case "str" | "inlineStr":
            return raw.text or None
        case "b":
            return {"1": True, "0": False}.get(raw.text)
        case "d":
            return _iso_date(raw.text)
    if raw.text == "":
        return None
    number = _number(raw.text)
    return _date(number, epoch_1904=epoch_1904) if shows_date(code) else number


def _shared(text: str, texts: list[str]) -> str:
    if not _INDEX.fullmatch(text) or int(text) >= len(texts):
        raise Broken
    return texts[int(text)]


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or isinf(float(text)):
        raise Broken
    return float(text)


def _iso_date(text: str) -> date:
    match = _ISO_DATE.fullmatch(text)
    if match is None:
        raise Broken
    return date.fromisoformat(match[1])


def day_of(serial: float, *, epoch_1904: bool) -> date | None:
    """The day of a number that counts days and their parts; None where it counts to none."""
    day = _date(float(int(serial)), epoch_1904=epoch_1904)
    return day if isinstance(day, date) else None


def _date(serial: float, *, epoch_1904: bool) -> date | float:
    """The day that a number counts to; a number that counts to none stays one."""
    first = 0 if epoch_1904 else _FIRST_DAY_OF_1900
    if serial != int(serial) or serial < first:
        return serial
    return (_DAY_0_OF_1904 if epoch_1904 else _DAY_0_OF_1900) + timedelta(days=int(serial))


def is_escaped(value: Value | None) -> bool:
    """Whether a text holds a character by its number (_x000D_), which not every reader reads so."""
    return isinstance(value, str) and _ESCAPE.search(value) is not None


def agree(own: Value | None, other: Value) -> bool:
    """Whether another reader has read the same; spaces around a text aside, which go anyhow."""
    if own is None:
        return other == ""
    if isinstance(own, str):
        return isinstance(other, str) and own.strip(_AROUND) == other.strip(_AROUND)
    if isinstance(own, bool) or isinstance(other, bool):
        return own is other
    if isinstance(own, date):
        return other in (own, datetime.combine(own, time()))
    return isinstance(other, int | float) and own == other
