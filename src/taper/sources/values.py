"""A program's dict, list and numbers, as if they had been read from a file: text for every scalar.

So one door reads a dose, a date or a key, whoever wrote it. What cannot be text without a guess is
found wrong: a float, which need not be the number that was typed; a time of day; an empty value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.errors import Refusal
from taper.sources.yaml import MAX_DEPTH, MAX_NODES, Found
from taper.wording.identifying import identifies_there
from taper.wording.quoting import KeyPath, field_name, plain

STRENGTHS = frozenset({"strengths", "taper_strengths"})
"""Under these a float is taken: a strength stands on a box, and is never computed."""
NOT_A_FLOAT = "the same number as text, int or Decimal; a float need not be what was typed"
_VALUES = "text, a whole number, a Decimal, a Fraction, a date, a list, or a dict"
_NUMBERS = "a decimal of at most 18 digits, such as 7.5"
_WRONG = ""


def as_typed(given: Mapping[Any, Any], who: str) -> tuple[dict[str, Any], list[Found]]:
    """The dict with every scalar as a file's text, and what is wrong with its values.

    Raises `Refusal` where it is nested or long beyond what any file may be.
    """
    reader = _Reader(who)
    return reader.mapping(given, ()), reader.found


def number_as_typed(value: object) -> str | None:
    """A number as text: exactly, so not a float and not a third. None where it is no such one."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        # `1E+99999999` would be as many digits as that says
        is_short = value.is_finite() and abs(value.adjusted()) < _DIGITS
        return format(value, "f") if is_short else None
    if isinstance(value, Fraction):
        text = dose.text(abs(value))
        exact = Fraction(text) == abs(value)
        return f"{'-' if value < 0 else ''}{text}" if exact else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LONGEST:
        return str(value)
    return None


_DIGITS = 18
_LONGEST = 10**_DIGITS
"""No number of a file is as long; beyond some thousand digits Python writes none."""


@dataclass
class _Reader:
    who: str
    found: list[Found] = field(default_factory=list)
    nodes: int = 0

    def mapping(self, given: Mapping[Any, Any], path: KeyPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in given.items():
            if not isinstance(key, str):
                self._find(path, f"with a key {kind_of(key)}", "keys of text")
            elif identifies_there(path, key):
                data[key] = _WRONG  # the key itself is refused; nothing under it is looked at
            else:
                data[str(key)] = self._value(value, (*path, str(key)))
        return data

    def _value(self, value: object, path: KeyPath) -> object:
        self._refuse_too_much(path)
        if isinstance(value, Mapping):
            return self.mapping(value, path)
        if isinstance(value, list | tuple):
            return [self._value(item, (*path, i)) for i, item in enumerate(value)]
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, float):
            return self._float(value, path)
        text = number_as_typed(value)
        if text is None and isinstance(value, int | Decimal | Fraction):
            return self._find(path, f"{kind_of(value)} and no short decimal", _NUMBERS)
        return self._find(path, kind_of(value), _VALUES) if text is None else text

    def _float(self, value: float, path: KeyPath) -> str:
        if STRENGTHS.isdisjoint(path):
            return self._find(path, f"the float {float.__repr__(value)}", NOT_A_FLOAT)
        return float.__repr__(value).removesuffix(".0")

    def _find(self, path: KeyPath, read: str, allowed: str) -> str:
        self.found.append(Found(path, read, allowed))
        return _WRONG

    def _refuse_too_much(self, path: KeyPath) -> None:
        self.nodes += 1
        if len(path) > MAX_DEPTH:
            read = f"nested more than {MAX_DEPTH} levels deep"
            raise Refusal.of(self.who, field_name(path[:2]), read, "fewer levels")
        if self.nodes > MAX_NODES:
            raise Refusal.of(self.who, "the dict", f"longer than {MAX_NODES} values", "fewer")


def kind_of(value: object) -> str:
    """What kind of thing it is; its text may be anybody's name."""
    return "None" if value is None else f"of type {plain(type(value).__name__)}"
