"""A workbook is read as other programs read it and as it is shown, or it is refused.

Each example changes the XML of one cell, or of what is said about it elsewhere in the file. What
is accepted is held against another reader, openpyxl, on workbooks that are made at random.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from proving import examples

from taper.errors import Refusal
from taper.sources import tables
from taper.sources.tables import xlsx
from taper.sources.tables.grid import Held

HEADER = ["participant", "protocol", "drug", "dose_mg", "infusion_1", "phone"]
ROW = ["A-01", "iimpact", "prednisone", 25, date(2026, 1, 31), "555-0101"]
SHEET, TEXTS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
DOSE, DAY, PHONE = '<c r="D2"><v>25</v></c>', '<c r="E2" s="1"><v>46053</v></c>', '<c r="F2" t="s">'
NO_WORKBOOK = "the file is no XLSX workbook that can be read"
TWO_READERS = "a cell that two readers of workbooks read differently"

Change = Callable[[Any, Any], None]
Parts = dict[str, str]


def parts(change: Change = lambda *_: None) -> Parts:
    """The usual workbook of one participant, unpacked."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Site")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADER)
        for i, value in enumerate(ROW):
            sheet.write(1, i, value, *([day] if isinstance(value, date) else []))
        change(book, sheet)
    with zipfile.ZipFile(packed) as unpacked:
        return {name: unpacked.read(name).decode() for name in unpacked.namelist()}


def pack(contents: Parts, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in contents.items():
            made.writestr(name, content)
    return path


def told(path: Path) -> str:
    """What is said of a workbook, or its participant's dose, day and telephone number."""
    try:
        (row,) = tables.read(path)
        made = tables.participant(row)
    except Refusal as refused:
        return str(refused)
    assert made.steroid is not None
    return f"{made.steroid.dose_mg} {made.infusion_date(1)} {made.contact.phone}"


@pytest.fixture
def changed(tmp_path) -> Callable[..., str]:
    """What is said of the usual workbook with some XML in the place of other XML."""

    def of(old: str, new: str, part: str = SHEET, change: Change = lambda *_: None) -> str:
        contents = parts(change)
        assert contents[part].count(old) == 1, contents[part]
        contents[part] = contents[part].replace(old, new)
        return told(pack(contents, tmp_path / "site.xlsx"))

    return of


def test_the_workbook_that_the_others_change_is_a_good_one(tmp_path):
    assert told(pack(parts(), tmp_path / "site.xlsx")) == "25 2026-01-31 555-0101"


# How a value is written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "2&#53;",
        "2&#x35;",
        "&#50;5",
        "2<!-- two -->5",
        "2<?and five?>5",
        "<![CDATA[25]]>",
        "2<![CDATA[5]]>",
        "<!---->25<!-- or 40 -->",
    ],
)
def test_a_number_in_pieces_is_never_read_as_its_first_piece(changed, value):
    said = changed(DOSE, f'<c r="D2"><v>{value}</v></c>')
    assert said == "25 2026-01-31 555-0101" or TWO_READERS in said or NO_WORKBOOK in said


