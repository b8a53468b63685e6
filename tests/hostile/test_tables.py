"""Bad tables: what spreadsheets do to data, and what a hostile file does to who opens it."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from taper.errors import Refusal
from taper.sources import tables
from taper.sources.tables import sheetxml
from taper.sources.tables.xlsx import number

HEADER = "participant,protocol,drug,dose_mg,infusion_1,phone"
GOOD = "A-01,iimpact,prednisone,25,2026-01-31,555-0101"
SITE = f"{HEADER}\n{GOOD}\n"
SHEET = [
    ["participant", "protocol", "drug", "dose_mg", "strengths", "infusion_1", "phone"],
    ["A-01", "iimpact", "prednisone", 25, "20; 5", date(2026, 1, 31), "555-0101"],
    ["A-02", "iimpact", "prednisone", 7.5, 5, date(2026, 2, 28), "555-0101"],
]
IN_EXCEL = "allowed: a CSV file in UTF-8 (in Excel: save as “CSV UTF-8”)."
NO_WORKBOOK = (
    "site.xlsx: the file is no XLSX workbook that can be read; allowed: an XLSX workbook as Excel "
    "or LibreOffice writes it, without a password."
)


def told(path: Path, mapping: Path | None = None) -> list[str]:
    """Every sentence about a table: those about the table itself, else those about its rows."""
    try:
        rows = tables.read(path, mapping)
    except Refusal as refusal:
        return str(refusal).splitlines()
    return [sentence for row in rows for sentence in of_row(row)]


def of_row(row: tables.ParticipantRow) -> list[str]:
    try:
        tables.participant(row)
    except Refusal as refusal:
        return str(refusal).splitlines()
    return []


@pytest.fixture
def csv(tmp_path) -> Callable[[str | bytes], list[str]]:
    """What is said of a CSV file."""

    def of(content: str | bytes) -> list[str]:
        path = tmp_path / "site.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return told(path)

    return of


Change = Callable[[Any, Any], None]


@pytest.fixture
def xlsx(tmp_path) -> Callable[..., list[str]]:
    """What is said of the usual workbook after a change of it."""

    def of(change: Change = lambda *_: None, **options: object) -> list[str]:
        path = tmp_path / "site.xlsx"
        write_workbook(path, change, **options)
        return told(path)

    return of


def write_workbook(path: Path, change: Change, **options: object) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, **options}) as book:
        sheet = book.add_worksheet("Site")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for r, row in enumerate(SHEET):
            for c, value in enumerate(row):
                sheet.write(r, c, value, *([day] if isinstance(value, date) else []))
        change(book, sheet)


def test_the_tables_that_the_others_spoil_are_good_ones(csv, xlsx):
    assert csv(SITE) == []
    assert xlsx() == []


# CSV: the file ------------------------------------------------------------------------------------


def test_a_byte_order_mark_is_what_excel_writes_and_is_passed_over(csv):
    assert csv(b"\xef\xbb\xbf" + SITE.encode()) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_comma_semicolon_and_tab_and_every_end_of_line_are_read(csv, delimiter, newline):
    assert csv(SITE.replace(",", delimiter).replace("\n", newline)) == []


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (SITE.encode("utf-16"), "in UTF-16 (“Unicode text” in Excel)"),
        (b"\xfe\xff" + SITE.encode("utf-16-be"), "in UTF-16 (“Unicode text” in Excel)"),
        (SITE.encode().replace(b"555", b"\xe4"), "not in UTF-8"),
        (SITE.encode() + b"\xff", "not in UTF-8"),
    ],
)
def test_another_encoding_is_refused_in_a_sentence(csv, raw, read):
    assert csv(raw) == [f"site.csv: the file is {read}; {IN_EXCEL}"]


@pytest.mark.parametrize("raw", [SITE.encode("utf-16-le"), SITE.encode() + b"A-02,\0\n"])
def test_a_nul_is_refused_in_a_sentence(csv, raw):
    (sentence,) = csv(raw)
    assert "is no text (it holds a NUL byte); " in sentence


def test_a_file_of_a_gigabyte_is_refused_without_being_read(tmp_path, monkeypatch):
    path = tmp_path / "site.csv"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    monkeypatch.setattr(tables.csv, "opened", lambda _: pytest.fail("it was opened"))
    assert told(path) == [f"{path}: the file is larger than 256 MiB; allowed: at most 256 MiB."]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("missing.csv", "missing"),
        ("site.xls", "the old form of Excel"),
        ("site.xlsm", "a workbook with macros"),
        ("site.ods", "an OpenDocument spreadsheet"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path, name, read):
    if name != "missing.csv":
        (tmp_path / name).write_bytes(b"x")
    (sentence,) = told(tmp_path / name)
    assert f": the file is {read}; allowed: " in sentence


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "site.csv")
    assert "no regular file" in told(tmp_path / "site.csv")[0]


def test_a_workbook_that_was_named_csv_is_refused(csv):
    assert csv(b"PK\x03\x04" + b"\0" * 100) == [
        "site.csv: the file is a workbook that was named .csv; allowed: the ending that it has: "
        ".xlsx."
    ]


@pytest.mark.parametrize(
    "content",
    [
        f'{SITE}"A-02,iimpact,prednisone,25,2026-01-31,1\n{GOOD}\n',
        f'{SITE}"A-02"x,iimpact,prednisone,25,2026-01-31,1\n',
        f"{SITE}A-02,iimpact,prednisone,25,2026-01-31,{'5' * 200_000}\n",
        '"',
    ],
)
def test_what_is_no_csv_is_refused_as_a_table(csv, content):
    (sentence,) = csv(content)
    assert sentence.startswith("site.csv: the file (line ")
    assert "is not a table, because of a " in sentence


def test_a_cell_that_is_too_long_is_not_blamed_on_its_quotation_marks(csv):
    (sentence,) = csv(f"{SITE}A-02,iimpact,prednisone,25,2026-01-31,{'5' * 200_000}\n")
    assert "because of a cell that is too long; allowed: cells of at most 131072 characters" in (
        sentence
    )


# CSV: the rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ["A-02,iimpact", f"{GOOD},more", f"{GOOD},", "A-02"])
def test_a_ragged_row_is_refused_for_what_is_missing_may_be_in_the_middle(csv, row):
    (sentence,) = csv(f"{SITE}{row}\n")
    assert " row 3" in sentence
    assert f": the row is of {row.count(',') + 1} cells, to column " in sentence
    assert "and the header has 6; allowed: as many cells as the header has; " in sentence


def test_strengths_that_fall_apart_at_their_semicolons_are_told_so(csv):
    (sentence,) = csv("participant;protocol;drug;strengths\nA-01;iimpact;prednisone;20; 5\n")
    assert "strengths such as 20; 5 need quotation marks where semicolons" in sentence


def test_rows_are_counted_as_a_spreadsheet_shows_them(csv):
    quoted = '"a\nb\nc"'
    (first, second) = csv(
        f"{HEADER}\n\nA-01,iimpact,prednisone,25,2026-01-31,{quoted}\n{GOOD.replace('25', 'x')}\n"
    )
    assert "(site.csv row 3): phone is 'a\\nb\\nc'; allowed: text without control" in first
    assert "(site.csv row 4): dose_mg is 'x'" in second


def test_empty_rows_and_remarks_are_no_participants(csv):
    assert csv(f'{SITE}\n,,,,,\n# a remark\n"# another, with a comma",,,,,\n') == []


def test_a_row_is_not_put_aside_by_a_hash(csv):
    """Whoever wants a participant left out takes the row out."""
    (sentence, *_) = csv(f"{SITE}# {GOOD}\n")
    assert "participant is '# A-01'" in sentence


@pytest.mark.parametrize(
    "typed", ['=HYPERLINK("http://x","y")', "=1+1", "+1 555 0101", "@x", "-5", "\u00a0x"]
)
def test_what_would_be_a_formula_elsewhere_is_text_here(csv, typed):
    doubled = typed.replace('"', '""')
    assert csv(f'{HEADER}\nA-01,iimpact,prednisone,25,2026-01-31,"{doubled}"\n') == []


@pytest.mark.parametrize(
    ("column", "typed", "hint"),
    [
        ("dose_mg", "1,5", ", with a comma where a point is needed"),
        ("dose_mg", "7.499999999", ""),
        ("dose_mg", "25mg", ""),
        (
            "infusion_1",
            "46053",
            ", which a spreadsheet may mean for 2026-01-31, or 2030-02-01 where dates count from "
            "1904",
        ),
        ("infusion_1", "1/31/2026", ", which countries read differently"),
        ("infusion_1", "31.01.26", ", which countries read differently"),
        ("infusion_1", "2026-01-31 00:00", ""),
        ("participant", "1E+05", ", which a spreadsheet seems to have made of a number"),
    ],
)
def test_what_a_spreadsheet_made_of_a_value_is_named(csv, column, typed, hint):
    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: f'"{typed}"'}
    (sentence,) = csv(f"{HEADER}\n{','.join(row.values())}\n")
    assert f"{column} is {typed!r}{hint}; allowed: " in sentence


# The header ---------------------------------------------------------------------------------------

LISTED = "the columns that taper template lists"
NOBODY = "no column that would name a person or an arm"


@pytest.mark.parametrize(
    ("header", "sentences"),
    [
        (
            f"{HEADER},Dose mg",
            [f"column 'Dose mg' is not known; allowed: {LISTED} (did you mean dose_mg?)."],
        ),
        (
            f"{HEADER},infusion_0",
            [f"column 'infusion_0' is not known; allowed: {LISTED} (did you mean infusion_6?)."],
        ),
        (f"{HEADER},zzz", [f"column 'zzz' is not known; allowed: {LISTED}."]),
        (
            f"{HEADER},drug",
            ["column 'drug' is there twice, in C and G; allowed: each column once."],
        ),
        (f"{HEADER},treatment_arm", [f"column 'treatment_arm' is present; allowed: {NOBODY}."]),
        (f"{HEADER},Patient Name", [f"column 'Patient Name' is present; allowed: {NOBODY}."]),
        (f"{HEADER},", ["column G is without a name, and holds values; allowed: a name."]),
        (
            HEADER.replace("protocol", "DOB").replace("dose_mg", "does_mg") + ",phone",
            [
                f"column 'DOB' is present; allowed: {NOBODY}.",
                "column 'phone' is there twice, in F and G; allowed: each column once.",
                f"column 'does_mg' is not known; allowed: {LISTED} (did you mean dose_mg?).",
                "column 'protocol' is missing; allowed: a table with protocol for each "
                "participant.",
            ],
        ),
    ],
)
def test_a_table_is_refused_by_its_header_with_everything_that_is_wrong_in_it(
    csv, header, sentences
):
    said = csv(f"{header}\n{GOOD},secret\n")
    assert [sentence.removeprefix("site.csv: ") for sentence in said] == sentences
    assert "secret" not in " ".join(said)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("Jane Doe,1950-03-04\n", "without a column that is known"),
        (GOOD, "without a column that is known"),
    ],
)
def test_values_in_the_place_of_a_header_are_not_repeated(csv, content, read):
    (sentence,) = csv(content)
    assert sentence == f"site.csv: the first row is {read}; allowed: a header: {LISTED}."


def test_a_table_without_a_participant_is_refused(csv):
    assert csv(f"{HEADER}\n# nobody yet,,,,,\n") == [
        "site.csv: the table is without a participant; allowed: a row for each."
    ]


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


@pytest.mark.parametrize("hidden", [{"hidden": True}, {"hidden": False}])
def test_a_hidden_row_is_never_read_and_never_passed_over(xlsx, hidden):
    said = xlsx(
        lambda _, sheet: sheet.set_row(2, 0 if not hidden["hidden"] else None, None, hidden)
    )
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


@pytest.mark.parametrize("width", [None, 0])
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


# XLSX: hostile files ------------------------------------------------------------------------------


def parts(change: Change = lambda *_: None) -> dict[str, bytes]:
    """The usual workbook, unpacked."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Site")
        for r, row in enumerate(SHEET[:1]):
            sheet.write_row(r, 0, row)
        sheet.write_row(1, 0, ["A-01", "iimpact", "prednisone", 25])
        change(book, sheet)
    with zipfile.ZipFile(packed) as unpacked:
        return {name: unpacked.read(name) for name in unpacked.namelist()}


