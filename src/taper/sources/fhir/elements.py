"""A FHIR document as somebody else wrote it: each element asked for by its name and kind.

What is of another kind is refused with its place, as `MedicationRequest.dosageInstruction[2].text`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from taper.errors import Refusal
from taper.sources.raw import THE_FILE, text_of
from taper.trial.fields import FIRST_YEAR, LAST_YEAR
from taper.wording.quoting import shown

_ALLOWED = "FHIR R4 as JSON: a MedicationRequest, a Bundle with some, or a list of them"
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*)?", re.ASCII)
_MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Element:
    """An element with its place in the file `name`."""

    name: str
    place: str
    value: Mapping[str, Any]

    def refused(self, key: str, allowed: str) -> Refusal:
        """That what stands under a key is of another kind."""
        return Refusal.of(self.name, f"{self.place}.{key}", shown(self.value.get(key)), allowed)

    def has(self, key: str) -> bool:
        """Whether something stands under that key."""
        return self.value.get(key) is not None

    def one(self, key: str) -> Element:
        """The element under a key; one without anything where there is none."""
        value = self.value.get(key, {})
        if not isinstance(value, Mapping):
            raise self.refused(key, "an element")
        return Element(self.name, f"{self.place}.{key}", value)

    def each(self, key: str) -> list[Element]:
        """The elements of a list, none where there is no list."""
        values = self.value.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, Mapping) for v in values):
            raise self.refused(key, "a list of elements")
        return [
            Element(self.name, f"{self.place}.{key}[{i}]", value)
            for i, value in enumerate(values, start=1)
        ]

    def texts(self, key: str) -> list[str]:
        """The texts of a list."""
        values = self.value.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise self.refused(key, "a list of texts")
        return values

    def text(self, key: str) -> str:
        """A text, empty where there is none."""
        value = self.value.get(key, "")
        if not isinstance(value, str):
            raise self.refused(key, "a text")
        return value

    def flag(self, key: str) -> bool:
        """Whether it is so; where nothing is said it is not."""
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            raise self.refused(key, "true or false")
        return value

    def number(self, key: str) -> Fraction | None:
        """A number exactly as its digits say it; of what is asked for here none is under 0."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.refused(key, "a number")
        if len(str(value)) > _MOST_DIGITS or not _is_plain(value):
            raise self.refused(key, f"a number of at most {_MOST_DIGITS} digits")
        if value < 0:
            raise self.refused(key, "a number of at least 0")
        return Fraction(value)

    def whole(self, key: str) -> int | None:
        """A whole number."""
        found = self.number(key)
        if found is None:
            return None
        if found.denominator != 1:
            raise self.refused(key, "a whole number")
        return found.numerator

    def count(self, key: str) -> int | None:
        """A whole number of at least 1: nothing is taken nought times in all."""
        found = self.whole(key)
        if found == 0:
            raise self.refused(key, "a whole number of at least 1")
        return found

    def date(self, key: str) -> date | None:
        """The day of a date or a time; None where only a month or a year is said."""
        typed = self.text(key)
        found = _DATE.fullmatch(typed)
        try:
            day = date.fromisoformat(found[1]) if found else None
        except ValueError:
            raise self.refused(key, "a date that there is") from None
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise self.refused(key, f"a date from {FIRST_YEAR} to {LAST_YEAR}")
        return day


def _is_plain(value: int | Decimal) -> bool:
    return isinstance(value, int) or (value.is_finite() and "E" not in str(value).upper())


def within(element: Element, to: str) -> Element | None:
    """What is held within a resource and referred to as `#id`; None where it is not there."""
    return next((e for e in element.each("contained") if e.text("id") == to[1:]), None)


def document_of(raw: bytes, name: str) -> Any:
    """The plain data of a file; raises `Refusal` in a sentence for what is no JSON."""
    text = text_of(raw, name)
    if text.lstrip().startswith("<"):
        raise Refusal.of(name, THE_FILE, "in XML", _ALLOWED)
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_each_once
        )
    except _TwiceError as twice:
        read = f"one with {shown(str(twice))} twice in one element"
        raise Refusal.of(name, THE_FILE, read, "each key once") from None
    except (ValueError, RecursionError, ArithmeticError):
        raise Refusal.of(name, THE_FILE, "no JSON", _ALLOWED) from None


def _no_constant(said: str) -> Any:
    raise ValueError(said)


class _TwiceError(Exception):
    """A key that an element has twice; which of its values is meant nobody can tell."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _TwiceError(key)
        made[key] = value
    return made


def is_deleted(entry: Element) -> bool:
    """Whether the entry of a transaction asks for its resource to be taken away."""
    return entry.one("request").text("method") == "DELETE"


def bundles_of(document: Any, name: str) -> Iterator[Element]:
    """The Bundles of a file, and those within them."""
    left = [document]
    while left:
        each = left.pop()
        if isinstance(each, list):
            left += each
        elif isinstance(each, Mapping) and each.get("resourceType") == "Bundle":
            bundle = Element(name, "Bundle", each)
            yield bundle
            left += [entry.one("resource").value for entry in bundle.each("entry")]


def resources_of(document: Any, name: str) -> list[tuple[str, Element]]:
    """Every resource of a file in its order, each with the address it has in a bundle."""
    found = list(_resources(document, name, "", 0))
    if not any(r.text("resourceType") == "MedicationRequest" for _, r in found):
        raise Refusal.of(name, THE_FILE, "one without a MedicationRequest", _ALLOWED)
    return found


def _resources(value: Any, name: str, address: str, depth: int) -> Iterator[tuple[str, Element]]:
    if depth > 3:  # a bundle in a bundle is rare, and there is no deeper one
        raise Refusal.of(name, THE_FILE, "bundles within bundles", _ALLOWED)
    if isinstance(value, list):
        for each in value:
            yield from _resources(each, name, "", depth + 1)
        return
    if not isinstance(value, Mapping) or not isinstance(value.get("resourceType"), str):
        raise Refusal.of(name, THE_FILE, "no FHIR resource", _ALLOWED)
    resource = Element(name, value["resourceType"], value)
    if value["resourceType"] != "Bundle":
        yield address, resource
        return
    if resource.has("implicitRules"):
        rules = "no implicitRules, which may turn around what it says"
        raise resource.refused("implicitRules", rules)
    if resource.text("type") == "history":
        raise resource.refused("type", "a Bundle of what is in force, and not of its versions")
    for each in resource.each("entry"):
        if each.has("resource") and not is_deleted(each):
            yield from _resources(each.one("resource").value, name, each.text("fullUrl"), depth + 1)
