"""A line of somebody's steps taken apart: dates, numbers, words and signs, none left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from taper.sources.written import made, words

_TOKEN = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<bare>\.[0-9]+)"
    r"|(?P<word>[^\W\d_]+)"
    rf"|(?P<made>{made.MARK}[0-9]+{made.MARK})"
    r"|(?P<end>;)"
    r"|(?P<mark>[,:()/|.–—×-])"
    r"|(?P<other>\S)"
)
_IN_WORDS = re.compile(
    r"(?P<day>[0-9]{1,2})\.? (?P<month>[^\W\d_]+),? (?P<year>[0-9]{4})"
    r"|(?P<first>[^\W\d_]+) (?P<second>[0-9]{1,2}), (?P<third>[0-9]{4})"
)
IN_FIGURES = re.compile(r"(?<![0-9-])[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}(?![0-9])")
"""A date that some country reads otherwise."""
DASHES = frozenset("–—-")


class Token(NamedTuple):
    """What is said, and of which kind it is: the name of a group of the pattern."""

    kind: str
    said: str


Tokens = Sequence[Token]


def tokens_of(line: str) -> list[Token]:
    """Everything in a line but spaces."""
    return [Token(str(found.lastgroup), found[0]) for found in _TOKEN.finditer(line)]


def with_dates(line: str) -> str:
    """The line with dates in words in the one form that is read further on."""
    return _IN_WORDS.sub(_as_iso, line)


def days_in(unit: str) -> int:
    """How many days a unit is, one where it is no week."""
    return 7 if unit in words.WEEKS else 1


def said_at(tokens: Tokens, i: int) -> str:
    """What is said at a place, empty beyond the ends."""
    return tokens[i].said if 0 <= i < len(tokens) else ""


def kind_at(tokens: Tokens, i: int) -> str:
    """Of which kind it is."""
    return tokens[i].kind if 0 <= i < len(tokens) else ""


def one_at(tokens: Tokens, i: int) -> int | None:
    """Where it goes on behind how long a step is without a figure, as `for a week`."""
    if said_at(tokens, i) not in words.FOR:
        return None
    k, units = i + 1, words.DAYS | words.WEEKS
    if said_at(tokens, k) in words.ONE:
        k += 1
    elif said_at(tokens, i) in words.ALONE:
        units = words.WEEKS  # of a day it says that the dose is taken in the course of it
    else:
        return None
    is_label = kind_at(tokens, k + 1) == "number" and not _is_dose(tokens, k + 1)
    return None if is_label or said_at(tokens, k) not in units else k + 1


def span_at(tokens: Tokens, i: int) -> tuple[int, int, int] | None:
    """The days or weeks that a label such as `weeks 1-2` counts, and where it goes on."""
    if kind_at(tokens, i + 1) != "number" or not said_at(tokens, i + 1).isdecimal():
        return None
    if said_at(tokens, i - 1) in words.ONE:  # `for a week 2 tablets` is no second week
        return None
    first, end = int(said_at(tokens, i + 1)[:6]), i + 2
    last = first
    is_range = (
        said_at(tokens, end) in DASHES | {"to", "bis", "a"} and said_at(tokens, end + 1).isdecimal()
    )
    if is_range:
        last, end = int(said_at(tokens, end + 1)[:6]), end + 2
    if said_at(tokens, end) in words.MG | words.DAYS | words.WEEKS or not 0 < first <= last:
        return None
    return first, last, end


def is_beside_dose(tokens: Tokens, i: int) -> bool:
    """Whether a drug stands right behind a dose, and not between two: `20 mg prednisone`."""
    before = i - 1
    while said_at(tokens, before) in words.OF:
        before -= 1
    is_behind = said_at(tokens, before) in words.MG or kind_at(tokens, before) == "made"
    return is_behind and not _is_dose(tokens, i + 1)


def has_dose_behind(tokens: Tokens, i: int) -> bool:
    """Whether a dose stands behind a place, before the step's sentence ends."""
    for k in range(i + 1, len(tokens)):
        if tokens[k].kind == "end" or tokens[k].said in words.THEN | words.STOP:
            return False
        if _is_dose(tokens, k):
            return True
    return False


def _is_dose(tokens: Tokens, i: int) -> bool:
    return kind_at(tokens, i) == "number" and said_at(tokens, i + 1) in words.MG


def _as_iso(found: re.Match[str]) -> str:
    day, month, year = found["day"], found["month"], found["year"]
    if month is None:
        month, day, year = found["first"], found["second"], found["third"]
    number = words.MONTHS.get(month)
    return found[0] if number is None else f"{year}-{number:02}-{int(day):02}"
