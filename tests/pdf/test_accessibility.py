"""§10.4: what a reader who hears a paper is told, by two checkers that know nothing of us.

None of them certifies anything; docs/accessibility.md says what was not looked at.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import outloud
import pikepdf
import pytest
from outloud.findings import Finding
from outloud.model import Document as Heard
from outloud.rules.tables import Grid, grids
from outloud.viewer import reading_order
from pdf.papers import LARGE, PAIRS, PAPERS, PLANS, paper

from taper.paper.kinds import Paper
from taper.paper.pages import templates_dir
from taper.paper.press import pdf
from taper.record import plan_document


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[object]:
    """Open a paper as the checker sees it."""
    heard: list[Heard] = []

    def open_(plan: str, kind: str) -> Heard:
        path = tmp_path / "paper.pdf"
        path.write_bytes(paper(plan, kind))
        heard.append(Heard(str(path)))
        return heard[-1]

    yield open_
    for each in heard:
        each.close()


# What the checkers say -------------------------------------------------------------------------


@pytest.mark.parametrize(("plan", "kind"), PAIRS)
def test_two_checkers_find_nothing(tmp_path: Path, plan: str, kind: str) -> None:
    """§10.4.12."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(plan, kind))
    result = outloud.check(str(path))
    assert result.error is None
    assert [
        f"{each.rule}: {each.message}" for each in result.findings if not known(each, kind)
    ] == []
    with pikepdf.open(path, attempt_recovery=False) as file:
        assert file.check_pdf_syntax() == []
        assert file.get_warnings() == []
    if shutil.which("qpdf"):
        assert subprocess.run(["qpdf", "--check", path], capture_output=True).returncode == 0


GOING_ON = re.compile(
    r"Week 1 of \d+|Your days, part 1 of \d+|Day Dose Tablets"
    r"|Sunday Monday Tuesday Wednesday Thursday Friday Sa…"
    r"|Tablets each day, in"
)


def known(finding: Finding, kind: str) -> bool:
    """What the checker reports and a person would not."""
    if finding.rule == "PAG-001":
        # The heading of each week's page; the checker passes over the number that tells it apart.
        # And the heads of a table that goes on: whoever comes by a page hears what stands there.
        return all(map(GOING_ON.fullmatch, finding.evidence.split("; ")))
    if finding.rule == "TBL-012":
        # The last sheet of a diary, whose cells are for what is written by hand.
        return kind in (Paper.DIARY, Paper.LARGE_DIARY)
    if finding.rule == "ORD-001":
        # The renderer paints a page's running lines and the dots of a list after the text; tags
        # have them in their places. Both stand on the two front pages only.
        return finding.message.startswith(("1 page(s)", "2 page(s)")) and finding.page in (1, 2)
    return False


def test_the_checker_would_find_a_table_without_heads(tmp_path: Path) -> None:
    """Were the checks switched off, nothing would be found here either."""
    path = tmp_path / "bad.pdf"
    with pikepdf.new() as file:
        file.add_blank_page()
        file.save(path)
    assert {"DOC-001", "DOC-002"} & {each.rule for each in outloud.check(str(path)).findings}


# What the file is ------------------------------------------------------------------------------

STRUCTURE = [("open flare", kind) for kind in PAPERS]


@pytest.fixture(params=STRUCTURE, ids=PAPERS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[pikepdf.Pdf]:
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(*request.param))
    with pikepdf.open(path) as opened:
        yield opened


