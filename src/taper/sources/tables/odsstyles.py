"""The styles of an OpenDocument spreadsheet: which parts of a day a date shows, what is struck.

A cell, a row or a part of a text bears one by its name; those of cells inherit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from taper.sources.tables.xmlparts import Attributes, Broken, Reader

_SPACES = {
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0": short
    for name, short in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("datastyle", "number"),
    )
}
Known = TypeVar("Known")
_WHOLE_DAY = frozenset({"day", "month", "year"})
_CLOCK = frozenset({"hours", "minutes", "seconds", "am-pm"})
_TEXTS = {"text": "text:span", "paragraph": "text:p"}
"""The families of styles within a cell, and the element that bears one."""
_MOST_STYLES = 200_000


@dataclass(slots=True)
class OdsStyles:
    """What is known of styles by their names: of cells, of dates, of sheets, rows and columns."""

    parents: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    dates: dict[str, frozenset[str]] = field(default_factory=dict)
    struck: dict[str, bool] = field(default_factory=dict)
    struck_texts: set[tuple[str, str]] = field(default_factory=set)
    """Element and style of what strikes a part of a text through."""
    unseen: set[tuple[str, str]] = field(default_factory=set)
    """Family and name of what takes no room, or is not shown."""

    def shows_day(self, style: str, *, clock: bool = False) -> bool:
        """Whether a date in that style is shown with day, month and year, and nothing else.

        But for the time of day, where the `clock` may be shown too.
        """
        parts = self.dates.get(self._inherited(style, self.formats), frozenset())
        return (parts - _CLOCK if clock else parts) == _WHOLE_DAY

    def is_struck(self, style: str) -> bool:
        """Whether a text in that style is struck through."""
        return bool(self._inherited(style, self.struck))

    def strikes(self, tag: str, style: str) -> bool:
        """Whether that style strikes a paragraph, or a part of one, through."""
        return (tag, style) in self.struck_texts

    def _inherited(self, style: str, of: Mapping[str, Known]) -> Known | str:
        for _ in range(20):
            if style in of:
                return of[style]
            style = self.parents.get(style, "")
        return ""


class Named(Reader):
    """Elements by short names, such as `table:table-cell`; of other vocabularies by none."""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.start(_short(tag), {_short(name): value for name, value in attributes.items()})

    def _end(self, tag: str) -> None:
        self.end(_short(tag))


def _short(name: str) -> str:
    space, _, local = name.rpartition(" ")
    short = _SPACES.get(space)
    return f"{short}:{local}" if short else ""


class _Styles(Named):
    """Notes what styles say of dates, of lines through a text and of what is not shown."""

    def __init__(self, styles: OdsStyles) -> None:
        super().__init__()
        self.styles = styles
        self._name = self._family = self._date = ""
        self._parts: set[str] = set()
        self._count = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        self._count += 1
        match tag:
            case "style:style":
                self._style(attributes)
            case "style:text-properties":
                self._line_through(attributes)
            case "style:table-properties" | "style:table-row-properties":
                self._room(attributes, "table:display", "style:row-height")
            case "style:table-column-properties":
                self._room(attributes, "", "style:column-width")
            case "number:date-style":
                self._date, self._parts = attributes.get("style:name", ""), set()
            case _ if self._date and tag.startswith(("number:", "style:map")):
                self._part(tag.partition(":")[2], attributes)
        if self._count > _MOST_STYLES:
            raise Broken

    def end(self, tag: str) -> None:
        if tag == "number:date-style":
            self.styles.dates[self._date] = frozenset(self._parts)
            self._date = ""

    def _style(self, a: Attributes) -> None:
        self._name, self._family = a.get("style:name", ""), a.get("style:family", "")
        if self._family == "table-cell":
            self.styles.parents[self._name] = a.get("style:parent-style-name", "")
            if "style:data-style-name" in a:
                self.styles.formats[self._name] = a["style:data-style-name"]

    def _line_through(self, a: Attributes) -> None:
        kind = a.get("style:text-line-through-style", a.get("style:text-line-through-type"))
        if kind is None:
            return
        if self._family == "table-cell":
            self.styles.struck[self._name] = kind != "none"
        elif self._family in _TEXTS and kind != "none":
            self.styles.struck_texts.add((_TEXTS[self._family], self._name))

    def _room(self, a: Attributes, display: str, size: str) -> None:
        is_none = a.get(size, "1").rstrip("abcdefghijklmnopqrstuvwxyz").strip("0.") == ""
        if a.get(display) == "false" or (size in a and is_none):
            self.styles.unseen.add((self._family, self._name))

    def _part(self, part: str, a: Attributes) -> None:
        if a.get("number:calendar", "gregorian") != "gregorian":
            part = "another calendar"
        if part != "text":
            self._parts.add(part)


def styles_of(*contents: bytes) -> OdsStyles:
    """What the styles of these parts say, the later ones for the earlier."""
    styles = OdsStyles()
    for content in contents:
        _Styles(styles).read(content)
    return styles
