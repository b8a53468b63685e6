"""The doors of tables: CSV and TSV, a REDCap export with its mapping, and XLSX, row for row.

Second readers: of CSV, pyarrow's; of workbooks, openpyxl. What we take from a cell must be what
they take from it.
"""

from __future__ import annotations

import csv as plain_csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from fuzz import bundles, texts
from fuzz.door import ROOT, Door
from fuzz.doors import participants
from fuzz.judged import Disagreement
from taper.errors import TaperError
from taper.sources import tables
from taper.sources.tables import csv as texts_of_tables
from taper.sources.tables import sheets
from taper.sources.tables import xlsx as workbooks
from taper.sources.tables.grid import Cell, Held
from taper.sources.tables.xlsx import number

_SITES = ROOT / "sample_sites"
TOKENS = (
    b",", b";", b"\t", b'"', b'""', b"\n", b"\r", b"\r\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xa0", b"=1+1",
    b"\xe2\x80\xae", b"1/2/2026", b"46053", b"20; 5:2", b"1,5", b"2026-02-30", b"#", b"5 mg", b"name", b" ",
)  # fmt: skip
CELLS = (
    "", " ", "0", "25", "2.5", "2,5", "1e9", "-1", "46053", "2026-01-31", "31.01.2026", "2026-02-30",
    "=1+1", "@x", "20; 5; 2.5", "20:2; 5:4", "flare", "yes", "prednisone", "DEXAMETHASONE", "A-01", "l1", "I1",
    "\u202e25", "\uff12\uff15", "\n", '"', "a;b", "x" * 40_000, "#N/A", "NULL", "1", "2",
)  # fmt: skip


def read(path: Path, mapping: Path | None = None) -> str:
    """Every row of a table as a participant, or as what is wrong with it."""
    told: set[str] = set()
    for row in tables.read(path, mapping):
        try:
            tables.participant(row)
            told.add("read")
        except TaperError as error:
            told.add(str(error).partition("\n")[0].rpartition("allowed: ")[2][:40])
    return f"rows: {sorted(told)}"


# CSV --------------------------------------------------------------------------------------------


def csv(data: bytes, folder: Path) -> str:
    return _text(data, folder / "site.csv")


def tsv(data: bytes, folder: Path) -> str:
    return _text(data, folder / "site.tsv")


def _text(data: bytes, path: Path) -> str:
    path.write_bytes(data)
    said = read(path)
    _refuse_other_texts(path)
    return said


def _refuse_other_texts(path: Path) -> None:
    """Raise `Disagreement` where we read a cell that pyarrow reads otherwise."""
    with texts_of_tables.opened(path) as grid:
        ours = {line.number: line for line in (grid.header, *grid.lines) if not line.is_ragged}
    theirs = _by_pyarrow(path)
    for number_, line in ours.items():
        if theirs is not None and line.cells and not line.is_comment:
            cells = theirs[number_ - 1] if number_ <= len(theirs) else []
            found = {i: text for i, text in enumerate(cells) if text.strip(" ")}
            if found != {i: cell.text for i, cell in line.cells.items()}:
                raise Disagreement("pyarrow reads a row otherwise")


