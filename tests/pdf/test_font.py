"""§10.2.7, §10.2.8: the letters of every paper, as the font that rides in the file draws them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from functools import cache

import fontpkg_ibm_plex_sans as plex
import pikepdf
import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.ttLib import TTFont
from pdf.papers import PAPERS, paper

from taper.paper.press import typeface

WEIGHTS = {"Regular": 400, "Bold": 700}
MUST_BE_TOLD_APART = ("1lI", "3689", "0O", "5S", "17", "08", "06", "09")
SCRIPTS = "½¼¾×≤•–·" + "ÁçñőşŽ" + "ΑΩαωή" + "ДЖядёї" + "ĐđƠưẤộỹ"


# The faces ------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", typeface.FACES)
def test_a_face_draws_what_the_pinned_package_draws(face: str) -> None:
    variable = TTFont(plex.ROOT / "files" / "IBMPlexSans[wdth,wght].ttf")
    original = variable.getGlyphSet(location={"wght": WEIGHTS[face], "wdth": 100})
    names, ours = variable.getBestCmap(), TTFont(typeface.face_file(face))
    drawn = ours.getGlyphSet()
    assert ours.getBestCmap().keys() == names.keys()
    for character in map(ord, "0123456789IlO mgµ" + SCRIPTS):
        mine, theirs = ours.getBestCmap()[character], names[character]
        assert abs(drawn[mine].width - original[theirs].width) <= 1
        assert _area(drawn, mine) == pytest.approx(_area(original, theirs), rel=0.01, abs=500)


def _area(glyphs: object, name: str) -> float:
    pen = AreaPen(glyphs)
    glyphs[name].draw(pen)  # type: ignore[index]
    return float(pen.value)


@pytest.mark.parametrize("face", typeface.FACES)
def test_a_face_has_every_letter_and_sign_that_papers_need(face: str) -> None:
    assert set(SCRIPTS) <= typeface.printable()
    assert {typeface.width(digit, 1000, face) for digit in "0123456789"} == {600}


@pytest.mark.parametrize("face", typeface.FACES)
def test_a_text_is_as_wide_as_its_letters(face: str) -> None:
    """No pair is set closer together, so that the ends of lines can be found beforehand."""
    assert not {"GPOS", "GSUB", "kern"} & set(TTFont(typeface.face_file(face)).keys())


# What is in the files -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PAPERS)
def test_a_zero_has_neither_slash_nor_dot_on_any_paper(kind: str) -> None:
    """§10.2.7: an outer and an inner contour, and nothing within that."""
    for glyphs in embedded(kind):
        outlines = contours(glyphs["0"])
        assert len(outlines) == 2
        outer, inner = sorted(map(_box, outlines))
        assert outer[0] < inner[0] < inner[2] < outer[2]
        assert outer[1] < inner[1] < inner[3] < outer[3]


@pytest.mark.parametrize("kind", PAPERS)
def test_what_may_be_mistaken_is_drawn_differently_on_any_paper(kind: str) -> None:
    """§10.2.8: of any size, so that two bars of unlike height are alike."""
    for glyphs in embedded(kind):
        for alike in MUST_BE_TOLD_APART:
            shown = [_shape(glyphs[letter]) for letter in alike if letter in glyphs]
            assert len(set(shown)) == len(shown), alike


@cache
def embedded(kind: str) -> tuple[Mapping[str, RecordingPen], ...]:
    """What each font of a paper draws for a character, by what a reader copies from the file."""
    with pikepdf.open(io.BytesIO(paper("long", kind))) as file:
        fonts = [each for each in file.objects if _is_font(each)]
        return tuple(dict(_glyphs(font)) for font in fonts)


def _is_font(each: object) -> bool:
    return isinstance(each, pikepdf.Dictionary) and each.get("/Subtype") == "/Type0"


def _glyphs(font: pikepdf.Dictionary) -> Iterator[tuple[str, RecordingPen]]:
    described = font.DescendantFonts[0].FontDescriptor
    face = TTFont(io.BytesIO(described.FontFile2.read_bytes()))
    order, drawn = face.getGlyphOrder(), face.getGlyphSet()
    for glyph, said in re.findall(rb"<(\w{4})> <(\w+)>", font.ToUnicode.read_bytes()):
        pen = DecomposingRecordingPen(drawn)
        drawn[order[int(glyph, 16)]].draw(pen)
        yield bytes.fromhex(said.decode()).decode("utf-16-be"), pen


def contours(pen: RecordingPen) -> list[list[tuple[float, float]]]:
    """The points of each closed line of a glyph."""
    outlines: list[list[tuple[float, float]]] = []
    for step, points in pen.value:
        if step == "moveTo":
            outlines.append([])
        outlines[-1] += [point for point in points if point is not None]
    return outlines


def _box(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    along, up = zip(*points, strict=True)
    return min(along), min(up), max(along), max(up)


def _shape(pen: RecordingPen) -> frozenset[tuple[float, float]]:
    """Where a glyph's corners lie within the box around it."""
    points = [point for outline in contours(pen) for point in outline]
    left, low, right, high = _box(points)
    return frozenset(
        (round((x - left) / (right - left), 2), round((y - low) / (high - low), 2))
        for x, y in points
    )
