"""An event written into a participant's YAML, whose comments and layout stay."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ruamel.yaml.nodes import CollectionNode, Node

from taper import sources
from taper.sources.yaml_layout import Edit, Fields, Layout, edited, ending, pairs


def with_event(raw: bytes, name: str, fields: Fields, open_at: int | None) -> bytes:
    """The file with the event added, or with an open one closed."""
    layout = Layout.of(raw)
    edits = layout.added("events", fields) if open_at is None else _closed(layout, open_at, fields)
    expected = _expected(sources.parse(raw, name).data, fields, open_at)
    return edited(layout.text, edits, expected, name)


def with_remark(raw: bytes, name: str, remark: str, at: int | None) -> bytes:
    """The file with a comment below the event at that place, below the last one for None."""
    layout = Layout.of(raw)
    edit = layout.remarked(_event(layout, -1 if at is None else at), remark)
    return edited(layout.text, [edit], sources.parse(raw, name).data, name)


def _expected(data: Mapping[str, Any], fields: Fields, open_at: int | None) -> dict[str, Any]:
    said = deepcopy(dict(data))
    events = said.setdefault("events", [])
    if open_at is None:
        events.append(dict(fields))
    else:
        events[open_at].update(fields)
    return said


def _event(layout: Layout, place: int) -> Node:
    event = layout.at(["events", place])
    assert event is not None  # it was read there
    return event


def _closed(layout: Layout, open_at: int, fields: Fields) -> list[Edit]:
    """The dates that the event at this place still lacks."""
    event = _event(layout, open_at)
    assert isinstance(event, CollectionNode)  # an event has fields
    has = {key.value for key, _ in event.value}
    lacking = pairs({key: value for key, value in fields.items() if key not in has})
    if event.flow_style:
        end = ending(event.value[-1][1], layout.text)
        return [Edit(end, end, "".join(f", {pair}" for pair in lacking))]
    indent = " " * event.start_mark.column
    return [layout.lines_after(ending(event, layout.text), [indent + pair for pair in lacking])]
