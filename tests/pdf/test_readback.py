"""§10.7: each date, dose and tablet line on paper equals the plan, inside page and cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from ctypes import c_ushort
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import pytest
from pdf.papers import paper
from pdf.plans import ISSUED, issue_of, plan_of, steps_of
from pypdfium2 import PdfDocument
from pypdfium2 import raw as pdfium

from taper.paper import readback
from taper.paper.pages import calendar_html
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.paper.readback.boxes import Differs
from taper.paper.readback.pdf import read
from taper.planning.plan import Instruction, Kind, Plan, Step

ROWS = ((Kind.RUN_IN, "25", 5), (Kind.TAPER, "20", 5), (Kind.MAINTENANCE, "17.5", 10))
START = date(2026, 5, 27)
NBSP = "\N{NO-BREAK SPACE}"

Break = Callable[[str], str]


@cache
def short_plan(participant: str = "IIM-001") -> Plan:
    return plan_of(steps_of(ROWS, START), participant=participant)


@cache
def html_of(participant: str = "IIM-001", *, large: bool = False) -> str:
    return calendar_html(issue_of(short_plan(participant)), large=large)


def refused(html: str, plan: Plan | None = None, *, large: bool = False) -> str:
    """Why the calendar is refused when it is read back."""
    printed = pdf.write_calendar(html, who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed) as found:
        readback.verify(printed, issue_of(plan or short_plan()), large=large)
    return str(found.value)


def replaced(old: str, new: str, *, large: bool = False) -> str:
    """The calendar with one part of it changed; it must be there to be changed."""
    html = html_of(large=large)
    assert old in html
    return html.replace(old, new, 1)


def cell(day: int) -> str:
    """The markup of one day's cell."""
    found = re.search(rf"<td[^>]*><b>(?:[A-Z][a-z]+ )?{day}\b.*?</td>", html_of(), re.S)
    assert found
    return found[0]


def styled(rules: str) -> str:
    return replaced("</style>", f"{rules}</style>")


@pytest.mark.parametrize("large", [False, True], ids=["calendar", "large print"])
def test_what_was_planned_is_accepted(large: bool) -> None:
    """§10.7.1."""
    printed = pdf.write_calendar(html_of(large=large), who="IIM-001", issued=ISSUED)
    readback.verify(printed, issue_of(short_plan()), large=large)


def test_a_dose_off_by_one_is_caught() -> None:
    """§10.7.1."""
    broken = cell(10).replace("17.5", "18.5")
    assert "10 18.5 mg" in refused(html_of().replace(cell(10), broken))


def test_a_missing_day_is_caught() -> None:
    """§10.7.3."""
    assert "has other weeks" in refused(html_of().replace(cell(10), "<td></td>"))


def test_a_week_in_another_place_is_caught() -> None:
    """§10.7.1, §10.7.3: places are looked at, and not the order of the words alone."""
    first, second, *_ = re.findall(r"<tr>\s*<td.*?</tr>", _grid_of(html_of()), re.S)
    swapped = html_of().replace(first, "{week}").replace(second, first).replace("{week}", second)
    assert "was planned" in refused(swapped)


def _grid_of(html: str) -> str:
    return html[html.index('<section class="weeks">') :]


def long_html() -> tuple[str, list[str]]:
    """A plan of several pages of weeks, and those pages."""
    html = calendar_html(issue_of(plan_of()))
    return html, re.findall(r'<section class="weeks">.*?</section>', html, re.S)


def test_a_page_that_is_printed_twice_is_caught() -> None:
    """§10.7.3."""
    html, (first, *_) = long_html()
    assert "not planned" in refused(html.replace(first, first * 2), plan_of())


def test_pages_in_the_wrong_order_are_caught() -> None:
    """§10.7.1."""
    html, (first, second, *_) = long_html()
    swapped = html.replace(first, "{page}").replace(second, first).replace("{page}", second)
    assert "it lacks" in refused(swapped, plan_of())


@pytest.mark.parametrize(
    "rules",
    [
        ".must .signatures p { margin-top: 9pt }",
        ".must { display: none }",
        ".must .signatures { page-break-before: always }",
    ],
    ids=["no room", "no lines", "on another page"],
)
def test_a_first_page_without_room_to_sign_is_caught(rules: str) -> None:
    """§10.4.5."""
    assert refused(styled(f"body:not(.large) {rules}"))


def test_text_that_is_clipped_is_caught() -> None:
    """§10.7.2, §10.5.4."""
    assert "is cut off" in refused(
        html_of()
        .replace(
            cell(10),
            cell(10).replace("<strong>", "<strong class='cut'>"),
        )
        .replace(
            "</style>",
            ".cut { display: block; height: 5pt; overflow: hidden }</style>",
        )
    )


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ("", "a frame goes through '17.5 mg'"),
        ("border: 0; background: #eee", "sticks out of its cell"),
    ],
    ids=["a cell with a frame", "a cell with a ground alone"],
)
def test_text_that_sticks_out_of_its_cell_is_caught(rules: str, why: str) -> None:
    """§10.7.2, §10.5.4."""
    last_column = cell(13)
    broken = last_column.replace("<strong>", "<strong style='margin-left: 42pt'>")
    broken = broken.replace("<td", f"<td style='{rules}'", 1)
    assert why in refused(html_of().replace(last_column, broken))


