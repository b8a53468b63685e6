"""The texts that a workbook's cells share, each once, by their number."""

from __future__ import annotations

from taper.sources.tables.xmlparts import Strict


def texts(content: bytes | None) -> list[str]:
    """The texts of a part; a workbook without it has none to share."""
    if content is None:
        return []
    reader = _Texts()
    reader.read(content)
    return reader.found


class _Texts(Strict):
    def __init__(self) -> None:
        super().__init__("sst")
        self.found: list[str] = []

    def closed(self, tag: str) -> None:
        if tag == "si":
            self.found.append(self.heard())
