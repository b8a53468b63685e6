"""The emergency card: what its holder takes, what helpers give, and in which languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from pdf.plans import ISSUED, START, plan_of, steps_of
from pypdfium2 import PdfDocument

from taper.operations.plans import outputs
from taper.operations.plans.outputs import Format, Output
from taper.operations.site.deciding import Job
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.pages.emergency import SOURCE, emergency_card
from taper.paper.pages.language import language
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.planning.labels import EMERGENCY_CARD, Finding, Severity
from taper.planning.plan import Instruction, Kind, Plan

NBSP = "\N{NO-BREAK SPACE}"


def text_of(plan: Plan, issued: date = ISSUED) -> str:
    body = documents.as_html(Issue.of(plan, issued), Paper.EMERGENCY).split("<body", 1)[1]
    said = re.sub(r"<title>.*?</title>", "", body)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", said)).replace(NBSP, " ").split())


def test_it_says_what_is_taken_that_it_is_not_stopped_and_whom_to_call():
    """§10.11.8."""
    said = text_of(plan_of(), START)
    assert "I take prednisone, a steroid. Dose of Thursday, April 30, 2026: 25 mg." in said
    assert "Do not stop suddenly." in said
    assert "Call IIMPACT study team, Houston Methodist, +1 713 555 0100" in said


def test_it_says_that_the_dose_changes_only_where_the_calendar_has_another_one():
    """§10.11.8: whoever must not reduce is told of no change."""
    changes = "It changes, as my calendar says."
    assert changes in text_of(plan_of(), START)
    assert changes not in text_of(plan_of(), date(2026, 12, 31))
    held = plan_of(
        steps_of([(Kind.RUN_IN, "25", 7), (Kind.HOLD, "25", 14)]),
        instruction=Instruction.DO_NOT_REDUCE,
    )
    assert changes not in text_of(held, START)
    cycle = plan_of(steps_of([(Kind.MAINTENANCE, "10/5", 13)]))
    turned = cycle.after._replace(pattern_mg=cycle.after.pattern_mg[::-1])
    assert changes not in text_of(replace(cycle, after=turned), START)


def test_what_helpers_give_stands_with_its_source():
    """§10.11.9."""
    said = text_of(plan_of())
    assert "an adult with a suspected adrenal crisis" in said
    assert "At once: 100 mg of hydrocortisone into a vein or a muscle." in said
    assert "200 mg of hydrocortisone over 24 hours as a continuous infusion into a vein" in said
    assert "or 50 mg every 6 hours into a muscle or a vein" in said
    assert SOURCE in said


def test_the_dose_is_that_of_the_day_of_issue_whatever_the_plan_prints():
    """§10.11.8."""
    assert "April 29, 2026: 25 mg" in text_of(plan_of(), START - timedelta(days=1))
    assert "December 31, 2026: 5 mg" in text_of(plan_of(), date(2026, 12, 31))
    cycle = plan_of(steps_of([(Kind.MAINTENANCE, "10/0", 14)]))
    assert "10 mg and 0 mg on alternate days" in text_of(cycle, START)
    ended = plan_of(
        steps_of([(Kind.RUN_IN, "5", 14), (Kind.MAINTENANCE, "0", 14)]),
        instruction=Instruction.NO_TABLETS,
    )
    said = text_of(ended, START + timedelta(days=20))
    assert "Until Wednesday, May 13, 2026 I have taken prednisone, a steroid." in said
    assert "100 mg of hydrocortisone" in said


@pytest.mark.parametrize(
    ("locale", "around"),
    [
        ("en_US", ()),
        ("es_US", ("en_US",)),
        ("en_ES", ("es_ES",)),
        ("es_ES", ()),
        ("es", ("en",)),
        ("es_JP", ("en_JP",)),
    ],
)
def test_it_speaks_the_language_of_the_country_too(locale: str, around: tuple[str, ...]):
    """§10.11.10: that of the locale's country, or else English."""
    assert language(locale).around == around
    said = text_of(plan_of(locale=locale))
    assert ("Steroid emergency card" in said) == ("en" in {x[:2] for x in (locale, *around)})
    assert ("Tarjeta de emergencia" in said) == ("es" in {x[:2] for x in (locale, *around)})
    assert ("DRAFT TRANSLATION" in said) == ("Tarjeta de emergencia" in said)


