"""`taper template`: empty sheets, which taper reads again once they are filled in."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from taper.errors import ExitCode, Refusal
from taper.sources import blank, tables
from taper.sources.blank import BlankSheet


@pytest.fixture
def template(run):
    def of(*words: object):
        return run("template", *words, today=None)

    return of


@pytest.mark.parametrize("kind", list(BlankSheet))
def test_a_sheet_is_written_to_a_file_or_shown(template, tmp_path, kind):
    path = tmp_path / f"site{kind.suffix}"
    result = template(kind, "--out", path)
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stderr.startswith(f"Wrote {path}\n")
    assert path.read_bytes() == template(kind).stdout_bytes == blank.blank(kind)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_sheet_has_a_good_header_and_no_participant(template, tmp_path, kind):
    path = tmp_path / f"site.{kind}"
    template(kind, "--out", path)
    with pytest.raises(Refusal, match="the table is without a participant"):
        tables.read(path)


def test_the_csv_is_opened_by_excel_as_what_it_is():
    raw = blank.blank(BlankSheet.CSV)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert all(row[0].startswith("# ") and not any(row[1:]) for row in rows[1:])


def test_a_row_below_the_remarks_of_the_csv_is_a_participant(tmp_path):
    columns = [each.name for each in tables.shown_columns()]
    said = {"participant": "A-01", "protocol": "iimpact", "drug": "prednisone", "dose_mg": "25"}
    row = ",".join(said.get(name, "") for name in columns)
    path = tmp_path / "site.csv"
    path.write_bytes(blank.blank(BlankSheet.CSV) + f"{row}\r\n".encode())
    (only,) = tables.read(path)
    assert tables.participant(only).participant == "A-01"


XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def workbook() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(blank.blank(BlankSheet.XLSX))) as unpacked:
        return {name: unpacked.read(name) for name in unpacked.namelist()}


def test_the_workbook_is_the_same_file_every_time():
    assert blank.blank(BlankSheet.XLSX) == blank.blank(BlankSheet.XLSX)


def test_the_workbook_checks_each_column_and_says_what_it_is_for():
    sheet = workbook()["xl/worksheets/sheet1.xml"].decode()
    assert sheet.count("<dataValidation ") == len(tables.shown_columns())
    assert sheet.count("promptTitle=") == len(tables.shown_columns())
    for choice in ("prednisone,prednisolone,", "flare,hold,stress-dose,set-dose,withdraw"):
        assert choice in sheet


def test_ids_and_tablets_are_text_in_the_workbook_and_days_are_dates():
    """So that Excel keeps the zeros of an id and makes no time of 5:2."""
    styles = ElementTree.fromstring(workbook()["xl/styles.xml"])
    sheet = ElementTree.fromstring(workbook()["xl/worksheets/sheet1.xml"])
    codes = {"0": "General"}
    codes |= {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{XML}numFmt")}
    by_style = [codes[each.get("numFmtId")] for each in styles.find(f"{XML}cellXfs")]
    found = [
        by_style[int(each.get("style", "0"))]
        for each in sheet.iter(f"{XML}col")
        for _ in range(int(each.get("min")), int(each.get("max")) + 1)
    ]
    shown = {c.name: code for c, code in zip(tables.shown_columns(), found, strict=True)}
    assert {shown[name] for name in ("participant", "strengths", "phone", "site")} == {"@"}
    assert {shown[name] for name in ("since", "infusion_1", "event_2_date")} == {"yyyy-mm-dd"}
    assert {shown[name] for name in ("dose_mg", "event_1_days")} == {"General"}


def test_the_help_has_every_column():
    raw = blank.blank(BlankSheet.XLSX)
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    assert book.sheet_names == ["participants", "help"]
    rows = book.get_sheet_by_name("help").to_python()
    named = {str(row[0]).removesuffix(" (required)") for row in rows}
    assert {each.name for each in tables.shown_columns()} <= named


def test_no_cell_of_the_workbook_is_a_formula():
    for name, content in workbook().items():
        if name.startswith("xl/worksheets/"):
            assert b"<f>" not in content


def test_the_limits_of_the_checks_are_days_that_a_spreadsheet_knows():
    sheet = workbook()["xl/worksheets/sheet1.xml"].decode()
    last = (date(2199, 12, 31) - date(1899, 12, 30)).days
    assert f"<formula2>{last}</formula2>" in sheet


# What is refused ----------------------------------------------------------------------------------


def test_a_file_that_is_there_is_never_replaced(template, tmp_path):
    path = tmp_path / "site.csv"
    path.write_text("filled in")
    result = template("csv", "--out", path)
    assert result.exit_code == ExitCode.REFUSED
    assert "a file of that name is in the way" in result.stderr
    assert path.read_text() == "filled in"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("xls",),
            "The kind of sheet is 'xls'; allowed: csv, xlsx, redcap, redcap-plan or mapping (did "
            "you mean xlsx?).",
        ),
        (
            ("xlsx", "--out", "a.csv"),
            "--out is 'a.csv'; allowed: a file that ends in .xlsx.",
        ),
        (
            ("redcap", "--out", "a.xlsx"),
            "--out is 'a.xlsx'; allowed: a file that ends in .csv.",
        ),
    ],
)
def test_a_wrong_command_line_is_one_sentence(template, tmp_path, words, said):
    result = template(*words)
    assert (result.exit_code, result.stderr) == (ExitCode.USAGE, f"{said}\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_a_workbook_is_not_put_on_a_screen(at_terminal):
    code, shown = at_terminal("template", "xlsx")
    assert code == ExitCode.USAGE
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == (
        "--out is missing; allowed: --out FILE.xlsx for a workbook.\n"
    )
