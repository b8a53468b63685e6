"""The number formats of a workbook: of its cells, and of what its conditions do to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from taper.sources.tables.formats import BUILT_IN, GENERAL, unknown
from taper.sources.tables.xmlparts import Attributes, Broken, Reader

_MOST_STYLES = 200_000


@dataclass(slots=True)
class Styles:
    """The codes of number formats, by the number of the style."""

    of_cells: list[str] = field(default_factory=list)
    of_conditions: list[str | None] = field(default_factory=list)
    """None where a condition leaves the number format alone."""
    struck: frozenset[int] = frozenset()
    """The styles of cells that are struck through."""

    def of_cell(self, style: int) -> str:
        """How a number in a cell of that style is shown."""
        if not self.of_cells:
            return GENERAL
        if style >= len(self.of_cells):
            raise Broken
        return self.of_cells[style]

    def of_condition(self, style: int) -> str | None:
        """How a number is shown while a condition holds."""
        if style >= len(self.of_conditions):
            raise Broken
        return self.of_conditions[style]


def styles(content: bytes | None) -> Styles:
    """The number formats of a part; a workbook without it has only the usual one."""
    if content is None:
        return Styles()
    reader = _Styles()
    reader.read(content)
    return reader.found()


class _Styles(Reader):
    """Notes formats by where they stand: a condition's own codes have their own numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._path: list[str] = []
        self._codes: dict[int, str] = {}
        self._cells: list[tuple[int, bool, int]] = []
        self._bases: list[int] = []
        self._conditions: list[str | None] = []
        self._struck_fonts: list[bool] = []
        self._fonts: list[int] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        parent = self._path[-1] if self._path else ""
        self._path.append(tag)
        match parent, tag:
            case "numFmts", "numFmt":
                self._note_code(int(attributes["numFmtId"]), attributes["formatCode"])
            case "cellStyleXfs", "xf":
                self._bases.append(int(attributes.get("numFmtId", "0")))
            case "cellXfs", "xf":
                self._note_cell(attributes)
            case "fonts", "font":
                self._struck_fonts.append(False)
            case "font", "strike":
                self._note_strike(attributes)
            case "dxfs", "dxf":
                self._conditions.append(None)
            case "dxf", "numFmt":
                self._note_condition(attributes)
        if (
            len(self._struck_fonts) + len(self._cells) + len(self._codes) + len(self._conditions)
            > _MOST_STYLES
        ):
            raise Broken

    def end(self, tag: str) -> None:  # noqa: ARG002 - one signature
        self._path.pop()

    def _note_code(self, number: int, code: str) -> None:
        if self._codes.setdefault(number, code) != code:
            raise Broken

    def _note_cell(self, a: Attributes) -> None:
        is_applied = a.get("applyNumberFormat", "1") not in {"0", "false"}
        self._cells.append((int(a.get("numFmtId", "0")), is_applied, int(a.get("xfId", "0"))))
        self._fonts.append(int(a.get("fontId", "0")))

    def _note_strike(self, a: Attributes) -> None:
        if len(self._path) >= 3 and self._path[-3] == "fonts":
            self._struck_fonts[-1] = a.get("val", "1") not in {"0", "false"}

    def _note_condition(self, a: Attributes) -> None:
        if len(self._path) >= 3 and self._path[-3] == "dxfs":
            self._conditions[-1] = a.get("formatCode") or self._code(int(a.get("numFmtId", "0")))

    def _code(self, number: int) -> str:
        return self._codes.get(number) or BUILT_IN.get(number) or unknown(number)

    def found(self) -> Styles:
        fonts = self._struck_fonts
        struck = (i for i, font in enumerate(self._fonts) if font < len(fonts) and fonts[font])
        cells = [self._of_cell(*cell) for cell in self._cells]
        return Styles(cells, self._conditions, frozenset(struck))

    def _of_cell(self, number: int, is_applied: bool, base: int) -> str:
        """Where a format is said not to apply, some programs take the one that it is based on."""
        if is_applied or base >= len(self._bases) or self._bases[base] == number:
            return self._code(number)
        return f"{unknown(number)} or {self._bases[base]}"
