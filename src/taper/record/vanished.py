"""What was there before and is not any more: a source that lacks it says nothing of it. Pure.

An export without one form, a row that was cut or a file that was copied from an older one ends a
flare or a hold without a word. So it is asked who took the event back, and why (§5.4.5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from taper.record.changes import Facts

ENDS = {"flare": "resolved", "hold": "until"}
"""The date that ends an event which may be open."""


def vanished(old: Facts, new: Facts) -> list[str]:
    """What of the events said before is not said any more, each in words, by date.

    An event of the same kind on another day is one that was moved, not one that is gone.
    """
    was, now = list(old.get("events", ())), list(new.get("events", ()))
    return [*_gone(was, now), *_open_again(was, now)]


def not_given_any_more(old: Facts, new: Facts, today: date) -> Iterator[str]:
    """Infusions of days before `today`, and a start of the taper, that were said and are not.

    Of who takes no steroid any more nothing of it is needed.
    """
    if "steroid" not in new:
        return
    there = {infusion["number"] for infusion in new.get("infusions", ())}
    for infusion in old.get("infusions", ()):
        given = infusion.get("date", today.isoformat())
        if infusion["number"] not in there and given < today.isoformat():
            yield f"infusion {infusion['number']} of {given}"
    if "taper_started" in old and "taper_started" not in new:
        yield f"taper_started of {old['taper_started']}"


def _gone(was: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    there = {_of(event) for event in now}
    lost = [event for event in was if _of(event) not in there]
    before = {_of(event) for event in was}
    moved = Counter(event["type"] for event in now if _of(event) not in before)
    for event in lost:
        if moved[event["type"]]:
            moved[event["type"]] -= 1
        else:
            yield f"the {event['type']} of {event['date']}"


def _open_again(
    was: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    there = {_of(event): event for event in now}
    for event in was:
        end = ENDS.get(event["type"], "")
        same = there.get(_of(event), {end: ""})
        if event.get(end) and end not in same:
            yield f"the end of the {event['type']} of {event['date']} on {event[end]}"


def _of(event: Mapping[str, Any]) -> tuple[str, str]:
    return event["type"], event["date"]
