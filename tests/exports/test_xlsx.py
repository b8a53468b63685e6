"""`--format xlsx`: a workbook read by readers that did not write it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from exports.golden_plans import golden_plans
from python_calamine import CalamineWorkbook

from taper.doses import dose
from taper.exports.xlsx import workbook_of

Rows = list[list[Any]]
ID = "f860438b0000"
TITLES = 2


def by_openpyxl(data: bytes, sheet: str) -> Rows:
    rows = openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows(values_only=True)
    return [[cell.date() if hasattr(cell, "date") else cell for cell in row] for row in rows]


def by_calamine(data: bytes, sheet: str) -> Rows:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python()
    return [[None if cell == "" else cell for cell in row] for row in rows]


READERS = [by_openpyxl, by_calamine]


def day_of(cell: Any) -> date:
    return cell if isinstance(cell, date) else date.fromisoformat(str(cell))


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_finds_every_day_and_step_of_the_plan(reader: Callable[[bytes, str], Rows]):
    """§12.1.1."""
    for plan in golden_plans()[::12]:
        data = workbook_of(plan, ID, plan.first_day)
        titles, *days = reader(data, "Days")[TITLES:]
        found = [dict(zip(titles, row, strict=True)) for row in days]
        assert [
            (day_of(r["date"]), r["drug"], Fraction(str(r["dose mg"])), int(r["step"]))
            for r in found
        ] == [
            (d.date, d.step.drug, Fraction(dose.text(d.dose_mg)), d.step.number)
            for d in plan.days()
        ]
        titles, *steps = reader(data, "Steps")[TITLES:]
        found = [dict(zip(titles, row, strict=True)) for row in steps]
        assert [(day_of(r["from"]), day_of(r["to"]), int(r["days"])) for r in found] == [
            (s.start, s.end, s.days) for s in plan.steps
        ]
        cycles = "dose mg of each day in turn"
        assert [str(r[cycles] or r["dose mg"]).removesuffix(".0").split("\n") for r in found] == [
            list(map(dose.text, s.daily_mg)) for s in plan.steps
        ]


def test_dates_and_doses_are_dates_and_numbers_and_the_titles_stay_on_screen_and_page():
    plan = golden_plans()[0]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(plan, ID, plan.first_day)))
    days = book["Days"]
    kinds = [cell.data_type for cell in days[TITLES + 2]]
    assert [kinds[0], kinds[4], kinds[7], kinds[8]] == ["d", "n", "n", "n"]
    for row in days.iter_rows(min_row=TITLES + 1):
        assert all(cell.alignment.indent for cell in row if cell.data_type == "s" and cell.row > 3)
    assert days.row_dimensions[TITLES + 1].height >= 30  # a title of two lines
    for sheet in book:
        assert sheet.freeze_panes == "B4"
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    (chart,) = book["Chart"]._charts
    last = TITLES + 1 + sum(1 for _ in plan.days())
    assert chart.ser[0].val.numRef.f == f"Days!$H$4:$H${last}"


def test_no_text_is_a_formula_and_a_draft_says_so_on_every_sheet_and_page():
    """§12.1.3, §12.1.4."""
    plan = golden_plans()[0]
    label = plan.protocol._replace(id="=cmd|' /C calc'!A0", status="draft")
    data = workbook_of(replace(plan, protocol=label), ID, plan.first_day)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert "=cmd|" in str([cell.value for cell in book["Plan"]["B"]])
    for sheet in book:
        assert "f" not in {cell.data_type for row in sheet for cell in row}
        assert "NOT FOR PATIENT USE" in sheet["A2"].value
        assert "NOT FOR PATIENT USE" in sheet.oddHeader.left.text
    assert data == workbook_of(replace(plan, protocol=label), ID, plan.first_day)
