"""The texts that a workbook's cells share, each once, by their number."""

from __future__ import annotations

from typing import NamedTuple

from taper.sources.tables.xmlparts import Attributes, Strict, is_struck


class SharedTexts(NamedTuple):
    """The texts in their order, and the numbers of those that are struck through in part."""

    texts: list[str]
    struck: frozenset[int] = frozenset()


def shared_texts(content: bytes | None) -> SharedTexts:
    """The texts of a part; a workbook without it has none to share."""
    if content is None:
        return SharedTexts([])
    reader = _Texts()
    reader.read(content)
    return SharedTexts(reader.found, frozenset(reader.struck))


class _Texts(Strict):
    def __init__(self) -> None:
        super().__init__("sst")
        self.found: list[str] = []
        self.struck: set[int] = set()

    def run_property(self, tag: str, attributes: Attributes) -> None:
        if is_struck(tag, attributes):
            self.struck.add(len(self.found))

    def closed(self, tag: str) -> None:
        if tag == "si":
            self.found.append(self.heard())
