"""The diary: a calendar with boxes to tick, and a last sheet for what came back."""

from __future__ import annotations

import re

import pytest
from pdf.plans import ISSUED, SIX_MONTHS, START, plan_of, steps_of
from pypdfium2 import PdfDocument

from taper.cli.options.papers import papers
from taper.errors import UsageError
from taper.paper import documents, kinds
from taper.paper.documents import Issue, Paper
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.planning.plan import Kind, Part, Plan

DIARIES = [Paper.DIARY, Paper.LARGE_DIARY]
EVERY_OTHER = plan_of(steps_of([(Kind.RUN_IN, "10", 7), (Kind.MAINTENANCE, "10/0", 6)]))


def issue_of(plan: Plan, part: Part | None = None) -> Issue:
    return Issue.of(plan, ISSUED, part=part)


@pytest.mark.parametrize("document", DIARIES)
def test_each_day_with_tablets_has_a_box_to_tick_and_room_for_a_missed_dose(document: Paper):
    """§10.9.1: a day without tablets has none, as there is nothing to take."""
    html = documents.as_html(issue_of(EVERY_OTHER), document)
    assert html.count('<i class="box">&#160;</i> Taken') == 7 + 3
    assert html.count('Missed: <i class="line">&#160;</i>') == 7 + 3
    assert "Tick each day when" in html
    assert "feel" not in html


@pytest.mark.parametrize("document", DIARIES)
def test_the_last_sheet_is_for_the_tablets_that_came_back(document: Paper):
    """§10.9.2: a row for each strength, the largest first; it is read back with the rest."""
    plan = plan_of(steps_of(SIX_MONTHS[1:4]), participant="W" * 64, locale="es_US")
    made = PdfDocument(documents.as_pdf(issue_of(plan), document))
    last = made[len(made) - 1].get_textpage().get_text_range()
    made.close()
    assert "Tabletas devueltas" in last
    assert re.findall(r"prednisona ([\d.]+)", last) == ["20", "10", "5", "2.5"]


def test_a_diary_of_some_days_is_a_part_too():
    """§10.9.3."""
    part = Part(START, START.replace(month=5, day=6))
    html = documents.as_html(issue_of(plan_of(), part), Paper.DIARY)
    assert html.count('<i class="box">&#160;</i>') == 7
    assert kinds.stem("IIM-001", Paper.DIARY, START) == "IIM-001+diary+from-2026-04-30"


def test_a_calendar_has_none_of_it():
    """§10.9.1: who did not ask for a diary gets none."""
    html = documents.as_html(issue_of(EVERY_OTHER), Paper.CALENDAR)
    assert 'class="box"' not in html
    assert "Taken" not in html


def test_with_diary_the_calendars_that_are_asked_for_are_diaries():
    """§10.9.3."""
    assert papers(None, diary=True) == [Paper.DIARY]
    asked = papers(["large-print", "wallet"], diary=True)
    assert asked == [Paper.LARGE_DIARY, Paper.WALLET]
    with pytest.raises(UsageError, match="--diary is given with --document wallet; allowed: with"):
        papers(["wallet"], diary=True)


@pytest.mark.parametrize(
    "part",
    ['<span class="tick">.*?</span>\n?', "<td>prednisone.*?</td>", "<h2>Tablets that .*?</h2>"],
)
def test_a_diary_that_lacks_a_box_or_a_row_is_refused(part: str):
    """§10.7.3."""
    issue = issue_of(EVERY_OTHER)
    html = documents.as_html(issue, Paper.DIARY)
    spoilt = re.sub(part, "<td></td>" if "<td>" in part else "", html, count=1, flags=re.DOTALL)
    assert spoilt != html
    broken = pdf.write_calendar(spoilt, who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match="the diary was refused"):
        documents.verify(broken, issue, Paper.DIARY)


def test_a_diary_of_six_months_has_its_table_of_steps_on_its_first_page():
    """§10.3.5: what it says of the boxes does not push the table to pages of its own."""
    html = documents.as_html(issue_of(plan_of(steps_of(SIX_MONTHS))), Paper.DIARY)
    assert '<section class="front brief">' in html
