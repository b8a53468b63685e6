"""A small OpenDocument spreadsheet, made by hand, for others to spoil."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
    )
)
STYLES = """<number:date-style style:name="D1"><number:day/><number:text>.</number:text>
<number:month/><number:text>.</number:text><number:year/></number:date-style>
<number:date-style style:name="D2"><number:month/><number:text>-</number:text><number:year/>
</number:date-style>
<style:style style:name="day" style:family="table-cell" style:data-style-name="D1"/>
<style:style style:name="month" style:family="table-cell" style:data-style-name="D2"/>
<style:style style:name="struck" style:family="table-cell"><style:text-properties
style:text-line-through-style="solid"/></style:style>
<number:date-style style:name="D3"><number:day/><number:month/><number:year/><number:hours/>
</number:date-style>
<style:style style:name="moment" style:family="table-cell" style:data-style-name="D3"/>
<style:style style:name="line" style:family="text"><style:text-properties
style:text-line-through-style="solid"/></style:style>
<style:style style:name="unseen" style:family="table"><style:table-properties
table:display="false"/></style:style>"""
REST = '<table:table-cell table:number-columns-repeated="16377"/>'
BELOW = (
    '<table:table-row table:number-rows-repeated="1048573"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row>'
)
HEADER = ("participant", "protocol", "drug", "dose_mg", "strengths", "infusion_1", "phone")


def text(typed: str, more: str = "", within: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string" {more}>{within}<text:p>{typed}</text:p>'
        "</table:table-cell>"
    )


def number(value: str, shown: str | None = None, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}" {more}>'
        f"<text:p>{value if shown is None else shown}</text:p></table:table-cell>"
    )


def day(value: str, shown: str, style: str = "day") -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="date" '
        f'office:date-value="{value}"><text:p>{shown}</text:p></table:table-cell>'
    )


GOOD = (
    text("A-01"),
    text("iimpact"),
    text("prednisone"),
    number("7.5", "7,5"),
    text("20; 5; 2.5"),
    day("2026-01-31", "31.01.26"),
    text("555-0101"),
)


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}{REST}</table:table-row>"


def sheet(*rows: str, name: str = "Site", more: str = "") -> str:
    return (
        f'<table:table table:name="{name}" {more}><table:table-column '
        f'table:number-columns-repeated="16384"/>{"".join(rows)}{BELOW}</table:table>'
    )


def write(path: Path, *sheets: str, parts: dict[str, bytes] | None = None) -> Path:
    """A file of these sheets; `parts` are further ones, or others in the place of the usual."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}>'
        f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    usual = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.encode(),
        "META-INF/manifest.xml": b"<manifest/>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in {**usual, **(parts or {})}.items():
            made.writestr(name, data)
    return path


def good(cells: Sequence[str] = GOOD, *, more: str = "") -> str:
    """The usual sheet, with these cells in the place of the usual ones."""
    return sheet(row(*map(text, HEADER)), row(*cells, more=more))
