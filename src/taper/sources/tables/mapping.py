"""Which field of an export is which of our columns: a mapping file, or none for a table of ours."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from taper.sources import yaml
from taper.sources.tables import columns
from taper.sources.tables.columns import EVENT_FIELDS, ID
from taper.sources.validation import model_of
from taper.sources.yaml import Found, ParsedFile
from taper.trial.fields import MAX_TEXT, Record, Text
from taper.wording.identifying import identifies
from taper.wording.quoting import KeyPath, did_you_mean, one_of

IGNORE = "ignore"
EVERY = "*"
"""Stands for every event of a longitudinal project, and for all of a table without events."""
NUMBER = "number"
_PARTS = {"infusions": (NUMBER, "date"), "events": EVENT_FIELDS}

Part = Literal["infusions", "events"]
Targets = Mapping[str, str]
"""By event, `*` for all others: the column, or `ignore`."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A repeating instrument: each instance is an infusion or an event."""

    part: Part
    fields: Mapping[str, str]

    def column(self, target: str, number: str) -> str:
        """Our column for one of its fields."""
        return f"infusion_{number}" if self.part == "infusions" else f"event_{number}_{target}"

    @property
    def number_field(self) -> str | None:
        """The field that numbers the infusion; without one the instance does."""
        return next((name for name, target in self.fields.items() if target == NUMBER), None)


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """What each header means."""

    columns: Mapping[str, Targets]
    constants: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    repeating: Mapping[str, Instrument] = field(default_factory=dict)
    ignores_others: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    """Other headers that a field may have: those of an export with labels."""
    is_plain: bool = False
    """Whether the headers are our own columns."""

    def field(self, header: str) -> str:
        """The field of a header."""
        return self.labels.get(header, header)

    def knows(self, name: str) -> bool:
        """Whether a field is named in it."""
        return name in self.columns or any(name in i.fields for i in self.repeating.values())

    def is_ignored(self, name: str) -> bool:
        """Whether nothing of the field is ever read."""
        targets = set(self.columns.get(name, {}).values())
        targets |= {i.fields[name] for i in self.repeating.values() if name in i.fields}
        return targets <= {IGNORE}

    def fields(self) -> tuple[str, ...]:
        """Every field that it names."""
        within = (name for each in self.repeating.values() for name in each.fields)
        return tuple(dict.fromkeys((*self.columns, *within)))

    def provides(self) -> frozenset[str]:
        """The columns that may come of it, those of repeating instruments aside."""
        mapped = {target for targets in self.columns.values() for target in targets.values()}
        return frozenset({*mapped, *self.constants} - {IGNORE})


def identity(headers: Mapping[int, str]) -> FieldMapping:
    """The mapping of a table whose headers are our columns."""
    known = (name for name in headers.values() if columns.column(name))
    return FieldMapping({name: {EVERY: name} for name in known}, is_plain=True)


# The file -------------------------------------------------------------------------------------


_ARM = re.compile(r"(_arm_([0-9]+)|\s*\(arm ([0-9]+):.*\))$", re.IGNORECASE | re.ASCII | re.DOTALL)
_BETWEEN_WORDS = re.compile(r"[^a-z0-9*]+")


def event_key(name: str) -> tuple[str, str]:
    """An event or instrument without REDCap's arm, as a label or as a unique name; and that arm."""
    name = name[:MAX_TEXT].strip()  # a cell may hold any text, and the pattern looks far ahead
    arm = _ARM.search(name)
    bare = name[: arm.start()] if arm else name
    return _BETWEEN_WORDS.sub("_", bare.lower()).strip("_"), (arm[2] or arm[3]) if arm else ""


def _targets(value: object) -> dict[str, str]:
    by_event = value if isinstance(value, dict) else {EVERY: value}
    return {event_key(str(event))[0]: _target(name) for event, name in by_event.items()}


def _target(name: object) -> str:
    if isinstance(name, str) and (name == IGNORE or columns.column(name)):
        return name
    near = columns.near(name) if isinstance(name, str) else ""
    raise ValueError(f"{IGNORE}, or a column that taper template lists{near}")


def _words(value: object) -> dict[str, str]:
    if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
        return dict(value)
    raise ValueError("each code or label of the field with what it means, all in quotation marks")


class _Instrument(Record):
    part: Annotated[Part, Field(alias="as")]
    fields_: Annotated[dict[str, str], Field(alias="fields", min_length=1)]


class _File(Record):
    columns: dict[str, Annotated[dict[str, str], BeforeValidator(_targets)]]
    constants: dict[str, Text] = Field({})
    choices: dict[str, Annotated[dict[str, str], BeforeValidator(_words)]] = Field({})
    repeating: dict[str, _Instrument] = Field({})
    others: Literal["refuse", "ignore"] = "refuse"


