"""The large print: 18 pt and more, and what page 1 must say still on page 1."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pdf.plans import ISSUED, SIX_MONTHS, START, plan_of, steps_of, tablets_of
from pypdfium2 import PdfDocument

from taper import documents
from taper.documents import Document, Order
from taper.plan import Kind

TWO_DRUGS = (
    *steps_of(SIX_MONTHS[:2]),
    *steps_of(
        [(Kind.TAPER, "12", 14), (Kind.MAINTENANCE, "4", 28)],
        START + timedelta(days=21),
        tablets_of("4"),
        "methylprednisolone",
    ),
)
LONG_CONTACT = {
    "contact_site": "Harbor Point Rheumatology and Neuromuscular Disease Clinic",
    "contact_phone": "+1 713 555 0100 extension 4411 (day and night)",
}


@pytest.mark.parametrize(
    "changes",
    [{}, {"provisional": True}, LONG_CONTACT, {"locale": "en_GB"}],
    ids=["usual", "draft", "long contact", "A4"],
)
def test_page_1_says_what_to_do_and_has_the_lines_to_sign(changes: dict):
    """SPEC section 10, item 4: whoever has only the first page has that."""
    made = documents.as_pdf(plan_of(**changes), Document.LARGE_PRINT, Order(ISSUED))
    with PdfDocument(made) as opened:
        first = " ".join(opened[0].get_textpage().get_text_range().split())
    for said in ("Do not stop suddenly.", "double dose", "Call at once", "Prescriber", "Checked"):
        assert said in first


def test_the_long_name_of_a_medicine_stands_whole_beside_its_dose():
    """Printing reads it back: a name that ran into the tablets beside it was refused."""
    made = documents.as_pdf(plan_of(TWO_DRUGS), Document.LARGE_PRINT, Order(ISSUED))
    assert made.startswith(b"%PDF")
