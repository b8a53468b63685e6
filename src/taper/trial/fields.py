"""The kinds of scalar that a protocol or a participant file may hold, each read one way.

Files are read as text, so that `010`, `NO` or `12:30` stays what was typed. Each kind refuses
with a `ValueError` whose text says what is allowed; `taper.sources` turns that into a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from operator import not_
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from taper.doses import dose, solutions
from taper.wording.characters import first_hidden, first_turning
from taper.wording.no_values import is_code, says_nothing, waives

FIRST_YEAR, LAST_YEAR = 1900, 2199
_COUNT = re.compile(r"0|[1-9][0-9]{0,4}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MAX_DAYS = 3660
"""The longest stretch of days in a file, and the longest plan: ten years."""
MAX_WEEKS = MAX_DAYS // 7
MAX_TEXT = 200
MAX_ENTRIES = 99
"""The longest list in a file; a table has as many infusions and events."""
MAX_ROWS = 500
"""The longest table of doses: one a week for nine years."""


class FieldError(ValueError):
    """A rule between several fields; `field`, as `taper.planning.ideal`, is the one to look at.

    A place in a list is a number, counted from 0: `infusions.1`. `read` says what stands against
    the rule, where that is shorter than all that stands there.
    """

    def __init__(self, field: str, allowed: str, read: str | None = None) -> None:
        super().__init__(allowed)
        self.field = field
        self.read = read


WHERE_SAID = Field(exclude_if=not_)
"""What is dumped only where something stands in it: hashes from before there was one stay."""


class Record(BaseModel):
    """A frozen part of a file; a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def parse_count(value: object) -> int:
    """A whole number written in ASCII digits, without sign or leading zero."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("a whole number such as 14")
    if not _COUNT.fullmatch(str(value)):
        raise ValueError("a whole number such as 14")
    return int(value)


def _parser(least: int, unit: str = "days", most: int = MAX_DAYS) -> Callable[[object], int]:
    allowed = f"whole {unit} from {least} to {most}"

    def parse(value: object) -> int:
        try:
            length = parse_count(value)
        except ValueError as wrong:
            raise ValueError(allowed) from wrong
        if not least <= length <= most:
            raise ValueError(allowed)
        return length

    return parse


parse_days_or_none = _parser(0)


def parse_date(value: object) -> date:
    """A calendar date `YYYY-MM-DD`, years 1900 to 2199 (§2.3.1, §2.3.2)."""
    allowed = f"a calendar date YYYY-MM-DD, years {FIRST_YEAR} to {LAST_YEAR}"
    if type(value) is date:
        return _in_years(value, allowed)
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError(allowed)
    try:
        parsed = date.fromisoformat(value)
    except ValueError as wrong:
        raise ValueError(f"{allowed}, and there is no such day") from wrong
    return _in_years(parsed, allowed)


def _in_years(day: date, allowed: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(allowed)
    return day


def parse_text(value: object) -> str:
    """One line of text as typed, with no character that hides or turns others (§5.1.7)."""
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT:
        raise ValueError(f"one line of 1 to {MAX_TEXT} characters")
    hidden, turning = first_hidden(value), first_turning(value)
    if hidden is not None:
        raise ValueError(f"text without control or invisible characters such as {_code(hidden)}")
    if turning is not None:
        raise ValueError(f"text written from left to right, without {_code(turning)} and the like")
    return value


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def parse_saying(wanted: str) -> Callable[[object], str]:
    """A reader of text that says something: `no` or `0` is refused with what is wanted (§5.1.9)."""

    def parse(value: object) -> str:
        text = parse_text(value)
        if says_nothing(text):
            raise ValueError(wanted)
        return text

    return parse


def parse_words(wanted: str) -> Callable[[object], str]:
    """A reader of what is said in words: a code such as `999` is refused (§5.1.9)."""

    def parse(value: object) -> str:
        text = parse_saying(wanted)(value)
        if is_code(text):
            raise ValueError(wanted)
        return text

    return parse


def said(wanted: str) -> Any:
    """A field of such a text."""
    return BeforeValidator(parse_saying(wanted))


def parse_waiver(wanted: str) -> Callable[[object], str]:
    """A reader of who waived something: nobody (`refused`, a date alone) is refused (§5.1.9)."""

    def parse(value: object) -> str:
        text = parse_saying(wanted)(value)
        if not waives(text):
            raise ValueError(wanted)
        return text

    return parse


def parse_phone(value: object) -> str:
    """A number to call: it has a digit, and no spreadsheet made another number of it (§5.1.9)."""
    text = parse_saying(_PHONE)(value)
    if not any(map(str.isdecimal, text)) or _SCIENTIFIC.fullmatch(text.strip()):
        raise ValueError(_PHONE)
    return text


_PHONE = "the number to call, or nothing at all"
_SCIENTIFIC = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+", re.ASCII)


def parse_who_and_why(value: object) -> str:
    """Who answers for something and why, with a comma between: both say something."""
    text = parse_text(value)
    who, comma, why = text.partition(",")
    if not comma or any(says_nothing(each) or is_code(each) for each in (who, why)):
        raise ValueError(_WHO_AND_WHY)
    return text


_WHO_AND_WHY = (
    "who takes it and why, with a comma between: 'J. Doe, entered for another participant'"
)
parse_reason = parse_words("why, in words, such as infection")
parse_role = parse_words("who it was, a role such as study nurse")


def parse_flag(value: object) -> bool:
    """`true` or `false`, in any case, and nothing else."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in ("true", "false"):
        raise ValueError("true or false")
    return value.lower() == "true"


