"""`--from` and `--until`: some pages of a calendar, from today to the next visit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from pdf.plans import ISSUED, SIX_MONTHS, START, issue_of, plan_of, steps_of
from pypdfium2 import PdfDocument

from taper.operations.plans.outputs import Format, Output
from taper.operations.verifying.overwritten import other_forms
from taper.paper import documents, readback
from taper.paper.documents import Issue, Paper
from taper.paper.pages import calendar_html
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.planning.plan import Instruction, Kind, Part, Plan
from taper.record import plan_document

PLAN = plan_of()
PART = Part(date(2026, 5, 25), date(2026, 6, 8))


def text_of(part: Part | None, *, large: bool = False) -> str:
    html = calendar_html(issue_of(PLAN, part=part), large=large)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html.split("<body", 1)[1])).split())


def printed_dates(part: Part | None) -> set[str]:
    """The dates that the large print lists, which names each in full."""
    return set(dates_of(calendar_html(issue_of(PLAN, part=part), large=True)))


def dates_of(html: str) -> list[str]:
    return re.findall(r"<tr[^>]*>\s*<td>(\w+, \w+ \d+, \d{4})", plain(html))


def plain(said: str) -> str:
    """The same with plain spaces where no line may end."""
    return said.replace("\N{NO-BREAK SPACE}", " ")


def test_its_days_are_printed_and_no_other():
    """§10.10.1."""
    days = [PART.first + timedelta(days=i) for i in range(15)]
    assert printed_dates(PART) == {f"{day:%A}, {day:%B} {day.day}, {day.year}" for day in days}


def test_every_page_says_that_it_is_a_part():
    """§10.10.1."""
    html = calendar_html(issue_of(PLAN, part=PART))
    footer = re.search(r"<footer[^>]*>.*?</footer>", html, re.S)
    assert footer
    assert "Only Monday, May 25, 2026 until Monday, June 8, 2026" in plain(footer[0])
    assert "Only" not in calendar_html(issue_of(PLAN))


def test_a_day_of_the_plan_that_is_not_shown_is_on_other_pages():
    """§10.10.1."""
    said = text_of(PART)
    assert said.count("on other pages") == 1 + 5  # May 24, June 9 to 13: the rest of the weeks
    assert "not in this plan" not in said


def test_the_step_that_goes_on_keeps_its_own_first_day():
    """§10.10.3: It was begun before these pages: a new date would be a new instruction."""
    said = text_of(PART)
    assert "Thursday, May 21, 2026 17.5 mg" in said
    assert "25 mg" not in said.partition("otherwise.")[2]  # the run-in is on other pages
    assert "Start" not in said


def test_the_chart_is_left_out_because_it_would_show_other_days():
    """§10.10.3."""
    few = plan_of(steps_of([(Kind.RUN_IN, "20", 14), (Kind.MAINTENANCE, "15", 28)]))
    whole = calendar_html(issue_of(few))
    part = calendar_html(issue_of(few, part=PART))
    chart = '<svg class="chart"'
    assert (chart in whole, chart in part) == (True, False)


def test_who_waits_for_the_next_pages_knows_the_next_dose():
    """§10.10.4."""
    after = (
        "After Monday, June 8, 2026 your plan goes on, the next day with 12.5 mg of prednisone. "
        "Ask the study team for the next pages before then, and do not stop."
    )
    assert text_of(PART).count(after) == 2  # under the steps, and on the last page


def test_a_part_that_goes_to_the_end_says_what_comes_after_the_plan():
    """§10.10.4."""
    last = PLAN.last_day
    assert last is not None
    assert "keep taking 5 mg of prednisone every day" in text_of(Part(PART.first, last))


def test_the_plan_keeps_its_id():
    """§10.10.1."""
    html = documents.as_html(Issue.of(PLAN, ISSUED, part=PART), Paper.CALENDAR)
    assert f"Plan {plan_document.plan_id(PLAN)[:8]}" in html


@pytest.mark.parametrize("document", [Paper.CALENDAR, Paper.LARGE_PRINT])
@pytest.mark.parametrize(
    "part", [PART, Part(START, START), Part(date(2026, 9, 15), date(2026, 9, 16))]
)
def test_it_is_read_back(document: Paper, part: Part):
    """§10.7.4."""
    made = documents.as_pdf(Issue.of(PLAN, ISSUED, part=part), document)
    with PdfDocument(made) as opened:
        assert len(opened) <= 7


def test_a_day_too_few_is_caught_when_it_is_read_back():
    """§10.7.3."""
    shorter = Part(PART.first, PART.last - timedelta(days=1))
    html = calendar_html(issue_of(PLAN, part=shorter))
    printed = pdf.write_calendar(html, who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed):
        readback.verify(printed, issue_of(PLAN, part=PART))


def test_a_change_of_medicine_within_the_part_is_said_again():
    """§10.3.8."""
    rows = SIX_MONTHS[:2]
    first = steps_of(rows)
    then = steps_of([(Kind.MAINTENANCE, "10", 28)], START + timedelta(days=21), drug="prednisolone")
    plan = plan_of((*first, *then))
    html = calendar_html(issue_of(plan, part=Part(date(2026, 5, 18), date(2026, 5, 25))))
    assert "take no more prednisone: take prednisolone instead, never both" in html


def after(part: Part, plan: Plan) -> str:
    html = calendar_html(issue_of(plan, part=part))
    found = re.search(r'<p class="last">(.*?)</p>', html)
    assert found
    return found[1].replace("\N{NO-BREAK SPACE}", " ")


def test_a_part_that_ends_before_the_last_tablet_says_so():
    """§10.10.4."""
    steps = steps_of([*SIX_MONTHS[:2], (Kind.MAINTENANCE, "0", 14)])
    plan = plan_of(steps, instruction=Instruction.NO_TABLETS)
    last_tablet = Part(START, START + timedelta(days=20))
    assert after(last_tablet, plan) == (
        "After Wednesday, May 20, 2026 take no more prednisone tablets."
    )
    assert "It ends on the day from which this calendar says no tablets" in calendar_html(
        issue_of(plan)
    )


def test_a_part_that_ends_before_a_new_medicine_names_the_old_one():
    """§10.10.4."""
    first = steps_of(SIX_MONTHS[:1])
    then = steps_of([(Kind.TAPER, "20", 28)], START + timedelta(days=14), drug="prednisolone")
    said = after(Part(START, START + timedelta(days=13)), plan_of((*first, *then)))
    assert said.startswith(
        "After Wednesday, May 13, 2026 take no more prednisone: your plan goes on, the next day "
        "with 20 mg of prednisolone, a new medicine."
    )


GOES_ON = replace(PLAN, after=PLAN.after._replace(tablets=PLAN.steps[-1].tablets))
"""The same plan, as the engine makes it: with the tablets of what comes after."""
BEYOND = Part(PLAN.last_day - timedelta(days=2), PLAN.last_day + timedelta(days=18))


def test_a_part_beyond_the_last_printed_day_is_printed_and_says_what_comes_after():
    """§6.5.7."""
    html = calendar_html(issue_of(GOES_ON, part=BEYOND), large=True)
    days = dates_of(html)
    assert len(set(days)) == 21
    end = f"{BEYOND.last:%A}, {BEYOND.last:%B} {BEYOND.last.day}, {BEYOND.last.year}"
    assert days[-1] == end
    assert f"After {end}: keep taking" in plain(html)


def test_a_paper_over_one_of_another_form_says_so_and_one_beyond_is_read_back(tmp_path):
    """§10.10.8, §10.7.4."""
    output = Output(Format.PDF, part=BEYOND)
    issue = Issue.of(GOES_ON, ISSUED, part=BEYOND)
    path = tmp_path / output.name("IIM-001")
    path.write_bytes(documents.as_pdf(issue, Paper.CALENDAR))
    shorter = replace(output, part=Part(BEYOND.first, BEYOND.last - timedelta(days=1)))
    assert list(other_forms(issue, [output], tmp_path)) == []
    assert list(other_forms(replace(issue, paper="A4"), [shorter], tmp_path)) == [
        f"{path.name} was on letter paper before, and is on A4 now.",
        f"{path.name} had the days until {BEYOND.last} before, and has those until "
        f"{BEYOND.last - timedelta(days=1)} now.",
    ]
