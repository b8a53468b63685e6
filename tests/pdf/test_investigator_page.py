"""The investigator's page: ladder, ideal and printed doses, events, findings with sources."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from html import unescape

import pytest
from pdf.plans import ISSUED, START, plan_of, steps_of

from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.planning.plan import Finding, Kind, Plan, Quantity, Severity

NBSP_MG = "\N{NO-BREAK SPACE}mg"
ROWS = ((Kind.RUN_IN, "25", 14), (Kind.HOLD, "25", 7), (Kind.MAINTENANCE, "20", 28))
FOUND = Finding("rounded", Severity.INFO, "From 2026-05-21 20 mg.", "Somebody, 2024", START, 2)


def plan() -> Plan:
    steps = steps_of(ROWS)
    steps = (steps[0], replace(steps[1], reason="flare"), steps[2])
    quantities = (Quantity("prednisone", Fraction(20), 49),)
    return plan_of(steps, findings=(FOUND,), quantities=quantities)


def html_of() -> str:
    return documents.as_html(Issue.of(plan(), ISSUED), Paper.INVESTIGATOR)


def text_of() -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html_of().split("<body", 1)[1])).split())


@pytest.mark.parametrize(
    "said",
    [
        "predniSONE, step by step",
        "None: every dose is predniSONE",
        "Friday, July 31, 2026: infusion 3, planned.",
        "to Wednesday, May 20, 2026 (step 1): Hold of 25 mg because of flare.",
        "28 days Maintenance dose 20 mg 20 mg predniSONE 1 tablet of 20 mg",
        "predniSONE 20 mg: 49 tablets for every printed day.",
        "Info From Thursday, May 21, 2026 20 mg. (rounded, step 2) [1]",
        "[1] Somebody, 2024",
        "Investigator (name, signature, date)",
    ],
)
def test_it_says(said: str):
    """§10.11.4."""
    assert said in text_of()


def test_it_is_read_back():
    """§10.7.4."""
    assert documents.as_pdf(Issue.of(plan(), ISSUED), Paper.INVESTIGATOR).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"<strong>20{NBSP_MG}", f"<strong>2{NBSP_MG}"),
        ("because of flare", "because of a flare"),
        ("49\N{NO-BREAK SPACE}tablets", "94 tablets"),
        ('font-size="11.5"', 'font-size="0"'),
    ],
    ids=["a dose", "an event", "a quantity", "the words of the chart"],
)
def test_paper_that_says_something_else_is_refused(old: str, new: str):
    """§10.7.4."""
    assert old in html_of()
    broken = pdf.write_calendar(html_of().replace(old, new), who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match="investigator's page was refused"):
        documents.verify(broken, Issue.of(plan(), ISSUED), Paper.INVESTIGATOR)


def test_a_dose_and_its_unit_never_part_nor_tablets_from_their_number():
    """§10.2.6."""
    found = replace(FOUND, text="2 tablets of 2.5 mg for 7 days, 10 % less than 5 mg")
    made = replace(plan(), findings=(found,))
    said = documents.as_html(Issue.of(made, ISSUED), Paper.INVESTIGATOR)
    nbsp = NBSP_MG[0]
    assert f"2{nbsp}tablets of{nbsp}2.5{NBSP_MG} for 7{nbsp}days, 10{nbsp}% less" in unescape(said)
    assert not re.search(r"\d mg\b|\d tablets?\b", unescape(said).split("</head>")[1])


@pytest.mark.parametrize("document", [Paper.PHARMACY, Paper.INVESTIGATOR])
def test_the_lines_to_sign_are_on_page_1_of_the_pages_for_staff(document: Paper):
    """§10.4.5."""
    made = plan()
    html = documents.as_html(Issue.of(made, ISSUED), document)
    away = html.replace("</style>", ".signatures { margin-top: 0 }</style>")
    printed = pdf.write_calendar(away, who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match="no room for a pen"):
        documents.verify(printed, Issue.of(made, ISSUED), document)
