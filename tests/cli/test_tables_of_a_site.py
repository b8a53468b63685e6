"""`taper batch` of the tables that a site really has: exports, spreadsheets, and what they lack."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import xlsxwriter
from hostile.tables import made_ods
from hostile.tables.good import write_workbook

from taper.errors import ExitCode
from taper.folder import refusals as refused
from taper.sources import tables

HEADER = "participant,protocol,drug,dose_mg,strengths,infusion_1,infusion_2,phone"
EVENTS = "event_1_type,event_1_date,event_1_resolved"
ROW = 'A-01,iimpact,prednisone,25,"20; 5; 2.5; 1",2026-01-31,2026-04-30,555-0101'


@pytest.fixture
def batch(run, tmp_path):
    """`taper batch` of a file of this content, in the folder `out`."""

    def of(content: str, *more: object, name: str = "site.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        words = ("--out", "out", "--format", "json", "--workers", 1)
        return run("batch", name, *words, *more)

    return of


def listed(out: Path) -> list[dict[str, str]]:
    text = (out / refused.NAME).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# Headers and forms --------------------------------------------------------------------------------


def test_a_header_is_read_in_any_case_and_with_no_break_spaces_around(batch):
    """§5.1.12."""
    header = HEADER.upper().replace("DRUG", "\u00a0Drug ").replace("PHONE", '"Phone\n"')
    row = ROW.replace("iimpact", "IIMPACT").replace("prednisone", "Prednisone")
    assert batch(f"{header}\n{row}\n").exit_code == ExitCode.WRITTEN
    said = batch(f"{header}\n{row.replace(',25,', ',x,')}\n").stderr
    assert "DOSE_MG (dose_mg) is 'x'" in said


@pytest.mark.parametrize(
    ("above", "read"),
    [
        ("Riverside list,,,,,,,\n", "without a column that is known"),
        ("Riverside list\n", "without a column that is known"),
        (",,,,,,,\n", "empty"),
        ("sep=,\n", "a line for Excel that names the separator (sep=)"),
    ],
)
def test_what_stands_above_the_header_is_told_and_where_the_header_seems_to_be(batch, above, read):
    said = batch(f"{above}{HEADER}\n{ROW}\n").stderr
    assert said == (
        f"site.csv: the first row is {read}, and a header seems to stand in row 2; allowed: a "
        "header in the first row: delete what stands above it.\n"
    )


def test_an_unclosed_quotation_mark_names_the_line_where_it_opens(batch):
    rows = "\n".join(ROW.replace("A-01", f"A-{n:02}") for n in range(1, 9))
    said = batch(f'{HEADER}\n{ROW},\n"A-00,iimpact\n{rows}\n').stderr
    assert "the file (line 3) is not a table, because of a wrong quotation mark" in said
    more = batch(f'{HEADER}\nA-00,iimpact,"a\nb",25,"20; 5,2026-01-31\n{rows}\n').stderr
    assert "the file (line 3) is not a table" in more


def test_a_number_with_a_comma_that_makes_a_row_longer_is_named(batch):
    """§5.1.10."""
    said = batch(f"{HEADER}\n{ROW.replace(',25,', ',7,5,')}\n").stderr
    assert "a number has a point and no comma (7.5)" in said
    said = batch(f"{HEADER}\n{ROW.replace('2.5;', '2,5;')}\n").stderr
    assert "strengths is '20; 5; 2,5; 1', with a comma" in said


def test_tabs_separate_the_cells_of_a_tsv_file(batch, tmp_path):
    content = f"{HEADER}\n{ROW}\n".replace(",", "\t").replace('"', "")
    assert batch(content, name="site.tsv").exit_code == ExitCode.WRITTEN
    (row,) = tables.read(tmp_path / "site.tsv")
    assert row.said["strengths"] == "20; 5; 2.5; 1"


@pytest.mark.parametrize(
    ("column", "typed", "hint"),
    [
        ("event_1_days", "3.0", "with a point in it where 3 is meant"),
        ("infusion_1", "NA", "which some programs write in an empty cell"),
        ("dose_mg", "7,5", "with a comma where a point is needed"),
    ],
)
def test_what_other_programs_write_is_hinted_at(batch, column, typed, hint):
    header = f"{HEADER},event_1_type,event_1_date,event_1_days,event_1_dose_mg"
    cells = dict(
        zip(header.split(","), ["A-01", "iimpact", "prednisone", "25", "20; 5"], strict=False)
    )
    cells |= {
        "infusion_1": "2026-01-31",
        "event_1_type": "stress-dose",
        "event_1_date": "2026-07-20",
    }
    cells |= {"event_1_days": "3", "event_1_dose_mg": "20", column: f'"{typed}"'}
    row = ",".join(cells.get(name, "") for name in header.split(","))
    assert f"{column} is '{typed}', {hint}" in batch(f"{header}\n{row}\n").stderr


def test_a_column_more_does_not_make_an_export_of_a_table(batch):
    """`Reason` is a label of our own REDCap project, and anybody's word."""
    (said,) = batch(f"{HEADER},Reason\n{ROW},x\n").stderr.splitlines()
    assert said.startswith("site.csv: column 'Reason' is not known; allowed: the columns that ")


