"""The code to scan: what it says, how it is drawn, and what is refused when it is read back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import zxingcpp
from pdf.plans import ISSUED, plan_of
from pypdfium2 import PdfDocument

from taper.paper import code, documents
from taper.paper.documents import Issue, Paper
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.signing import codes

MM = 72 / 25.4
FOR_PATIENTS = [each for each in Paper if not each.is_for_staff and each is not Paper.NOTICE]


def scanned(printed: bytes) -> list[str]:
    """What a reader of codes finds on each page, seen at 200 dots an inch."""
    document = PdfDocument(printed)
    try:
        pictures = [page.render(scale=200 / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()
    kind = zxingcpp.BarcodeFormat.QRCode
    found = [zxingcpp.read_barcodes(each, formats=kind, try_rotate=False) for each in pictures]
    return [each.text for page in found for each in page]


@pytest.mark.parametrize("document", FOR_PATIENTS)
def test_a_scanner_reads_on_each_page_whose_paper_it_is_and_of_which_plan(document: Paper):
    """§10.12.1, §10.12.2: with the longest id that there is, the most squares too."""
    plan = plan_of(participant="W" * 64, revision=3, locale="es_US")
    plan = replace(plan, steps=plan.steps[-1:])
    issue = Issue.of(plan, ISSUED)
    made = documents.as_pdf(issue, document)
    read = scanned(made)
    pages = PdfDocument(made)
    assert read == [code.text(issue, document)] * len(pages)
    pages.close()
    told = codes.read(read[0])
    assert (told.participant, told.plan, told.revision) == ("W" * 64, issue.plan_id[:32], 3)
    assert (told.issued, told.document) == (ISSUED, document.value)


def test_squares_are_04_mm_wide_and_have_white_around_them():
    """§10.12.2."""
    assert code.MODULE / MM >= 0.4
    assert code.QUIET >= 4
    drawn = code.drawn("TAPER1/IIM-001")
    assert drawn.side == drawn.modules * code.MODULE


def test_a_code_has_no_address():
    """§10.12.1: who scans it asks no network."""
    said = code.text(Issue.of(plan_of(), ISSUED), Paper.CALENDAR)
    assert re.fullmatch(codes.FORM, said)
    assert "://" not in said


def test_pages_for_staff_have_none():
    """§10.12.1."""
    html = documents.as_html(Issue.of(plan_of(), ISSUED), Paper.INVESTIGATOR)
    assert 'class="code"' not in html


def _square_less(html: str) -> str:
    return re.sub(r"(stroke-width=\"1\" d=\"M0 0\.5h)7", r"\g<1>6", html)


def _of_another_plan(html: str) -> str:
    other = documents.as_html(Issue.of(plan_of(participant="IIM-002"), ISSUED), Paper.WALLET)
    path = re.compile(r'(stroke-width="1" d=")[^"]*')
    said = path.search(other)
    assert said is not None
    return path.sub(said[0], html)


def _none(html: str) -> str:
    return re.sub(r'<svg class="code".*?</svg>', "", html, flags=re.DOTALL)


def _text_beside(html: str) -> str:
    return html.replace(".card .code { float: right; margin: 4.6pt 0 4.6pt 10pt }", "").replace(
        "</style>", ".card .code { float: right; margin: 0 }</style>"
    )


def _smaller(html: str) -> str:
    return html.replace("</style>", ".card .code { width: 30pt; height: 30pt }</style>")


def _covered(html: str) -> str:
    cover = "position: relative; top: -20pt; left: 190pt; width: 20pt; height: 20pt; background"
    return html.replace("<h1>", f'<div style="{cover}: #fff"></div><h1>', 1)


@pytest.mark.parametrize(
    "spoilt", [_square_less, _of_another_plan, _none, _text_beside, _smaller, _covered]
)
def test_a_code_that_is_not_that_of_its_page_or_cannot_be_scanned_is_refused(spoilt):
    """§10.12.3."""
    issue = Issue.of(plan_of(), ISSUED)
    html = documents.as_html(issue, Paper.WALLET)
    assert spoilt(html) != html
    broken = pdf.write_calendar(spoilt(html), who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed, match="code to scan"):
        documents.verify(broken, issue, Paper.WALLET)


def test_a_line_through_a_letter_is_refused():
    """§10.7.5: a dose that is struck through is not the one that was planned."""
    issue = Issue.of(plan_of(), ISSUED)
    html = documents.as_html(issue, Paper.WALLET)
    line = (
        '<div style="height: 0"><svg style="display: block; width: 400pt; height: 60pt" '
        'viewBox="0 0 400 60" xmlns="http://www.w3.org/2000/svg"><title></title>'
        '<path fill="none" stroke="#000" stroke-width="1" d="M0 44H300"/></svg></div>'
    )
    broken = pdf.write_calendar(
        html.replace('<div class="card">', f'<div class="card">{line}'),
        who="IIM-001",
        issued=ISSUED,
    )
    with pytest.raises(ReadbackFailed, match="a line goes through"):
        documents.verify(broken, issue, Paper.WALLET)