@pytest.fixture
def packed(tmp_path) -> Callable[[dict[str, bytes]], list[str]]:
    """What is said of a workbook of these parts."""

    def of(contents: dict[str, bytes]) -> list[str]:
        path = tmp_path / "site.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in contents.items():
                made.writestr(name, content)
        return told(path)

    return of


SHEET_PART = "xl/worksheets/sheet1.xml"
TOO_MANY = "site.xlsx: the file is a workbook of too many cells; allowed: at most 1000000 cells, "


def test_the_workbook_that_the_others_spoil_is_a_good_one(packed):
    assert packed(parts()) == []


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path, monkeypatch):
    path = tmp_path / "site.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts().items():
            made.writestr(name, content)
        with made.open("xl/media/image1.png", "w") as big:
            for _ in range(65):
                big.write(bytes(1 << 20))
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    assert path.stat().st_size < 200_000
    assert told(path) == [
        "site.xlsx: the file is a workbook that unpacks to more than 64 MiB; allowed: one of at "
        "most 64 MiB."
    ]


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = tmp_path / "site.xlsx"
    contents = parts() | {"xl/sharedStrings.xml": bytes(1 << 20)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(name, content)
    size = (1 << 20).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))
    assert told(path) == [NO_WORKBOOK]


@pytest.mark.parametrize("doubled", [SHEET_PART, "xl/workbook.xml", "XL/Workbook.xml"])
def test_two_parts_with_one_name_are_refused(tmp_path, doubled):
    path = tmp_path / "site.xlsx"
    with zipfile.ZipFile(path, "w") as made, pytest.MonkeyPatch.context():
        for name, content in parts().items():
            made.writestr(name, content)
        made.NameToInfo.clear()  # zipfile would warn
        made.writestr(doubled, b"<x/>")
    assert "of two parts with one name" in told(path)[0]


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET_PART, "xl/styles.xml"]
)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"\0" * 100,
        b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>',
    ],
)
def test_a_part_that_is_no_plain_xml_is_refused(packed, part, content):
    assert packed(parts() | {part: content}) == [NO_WORKBOOK]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET_PART])
