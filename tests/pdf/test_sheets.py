"""§10.5: how weeks and days are laid on pages, before anything is printed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf.plans import PREDNISONE, SIX_MONTHS, START, Row, issue_of, plan_of, steps_of, tablets_of
from pypdfium2 import PdfDocument

from taper.doses.tablets import Stock, combine
from taper.paper import documents
from taper.paper.documents import Paper
from taper.paper.pages.calendar import Calendar, calendar, calendar_html
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import width
from taper.paper.pages.sheets import FEW, list_widths, spread
from taper.paper.pages.words import words
from taper.planning.labels import VisitMark
from taper.planning.plan import Kind, Part

NBSP = "\N{NO-BREAK SPACE}"
HEIGHTS = st.lists(st.integers(60, 130), min_size=1, max_size=60)


def view(
    *rows: Row, large: bool = False, part: Part | None = None, stock: Stock = PREDNISONE
) -> Calendar:
    plan = plan_of(steps_of(rows or SIX_MONTHS, tablets=stock))
    return calendar(issue_of(plan, part=part), words(plan.locale), large=large)


@given(HEIGHTS, st.integers(200, 500), st.integers(0, 60))
def test_every_row_stands_on_one_page_and_none_is_too_full(
    heights: list[int], room: int, ending: int
):
    """§10.5.4, §10.5.6."""
    pages = spread(heights, heights, room, ending=ending)
    assert [row for page in pages for row in page] == heights
    assert all(pages)
    assert all(sum(page) <= room for page in pages)
    assert sum(pages[-1]) + ending <= room or len(pages[-1]) == 1


@given(st.integers(8, 200), st.integers(70, 120), st.integers(0, 150))
def test_no_page_of_the_large_print_holds_a_day_or_two(days: int, height: int, ending: int):
    """§10.5.6."""
    pages = spread(range(days), [height] * days, 620, ending=ending, most=7)
    assert all(FEW < len(page) <= 7 for page in pages)
    assert height * len(pages[-1]) + ending <= 620


def test_pages_of_fewer_days_than_a_week_are_not_called_weeks():
    """§10.5.6, §10.5.8."""
    whole, parts = (view((Kind.RUN_IN, mg, 42), large=True).weeks for mg in ("20", "38.5"))
    assert [page.title for page in whole[:2]] == ["Week 1 of 6", "Week 2 of 6"]
    assert any(len(page.days) < 7 for page in parts[:-2])
    assert parts[0].title == f"Your days, part 1 of {len(parts)}"


@pytest.mark.parametrize("paper", ["letter", "A4"])
def test_a_large_print_takes_at_most_a_page_a_week(paper: PaperSize):
    """§10.5.8: of two drugs and with a flare; each page has its heading and no day alone."""
    stock, tapered = tablets_of("20"), tablets_of("20", "5", "2.5", "1")
    before = steps_of([(Kind.RUN_IN, "80", 14)], tablets=stock, drug="hydrocortisone")
    rows: list[Row] = [
        *((Kind.TAPER, mg, 7) for mg in ("17.5", "15")),
        (Kind.HOLD, "15", 18),
        *((Kind.TAPER, mg, 14) for mg in ("12.5", "10", "7.5", "6")),
        (Kind.MAINTENANCE, "5", 42),
    ]
    then = steps_of(rows, start=START + timedelta(days=14), tablets=tapered)
    per_mg = {"prednisone": Fraction(1), "hydrocortisone": Fraction(1, 4)}
    plan = plan_of((*before, *then), locale="en_GB", prednisone_per_mg=per_mg)
    weeks = calendar(replace(issue_of(plan), paper=paper), words("en_GB"), large=True).weeks
    assert len(weeks) <= ceil(sum(len(page.days) for page in weeks) / 7)
    assert all(page.title and len(page.days) > FEW for page in weeks)


@pytest.mark.parametrize("doses", ["7.5/5", "5/0"])
@pytest.mark.parametrize("locale", ["de_DE", "en_US", "es_ES", "fr_FR", "pt_BR", "ru_RU"])
def test_a_week_of_alternate_days_is_a_page_in_every_language(locale: str, doses: str):
    """§10.5.8: the last one too, with what comes after below it."""
    plan = plan_of(steps_of([(Kind.RUN_IN, "10", 7), (Kind.TAPER, doses, 21)]), locale=locale)
    weeks = calendar(issue_of(plan), words(locale), large=True).weeks
    assert [len(page.days) for page in weeks] == [7, 7, 7, 7]


def test_four_days_of_a_week_are_not_called_a_week():
    """§10.5.8: where a week takes two pages."""
    shown = view((Kind.RUN_IN, "17.5/12.5", 7), large=True).weeks
    assert [page.title for page in shown] == ["Your days, part 1 of 2", "Your days, part 2 of 2"]


@pytest.mark.parametrize("dose", ["23.75", "123.75"])
def test_a_dose_of_many_figures_has_room_in_large_print(dose: str):
    """§10.5.4, §10.5.8."""
    shown = view((Kind.RUN_IN, dose, 7), large=True, stock=tablets_of("20", ("2.5", 2)))
    (_, room, _) = list_widths(shown.paper, shown.columns)
    assert width(f"{dose}\N{NO-BREAK SPACE}mg", 28, "Bold") <= room


def test_a_week_by_itself_begins_with_its_first_day():
    """§10.10.7."""
    first = date(2026, 5, 19)
    (page,) = view(part=Part(first, first + timedelta(days=6))).pages
    assert page.weekdays[0] == "Tuesday"
    assert [cell.day for cell in page.weeks[0]] == [first + timedelta(days=i) for i in range(7)]


@pytest.mark.parametrize("days", [1, 3, 7])
def test_a_week_or_less_stands_on_the_first_page(days: int):
    """§10.10.7."""
    first = date(2026, 5, 19)
    assert view(part=Part(first, first + timedelta(days=days - 1))).on_front
    assert not view(part=Part(first, first + timedelta(days=13))).on_front
    assert not view().on_front


@pytest.mark.parametrize(("locale", "pages"), [("de_DE", 1), ("ru_RU", 2)])
def test_a_whole_plan_of_a_week_is_one_page_where_its_words_leave_room(locale: str, pages: int):
    """§10.10.7: printed and read back; no chart takes the room."""
    issue = issue_of(plan_of(steps_of([(Kind.MAINTENANCE, "5/0", 7)]), locale=locale))
    with PdfDocument(documents.as_pdf(issue, Paper.CALENDAR)) as opened:
        assert len(opened) == pages


def test_a_month_is_named_where_it_begins_and_above_its_weeks():
    """§10.5.6."""
    pages = view().pages
    numbers = {cell.number for page in pages for week in page.weeks for cell in week if cell.dose}
    assert {f"{month}{NBSP}1" for month in ("May", "Jun", "Jul", "Aug", "Sep")} <= numbers
    assert pages[0].title == "April 2026 and May 2026"
    for page in pages:
        assert not page.weeks[0][0].number.isdecimal()


@pytest.mark.parametrize("rows", [SIX_MONTHS, ((Kind.RUN_IN, "20", 400),)], ids=["short", "long"])
def test_the_chart_is_left_out_where_the_first_page_has_no_room(rows: tuple[Row, ...]):
    """§10.5.6: no page for a chart alone."""
    shown = view(*rows)
    assert shown.brief
    assert (shown.chart is None) is (rows is SIX_MONTHS)


def test_in_large_print_the_dose_is_the_largest_thing_in_its_cell():
    """§10.5.5."""
    shown = calendar_html(issue_of(), large=True)
    sizes = {
        float(size) for size in re.findall(r"(?m)^\.(?:list|large) .*?font-size: ([\d.]+)pt", shown)
    }
    assert max(sizes) == 28
    assert ".list strong { font-size: 28pt" in shown


def test_half_a_tablet_is_half_of_a_tablet():
    """§10.2.9: "half tablet of 5 mg" may be a tablet that has 5 mg, or a half that has."""
    stock = tablets_of(("5", 2))
    said = words("en_US").tablets(combine(Fraction("7.5"), stock))
    assert said.replace("\N{NO-BREAK SPACE}", " ") == "1 tablet of 5 mg and half of a 5 mg tablet"
    assert "a\N{NO-BREAK SPACE}5\N{NO-BREAK SPACE}mg\N{NO-BREAK SPACE}tablet" in said


@pytest.mark.parametrize("paper", [Paper.CALENDAR, Paper.LARGE_PRINT])
def test_a_visit_with_a_sign_on_its_first_letter_stands_below_a_line_with_descenders(paper: Paper):
    """§10.5.4: `Évaluation` below `le matin, au repas`, `À partir d’ici` below `juin`."""
    first = date(2026, 5, 29)
    steps = steps_of([(Kind.RUN_IN, "10/5", 4), (Kind.TAPER, "5", 5)], start=first)
    visits = tuple(
        VisitMark(name, date(2026, 6, day), planned=True)
        for day, name in ((2, "Évaluation"), (4, "Überprüfung"))
    )
    plan = plan_of(steps, visits=visits, locale="fr_FR")
    assert documents.as_pdf(issue_of(plan), paper)
