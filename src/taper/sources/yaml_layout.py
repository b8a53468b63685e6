"""Where something goes in a participant's YAML, whose comments and layout stay.

The text is cut at the places that the YAML reader names and never laid out again. What came of it
is read again, and kept only if it says what it is to say.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from taper import sources
from taper.errors import Refusal

Fields = Mapping[str, Any]
"""An entry of a list as its file has it: texts, and strengths as a list of them."""
_WORDS = frozenset(
    {"reason", "name", "drug", "protocol", "site", "phone", "eligibility_waived", "locale"}
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*", re.ASCII)
_DOCUMENT_END = re.compile(r"^\.\.\.(\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edit:
    """New text in the place of some characters, or of none."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit], expected: Mapping[str, Any], name: str) -> bytes:
    """The text with its edits; refused where it does not say what is expected of it."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    new_raw = text.encode()
    try:
        said = sources.parse(new_raw, name).data
    except Refusal:
        said = None
    if said != expected:
        raise Refusal.of(
            name,
            "the file",
            "laid out in a way that this cannot be written into",
            "one event or infusion a line, each after a hyphen, and one key a line",
        )
    return new_raw


class Layout:
    """Where in a text something goes, and in which of YAML's forms."""

    def __init__(self, text: str, root: MappingNode) -> None:
        self.text = text
        self.root = root
        self.newline = "\r\n" if "\r\n" in text else "\n"

    @classmethod
    def of(cls, raw: bytes) -> Layout:
        """That of a file."""
        text = raw.decode()
        return cls(text, YAML(typ="base", pure=True).compose(text))

    def at(self, place: Iterable[str | int]) -> Node | None:
        """What stands there: keys, and places in lists from 0 on; None where nothing does."""
        found: Node | None = self.root
        for step in place:
            found = _child(found, step)
        return found

    # One more entry of a list -----------------------------------------------------------------

    def added(self, key: str, fields: Fields) -> list[Edit]:
        """The entry as the last of the file's list of that name."""
        entries = self.at([key])
        if not isinstance(entries, SequenceNode):
            return [self._first_entry(key, fields)]
        if not entries.value:
            return self._instead_of_empty(entries, fields)
        if entries.flow_style:
            return self._in_brackets(entries, fields)
        return [self._after_hyphen(entries, fields)]

    def _first_entry(self, key: str, fields: Fields) -> Edit:
        """A list where the file has had none: at its end, or within its braces."""
        if self.root.flow_style:
            return self.at_the_end(self.root, f"{key}: [{in_braces(fields)}]")
        margin = " " * self.root.start_mark.column
        item = f"{margin}{self._indent_of_items()}- {in_braces(fields)}"
        return self.at_the_end(self.root, f"{key}:", item)

    def at_the_end(self, mapping: MappingNode, pair: str, *more: str) -> Edit:
        """A pair as the last of a mapping; `more` are lines below it, where it has lines."""
        end = ending(mapping.value[-1][1], self.text)
        if mapping.flow_style:
            return Edit(end, end, f", {pair}")
        margin = " " * mapping.start_mark.column
        if mapping is self.root:
            ended = _DOCUMENT_END.search(self.text, end)
            end = len(self.text[: ended.start() if ended else None].rstrip())
        return self.lines_after(end, [margin + pair, *more])

    def _indent_of_items(self) -> str:
        """How far this file sets its lists in."""
        lists = (v for _, v in self.root.value if isinstance(v, SequenceNode) and not v.flow_style)
        margin = self.root.start_mark.column
        return " " * next((found.start_mark.column - margin for found in lists), 2)

    def _instead_of_empty(self, entries: SequenceNode, fields: Fields) -> list[Edit]:
        """`events: []` becomes a list with a hyphen; within braces the brackets stay."""
        start, end = entries.start_mark.index, entries.end_mark.index
        if self.text[start + 1 : end - 1].strip():  # a comment, which stays
            return [self._before_bracket(end - 1, fields)]
        if self.root.flow_style:
            return [Edit(start, end, f"[{in_braces(fields)}]")]
        before = len(self.text[:start].rstrip(" "))
        indent = " " * self.root.start_mark.column + self._indent_of_items()
        item = self.lines_after(end, [f"{indent}- {in_braces(fields)}"])
        return [Edit(before, end, ""), item]

    def _before_bracket(self, end: int, fields: Fields) -> Edit:
        """An entry on a line of its own above the closing bracket of a list with a comment."""
        line_start = self.line_start(end)
        indent = len(self.text[line_start:end]) + 2
        return Edit(line_start, line_start, f"{' ' * indent}{in_braces(fields)}{self.newline}")

    def _in_brackets(self, entries: SequenceNode, fields: Fields) -> list[Edit]:
        """One more in `[…]`, on a line of its own where the last one begins a line."""
        last = entries.value[-1]
        end, item = ending(last, self.text), in_braces(fields)
        rest = self.text[end : entries.end_mark.index]
        line_start = self.line_start(last.start_mark.index)
        indent = self.text[line_start : last.start_mark.index]
        if indent.strip() or "\n" not in rest:
            return [Edit(end, end, f", {item}")]
        if rest.lstrip().startswith(","):
            return [self.lines_after(end, [f"{indent}{item},"])]
        return [Edit(end, end, ","), self.lines_after(end, [f"{indent}{item}"])]

    def _after_hyphen(self, entries: SequenceNode, fields: Fields) -> Edit:
        """One more line, or as many as the entry before it has where that has a line a key."""
        last, dash = entries.value[-1], entries.start_mark.column
        end = ending(entries, self.text)
        if last.flow_style:
            return self.lines_after(end, [f"{' ' * dash}- {in_braces(fields)}"])
        inner = last.start_mark.column - dash
        written_out = pairs(fields)
        first = f"{' ' * dash}-{' ' * (inner - 1)}{written_out[0]}"
        return self.lines_after(end, [first, *(" " * (dash + inner) + p for p in written_out[1:])])

    # Lines ------------------------------------------------------------------------------------

    def remarked(self, node: Node, remark: str) -> Edit:
        """A line of comment below what stands there."""
        line_start = self.line_start(node.start_mark.index)
        line = self.text[line_start:]
        indent = line[: len(line) - len(line.lstrip(" "))]
        return self.lines_after(ending(node, self.text), [f"{indent}# {remark}"])

    def line_start(self, index: int) -> int:
        """Where the line begins that `index` is in."""
        return self.text.rfind("\n", 0, index) + 1

    def lines_after(self, index: int, lines: list[str]) -> Edit:
        """Whole lines below the one that `index` is in, below its comment too."""
        at = self.text.find("\n", index) + 1
        block = self.newline.join(lines)
        if at == 0:
            return Edit(len(self.text), len(self.text), f"{self.newline}{block}{self.newline}")
        return Edit(at, at, f"{block}{self.newline}")