def read(path: Path) -> FieldMapping:
    """The mapping of a file; raises `Refusal` with everything that is wrong in it."""
    return _mapping(yaml.read(path))


def _mapping(file: ParsedFile) -> FieldMapping:
    found = [*_identifying(file.data)]
    model = model_of(_File, file.data, file.data, found)
    if model is not None:
        found += _unfit(model)
    if found or model is None:
        raise yaml.refusal(file.name, found, file.lines)
    return FieldMapping(
        columns=model.columns,
        constants=model.constants,
        choices=model.choices,
        repeating={
            event_key(name)[0]: Instrument(each.part, each.fields_)
            for name, each in model.repeating.items()
        },
        ignores_others=model.others == IGNORE,
    )


def _identifying(data: Mapping[str, Any]) -> list[Found]:
    """Fields that would name a person or an arm; the names of events are not fields."""
    within = data.get("repeating")
    instruments = within.items() if isinstance(within, dict) else ()
    groups: list[tuple[KeyPath, object]] = [(("columns",), data.get("columns"))]
    groups += [
        (("repeating", name, "fields"), each.get("fields"))
        for name, each in instruments
        if isinstance(each, dict)
    ]
    return [
        Found((*place, name), "present", "no field that would name a person or an arm")
        for place, fields in groups
        if isinstance(fields, dict)
        for name in fields
        if identifies(name) and name not in SYSTEM
    ]


def _unfit(model: _File) -> list[Found]:
    found = [
        Found(("choices", name), "of no field that the mapping names", "a field under columns")
        for name in model.choices.keys() - _field_names(model)
    ]
    found += [
        Found(
            ("constants", name),
            "not known",
            f"a column that taper template lists, but {ID}{columns.near(name)}",
        )
        for name in model.constants
        if name == ID or columns.column(name) is None
    ]
    mapped = {target for targets in model.columns.values() for target in targets.values()}
    found += [
        Found(("constants", name), "mapped to a field too", "a constant or a field, not both")
        for name in model.constants.keys() & mapped
    ]
    ids = [name for name, targets in model.columns.items() if ID in targets.values()]
    if len(ids) != 1:
        read = f"with {len(ids)} fields for {ID}" if ids else f"without a field for {ID}"
        found.append(Found(("columns",), read, f"one field for {ID}, such as record_id: {ID}"))
    for name, each in model.repeating.items():
        wanted = (*_PARTS[each.part], IGNORE)
        for source, target in each.fields_.items():
            if target not in wanted:
                allowed = f"{one_of(wanted)}{did_you_mean(target, wanted)}"
                found.append(Found(("repeating", name, "fields", source), repr(target), allowed))
    return found


def _field_names(model: _File) -> set[str]:
    return {*model.columns, *(name for each in model.repeating.values() for name in each.fields_)}


# REDCap's own columns, and our own project ----------------------------------------------------


EVENT, INSTRUMENT, INSTANCE = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
)
SYSTEM: Mapping[str, str] = {
    EVENT: EVENT,
    INSTRUMENT: INSTRUMENT,
    INSTANCE: INSTANCE,
    "Event Name": EVENT,
    "Repeat Instrument": INSTRUMENT,
    "Repeat Instance": INSTANCE,
}
"""REDCap's own columns, in exports with field names and with labels."""
_COMPLETE = re.compile(r".*_complete|Complete\?")


def is_form_status(header: str) -> bool:
    """Whether a column of an export says only how far a form is filled in."""
    return _COMPLETE.fullmatch(header) is not None


DICTIONARY = ("redcap", "data_dictionary.csv")
_OURS = ("redcap", "mapping.yaml")


def _shipped(names: tuple[str, ...]) -> bytes:
    return files("taper").joinpath("data", *names).read_bytes()


def data_dictionary() -> bytes:
    """The data dictionary of a new REDCap project, to be uploaded as it is."""
    return _shipped(DICTIONARY)


@cache
def ours() -> FieldMapping:
    """The mapping of a project that was made from our data dictionary."""
    mapping = _mapping(yaml.parse(_shipped(_OURS), _OURS[-1]))
    rows = csv.DictReader(data_dictionary().decode().splitlines())
    labels = {row["Field Label"]: row["Variable / Field Name"] for row in rows}
    return replace(mapping, labels=labels)


def is_ours(headers: Mapping[int, str]) -> bool:
    """Whether these are the headers of an export of such a project."""
    fields = {ours().field(header) for header in headers.values()}
    within = {name for each in ours().repeating.values() for name in each.fields}
    return ID in fields and not fields.isdisjoint({*SYSTEM, *within})


def chosen(path: Path | None, headers: Mapping[int, str]) -> FieldMapping:
    """The mapping of the file, ours for an export of our project, else none."""
    if path is not None:
        return read(path)
    return ours() if is_ours(headers) else identity(headers)
