"""An event written into a participant's file: a new one, or the end of one that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from taper.confined.reading import apart
from taper.doses import dose
from taper.errors import Refusal
from taper.operations.changing.proposed import Edited
from taper.planning.plan import Plan
from taper.sources.parsed import ParsedFile
from taper.sources.usual_case import usual_case
from taper.sources.yaml_event import with_event, with_remark
from taper.sources.yaml_layout import Fields

CLOSED_BY = {"flare": "resolved", "hold": "until"}
"""The date that ends an event that was entered without an end."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event to be added. A flare or hold that is open since the same date is closed instead."""

    fields: Fields

    def refuse_unfit(self, name: str, before: Plan | Refusal) -> None:  # noqa: ARG002 - one signature
        """Raise where the file cannot be planned as it is: that is put right first."""
        if isinstance(before, Refusal):
            raise before

    def of(self, document: ParsedFile, raw: bytes) -> Edited:
        """The file with it; refused where it contradicts an event that is there."""
        events, name = usual_case(document.data).get("events", []), document.name
        at = _open_event(events, self.fields)
        if at is not None:
            _refuse_contradiction(name, events[at], self.fields, f"events[{at + 1}]")
        made = apart(name, with_event, raw, name, self.fields, at)
        return Edited(
            made,
            what=f"{self.fields['type']} of {self.fields['date']}",
            done="added" if at is None else "closed",
            details=tuple(
                f"{key} {told(value)}"
                for key, value in self.fields.items()
                if key not in ("type", "date")
            ),
            remarked=lambda remark: apart(name, with_remark, made, name, remark, at),
        )


def told(value: Any) -> str:
    """A value of a file as it was typed: strengths as `5:2 and 1`."""
    if isinstance(value, list):
        return dose.join([told(each) for each in value])
    if not isinstance(value, Mapping):
        return str(value)
    if "mg" in value:
        return ":".join(map(str, value.values()))
    return dose.join([f"{key} {each}" for key, each in value.items()])


def _open_event(events: list[dict[str, str]], fields: Fields) -> int | None:
    """The place of the event that these fields close, None where they are an event of their own."""
    closing = CLOSED_BY.get(fields["type"])
    if closing is None or closing not in fields:
        return None
    same = ("type", "date")
    return next(
        (i for i, event in enumerate(events) if all(event.get(k) == fields[k] for k in same)), None
    )


def _refuse_contradiction(who: str, event: Mapping[str, str], fields: Fields, place: str) -> None:
    """What is in the file is not written over: neither an end, nor a reason by another."""
    for key, value in fields.items():
        if key in event and (event[key] != value or key in CLOSED_BY.values()):
            raise Refusal.of(
                who,
                f"{place}.{key}",
                f"{event[key]} already",
                f"one {key} for a {fields['type']}; a wrong one is put right with taper correct",
            )