def elements(file: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every element that a reader comes by, in their order."""
    pending = [file.Root.StructTreeRoot.K[0]]
    while pending:
        element = pending.pop()
        if isinstance(element, pikepdf.Dictionary):
            yield element
            pending += reversed(list(element.get("/K", [])))


def test_it_is_tagged_titled_in_a_language_and_shows_its_title(file: pikepdf.Pdf) -> None:
    """§10.4.12."""
    assert bool(file.Root.MarkInfo.Marked)
    assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
    assert re.fullmatch(r"en-(US|GB)", str(file.Root.Lang))
    assert "IIM-001" in str(file.docinfo.Title)
    with file.open_metadata() as xmp:
        assert xmp["dc:title"] == str(file.docinfo.Title)
        assert xmp["pdfuaid:part"] == "1"


def test_every_text_is_read_or_runs_around_the_pages(file: pikepdf.Pdf) -> None:
    """§10.4.12."""
    read = {
        (element.Pg.objgen, int(mark))
        for element in elements(file)
        for mark in element.get("/K", [])
        if isinstance(mark, int)
    }
    marked = {(page.objgen, mark) for page in file.pages for mark in marks(page)}
    assert marked == read


def marks(page: pikepdf.Page) -> Iterator[int]:
    """The numbers of the marked texts; fails where text stands under no mark."""
    open_: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("BDC", "BMC"):
            open_.append(str(operands[0]))
            if len(operands) > 1 and "/MCID" in operands[1]:
                yield int(operands[1].MCID)
        elif str(operator) == "EMC":
            open_.pop()
        elif str(operator) in ("TJ", "Tj"):
            assert open_


def test_a_tag_and_its_text_know_each_other(file: pikepdf.Pdf) -> None:
    numbers = list(file.Root.StructTreeRoot.ParentTree.Nums)
    for page in file.pages:
        parents = numbers[2 * int(page.StructParents) + 1]
        for mark in marks(page):
            assert mark in [int(each) for each in parents[mark].K]


def test_cells_have_heads_that_say_what_they_head(file: pikepdf.Pdf) -> None:
    """§10.4.12."""
    heads = [each for each in elements(file) if each.S == "/TH"]
    ids = {str(each.ID) for each in heads}
    assert len(ids) == len(heads)
    assert {str(each.A.Scope) for each in heads} <= {"/Column", "/Row"}
    for cell in elements(file):
        if cell.S == "/TD":
            named = {str(each) for each in cell.A.Headers}
            assert named
            assert named <= ids


def test_headings_begin_at_one_and_skip_nothing(file: pikepdf.Pdf) -> None:
    levels = [int(str(each.S)[2]) for each in elements(file) if re.match(r"/H\d", str(each.S))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_figure_has_words_and_its_place_on_the_paper(file: pikepdf.Pdf) -> None:
    """§10.4.12."""
    for figure in elements(file):
        if figure.S == "/Figure":
            assert str(figure.Alt).startswith(("Chart of the dose from", "Code for the clinic"))
            left, bottom, right, top = map(float, figure.A.BBox)
            paper_right, paper_top = map(float, figure.Pg.MediaBox[2:])
            assert 0 < left < right < paper_right
            assert 0 < bottom < top < paper_top


def test_nothing_in_it_acts_or_leads_elsewhere(file: pikepdf.Pdf) -> None:
    """§10.6.3."""
    said = b"\n".join(each.unparse(resolved=True) for each in file.objects)
    for key in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/GoToR", b"/SubmitForm", b"/AA"):
        assert not re.search(re.escape(key) + rb"\b", said)
    assert "/OpenAction" not in file.Root
    assert "/Encrypt" not in file.trailer


def test_only_parts_of_the_pinned_font_are_in_it(file: pikepdf.Pdf) -> None:
    for font in (each for each in file.objects if is_a(each, "/Font")):
        assert re.fullmatch(r"/[A-Z]{6}\+Taper-Sans(-Bold)?", str(font.BaseFont))
    for described in (each for each in file.objects if is_a(each, "/FontDescriptor")):
        assert {"/FontFile2", "/FontFile3"} & described.keys()


def is_a(each: object, type_: str) -> bool:
    return isinstance(each, pikepdf.Dictionary) and each.get("/Type") == type_


def test_the_plan_rides_along_as_its_source(file: pikepdf.Pdf) -> None:
    assert list(file.attachments) == [pdf.ATTACHMENT_NAME]
    attached = file.attachments[pdf.ATTACHMENT_NAME]
    assert attached.relationship == pikepdf.Name.Source
    assert [str(each.F) for each in file.Root.AF] == [pdf.ATTACHMENT_NAME]
    plan = json.loads(attached.get_file().read_bytes())
    assert plan["plan_id"] == plan_document.plan_id(PLANS["open flare"])
    assert plan["days"] == plan_document.as_dict(PLANS["open flare"])["days"]


# What is heard ---------------------------------------------------------------------------------


def heard_cells(grid: Grid) -> Iterator[str]:
    """Each cell as it is announced: its heads, then what stands in it."""
    heads = {cell.id: cell.text for cell in grid.cells if cell.id}
    for cell in grid.cells:
        if cell.kind == "TD" and cell.text:
            yield " ".join([*(heads[each] for each in cell.headers), cell.text])


def test_a_day_is_heard_with_its_weekday_date_dose_and_tablets(opened) -> None:
    """§10.4.12."""
    cells = [cell for grid in grids(opened("open flare", "calendar")) for cell in heard_cells(grid)]
    assert "Thursday 14 Keep dose 20 mg 1 tablet of 20 mg morning, with food Do not reduce" in cells
    assert "Wednesday 27 Keep dose 20 mg 1 tablet of 20 mg morning, with food Review" in cells
    assert "Thursday 28 not in this plan" in cells


def test_a_line_of_the_large_print_is_heard_with_the_names_of_its_columns(opened) -> None:
    cells = [cell for grid in grids(opened("open flare", LARGE)) for cell in heard_cells(grid)]
    assert any(cell.startswith("Day Thursday, May 14") for cell in cells)
    assert "Dose 20 mg" in cells
    assert "Tablets 1 tablet of 20 mg, morning, with food" in cells


@pytest.mark.parametrize("kind", PAPERS)
def test_that_a_paper_is_no_paper_to_go_by_is_heard_first_and_once(opened, kind: str) -> None:
    """§10.4.12, §10.4.2: It stands above every page; who hears the pages would be told of it never,
    or on each.
    """
    pages = reading_order(opened("provisional", kind))
    said = [
        piece["text"]
        for page in sorted(pages)
        for piece in pages[page]
        if piece["type"] != "Artifact"
    ]
    warnings = [at for at, text in enumerate(said) if "NOT FOR PATIENT USE" in text]
    # a card that was cut out has them within its frame too
    assert warnings[:2] == [0, 1]
    assert len(warnings) == (4 if kind in (Paper.WALLET, Paper.EMERGENCY) else 2)
    assert said[0].startswith("EXAMPLE")
    assert said[1].startswith("DRAFT")


# What is seen ----------------------------------------------------------------------------------

LEAST_RATIO = 4.5
"""Of WCAG 2.2, 1.4.3."""


def test_every_colour_of_letters_stands_off_every_ground_it_may_have() -> None:
    """§10.5.2."""
    css = " ".join(each.read_text() for each in templates_dir().rglob("*.css"))
    grounds = set(re.findall(r"background: #([0-9a-f]+)", css))
    letters = set(re.findall(r"[{;] *color: #([0-9a-f]+)", css))
    dark, light = {"000"}, (grounds | {"fff"}) - {"000"}
    assert {"000", "fff"} <= letters
    for letter, ground in product(letters - {"fff"}, light):
        assert ratio(letter, ground) >= LEAST_RATIO, (letter, ground)
    assert ratio("fff", *dark) >= LEAST_RATIO


def ratio(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(grey: str) -> float:
    """Of a grey; the papers have no other colour."""
    parts = {grey[i : i + len(grey) // 3] for i in range(0, len(grey), len(grey) // 3)}
    assert len(parts) == 1
    share = int((parts.pop() * 2)[:2], 16) / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
