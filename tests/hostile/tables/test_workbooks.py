"""Hostile workbooks: what a file does to who opens it."""

from __future__ import annotations

import zipfile

import pytest
from hostile.tables.good import parts, told

from taper.sources.tables import sheetxml
from taper.sources.tables.sheetxml import TooLarge
from taper.sources.tables.worksheet import Worksheet

NO_WORKBOOK = (
    "site.xlsx: the file is no XLSX workbook that can be read; allowed: an XLSX workbook as Excel "
    "or LibreOffice writes it, without a password."
)
SHEET_PART = "xl/worksheets/sheet1.xml"
TOO_MANY = "site.xlsx: the file is a workbook of too many cells; allowed: at most 1000000 cells, "


def test_the_workbook_that_the_others_spoil_is_a_good_one(packed):
    assert packed(parts()) == []


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path, held):
    path = tmp_path / "site.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts().items():
            made.writestr(name, content)
        with made.open("xl/media/image1.png", "w") as big:
            for _ in range(65):
                big.write(bytes(1 << 20))
    assert path.stat().st_size < 200_000
    held()  # what was needed to pack it
    assert told(path) == [
        "site.xlsx: the file is a workbook that unpacks to more than 64 MiB; allowed: one of at "
        "most 64 MiB."
    ]
    assert held() < 1 << 20


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = tmp_path / "site.xlsx"
    contents = parts() | {"xl/sharedStrings.xml": bytes(1 << 20)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(name, content)
    size = (1 << 20).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))
    assert told(path) == [NO_WORKBOOK]


@pytest.mark.parametrize("doubled", [SHEET_PART, "xl/workbook.xml", "XL/Workbook.xml"])
def test_two_parts_with_one_name_are_refused(tmp_path, doubled):
    path = tmp_path / "site.xlsx"
    with zipfile.ZipFile(path, "w") as made, pytest.MonkeyPatch.context():
        for name, content in parts().items():
            made.writestr(name, content)
        made.NameToInfo.clear()  # zipfile would warn
        made.writestr(doubled, b"<x/>")
    assert "of two parts with one name" in told(path)[0]


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET_PART, "xl/styles.xml"]
)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"\0" * 100,
        b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>',
    ],
)
def test_a_part_that_is_no_plain_xml_is_refused(packed, part, content):
    assert packed(parts() | {part: content}) == [NO_WORKBOOK]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET_PART])
def test_a_part_that_is_missing_is_told(packed, part):
    contents = parts()
    del contents[part]
    assert packed(contents) == [NO_WORKBOOK]


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "ALM9000"])
def test_a_cell_far_away_is_refused_before_all_that_lies_before_it_is_made(packed, reference):
    contents = parts()
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row></sheetData>'.encode()
    contents[SHEET_PART] = contents[SHEET_PART].replace(b"</sheetData>", far)
    (sentence,) = packed(contents)
    assert sentence.startswith(TOO_MANY)


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="2"><c r="A3"><v>1</v></c></row>',
        b'<row r="9"><c r="B9"><v>1</v></c><c r="A9"><v>1</v></c></row>',
        b'<row r="9"><c r="A9"><v>1</v></c><c r="A9"><v>2</v></c></row>',
        b'<row r="9"><c><v>1</v></c></row>',
        b'<row r="9"><c r="AAAA9"><v>1</v></c></row>',
        b'<row r="9"><c r="A0"><v>1</v></c></row>',
        b'<row r="x"><c r="A9"><v>1</v></c></row>',
        b'<row r="9"><c r="A9" s="x"><v>1</v></c></row>',
        b'<row r="9"><c r="A9" t="n"><v>x</v></c></row>',
        b'<row r="9"><c r="A9" t="s"><v>99999</v></c></row>',
    ],
)
def test_cells_that_two_readers_might_see_differently_are_refused(packed, row):
    contents = parts()
    contents[SHEET_PART] = contents[SHEET_PART].replace(b"</sheetData>", row + b"</sheetData>")
    (sentence,) = packed(contents)
    assert sentence.startswith("site.xlsx: the file is no XLSX workbook that can be read; ")


def test_ranges_without_end_cost_nothing(packed, held):
    contents = parts()
    ranges = b'<mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells></worksheet>'
    contents[SHEET_PART] = contents[SHEET_PART].replace(b"</worksheet>", ranges)
    assert packed(contents) == [NO_WORKBOOK]
    assert held() < 1 << 22


def test_a_sheet_of_too_many_cells_is_refused():
    sheet, content = Worksheet("Site", False, SHEET_PART), parts()[SHEET_PART]
    sheetxml.look(sheet, content)
    assert sheet.filled == 11
    with pytest.raises(TooLarge):
        sheetxml.look(Worksheet("Site", False, SHEET_PART), content, most_cells=10)


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 512, b"x" * 99])
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path, raw):
    path = tmp_path / "site.xlsx"
    path.write_bytes(raw)
    (sentence,) = told(path)
    assert sentence.startswith("site.xlsx: the file is ")


def test_prefixed_names_are_the_same_names(packed):
    """Some programs write x:row for row; what is hidden must not pass by that."""
    contents = parts(lambda _, sheet: sheet.set_row(1, None, None, {"hidden": True}))
    text = contents[SHEET_PART].decode()
    for tag in ("sheetData", "row", "c", "v", "worksheet"):
        text = text.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
        text = text.replace(f"</{tag}>", f"</x:{tag}>")
    contents[SHEET_PART] = text.replace("xmlns=", "xmlns:x=").encode()
    assert any("hidden" in sentence for sentence in packed(contents))
