"""YAML text to plain data, event by event; what is surprising in YAML is found wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from taper.errors import Problem, Refusal
from taper.sources.parsed import LINES_OF_KEYS, MAX_DEPTH, MAX_NODES, Found, ParsedFile
from taper.sources.raw import THE_FILE, text_of
from taper.sources.yaml_slips import CUT, decimal, decimals, is_cut, two_readings, with_point
from taper.wording.quoting import KeyPath, field_name, quoted

_LONG_TAG = re.compile(r"!\S{1000}")  # the parser would take minutes over a longer one


def scan(raw: bytes, name: str) -> tuple[ParsedFile, list[Found]]:
    """The data of a file together with what is wrong with its form.

    Raises `Refusal` only where it is too broken for any data.
    """
    text = text_of(raw, name)
    builder = _Builder(name, text)
    if tag := _LONG_TAG.search(text):
        raise builder.broken("a tag", text.count("\n", 0, tag.start()) + 1)
    try:
        builder.build(YAML(typ="base", pure=True).parse(text))
    except Refusal:
        raise
    except ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1
        raise builder.broken("a control character", line) from None
    except MarkedYAMLError as wrong:
        raise builder.broken(*_hint(wrong, text)) from None
    except Exception:  # the parser also fails with others, such as ValueError for "\U00110000"
        raise builder.broken("an escape or a form that YAML does not have", None) from None
    return builder.document(), builder.found


_HINTS = (
    ("found character '\\t'", "a tab in the indentation"),
    ("cannot start any token", "a sign such as @ or % that needs quotation marks"),
    ("mapping values are not allowed", "a second colon in a line, or a wrong indentation"),
    ("while scanning a quoted scalar", "a quotation mark that is not closed"),
    ("while parsing a flow", "a bracket that is not closed, or a comma too many"),
    ("while scanning a simple key", "a line without a colon after its key"),
    ("expected <block end>", "a wrong indentation"),
    ("tag", "a tag"),
)


def _hint(wrong: MarkedYAMLError, text: str) -> tuple[str, int | None]:
    """What is wrong, and in which line. The parser's words would repeat what the file says."""
    said = f"{wrong.context} {wrong.problem}".replace("\t", "\\t")
    begun, mark = wrong.context_mark, wrong.problem_mark or wrong.context_mark
    if begun is not None and _IN_BRACKETS in said:
        line = text.split("\n")[begun.line]
        for pattern, hint in _SLIPS_IN_BRACKETS:
            if pattern.search(line, begun.column):
                return hint, begun.line + 1
    hint = next((hint for words, hint in _HINTS if words in said), "something that is not YAML")
    return hint, mark.line + 1 if mark else None


_IN_BRACKETS = "while parsing a flow"
_SLIPS_IN_BRACKETS = (
    (
        re.compile(r"\s#"),
        "a # in brackets, behind which all is a comment: put the text in quotation marks",
    ),
    (
        re.compile(r"[{,]\s*[\w.-]+:[^,{}\[\]'\"]*:(\s|$)"),
        "a second colon in brackets: put the text in quotation marks",
    ),
)


_NO_VALUE = ""


def _is_empty(event: Event) -> bool:
    return isinstance(event, ScalarEvent) and event.value == "" and event.style is None


