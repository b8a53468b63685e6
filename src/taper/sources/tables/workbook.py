"""An XLSX file unpacked with care: the facts about its sheets that a reader of values lacks.

Whoever reads the values gets a new, plain zip of just the parts that were looked at here, so that
both have seen the same.
"""

from __future__ import annotations

import io
import zipfile
from functools import cached_property
from pathlib import Path

from taper.errors import Refusal
from taper.sources.raw import THE_FILE
from taper.sources.tables import bookxml, cellvalues, sheetxml, stringsxml, stylesxml, zipped
from taper.sources.tables.cellvalues import Value
from taper.sources.tables.opening import unreadable
from taper.sources.tables.sheetxml import TooLarge
from taper.sources.tables.worksheet import Raw, Worksheet
from taper.wording.quoting import plain

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


class Workbook:
    """The parts of a workbook, unpacked and looked at; raises `Refusal` where one is not sound."""

    def __init__(self, path: Path) -> None:
        self.name = plain(path.name)
        try:
            found = zipped.parts(path, self._kept_as, self._refusal)
            self._beside = {name: found[name] for name in found if bookxml.is_beside(name)}
            self._parts = {name: found[name] for name in found if name not in self._beside}
            self.epoch_1904, sheets = bookxml.book(self._parts[_WORKBOOK])
            targets = bookxml.targets(self._parts[_RELATIONS])
            self.sheets = [
                Worksheet(name, hidden, targets[id_])
                for name, hidden, id_ in sheets
                if id_ in targets
            ]
            self.styles = stylesxml.styles(self._parts.get(_STYLES))
            self.texts, self._struck = stringsxml.shared_texts(self._parts.get(_STRINGS))
            for sheet in self.sheets:
                sheetxml.look(sheet, self._parts[sheet.part], self.styles)
                sheet.comments |= bookxml.commented(sheet.part, self._beside)
        except OSError as wrong:
            raise unreadable(self.name, wrong) from None
        except TooLarge:
            allowed = f"at most {sheetxml.MOST_CELLS} cells, and none far away from the others"
            raise self._refusal("a workbook of too many cells", allowed) from None
        except zipped.UNSOUND:
            raise self.unsound() from None

    def held(self, raw: Raw) -> tuple[Value | None, str]:
        """What a cell holds by its own XML, and its number format."""
        try:
            code = self.styles.of_cell(raw.style)
            return cellvalues.held(raw, self.texts, epoch_1904=self.epoch_1904, code=code), code
        except zipped.UNSOUND:
            raise self.unsound() from None

    def is_struck_in_part(self, raw: Raw) -> bool:
        """Whether a run of the text that a cell shares with others is struck through."""
        return raw.kind == "s" and raw.text.isdecimal() and int(raw.text) in self._struck

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

    def _kept_as(self, name: str) -> str | None:
        """The name of a part that is read, None for any other."""
        wanted = {part.lower(): part for part in (_WORKBOOK, _RELATIONS, _STYLES, _STRINGS)}
        if name.lower() in wanted:
            return wanted[name.lower()]
        is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        return name if is_sheet or bookxml.is_beside(name) else None