def _child(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: Node = node.value[step]
        return found
    return None


def ending(node: Node, text: str) -> int:
    """Behind the node's last character; a block's own end lies behind the comments below it."""
    if isinstance(node, CollectionNode) and not node.flow_style:
        return max(ending(child, text) for child in _children(node))
    return len(text[: node.end_mark.index].rstrip())


def _children(node: CollectionNode) -> Iterator[Node]:
    for child in node.value:
        yield from child if isinstance(child, tuple) else (child,)


def in_braces(fields: Fields) -> str:
    """An entry in one line."""
    return f"{{{', '.join(pairs(fields))}}}"


def pairs(fields: Fields) -> list[str]:
    """`key: value`; only words may need quotation marks, dates, doses and days do not."""
    return [f"{key}: {written(key, value)}" for key, value in fields.items()]


def written(key: str, value: Any) -> str:
    """A value as it stands behind its key."""
    if isinstance(value, list):
        return f"[{', '.join(written(key, each) for each in value)}]"
    if isinstance(value, Mapping):
        return in_braces(value)
    is_plain = key not in _WORDS and _PLAIN.fullmatch(str(value))
    return str(value) if is_plain else _quoted(str(value))


def _quoted(text: str) -> str:
    """A text as it may stand anywhere, in quotation marks where YAML wants them."""
    yaml = YAML()
    yaml.default_flow_style, yaml.width = True, 100 * len(text)
    stream = io.StringIO()
    yaml.dump([text], stream)
    return stream.getvalue().strip()[1:-1]
