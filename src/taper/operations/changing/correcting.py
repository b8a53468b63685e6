"""A field of a participant's file put right or taken out, and the limits of the start dose waived.

A field is named as a refusal names it (`steroid.dose_mg`, `events[2].date`), an infusion by its
number as the columns of a table do (`infusion_2_date`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from taper.confined.reading import apart
from taper.errors import Refusal
from taper.operations.changing.event import told
from taper.operations.changing.proposed import Edited
from taper.planning.plan import Plan
from taper.sources.parsed import ParsedFile
from taper.sources.yaml_value import Place, with_entry, with_remark_at, with_value, without
from taper.trial.attended import GivenInfusion, GivenVisit
from taper.trial.fields import Record
from taper.trial.participant import EVENTS, Contact, Participant, Steroid
from taper.wording.quoting import did_you_mean, entries, quoted

_STEP = re.compile(r"([a-z_]+)(?:\[([1-9][0-9]{0,3})\])?", re.ASCII)
_BY_NUMBER = re.compile(r"infusion_([1-9][0-9]?)(?:_(date|missed))?", re.ASCII)
_EITHER = {"date": "missed", "missed": "date"}
"""An infusion or a visit has a date or was missed: where one is written, the other goes."""


def _fields() -> Iterator[str]:
    parts: Mapping[str, type[Record]] = {"steroid": Steroid, "contact": Contact}
    for key in Participant.model_fields:
        if key in parts:
            yield from (f"{key}.{inner}" for inner in parts[key].model_fields)
        elif key not in ("participant", "infusions", "visits", "events"):
            yield key
    yield from (f"infusions[].{key}" for key in GivenInfusion.model_fields if key != "number")
    yield from (f"visits[].{key}" for key in GivenVisit.model_fields)
    of_events = {key for event in EVENTS.values() for key in event.model_fields} - {"type"}
    yield from (f"events[].{key}" for key in sorted(of_events))


FIELDS = tuple(_fields())
"""Every field that can be put right; `[]` stands for a place in a list."""
ENTRIES = ("infusions[]", "visits[]", "events[]")
"""What else can be taken out."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it was typed: its place, and the last key of it, None of an entry.

    `known_by` is the key and the value by which the entry is known, where that is not its place:
    the number of an infusion, the name of a visit.
    """

    typed: str
    place: Place
    known_by: tuple[str, str] | None = None

    @property
    def key(self) -> str | None:
        """What kind of value stands there."""
        last = self.place[-1]
        return last if isinstance(last, str) else None

    def in_file(self, document: ParsedFile) -> tuple[Place, bool]:
        """Where it is in this file, and whether the entry that it is in is there."""
        if self.known_by is None:
            return self.place, True
        key, wanted = self.known_by
        given = _listed(document.data.get(str(self.place[0])), document.name, self.typed)
        names = [str(e.get(key)).casefold() if isinstance(e, dict) else "" for e in given]
        at = names.index(wanted.casefold()) if wanted.casefold() in names else len(names)
        return (self.place[0], at, *self.place[2:]), at < len(names)


def field_named(typed: str) -> Field:
    """The field of that name; raises `ValueError` with what is allowed."""
    by_number = _BY_NUMBER.fullmatch(typed)
    if by_number:
        more = (by_number[2],) if by_number[2] else ()
        return Field(typed, ("infusions", 0, *more), ("number", by_number[1]))
    steps = [_STEP.fullmatch(step) for step in typed.split(".")]
    place = tuple(
        each
        for step in steps
        if step
        for each in ((step[1],) if step[2] is None else (step[1], int(step[2]) - 1))
    )
    name = re.sub(r"\[[0-9]+\]", "[]", typed)
    if None in steps or name not in (*FIELDS, *ENTRIES):
        meant = did_you_mean(name, FIELDS)
        raise ValueError(
            "a field as a refusal names it, such as steroid.dose_mg, weight_kg, events[1].until or "
            f"infusion_2_date{meant}"
        )
    return Field(typed, place)


def visit_named(name: str, key: str | None = None) -> Field:
    """A visit by the name that its protocol gives it, or what it has under a key."""
    more = () if key is None else (key,)
    return Field(f"visit {name}", ("visits", 0, *more), ("name", name))


@dataclass(frozen=True, slots=True)
class Corrected:
    """A field with another value, or one that it had none of."""

    field: Field
    value: Any

    def refuse_unfit(self, name: str, before: Plan | Refusal) -> None:
        """A file that is refused as it is may be put right."""

    def of(self, document: ParsedFile, raw: bytes) -> Edited:
        """The file with that value; refused where it has it already."""
        place, is_there = self.field.in_file(document)
        name, key = document.name, str(place[-1])
        if self.field.known_by is not None and not is_there:
            entry = dict([self.field.known_by, (key, self.value)])
            made = apart(name, with_entry, raw, name, str(place[0]), entry)
            return self._edited(made, name, place, "added", told(self.value))
        old = _value_at(document, place, self.field.typed)
        if old is not None and told(old) == told(self.value):
            raise Refusal.of(name, self.field.typed, f"{quoted(told(old))} already", "another one")
        made = apart(name, with_value, raw, name, place, self.value)
        other = (*place[:-1], _EITHER.get(key, ""))
        gone = _value_at(document, other, "") if place[0] in ("infusions", "visits") else None
        if gone is not None:
            made = apart(name, without, made, name, other)
        was = told(old if gone is None else gone)
        said = f"{was} to {told(self.value)}" if (old or gone) else told(self.value)
        return self._edited(made, name, place, "corrected" if (old or gone) else "added", said)

    def _edited(self, made: bytes, name: str, place: Place, done: str, said: str) -> Edited:
        return Edited(
            made,
            self.field.typed,
            done,
            (said,),
            lambda remark: apart(name, with_remark_at, made, name, place, remark),
        )


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A field, an event or an infusion that the file is to say no more."""

    field: Field

    def refuse_unfit(self, name: str, before: Plan | Refusal) -> None:
        """A file that is refused as it is may be put right."""

    def of(self, document: ParsedFile, raw: bytes) -> Edited:
        """The file without it; refused where nothing stands there."""
        place, _ = self.field.in_file(document)
        old = _value_at(document, place, self.field.typed)
        if old is None:
            raise Refusal.of(
                document.name, self.field.typed, "not in the file", "a field that it has"
            )
        made = apart(document.name, without, raw, document.name, place)
        return Edited(
            made,
            self.field.typed,
            "taken out",
            (_in_words(old),),
            lambda remark: apart(
                document.name, with_remark_at, made, document.name, place[:-1], remark
            ),
        )


