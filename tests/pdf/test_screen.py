"""A paper as a page for a screen: it says what the paper says, and is never printed."""

from __future__ import annotations

import pytest
from pdf.plans import ISSUED, plan_of
from pypdfium2 import PdfDocument

from taper.operations.plans.outputs import Format, Output, made
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.press import pdf

ENGLISH = "Take no tablets by this sheet: this page is for the screen. Print the PDF file instead."
SPANISH = (
    "No tome tabletas según esta hoja: esta página es para la pantalla. Imprima en su lugar el"
    " archivo PDF."
)


def screen(locale: str, document: Paper) -> str:
    """What `--format html` gives."""
    issue = Issue.of(plan_of(locale=locale), ISSUED)
    ((_, data),) = made(issue, [Output(Format.HTML, document)])
    return data.decode()


def on_paper(html: str) -> str:
    """What whoever prints it holds: each browser applies `@media print`, as does our press."""
    with PdfDocument(pdf.write_calendar(html, who="IIM-001", issued=ISSUED)) as opened:
        (sheet,) = opened
        return " ".join(sheet.get_textpage().get_text_range().split())


@pytest.mark.parametrize(
    ("locale", "document", "said"),
    [
        ("es_US", Paper.CALENDAR, f"{SPANISH} {ENGLISH} Participante IIM-001"),
        ("en_US", Paper.LARGE_PRINT, f"{ENGLISH} Participant IIM-001"),
        ("es_US", Paper.PHARMACY, f"{ENGLISH} Participant IIM-001"),
    ],
)
def test_a_page_for_the_screen_says_on_paper_only_to_print_the_pdf(
    locale: str, document: Paper, said: str
):
    """§10.8.5: no dose of it is on paper, where banner and id would be on one sheet alone."""
    assert on_paper(screen(locale, document)) == said


@pytest.mark.parametrize("document", list(Paper)[:3])
def test_on_the_screen_it_is_the_paper_itself(document: Paper):
    """§10.8.5: and what is printed as PDF has nothing of the screen."""
    issue = Issue.of(plan_of(), ISSUED)
    paper, shown = documents.as_html(issue, document), screen("en_US", document)
    head, _, body = paper.partition("</head>")
    assert shown.startswith(head)
    assert body.partition("</body>")[0] in shown
    assert "not-to-print" not in paper
