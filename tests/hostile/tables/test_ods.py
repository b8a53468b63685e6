"""OpenDocument spreadsheets: read as they are shown and as two readers read them, or refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hostile.tables import made_ods as made
from hostile.tables.good import told

from taper.sources import tables

Ods = Callable[..., list[str]]


@pytest.fixture
def ods(tmp_path) -> Ods:
    """What is said of a spreadsheet of these sheets."""

    def of(*sheets: str, parts: dict[str, bytes] | None = None) -> list[str]:
        return told(made.write(tmp_path / "site.ods", *sheets, parts=parts))

    return of


def cells(at: int, cell: str) -> str:
    """The usual sheet with another cell there."""
    return made.good([cell if i == at else usual for i, usual in enumerate(made.GOOD)])


def test_the_sheet_that_the_others_spoil_is_a_good_one(ods, tmp_path):
    assert ods(made.good()) == []
    (row,) = tables.read(tmp_path / "site.ods")
    assert row.said["dose_mg"] == "7.5"
    assert row.said["infusion_1"] == "2026-01-31"
    assert row.number == 2


@pytest.mark.parametrize(
    ("at", "cell", "read"),
    [
        (5, made.day("2026-01-31", "Jan-26", "month"), "which the cell shows as 'Jan-26'"),
        (5, made.day("2026-01-31", "31.01.26", "unknown"), "which the cell shows as '31.01.26'"),
        (5, made.day("2026-01-31", "01.26"), "which the cell shows as '01.26'"),
        (5, made.day("2026-01-31T10:00:00", "31.01.26"), "a date cell with a time of day"),
        (5, made.number("46053"), "a number cell"),
        (3, made.number("7.5", "8"), "'7.5', which the cell shows as '8'"),
        (3, made.number("7.5", "7.5 mg"), "'7.5', which the cell shows as '7.5 mg'"),
        (3, made.number("25", more='table:formula="of:=[.A1]"'), "a formula, 'of:=[.A1]'"),
        (6, made.text("5", 'table:number-columns-spanned="2"'), "merged with other cells"),
        (6, made.text("5", 'office:string-value="6"'), "'6', which the cell shows as '5'"),
        (6, made.text("5", within="<x xmlns='y'/>"), "something in it that is no text"),
        (0, made.number("1"), "in which an id loses the zeros that it begins with"),
    ],
)
def test_a_cell_that_shows_something_else_than_it_holds_is_refused(ods, at, cell, read):
    (sentence,) = ods(cells(at, cell))
    assert read in sentence


@pytest.mark.parametrize(
    ("sheets", "read"),
    [
        ((made.good(more='table:visibility="collapse"'),), "the row is hidden"),
        ((made.good(more='table:visibility="filter"'),), "the row is hidden"),
        ((made.sheet(made.row(made.text("x"))).replace("'Site'", "'x'"),), "the first row is"),
        ((made.good(), made.good().replace('"Site"', '"Two"')), "of several sheets"),
        ((made.sheet(made.row(made.text("x"), more='table:style-name="unseen"')),), "first row"),
        (
            (made.good().replace("Site", 'Site" table:style-name="unseen'),),
            "sheet 'Site' is hidden",
        ),
        (("<broken",), "no ODS spreadsheet that can be read"),
        (("",), "the file is empty"),
    ],
)
def test_what_nobody_sees_is_refused(ods, sheets, read):
    (sentence,) = ods(*sheets)
    assert read in sentence


def test_a_hidden_column_is_refused(ods):
    hidden = made.good().replace(
        "<table:table-column ", '<table:table-column table:visibility="collapse" '
    )
    assert "column A is hidden" in ods(hidden)[0]


@pytest.mark.parametrize("rows", ["1000000", "1048576", "99999999", "-1"])
def test_a_sheet_of_more_cells_than_any_table_has_is_refused(ods, rows):
    repeated = f'table:number-rows-repeated="{rows}"'
    header = made.row(*map(made.text, made.HEADER))
    (sentence,) = ods(made.sheet(header, made.row(*made.GOOD, more=repeated)))
    assert "too many cells" in sentence or "no ODS spreadsheet" in sentence
    far = made.sheet(header, f"<table:table-row {repeated}/>", made.row(*made.GOOD))
    (sentence,) = ods(far)
    assert "too many cells" in sentence or "no ODS spreadsheet" in sentence


@pytest.mark.parametrize(
    ("parts", "read"),
    [
        ({"META-INF/manifest.xml": b"<encryption-data/>"}, "one with a password"),
        ({"mimetype": b"text/plain"}, "no spreadsheet of OpenDocument"),
        ({"content.xml": b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"}, "no ODS spreadsheet"),
        ({"content.xml": b"\xff\xfe<a/>"}, "no ODS spreadsheet"),
        ({f"{n}": b"" for n in range(2001)}, "too many parts"),
    ],
)
def test_a_file_that_is_not_what_its_ending_says_is_refused(ods, parts, read):
    (sentence,) = ods(made.good(), parts=parts)
    assert read in sentence


def test_what_was_struck_out_or_commented_on_is_remarked(ods, tmp_path):
    """§8.2.19."""
    note = "<office:annotation><text:p>re-check</text:p></office:annotation>"
    assert ods(cells(6, made.text("555", 'table:style-name="struck"', note))) == []
    (row,) = tables.read(tmp_path / "site.ods")
    assert row.remarks == ("G2 is struck through", "G2 is marked with a comment")
    assert row.said["phone"] == "555"
