"""Which sheet of a workbook holds the participants: the only one, or the one asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from taper.errors import Refusal
from taper.sources.raw import THE_FILE
from taper.sources.tables.grid import MAX_COLUMNS
from taper.wording.case import known
from taper.wording.identifying import identifies
from taper.wording.quoting import one_of, quoted

PARTICIPANTS, HELP = "participants", "help"
"""The sheets of the empty workbook: the first is read, the second is to be read by people."""


class Sheet(Protocol):
    """What of a sheet decides whether it is read; `filled` is the number of its cells."""

    name: str
    hidden: bool
    width: int
    filled: int


Some = TypeVar("Some", bound=Sheet)


def chosen(book: str, sheets: Sequence[Some], wanted: str | None) -> Some:
    """The sheet of that name, in any case, or the only one; raises `Refusal` for any other."""
    filled = [sheet for sheet in sheets if sheet.filled]
    sheet = _only(book, sheets, filled) if wanted is None else _named(book, sheets, filled, wanted)
    if sheet.hidden:
        raise Refusal.of(book, f"sheet {_called(sheets, sheet)}", "hidden", "a shown sheet")
    if sheet.width > MAX_COLUMNS:
        raise Refusal.of(book, "the header", f"of {sheet.width} columns", f"at most {MAX_COLUMNS}")
    return sheet


def _only(book: str, sheets: Sequence[Some], filled: list[Some]) -> Some:
    """The one sheet that holds something, or the one of our own workbook beside its help."""
    named = [sheet for sheet in filled if sheet.name.strip().lower() == PARTICIPANTS]
    others = [s for s in filled if s not in named and s.name.strip().lower() != HELP]
    if not (named or others):
        raise Refusal.of(book, THE_FILE, "empty", "a sheet with a header and participants")
    if len(named) + len(others) > 1:
        said = ", ".join(_called(sheets, sheet) for sheet in (*named, *others))
        raise Refusal.of(
            book,
            "the workbook",
            f"of several sheets ({said}), hidden ones among them or not",
            f"one sheet of participants, beside it none but {HELP}; or --sheet NAME",
        )
    return (*named, *others)[0]


def _named(book: str, sheets: Sequence[Some], filled: list[Some], wanted: str) -> Some:
    name = known(wanted, (sheet.name for sheet in filled))
    for sheet in filled:
        if sheet.name == name:
            return sheet
    said = one_of(_called(sheets, sheet) for sheet in filled)
    raise Refusal.of(book, "--sheet", quoted(wanted), f"a sheet that holds something: {said}")


def _called(sheets: Sequence[Some], sheet: Some) -> str:
    """A sheet by its name; by its number where that would name a person or an arm."""
    return f"number {sheets.index(sheet) + 1}" if identifies(sheet.name) else quoted(sheet.name)
