"""The investigator's page: ladder, ideal and printed doses, events, findings with sources."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from html import unescape

import pytest
from pdf.plans import ISSUED, START, plan_of, steps_of

from taper.doses.solutions import Solution
from taper.doses.tablets import Strength
from taper.paper import attached, documents
from taper.paper.documents import Issue, Paper
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.paper.record import record
from taper.planning.entered import Entered
from taper.planning.labels import Finding, Severity, VisitMark
from taper.planning.plan import ONE_DAY, Instruction, Kind, Plan, Quantity
from taper.record import plan_document, reading

NBSP_MG = "\N{NO-BREAK SPACE}mg"
EVENTS = (
    Entered("flare", date(2026, 5, 14), until=date(2026, 5, 16), reason="weakness"),
    Entered("stress-dose", date(2026, 8, 1), days=3, dose_mg=Fraction(40)),
)
ROWS = ((Kind.RUN_IN, "25", 14), (Kind.HOLD, "25", 7), (Kind.MAINTENANCE, "20", 28))
FOUND = Finding("rounded", Severity.INFO, "From 2026-05-21 20 mg.", "Somebody, 2024", START, 2)


def plan() -> Plan:
    steps = steps_of(ROWS)
    steps = (steps[0], steps[1]._replace(reason="flare"), steps[2])
    quantities = (Quantity("prednisone", Fraction(20), 49),)
    visits = (VisitMark("Visit 5", date(2026, 6, 3), planned=True),)
    return plan_of(steps, findings=(FOUND,), quantities=quantities, events=EVENTS, visits=visits)


def html_of() -> str:
    return documents.as_html(Issue.of(plan(), ISSUED), Paper.INVESTIGATOR)


def plain(said: str) -> str:
    """The same with plain spaces where no line may end."""
    return said.replace("\N{NO-BREAK SPACE}", " ")


def text_of() -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html_of().split("<body", 1)[1])).split())


@pytest.mark.parametrize(
    "said",
    [
        "predniSONE, step by step",
        "None: every dose is predniSONE",
        "Friday, July 31, 2026: infusion 3, planned.",
        "Wednesday, June 3, 2026: Visit 5, planned.",
        "Thursday, May 14, 2026: flare, resolved on Saturday, May 16, 2026, because of weakness. "
        "Hold of 25 mg, Thursday, May 14, 2026 to Wednesday, May 20, 2026 (step 1).",
        "Saturday, August 1, 2026: stress dose, 40 mg for 3 days. It changed no day.",
        "28 days Maintenance dose 20 mg 20 mg predniSONE 1 tablet of 20 mg",
        "predniSONE 20 mg: 49 tablets for every printed day.",
        "Info From Thursday, May 21, 2026, 20 mg. (rounded, step 2) [1]",
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
        ("because of weakness", "because of fever"),
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
    found = FOUND._replace(text="2 tablets of 2.5 mg for 7 days, 10 % less than 5 mg")
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


def test_events_stand_by_date_and_an_open_hold_has_no_end():
    """§10.11.7: with a withdrawal and its reason, which no step tells."""
    steps = steps_of(((Kind.RUN_IN, "25", 14), (Kind.HOLD, "25", 7)))
    after = plan().after._replace(instruction=Instruction.DO_NOT_REDUCE)
    events = (
        Entered("flare", date(2026, 5, 14)),
        Entered("withdraw", date(2026, 5, 18), reason="consent withdrawn"),
    )
    made = plan_of(steps, after=after, events=events)
    html = documents.as_html(Issue.of(made, ISSUED), Paper.INVESTIGATOR)
    told = re.findall(r"<p>(.*?)</p>", unescape(html[html.index("what they did") :]))
    assert plain(told[2]).startswith("Thursday, May 14, 2026: flare, not resolved. Hold of 25")
    assert "on, with no end yet (step 1)." in told[2]
    assert "withdraw, because of consent withdrawn. The taper ended there" in told[3]
    assert "July 31, 2026: infusion 3, planned." in plain(told[4])
    assert "no end yet, printed to Wednesday, May 20, 2026" in plain(html)


def test_events_are_read_back_from_the_file_of_that_page_alone():
    """§10.11.7: their reasons are a person's own words."""
    issue = Issue.of(plan(), ISSUED)
    assert record(issue, Paper.PHARMACY)["beside"]["events"] == []
    said = record(issue, Paper.INVESTIGATOR)["beside"]["events"]
    assert [each["reason"] for each in said] == ["weakness", None]