# Workbooks ----------------------------------------------------------------------------------------


def test_one_of_several_sheets_is_read_where_it_is_named(run, tmp_path):
    path = tmp_path / "site.xlsx"
    write_workbook(path, lambda book, _: book.add_worksheet("Notes").write(0, 0, "x"))
    words = ("batch", path, "--out", tmp_path / "out", "--format", "json", "--workers", 1)
    assert "or --sheet NAME" in run(*words).stderr
    assert len(tables.read(path, sheet="SITE")) == 2
    other = run(*words, "--sheet", "Other").stderr
    assert "--sheet is 'Other'; allowed: a sheet that holds something: 'Site' or 'Notes'" in other
    assert "a column that is known" in run(*words, "--sheet", "Notes").stderr
    folder = run("batch", tmp_path, "--out", tmp_path / "out", "--sheet", "Site")
    assert "--sheet is given with a folder; allowed: with a workbook." in folder.stderr


@pytest.mark.parametrize(
    "code",
    [
        '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
        '_-* #,##0.00\\ _€_-;-* #,##0.00\\ _€_-;_-* "-"??\\ _€_-;_-@_-',
        43,
    ],
)
def test_an_accounting_format_shows_the_whole_number(tmp_path, code):
    path = tmp_path / "site.xlsx"

    def change(book, sheet):
        sheet.write(1, 3, 25, book.add_format({"num_format": code}))

    write_workbook(path, change)
    assert tables.read(path)[0].said["dose_mg"] == "25"
    assert tables.read(path)[0].found == ()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (44, "Accounting"),
        (10, "Percentage"),
        (11, "Scientific"),
        (12, "Fraction"),
        ("0%", "Percentage"),
        ("0.00E+00", "Scientific"),
        ("# ?/?", "Fraction"),
        ("$#,##0.00", "Currency"),
        ('_($* #,##0.00_);_($* \\(#,##0.00\\);_($* "-"??_);_(@_)', "Accounting"),
        ("h:mm", "Time"),
        ("mmm-yy", "Date"),
        ('"about" 0', "Custom"),
    ],
)
def test_a_format_that_is_refused_is_called_as_excel_calls_it(tmp_path, code, name):
    path = tmp_path / "site.xlsx"

    def change(book, sheet):
        sheet.write(1, 3, 7.123, book.add_format({"num_format": code}))

    write_workbook(path, change)
    (problem,) = tables.read(path)[0].found
    if name not in {"Time", "Date"}:
        assert problem.allowed == f"a cell in the number format General, and not in {name}"
    assert "number format 'number" not in str(problem)


@pytest.mark.parametrize("code", ["mmm-yy", "yyyy", "d", "mmmm", "d-mmm", "dd/mm"])
def test_a_date_is_shown_with_day_month_and_year_or_refused(tmp_path, code):
    path = tmp_path / "site.xlsx"

    def change(book, sheet):
        sheet.write(1, 5, 46053, book.add_format({"num_format": code}))

    write_workbook(path, change)
    (problem,) = tables.read(path)[0].found
    assert problem.column == "infusion_1"
    assert "a date shown with its day, month and year" in problem.allowed