def test_a_number_that_the_other_reader_cuts_is_refused(changed):
    assert changed(DOSE, '<c r="D2"><v>2&#53;</v></c>') == (
        f"A-01 (site.xlsx row 2): dose_mg is {TWO_READERS}; allowed: the value in a cell formatted "
        "as Text, typed again."
    )


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="D2"><v> 25 </v></c>',
        '<c r="D2"><v>+25</v></c>',
        '<c r="D2"><v>2_5</v></c>',
        '<c r="D2"><v>٢٥</v></c>',
        '<c r="D2"><v>0x19</v></c>',
        '<c r="D2"><v>25,0</v></c>',
        '<c r="D2"><v>inf</v></c>',
        '<c r="D2"><v>1e999</v></c>',
        '<c r="D2"><v>2</v><v>5</v></c>',
        '<c r="D2"><v>2<x>5</x></v></c>',
        '<c r="D2"><v>2</v><is><t>25</t></is></c>',
        '<c r="D2" t="inlineStr"><v>25</v></c>',
        '<c r="D2" t="inlineStr"><is><t>2</t><t>5</t></is></c>',
        '<c r="D2" t="inlineStr"><is><t>2</t><r><t>5</t></r></is></c>',
        '<c r="D2" t="inlineStr"><is><r><t>2</t><t>5</t></r></is></c>',
        '<c r="D2" t="s"><v>-1</v></c>',
        '<c r="D2" t="s"><v>9999</v></c>',
        '<c r="D2" t="s"><v></v></c>',
        '<c r="D2" t="z"><v>25</v></c>',
        '<c r="D2" s="99"><v>25</v></c>',
        '<c r="D2"><v xmlns="urn:other">25</v></c>',
        '<c r="D2"><o:v xmlns:o="urn:other">40</o:v><v>25</v></c>',
        '<o:c xmlns:o="urn:other" r="D2"><v>40</v></o:c>',
        '<c r="D2"><v>25</v><w>40</w></c>',
        '<AlternateContent><c r="D2"><v>25</v></c></AlternateContent>',
    ],
)
def test_a_cell_that_no_program_writes_so_is_refused(changed, cell):
    said = changed(DOSE, cell)
    assert NO_WORKBOOK in said or TWO_READERS in said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c r="D2"><v>2.5E1</v></c>', "25"),
        ('<c r="D2"><v>7.5</v></c>', "15/2"),
        ('<c r="D2" t="n"><v>25</v></c>', "25"),
        ('<c r="D2" t="str"><v>25</v></c>', "25"),
        ('<c r="D2" t="inlineStr"><is><t>25</t></is></c>', "25"),
        ('<c r="D2" t="inlineStr"><is><t xml:space="preserve"> 25 </t></is></c>', "25"),
        ('<c r="D2" t="inlineStr"><is><t>2&#53;</t></is></c>', "25"),
        ('<c r="D2" t="inlineStr"><is><t>2<!-- -->5</t></is></c>', "25"),
        (
            '<c r="D2" t="inlineStr"><is><r><rPr><b/></rPr><t>2</t></r><r><t>5</t></r></is></c>',
            "25",
        ),
        (
            '<c r="D2" t="inlineStr"><is><t>25</t><rPh sb="0" eb="1"><t>40</t></rPh>'
            '<phoneticPr fontId="1"/></is></c>',
            "25",
        ),
    ],
)
def test_a_value_is_read_however_a_program_writes_it(changed, cell, said):
    assert changed(DOSE, cell) == f"{said} 2026-01-31 555-0101"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<si><t>call &amp; 555</t></si>", "call & 555"),
        ("<si><t>&#53;55</t></si>", "555"),
        ("<si><t>55<!-- -->5</t></si>", "555"),
        ("<si><t><![CDATA[5&5]]></t></si>", "5&5"),
        ("<si><r><t>55</t></r><r><rPr><i/></rPr><t>5</t></r></si>", "555"),
        ('<si><t>555</t><rPh sb="0" eb="3"><t>911</t></rPh></si>', "555"),
        ('<si><rPh sb="0" eb="3"><t>911</t></rPh><t>555</t></si>', "555"),
    ],
)
def test_a_shared_text_is_read_with_its_runs_and_without_its_reading_aids(changed, text, said):
    assert changed("<si><t>555-0101</t></si>", text, TEXTS) == f"25 2026-01-31 {said}"


@pytest.mark.parametrize(
    "text",
    [
        "<si><t>55</t><t>5</t></si>",
        "<si><t>55</t><r><t>5</t></r></si>",
        "<si><t>55<b>5</b></t></si>",
        "<si><other><t>9</t></other><t>555</t></si>",
        '<si><t xmlns="urn:other">555</t></si>',
    ],
)
def test_a_shared_text_that_programs_read_in_two_ways_is_refused(changed, text):
    said = changed("<si><t>555-0101</t></si>", text, TEXTS)
    assert NO_WORKBOOK in said or TWO_READERS in said


