"""A mapping file: which field of an export is which of our columns, and how its cells are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from taper.sources import yaml
from taper.sources.drugs import drug_names
from taper.sources.tables import columns
from taper.sources.tables.columns import ID
from taper.sources.tables.mapping import EVERY, IGNORE, PARTS, FieldMapping, Instrument, Part
from taper.sources.tables.redcap import GROUP, event_key, names_nobody
from taper.sources.validation import model_of
from taper.sources.yaml import Found, ParsedFile
from taper.trial.fields import MAX_ENTRIES, Record, Text
from taper.trial.participant import EVENTS
from taper.wording.identifying import identifies, may_be_excepted
from taper.wording.quoting import KeyPath, did_you_mean, one_of


def _targets(value: object) -> dict[str, str]:
    by_event = value if isinstance(value, dict) else {EVERY: value}
    targets: dict[str, str] = {}
    for event, name in by_event.items():
        if targets.setdefault(event_key(str(event))[0], _target(name)) != name:
            raise ValueError("one column for each event, whatever its arm")
    return targets


def _target(name: object) -> str:
    if isinstance(name, str) and (name == IGNORE or columns.column(name)):
        return name
    near = columns.near(name) if isinstance(name, str) else ""
    raise ValueError(f"{IGNORE}, or a column that taper template lists{near}")


def _words(value: object) -> dict[str, str]:
    if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
        return dict(value)
    raise ValueError("each code or label of the field with what it means, all in quotation marks")


def _taken(value: object) -> object:
    """`take: date` is of every field, and is None here."""
    if value != "date" and not isinstance(value, dict):
        raise ValueError("date, or fields with date behind them, such as {visit_date: date}")
    return None if value == "date" else value


_Names = Annotated[tuple[Text, ...], Field(max_length=MAX_ENTRIES)]


class _Instrument(Record):
    part: Annotated[Part, Field(alias="as")]
    fields_: Annotated[dict[str, str], Field(alias="fields", min_length=1)]


class _File(Record):
    columns: dict[str, Annotated[dict[str, str], BeforeValidator(_targets)]]
    constants: dict[str, Text] = Field({})
    choices: dict[str, Annotated[dict[str, str], BeforeValidator(_words)]] = Field({})
    repeating: dict[str, _Instrument] = Field({})
    others: Literal["refuse", "ignore"] = "refuse"
    missing: _Names = ()
    decimal: Literal[".", ","] = "."
    take: Annotated[dict[str, Literal["date"]] | None, BeforeValidator(_taken)] = Field({})
    exceptions: _Names = ()
    added: Annotated[tuple[_Names, ...], Field(max_length=MAX_ENTRIES)] = ()


def read(path: Path) -> FieldMapping:
    """The mapping of a file; raises `Refusal` with everything that is wrong in it."""
    return mapping_of(yaml.read(path))


def mapping_of(file: ParsedFile) -> FieldMapping:
    """The mapping of a file that was read already."""
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
        missing=frozenset(model.missing),
        decimal=model.decimal,
        days_of=None if model.take is None else frozenset(model.take),
        exceptions=frozenset(map(str.lower, model.exceptions)),
        younger=tuple(map(frozenset, model.added)),
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
    allowed = "no field that would name a person or an arm"
    return [
        Found((*place, name), "present", allowed)
        for place, fields in groups
        if isinstance(fields, dict)
        for name in fields
        if identifies(name) and not names_nobody(name) and not _is_excepted(name, data)
    ]


def _is_excepted(name: str, data: Mapping[str, Any]) -> bool:
    named = data.get("exceptions")
    return isinstance(named, list) and name in named and may_be_excepted(name)


def _unfit(model: _File) -> list[Found]:
    found = [*_unfit_exceptions(model), *_unfit_group(model), *_unfit_missing(model)]
    found += [
        Found(("take", name), "of no field that the mapping names", "a field under columns")
        for name in model.take or {}
        if name not in _field_names(model)
    ]
    found += [
        Found(("added", i, j), f"{name!r}, which the mapping does not name", "one of its fields")
        for i, group in enumerate(model.added)
        for j, name in enumerate(group)
        if name not in _field_names(model)
    ]
    found += [
        Found(("choices", name), "of no field that the mapping names", "a field under columns")
        for name in model.choices
        if name not in _field_names(model)
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
        for name in model.constants
        if name in mapped
    ]
    ids = [name for name, targets in model.columns.items() if ID in targets.values()]
    if len(ids) != 1:
        read = f"with {len(ids)} fields for {ID}" if ids else f"without a field for {ID}"
        found.append(Found(("columns",), read, f"one field for {ID}, such as record_id: {ID}"))
    found += _unfit_repeating(model)
    for name, each in model.repeating.items():
        wanted = (*PARTS[each.part], IGNORE)
        for source, target in each.fields_.items():
            if target not in wanted:
                allowed = f"{one_of(wanted)}{did_you_mean(target, wanted)}"
                found.append(Found(("repeating", name, "fields", source), repr(target), allowed))
    return found


def _unfit_repeating(model: _File) -> Iterator[Found]:
    """Two names of one instrument: the fields of one of them would never be read."""
    seen: dict[str, str] = {}
    for name in model.repeating:
        first = seen.setdefault(event_key(name)[0], name)
        if first != name:
            yield Found(("repeating", name), f"what {first!r} is too", "each instrument once")


def _field_names(model: _File) -> set[str]:
    return {*model.columns, *(name for each in model.repeating.values() for name in each.fields_)}


def _unfit_exceptions(model: _File) -> Iterator[Found]:
    """An exception is for a name that only seems to say who or which arm, and for no other."""
    for i, name in enumerate(model.exceptions):
        if not may_be_excepted(name):
            allowed = (
                "the name of a field that only seems to name a person or an arm, such as "
                "site_name, drug_name or treatment_date"
            )
            yield Found(("exceptions", i), "a field that needs none, or may have none", allowed)


def _unfit_missing(model: _File) -> Iterator[Found]:
    """A code for nothing is no word that says something: a missed infusion would vanish."""
    words = {columns.MISSED, *EVENTS, *drug_names()}
    for i, code in enumerate(model.missing):
        if code.strip().lower() in words:
            allowed = "codes for an empty cell, such as '-99'"
            yield Found(("missing", i), f"{code!r}, which says something in a cell", allowed)


def _unfit_group(model: _File) -> Iterator[Found]:
    """The access group is a site's, and stands for nothing else."""
    for target in model.columns.get(GROUP, {}).values():
        if target not in (IGNORE, "site"):
            yield Found(("columns", GROUP), repr(target), f"site, or {IGNORE}")