@dataclass
class _Builder:
    """Events to data. Depth is limited, so that its recursion is."""

    name: str
    text: str
    found: list[Found] = field(default_factory=list)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    nodes: int = 0
    _data: object = None
    _events: Iterator[Event] = field(default_factory=lambda: iter(()))
    _in_json: set[KeyPath] = field(default_factory=set)
    """Places whose key stands in quotation marks, as programs write it."""

    def document(self) -> ParsedFile:
        """What was built; refused where it is no keys with values."""
        if not isinstance(self._data, dict):
            read = "a list" if self._data else "empty"
            if isinstance(self._data, str) and self._data:
                read = "one text without keys"  # never repeated: this may be any file
            raise Refusal.of(self.name, THE_FILE, read, LINES_OF_KEYS)
        return ParsedFile(self.name, self._data, self.lines)

    def broken(self, hint: str, line: int | None) -> Refusal:
        """The refusal of a text that cannot be parsed any further."""
        read = f"no YAML that can be read, because of {hint}"
        return Refusal(Problem(self.name, THE_FILE, read, LINES_OF_KEYS, line))

    def build(self, events: Iterator[Event]) -> None:
        """Read the whole stream."""
        self._events = events
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    line = event.start_mark.line + 1
                    read = "more than one document"
                    raise Refusal(Problem(self.name, THE_FILE, read, "one document", line))
            elif isinstance(event, NodeEvent):
                self._data = self._node(event, ())
            elif isinstance(event, StreamEndEvent):
                return

    def _node(self, event: Event, path: KeyPath) -> object:
        assert isinstance(event, NodeEvent), "the parser opens a value with one"
        self.nodes += 1
        if len(path) > MAX_DEPTH:
            read = f"nested more than {MAX_DEPTH} levels deep"
            raise Refusal.of(self.name, field_name(path[:2]), read, "fewer levels")
        if self.nodes > MAX_NODES:
            read = f"longer than {MAX_NODES} values"
            raise Refusal.of(self.name, THE_FILE, read, "a shorter file")
        self._refuse_references(event, path)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, in_brackets=bool(event.flow_style))
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        return _NO_VALUE  # an alias, refused above

    def _refuse_references(self, event: NodeEvent, path: KeyPath) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            self._find(path, "an alias (*)", "the value itself", line)
        elif event.anchor is not None:
            self._find(path, "marked with an anchor (&)", "the value itself", line)
        elif getattr(event, "ctag", None) is not None:
            self._find(path, "marked with a tag (!)", "the value itself", line)

    def _scalar(self, event: ScalarEvent, path: KeyPath) -> str:
        if event.value == "" and event.style is None and event.ctag is None:
            # Its own mark is where the next thing stands; the line is that of its key.
            self._find(path, "empty", "a value, or no such key", None)
        if is_cut(event, path, self.text):
            read = f"{quoted(event.value)}, and what follows the # is a comment"
            self._find(path, read, CUT, event.start_mark.line + 1)
        return str(event.value)

    def _sequence(self, path: KeyPath, *, in_brackets: bool) -> list[object]:
        items: list[object] = []
        events: list[Event] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            events.append(event)
            place = (*path, len(items))
            self.lines.setdefault(place, event.start_mark.line + 1)
            items.append(self._node(event, place))
        if in_brackets:
            self._find_decimals(path, events)
        return items

    def _find_decimals(self, path: KeyPath, items: list[Event]) -> None:
        for typed, line in decimals(items, self.text, by_a_program=path in self._in_json):
            self._find(path, *two_readings(typed), line)

    def _mapping(self, path: KeyPath) -> dict[str, object]:
        data: dict[str, object] = {}
        last: Event | None = None
        place = path
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            line = event.start_mark.line + 1
            opened, typed = next(self._events), decimal(last, event, self.text)
            if typed is not None and _is_empty(opened):
                self._find(place, *with_point(typed), line)
                continue
            key = self._key(event, path, line)
            place, last = (*path, key), opened
            first = self.lines.setdefault(place, line)
            if getattr(event, "style", None) == '"':
                self._in_json.add(place)
            value = self._node(opened, place)
            if key in data:
                self._find(place, f"given twice (first in line {first})", "each key once", line)
            data.setdefault(key, value)
        return data

    def _key(self, event: Event, path: KeyPath, line: int) -> str:
        if not isinstance(event, ScalarEvent):
            self._node(event, (*path, "?"))
            self._find(path, "a key that is no plain text", "keys of one word", line)
            return "?"
        self._refuse_references(event, (*path, str(event.value)))
        if event.value == "<<":
            self._find((*path, "<<"), "a merge key", "the keys themselves", line)
        elif event.value == "":
            self._find(path, "a value without a key", LINES_OF_KEYS, line)
        return str(event.value)

    def _find(self, path: KeyPath, read: str, allowed: str, line: int | None) -> None:
        self.found.append(Found(path, read, allowed, line))
