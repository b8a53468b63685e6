"""An XLSX file unpacked with care: the facts about its sheets that a reader of values lacks.

An XLSX file is a zip of XML. Declared sizes are looked at before anything is unpacked, and what
is unpacked is checked against them. Whoever reads the values gets a new, plain zip of just the
parts that were looked at here, so that both have seen the same.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import cached_property
from pathlib import Path
from xml.parsers import expat

from taper.errors import Refusal
from taper.sources.raw import THE_FILE
from taper.sources.tables import bookxml, cellvalues, sheetxml, stringsxml, stylesxml
from taper.sources.tables.cellvalues import Value
from taper.sources.tables.opening import MIB, unreadable
from taper.sources.tables.sheetxml import TooLarge
from taper.sources.tables.worksheet import Raw, Worksheet
from taper.sources.tables.xmlparts import Broken
from taper.wording.quoting import plain

MOST_UNPACKED = 64 * MIB
MOST_PARTS = 2000
_ALLOWED = "an XLSX workbook as Excel or LibreOffice writes it, without a password"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
_STRINGS = "xl/sharedStrings.xml"
_ROOT = "_rels/.rels"
_TO_WORKBOOK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    f'relationships/officeDocument" Target="{_WORKBOOK}"/></Relationships>'
)
_PACKED_OLD = b"\xd0\xcf\x11\xe0"

_UNSOUND = (
    Broken,
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    LookupError,
    ValueError,
    OverflowError,
    EOFError,
    NotImplementedError,  # a compression that nobody uses
    RuntimeError,  # a part with a password
)
"""What a file of that form may make of its readers."""


class Workbook:
    """The parts of a workbook, unpacked and looked at; raises `Refusal` where one is not sound."""

    def __init__(self, path: Path) -> None:
        self.name = plain(path.name)
        self._parts: dict[str, bytes] = {}
        try:
            self._unpack(path)
            self.epoch_1904, sheets = bookxml.book(self._parts[_WORKBOOK])
            targets = bookxml.targets(self._parts[_RELATIONS])
            self.sheets = [
                Worksheet(name, hidden, targets[id_])
                for name, hidden, id_ in sheets
                if id_ in targets
            ]
            self.styles = stylesxml.styles(self._parts.get(_STYLES))
            self.texts = stringsxml.texts(self._parts.get(_STRINGS))
            for sheet in self.sheets:
                sheetxml.look(sheet, self._parts[sheet.part], self.styles)
        except OSError as wrong:
            raise unreadable(self.name, wrong) from None
        except TooLarge:
            allowed = f"at most {sheetxml.MOST_CELLS} cells, and none far away from the others"
            raise self._refusal("a workbook of too many cells", allowed) from None
        except _UNSOUND:
            raise self.unsound() from None

    def held(self, raw: Raw) -> tuple[Value | None, str]:
        """What a cell holds by its own XML, and its number format."""
        try:
            code = self.styles.of_cell(raw.style)
            return cellvalues.held(raw, self.texts, epoch_1904=self.epoch_1904, code=code), code
        except _UNSOUND:
            raise self.unsound() from None

    @cached_property
    def repacked(self) -> bytes:
        """A zip of nothing but what was looked at."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
            made.writestr(_ROOT, _TO_WORKBOOK)
            for name, content in self._parts.items():
                made.writestr(name, content)
        return target.getvalue()

    def unsound(self) -> Refusal:
        """The refusal of a file that is not what its ending says."""
        return self._refusal("no XLSX workbook that can be read")

    def _refusal(self, read: str, allowed: str = _ALLOWED) -> Refusal:
        return Refusal.of(self.name, THE_FILE, read, allowed)

    def _unpack(self, path: Path) -> None:
        with path.open("rb") as raw:
            if raw.read(4) == _PACKED_OLD:
                raise self._refusal("an old workbook, or one with a password")
            with zipfile.ZipFile(raw) as packed:
                self._refuse_bomb(packed.infolist())
                wanted = {part.lower(): part for part in (_WORKBOOK, _RELATIONS, _STYLES, _STRINGS)}
                for info in packed.infolist():
                    name = info.filename.replace("\\", "/")
                    if name.lower() in wanted:
                        self._parts[wanted[name.lower()]] = _whole(packed, info)
                    elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
                        self._parts[name] = _whole(packed, info)

    def _refuse_bomb(self, infos: list[zipfile.ZipInfo]) -> None:
        names = [info.filename.replace("\\", "/").lower() for info in infos]
        if len(names) > MOST_PARTS or len(set(names)) < len(names):
            raise self._refusal("a workbook of too many parts, or of two parts with one name")
        if sum(info.file_size for info in infos) > MOST_UNPACKED:
            most = MOST_UNPACKED // MIB
            raise self._refusal(
                f"a workbook that unpacks to more than {most} MiB", f"one of at most {most} MiB"
            )


def _whole(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    content = packed.read(info)
    if len(content) != info.file_size:
        raise Broken
    return content
