"""What a workbook's cells hold otherwise than they show it, and which of its sheets is meant."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
import xlsxwriter
from hostile.tables.good import told, write_workbook

from taper.sources import tables
from taper.sources.tables.xlsx import number

# XLSX: traps --------------------------------------------------------------------------------------


@pytest.mark.parametrize("epoch", [{}, {"date_1904": True}])
def test_a_real_date_is_its_day_whatever_the_workbook_counts_from(tmp_path, epoch):
    path = tmp_path / "site.xlsx"
    write_workbook(path, lambda *_: None, **epoch)
    first, second = (tables.participant(row) for row in tables.read(path))
    assert first.infusion_date(1) == date(2026, 1, 31)
    assert second.infusion_date(1) == date(2026, 2, 28)
    assert str(second.steroid.dose_mg) == "15/2"


@pytest.mark.parametrize(
    ("epoch", "day"), [({}, "2026-01-31"), ({"date_1904": True}, "2030-02-01")]
)
def test_a_bare_number_is_no_date_and_the_message_says_which_it_would_be(xlsx, epoch, day):
    (sentence,) = xlsx(lambda _, sheet: sheet.write_number(1, 5, 46053), **epoch)
    assert sentence == (
        "A-01 (site.xlsx row 2): infusion_1 is '46053', a number cell, which would be "
        f"{day} if it were a date; allowed: a calendar date YYYY-MM-DD, or missed, as a date cell "
        "or as text."
    )


def test_a_date_that_is_text_is_read_as_text(xlsx):
    assert xlsx(lambda _, sheet: sheet.write_string(1, 5, "2026-01-31")) == []


@pytest.mark.parametrize("code", ["General", "0", "000"])
def test_an_id_that_is_a_number_has_lost_its_zeros(xlsx, code):
    def change(book, sheet):
        sheet.write_number(1, 0, 7, book.add_format({"num_format": code}))

    (sentence,) = xlsx(change)
    assert "participant is '7', a number cell, in which an id loses the zeros that it" in sentence
    assert sentence.endswith("; format the cell as Text, and type it again.")


def test_an_id_that_is_text_keeps_its_zeros(tmp_path):
    path = tmp_path / "site.xlsx"
    write_workbook(path, lambda _, sheet: sheet.write_string(1, 0, "007"))
    assert tables.participant(tables.read(path)[0]).participant == "007"


def test_a_telephone_number_is_no_number(xlsx):
    (sentence,) = xlsx(lambda _, sheet: sheet.write_number(1, 6, 8005550101))
    assert "phone is '8005550101', a number cell; allowed: " in sentence


@pytest.mark.parametrize(
    ("code", "value", "is_read"),
    [
        ("0.0", 7.5, True),
        ("0.00", 7.5, True),
        ("#,##0.0", 7.5, True),
        ("0.0##", 7.5, True),
        ("0.0_);[Red](0.0)", 7.5, True),
        ("@", 7.5, True),
        ("0", 25, True),
        ("0", 7.5, False),
        ("0.0", 7.25, False),
        ("0%", 0.5, False),
        ("00.0", 7.5, False),
        ('0.0" mg"', 7.5, False),
        ("# ?/?", 7.5, False),
        ("0.00E+00", 7.5, False),
        ('"25"', 7.5, False),
        (";;;", 7.5, False),
    ],
)
def test_a_dose_that_is_shown_otherwise_than_it_is_is_refused(xlsx, code, value, is_read):
    def change(book, sheet):
        sheet.write_number(1, 3, value, book.add_format({"num_format": code}))

    said = xlsx(change)
    assert (said == []) is is_read
    assert is_read or f"which its number format {code!r} shows otherwise; allowed: " in said[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (25.0, "25"),
        (7.5, "7.5"),
        (0.1 + 0.2, "0.3"),
        (7.499999999, "7.499999999"),
        (7.1, "7.1"),
        (1e15, "1000000000000000"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (-5.0, "-5"),
        (100.0, "100"),
    ],
)
def test_a_number_is_read_as_the_spreadsheet_itself_spells_it_out(value, text):
    assert number(value) == text


def test_a_dose_that_is_almost_another_is_not_rounded(xlsx):
    (sentence,) = xlsx(lambda _, sheet: sheet.write_number(1, 3, 7.499999999))
    assert "dose_mg is '7.499999999'; allowed: a plain decimal" in sentence


@pytest.mark.parametrize(
    ("write", "read"),
    [
        (("write_formula", "=20+5", None, 25), "a formula, '=20+5'"),
        (("write_formula", "=1/0", None, "#DIV/0!"), "a formula, '=1/0'"),
        (("write_array_formula", "=SUM(1)", None, 1), "a formula, '=SUM(1)'"),
        (("write_boolean", True), "TRUE, a cell of true or false"),
    ],
)
def test_what_only_looks_like_a_value_is_refused(xlsx, write, read):
    method, *arguments = write
    at = (1, 3, 1, 3) if method == "write_array_formula" else (1, 3)
    (sentence,) = xlsx(lambda _, sheet: getattr(sheet, method)(*at, *arguments))
    assert f"dose_mg is {read}; allowed: " in sentence


def test_what_a_formula_spills_into_other_cells_is_a_formula_too(xlsx):
    said = xlsx(lambda _, sheet: sheet.write_array_formula(1, 3, 2, 3, "={25;25}", None, 25))
    assert [s.partition(";")[0] for s in said] == [
        "A-01 (site.xlsx row 2): dose_mg is a formula, '={25",
        "A-02 (site.xlsx row 3): dose_mg is a formula, '='",
    ]


@pytest.mark.parametrize(
    ("value", "code", "read"),
    [
        (time(5, 2), "hh:mm", "'05:02:00', a time cell, which a spreadsheet may have made"),
        (date(2026, 2, 1), "d-mmm", "'2026-02-01', a date cell, which a spreadsheet may have made"),
    ],
)
def test_tablets_that_became_a_time_or_a_date_are_refused(xlsx, value, code, read):
    """Excel makes a time of 5:2 and a date of 1-2."""

    def change(book, sheet):
        sheet.write_datetime(1, 4, value, book.add_format({"num_format": code}))

    (sentence,) = xlsx(change)
    assert f"strengths is {read}" in sentence


def test_a_time_of_day_is_no_day(xlsx):
    def change(book, sheet):
        code = book.add_format({"num_format": "yyyy-mm-dd"})
        at_noon = datetime.combine(date(2026, 1, 31), time(12, 30))
        sheet.write_datetime(1, 5, at_noon, code)

    (sentence,) = xlsx(change)
    assert "infusion_1 is '2026-01-31 12:30:00', a date cell with a time of day; all" in sentence


@pytest.mark.parametrize("height", [None, 0, 1.5])
def test_a_hidden_row_is_never_read_and_never_passed_over(xlsx, height):
    """Whoever draws it together with the mouse leaves a line of it."""
    said = xlsx(lambda _, sheet: sheet.set_row(2, height, None, {"hidden": height is None}))
    assert said == [
        "A-02 (site.xlsx row 3): the row is hidden; allowed: shown rows; show it, or delete it."
    ]


def test_the_other_problems_of_a_hidden_row_are_told_too(xlsx):
    def change(_, sheet):
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.write(2, 3, -5)

    assert ["the row is" in s or "dose_mg is '-5'" in s for s in xlsx(change)] == [True, True]


def test_empty_hidden_rows_and_columns_hide_nothing(xlsx):
    def change(_, sheet):
        sheet.set_row(7, None, None, {"hidden": True})
        sheet.set_column(20, 16383, None, None, {"hidden": True})

    assert xlsx(change) == []


@pytest.mark.parametrize("width", [None, 0, 0.1])
def test_a_hidden_column_refuses_the_table(xlsx, width):
    options = {"hidden": True} if width is None else {}
    assert xlsx(lambda _, sheet: sheet.set_column(4, 4, width, None, options)) == [
        "site.xlsx: column E is hidden; allowed: shown columns; show it, or delete it."
    ]


def test_a_hidden_header_refuses_the_table(xlsx):
    (sentence,) = xlsx(lambda _, sheet: sheet.set_row(0, None, None, {"hidden": True}))
    assert sentence.startswith("site.xlsx: the header is hidden; allowed: ")


def test_merged_cells_are_refused_in_each_of_their_rows(xlsx):
    said = xlsx(lambda _, sheet: sheet.merge_range(1, 3, 2, 3, 25))
    merged = "dose_mg is merged with other cells; allowed: one value a cell (unmerge them)."
    assert said == [f"A-01 (site.xlsx row 2): {merged}", f"A-02 (site.xlsx row 3): {merged}"]


def test_a_header_is_plain_text(xlsx):
    def change(_, sheet):
        sheet.write_formula(0, 7, '="since"', None, "since")
        sheet.write_number(0, 8, 1)

    said = xlsx(change)
    assert said[0].startswith("site.xlsx: the header of H is a formula, '=\"since\"'; allowed: ")
    assert said[1] == "site.xlsx: the header of I is a number cell; allowed: a name as text."


def test_values_beside_the_header_refuse_the_table(xlsx):
    (sentence,) = xlsx(lambda _, sheet: sheet.write(1, 9, "see also"))
    assert sentence == "site.xlsx: column J is without a name, and holds values; allowed: a name."


# XLSX: sheets -------------------------------------------------------------------------------------


def test_empty_sheets_and_help_beside_the_participants_are_nothing_to_read(xlsx):
    def change(book, sheet):
        book.add_worksheet("Sheet2")
        book.add_worksheet("help").write(0, 0, "Read me")

    assert xlsx(change) == []


@pytest.mark.parametrize("is_hidden", [False, True])
def test_of_several_sheets_none_is_chosen(xlsx, is_hidden):
    def change(book, sheet):
        other = book.add_worksheet("More")
        other.write(0, 0, "participant")
        if is_hidden:
            other.hide()

    (sentence,) = xlsx(change)
    assert sentence.startswith("site.xlsx: the workbook is of several sheets ('Site', 'More'), ")


def test_a_sheet_that_would_name_an_arm_is_not_named(xlsx):
    """§5.5.2."""
    (sentence,) = xlsx(lambda book, _: book.add_worksheet("Placebo arm").write(0, 0, "x"))
    assert "of several sheets ('Site', number 2), " in sentence
    assert "lacebo" not in sentence


def test_a_hidden_sheet_is_not_read(xlsx):
    def change(book, sheet):
        book.add_worksheet("Shown").activate()
        sheet.very_hidden()

    assert xlsx(change) == ["site.xlsx: sheet 'Site' is hidden; allowed: a shown sheet."]


def test_a_workbook_without_a_value_is_refused(tmp_path):
    path = tmp_path / "site.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet()
    assert told(path)[0].startswith("site.xlsx: the file is empty; allowed: a sheet with ")