def marked_workbook(path: Path) -> Path:
    """A workbook with a row that is struck through, and one with a comment."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, struck = book.add_worksheet("Site"), book.add_format({"font_strikeout": True})
        sheet.write_row(0, 0, HEADER.split(","))
        for row in (1, 2):
            cells = [f"A-0{row}", "iimpact", "prednisone", 25, "20; 5; 2.5; 1"]
            cells += ["2026-01-31", "2026-04-30", "555-0101"]
            sheet.write_row(row, 0, cells, struck if row == 1 else None)
        sheet.write_comment("D3", "re-check with J. Doe")
    return path


def test_what_somebody_struck_out_or_commented_on_is_a_caution(run, tmp_path):
    """§8.2.19."""
    path = marked_workbook(tmp_path / "site.xlsx")
    result = run("batch", path, "--out", "out", "--format", "json", "--workers", 1)
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    first, second = ((tmp_path / "out" / f"A-0{n}.json").read_text("utf-8") for n in (1, 2))
    assert "In the table row 2 is struck through: the row is planned as it stands" in first
    assert "In the table D3 is marked with a comment" in second
    assert "re-check" not in second
    assert "Doe" not in second
    assert "marked-in-table" in first


# Events that vanish -------------------------------------------------------------------------------


def test_an_event_of_which_no_day_came_is_asked_for_once_and_stands_in_the_ledger(batch, run):
    """§5.4.5: the paper that is out stays, and the next run knows of it."""
    columns = "event_1_type,event_1_date,event_1_strengths"
    same = f"{HEADER},{columns}\n{ROW},tablets,2026-06-20,20; 5; 2.5; 1\n"
    assert batch(same).exit_code == ExitCode.WRITTEN
    without = f"{HEADER}\n{ROW}\n"
    assert "without the tablets of 2026-06-20" in batch(without).stderr
    accepted = batch(without, "--accept-past", "Dr Lee, another participant")
    assert accepted.exit_code == ExitCode.WRITTEN, accepted.stderr
    again = batch(without)
    assert again.exit_code == ExitCode.WRITTEN, again.stderr
    assert "recall" not in (accepted.stderr + again.stderr)
    history = run("history", "out", today=None).stdout
    assert "accepted by Dr Lee, another participant" in " ".join(history.split())
    assert run("audit", "out", today=None).exit_code == ExitCode.WRITTEN


def test_an_infusion_that_was_given_and_is_gone_is_told_first_and_asked(batch):
    """§5.4.5: without it the calendar would be provisional again."""
    assert batch(f"{HEADER}\n{ROW}\n").exit_code == ExitCode.WRITTEN
    without = ROW.replace("2026-04-30", "")
    said = batch(f"{HEADER}\n{without}\n").stderr
    assert "without infusion 2 of 2026-04-30, which revision 1 has" in said
    accepted = batch(f"{HEADER}\n{without}\n", "--accept-past", "Dr Lee, never given")
    assert accepted.exit_code == ExitCode.WRITTEN


def test_an_event_that_was_there_and_is_gone_is_told_first_and_asked(batch, tmp_path):
    """§5.4.5."""
    assert batch(f"{HEADER},{EVENTS}\n{ROW},flare,2026-06-01,\n").exit_code == ExitCode.WRITTEN
    before = (tmp_path / "out" / "A-01.json").read_bytes()
    gone = batch(f"{HEADER}\n{ROW}\n")
    assert gone.exit_code == ExitCode.REFUSED
    assert "without the flare of 2026-06-01, which revision 1 has; allowed: " in gone.stderr
    assert "--accept-past" in gone.stderr
    assert (tmp_path / "out" / "A-01.json").read_bytes() == before
    taken = batch(f"{HEADER}\n{ROW}\n", "--accept-past", "J. Doe, entered for another")
    assert taken.exit_code == ExitCode.WRITTEN
    ledger = (tmp_path / "out" / "ledger.jsonl").read_text("utf-8")
    assert "accepted by J. Doe, entered for another" in ledger


def test_the_end_of_an_event_does_not_vanish_either(batch):
    """§5.4.5."""
    batch(f"{HEADER},{EVENTS}\n{ROW},flare,2026-06-01,2026-06-05\n")
    said = batch(f"{HEADER},{EVENTS}\n{ROW},flare,2026-06-01,\n").stderr
    assert "without the end of the flare of 2026-06-01 on 2026-06-05" in said


def test_an_event_on_another_day_is_moved_and_not_gone(batch):
    """§5.4.5."""
    batch(f"{HEADER},{EVENTS}\n{ROW},flare,2026-06-01,\n")
    moved = batch(f"{HEADER},{EVENTS}\n{ROW},flare,2026-06-02,\n")
    assert moved.exit_code == ExitCode.WRITTEN, moved.stderr


@pytest.mark.parametrize("typed", ["yes", "no, no", "J. Doe", "J. Doe, -", ", because"])
def test_who_accepts_what_is_past_says_so_and_why(batch, typed):
    result = batch(f"{HEADER}\n{ROW}\n", "--accept-past", typed)
    assert result.exit_code == ExitCode.USAGE
    assert "who takes it and why, with a comma between" in result.stderr


# refused.csv and the summaries --------------------------------------------------------------------


def test_the_refused_are_those_of_the_last_run_with_its_day_and_source(batch, run, write, tmp_path):
    batch(f"{HEADER}\n{ROW}\n{ROW.replace('A-01', 'A-02').replace(',25,', ',x,')}\n")
    (line,) = listed(tmp_path / "out")
    assert (line["participant"], line["source"], line["date"]) == ("A-02", "site.csv", "2026-11-23")
    batch(f"{HEADER},zzz\n{ROW},\n", name="other.csv")
    (line,) = listed(tmp_path / "out")
    assert line["source"] == "other.csv"
    assert "column 'zzz' is not known" in line["problem"]
    write("IIM-001.yaml")
    run("batch", "patients", "--out", "out", "--format", "json", "--workers", 1)
    assert not (tmp_path / "out" / refused.NAME).exists()


def test_the_refused_of_a_folder_are_listed_too(run, write, tmp_path):
    write("IIM-001.yaml")
    (tmp_path / "patients" / "B.yaml").write_text("participant: B\nprotocol: x\n", "utf-8")
    words = ("--format", "json", "--workers", 1)
    run("batch", "patients", "--out", "out", *words)
    assert {(line["source"], line["date"]) for line in listed(tmp_path / "out")} == {
        ("patients", "2026-11-23")
    }
    assert "B.yaml" in listed(tmp_path / "out")[0]["problem"]


def test_every_csv_of_a_folder_is_read_by_a_spreadsheet_as_it_is_written(batch, tmp_path):
    batch(f"{HEADER},site\n{ROW},Clínica São José\n")
    for name in ("summary.csv", "tablets.csv", refused.NAME):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"\xef\xbb\xbf"), name


# Arms ---------------------------------------------------------------------------------------------


def test_an_id_or_a_reason_that_tells_of_an_arm_is_a_warning_without_its_words(batch, tmp_path):
    """§8.2.17."""
    header = f"{HEADER},event_1_type,event_1_date,event_1_reason"
    row = f"{ROW.replace('A-01', 'PLACEBO-01')},hold,2026-07-20,on placebo arm B"
    assert batch(f"{header}\n{row}\n").exit_code == ExitCode.WRITTEN
    plan = json.loads((tmp_path / "out" / "PLACEBO-01.json").read_text("utf-8"))
    found = [f["text"] for f in plan["findings"] if f["code"] == "arm-in-text"]
    assert len(found) == 2
    assert all("a word for an arm, a group or the masking" in text for text in found)
    assert not any("placebo" in text.lower() for text in found)


# OpenDocument -------------------------------------------------------------------------------------


def test_an_opendocument_spreadsheet_is_planned_as_any_other(run, tmp_path):
    cells = [*made_ods.GOOD[:3], made_ods.number("25"), made_ods.text("20; 5; 2.5; 1")]
    path = made_ods.write(tmp_path / "site.ods", made_ods.good([*cells, *made_ods.GOOD[5:]]))
    result = run("batch", path, "--out", "out", "--format", "json", "--workers", 1)
    assert result.exit_code == ExitCode.WRITTEN, result.stderr


# The template of a mapping ------------------------------------------------------------------------


def test_a_mapping_to_start_from_reads_an_export_of_our_project(run, tmp_path):
    mapping = run("template", "mapping", today=None)
    (tmp_path / "map.yaml").write_text(mapping.stdout, encoding="utf-8")
    samples = Path(__file__).resolve().parents[2] / "sample_sites"
    with_it = tables.read(samples / "redcap-export.csv", tmp_path / "map.yaml")
    assert [row.said for row in with_it] == [
        row.said for row in tables.read(samples / "redcap-export.csv")
    ]
    for key in ("constants", "missing", "decimal", "take", "exceptions", "others"):
        assert f"\n# {key}: " in mapping.stdout
