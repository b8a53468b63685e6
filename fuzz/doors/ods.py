"""The door of OpenDocument spreadsheets, row for row to participants.

It has no second reader beside it: the program itself reads each cell by calamine and from the XML,
and refuses it where they differ.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from fuzz import bundles, texts
from fuzz.door import ROOT, Door
from fuzz.doors.tables import CELLS, other_element, read

_SITE = ROOT / "sample_sites" / "riverside.csv"
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = "office office|table table|text text|style style|number datastyle"
_STYLES = (
    '<number:date-style style:name="D"><number:day/><number:text>.</number:text><number:month/>'
    '<number:text>.</number:text><number:year number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="D"/>'
    '<style:style style:name="struck" style:family="table-cell"><style:text-properties '
    'style:text-line-through-style="solid"/></style:style>'
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_CELL = re.compile(rb"<table:table-cell[^>]*/>|<table:table-cell.*?</table:table-cell>", re.DOTALL)
PARTS = (
    b'office:value="40"', b'office:value-type="percentage"', b'office:value-type="boolean"', b'table:formula="of:=1+1"',
    b'office:date-value="2026-01-31T00:00:01"', b'table:number-columns-repeated="16384"', b'table:visibility="collapse"',
    b'table:number-rows-repeated="1048573"', b'table:number-columns-spanned="2"', b"<text:p>40</text:p>", b"<text:s/>",
    b"<office:annotation><text:p>40</text:p></office:annotation>", b"<text:tab/>", b"<text:line-break/>", b"&#50;", b"&x;",
    b'<!DOCTYPE x [<!ENTITY x "25">]>', b"<!-- 4 -->", b"<![CDATA[25]]>", b'table:style-name="struck"', b'table:style-name="x"',
    b"<table:covered-table-cell/>", b"</table:table-row>", b"<table:table-row/>", b"\xff", b"<", b">", b'"', b"1e999", b"NaN",
    b'<text:span xmlns:text="y">40</text:span>', b"<text:ruby><text:ruby-text>9</text:ruby-text></text:ruby>",
)  # fmt: skip


def ods(data: bytes, folder: Path) -> str:
    """A spreadsheet of parts, or of bytes as they are."""
    path = folder / "site.ods"
    parts = bundles.parted(data)
    path.write_bytes(bundles.zipped(parts) if parts else data)
    return read(path)


def change(data: bytes, random: Random, donors: Sequence[bytes]) -> bytes:
    """Another spreadsheet: a part of it changed, or the packed bytes."""
    files = bundles.parted(data)
    if not files:
        return texts.changed(data, random, donors, (b"PK\x03\x04", b"PK\x01\x02", b"\x00" * 4))
    if random.random() < 0.05:
        return texts.changed(bundles.zipped(files), random, [], (b"PK\x03\x04", b"\x00" * 4))
    name = random.choice((*files, *["content.xml"] * 8))
    content = files.get(name, b"")
    cells = _CELL.findall(content)
    if cells and random.random() < 0.6:
        files[name] = content.replace(random.choice(cells), _other_cell(random, cells), 1)
    elif random.random() < 0.05:
        files.pop(name, None)
    elif random.random() < 0.5:
        files[name] = texts.changed(content, random, [content], PARTS)
    else:
        files[name] = other_element(content, random, PARTS)
    return bundles.joined(files)


def _other_cell(random: Random, cells: Sequence[bytes]) -> bytes:
    """A cell that is well formed and holds something else, or shows it otherwise."""
    shown = random.choice((*CELLS, *map(str, range(12)), "31.01.2026", "2,5"))[:300]
    value = random.choice((shown, random.choice(CELLS)[:300]))
    if random.random() < 0.2:
        return random.choice(cells)
    return _cell(value, shown, random.choice(("float", "string", "date", "boolean", "time")))


def _cell(value: str, shown: str, kind: str) -> bytes:
    held = {"float": "value", "date": "date-value", "boolean": "boolean-value"}.get(kind)
    said = f'office:{held}="{escape(value, {chr(34): "&quot;"})}" ' if held else ""
    style = 'table:style-name="day" ' if kind == "date" else ""
    return (
        f'<table:table-cell {style}office:value-type="{kind}" {said}>'
        f"<text:p>{escape(shown)}</text:p></table:table-cell>"
    ).encode()


def _typed(text: str) -> bytes:
    """A cell as a spreadsheet would hold what was typed."""
    if _DAY.fullmatch(text):
        return _cell(text, date.fromisoformat(text).strftime("%d.%m.%Y"), "date")
    if _NUMBER.fullmatch(text):
        return _cell(text, text, "float")
    return _cell("", text, "string") if text else b"<table:table-cell/>"


def _made() -> bytes:
    """The sample of a site as a spreadsheet."""
    with _SITE.open(encoding="utf-8", newline="") as file:
        rows = [b"".join(map(_typed, row)) for row in csv.reader(file)]
    table = b"".join(b"<table:table-row>" + row + b"</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{short}="{_URN}:{name}:1.0"'
        for short, name in (pair.split() for pair in _SPACES.split("|"))
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{_STYLES}"
        '</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="Site">'
    ).encode() + table
    ends = b"</table:table></office:spreadsheet></office:body></office:document-content>"
    return bundles.joined(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": b'<?xml version="1.0" encoding="UTF-8"?>' + content + ends,
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


ODS = Door("ods", lambda: [_made()], change, ods, cost=8)