@pytest.mark.parametrize("text", ["_x0035_55", "555_x000D_", "_x005F_x0035_"])
def test_a_character_by_its_number_is_refused_as_not_every_program_reads_it(changed, text):
    said = changed("555-0101", text, TEXTS)
    assert f"phone is '{text}', with a character by its number; allowed: " in said


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="D2"><f>20+5</f><v>25</v></c>',
        '<c r="D2"><f/><v>25</v></c>',
        '<c r="D2"><f t="shared" ref="D2:D3" si="0">20+5</f><v>25</v></c>',
        '<c r="D2"><f t="shared" si="0"/><v>25</v></c>',
        '<c r="D2" cm="1"><f t="array" ref="D2">25</f><v>25</v></c>',
        '<c r="D2" t="str"><f>T(25)</f><v>25</v></c>',
        '<c r="D2"><f>2<!-- -->5</f><v>25</v></c>',
    ],
)
def test_a_result_that_was_kept_with_its_formula_is_not_read(changed, cell):
    assert "dose_mg is a formula, '=" in changed(DOSE, cell)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<c r="D2" t="b"><v>1</v></c>', "TRUE, a cell of true or false"),
        ('<c r="D2" t="e"><v>#N/A</v></c>', "an error of the spreadsheet, such as #N/A"),
        ('<c r="D2" vm="1"><v>25</v></c>', "a picture or a value from elsewhere"),
        ('<c r="D2" t="b"><v>true</v></c>', TWO_READERS),
    ],
)
def test_what_is_no_number_is_told_by_what_it_is(changed, cell, read):
    assert f"dose_mg is {read}; allowed: " in changed(DOSE, cell)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c r="E2" s="1"><v>46053</v></c>', "2026-01-31"),
        ('<c r="E2" s="1"><v>46053.0</v></c>', "2026-01-31"),
        ('<c r="E2" s="1" t="d"><v>2026-01-31</v></c>', "2026-01-31"),
        ('<c r="E2" s="1" t="d"><v>2026-01-31T00:00:00</v></c>', "2026-01-31"),
    ],
)
def test_a_day_is_read_however_a_program_writes_it(changed, cell, said):
    assert changed(DAY, cell) == f"25 {said} 555-0101"


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<c r="E2" s="1"><v>46053.5</v></c>', "'2026-01-31 12:00:00', a date cell with a time"),
        ('<c r="E2" s="1"><v>60</v></c>', TWO_READERS),
        ('<c r="E2" s="1"><v>4605<!-- -->3</v></c>', TWO_READERS),
        ('<c r="E2" t="d"><v>2026-01-31</v></c>', "which its number format 'General' shows"),
        ('<c r="E2" s="1" t="d"><v>31.01.2026</v></c>', NO_WORKBOOK),
    ],
)
def test_a_day_of_which_nobody_is_sure_is_refused(changed, cell, read):
    assert read in changed(DAY, cell)


def test_a_row_that_stands_there_twice_is_refused(changed):
    again = '<row r="2"><c r="G2"><v>1</v></c></row></sheetData>'
    assert NO_WORKBOOK in changed("</sheetData>", again)


def test_a_second_table_of_cells_is_refused(changed):
    again = '</sheetData><sheetData><row r="2"><c r="D2"><v>40</v></c></row></sheetData>'
    assert NO_WORKBOOK in changed("</sheetData>", again)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-7"])
def test_a_part_in_another_encoding_is_refused(tmp_path, encoding):
    contents: dict[str, Any] = parts()
    declared = contents[SHEET].replace("UTF-8", encoding, 1)
    contents[SHEET] = declared.encode("utf-16" if encoding == "utf-16" else "ascii")
    assert NO_WORKBOOK in told(pack(contents, tmp_path / "site.xlsx"))


def test_two_relations_of_one_name_are_refused(changed):
    part = "xl/_rels/workbook.xml.rels"
    old = parts()[part]
    first = old[old.index("<Relationship ") : old.index("/>") + 2]
    assert NO_WORKBOOK in changed(first, first + first.replace("sheet1", "sheet2"), part)


# What is shown ------------------------------------------------------------------------------------


def formatted(cell: tuple[int, int], code: str, **more: object) -> Change:
    """The value of a cell in another number format."""

    def change(book: Any, sheet: Any) -> None:
        row, column = cell
        sheet.write(row, column, ROW[column], book.add_format({"num_format": code, **more}))

    return change


def shown(tmp_path: Path, change: Change) -> str:
    return told(pack(parts(change), tmp_path / "site.xlsx"))


