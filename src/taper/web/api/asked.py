"""What a program asks: the models by which it is read and described."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from taper import sources
from taper.sources.given import is_text
from taper.sources.raw import is_there
from taper.trial.fields import Record
from taper.wording.case import known
from taper.wording.quoting import Absent, one_of

MOST_DOSES, MOST_FILES = 20, 50
_NUMBER = {"type": ["string", "number"], "examples": ["12.5"]}
"""A number as it is typed: in JSON a number's own digits are read, and none is ever rounded."""
_WRITTEN = {"type": ["string", "object"]}


def _described(schema: dict[str, Any], description: str) -> Any:
    return WithJsonSchema({**schema, "description": description})


def _needed(allowed: str) -> BeforeValidator:
    """What must be said; the operation refuses all else that is wrong with it."""

    def read(value: object) -> object:
        if isinstance(value, Absent):
            raise ValueError(allowed)
        return value

    return BeforeValidator(read)


Mg = Annotated[
    Any, _needed("mg, such as 25"), _described(_NUMBER, "mg a day, above 0 and at most 1000")
]


def _as_text(value: object) -> object:
    """A file as its text or an object: no string is ever the path of one."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, str):
        raise ValueError("a file's YAML text, or the same as an object")
    return value if is_text(value) else f"{value}\n"


def _protocol(value: object) -> object:
    """The same, or the id of a protocol that there is; None for that which a participant names."""
    if value is None or isinstance(value, Absent):
        return None
    is_name = isinstance(value, str) and not is_text(value)
    if is_name and (known(str(value), sources.protocol_ids()) or is_there(Path(str(value)))):
        return value
    if is_name or not isinstance(value, str | Mapping):
        ids = one_of(sources.protocol_ids())
        raise ValueError(f"one that the server has, such as {ids}, its YAML text, or an object")
    return value


Protocol = Annotated[
    Any,
    BeforeValidator(_protocol),
    _described(
        {"type": ["string", "object", "null"]},
        "The id of a protocol that the server has, its YAML text, or the same as an object",
    ),
]
File = Annotated[
    Any,
    BeforeValidator(_as_text),
    _needed("a participant's file, as text or as an object"),
    _described(_WRITTEN, "A file's YAML text, or the same as an object; never a path"),
]
Day = Annotated[
    Any,
    _needed("the day that counts as today, YYYY-MM-DD"),
    _described({"type": "string", "format": "date"}, "YYYY-MM-DD"),
]
Word = Annotated[Any, _needed("a name, as text"), WithJsonSchema({"type": "string"})]
Strengths = Annotated[
    Any,
    _described(
        {"type": "array", "items": {"type": ["string", "number", "object"]}},
        'As in a participant\'s file: mg, {"mg": "5", "split": 2}, or one solution',
    ),
]


class PlanAsked(Record):
    """A participant to be planned; without a protocol by the one that they name."""

    participant: File
    protocol: Protocol = None
    today: Day
    regimen: Word = None


class DoseTaken(Record):
    """A dose of a day; the route is oral or iv, and as the preparation is given without one."""

    dose_mg: Mg
    drug: Word
    route: Word = None


class ConvertAsked(Record):
    """Doses of a day to be added up as one of another drug, by a named table."""

    doses: Annotated[tuple[DoseTaken, ...], Field(min_length=1, max_length=MOST_DOSES)]
    to: Word = "prednisone"
    table: Word = "us-label"


class TabletsAsked(Record):
    """A dose to be made of tablets: those at hand, or the whole ones of a market."""

    dose_mg: Mg
    drug: Word
    strengths: Strengths = None
    market: Word = "US"


class CheckAsked(Record):
    """Files to be looked at; with a day every participant is planned too."""

    files: Annotated[tuple[File, ...], Field(min_length=1, max_length=MOST_FILES)]
    today: Day = None