def test_a_part_that_is_missing_is_told(packed, part):
    contents = parts()
    del contents[part]
    assert packed(contents) == [NO_WORKBOOK]


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "ALM9000"])
def test_a_cell_far_away_is_refused_before_all_that_lies_before_it_is_made(packed, reference):
    contents = parts()
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row></sheetData>'.encode()
    contents[SHEET_PART] = contents[SHEET_PART].replace(b"</sheetData>", far)
    (sentence,) = packed(contents)
    assert sentence.startswith(TOO_MANY)


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="2"><c r="A3"><v>1</v></c></row>',
        b'<row r="9"><c r="B9"><v>1</v></c><c r="A9"><v>1</v></c></row>',
        b'<row r="9"><c r="A9"><v>1</v></c><c r="A9"><v>2</v></c></row>',
        b'<row r="9"><c><v>1</v></c></row>',
        b'<row r="9"><c r="AAAA9"><v>1</v></c></row>',
        b'<row r="9"><c r="A0"><v>1</v></c></row>',
        b'<row r="x"><c r="A9"><v>1</v></c></row>',
        b'<row r="9"><c r="A9" s="x"><v>1</v></c></row>',
        b'<row r="9"><c r="A9" t="n"><v>x</v></c></row>',
        b'<row r="9"><c r="A9" t="s"><v>99999</v></c></row>',
    ],
)
def test_cells_that_two_readers_might_see_differently_are_refused(packed, row):
    contents = parts()
    contents[SHEET_PART] = contents[SHEET_PART].replace(b"</sheetData>", row + b"</sheetData>")
    (sentence,) = packed(contents)
    assert sentence.startswith("site.xlsx: the file is no XLSX workbook that can be read; ")


