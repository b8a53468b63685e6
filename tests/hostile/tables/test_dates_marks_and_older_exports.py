"""What a cell or an export says in part: a day with its time, a struck word, an older form."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hostile.tables import made_ods as made
from hostile.tables.good import SHEET, told

from taper.operations.site.asked import Asked
from taper.sources import tables

SAMPLES = Path(__file__).resolve().parents[3] / "sample_sites"
MAPPING = f"columns: {{{', '.join(f'{name}: {name}' for name in SHEET[0])}}}\n"
NEW = ("event_drug", "event_strengths", "event_protocol", "event_kg")


@pytest.fixture
def mapping(tmp_path) -> Path:
    path = tmp_path / "map.yaml"
    path.write_text(f"{MAPPING}take: date\n", encoding="utf-8")
    return path


# A day with its time ------------------------------------------------------------------------------


def workbook(path: Path, number_format: str, phone: str = "555-0101") -> Path:
    """A participant whose infusion has a time of day, and a phone with a struck run."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, struck = book.add_worksheet("Site"), book.add_format({"font_strikeout": True})
        for r, row in enumerate([SHEET[0], [*SHEET[1][:5], None, phone]]):
            sheet.write_row(r, 0, row)
        shown = book.add_format({"num_format": number_format})
        sheet.write_datetime(1, 5, datetime(2026, 1, 31, 14, 5), shown)  # noqa: DTZ001 - a cell's
        sheet.write_rich_string(1, 6, "555-0101 ", struck, "555-0102")
    return path


def test_the_day_is_taken_of_a_date_cell_with_a_time_of_day(mapping, tmp_path):
    """Of a workbook too: where the cell shows the whole day and two readers say the same."""
    path = workbook(tmp_path / "site.xlsx", "yyyy-mm-dd hh:mm")
    (without,) = told(path)
    assert "'2026-01-31 14:05:00', a date cell with a time of day" in without
    assert without.endswith("allowed: a date without a time of day, or take: date in a mapping.")
    (row,) = tables.read(path, mapping)
    assert row.said["infusion_1"] == "2026-01-31"
    assert row.remarks == ("G2 is struck through in part",)


def test_no_day_is_taken_of_a_cell_that_does_not_show_it(mapping, tmp_path):
    (sentence,) = told(workbook(tmp_path / "site.xlsx", "mm-yyyy hh:mm"), mapping)
    assert "a date cell with a time of day" in sentence


@pytest.mark.parametrize("style", ["moment", "day"])
def test_so_it_is_in_an_open_document(mapping, tmp_path, style: str):
    phone = made.text('555-0101 <text:span text:style-name="line">555-0102</text:span>')
    cells = [*made.GOOD[:5], made.day("2026-01-31T14:05:00", "31.01.26 14", style), phone]
    (row,) = tables.read(made.write(tmp_path / "site.ods", made.good(cells)), mapping)
    assert row.said["infusion_1"] == "2026-01-31"
    assert row.remarks == ("G2 is struck through in part",)
    cells[5] = made.day("2026-01-31T14:05:00", "01.26", "month")
    (sentence,) = told(made.write(tmp_path / "site.ods", made.good(cells)), mapping)
    assert "a date cell with a time of day" in sentence


# An export of an older project --------------------------------------------------------------------


def without(names: tuple[str, ...], tmp_path: Path) -> Path:
    """The sample export as it is without these fields."""
    text = (SAMPLES / "redcap-export.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    kept = [name for name in rows[0] if name not in names]
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_an_export_from_before_some_fields_is_read_and_that_is_said_once(tmp_path):
    path, remarks = without(NEW, tmp_path), []
    asked = Asked(source=path, out=tmp_path, outputs=(), today=date(2026, 11, 23))
    whole = tables.read(SAMPLES / "redcap-export.csv")
    assert [row.said for row in asked.read(remarks.append)] == [row.said for row in whole]
    assert remarks == [
        "export.csv: without 'event_drug', 'event_strengths', 'event_protocol', 'event_kg', "
        "'exposure_date', 'exposure_drug', 'exposure_dose_mg', 'exposure_route' and "
        "'exposure_reason', as before the project had these fields: nothing is read of them for "
        "anybody."
    ]


@pytest.mark.parametrize("names", [NEW[:1], (*NEW, "event_reason")])
def test_an_export_without_some_of_them_or_of_others_is_still_refused(tmp_path, names):
    (sentence,) = told(without(names, tmp_path))
    lacking = {"event_drug", "event_reason"} & {names[0], names[-1]}
    assert f"the header is without {sorted(lacking)[-1]!r}; allowed" in sentence


def test_what_a_project_got_later_is_a_field_of_the_mapping(tmp_path):
    path, how = without((), tmp_path), tmp_path / "map.yaml"
    how.write_text(f"{MAPPING}added: [[event_kg]]\n", encoding="utf-8")
    assert "which the mapping does not name" in told(path, how)[0]
