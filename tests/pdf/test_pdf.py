"""§10.4, §10.5, §10.8: the file itself, whatever it says."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from pdf.papers import LARGE, PLANS
from pdf.papers import printed as printed_paper
from pdf.plans import ISSUED, issue_of, plan_of
from pypdfium2 import PdfDocument
from pypdfium2 import raw as pdfium

import taper
from taper.errors import EnvironmentLacking, ExitCode, Refusal
from taper.paper.pages import calendar_html, templates_dir
from taper.paper.press import pdf, typeface
from taper.paper.press.fonts import refuse_other_fonts, refuse_unprintable
from taper.paper.press.renderer import PANGO_LACKING, TRIED, RenderingFailed
from taper.paper.readback import ReadbackFailed, verify
from taper.paper.readback.pdf import read

HTML = (
    '<!DOCTYPE html><html lang="en"><head><title>t</title>{head}'
    '<meta name="dcterms.created" content="2026-04-23"></head><body>{body}</body></html>'
)
POINTS = {"letter": (612, 792), "A4": (595.28, 841.89)}


@cache
def html(locale: str = "en_US", *, large: bool = False) -> str:
    return calendar_html(issue_of(plan_of(locale=locale)), large=large)


@cache
def printed(locale: str = "en_US", *, large: bool = False) -> bytes:
    return pdf.write_calendar(
        html(locale, large=large), who="IIM-001", issued=ISSUED, attachment=b'{"a": 1}\n'
    )


def written(body: str, head: str = "") -> bytes:
    return pdf.write_calendar(HTML.format(body=body, head=head), who="IIM-001", issued=ISSUED)


@cache
def unpacked() -> bytes:
    """The file with its streams unpacked."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", printed(), re.S)
    return b"\n".join(zlib.decompressobj().decompress(each) for each in streams)


@pytest.fixture
def document() -> Iterator[PdfDocument]:
    opened = PdfDocument(printed())
    yield opened
    opened.close()


# The same bytes --------------------------------------------------------------------------------


def test_the_same_calendar_has_the_same_bytes_again() -> None:
    """§10.8.1."""
    again = pdf.write_calendar(html(), who="IIM-001", issued=ISSUED, attachment=b'{"a": 1}\n')
    assert again == printed()


def test_another_calendar_in_between_changes_nothing() -> None:
    """§10.8.1."""
    printed("en_GB", large=True)
    test_the_same_calendar_has_the_same_bytes_again()


def test_reading_the_page_in_the_quick_way_changes_no_byte() -> None:
    """The large print of many pages; other papers are in `test_memory.py`."""
    assert version("weasyprint") in TRIED
    slowly = pdf.write_calendar(
        html(large=True),
        who="IIM-001",
        issued=ISSUED,
        attachment=b'{"a": 1}\n',
        tried=frozenset(),
    )
    assert slowly == printed(large=True)


def test_no_clock_reaches_the_file(document: PdfDocument) -> None:
    """§10.8.2."""
    assert document.get_metadata_value("CreationDate") == "D:20260423"
    assert document.get_metadata_value("ModDate") == "D:20260423"


# What the file is ------------------------------------------------------------------------------


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize(("locale", "paper"), [("en_US", "letter"), ("en_GB", "A4")])
def test_pages_have_the_locales_paper(locale: str, paper: str, large: bool) -> None:
    """§10.5.3, §10.5.7: in one orientation, whatever the page is of."""
    opened = PdfDocument(printed(locale, large=large))
    sizes = [opened[i].get_size() for i in range(len(opened))]
    opened.close()
    upright = POINTS[paper]
    for size in sizes:
        assert size == pytest.approx(upright if large else upright[::-1], abs=0.1)


def test_six_months_take_five_pages_at_most() -> None:
    """§10.5.6: weeks run on over the end of a month."""
    with PdfDocument(printed()) as opened:
        assert len(opened) <= 5


@pytest.mark.parametrize(("large", "least"), [(False, 11), (True, 18)])
def test_no_text_is_smaller_than_it_may_be(large: bool, least: float) -> None:
    """§10.5.1."""
    opened = PdfDocument(printed(large=large))
    sizes = {round(size, 1) for page in opened for size in _font_sizes(page)}
    opened.close()
    assert min(sizes) >= least - 0.05


def _font_sizes(page: object) -> Iterator[float]:
    """The height of each run of text in points: its font size times the scale it is drawn in."""
    from ctypes import c_float

    for i in range(pdfium.FPDFPage_CountObjects(page)):
        found = pdfium.FPDFPage_GetObject(page, i)
        if pdfium.FPDFPageObj_GetType(found) == pdfium.FPDF_PAGEOBJ_TEXT:
            size, matrix = c_float(), pdfium.FS_MATRIX()
            pdfium.FPDFTextObj_GetFontSize(found, size)
            pdfium.FPDFPageObj_GetMatrix(found, matrix)
            yield size.value * abs(matrix.d)