def test_ranges_without_end_cost_nothing(packed):
    contents = parts()
    ranges = b'<mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells></worksheet>'
    contents[SHEET_PART] = contents[SHEET_PART].replace(b"</worksheet>", ranges)
    started = monotonic()
    assert packed(contents) == [NO_WORKBOOK]
    assert monotonic() - started < 5


def test_a_sheet_of_too_many_cells_is_refused(packed, monkeypatch):
    monkeypatch.setattr(sheetxml, "MOST_CELLS", 5)
    (sentence,) = packed(parts())
    assert "a workbook of too many cells" in sentence


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 512, b"x" * 99])
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path, raw):
    path = tmp_path / "site.xlsx"
    path.write_bytes(raw)
    (sentence,) = told(path)
    assert sentence.startswith("site.xlsx: the file is ")


def test_prefixed_names_are_the_same_names(packed):
    """Some programs write x:row for row; what is hidden must not pass by that."""
    contents = parts(lambda _, sheet: sheet.set_row(1, None, None, {"hidden": True}))
    text = contents[SHEET_PART].decode()
    for tag in ("sheetData", "row", "c", "v", "worksheet"):
        text = text.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
        text = text.replace(f"</{tag}>", f"</x:{tag}>")
    contents[SHEET_PART] = text.replace("xmlns=", "xmlns:x=").encode()
    assert any("hidden" in sentence for sentence in packed(contents))


