"""The first page of every calendar, the large print among them: what it must say is on it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pdf.plans import ISSUED, SIX_MONTHS, START, plan_of, steps_of, tablets_of
from pypdfium2 import PdfDocument

from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.planning.plan import Kind, Step
from taper.record.changes import Replaced

TWO_DRUGS = (
    *steps_of(SIX_MONTHS[:2]),
    *steps_of(
        [(Kind.TAPER, "12", 7), (Kind.MAINTENANCE, "4", 7)],
        START + timedelta(days=21),
        tablets_of("4"),
        "methylprednisolone",
    ),
)
LONG_CONTACT = {
    "contact_site": "Harbor Point Rheumatology and Neuromuscular Disease Clinic",
    "contact_phone": "+1 713 555 0100 extension 4411 (day and night)",
}


# What page 1 says grows with the steps; their days are on the pages that follow.
USUAL = steps_of((kind, mg, 2) for kind, mg, _ in SIX_MONTHS)
THIRTY_STEPS = steps_of((Kind.TAPER, str(60 - n), 2) for n in range(30))
REPLACES = Replaced(2, "ab" * 32, date(2026, 4, 1), date(2026, 5, 20))


@pytest.mark.parametrize("document", [Paper.CALENDAR, Paper.LARGE_PRINT])
@pytest.mark.parametrize(
    "changes",
    [{}, {"provisional": True}, LONG_CONTACT, {"locale": "en_GB"}],
    ids=["usual", "draft", "long contact", "A4"],
)
def test_page_1_says_what_to_do_and_has_the_lines_to_sign(changes: dict, document: Paper):
    """§10.4.4: whoever has only the first page has that."""
    made = documents.as_pdf(Issue.of(plan_of(USUAL, **changes), ISSUED), document)
    refuse_lacking(made, "Do not stop suddenly.", "double dose", "Call at once", "Checked by")


@pytest.mark.parametrize("steps", [USUAL, THIRTY_STEPS], ids=["11 steps", "30 steps"])
def test_so_does_page_1_of_a_revision_in_a_longer_language(steps: tuple[Step, ...]):
    """§10.4.4, §10.4.9."""
    plan = plan_of(steps, locale="es_US", revision=3, provisional=True)
    made = documents.as_pdf(Issue.of(plan, ISSUED, replaces=REPLACES), Paper.CALENDAR)
    refuse_lacking(made, "Destruya las hojas", "de golpe", "dosis doble", "Verificado por")


def test_a_large_first_page_has_room_to_sign_however_much_it_says():
    """§10.4.5: whom to call then stands below the page alone, as on every page."""
    plan = plan_of(
        steps_of(SIX_MONTHS[:2]), locale="es_US", revision=3, provisional=True, **LONG_CONTACT
    )
    made = documents.as_pdf(Issue.of(plan, ISSUED, replaces=REPLACES), Paper.LARGE_PRINT)
    refuse_lacking(made, "Destruya las", "de golpe", "dosis doble", "Verificado por", "4411")


@pytest.mark.parametrize("document", [Paper.CALENDAR, Paper.LARGE_PRINT])
@pytest.mark.parametrize("locale", ["de_DE", "pt_BR"])
def test_so_it_has_in_every_language_beside_the_longest_id(locale: str, document: Paper):
    """§10.4.5: the read-back refuses a first page without its lines to sign."""
    steps = steps_of([*SIX_MONTHS[:2], (Kind.MAINTENANCE, "5", 3)])
    plan = plan_of(steps, locale=locale, participant="W" * 64)
    issue = Issue.of(plan, ISSUED, replaces=REPLACES, paper="letter")
    assert documents.as_pdf(issue, document).startswith(b"%PDF")


def refuse_lacking(made: bytes, *sentences: str) -> None:
    with PdfDocument(made) as opened:
        first = " ".join(opened[0].get_textpage().get_text_range().split())
    for said in sentences:
        assert said in first


def test_the_long_name_of_a_medicine_stands_whole_beside_its_dose():
    """§10.5.4: Printing reads it back: a name that ran into the tablets beside it was refused."""
    made = documents.as_pdf(Issue.of(plan_of(TWO_DRUGS), ISSUED), Paper.LARGE_PRINT)
    assert made.startswith(b"%PDF")