def test_text_that_runs_off_the_page_is_caught() -> None:
    """§10.7.2, §10.5.4."""
    assert "runs off the page" in refused(styled(".weeks h2 { margin-left: -60pt }"))


def test_swapped_pages_of_two_participants_are_caught() -> None:
    """§10.7.1."""
    mine, others = (
        PdfDocument(pdf.write_calendar(html_of(who), who=who, issued=ISSUED))
        for who in ("IIM-001", "IIM-002")
    )
    mixed, written = PdfDocument.new(), BytesIO()
    mixed.import_pages(mine, [0])
    mixed.import_pages(others, [1])
    mixed.save(written)
    with pytest.raises(ReadbackFailed, match="page 2 lacks the code to scan of 'TAPER1/IIM-001"):
        readback.verify(written.getvalue(), issue_of(short_plan()))


def test_another_participants_calendar_is_caught() -> None:
    """§10.7.1."""
    assert "lacks the code to scan of 'TAPER1/IIM-001" in refused(html_of("IIM-002"))


def test_a_wrong_strength_is_caught() -> None:
    """§10.7.1."""
    assert "1 tablet of 20 mg" in refused(
        html_of().replace(
            cell(10), cell(10).replace("of\N{NO-BREAK SPACE}10\N{NO-BREAK SPACE}mg", "of 20 mg")
        )
    )


def test_a_wrong_date_is_caught() -> None:
    """§10.7.1."""
    broken = cell(10).replace("<b>10", "<b>11")
    assert "'11 17.5 mg" in refused(html_of().replace(cell(10), broken))


def test_a_wrong_month_is_caught() -> None:
    """§10.7.1."""
    assert refused(html_of().replace(" and June 2026<", " and July 2026<"))


def test_a_missing_header_is_caught() -> None:
    """§10.7.3."""
    assert "page 1 lacks" in refused(re.sub(r"(?s)<header>.*?</header>", "", html_of()))


def test_a_missing_warning_banner_is_caught() -> None:
    """§10.7.3."""
    broken = replaced('<p class="banner">EXAMPLE, NOT FOR PATIENT USE</p>', "")
    assert "lacks 'EXAMPLE, NOT FOR PATIENT USE'" in refused(broken)


def test_another_phone_number_is_caught() -> None:
    """§10.7.1."""
    broken = html_of().replace("555\N{NO-BREAK SPACE}0100", "555\N{NO-BREAK SPACE}0199")
    assert "+1 713 555 0100'" in refused(broken)


def test_an_extra_day_is_caught() -> None:
    """§10.7.3."""
    broken = cell(10).replace("<b>10", "<b>16")
    assert "'16 17.5 mg" in refused(html_of().replace(cell(16), broken))


def test_an_extra_sentence_on_a_months_page_is_caught() -> None:
    """§10.7.3."""
    broken = replaced("</table>\n</section>", "</table>\nTake more.</section>")
    assert "'Takemore." in refused(broken) or "Takemore.'" in refused(broken)


def test_text_under_a_cover_is_caught() -> None:
    """§10.7.2."""
    cover = "<div style='position: absolute; top: 0; left: 0; width: 300pt; height: 300pt;"
    cover += " background: #fff'></div>"
    assert "painted over" in refused(replaced("<h1>", cover + "<h1>"))


def test_text_as_pale_as_its_ground_is_caught() -> None:
    """§10.7.2."""
    assert "too pale" in refused(styled(".grid strong { color: #ccc }"))


def test_overlapping_text_is_caught() -> None:
    """§10.7.2."""
    assert "overlap" in refused(styled(".brief .advice p { margin-bottom: -12pt }"))


def test_a_cell_under_another_weekday_is_caught() -> None:
    """§10.7.2."""
    broken = html_of().replace(">Monday<", ">Day<").replace(">Tuesday<", ">Monday<")
    assert "is not under" in refused(broken.replace(">Day<", ">Tuesday<"))


def test_a_wrong_row_of_the_step_table_is_caught() -> None:
    """§10.7.1."""
    assert "the step table lacks" in refused(
        replaced(f"<td>Monday, June{NBSP}1,", f"<td>Sunday, June{NBSP}1,")
    )


def test_another_phone_number_in_the_box_of_the_first_page_is_caught() -> None:
    """§10.7.1."""
    before, box = html_of().split('<p class="phone">')
    assert "555\N{NO-BREAK SPACE}0100" in box
    broken = box.replace("555\N{NO-BREAK SPACE}0100", "555\N{NO-BREAK SPACE}0199", 1)
    assert "the first pages lack 'CallIIMPACT" in refused(before + '<p class="phone">' + broken)


