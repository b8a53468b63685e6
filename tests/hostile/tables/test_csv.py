"""Bad CSV files: what is no text, no table, or no row of one."""

from __future__ import annotations

import os

import pytest
from hostile.tables.good import GOOD, HEADER, told

SITE = f"{HEADER}\n{GOOD}\n"
IN_EXCEL = "allowed: a CSV file in UTF-8 (in Excel: save as “CSV UTF-8”)."


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


def test_a_file_of_a_gigabyte_is_refused_without_being_read(tmp_path, held):
    path = tmp_path / "site.csv"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    assert told(path) == [f"{path}: the file is larger than 256 MiB; allowed: at most 256 MiB."]
    assert held() < 1 << 20


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("missing.csv", "missing"),
        ("site.xls", "the old form of Excel"),
        ("site.xlsm", "a workbook with macros"),
        ("site.numbers", "an Apple Numbers spreadsheet"),
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
    read = "phone is 'a\\nb\\nc', with a line break in it; allowed: text without control"
    assert f"(site.csv row 3): {read}" in first
    assert "(site.csv row 4): dose_mg is 'x'" in second


def test_empty_rows_and_remarks_are_no_participants(csv):
    assert csv(f'{SITE}\n,,,,,\n# a remark\n"# another, with a comma",,,,,\n') == []


def test_a_row_is_not_put_aside_by_a_hash(csv):
    """Whoever wants a participant left out takes the row out."""
    (sentence, *_) = csv(f"{SITE}# {GOOD}\n")
    assert "participant is '# A-01'" in sentence


@pytest.mark.parametrize(
    "typed",
    ['=HYPERLINK("http://x","555")', "=1+1", "+1 555 0101", "@555", "-555 0101", "\u00a0555"],
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
        (
            "infusion_1",
            "2026-01-31 00:00",
            ", with a time of day, which take: date in a mapping passes over",
        ),
        (
            "infusion_1",
            "NA",
            ", which some programs write in an empty cell: empty it, or name it under missing",
        ),
        ("dose_mg", "25\u00a0", ", with a no-break space in it"),
        ("dose_mg", "2\u00ad5", ", with a soft hyphen in it"),
        ("infusion_1", "2026-\n01-31", ", with a line break in it"),
        ("participant", "1E+05", ", which a spreadsheet seems to have made of a number"),
    ],
)
def test_what_a_spreadsheet_made_of_a_value_is_named(csv, column, typed, hint):
    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: f'"{typed}"'}
    (sentence,) = csv(f"{HEADER}\n{','.join(row.values())}\n")
    assert f"{column} is {typed!a}{hint}; allowed: " in sentence
