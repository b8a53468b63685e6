"""Papers of an oral solution: mL are what is measured, mg and the strength stand beside them.

Prednisolone 12 mg of a solution with 3 mg in each mL; one plan goes over to tablets.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from html import unescape

import pytest

from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.pharmacy.terms import Terms, parse_packs
from taper.planning.plan import Plan
from taper.planning.planner import make_plan
from taper.sources import given

ISSUED, NBSP = date(2026, 5, 1), "\N{NO-BREAK SPACE}"
GIVEN = {
    "participant": "IIM-020",
    "steroid": {
        "drug": "prednisolone",
        "dose_mg": "12",
        "strengths": [{"mg_per_ml": "3", "smallest_ml": "0.5"}],
    },
    "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
}
TO_TABLETS = {"type": "tablets", "date": "2026-05-28", "strengths": ["5", "1"]}
STRONGER = {**TO_TABLETS, "strengths": [{"mg_per_ml": "5", "smallest_ml": "0.2"}]}


@cache
def plan(event: str = "", locale: str = "en_US") -> Plan:
    events = {"tablets": [TO_TABLETS], "stronger": [STRONGER]}.get(event, [])
    trial = given.protocol("iimpact")
    said = {**GIVEN, "events": events, "locale": locale}
    made = make_plan(trial, given.participant(said, trial), ISSUED)
    assert isinstance(made, Plan)
    return made


def html_of(paper: Paper, made: Plan) -> str:
    return documents.as_html(Issue.of(made, ISSUED), paper)


def text_of(paper: Paper, made: Plan) -> str:
    body = html_of(paper, made).split("<body", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.mark.parametrize("paper", [Paper.CALENDAR, Paper.LARGE_PRINT, Paper.WALLET])
def test_each_paper_says_ml_first_and_mg_and_the_strength_beside(paper: Paper):
    """§7.3.1."""
    said = text_of(paper, plan())
    assert "4 mL 12 mg (3 mg per mL)" in said
    assert re.search(r"with the oral syringe from your pharmacy, never with a spoon", said)
    assert "Check that the bottle says 3 mg per mL." in said
    assert "tablet" not in said.lower()
    assert not re.search(r"\d\.\d*0 m[gL]\b|(?<!\d)\.\d", said)


def test_a_diary_of_a_solution_asks_for_no_tablets():
    """§7.3.1, §10.9.2."""
    said = text_of(Paper.DIARY, plan())
    assert "when you have taken its dose. If you missed any of it, write how much." in said
    assert "Medicine that came back" in said
    assert "tablet" not in said.lower()


def test_sentences_say_ml_and_mg():
    """§7.3.1."""
    said = text_of(Paper.CALENDAR, plan())
    assert "On Friday, May 1, 2026 take 4 mL of prednisolone in the morning, with food" in said
    assert "take 4 mL (12 mg) of prednisolone every day" in said
    assert "keep taking 1.5 mL (4.5 mg) of prednisolone" in said


@pytest.mark.parametrize(
    ("event", "mark", "sentence"),
    [
        ("tablets", "Now tablets", "take tablets, and no more of the liquid."),
        ("stronger", "New liquid", "take the liquid of 5 mg per mL, and nothing of what you took"),
    ],
)
def test_what_takes_its_place_is_told_and_marked(event: str, mark: str, sentence: str):
    """§7.3.5."""
    said = text_of(Paper.CALENDAR, plan(event))
    assert f"From Thursday, May 28, 2026 {sentence}" in said
    assert mark in said
    assert "Tablets or liquid each day" in said or event == "stronger"


def test_a_calendar_is_read_back_and_another_volume_refused():
    """§7.3.1, §10.7.4: mL are held against the plan as mg are."""
    issue = Issue.of(plan("tablets", "es_US"), ISSUED)
    documents.verify(documents.as_pdf(issue, Paper.CALENDAR), issue, Paper.CALENDAR)
    html = documents.as_html(issue, Paper.CALENDAR)
    altered = html.replace(f"<strong>4{NBSP}mL", f"<strong>5{NBSP}mL", 1)
    assert altered != html
    broken = pdf.write_calendar(altered, who="IIM-020", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match="4 mL"):
        documents.verify(broken, issue, Paper.CALENDAR)


def test_the_pharmacy_sheet_counts_ml_and_bottles():
    """§7.3.2, §7.3.3."""
    terms = Terms(spare_days=3, packs=parse_packs("3/mL:120,5:30", str))
    issue = Issue.of(plan("tablets"), ISSUED, terms=terms)
    documents.verify(documents.as_pdf(issue, Paper.PHARMACY), issue, Paper.PHARMACY)
    body = documents.as_html(issue, Paper.PHARMACY).split("<body", 1)[1]
    said = " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
    assert "prednisoLONE 3 mg per mL 105 mL 105 mL 1 × 120 mL 120 mL 15 mL" in said
    assert "4 mL (3 mg per mL)" in said
    assert "handed out with an oral syringe marked in mL" in said
    assert "How long an opened bottle may be used stands on its label" in said
    assert "The mL of each step times the mg per mL are its dose" in said


def test_the_investigators_page_says_the_solution():
    """§7.3.1."""
    said = text_of(Paper.INVESTIGATOR, plan("stronger"))
    assert "a solution of 5 mg per mL, measured to 0.2 mL" in said
    assert "prednisoLONE 3 mg per mL: 105 mL for every printed day." in said