def test_every_page_has_its_header_and_footer() -> None:
    """§10.4.1, §10.4.2."""
    sheets = read(printed())
    for sheet in sheets:
        said = " ".join(text.said for text in sheet.texts)
        for part in (
            "EXAMPLE, NOT FOR PATIENT USE",
            "Participant IIM-001",
            f"Page {sheet.number} of {len(sheets)}",
            "Protocol iimpact, version 1.0",
            "Plan 3f2a9c1e",
            "Issued on",
            "Issued on Thursday, April 23, 2026",
            "Call IIMPACT study team, Houston Methodist, +1 713 555 0100",
        ):
            assert part in said


def test_the_file_is_tagged_titled_and_has_a_language(document: PdfDocument) -> None:
    """§10.4.12."""
    assert document.get_metadata_value("Title") == "Your prednisone calendar, IIM-001"
    assert pdfium.FPDFCatalog_IsTagged(document)
    assert b"/Lang (en-US)" in unpacked()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in unpacked() or b'pdfuaid:part="1"' in unpacked()


def test_the_chart_has_an_alternative_and_cells_have_their_heads(document: PdfDocument) -> None:
    """§10.4.12."""
    tags = {}
    with PdfDocument(printed(large=True)) as large:  # which has room for a chart
        for page in (large[0], large[1], large[2]):
            tree = pdfium.FPDF_StructTree_GetForPage(page)
            tags |= dict(_tags(tree))
            pdfium.FPDF_StructTree_Close(tree)
    assert tags["Figure"].startswith(
        "Chart of the dose from Thursday, April\N{NO-BREAK SPACE}30, 2026"
    )
    assert {"H1", "H2", "P", "Table"} <= tags.keys()
    month = pdfium.FPDF_StructTree_GetForPage(document[1])
    assert {"Table", "TR", "TH", "TD", "H2"} <= dict(_tags(month)).keys()
    pdfium.FPDF_StructTree_Close(month)


def _tags(tree: object) -> Iterator[tuple[str, str]]:
    """Each structure element's type, with its alternative text."""
    pending = [
        pdfium.FPDF_StructTree_GetChildAtIndex(tree, i)
        for i in range(pdfium.FPDF_StructTree_CountChildren(tree))
    ]
    while pending:
        element = pending.pop()
        yield (
            _text(pdfium.FPDF_StructElement_GetType, element),
            _text(pdfium.FPDF_StructElement_GetAltText, element),
        )
        children = (
            pdfium.FPDF_StructElement_GetChildAtIndex(element, i)
            for i in range(pdfium.FPDF_StructElement_CountChildren(element))
        )
        pending += [child for child in children if child]


def _text(getter: object, element: object) -> str:
    from ctypes import create_string_buffer

    size = getter(element, None, 0)  # type: ignore[operator]
    buffer = create_string_buffer(size)
    getter(element, buffer, size)  # type: ignore[operator]
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def test_only_the_pinned_font_is_embedded() -> None:
    fonts = set(re.findall(rb"/(?:BaseFont|FontName) ?/([A-Z]{6}\+)?([\w-]+)", unpacked()))
    assert {name for _, name in fonts} == {b"Taper-Sans", b"Taper-Sans-Bold"}


def test_where_each_object_stands_takes_little_room() -> None:
    """Three bytes in four of a row are those of the row above."""
    (found,) = re.finditer(rb"/Type /XRef.*?/Size (\d+).*?/Length (\d+)", printed())
    assert int(found[2]) < int(found[1]) / 3


def test_another_font_is_refused() -> None:
    with pytest.raises(RenderingFailed, match="printed in Times"):
        refuse_other_fonts([typeface.FAMILY, "Times"])


def test_the_plan_rides_along(document: PdfDocument) -> None:
    """§10.11.5."""
    assert document.count_attachments() == 1
    attached = document.get_attachment(0)
    assert attached.get_name() == pdf.ATTACHMENT_NAME
    assert bytes(attached.get_data()) == b'{"a": 1}\n'


# What does not get in --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="file:///etc/passwd">',
        '<img alt="x" src="http://127.0.0.1:9/x.png">',
        '<img alt="x" src="data:image/png;base64,AAAA">',
        '<p style="background: url(file:///etc/hostname)">x</p>',
    ],
)
def test_the_page_may_fetch_nothing(body: str) -> None:
    """§10.6.3."""
    with pytest.raises(RenderingFailed, match="may ask for nothing"):
        written(body)


def test_a_picture_in_a_drawing_is_not_fetched() -> None:
    """§10.6.3."""
    drawing = '<svg width="9" height="9"><title>x</title><image href="file:///etc/passwd"/></svg>'
    with pytest.raises(RenderingFailed):
        written(drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'))


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<style>@import "http://127.0.0.1:9/x.css";</style>',
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) }</style>",
        '<link rel="attachment" href="file:///etc/passwd">',
    ],
)
def test_the_head_may_fetch_nothing(head: str) -> None:
    """§10.6.3."""
    with pytest.raises(RenderingFailed, match="may ask for nothing"):
        written("<p>x</p>", head)


