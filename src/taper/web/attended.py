"""Infusions and visits in a form: a field for the date of each, and a box for one that was missed.

An infusion is known by its number, a visit by the name that its protocol gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from taper.operations.changing.correcting import Field, field_named, visit_named

INFUSION, VISIT, MISSED = "infusion_", "visit_", "missed_"
_FIELD = re.compile(rf"(?:{INFUSION}|{MISSED})([1-9][0-9]?)|(?:{MISSED})?{VISIT}(\S+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attended:
    """An infusion or a visit as the form has it; `name` is the number of an infusion."""

    name: str
    is_visit: bool = False

    @property
    def place(self) -> str:
        """Where it stands in the answers that a file is made of."""
        return f"{'visits' if self.is_visit else 'infusions'}.{self.name}"

    @property
    def date_field(self) -> str:
        """The field of its date."""
        return f"{VISIT}{quote(self.name, safe='')}" if self.is_visit else f"{INFUSION}{self.name}"

    @property
    def missed_field(self) -> str:
        """The box that says that it was missed."""
        return f"{MISSED}{self.date_field if self.is_visit else self.name}"

    def said(self, form: Mapping[str, str]) -> dict[str, str] | None:
        """What a file has of it, None for nothing."""
        if form.get(self.missed_field):
            return {"missed": "true"}
        date = form.get(self.date_field)
        return {"date": date} if date else None

    def fields(self, given: Mapping[str, Any]) -> dict[str, str]:
        """The form's fields of what a file has of it."""
        date = given.get("date")
        return {
            self.date_field: date if isinstance(date, str) else "",
            self.missed_field: "true" if given.get("missed") == "true" else "",
        }

    def in_file(self, key: str | None = None) -> Field:
        """The place of it, or of what it has under a key, in a file that is changed."""
        if self.is_visit:
            return visit_named(self.name, key)
        named = f"infusion_{self.name}"
        return field_named(named if key is None else f"{named}_{key}")


def visit_of(field: str) -> str:
    """The name of the visit that a field is of."""
    return unquote(field.removeprefix(VISIT))


def in_form(form: Mapping[str, str]) -> list[Attended]:
    """Those that the form has fields for: infusions by their numbers, then visits."""
    found = dict.fromkeys(_found(form))
    return sorted(found, key=lambda each: (each.is_visit, 0 if each.is_visit else int(each.name)))


def _found(form: Mapping[str, str]) -> Iterator[Attended]:
    for key in form:
        match = _FIELD.fullmatch(key)
        if match:
            yield Attended(match[1]) if match[1] else Attended(unquote(match[2]), is_visit=True)


def with_something(form: Mapping[str, str]) -> list[Attended]:
    """Those of which a date stands in the form, or that they were missed."""
    return [each for each in in_form(form) if each.said(form) is not None]


def in_data(data: Mapping[str, Any]) -> Iterator[tuple[Attended, Mapping[str, Any]]]:
    """Those of a file, each with what it has."""
    for key, known_by in (("infusions", "number"), ("visits", "name")):
        for given in data.get(key) or ():
            if isinstance(given, Mapping):
                name, is_visit = str(given.get(known_by, "")), key == "visits"
                yield Attended(name, is_visit=is_visit), given