def _schema(pattern: str, **extra: object) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number"], "pattern": pattern, **extra})


_TEXT = PlainSerializer(dose.text, return_type=str)

Mg = Annotated[
    Fraction, BeforeValidator(dose.parse), _TEXT, _schema(r"^[0-9]+(\.[0-9]+)?$", maximum=1000)
]
"""mg a day, 0 to 1000."""
PositiveMg = Annotated[
    Fraction,
    BeforeValidator(dose.parse_positive),
    _TEXT,
    _schema(r"^[0-9]+(\.[0-9]+)?$", exclusiveMinimum=0, maximum=1000),
]
"""mg a day or a tablet, above 0 to 1000."""
MgPerMl = Annotated[
    Fraction,
    BeforeValidator(solutions.parse_mg_per_ml),
    _TEXT,
    _schema(r"^[0-9]+(\.[0-9]+)?$", exclusiveMinimum=0, maximum=solutions.MOST_MG_PER_ML),
]
"""mg in each mL of a solution."""
SmallestMl = Annotated[
    Fraction,
    BeforeValidator(solutions.parse_smallest_ml),
    _TEXT,
    _schema(r"^[0-9]+(\.[0-9]+)?$", minimum=0.01, maximum=solutions.MOST_ML),
]
"""The smallest volume of a solution that is measured, mL."""
Days = Annotated[
    int, BeforeValidator(_parser(1)), _schema(r"^[0-9]+$", minimum=1, maximum=MAX_DAYS)
]
Weeks = Annotated[
    int,
    BeforeValidator(_parser(1, "weeks", MAX_WEEKS)),
    _schema(r"^[0-9]+$", minimum=1, maximum=MAX_WEEKS),
]
DaysOrNone = Annotated[
    int, BeforeValidator(parse_days_or_none), _schema(r"^[0-9]+$", minimum=0, maximum=MAX_DAYS)
]
"""Days that may be 0."""
Number = Annotated[int, BeforeValidator(parse_count), _schema(r"^[0-9]+$", minimum=0)]
Date = Annotated[
    date, BeforeValidator(parse_date), WithJsonSchema({"type": "string", "format": "date"})
]
_TEXT_SCHEMA = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_TEXT})
Text = Annotated[str, BeforeValidator(parse_text), _TEXT_SCHEMA]
Reason = Annotated[str, BeforeValidator(parse_reason), _TEXT_SCHEMA]
Title = Annotated[str, said("what it is called, in words"), _TEXT_SCHEMA]
MAX_VISIT_NAME = 40
"""A visit's name stands in a day of the calendar."""
_VISIT_ALLOWED = f"what the visit is called, in 1 to {MAX_VISIT_NAME} characters"


def parse_visit_name(value: object) -> str:
    """A text that says something, short enough for a day of the calendar."""
    text = parse_saying(_VISIT_ALLOWED)(value)
    if len(text) > MAX_VISIT_NAME:
        raise ValueError(_VISIT_ALLOWED)
    return text


VisitName = Annotated[
    str,
    BeforeValidator(parse_visit_name),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_VISIT_NAME}),
]


Flag = Annotated[bool, BeforeValidator(parse_flag), WithJsonSchema({"type": "boolean"})]


class Numbered(Record):
    """What is known by a number: an infusion."""

    number: Number


class Named(Record):
    """What is known by a name, in any case: a visit."""

    name: VisitName


AnyNamed = TypeVar("AnyNamed", bound=Named)


def each_once(visits: tuple[AnyNamed, ...]) -> tuple[AnyNamed, ...]:
    """Visits of which no two have one name."""
    if len({visit.name.casefold() for visit in visits}) != len(visits):
        raise ValueError("each visit once")
    return visits