def test_anything_the_renderer_logs_is_an_error() -> None:
    with pytest.raises(RenderingFailed, match="Ignored"):
        written('<p style="no-such-property: 1">x</p>')


def test_a_log_of_before_is_not_held_against_a_calendar() -> None:
    logging.getLogger("weasyprint").warning("something else")
    assert written("<p>x</p>").startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("☐", r"U\+2610 BALLOT BOX"),
        ("東", r"U\+6771 CJK UNIFIED IDEOGRAPH-6771"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}", r"U\+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\N{ZERO WIDTH SPACE}", r"U\+200B ZERO WIDTH SPACE"),
        ("\N{SOFT HYPHEN}", r"U\+00AD SOFT HYPHEN"),
        ("\x07", r"U\+0007"),
        ("😀", r"U\+1F600 GRINNING FACE"),
    ],
)
def test_a_character_that_the_font_lacks_is_refused_by_name(character: str, name: str) -> None:
    """§10.6.2."""
    plan = plan_of(contact_site=f"Ward {character} 3")
    typed = calendar_html(issue_of(plan))
    with pytest.raises(Refusal, match=f"IIM-001: the printed text is .*{name}"):
        pdf.write_calendar(typed, who="IIM-001", issued=ISSUED)


def test_an_entity_does_not_hide_a_character() -> None:
    """§10.6.2."""
    with pytest.raises(Refusal, match=r"U\+2610"):
        written("<p>&#9744;</p>")


def test_accents_that_were_typed_apart_are_printed() -> None:
    """§10.6.1."""
    plan = plan_of(contact_site="Cli\u0301nica", contact_phone="+34 1")
    typed = calendar_html(issue_of(plan))
    assert "Clínica" in typed
    refuse_unprintable(typed, "IIM-001")


def test_what_a_person_typed_is_read_on_the_page() -> None:
    """§10.6.1."""
    typed = "{{7*7}} <b>x</b> & \"q\" 'q' </footer><script>1</script>"
    plan = plan_of(contact_site=typed, contact_phone="<img src=x>")
    data = pdf.write_calendar(calendar_html(issue_of(plan)), who="IIM-001", issued=ISSUED)
    verify(data, issue_of(plan))
    sheets = read(data)
    assert all(
        typed.replace(" ", "") in "".join(t.said for t in sheet.texts).replace(" ", "")
        for sheet in sheets
    )


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_the_longest_id_fits(large: bool) -> None:
    """§10.5.4."""
    plan = plan_of(participant="W" * 64, provisional=True)
    data = pdf.write_calendar(
        calendar_html(issue_of(plan), large=large),
        who=plan.participant,
        issued=ISSUED,
    )
    verify(data, issue_of(plan), large=large)


@pytest.mark.parametrize("locale", ["en_US", "en_GB"])
def test_the_longest_name_of_a_drug_fits_in_large_print(locale: str) -> None:
    """§10.5.4: Of several drugs each is named beside its dose, in whole."""
    plan = replace(PLANS["two drugs"], locale=locale)
    assert printed_paper(plan, LARGE).startswith(b"%PDF")


def test_without_pango_one_sentence_says_what_to_install() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.modules['weasyprint'] = None\n"
        "from datetime import date\n"
        "import builtins\n"
        "real = builtins.__import__\n"
        "def without(name, *rest, **more):\n"
        "    if name == 'weasyprint':\n"
        "        raise OSError('cannot load library libpango-1.0-0')\n"
        "    return real(name, *rest, **more)\n"
        "builtins.__import__ = without\n"
        "from taper import errors\n"
        "from taper.paper.press import pdf\n"
        "try:\n"
        "    pdf.write_calendar('<p>x</p>', who='x', issued=date(2026, 1, 1))\n"
        "except errors.EnvironmentLacking as lacking:\n"
        "    print(lacking)\n"
    )
    folder = str(Path(taper.__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", program, folder], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == PANGO_LACKING
    assert EnvironmentLacking.exit_code is ExitCode.ENVIRONMENT


def test_importing_taper_pdf_does_not_import_the_renderer() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import taper.paper.press.pdf\n"
        "print(*sys.modules)"
    )
    folder = str(Path(taper.__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", program, folder], capture_output=True, text=True, check=True
    )
    assert "weasyprint" not in ran.stdout.split()


def test_the_templates_are_found_in_a_checkout() -> None:
    assert (templates_dir() / "calendar" / "calendar.html").is_file()


def test_the_date_of_issue_is_the_files_own() -> None:
    """§10.8.2."""
    issue = issue_of(plan_of(), date(2026, 5, 1))
    data = pdf.write_calendar(calendar_html(issue), who="IIM-001", issued=issue.issued)
    verify(data, issue)
    with pytest.raises(ReadbackFailed, match="code to scan"):
        verify(data, issue_of())