@pytest.mark.parametrize(
    ("code", "is_read"),
    [
        ("yyyy-mm-dd", True),
        ("m/d/yyyy", True),
        ("d-mmm-yy", True),
        ("dd.mm.yyyy", True),
        ("[$-409]mmmm d, yyyy;@", True),
        ("[$-F800]dddd, mmmm dd, yyyy", True),
        ('yyyy"年"m"月"d"日"', True),
        ("m/d/yyyy h:mm", True),
        ("d-mmm", False),
        ("mmm-yy", False),
        ("yyyy", False),
        ("dddd", False),
        ("mmmmm d yyyy", False),
        ('"1"d/m/yyyy', False),
        ('"2026-02-01"', False),
        ("[$-107041E]d/m/yyyy", False),
        ("d/m/bbbb", False),
        ("[>40000]d/m/yyyy;General", False),
        ("h:mm", False),
        ("General", False),
    ],
)
def test_a_day_must_be_shown_with_its_day_month_and_year(tmp_path, code, is_read):
    said = shown(tmp_path, formatted((1, 4), code))
    assert (said == "25 2026-01-31 555-0101") is is_read
    assert is_read or "infusion_1 is '" in said


@pytest.mark.parametrize(
    ("code", "is_read"),
    [
        ("@", True),
        ("General", True),
        ("0.0", True),
        ("0;-0;0;@", True),
        (";;;", False),
        (';;;"911"', False),
        ('@" (fax)"', False),
        ("0;0;0;", False),
    ],
)
def test_a_text_is_refused_where_its_number_format_shows_another_one(tmp_path, code, is_read):
    said = shown(tmp_path, formatted((1, 5), code))
    assert (said == "25 2026-01-31 555-0101") is is_read
    assert is_read or f"phone is '555-0101', which its number format {code!r} shows" in said


@pytest.mark.parametrize("code", ["[>20]0;0", '0;[>20]"40"', '[Red]"40"', "0*5", "0_5\\0"])
def test_a_number_is_refused_where_its_format_may_show_another_one(tmp_path, code):
    assert "shows otherwise" in shown(tmp_path, formatted((1, 3), code))


def conditional(cells: str, rule: dict[str, Any], code: str | None = None) -> Change:
    def change(book: Any, sheet: Any) -> None:
        if code is not None:
            rule["format"] = book.add_format({"num_format": code, "bold": True})
        sheet.conditional_format(cells, rule)

    return change


OVER_20 = {"type": "cell", "criteria": ">", "value": 20}


@pytest.mark.parametrize(
    ("cells", "rule", "code"),
    [
        ("D2", OVER_20, '"40"'),
        ("D1:D1048576", OVER_20, '0"0"'),
        ("A2:F2", {"type": "no_errors"}, "0.0%"),
        ("D2", {"type": "data_bar", "bar_only": True}, None),
        ("D2", {"type": "data_bar", "bar_only": True, "data_bar_2010": True}, None),
        ("D2", {"type": "icon_set", "icon_style": "3_arrows", "icons_only": True}, None),
    ],
)
def test_a_conditional_format_that_shows_another_value_is_refused(tmp_path, cells, rule, code):
    said = shown(tmp_path, conditional(cells, dict(rule), code))
    assert "is '25', which a conditional format may hide or show otherwise; allowed: " in said


def test_a_conditional_format_of_another_program_is_looked_at_too(changed):
    """What Excel has added since 2010 stands at the end, with a style of its own."""
    rule = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:conditionalFormattings>'
        '<x14:conditionalFormatting><x14:cfRule type="cellIs"><xm:f>20</xm:f><x14:dxf>'
        '<x14:numFmt numFmtId="170" formatCode="&quot;40&quot;"/></x14:dxf></x14:cfRule>'
        "<xm:sqref>D2:D9</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>"
        "</extLst></worksheet>"
    )
    said = changed("</worksheet>", rule)
    assert "dose_mg is '25', which a conditional format may hide or show otherwise" in said


@pytest.mark.parametrize(
    ("cells", "rule", "code"),
    [
        ("D2", {**OVER_20, "format": None}, None),
        ("D2", OVER_20, "0"),
        ("G2:H9", OVER_20, '"40"'),
        ("D2", {"type": "2_color_scale"}, None),
        ("D2", {"type": "data_bar"}, None),
    ],
)
def test_a_conditional_format_that_changes_only_colours_is_none_of_our_business(
    tmp_path, cells, rule, code
):
    assert shown(tmp_path, conditional(cells, dict(rule), code)) == "25 2026-01-31 555-0101"