# REDCap exports -----------------------------------------------------------------------------------

OURS = "participant,redcap_repeat_instrument,redcap_repeat_instance,protocol,drug,dose_mg"
REPEATED = "infusion_number,infusion_date,infusion_missed,event_type,event_date,event_reason"
EXPORT = f"""{OURS},{REPEATED}
A-01,,,iimpact,prednisone,25,,,,,,
A-01,infusion,1,,,,1,2026-01-31,0,,,
A-01,infusion,2,,,,2,2026-04-30,0,,,
A-01,event,1,,,,,,,hold,2026-06-01,late visit
"""
OWN = """columns:
  record_id: participant
  gc: drug
  mg: dose_mg
  given_on: {visit_1: infusion_1, visit_2: infusion_2}
constants: {protocol: iimpact}
"""
OWN_EXPORT = """record_id,redcap_event_name,gc,mg,given_on
7,screening_arm_1,prednisone,25,
7,visit_1_arm_1,,,2026-01-31
"""


def test_the_export_that_the_others_spoil_is_a_good_one(csv):
    assert csv(EXPORT) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "2026-04-30",
            "30-04-2026",
            "A-01 (site.csv row 4): infusion_date (infusion_2) is '30-04-2026', which countries "
            "read differently; allowed: a calendar date YYYY-MM-DD, or missed.",
        ),
        (
            "late visit",
            "",
            "A-01 (site.csv row 5): event_reason (event_1_reason) is empty; allowed: one line of "
            "at most 200 characters.",
        ),
        (
            "2,2026-04-30,0",
            "1,2026-04-30,0",
            "A-01 (site.csv row 4): infusion_date is '2026-04-30', and '2026-01-31' in row 3; "
            "allowed: one value a participant.",
        ),
        (
            "2,2026-04-30,0",
            "2,2026-04-30,1",
            "A-01 (site.csv row 4): infusion_missed is 'missed', and '2026-04-30'; allowed: one "
            "value a participant.",
        ),
        (
            "2,2026-04-30,0",
            ",2026-04-30,0",
            "A-01 (site.csv row 4): infusion_number is empty; allowed: the number of an infusion, "
            "from 1 to 99.",
        ),
        (
            "A-01,event,1",
            "A-01,visit,1",
            "A-01 (site.csv row 5): redcap_repeat_instrument is 'visit', which repeats; allowed: "
            "those of the mapping: infusion or event.",
        ),
    ],
)
def test_what_is_wrong_in_an_export_is_told_by_its_own_row_and_field(csv, old, new, sentence):
    assert old in EXPORT
    assert sentence in csv(EXPORT.replace(old, new))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            EXPORT.replace("redcap_repeat_instrument,redcap_repeat_instance,", "").replace(
                ",,,iimpact", ",iimpact"
            ),
            "column 'redcap_repeat_instrument' is missing; allowed: an export of a project in "
            "which the instruments for infusions and events repeat.",
        ),
        (
            EXPORT + ",infusion,3,,,,3,2026-07-31,0,,,\n",
            "the record id is empty in row 6; allowed: an id in each row.",
        ),
        (
            OWN_EXPORT,
            "the header is that of a REDCap export; allowed: --mapping FILE, which says what the "
            "fields of a project of your own mean.",
        ),
    ],
)
def test_an_export_that_is_not_as_it_should_be_is_refused_as_a_table(csv, content, sentence):
    assert f"site.csv: {sentence}" in csv(content)


