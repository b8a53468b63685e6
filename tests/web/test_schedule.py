"""Somebody else's steps that are pasted: looked at as `taper check-schedule` does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner
from web.asking import CARRIED, Answer, Page, sample

from taper.cli import app
from taper.operations.checking.schedule import CALENDAR
from taper.sources.languages import codes_of_page

STEPS = "Prednisone\r\n20 mg 7 days\r\n15 mg 7 days\r\n10 mg 2 weeks\r\ntotal 30 days\r\n"
ASKED = {"steps": STEPS, "start": "2026-06-01", "strengths": "20,5"}


def checked(page: Page, **fields: str) -> Answer:
    return page.post("/schedule", {**ASKED, **fields})


def told(steps: str, *more: str) -> Any:
    asked = ["check-schedule", "-", *more, "--format", "json"]
    return json.loads(CliRunner().invoke(app, asked, input=steps).stdout)


def test_what_is_pasted_has_tablets_sums_and_contradictions_under_its_banner(page: Page):
    """§12.4.3."""
    shown = checked(page)
    assert shown.status == 200
    for said in (
        "NOT COMPUTED FROM A PROTOCOL, NOT FOR PATIENT USE What contradicts Warning",
        "Line 5 says 30 days in all, and the steps come to 28.",
        "the steroid must not be stopped suddenly",
        "Days with a dose 28 prednisone 385 mg",
        "prednisone 20 mg 7 prednisone 5 mg 49",
        "from Monday, June 8, 2026 until Sunday, June 14, 2026 7 15 mg",
    ):
        assert said in shown.text.replace("\xa0", " ")


def test_the_answer_for_programs_is_that_of_the_command_line(page: Page):
    asked = ("--start", "2026-06-01", "--strengths", "20,5", "--today", "2026-05-20")
    saved = page.post("/schedule/json", {**ASKED, "today": "2026-05-20"})
    assert saved.json == told(STEPS, *asked)
    assert "checked-schedule.json" in saved.response.headers["Content-Disposition"]


def test_what_is_printed_is_what_was_looked_at(page: Page):
    """The buttons carry it along, whatever is typed meanwhile."""
    assert set(checked(page).carried()) == {
        "steps",
        "drug",
        "start",
        "strengths",
        "market",
        "today",
    }
    printed = page.post("/schedule/calendar/show", {**ASKED, "steps": "prednisone 20 mg 2 days"})
    assert printed.data.startswith(b"%PDF-")
    assert printed.response.headers["Content-Disposition"] == f'inline; filename="{CALENDAR}"'


def test_steps_without_dates_say_from_when_they_are_counted(page: Page):
    shown = checked(page, start="", today="2026-05-20")
    assert "they are counted from Wednesday, May 20, 2026 on, as if they began then" in shown.text
    assert "they are counted from" not in checked(page).text


def test_days_that_nobody_could_follow_are_listed_with_why_there_is_no_calendar(page: Page):
    gap = "prednisone days 1-7 20 mg\ndays 9-14 10 mg"
    shown = checked(page, steps=gap, start="")
    assert "There are no tablets and no calendar of it: nothing is said of some days." in shown.text
    assert "day 9 day 14 6 prednisone 10 mg" in shown.text
    refused = page.post("/schedule/calendar/save", {"steps": gap})
    assert refused.status == 422
    assert "the calendar is none, as nothing is said of some days" in refused.beside("steps")


def test_a_table_of_a_plan_is_read_again_with_nothing_that_contradicts(page: Page):
    table = page.file("steps.csv").data.decode()
    shown = checked(page, steps=table, start="", strengths="")
    assert "Nothing in it contradicts." in shown.text


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"steps": ""}, "steps", "the text is missing; allowed: steps"),
        ({"steps": "prednisone 20 mg twice daily"}, "steps", "allowed: the dose of the whole day"),
        ({"steps": "20 mg 7 days"}, "steps", "allowed: "),
        ({"drug": "aspirin"}, "drug", "'aspirin'"),
        ({"start": "1.6.2026"}, "start", "'1.6.2026'; allowed: a calendar date"),
        ({"today": "x"}, "today", "'x'; allowed: a calendar date"),
        ({"strengths": "x"}, "strengths", "'x'; allowed: "),
        ({"market": "XX"}, "market", "'XX'"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(page: Page, fields, field: str, said: str):
    shown = checked(page, **fields)
    assert shown.status == 422
    assert said in shown.beside(field)


def test_what_is_pasted_is_shown_literally_and_stays(page: Page):
    shown = checked(page, steps="<script>alert(1)</script>")
    assert "<script>alert" not in shown.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in shown.html


@pytest.mark.parametrize("code", codes_of_page())
def test_the_pages_of_this_file_can_be_shown_in_every_language(page: Page, code: str):
    """A text without a translation fails."""
    other = {**CARRIED, "drug": "methylprednisolone", "dose_mg": "16", "strengths": "4"}
    for answer in (
        page.post(f"/schedule?lang={code}", ASKED),
        page.post(f"/schedule?lang={code}", {"steps": STEPS, "strengths": "7"}),
        page.press(path=f"/?lang={code}", **other),
        page.post(f"/numbers?lang={code}", {"dose_1": "20", "drug_1": sample("IIM-001")[:9]}),
    ):
        assert f'<html lang="{code}">' in answer.html
