"""One value of a participant's YAML put right or taken out; comments and layout stay.

What is taken out of lines of its own stays in them as a comment, so that nothing vanishes.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ruamel.yaml.nodes import CollectionNode, MappingNode, SequenceNode

from taper import sources
from taper.errors import Refusal
from taper.sources.yaml_layout import Edit, Fields, Layout, edited, ending, written

Place = tuple[str | int, ...]
"""Where a value stands: keys, and places in lists from 0 on."""


def with_value(raw: bytes, name: str, place: Place, value: Any) -> bytes:
    """The file with that value at its place, in the place of another one or as a new key."""
    layout = Layout.of(raw)
    expected = deepcopy(dict(sources.parse(raw, name).data))
    _container(expected, place)[place[-1]] = value
    there, wanted = place, value
    while layout.at(there[:-1]) is None:  # `contact.phone` where there is no contact yet
        there, wanted = there[:-1], {there[-1]: wanted}
    edit = _replaced(layout, there, wanted, name)
    return edited(layout.text, [edit], expected, name)


def with_entry(raw: bytes, name: str, key: str, fields: Fields) -> bytes:
    """The file with one entry more in the list of that name."""
    layout = Layout.of(raw)
    expected = deepcopy(dict(sources.parse(raw, name).data))
    expected.setdefault(key, []).append(dict(fields))
    return edited(layout.text, layout.added(key, fields), expected, name)


def without(raw: bytes, name: str, place: Place) -> bytes:
    """The file without what stands there; of a list with nothing left the key goes too."""
    layout = Layout.of(raw)
    expected = deepcopy(dict(sources.parse(raw, name).data))
    while len(place) > 1 and len(_container(expected, place)) == 1:
        place = place[:-1]
    del _container(expected, place)[place[-1]]
    return edited(layout.text, _taken_out(layout, place, name), expected, name)


def with_remark_at(raw: bytes, name: str, place: Place, remark: str) -> bytes:
    """The file with a comment below what stands there, or below what that is in."""
    layout = Layout.of(raw)
    while layout.at(place) is None:
        place = place[:-1]
    node = layout.at(place or _last(layout))
    assert node is not None  # a file has keys
    edit = layout.remarked(node, remark)
    return edited(layout.text, [edit], sources.parse(raw, name).data, name)


def _last(layout: Layout) -> Place:
    return (layout.root.value[-1][0].value,)


def _container(data: dict[str, Any], place: Place) -> Any:
    """What the last step of a place is in; made where it is not there yet."""
    found: Any = data
    for step in place[:-1]:
        found = found.setdefault(step, {}) if isinstance(found, dict) else found[step]
    return found


def _replaced(layout: Layout, place: Place, value: Any, name: str) -> Edit:
    key, old = str(place[-1]), layout.at(place)
    if old is None:
        mapping = layout.at(place[:-1])
        assert isinstance(mapping, MappingNode)  # a key is wanted in it
        return layout.at_the_end(mapping, f"{key}: {written(key, value)}")
    start, end = old.start_mark.index, ending(old, layout.text)
    text = written(key, value)
    if isinstance(old, CollectionNode) and not old.flow_style:
        start, text = len(layout.text[:start].rstrip()), f" {text}"
    _refuse_comment(layout.text[start:end], name)
    return Edit(start, end, text)


def _taken_out(layout: Layout, place: Place, name: str) -> list[Edit]:
    parent = layout.at(place[:-1])
    assert isinstance(parent, CollectionNode)  # something is taken out of it
    spans = _spans(parent, layout.text)
    at = _index(parent, place[-1])
    start, end = spans[at]
    if not parent.flow_style:
        return _as_comments(layout, start, end)
    if at > 0:
        start = spans[at - 1][1]
    elif len(spans) > 1:
        end = spans[1][0]
    _refuse_comment(layout.text[start:end], name)
    return [Edit(start, end, "")]


def _spans(parent: CollectionNode, text: str) -> list[tuple[int, int]]:
    """Where each of its entries begins and ends: a key with its value, or an item."""
    if isinstance(parent, MappingNode):
        return [(key.start_mark.index, ending(value, text)) for key, value in parent.value]
    return [(item.start_mark.index, ending(item, text)) for item in parent.value]


def _index(parent: CollectionNode, step: str | int) -> int:
    if isinstance(parent, SequenceNode):
        assert isinstance(step, int)  # the place of an item
        return step
    return [key.value for key, _ in parent.value].index(step)


def _as_comments(layout: Layout, start: int, end: int) -> list[Edit]:
    """A sign before whatever stands on each of its lines."""
    at, edits = layout.line_start(start), []
    while at < end:
        line = layout.text[at:]
        begins = at + len(line) - len(line.lstrip(" "))
        edits.append(Edit(begins, begins, "# "))
        at = layout.text.find("\n", at) + 1 or len(layout.text)
    return edits


def _refuse_comment(text: str, name: str) -> None:
    """A comment would go with the text that it stands in."""
    if "#" in text:
        raise Refusal.of(
            name,
            "what is put right",
            "beside a comment that would be lost",
            "a comment above or below it, or the file put right by hand",
        )