def test_the_formats_of_conditions_are_not_taken_for_those_of_cells(changed):
    """Both have numbers of their own: 164 may be one code here and another one there."""

    def change(book: Any, sheet: Any) -> None:
        sheet.write(1, 3, 25, book.add_format({"num_format": '"40"'}))
        conditional("H9", dict(OVER_20), "0.0")(book, sheet)

    of_condition, of_cell = (f'numFmtId="{n}" formatCode="0.0"' for n in (166, 164))
    said = changed(of_condition, of_cell, STYLES, change)
    assert "dose_mg is '25', which its number format '\"40\"' shows otherwise" in said


@pytest.mark.parametrize(
    ("value", "width", "is_read"),
    [(7.5, 3, True), (24.9999, 8, True), (24.9999, 3, False), (25, 1, True), (7.25, 3.5, False)],
)
def test_a_number_that_a_narrow_column_rounds_is_refused(tmp_path, value, width, is_read):
    def change(_: Any, sheet: Any) -> None:
        sheet.write(1, 3, value)
        sheet.set_column(3, 3, width)

    said = shown(tmp_path, change)
    assert ("which its narrow column shows a part" not in said) is is_read
    assert is_read or f"dose_mg is '{value}', of which its narrow column shows a part" in said


@pytest.mark.parametrize("hidden", ['zeroHeight="1"', 'defaultRowHeight="0"'])
def test_rows_that_are_hidden_unless_something_is_said_are_hidden(changed, hidden):
    old = 'defaultRowHeight="15"'
    new = hidden if "defaultRowHeight" in hidden else f"{old} {hidden}"
    assert "the header is hidden" in changed(old, new)


def test_columns_that_have_no_width_unless_something_is_said_are_hidden(changed):
    old = 'defaultRowHeight="15"'
    assert "column A is hidden" in changed(old, f'{old} defaultColWidth="0"')


def test_formats_that_one_program_applies_and_another_does_not_are_refused(changed):
    old = 'numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"'
    said = changed(old, old.replace('applyNumberFormat="1"', 'applyNumberFormat="0"'), STYLES)
    assert "infusion_1 is '2026-01-31', which its number format 'number 164 or 0' shows" in said


# Held against another reader ----------------------------------------------------------------------

NOISE = ["", "", "", "", "<!-- 9 -->", "<?nine 9?>", "<![CDATA[]]>", " ", "\n"]


@st.composite
def noisy(draw: st.DrawFn, text: str) -> str:
    """A text as XML, some of its characters by their number, with odd things among them."""
    forms = {
        "plain": lambda c: c.replace("&", "&amp;").replace("<", "&lt;"),
        "decimal": lambda c: f"&#{ord(c)};",
        "hexadecimal": lambda c: f"&#x{ord(c):X};",
        "section": lambda c: f"<![CDATA[{c}]]>",
    }
    usual = draw(st.integers(0, 3)) > 0
    pieces = []
    for character in text:
        form = "plain" if usual else draw(st.sampled_from([*["plain"] * 6, *forms]))
        pieces += ["" if usual else draw(st.sampled_from(NOISE)), forms[form](character)]
    return "".join(pieces)