@pytest.fixture
def own(tmp_path) -> Callable[..., list[str]]:
    """What is said of an export of somebody's own project with a mapping."""

    def of(export: str = OWN_EXPORT, mapping: str = OWN) -> list[str]:
        path, how = tmp_path / "export.csv", tmp_path / "map.yaml"
        path.write_text(export, encoding="utf-8")
        how.write_text(mapping, encoding="utf-8")
        return told(path, how)

    return of


def test_the_project_that_the_others_spoil_is_a_good_one(own):
    assert own() == []


def test_an_export_of_two_arms_is_refused_and_neither_is_named(own):
    """§5.5.1, §5.5.2."""
    said = own(
        OWN_EXPORT
        + "8,Screening (Arm 2: Verum),prednisone,25,\n8,Visit 1 (Arm 2: Verum),,,2026-01-31\n"
    )
    assert said == [
        "export.csv: the export is of 2 arms of the project; allowed: an export of one of them."
    ]


def test_events_may_be_exported_by_their_labels(own):
    labels = OWN_EXPORT.replace("screening_arm_1", "Screening").replace(
        "visit_1_arm_1", "Visit 1 (Arm 1: All)"
    )
    assert own(labels) == []


def test_an_event_of_any_length_costs_nothing(own):
    started = monotonic()
    said = own(OWN_EXPORT.replace("visit_1_arm_1", '"' + " " * 100_000 + '(arm 1: x"'))
    assert "given_on is given at event 'arm_1_x'" in said[0]
    assert monotonic() - started < 5


def test_a_value_at_an_event_without_a_place_is_told(own):
    (sentence,) = own(OWN_EXPORT.replace("visit_1_arm_1", "visit_3_arm_1"))
    assert sentence == (
        "7 (export.csv row 3): given_on is given at event 'visit_3'; allowed: at event visit_1 or "
        "visit_2."
    )


