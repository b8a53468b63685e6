"""An event written into a participant's YAML, whose comments and layout stay."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from taper import sources
from taper.errors import Refusal

Fields = Mapping[str, Any]
"""An event as its file has it, `type` and `date` first: texts, and strengths as a list of them."""
_WORDS = frozenset({"reason", "drug", "protocol"})
_DOCUMENT_END = re.compile(r"^\.\.\.(\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Edit:
    """New text in the place of some characters, or of none."""

    start: int
    end: int
    text: str


def with_event(raw: bytes, name: str, fields: Fields, open_at: int | None) -> bytes:
    """The file with the event added, or with an open one closed."""
    layout = _Layout.of(raw)
    edits = layout.added(fields) if open_at is None else layout.closed(open_at, fields)
    expected = _expected(sources.parse(raw, name).data, fields, open_at)
    return _edited(layout.text, edits, expected, name)


def with_remark(raw: bytes, name: str, remark: str, at: int | None) -> bytes:
    """The file with a comment below the event at that place, below the last one for None."""
    layout = _Layout.of(raw)
    return _edited(layout.text, [layout.remarked(at, remark)], sources.parse(raw, name).data, name)


def _edited(text: str, edits: Iterable[_Edit], expected: Mapping[str, Any], name: str) -> bytes:
    """The text with its edits; refused where it does not say what is expected of it."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    new_raw = text.encode()
    if sources.parse(new_raw, name).data != expected:
        raise Refusal.of(
            name,
            "events",
            "laid out in a way that an event cannot be added to",
            "one event a line, each after a hyphen",
        )
    return new_raw


def _expected(data: Mapping[str, Any], fields: Fields, open_at: int | None) -> dict[str, Any]:
    said = deepcopy(dict(data))
    events = said.setdefault("events", [])
    if open_at is None:
        events.append(dict(fields))
    else:
        events[open_at].update(fields)
    return said


