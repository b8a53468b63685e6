"""The wallet card: one page with what is taken from when, and whom to call."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from pdf.papers import PLANS
from pdf.plans import ISSUED, START, plan_of, steps_of
from pypdfium2 import PdfDocument

from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.pages.words import words
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.paper.readback.pdf import read
from taper.planning.plan import Instruction, Kind, Plan

NBSP = "\N{NO-BREAK SPACE}"


def text_of(plan: Plan, issued: date = ISSUED) -> str:
    body = documents.as_html(Issue.of(plan, issued), Paper.WALLET).split("<body", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_it_says_what_is_taken_from_when_and_whom_to_call():
    """§10.11.1."""
    said = text_of(plan_of())
    assert "Issued on Thursday, April 23, 2026 I take prednisone" in said
    assert "Do not stop suddenly." in said
    assert "Call IIMPACT study team, Houston Methodist, +1 713 555 0100" in said
    assert "from Thursday, April 30, 2026 25 mg 1 tablet of 20 mg and 1 tablet of 5 mg" in said
    assert "After Wednesday, June 24, 2026: ask for a new card." in said


def test_steps_that_are_past_are_left_out():
    """§10.11.1."""
    said = text_of(plan_of(), START.replace(month=7))
    assert "from Thursday, July 23, 2026 7 mg" in said
    assert "25 mg" not in said
    assert "After Wednesday, September 16, 2026: keep taking 5 mg" in said


@pytest.mark.parametrize(
    "plan",
    [
        plan_of(),
        plan_of(participant="W" * 64, provisional=True, locale="en_GB"),
        plan_of(steps_of([(Kind.RUN_IN, "10", 3), (Kind.MAINTENANCE, "10/0", 9)])),
    ],
    ids=["usual", "a 64-character id", "alternate days"],
)
def test_it_is_one_page_and_nothing_on_it_is_under_11_pt(plan: Plan):
    """§10.5.1."""
    html = documents.as_html(Issue.of(plan, ISSUED), Paper.WALLET)
    assert all(float(pt) >= 11 for pt in re.findall(r"(?:font|font-size): ([\d.]+)pt", html))
    made = PdfDocument(documents.as_pdf(Issue.of(plan, ISSUED), Paper.WALLET))
    assert len(made) == 1
    made.close()


def test_a_card_that_needs_a_second_page_is_refused():
    """§10.5.4."""
    html = documents.as_html(Issue.of(plan_of(), ISSUED), Paper.WALLET)
    long = html.replace("</style>", "section { padding-bottom: 500pt !important }</style>")
    broken = pdf.write_calendar(long, who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match="wallet card was refused"):
        documents.verify(broken, Issue.of(plan_of(), ISSUED), Paper.WALLET)


def test_a_dose_off_by_one_is_refused():
    """§10.7.4."""
    html = documents.as_html(Issue.of(plan_of(), ISSUED), Paper.WALLET)
    broken = pdf.write_calendar(
        html.replace(f"<b>20{NBSP}mg", f"<b>21{NBSP}mg"), who="IIM-001", issued=ISSUED
    )
    with pytest.raises(ReadbackFailed, match="20"):
        documents.verify(broken, Issue.of(plan_of(), ISSUED), Paper.WALLET)


def test_a_medicine_that_has_ended_is_not_one_that_i_take():
    """§10.11.1."""
    first = steps_of([(Kind.RUN_IN, "20", 14)])
    then = steps_of(
        [(Kind.MAINTENANCE, "5", 28)], START + timedelta(days=14), drug="methylprednisolone"
    )
    plan = plan_of((*first, *then))
    assert "I take prednisone" in text_of(plan, START)
    later = text_of(plan, START + timedelta(days=20))
    assert "I take methylprednisolone" in later
    assert " prednisone" not in later


def test_who_has_stopped_does_not_take_it():
    """§10.11.1."""
    plan = plan_of(
        steps_of([(Kind.RUN_IN, "5", 14), (Kind.MAINTENANCE, "0", 14)]),
        instruction=Instruction.NO_TABLETS,
    )
    assert "I have taken prednisone" in text_of(plan, START + timedelta(days=20))


def test_alternate_days_have_their_dates_on_the_card():
    """§10.3.4."""
    plan = plan_of(steps_of([(Kind.TAPER, "20/10", 14), (Kind.MAINTENANCE, "5", 28)]))
    assert "May 3, May 5 and so on: 10 mg, 1 tablet of 10 mg" in text_of(
        plan, START + timedelta(days=3)
    )


def test_a_longer_cycle_has_each_of_its_days_and_a_week_its_weekdays():
    """§10.3.4: the next two days alone would read as every day from then on."""
    three = plan_of(steps_of([(Kind.TAPER, "5/5/0", 15), (Kind.MAINTENANCE, "5", 28)]))
    assert "Apr 30, May 1, May 3, May 4 and so on: 5 mg, 1 tablet of 5 mg" in text_of(three, START)
    week = plan_of(steps_of([(Kind.MAINTENANCE, "0/0/0/0/5/0/0", 28)]))
    said = text_of(week, START)
    assert "5 mg (Monday) and 0 mg on all other days 0 mg: no tablets 5 mg: 1 tablet of" in said
    assert "and so on" not in said


def test_what_can_be_cut_out_says_whose_it_is_of_which_plan_and_whether_it_counts():
    """§10.4.6."""
    issue = Issue.of(plan_of(revision=4, provisional=True, locale="es_US"), ISSUED)
    html = unescape(documents.as_html(issue, Paper.WALLET))
    card = html[html.index('<div class="card">') :]
    for said in ("NO PARA USO DE PACIENTES", "DRAFT TRANSLATION", "IIM-001", issue.plan_id[:8]):
        assert said in card
    assert "Revisión 4" in card
    assert "2026" in card


def test_a_card_is_folded_where_nothing_stands():
    """§10.4.6: its panels are boxes of their own, one above the other."""
    html = documents.as_html(Issue.of(plan_of(), ISSUED), Paper.WALLET)
    assert html.count('<div class="panel">') == 3
    few = plan_of(steps_of([(Kind.RUN_IN, "20", 14), (Kind.HOLD, "20", 7)]))
    html = documents.as_html(Issue.of(few, ISSUED), Paper.WALLET)
    assert html.count('<div class="panel">') == 2
    assert html.count('<p class="step">') == 1  # one instruction, one line


def test_no_letter_of_what_is_taken_touches_the_warning_below_it():
    """§10.11.1: a long identity and a name on two lines, as in Russian."""
    printed = documents.as_pdf(
        Issue.of(replace(PLANS["two drugs"], locale="ru_RU"), ISSUED), Paper.WALLET
    )
    (page,), said = read(printed), words("ru_RU")
    drug, stop = said.drug("methylprednisolone"), said.gettext("Do not stop suddenly.").split()[0]
    name = min((t.box for t in page.texts if drug in t.said), key=lambda box: box.left)
    warning = next(t.box for t in page.texts if t.said.startswith(stop))
    ground = next(p.box for p in page.paints if p.solid and not p.light and p.box.holds(warning))
    assert name.bottom - ground.top > 1
