"""The XML of a workbook's parts, gone through element by element; no part is kept as a tree.

A part with a document type definition is broken: no workbook has one. So is one in another
encoding than UTF-8, which not every reader knows.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from xml.parsers import expat

Attributes = Mapping[str, str]

TRUE = frozenset({"1", "true", "on"})
_MOST_ELEMENTS = 200_000
_MAIN = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
"""The names of cells and their texts, as written by Excel in its usual and in its strict form."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF8 = (None, "utf-8", "us-ascii", "ascii")


class Broken(Exception):
    """A part that is not what its name says, or that two readers may read in two ways."""


class Reader:
    """Calls `start`, `text` and `end` with the local names of a part."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.XmlDeclHandler = self._declared

    def read(self, content: bytes) -> None:
        """Go through the whole part."""
        if content.startswith(_UTF16):
            raise Broken
        self._parser.Parse(content, True)

    def hear_text(self, wanted: bool) -> None:
        """Text is asked for only where it is needed: most of a part has none."""
        self._parser.CharacterDataHandler = self.text if wanted else None

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Some text of an element."""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.start(tag.rpartition(" ")[2], attributes)

    def _end(self, tag: str) -> None:
        self.end(tag.rpartition(" ")[2])

    @staticmethod
    def _refuse(*_: object) -> None:
        raise Broken

    @staticmethod
    def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding and encoding.lower()) not in _UTF8:
            raise Broken


class _Elements(Reader):
    """The wanted elements of a small part with their attributes, each by its local name."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: list[tuple[str, Attributes]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in self.wanted:
            local = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
            if len(local) < len(attributes):
                raise Broken  # two of one name: which of them counts, nobody can tell
            self.found.append((tag, local))
        if len(self.found) > _MOST_ELEMENTS:
            raise Broken


def elements(content: bytes, *wanted: str) -> list[tuple[str, Attributes]]:
    """The elements of these names with their attributes, in their order."""
    reader = _Elements(frozenset(wanted))
    reader.read(content)
    return reader.found


# Where nothing may stand but what belongs there -----------------------------------------------

_OF_A_TEXT = frozenset({"t", "r", "rPh", "phoneticPr"})
_WITHIN: Mapping[str, frozenset[str]] = {
    "sheetData": frozenset({"row"}),
    "row": frozenset({"c", "extLst"}),
    "c": frozenset({"v", "f", "is", "extLst"}),
    "sst": frozenset({"si", "extLst"}),
    "si": _OF_A_TEXT,
    "is": _OF_A_TEXT,
    "r": frozenset({"rPr", "t"}),
    "rPh": frozenset({"t"}),
    "v": frozenset(),
    "f": frozenset(),
    "t": frozenset(),
}
_NAMES = {
    f"{space} {name}": name for space in _MAIN for name in frozenset().union(*_WITHIN.values())
}
STRUCK = "strike"
_PASSED_OVER = frozenset({"extLst", "rPr", "phoneticPr"})
_HEARD = frozenset({"v", "f", "t"})


def is_struck(tag: str, attributes: Attributes) -> bool:
    """Whether this draws a line through a run of a text."""
    return tag == STRUCK and attributes.get("val", "1") not in {"0", "false"}


class Strict(Reader):
    """Goes through the cells of a sheet, or its texts, of which nobody is in doubt.

    What stands where the format has no place for it, or twice, is passed over by one program and
    read by another: such a part is broken. Runs of one text are joined; its reading aids, which
    stand above it, are no part of it.
    """

    def __init__(self, root: str) -> None:
        super().__init__()
        self._root = root
        self._path: list[str] = []
        self._form = ""
        self._passed_over, self._is_of_run = 0, False
        self._is_done = False
        self._heard: list[str] = []

    def opened(self, tag: str, attributes: Attributes) -> None:
        """An element of the tree begins."""

    def closed(self, tag: str) -> None:
        """An element of the tree ends."""

    def run_property(self, tag: str, attributes: Attributes) -> None:
        """How a run of a text looks."""

    def outside(self, tag: str, attributes: Attributes) -> None:
        """An element before or behind the tree begins."""

    def outside_ends(self, tag: str) -> None:
        """An element before or behind the tree ends."""

    def text(self, data: str) -> None:
        """Some text of an element."""
        self._heard.append(data)

    def heard(self) -> str:
        """The text since it was asked for last."""
        text = "".join(self._heard)
        self._heard.clear()
        return text

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._passed_over:
            if self._is_of_run:
                self.run_property(tag.rpartition(" ")[2], attributes)
            self._passed_over += 1
        elif self._path:
            self._start_within(_NAMES.get(tag, ""), attributes)
        elif tag.rpartition(" ")[2] == self._root:
            self._begin(tag)
        else:
            self.outside(tag.rpartition(" ")[2], attributes)

    def _begin(self, tag: str) -> None:
        if self._is_done or tag.rpartition(" ")[0] not in _MAIN:
            raise Broken
        self._path, self._is_done = [self._root], True
        self._heard.clear()

    def _start_within(self, name: str, attributes: Attributes) -> None:
        parent = self._path[-1]
        if name not in _WITHIN[parent]:
            raise Broken
        if name in _PASSED_OVER:
            self._passed_over, self._is_of_run = 1, name == "rPr"
            return
        self._path.append(name)
        if name in _HEARD:
            self.hear_text(wanted=name != "t" or self._is_of_text(parent))
        elif name == "r":
            self._in_form("r", instead_of=("", "r", "rt"))
        elif name in {"si", "is"}:
            self._form = ""
        self.opened(name, attributes)

    def _is_of_text(self, parent: str) -> bool:
        """Whether a `t` is the text, whole or a run's; refused where there is one already."""
        if parent == "rPh":
            return False
        is_run = parent == "r"
        self._in_form("rt" if is_run else "t", instead_of=("r" if is_run else "",))
        return True

    def _in_form(self, form: str, *, instead_of: tuple[str, ...]) -> None:
        if self._form not in instead_of:
            raise Broken  # a text of runs, each with one text, or a plain one
        self._form = form

    def _end(self, tag: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
        elif self._path:
            self._end_within()
        else:
            self.outside_ends(tag.rpartition(" ")[2])

    def _end_within(self) -> None:
        name = self._path.pop()
        if name in _HEARD:
            self.hear_text(wanted=False)
        if self._path:
            self.closed(name)