class _Layout:
    """Where in a text an event goes, and in which of YAML's forms."""

    def __init__(self, text: str, root: MappingNode) -> None:
        self.text = text
        self.root = root
        self.newline = "\r\n" if "\r\n" in text else "\n"

    @classmethod
    def of(cls, raw: bytes) -> _Layout:
        """That of a file."""
        text = raw.decode()
        return cls(text, YAML(typ="base", pure=True).compose(text))

    def added(self, fields: Fields) -> list[_Edit]:
        """The event as the last of the file's events."""
        events = next((value for key, value in self.root.value if key.value == "events"), None)
        if events is None:
            return [self._first_events(fields)]
        if not events.value:
            return self._instead_of_empty(events, fields)
        if events.flow_style:
            return self._in_brackets(events, fields)
        return [self._after_hyphen(events, fields)]

    def remarked(self, at: int | None, remark: str) -> _Edit:
        """A line of comment below the event at this place, the last one for None."""
        event = self._event(-1 if at is None else at)
        line_start = self.text.rfind("\n", 0, event.start_mark.index) + 1
        line = self.text[line_start:]
        indent = line[: len(line) - len(line.lstrip(" "))]
        return self._lines_after(_end(event, self.text), [f"{indent}# {remark}"])

    def _event(self, place: int) -> CollectionNode:
        events = next(value for key, value in self.root.value if key.value == "events")
        event: CollectionNode = events.value[place]
        return event

    def closed(self, open_at: int, fields: Fields) -> list[_Edit]:
        """The dates that the event at this place still lacks."""
        event = self._event(open_at)
        has = {key.value for key, _ in event.value}
        lacking = _pairs({key: value for key, value in fields.items() if key not in has})
        if event.flow_style:
            end = _end(event.value[-1][1], self.text)
            return [_Edit(end, end, "".join(f", {pair}" for pair in lacking))]
        indent = " " * event.start_mark.column
        return [self._lines_after(_end(event, self.text), [indent + pair for pair in lacking])]

    def _first_events(self, fields: Fields) -> _Edit:
        """Events where the file has had none: at its end, or within its braces."""
        if self.root.flow_style:
            end = _end(self.root.value[-1][1], self.text)
            return _Edit(end, end, f", events: [{_in_braces(fields)}]")
        margin = " " * self.root.start_mark.column
        last = _end(self.root, self.text)
        ended = _DOCUMENT_END.search(self.text, last)
        written = self.text[: ended.start() if ended else None].rstrip()
        item = f"{margin}{self._indent_of_items()}- {_in_braces(fields)}"
        return self._lines_after(len(written), [f"{margin}events:", item])

    def _indent_of_items(self) -> str:
        """How far this file sets its lists in."""
        lists = (v for _, v in self.root.value if isinstance(v, SequenceNode) and not v.flow_style)
        margin = self.root.start_mark.column
        return " " * next((found.start_mark.column - margin for found in lists), 2)

    def _instead_of_empty(self, events: SequenceNode, fields: Fields) -> list[_Edit]:
        """`events: []` becomes a list with a hyphen; within braces the brackets stay."""
        start, end = events.start_mark.index, events.end_mark.index
        if self.text[start + 1 : end - 1].strip():  # a comment, which stays
            return [self._before_bracket(end - 1, fields)]
        if self.root.flow_style:
            return [_Edit(start, end, f"[{_in_braces(fields)}]")]
        before = len(self.text[:start].rstrip(" "))
        indent = " " * self.root.start_mark.column + self._indent_of_items()
        item = self._lines_after(end, [f"{indent}- {_in_braces(fields)}"])
        return [_Edit(before, end, ""), item]

    def _before_bracket(self, end: int, fields: Fields) -> _Edit:
        """An event on a line of its own above the closing bracket of a list with a comment."""
        line_start = self.text.rfind("\n", 0, end) + 1
        indent = len(self.text[line_start:end]) + 2
        return _Edit(line_start, line_start, f"{' ' * indent}{_in_braces(fields)}{self.newline}")

    def _in_brackets(self, events: SequenceNode, fields: Fields) -> list[_Edit]:
        """One more in `[…]`, on a line of its own where the last one begins a line."""
        last = events.value[-1]
        end, item = _end(last, self.text), _in_braces(fields)
        rest = self.text[end : events.end_mark.index]
        line_start = self.text.rfind("\n", 0, last.start_mark.index) + 1
        indent = self.text[line_start : last.start_mark.index]
        if indent.strip() or "\n" not in rest:
            return [_Edit(end, end, f", {item}")]
        if rest.lstrip().startswith(","):
            return [self._lines_after(end, [f"{indent}{item},"])]
        return [_Edit(end, end, ","), self._lines_after(end, [f"{indent}{item}"])]

    def _after_hyphen(self, events: SequenceNode, fields: Fields) -> _Edit:
        """One more line, or as many as the event before it has where that has a line a key."""
        last, dash = events.value[-1], events.start_mark.column
        end = _end(events, self.text)
        if last.flow_style:
            return self._lines_after(end, [f"{' ' * dash}- {_in_braces(fields)}"])
        inner = last.start_mark.column - dash
        pairs = _pairs(fields)
        first = f"{' ' * dash}-{' ' * (inner - 1)}{pairs[0]}"
        return self._lines_after(end, [first, *(" " * (dash + inner) + p for p in pairs[1:])])

    def _lines_after(self, index: int, lines: list[str]) -> _Edit:
        """Whole lines below the one that `index` is in, below its comment too."""
        at = self.text.find("\n", index) + 1
        block = self.newline.join(lines)
        if at == 0:
            return _Edit(len(self.text), len(self.text), f"{self.newline}{block}{self.newline}")
        return _Edit(at, at, f"{block}{self.newline}")


def _end(node: Node, text: str) -> int:
    """Behind the node's last character; a block's own end lies behind the comments below it."""
    if isinstance(node, CollectionNode) and not node.flow_style:
        return max(_end(child, text) for child in _children(node))
    return len(text[: node.end_mark.index].rstrip())


def _children(node: CollectionNode) -> Iterator[Node]:
    for child in node.value:
        yield from child if isinstance(child, tuple) else (child,)


def _in_braces(fields: Fields) -> str:
    return f"{{{', '.join(_pairs(fields))}}}"


def _pairs(fields: Fields) -> list[str]:
    """`key: value`; only words may need quotation marks, dates, doses and days do not."""
    return [f"{key}: {_written(key, value)}" for key, value in fields.items()]


def _written(key: str, value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_written(key, each) for each in value)}]"
    if isinstance(value, Mapping):
        return _in_braces(value)
    return _quoted(value) if key in _WORDS else str(value)


def _quoted(text: str) -> str:
    """A text as it may stand anywhere, in quotation marks where YAML wants them."""
    yaml = YAML()
    yaml.default_flow_style, yaml.width = True, 100 * len(text)
    stream = io.StringIO()
    yaml.dump([text], stream)
    return stream.getvalue().strip()[1:-1]