NUMBERS = ["25", "7.5", "0.1", "1e1", "2.5E+1", "46053", "46053.25", "-3", "59", "60", "61", "1.50"]
WORDS = ["25", "A-01", "a & b", "2 < 5", " 25 ", "_x0035_", "", "ward 3", "é", "\u00a0x"]
KINDS = ["n", "n", "n", "s", "s", "str", "inlineStr", "b", "e", "d"]
CODES = [
    "General",
    "0",
    "0.0",
    "0%",
    "yyyy-mm-dd",
    "d/m/yy",
    "d-mmm",
    "h:mm",
    "@",
    ';;;"40"',
    '"40"',
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """What stands in an `<is>` or `<si>`: plain, in runs, with reading aids."""
    word = draw(noisy(draw(st.sampled_from(WORDS))))
    other = draw(noisy(draw(st.sampled_from(WORDS))))
    aid = "<rPh sb='0' eb='1'><t>99</t></rPh>"
    return draw(
        st.sampled_from(
            [
                f"<t>{word}</t>",
                f'<t xml:space="preserve">{word}</t>',
                f"<r><t>{word}</t></r><r><rPr><b/></rPr><t>{other}</t></r>",
                f"<t>{word}</t>{aid}<phoneticPr fontId='1'/>",
                f"{aid}<t>{word}</t>",
                f"<t>{word}</t><t>{other}</t>",
                f"<t>{word}</t><r><t>{other}</t></r>",
                f"<t>{word}<b>{other}</b></t>",
                "",
            ]
        )
    )


@st.composite
def content(draw: st.DrawFn, kind: str, shared: int) -> str:
    """What stands in a cell of that kind, sound or odd."""
    if kind == "inlineStr":
        return f"<is>{draw(texts())}</is>"
    values = {
        "s": st.just(str(shared)),
        "b": st.sampled_from(["1", "0", "true"]),
        "d": st.sampled_from(["2026-01-31", "2026-01-31T00:00:00", "2026-01-31T12:00:00"]),
        "e": st.just("#N/A"),
        "str": st.sampled_from(WORDS),
    }
    value = draw(noisy(draw(values.get(kind, st.sampled_from(NUMBERS)))))
    formula = draw(st.sampled_from(["", "", "", "", "<f>1+1</f>", "<f t='shared' si='0'/>"]))
    return f"{formula}<v>{value}</v>"


@cache
def empty() -> Parts:
    """A workbook of a header, and of nothing else but the formats."""
    return parts(
        lambda book, sheet: [
            sheet.write_blank(9, i, None, book.add_format({"num_format": code}))
            for i, code in enumerate(CODES)
        ]
    )


@st.composite
def workbooks(draw: st.DrawFn) -> Parts:
    """A workbook with one cell of some kind below the usual row."""
    contents = dict(empty())
    known = contents[TEXTS].count("<si>")
    kind, style = draw(st.sampled_from(KINDS)), draw(st.integers(0, len(CODES)))
    if kind == "s":
        shared = f"<si>{draw(texts())}</si></sst>"
        contents[TEXTS] = contents[TEXTS].replace("</sst>", shared)
    row = f'<row r="3"><c r="A3" s="{style}" t="{kind}">{draw(content(kind, known))}</c></row>'
    contents[SHEET] = contents[SHEET].replace('<row r="10"', f'{row}<row r="10"')
    if draw(st.booleans()):
        contents["xl/workbook.xml"] = contents["xl/workbook.xml"].replace(
            "<workbookPr ", '<workbookPr date1904="1" '
        )
    return contents


def as_read(path: Path) -> dict[str, tuple[Held, str]] | None:
    """The cells that are read, by their place; None where the workbook is refused."""
    try:
        with xlsx.opened(path) as grid:
            return {
                f"{'ABCDEFGHIJK'[column]}{line.number}": (cell.held, cell.text)
                for line in grid.lines
                for column, cell in line.cells.items()
                if cell.trap is None
            }
    except Refusal:
        return None


def as_others_read(path: Path) -> Any:
    """The same sheet by openpyxl, which warns of what it does not keep."""
    with warnings.catch_warnings(action="ignore"):
        return openpyxl.load_workbook(path, data_only=True)["Site"]


def in_our_words(value: Any) -> tuple[Held, str]:
    if isinstance(value, datetime | date):
        assert not isinstance(value, datetime) or value.time().isoformat() == "00:00:00"
        return Held.DATE, value.isoformat()[:10]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Held.NUMBER, xlsx.number(value)
    assert isinstance(value, str)
    return Held.TEXT, value.strip()


@settings(max_examples=examples(100))
@given(workbooks())
def test_whatever_is_read_of_a_workbook_another_program_reads_too(tmp_path_factory, contents):
    path = pack(contents, tmp_path_factory.getbasetemp() / "any.xlsx")
    cell = (as_read(path) or {}).get("A3")
    if cell is not None:
        held, text = cell
        assert (held, text.strip()) == in_our_words(as_others_read(path)["A3"].value)