def test_one_field_with_two_values_is_told_with_both_rows(own):
    (sentence,) = own(OWN_EXPORT.replace("visit_1_arm_1,,", "visit_1_arm_1,,20"))
    assert "7 (export.csv row 3): mg is '20', and '25' in row 2; allowed: one value" in sentence


@pytest.mark.parametrize(
    ("field", "sentences"),
    [
        (
            "patient_name",
            [
                "export.csv: column 'patient_name' is present; allowed: no column that would name "
                "a person or an arm."
            ],
        ),
        (
            "weight",
            [
                "export.csv: column 'weight' is not known; allowed: the fields that the mapping "
                "names, or others: ignore in it."
            ],
        ),
        ("screening_complete", []),
    ],
)
def test_a_field_that_the_mapping_does_not_name_is_refused(own, field, sentences):
    header, rest = OWN_EXPORT.split("\n", 1)
    lines = [f"{line},x" for line in rest.splitlines()]
    assert own("\n".join([f"{header},{field}", *lines])) == sentences


def test_other_fields_are_passed_over_where_the_mapping_says_so_but_not_names(own):
    header, *lines = OWN_EXPORT.splitlines()
    export = "\n".join([f"{header},mood,mood", *(f"{line},secret,x" for line in lines)])
    assert own(export, OWN + "others: ignore\n") == []
    (sentence,) = own(export.replace("mood,mood", "mood,initials"), OWN + "others: ignore\n")
    assert "column 'initials' is present; allowed: " in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "mg: dose_mg",
            "mg: dose",
            "columns.mg (line 4) is 'dose'; allowed: ignore, or a column that taper template lists "
            "(did you mean dose_mg?).",
        ),
        (
            "record_id: participant",
            "record_id: ignore",
            "columns (line 1) is without a field for participant; allowed: one field for "
            "participant, such as record_id: participant.",
        ),
        (
            "gc: drug",
            "patient_name: drug",
            "columns.patient_name (line 3) is present; allowed: no field that would name a person "
            "or an arm.",
        ),
        ("constants:", "constant:", "constant (line 6) is an unknown key; allowed: columns, "),
        ("protocol: iimpact", "drug: prednisone", "constants.drug (line 6) is mapped to a field "),
        ("protocol: iimpact", "colour: red", "constants.colour (line 6) is not known; allowed: a "),
        ("protocol: iimpact", "participant: A", "constants.participant (line 6) is not known; "),
        ("protocol: iimpact", "protocol: []", "constants.protocol (line 6) is an empty list; "),
        ("gc: drug", "gc: {a: drug, b: []}", "columns.gc (line 3) is a group of keys; allowed: "),
    ],
)
def test_a_mapping_is_refused_by_line(own, old, new, sentence):
    assert old in OWN
    said = own(mapping=OWN.replace(old, new))
    assert any(s.startswith(f"map.yaml: {sentence}") for s in said), said


# Whatever it holds --------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_no_csv_ends_otherwise_than_in_sentences(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert all(sentence.isprintable() for sentence in told(path))


@given(st.lists(st.tuples(st.sampled_from(HEADER.split(",")), st.text(max_size=40)), max_size=6))
def test_no_cell_ends_otherwise_than_in_sentences(tmp_path_factory, cells):
    import csv as standard

    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | dict(cells)
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        standard.writer(file).writerows([row.keys(), row.values()])
    assert all(sentence.isprintable() for sentence in told(path))


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_no_damaged_workbook_ends_otherwise_than_in_sentences(tmp_path_factory, place, damage):
    whole = _whole_workbook()
    at = place * len(whole) // 2000
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(whole[:at] + damage + whole[at + len(damage) :])
    assert all(sentence.isprintable() for sentence in told(path))


def _whole_workbook() -> bytes:
    if not _WHOLE:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
            for name, content in parts().items():
                made.writestr(name, content)
        _WHOLE.append(out.getvalue())
    return _WHOLE[0]


_WHOLE: list[bytes] = []