@dataclass(frozen=True, slots=True)
class Waived:
    """The protocol's limits of the start dose waived: by whom, a role, and when."""

    by: str
    on: date

    def refuse_unfit(self, name: str, before: Plan | Refusal) -> None:
        """Raise where the file is planned without it: there is nothing to waive."""
        if isinstance(before, Plan):
            read = f"{before.baseline.dose_mg} mg {before.baseline.drug}, which is planned already"
            raise Refusal.of(
                name, "steroid.dose_mg", read, "a waiver where the protocol's limits refuse it"
            )

    def of(self, document: ParsedFile, raw: bytes) -> Edited:
        """The file with the waiver, in the place of one that did not do."""
        place, value = ("eligibility_waived",), f"{self.by}, {self.on}"
        made = apart(document.name, with_value, raw, document.name, place, value)
        return Edited(
            made,
            "the limits of the start dose",
            "waived",
            (value,),
            lambda remark: apart(document.name, with_remark_at, made, document.name, place, remark),
        )


def _value_at(document: ParsedFile, place: Place, typed: str) -> Any:
    """What the file says there, None for nothing; refused where the entry is not there."""
    found: Any = document.data
    for step in place:
        if isinstance(step, int):
            given = _listed(found, document.name, typed)
            if step >= len(given):
                read = f"not in the file, which has {entries(len(given))} there"
                raise Refusal.of(document.name, typed, read, "an entry that the file has")
            found = given[step]
        elif found is not None and not isinstance(found, dict):
            read = f"no field, as the file has {_there(found)} in the place of it"
            raise Refusal.of(document.name, typed, read, "one of what has fields")
        else:
            found = None if found is None else found.get(step)
    return found


def _listed(found: Any, name: str, typed: str) -> list[Any]:
    """The entries of a list, none where it is not there; raises `Refusal` where it is no list."""
    if found is not None and not isinstance(found, list):
        read = f"no entry, as the file has {_there(found)} in the place of a list"
        raise Refusal.of(name, typed, read, "one of a list of entries")
    return found or []


def _there(found: Any) -> str:
    return quoted(found) if isinstance(found, str) else "something else"


def _in_words(value: Any) -> str:
    """What is taken out, an entry with all that it says."""
    if isinstance(value, dict) and "mg" not in value:
        return ", ".join(f"{key} {told(each)}" for key, each in value.items())
    return told(value)
