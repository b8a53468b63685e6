"""What was reported as taken, then and now: a day or a dose that is not said any more. Pure.

No day of the plan rests on it, but every result does. A diary grows: what came to it is no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from taper.record.changes import Facts

_NAMED = 3
"""How many entries of a list are named; the others are counted."""
Entry = Mapping[str, Any]


class Retold(NamedTuple):
    """An entry that is another now, or gone: in which list, what it said, and what is said now."""

    field: str
    said: str
    now: str = ""

    def __str__(self) -> str:
        return f"{self.said}, {self.now} now" if self.now else self.said


def retold(old: Facts, new: Facts) -> Iterator[Retold]:
    """What was reported and is not any more, or otherwise: the first of each list by name."""
    for field, find in (("taken", _days), ("exposures", _exposures)):
        found = list(find(old.get(field, ()), new.get(field, ())))
        yield from (Retold(field, *each) for each in found[:_NAMED])
        rest = len(found) - _NAMED
        if rest > 0:
            yield Retold(field, f"{rest} more {'entry' if rest == 1 else 'entries'}")


def other_words(old: Facts, new: Facts) -> Iterator[str]:
    """Doses beside the ladder whose reason has other words."""
    there = {_exposure(each): each["reason"] for each in new.get("exposures", ())}
    for each in old.get("exposures", ()):
        if there.get(_exposure(each), each["reason"]) != each["reason"]:
            yield f"{_exposure(each)}: reason in other words"


# Days ------------------------------------------------------------------------------------------


def _days(was: Sequence[Entry], now: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    same_days = {_span(each): each for each in now}
    for entry in was:
        beside = same_days.get(_span(entry))
        if beside is not None:
            if beside != entry:
                yield f"{_amount(entry)} {_when(entry)}", _amount(beside)
        elif not _is_told_by_others(entry, now):
            yield f"{_amount(entry)} {_when(entry)}", ""


def _is_told_by_others(entry: Entry, now: Sequence[Entry]) -> bool:
    """Whether shorter or longer stretches say the same of each of its days."""
    if "dose_mg" not in entry:
        return False
    spans = sorted(_span(each) for each in now if _amount(each) == _amount(entry))
    next_day, last = _span(entry)
    for first, until in spans:
        if first <= next_day <= until:
            next_day = until + timedelta(days=1)
    return next_day > last


def _span(entry: Entry) -> tuple[date, date]:
    first = date.fromisoformat(entry.get("date") or entry["from"])
    return first, date.fromisoformat(entry["until"]) if "until" in entry else first


def _when(entry: Entry) -> str:
    first, last = _span(entry)
    return f"on {first}" if first == last else f"from {first} to {last}"


def _amount(entry: Entry) -> str:
    drug = f" {entry['drug']}" if "drug" in entry else ""
    if "dose_mg" in entry:
        return f"{entry['dose_mg']} mg{drug}"
    return f"{_counted(entry['handed_out'])}{drug} less {_counted(entry.get('returned', ()))}"


def _counted(tablets: Sequence[Entry]) -> str:
    return " and ".join(f"{each['count']} x {each['mg']} mg" for each in tablets) or "none"


# Doses beside the ladder -----------------------------------------------------------------------


def _exposures(was: Sequence[Entry], now: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Another dose of the same drug on the same day is a change, and not one that is gone."""
    left = [_exposure(each) for each in now]
    gone = [each for each in was if not _took(_exposure(each), left)]
    for each in gone:
        same = next((x for x in now if _exposure(x) in left and _given(x) == _given(each)), None)
        if same is not None:
            left.remove(_exposure(same))
        yield _exposure(each), f"{same['dose_mg']} mg" if same else ""


def _took(said: str, left: list[str]) -> bool:
    """Whether it was there, and is not any more."""
    if said not in left:
        return False
    left.remove(said)
    return True


def _given(each: Entry) -> tuple[str, str, str]:
    return each["date"], each["drug"], each["route"]


def _exposure(each: Entry) -> str:
    return f"{each['dose_mg']} mg {each['drug']} {each['route']} of {each['date']}"
