"""Which field of an export is which of our columns, and how its cells are read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from taper.sources.tables.columns import EVENT_FIELDS, EXPOSURE_FIELDS, VISIT_FIELDS, bare, named
from taper.sources.tables.redcap import GROUPS
from taper.wording.quoting import did_you_mean

IGNORE = "ignore"
EVERY = "*"
"""Stands for every event of a longitudinal project, and for all of a table without events."""
NUMBER = "number"
PARTS = {
    "infusions": (NUMBER, "date"),
    "visits": VISIT_FIELDS,
    "events": EVENT_FIELDS,
    "exposures": EXPOSURE_FIELDS,
}

Part = Literal["infusions", "visits", "events", "exposures"]
Targets = Mapping[str, str]
"""By event, `*` for all others: the column, or `ignore`."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A repeating instrument: each instance is an infusion, a visit, an event or an exposure."""

    part: Part
    fields: Mapping[str, str]

    def column(self, target: str, number: str) -> str:
        """Our column for one of its fields."""
        if self.part == "infusions":
            return f"infusion_{number}"
        return f"{self.part.removesuffix('s')}_{number}_{target}"

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
    missing: frozenset[str] = frozenset()
    """Codes that mean that a cell is empty, in every field."""
    decimal: str = "."
    days_of: frozenset[str] | None = frozenset()
    """Fields of whose date and time of day the day is taken; None for all."""
    exceptions: frozenset[str] = frozenset()
    """Fields that only seem to name a person or an arm, by somebody's word."""
    younger: tuple[frozenset[str], ...] = ()
    """Groups of fields that the project got later: an export may be from before it had any."""

    def field(self, header: str) -> str:
        """The field of a header, in any case."""
        name = bare(header)
        if self.knows(name):
            return name
        folded = name.lower()
        known = {**{each.lower(): each for each in self.fields()}, **self._labels()}
        return known.get(folded, GROUPS.get(folded, name))

    def _labels(self) -> dict[str, str]:
        return {label.lower(): name for label, name in self.labels.items()}

    def takes_day_of(self, name: str) -> bool:
        """Whether the day is taken of a date with a time of day in this field."""
        return self.days_of is None or name in self.days_of

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

    def wanted(self, there: Set[str]) -> tuple[str, ...]:
        """Every field of which something is read: a table without one would be read otherwise."""
        never = self.never_there(there)
        return tuple(n for n in self.fields() if not self.is_ignored(n) and n not in never)

    def never_there(self, there: Set[str]) -> tuple[str, ...]:
        """What the project got later, as far as nothing of it is there."""
        older = frozenset().union(*(group for group in self.younger if group.isdisjoint(there)))
        return tuple(name for name in self.fields() if name in older)


def identity(headers: Mapping[int, str]) -> FieldMapping:
    """The mapping of a table whose headers are our columns, in any case."""
    known = (named(header) for header in headers.values())
    return FieldMapping({name: {EVERY: name} for name in known if name}, is_plain=True)


def nearly(typed: str, choices: Mapping[str, str]) -> str:
    """What may be meant by a word that is nearly a choice; with other digits it is none."""
    if not typed or typed in choices or not any(choices.values()):
        return ""
    if typed.casefold() in map(str.casefold, choices.values()):
        return ""
    like = [each for each in choices if _digits(each) == _digits(typed)]
    folded = next((each for each in like if each.casefold() == typed.casefold()), None)
    return f" (did you mean {folded}?)" if folded else did_you_mean(typed, like, likeness=0.8)


def _digits(text: str) -> list[str]:
    return re.findall("[0-9]+", text)
