"""The change notice: from which date the plan is another one, and to destroy the old sheets."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from pdf.plans import ISSUED, SIX_MONTHS, START, plan_of, steps_of
from pypdfium2 import PdfDocument

from taper.errors import Refusal
from taper.operations.plans.one import earlier_plan
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.pages.notice import notice
from taper.planning.plan import After, Instruction, Kind, Plan, State
from taper.record import earlier, plan_document

NBSP = "\N{NO-BREAK SPACE}"
KEEP = Instruction.KEEP_TAKING
OLD = plan_of()
NEW = plan_of(steps_of([*SIX_MONTHS[:3], (Kind.HOLD, "17.5", 14), *SIX_MONTHS[3:]]), revision=2)


def issue_of(new: Plan = NEW, old: Plan = OLD, issued: date = ISSUED) -> Issue:
    return Issue.of(new, issued, replaces=earlier.replaced_by(new, plan_document.as_dict(old)))


def text_of(new: Plan, old: Plan = OLD) -> str:
    body = documents.as_html(issue_of(new, old), Paper.NOTICE).split("<body", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_the_first_date_that_differs_is_found():
    """§10.11.2."""
    assert issue_of(NEW).replaces.changed_from == date(2026, 5, 28)
    assert issue_of(OLD).replaces.changed_from is None


def test_it_says_from_when_which_dose_and_to_destroy_the_old_sheets():
    """§10.4.9."""
    said = text_of(NEW)
    old_id = plan_document.plan_id(OLD)[:8]
    assert (
        "Your prednisone plan has changed This plan begins on Thursday, April 30, 2026. Until then"
        " go on with 25 mg of prednisone a day" in said
    )
    assert (
        "From Thursday, May 28, 2026 until Wednesday, June 10, 2026 take 17.5 mg of prednisone"
        in said
    )
    assert f"Destroy the old sheets: those of plan {old_id}." in said
    assert "from Thursday, May 21, 2026 until Wednesday, June 10, 2026 17.5 mg" in said
    assert "from Thursday, June 11, 2026 until Wednesday, June 17, 2026 15 mg" in said
    assert "take what your new calendar says." in said
    assert "Revision 2" in said


def test_a_dose_that_does_not_go_on_has_its_last_day():
    """§10.11.2: who leaves the taper on days of a stress dose keeps the dose of before it."""
    rows = [(Kind.RUN_IN, "25", 14), (Kind.TAPER, "9", 14)]
    steps = steps_of([*rows, (Kind.STRESS_DOSE, "35", 2)])
    before, stress = steps[1:]
    after = After("prednisone", before.daily_mg, before.daily_mg[0], KEEP, before.tablets)
    new = plan_of(steps, after=after, state=State.WITHDRAWN)
    said = notice(issue_of(new, OLD, stress.start))
    assert said.since.replace(NBSP, " ") == "From Thursday, May 28, 2026 until Friday, May 29, 2026"
    said = notice(issue_of(new, OLD, stress.end))
    assert said.since == f"On Friday, May{NBSP}29, 2026"
    assert "every day" not in said.take
    goes_on = plan_of(steps_of(rows), state=State.WITHDRAWN, instruction=KEEP)
    since = notice(issue_of(goes_on, OLD, before.start)).since
    assert since == f"From Thursday, May{NBSP}14, 2026 on"


def test_no_day_between_issue_and_the_change_is_without_a_line():
    """§10.4.8: a flare of ten days is over, and the old dose goes on for a week."""
    rows = [(Kind.RUN_IN, "30", 10), (Kind.HOLD, "30", 5), (Kind.TAPER, "30", 6)]
    rows += [(Kind.TAPER, mg, 2) for mg in ("28", "27", "26", "25", "24")]
    old = plan_of(steps_of([*rows, (Kind.MAINTENANCE, "20", 28)]))
    new = plan_of(steps_of([*rows, (Kind.TAPER, "22.5", 7), (Kind.MAINTENANCE, "20", 28)]))
    issued = START + timedelta(days=15)
    issue = issue_of(new, old, issued)
    html = unescape(documents.as_html(issue, Paper.NOTICE)).replace("\N{NO-BREAK SPACE}", " ")
    today = f"{issued:%A, %B %-d, %Y}"
    assert f'<p class="today">On {today} take 30 mg of prednisone' in html
    rows_said = re.findall(r"<td>from (.*?)\n", html)
    assert rows_said[0] == today
    assert f"{issue.replaces.changed_from:%A, %B %-d, %Y}" in rows_said[-1]
    assert re.findall(r"<b>(\S+ mg)</b>", html) == [
        f"{mg} mg" for mg in ("30", "28", "27", "26", "25", "24", "22.5")
    ]


def test_nothing_changed_is_refused():
    """§10.11.2."""
    with pytest.raises(Refusal, match="the same as the new one on every day"):
        text_of(OLD)


def test_the_plan_of_somebody_else_is_refused():
    """§10.11.2."""
    with pytest.raises(Refusal, match="one of IIM-002"):
        text_of(NEW, plan_of(participant="IIM-002"))


def test_days_that_are_no_longer_in_the_plan_are_a_change():
    """§10.11.2."""
    shorter = plan_of(steps_of(SIX_MONTHS[:-1]))
    assert issue_of(shorter).replaces.changed_from == date(2026, 8, 20)
    assert "From Thursday, August 20, 2026 on keep taking 6 mg" in text_of(shorter)


@pytest.mark.parametrize("locale", ["en_US", "en_GB"])
def test_it_is_one_page_and_read_back(locale: str):
    """§10.7.4."""
    new = plan_of(NEW.steps, locale=locale, participant="W" * 64, provisional=True)
    old = plan_of(participant="W" * 64)
    made = PdfDocument(documents.as_pdf(issue_of(new, old), Paper.NOTICE))
    assert len(made) == 1
    made.close()


def test_a_change_far_away_takes_a_second_page_and_is_signed_on_the_first():
    """§10.11.2, §10.4.8: no day until the change is without a line."""
    far = plan_of(steps_of([*SIX_MONTHS[:-1], (Kind.MAINTENANCE, "4", 28)]), provisional=True)
    made = documents.as_pdf(issue_of(far, plan_of()), Paper.NOTICE)
    with PdfDocument(made) as opened:
        assert len(opened) == 2
        first = opened[0].get_textpage().get_text_range()
    assert "Prescriber (signature, date)" in first
    assert "Do not stop suddenly" in first


def test_in_a_longer_language_it_shows_as_many_steps_as_its_page_holds():
    """§10.11.2: the calendar has the others."""
    new = replace(
        NEW, locale="pt_BR", provisional=True, contact_site="A clinic of a long name " * 4
    )
    near = date(2026, 5, 25)
    issue = replace(issue_of(new, issued=near), paper="letter")
    assert 2 <= len(notice(issue).steps) < len(notice(issue_of(NEW, issued=near)).steps)
    with PdfDocument(documents.as_pdf(issue, Paper.NOTICE)) as opened:
        assert len(opened) == 1


def test_an_earlier_plan_is_read_from_its_json(tmp_path: Path):
    path = tmp_path / "old.json"
    path.write_text(plan_document.to_json(OLD), encoding="utf-8")
    assert earlier_plan(path)["plan_id"] == plan_document.plan_id(OLD)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no json", "no plan in JSON"),
        ("[]", "no plan in JSON"),
        ("{}", "no plan in JSON"),
        ('{"schema": "other", "revision": null, "days": []}', "of another schema"),
        (plan_document.to_json(OLD).replace('"25"', '"24"'), "not that of the plan in the file"),
        (json.dumps(plan_document.as_dict(OLD) | {"days": [1]}), r"days\[1\] is 1"),
    ],
)
def test_what_is_no_earlier_plan_or_was_altered_is_refused(tmp_path: Path, text: str, why: str):
    """§10.11.2."""
    path = tmp_path / "old.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=why):
        earlier_plan(path)


def notice_of(new: Plan, issued: date) -> str:
    body = documents.as_html(issue_of(new, issued=issued), Paper.NOTICE).split("<body", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_days_that_are_past_say_nothing():
    """§10.4.7: A change that was entered late must not call a dose that is over the dose from now
    on.
    """
    said = notice_of(NEW, date(2026, 7, 1))
    assert "changed From Wednesday, July 1, 2026 until Wednesday, July 8, 2026 take 10 mg" in said
    assert "17.5 mg" not in said
    last = NEW.last_day
    assert last is not None
    assert "changed From Tuesday, December 1, 2026 on keep taking 5 mg" in notice_of(
        NEW, date(2026, 12, 1)
    )


def test_a_dose_for_some_days_has_its_name_and_its_end():
    """§10.3.9."""
    rows = [SIX_MONTHS[0], (Kind.STRESS_DOSE, "40", 2), *SIX_MONTHS[1:]]
    said = notice_of(plan_of(steps_of(rows)), ISSUED)
    assert (
        "From Thursday, May 14, 2026 until Friday, May 15, 2026 Stress dose: take 40 mg of "
        "prednisone every day" in said
    )


def test_alternate_days_have_their_dates():
    """§10.3.4."""
    rows = [SIX_MONTHS[0], (Kind.TAPER, "20/10", 14), *SIX_MONTHS[4:]]
    said = notice_of(plan_of(steps_of(rows)), date(2026, 5, 15))
    assert "May 15, May 17 and so on: 10 mg, 1 tablet of 10 mg" in said
    assert "May 16, May 18 and so on: 20 mg, 1 tablet of 20 mg" in said


def test_who_takes_no_more_tablets_is_not_told_to_go_on():
    """§6.17.3."""
    rows = [*SIX_MONTHS[:3], (Kind.MAINTENANCE, "0", 14)]
    new = plan_of(steps_of(rows), instruction=Instruction.NO_TABLETS)
    said = notice_of(new, date(2026, 5, 29))
    assert "on take no prednisone tablets" in said
    assert "Never stop this medicine" not in said
