"""What every workbook has in common: cells by their kind, and bytes that tell nothing of a machine.

A cell's kind is said and never guessed, so that an id such as 001 stays what it is and no text is
taken for a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from textwrap import wrap
from typing import Any, BinaryIO

EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook knows no zone
"""When every workbook says that it was made."""
_LITERAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LINE_HEIGHT = 15
_WRAPPED = {"text_wrap": True, "valign": "top"}
_APART = {**_WRAPPED, "align": "left", "indent": 1}
"""Away from the number in the cell before, with which a text would be read as one."""


def opened(out: BinaryIO, title: str, **options: bool) -> Any:
    """A workbook in which nothing tells when or by whom it was made."""
    import xlsxwriter  # who writes none needs none

    book = xlsxwriter.Workbook(out, {**_LITERAL, **options})
    book.set_properties({"created": EPOCH, "author": "", "title": title})
    return book


def formats_of(book: Any) -> Mapping[str, Any]:
    """How a cell of each kind looks."""
    return {
        "date": book.add_format({**_APART, "num_format": "yyyy-mm-dd"}),
        "number": book.add_format(_WRAPPED),
        "text": book.add_format(_APART),
        "title": book.add_format({**_APART, "bold": True, "bottom": 1}),
    }


def set_up(sheet: Any, heading: str, *, titles: int, wide: int = 1) -> None:
    """One page wide and lying, its titles on each page and on the screen always.

    `titles` is the row that they are in, from 0; `wide` how many columns stay beside the others.
    """
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, titles)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.set_header(f"&L{heading.replace('&', '&&')}&RPage &P of &N")
    sheet.freeze_panes(titles + 1, wide)


def height(cells: Iterable[tuple[str, float]]) -> int:
    """Points for a row of texts, each with how many characters wide its column is.

    Not every spreadsheet finds by itself how high a broken text is.
    """
    per_cell = (
        sum(len(wrap(part, int(width))) or 1 for part in text.split("\n")) for text, width in cells
    )
    return _LINE_HEIGHT * max(per_cell, default=1)


def put(
    sheet: Any,
    place: tuple[int, int],
    value: str | int | None,
    kind: str,
    formats: Mapping[str, Any],
) -> None:
    """A cell by its kind; doses are the decimal text that they are everywhere."""
    if value is None or value == "":
        return
    if kind == "date":
        sheet.write_datetime(*place, date.fromisoformat(str(value)), formats[kind])
    elif kind == "number":
        sheet.write_number(*place, Fraction(value), formats[kind])
    else:
        sheet.write_string(*place, str(value), formats[kind])
