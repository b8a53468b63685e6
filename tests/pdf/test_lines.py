"""Where the lines of a cell end, which is found before the page is laid out."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf.papers import PAPERS, paper
from pdf.plans import ISSUED, issue_of, plan_of, tablets_of
from pypdfium2 import PdfDocument

from taper import sources
from taper.doses.tablets import Count, combine
from taper.paper.pages import PaperSize, calendar_html, words
from taper.paper.pages.line_breaks import CELL_PT, SPARE, WITHIN, broken, cell_width
from taper.paper.press import pdf, typeface
from taper.paper.readback.pdf import read

NBSP = "\N{NO-BREAK SPACE}"
WORDS = st.lists(st.text("abcW1.,", min_size=1, max_size=30), min_size=1, max_size=12)


def width(line: str) -> float:
    return typeface.width(line, CELL_PT)


@given(WORDS, st.sampled_from(["letter", "A4"]))
def test_a_line_is_as_long_as_fits_and_nothing_is_lost(said: list[str], paper: PaperSize):
    """§10.5.4."""
    limit = cell_width(paper)
    lines = broken(" ".join(said), limit).split("\n")
    assert " ".join(lines).split(" ") == said
    assert all(width(line) <= limit for line in lines if " " in line)
    for line, following in pairwise(lines):
        assert width(f"{line} {following.split(' ')[0]}") > limit


@pytest.mark.parametrize("locale", sources.language_codes())
@pytest.mark.parametrize("points", [cell_width("letter"), cell_width("A4")])
def test_no_tablet_parts_from_its_strength_in_a_cell(locale: str, points: float):
    """§10.2.5: in any language, of any count; no line of a cell reads "4 mg and half" either."""
    said, stock = words(locale), tablets_of("20", ("10", 2), ("2.5", 2), ("1", 4))
    days = [combine(Fraction(mg), stock) for mg in ("40", "32.5", "26.25", "15", "3.75", "0.25")]
    listed = said.lists_tablets(days, points, CELL_PT)
    for day in days:
        lines = broken(said.tablets(day, listed=listed), points).split("\n")
        assert all(width(line) <= points for line in lines)
        for part in (each for taken in day for each in said.tablet(taken, listed=listed)):
            is_broken = not part[0].isdigit()
            # of broken ones what is by itself "half of a 5 mg tablet" may stand on two lines
            if width(part) <= points:
                assert broken(part, points) == part, "what has room on a line stays on it"
            *_, tablet = broken(part, points).split("\n") if is_broken else [part]
            assert any(tablet in line for line in lines)
            assert tablet.strip(NBSP).count(NBSP) >= 3, "the tablet and its strength"
            begins = part.split(NBSP)[0]
            assert not (is_broken and any(re.search(rf"\d.* {begins}", line) for line in lines))


def test_a_list_of_tablets_says_which_tablets_they_are_and_all_of_a_papers_days_are_lists():
    """§10.2.5: where the sentence of one of them is too wide, so that all are read in one way."""
    said, stock = words("pt_BR"), tablets_of("20", ("5", 2))
    days = [combine(Fraction(mg), stock) for mg in ("42.5", "5")]
    lines = [broken(said.tablets(day, listed=True), cell_width("letter")) for day in days]
    assert [text.replace(NBSP, " ").split("\n") for text in lines] == [
        ["comprimidos:", "2 de 20 mg e", "metade de", "  um de 5 mg"],
        ["comprimido:", "1 de 5 mg"],
    ]
    assert not said.lists_tablets(days[1:], 115, CELL_PT)
    assert said.lists_tablets(days, 115, CELL_PT)


@pytest.mark.parametrize("locale", sources.language_codes())
def test_the_second_line_of_a_broken_tablet_is_set_in_and_is_no_tablet_by_itself(locale: str):
    """§10.2.5: where it has no room on one line, as in the cell of a week."""
    (half,) = words(locale).tablet(Count(Fraction(20), Fraction(1, 2)))
    points = width(half) - 1
    first, second = broken(half, points).split("\n")
    assert not re.search(r"\d", first)
    assert second.startswith(2 * NBSP)
    assert f"{first} {second.strip(NBSP)}".replace(NBSP, " ") == half.replace(NBSP, " ")
    # where there is no room for that, it is not set in, and no less whole
    assert broken(half, width(second.strip(NBSP))).split("\n")[-1] == second.strip(NBSP)


def test_a_line_never_ends_between_a_tablet_and_its_strength():
    """§10.2.5."""
    five, two = "1 tablet of 5 mg".replace(" ", NBSP), "2 tablets of 2.5 mg".replace(" ", NBSP)
    assert broken(f"{five} and {two}", width(f"{five} and")).split("\n") == [f"{five} and", two]
    assert broken(f"{five} and {two}", width(two)).split("\n") == [five, "and", two]
    # where not even one has room, it is left too wide, and refused when it is read back
    assert broken(f"{five} and {two}", 60).split("\n") == [five, "and", two]


PARTED = re.compile(
    r"\d\s*[\r\n]+mg\b|\d\s*[\r\n]+tablet|tablets?\s*[\r\n]+of\b"
    r"|\bof\s*[\r\n]+\d|\bmg\s*[\r\n]+tablet"
)


@pytest.mark.parametrize("kind", PAPERS)
def test_tablets_and_their_strength_stand_on_one_line_of_every_paper(kind: str):
    """§10.2.5, §10.2.6: as the finished page is read, line by line."""
    with PdfDocument(paper("long", kind)) as opened:
        said = "\n".join(page.get_textpage().get_text_range() for page in opened)
    # an emergency card tells the day's total alone, whatever tablets it is made of
    assert re.search(r"\d\smg" if kind == "emergency" else r"\d\stablets?\sof\s\d", said)
    assert not PARTED.search(said), PARTED.findall(said)


def test_lines_that_end_already_stay_apart():
    assert broken("a b\nc", 100) == "a b\nc"


@pytest.mark.parametrize("locale", ["en_US", "en_GB"])
def test_the_lines_are_made_for_cells_as_wide_as_those_on_paper(locale: str):
    html = calendar_html(issue_of(plan_of(locale=locale)))
    sheets = read(pdf.write_calendar(html, who="IIM-001", issued=ISSUED))
    weeks = sheets[-1]
    cells = [p.box for p in weeks.paints if not p.solid and 50 < p.box.top - p.box.bottom < 200]
    cells = [box for box in cells if box.right - box.left < weeks.width / 2]
    made_for = cell_width(words(locale).language.paper) + WITHIN + SPARE
    assert cells
    assert [cell.right - cell.left for cell in cells] == pytest.approx(
        [made_for] * len(cells), 0.01
    )


def test_no_text_is_wider_on_paper_than_it_was_measured():
    html = calendar_html(issue_of())
    sheets = read(pdf.write_calendar(html, who="IIM-001", issued=ISSUED))
    said = f"1{NBSP}tablet of{NBSP}20{NBSP}mg"
    found = [t for s in sheets for t in s.texts if t.said == " ".join(said.split())]
    assert found
    assert all(text.box.right - text.box.left <= width(said) for text in found)
