"""A row as the keys and values of a participant file, and back from its fields to our columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from taper.doses.solutions import typed_parts
from taper.sources.tables.columns import (
    DRUG,
    EVENT,
    EVENT_FIELDS,
    EXPOSURE,
    EXPOSURE_FIELDS,
    INFUSION,
    MISSED,
    NO_STEROID,
    VISIT,
    CellKind,
    column,
    single_columns,
)
from taper.trial.times import parse_times
from taper.wording.case import as_known


class _List(NamedTuple):
    """A list of a participant file: its key, how its columns begin, and which there are."""

    key: str
    one: str
    pattern: re.Pattern[str]
    fields: tuple[str, ...]


_LISTS = (
    _List("events", "event", EVENT, EVENT_FIELDS),
    _List("exposures", "exposure", EXPOSURE, EXPOSURE_FIELDS),
)
_OF_STEROID = ("dose_mg", "strengths", "since", "times")


@dataclass(frozen=True)
class Keyed:
    """A row as a participant file would have it, and the column behind each of its fields."""

    data: Mapping[str, Any]
    places: Mapping[str, str]

    def column_of(self, field: str) -> str | None:
        """The column behind a field of a message, such as `events[1].date`."""
        if numbered := _INFUSION_IN_WORDS.fullmatch(field):
            return f"infusion_{numbered[1]}"
        while field:
            if field in self.places:
                return self.places[field]
            field = _shorter(field)
        return None


_INFUSION_IN_WORDS = re.compile(r"infusions \(number ([0-9]+)\)", re.ASCII)


def _shorter(field: str) -> str:
    """The field around a field: `events[1]` of `events[1].date`."""
    return field[: max(field.rfind("."), field.rfind("["), 0)]


def in_usual_case(values: Mapping[str, str]) -> dict[str, str]:
    """The cells by their columns, each word with one meaning in its usual case (§5.1.12)."""
    return {name: _in_usual_case(name, typed) for name, typed in values.items()}


def _in_usual_case(name: str, typed: str) -> str:
    known = column(name)
    words = (MISSED,) if known and known.kind is CellKind.INFUSION else known and known.choices
    return as_known(typed, words or ())


def keyed(values: Mapping[str, str]) -> Keyed:
    """The keys and values of a participant file that say the same as these cells."""
    data: dict[str, Any] = {}
    places = {each.key: name for name, each in single_columns().items()}
    places |= {"steroid": DRUG, "infusions": "infusion_1"}
    _put_singles(data, values)
    _put_infusions(data, places, values)
    _put_visits(data, places, values)
    for of in _LISTS:
        _put_list(data, places, values, of)
    return Keyed(data, places)


def _put_singles(data: dict[str, Any], values: Mapping[str, str]) -> None:
    data["steroid"] = NO_STEROID if values.get(DRUG) == NO_STEROID else {}
    for name, each in single_columns().items():
        if name not in values or (data["steroid"] == NO_STEROID and each.key.startswith("steroid")):
            continue
        group, _, key = each.key.rpartition(".")
        value = _value(each.kind, values[name])
        (data.setdefault(group, {}) if group else data)[key] = value


def _value(kind: CellKind, typed: str) -> Any:
    if kind is CellKind.TABLETS:
        return _strengths(typed)
    return _times(typed) if kind is CellKind.TIMES else typed


def _times(typed: str) -> dict[str, str] | str:
    """Times with their shares, in any case; as they were typed where they say no such thing."""
    try:
        return parse_times(typed)
    except ValueError:
        return typed


def left_over(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Cells that say something of a steroid that the row says is not taken, and what is allowed."""
    if values.get(DRUG) != NO_STEROID:
        return []
    return [(name, f"an empty cell, as {DRUG} is none") for name in _OF_STEROID if name in values]


def _strengths(typed: str) -> list[Any]:
    return [_strength(part.strip(" ")) for part in typed.split(";")]


def _strength(typed: str) -> str | dict[str, str]:
    solution = typed_parts(typed)
    if solution is not None:
        keys = zip(("mg_per_ml", "smallest_ml"), solution, strict=True)
        return {key: value for key, value in keys if value is not None}
    mg, colon, split = typed.partition(":")
    return {"mg": mg.strip(" "), "split": split.strip(" ")} if colon else typed


def _put_infusions(data: dict[str, Any], places: dict[str, str], values: Mapping[str, str]) -> None:
    numbers = sorted(int(m[1]) for m in map(INFUSION.fullmatch, values) if m)
    infusions = []
    for i, number in enumerate(numbers, start=1):
        name = f"infusion_{number}"
        typed = values[name]
        said = {MISSED: "true"} if typed == MISSED else {"date": typed}
        infusions.append({"number": str(number), **said})
        places[f"infusions[{i}]"] = name
    if infusions:
        data["infusions"] = infusions
        places["infusions"] = f"infusion_{numbers[-1]}"


def _put_visits(data: dict[str, Any], places: dict[str, str], values: Mapping[str, str]) -> None:
    found: dict[int, dict[str, str]] = {}
    for match in filter(None, map(VISIT.fullmatch, values)):
        typed, key = values[match[0]], match[2]
        said = {"name": typed} if key == "label" else {"date": typed}
        if (key, typed) == ("date", MISSED):
            said = {MISSED: "true"}
        found.setdefault(int(match[1]), {}).update(said)
    for i, number in enumerate(sorted(found), start=1):
        places[f"visits[{i}]"] = f"visit_{number}_date"
        places[f"visits[{i}].name"] = f"visit_{number}_label"
    if found:
        data["visits"] = [found[number] for number in sorted(found)]
        places["visits"] = f"visit_{max(found)}_label"


def _put_list(
    data: dict[str, Any], places: dict[str, str], values: Mapping[str, str], of: _List
) -> None:
    """A list of which each entry has several columns, numbered together."""
    found: dict[int, dict[str, Any]] = {}
    for match in filter(None, map(of.pattern.fullmatch, values)):
        typed, key = values[match[0]], match[2]
        known = column(match[0])
        found.setdefault(int(match[1]), {})[key] = _value(known.kind, typed) if known else typed
    numbers = sorted(found)
    for i, number in enumerate(numbers, start=1):
        places[f"{of.key}[{i}]"] = f"{of.one}_{number}_{of.fields[0]}"
        places.update({f"{of.key}[{i}].{key}": f"{of.one}_{number}_{key}" for key in of.fields})
    if numbers:
        data[of.key] = [found[number] for number in numbers]


def event_type(name: str, values: Mapping[str, str]) -> str:
    """What kind of event the cell of this column is of, as `a flare`."""
    match = EVENT.fullmatch(name)
    typed = values.get(f"event_{match[1]}_type") if match else None
    return f"a {typed}" if typed else "the event"