@pytest.mark.parametrize(
    "plan",
    [
        plan_of(),
        plan_of(participant="W" * 64, locale="es_US", contact_phone=None),
        plan_of(provisional=True, locale="es_ES", revision=7),
    ],
    ids=["usual", "a 64-character id in two languages", "three banners"],
)
def test_it_is_one_page_to_cut_out_and_nothing_on_it_is_under_11_pt(plan: Plan):
    """§10.5.1, §10.4.6."""
    html = documents.as_html(Issue.of(plan, ISSUED), Paper.EMERGENCY)
    card = html[html.index('<div class="card">') :]
    for said in (plan.participant, plan_id := Issue.of(plan, ISSUED).plan_id[:8]):
        assert said in card, plan_id
    assert "NOT FOR PATIENT USE" in card or "NO PARA USO" in card
    assert all(float(pt) >= 11 for pt in re.findall(r"(?:font|font-size): ([\d.]+)pt", html))
    made = PdfDocument(documents.as_pdf(Issue.of(plan, ISSUED), Paper.EMERGENCY))
    assert len(made) == 1
    made.close()


def test_each_half_says_in_its_language_whether_it_counts():
    """§10.4.6, §10.11.10: whoever reads one half alone must see it there."""
    said = text_of(plan_of(locale="es_US", provisional=True))
    english = said[said.index("EXAMPLE, NOT FOR PATIENT USE") :]
    assert english.startswith("EXAMPLE, NOT FOR PATIENT USE DRAFT, NOT FOR PATIENT USE")
    assert "Steroid emergency card" in english
    assert "Tarjeta de emergencia" not in english


@pytest.mark.parametrize("paper", ["letter", "A4"])
def test_where_both_languages_have_no_room_each_is_a_card_of_its_own(paper: str):
    """§10.11.8, §10.4.6: each says whose it is, and has the code to scan."""
    plan = plan_of(participant="W" * 64, locale="ru_US", provisional=True, revision=7)
    issue = Issue.of(plan, ISSUED, paper=paper)
    first, second = emergency_card(issue).cards
    for (half,) in (first, second):
        assert half.identity[0].endswith("W" * 64)
        assert half.banners == half.side.banners
    with PdfDocument(documents.as_pdf(issue, Paper.EMERGENCY)) as made:
        assert [len(made), *(page.get_textpage().count_chars() > 500 for page in made)] == [2, 1, 1]


# When it is printed -----------------------------------------------------------------------------

TO_CARRY = Finding(EMERGENCY_CARD, Severity.INFO, "A card.", "Somebody, 2024")


@pytest.mark.parametrize(
    ("papers", "is_printed"),
    [
        ([Paper.CALENDAR], True),
        ([Paper.LARGE_PRINT, Paper.PHARMACY], True),
        ([Paper.DIARY, Paper.EMERGENCY], True),
        ([Paper.WALLET], False),
        ([Paper.PHARMACY, Paper.NOTICE], False),
    ],
)
def test_it_goes_with_every_paper_of_days_where_one_is_found_to_be_carried(
    papers: list[Paper], *, is_printed: bool
):
    """§10.11.12: once, and beside no page for a screen."""
    card = Output(Format.PDF, Paper.EMERGENCY)
    with_finding = plan_of(findings=(TO_CARRY,))
    asked = outputs.chosen([Format.PDF, Format.JSON], papers)
    made = outputs.with_emergency_card(with_finding, asked)
    assert made.count(card) == is_printed
    assert set(asked) <= set(made)
    assert outputs.with_emergency_card(plan_of(), asked) == asked
    on_screen = outputs.chosen([Format.HTML], papers)
    assert outputs.with_emergency_card(with_finding, on_screen) == on_screen
    job = Job(asked, ISSUED, cards=False)
    assert job.outputs_of(with_finding) == asked
    assert replace(job, cards=True).outputs_of(with_finding) == made


@pytest.mark.parametrize("dose", ["100", "200", "50"])
def test_another_dose_for_helpers_is_refused(dose: str):
    """§10.7.4."""
    issue = Issue.of(plan_of(), ISSUED)
    html = documents.as_html(issue, Paper.EMERGENCY)
    other = html.replace(f"{dose}{NBSP}mg", f"{dose}0{NBSP}mg")
    assert other != html
    broken = pdf.write_calendar(other, who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match="emergency card was refused"):
        documents.verify(broken, issue, Paper.EMERGENCY)