@pytest.mark.parametrize(
    "part",
    [
        r'<div class="advice">.*?</div>',
        r'<div class="signatures">.*?</div>',
        r'<svg class="chart".*?</svg>',
        r"<h1>.*?</h1>",
        r"<p>Until .*?</p>",
    ],
)
def test_a_missing_part_of_the_first_page_is_caught(part: str) -> None:
    """§10.7.3."""
    broken = re.sub(part, "", html_of(), count=1, flags=re.S)
    assert "the first pages lack" in refused(broken)


def test_an_extra_sentence_on_the_first_page_is_caught() -> None:
    """§10.7.3."""
    assert "'Takemore.'" in refused(replaced("<h1>", "<p>Take more.</p><h1>"))


def test_a_plan_that_ends_otherwise_is_caught() -> None:
    """§10.7.1."""
    withdrawn = plan_of(steps_of(ROWS, START), instruction=Instruction.KEEP_TAKING)
    assert "was not planned" in refused(html_of(), withdrawn)


def test_the_plan_itself_is_asked_and_not_only_what_was_to_be_printed() -> None:
    """§10.7.1."""
    higher = steps_of((*ROWS[:2], (Kind.MAINTENANCE, "18.5", 10)), START)
    assert "18.5 mg" in refused(html_of(), plan_of(higher))


def test_tablets_that_do_not_belong_to_the_dose_are_caught() -> None:
    """§10.7.1."""
    steps = steps_of(ROWS, START)
    odd: tuple[Step, ...] = (
        *steps[:2],
        steps[2]._replace(tablets=steps_of(((Kind.TAPER, "12.5", 1),), START)[0].tablets),
    )
    assert "1 tablet of 2.5 mg" in refused(html_of(), plan_of(odd))


def test_a_missing_day_of_the_large_print_is_caught() -> None:
    """§10.7.3."""
    html = html_of(large=True)
    row = re.search(rf"<tr>\s*<td>Wednesday, June{NBSP}10.*?</tr>", html, re.S)
    assert row
    assert "it lacks 2026-06-10" in refused(html.replace(row[0], ""), large=True)


def test_a_wrong_dose_of_the_large_print_is_caught() -> None:
    """§10.7.1."""
    html = html_of(large=True)
    row = re.search(rf"<tr>\s*<td>Wednesday, June{NBSP}10.*?</tr>", html, re.S)
    assert row
    broken = html.replace(row[0], row[0].replace("<strong>17.5", "<strong>1.75"))
    assert "1.75 mg" in refused(broken, large=True)


def test_what_is_no_pdf_is_refused() -> None:
    """§10.7.1."""
    with pytest.raises(ReadbackFailed, match="no readable PDF"):
        readback.verify(b"%PDF-1.7 and no more", issue_of(short_plan()))


@pytest.mark.parametrize("more", [1, -10_000])
def test_a_line_whose_steps_cannot_be_read_is_refused_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    """§10.7.1: where PDFium counts others than it has, or none at all (-1)."""
    printed, counted = paper("provisional", "wallet"), pdfium.FPDFPath_CountSegments

    def count(path: object) -> int:
        steps: int = counted(path)
        return steps + more if steps > 10 else steps  # the code to scan

    monkeypatch.setattr(pdfium, "FPDFPath_CountSegments", count)
    with pytest.raises(Differs, match="whose steps cannot be read"):
        read(printed)


def test_what_a_text_says_is_written_into_room_for_it_alone() -> None:
    """§10.7.1: PDFium counts in bytes, and writes nothing where there is one too few."""
    with PdfDocument(paper("provisional", "wallet")) as opened:
        page = opened[0]
        texts, found = page.get_textpage(), pdfium.FPDFPage_GetObject
        said = next(
            each
            for each in (found(page, i) for i in range(pdfium.FPDFPage_CountObjects(page)))
            if pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_TEXT
        )
        size = pdfium.FPDFTextObj_GetText(said, texts, None, 0)
        room = (c_ushort * size)(*[7] * size)
        assert pdfium.FPDFTextObj_GetText(said, texts, room, size - 1) == size
        assert set(room) == {7}
        assert pdfium.FPDFTextObj_GetText(said, texts, room, size) == size
        assert 7 not in room[: size // 2]
        assert set(room[size // 2 :]) == {7}


@pytest.mark.parametrize("length", range(40, 48))
def test_a_line_that_ends_with_a_hyphen_is_read_as_it_is_printed(length: int) -> None:
    """§10.7.1."""
    site = f"{'Centre ' * 8}"[:length] + "Saint-Clarissa-Rheumatology-Department"
    plan = replace(short_plan(), contact_site=site)
    html = calendar_html(issue_of(plan))
    printed = pdf.write_calendar(html, who="IIM-001", issued=ISSUED)
    readback.verify(printed, issue_of(plan))


def test_a_hold_in_large_print_has_a_ground_and_a_frame_and_is_accepted() -> None:
    """§10.7.1: The rows of a hold are grey: two boxes of one cell are no cells that overlap."""
    plan = plan_of(steps_of([ROWS[0], (Kind.HOLD, "25", 14), *ROWS[1:]], START))
    html = calendar_html(issue_of(plan), large=True)
    printed = pdf.write_calendar(html, who="IIM-001", issued=ISSUED)
    readback.verify(printed, issue_of(plan), large=True)