def _by_pyarrow(path: Path) -> list[list[str]] | None:
    """The rows, where pyarrow reads the file at all: it wants as many cells in each."""
    import pyarrow
    from pyarrow import csv as arrow

    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    head = raw.decode().splitlines()[: texts_of_tables.HEAD]
    sign = "\t" if path.suffix == ".tsv" else texts_of_tables.delimiter(head)
    width = len(next(plain_csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=sign), []))
    names = [str(i) for i in range(width)]
    try:
        read_as = arrow.read_csv(
            pyarrow.BufferReader(raw),
            arrow.ReadOptions(column_names=names, use_threads=False),
            arrow.ParseOptions(delimiter=sign, newlines_in_values=True, ignore_empty_lines=False),
            arrow.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string())),
        )
    except pyarrow.ArrowException:
        return None
    columns = [column.to_pylist() for column in read_as.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def redcap(data: bytes, folder: Path) -> str:
    """An export, and the file that says what its fields mean where there is one."""
    files = bundles.parted(data)
    table, mapping = folder / "export.csv", folder / "mapping.yaml"
    table.write_bytes(files.get("export.csv", b""))
    mapping.write_bytes(files.get("mapping.yaml", b""))
    return read(table, mapping if "mapping.yaml" in files else None)


def change_csv(
    data: bytes, random: Random, donors: Sequence[bytes], signs: str = ",,,;\t"
) -> bytes:
    """Another table: a cell, a row or a column changed and written again, or the text."""
    rows = _rows(data, signs[0])
    if not rows or random.random() < 0.3:
        return texts.changed(data, random, donors, TOKENS)
    for _ in range(random.choice((1, 1, 2, 5))):
        random.choice(_CHANGES)(rows, random)
    made = io.StringIO()
    ends = random.choice(("\n", "\n", "\r\n", "\r"))
    written = plain_csv.writer(made, delimiter=random.choice(signs), lineterminator=ends)
    written.writerows(rows)
    return made.getvalue().encode("utf-8", "replace")


def change_tsv(data: bytes, random: Random, donors: Sequence[bytes]) -> bytes:
    """The same with tabs."""
    return change_csv(data, random, donors, "\t")


def _rows(data: bytes, sign: str) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
        return [
            row for row in plain_csv.reader(io.StringIO(text, newline=""), delimiter=sign) if row
        ]
    except (ValueError, plain_csv.Error):
        return []


def _cell(rows: list[list[str]], random: Random) -> None:
    row = random.choice(rows)
    if row:
        row[random.randrange(len(row))] = random.choice((random.choice(CELLS), random.choice(row)))


def _row(rows: list[list[str]], random: Random) -> None:
    row = rows.pop(random.randrange(len(rows)))
    for _ in range(random.choice((0, 1, 2))):
        rows.insert(random.randrange(len(rows) + 1), list(row))
    if not rows:
        rows.append(row)


def _column(rows: list[list[str]], random: Random) -> None:
    """A column left out, said twice or named otherwise."""
    at, times = random.randrange(max(map(len, rows), default=0) + 1), random.choice((0, 2, 2))
    for row in rows:
        row[at : at + 1] = row[at : at + 1] * times
    if random.random() < 0.5 and len(rows[0]) > at:
        rows[0][at] = random.choice((*CELLS[:4], "name", "event_9_date", "infusion_99", "arm"))


_CHANGES = (_cell, _cell, _cell, _row, _column)


def change_redcap(data: bytes, random: Random, donors: Sequence[bytes]) -> bytes:
    """Another export, or another mapping of it."""
    files = bundles.parted(data)
    others = [bundles.parted(donor) for donor in donors]
    name = random.choice(sorted(files) or ["export.csv"])
    donated = [other[name] for other in others if name in other]
    one = participants.change if name.endswith(".yaml") else change_csv
    return bundles.joined({**files, name: one(files.get(name, b""), random, donated)})


# XLSX -------------------------------------------------------------------------------------------

PARTS = (
    b"<f>1+1</f>", b"<v>2&#53;</v>", b"<v>2<!-- x -->5</v>", b"<v><![CDATA[25]]></v>", b"<v/>", b't="s"', b't="str"',
    b't="inlineStr"', b't="b"', b't="e"', b't="d"', b' s="99"', b' s="1"', b' r="A1"', b' r="XFD1048576"', b' r="a2"',
    b' hidden="1"', b"<is><t>25</t></is>", b'<is><r><t>2</t></r><rPh sb="0" eb="1"><t>9</t></rPh></is>', b"&amp;", b"&x;",
    b'<!DOCTYPE x [<!ENTITY x "25">]>', b"<v>1e999</v>", b"<v>-0</v>", b"<v>NaN</v>", b"<v>99999999</v>", b"</row>",
    b"<row/>", b'<mergeCell ref="A1:Z9"/>', b'formatCode="0"', b'date1904="1"', b'state="veryHidden"', b"../../x",
    b"<v> 25 </v>", b"_x0041_", b"\xff", b"<", b">", b'"', b"xml:space", b'xmlns:x="y"', b"<x:v>40</x:v>",
    b'<conditionalFormatting sqref="A1:Z9"/>',
)  # fmt: skip


def xlsx(data: bytes, folder: Path) -> str:
    """A workbook of parts, or of bytes as they are."""
    path = folder / "site.xlsx"
    parts = bundles.parted(data)
    path.write_bytes(bundles.zipped(parts) if parts else data)
    said = read(path)
    _refuse_other_cells(path)
    return said


def _refuse_other_cells(path: Path) -> None:
    """Raise `Disagreement` where we read a cell that openpyxl reads otherwise."""
    with workbooks.opened(path) as grid:
        ours = {line.number: line.cells for line in (grid.header, *grid.lines)}
    theirs = _by_openpyxl(path)
    if theirs is None:
        return
    for row, cells in ours.items():
        for column, cell in cells.items():
            other = theirs.get((row, column + 1))
            if cell.trap is None and not _is_same(cell, other):
                raise Disagreement(f"openpyxl reads {type(other).__name__}, we {cell.held}")


def _by_openpyxl(path: Path) -> dict[tuple[int, int], object] | None:
    """The filled cells of the sheet that we read, where openpyxl reads the workbook at all."""
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
        except Exception:  # it is stricter of parts that hold no cell
            return None
        shown = [s for s in book.worksheets if s.title.strip().lower() != sheets.HELP]
        filled = [
            {
                (c.row, c.column): c.value
                for row in s.iter_rows()
                for c in row
                if c.value is not None
            }
            for s in shown
        ]
    return next((found for found in filled if found), {})


def _is_same(cell: Cell, other: object) -> bool:
    if cell.held is Held.NUMBER:
        is_number = isinstance(other, int | float) and not isinstance(other, bool)
        return is_number and number(other) == cell.text
    if cell.held is Held.DATE:
        day = other.date() if isinstance(other, datetime) else other
        return isinstance(day, date) and day.isoformat() == cell.text
    return isinstance(other, str) and _as_text(other) == _as_text(cell.text)


def _as_text(text: str) -> str:
    """Line ends are XML's to choose."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def change_xlsx(data: bytes, random: Random, donors: Sequence[bytes]) -> bytes:
    """Another workbook: a part of it changed, or the packed bytes."""
    files = bundles.parted(data)
    if not files:
        return texts.changed(data, random, donors, (b"PK\x03\x04", b"PK\x01\x02", b"\x00" * 4))
    if random.random() < 0.05:
        return texts.changed(bundles.zipped(files), random, [], (b"PK\x03\x04", b"\x00" * 4))
    name = random.choice(sorted(files))
    if random.random() < 0.6:
        name = next((each for each in files if "sheet1" in each), name)
    cells = _CELL.findall(files[name])
    if cells and random.random() < 0.6:
        files[name] = _other_cell(files[name], cells, random)
    elif random.random() < 0.05:
        del files[name]
    elif random.random() < 0.5:
        files[name] = texts.changed(files[name], random, [files[name]], PARTS)
    else:
        files[name] = other_element(files[name], random, PARTS)
    return bundles.joined(files)


_CELL = re.compile(rb"<c [^>]*/>|<c [^>]*>.*?</c>", re.DOTALL)
_PLACE = re.compile(rb'r="([A-Z]+[0-9]+)"')
_VALUES = (
    "<v>{}</v>", "<v>{}</v>", "<is><t>{}</t></is>", "<f>{}</f><v>25</v>", "<f>1+1</f><v>{}</v>", "<v>2&#5{};</v>",
    "<v>{}<!-- 4 -->0</v>", "<v><![CDATA[{}]]></v>", "<v> {} </v>", "<v>{}</v><v>40</v>", "<v/>", "<is><t>2</t><t>{}</t></is>",
    "<is><r><t>2</t></r><r><t>{}</t></r></is>", "<is><t>{}</t><rPh sb='0' eb='1'><t>9</t></rPh></is>", "<v xml:space='preserve'> {}</v>",
)  # fmt: skip
_TYPES = ("", "", 't="s"', 't="str"', 't="inlineStr"', 't="b"', 't="e"', 't="d"', 't="n"', 't="x"')


def _other_cell(xml: bytes, cells: list[bytes], random: Random) -> bytes:
    """A cell that is well formed, at the same place or at another's, and holds something else."""
    old = random.choice(cells)
    place = _PLACE.search(random.choice((old, old, old, random.choice(cells))))
    value = random.choice((*CELLS, *map(str, range(12)), "1e3", "0.1", "46053.5", "TRUE"))
    new = (
        f'<c r="{place[1].decode() if place else "A2"}" {random.choice(_TYPES)} '
        f's="{random.choice((0, 0, 1, 2, 3, 99))}">'
        f"{random.choice(_VALUES).format(escape(value[:300]))}</c>"
    )
    return xml.replace(old, random.choice((b"", old)) * (random.random() < 0.1) + new.encode(), 1)


def other_element(xml: bytes, random: Random, parts: Sequence[bytes]) -> bytes:
    """An element's beginning replaced by a trap, copied or swapped."""
    pieces = xml.split(b"<")
    at, other = random.randrange(len(pieces)), random.randrange(len(pieces))
    choice = random.randrange(4)
    if choice == 0:
        pieces[at : at + 1] = [random.choice(parts).removeprefix(b"<"), pieces[at]]
    elif choice == 1:
        pieces[at], pieces[other] = pieces[other], pieces[at]
    elif choice == 2:
        pieces.insert(at, pieces[other])
    else:
        del pieces[at]
    return b"<".join(pieces)


# The doors --------------------------------------------------------------------------------------


def _csvs() -> list[bytes]:
    return [(_SITES / "riverside.csv").read_bytes()]


def _tabs() -> list[bytes]:
    made = io.StringIO()
    plain_csv.writer(made, delimiter="\t").writerows(_rows(_csvs()[0], ","))
    return [made.getvalue().encode()]


def _exports() -> list[bytes]:
    own = {
        "export.csv": (_SITES / "own-project.csv").read_bytes(),
        "mapping.yaml": (_SITES / "own-project.yaml").read_bytes(),
    }
    ours = {"export.csv": (_SITES / "redcap-export.csv").read_bytes()}
    return [bundles.joined(own), bundles.joined(ours)]


def _workbooks() -> list[bytes]:
    return [bundles.joined(bundles.unzipped((_SITES / "riverside.xlsx").read_bytes()))]


CSV = Door("csv", _csvs, change_csv, csv)
TSV = Door("tsv", _tabs, change_tsv, tsv)
REDCAP = Door("redcap", _exports, change_redcap, redcap, cost=2)
XLSX = Door("xlsx", _workbooks, change_xlsx, xlsx, cost=8)