def test_a_solution_the_drug_of_a_dose_and_times_are_told_and_read_back():
    """§10.11.7: as they were entered, and by the rules of what rides along in the page."""
    day, share = date(2026, 5, 14), (("morning", 2), ("evening", 1))
    events = (
        Entered("flare", date(2026, 5, 13), onset=date(2026, 5, 10)),
        Entered("tablets", day, strengths=(Solution(Fraction(5), Fraction("0.5")),), times=share),
        Entered("set-dose", day, days=14, dose_mg=Fraction(10), drug="prednisone"),
    )
    made = replace(plan(), events=events)
    html = documents.as_html(Issue.of(made, ISSUED), Paper.INVESTIGATOR)
    told = re.findall(r"<p>(.*?)</p>", unescape(html[html.index("what they did") :]))
    assert "in 1" in told[3] or "per" in told[3]
    assert "shares of 2 morning, 1 evening." in told[3]
    assert f"set dose, 10{NBSP_MG} of predniSONE for 14" in told[4]
    document = plan_document.as_dict(made) | {
        "printed": record(Issue.of(made, ISSUED), Paper.INVESTIGATOR)
    }
    attached.refuse_other_fields(document)
    assert reading.plan_from(document, document["printed"]["beside"]).events == events


def test_an_event_is_told_with_all_that_was_entered():
    """§10.11.7: a dose with its drug, a flare with its beginning, tablets with their times."""
    events = (
        Entered("flare", date(2026, 5, 14), until=date(2026, 5, 16), onset=date(2026, 5, 12)),
        Entered("stress-dose", date(2026, 5, 20), days=3, dose_mg=Fraction(80), drug="prednisone"),
        Entered(
            "tablets",
            date(2026, 5, 21),
            strengths=(Strength(Fraction(5)),),
            times=(("morning", 2), ("evening", 1)),
            reason="none left.",
        ),
    )
    made = replace(plan(), events=events)
    html = documents.as_html(Issue.of(made, ISSUED), Paper.INVESTIGATOR)
    told = re.findall(r"<p>(.*?)</p>", unescape(html[html.index("what they did") :]))
    assert "flare, began on Tuesday, May 12, 2026, resolved on" in plain(told[2])
    assert f"stress dose, 80{NBSP_MG} of predniSONE for 3" in told[3]
    assert "shares of 2 morning, 1 evening, because of none left. From" in told[4]
    kept = json.loads(json.dumps(reading.beside(made)))
    assert reading.plan_from(plan_document.as_dict(made), kept).events == events


def test_steps_of_several_drugs_are_told_with_theirs():
    """§10.11.7."""
    first = steps_of(((Kind.RUN_IN, "80", 14), (Kind.STRESS_DOSE, "100", 3)), drug="hydrocortisone")
    then = steps_of(((Kind.MAINTENANCE, "20", 28),), start=first[-1].end + ONE_DAY)
    stress = Entered("stress-dose", first[1].start, days=3, dose_mg=Fraction(100))
    per_mg = {"hydrocortisone": Fraction(1, 4), "prednisone": Fraction(1)}
    numbered = (*first, then[0]._replace(number=2))
    made = plan_of(numbered, events=(stress,), prednisone_per_mg=per_mg)
    html = documents.as_html(Issue.of(made, ISSUED), Paper.INVESTIGATOR)
    assert f"Stress dose of 100{NBSP_MG} of hydrocortisone, " in unescape(html)


def test_events_of_what_is_to_come_say_what_they_bring():
    """§10.11.7: other tablets, a weight, and an amendment with the protocol that holds since."""
    day = date(2026, 5, 14)
    events = (
        Entered("tablets", day, strengths=(Strength(Fraction(5), 2), Strength(Fraction(1)))),
        Entered("weight", date(2026, 5, 15), kg=Fraction("62.5")),
        Entered("amendment", date(2026, 5, 16), protocol="iimpact-2.yaml"),
    )
    by = plan().protocol._replace(version="2.0", since=date(2026, 5, 16))
    made = replace(plan(), events=events, protocol=by, former_protocols=(plan().protocol,))
    html = documents.as_html(Issue.of(made, ISSUED), Paper.INVESTIGATOR)
    told = re.findall(r"<p>(.*?)</p>", unescape(html[html.index("what they did") :]))
    assert f"tablets, 5{NBSP_MG} in halves and 1{NBSP_MG}. From that day on every" in told[2]
    assert "weight, 62.5\N{NO-BREAK SPACE}kg. Doses by weight are by it" in told[3]
    assert "amendment, protocol iimpact-2.yaml. From that day on by " in told[4]
    assert told[4].endswith("version 2.0.")
    assert reading.plan_from(plan_document.as_dict(made), reading.beside(made)).events == events
    assert documents.as_pdf(Issue.of(made, ISSUED), Paper.INVESTIGATOR).startswith(b"%PDF")
