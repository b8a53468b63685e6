"""What may stand in JSON that is read again: kinds of values, with form and bounds. Pure.

Whoever can write to a folder can write such JSON. It is therefore input like any other: what is
not exactly what taper writes is said to be broken, and no name, number or text of it is used.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from taper import __version__
from taper.trial.fields import MAX_DAYS, MAX_ENTRIES, MAX_TEXT
from taper.trial.ids import ParticipantId
from taper.trial.participant import LOCALE

CLOSED = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
"""Of each group of keys: every one of them is known, and no value is made of another kind."""
MOST_REVISIONS = 100_000
"""A new one each hour for ten years."""
MOST_WORDS = 5000
"""Characters of a sentence that taper made, such as a finding's."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2299  # ten years of days may follow the last date of a file
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ENGINE = re.compile(r"taper ([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})", re.ASCII)


def _date(text: str) -> str:
    if not _FIRST_YEAR <= date.fromisoformat(text).year <= _LAST_YEAR:
        raise ValueError("a date of these centuries")
    return text


def _one_line(text: str) -> str:
    is_plain = text.isascii() and text.isprintable()
    if not is_plain and any(unicodedata.category(each) in _UNSEEN for each in text):
        raise ValueError("one line without control characters")
    return text


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}\z")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z"), AfterValidator(_date)]
Days = Annotated[int, Field(ge=1, le=MAX_DAYS)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Number = Annotated[int, Field(ge=0, le=99_999)]
Place = Annotated[int, Field(ge=0, le=10_000_000)]
"""The row of a table."""
Revision = Annotated[int, Field(ge=1, le=MOST_REVISIONS)]
Mg = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?\z")]
"""mg, or how many tablets."""
Strength = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?(/mL)?\z")]
"""mg of a tablet, or in each mL of a solution (`3/mL`)."""
Cycle = Annotated[str, Field(max_length=MAX_DAYS, pattern=r"^[0-9]+(\.[0-9]{1,4})?(/[0-9.]+)*\z")]
"""mg of days in turn, such as `10/7.5`."""
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_one_line)]
Words = Annotated[str, Field(max_length=MOST_WORDS), AfterValidator(_one_line)]
Word = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}\z")]
Locale = Annotated[str, Field(pattern=LOCALE.replace("$", r"\z"))]
Engine = Annotated[str, Field(pattern=r"^taper [0-9A-Za-z.+-]{1,40}\z")]
Id = Annotated[ParticipantId, Field(max_length=64)]


@with_config(CLOSED)
class Signed(TypedDict):
    """A signature: the public key, and what it made of the content."""

    key: Sha256
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}\z")]


FewEntries = Field(max_length=MAX_ENTRIES)


class NotWhole(ValueError):
    """JSON that is not what taper writes: where, what stands there, and by which taper it says."""

    def __init__(self, place: str, read: object, newer: str | None) -> None:
        super().__init__(place)
        self.place, self.read, self.newer = place, read, newer


def refuse_other(model: TypeAdapter[Any], text: str | bytes) -> None:
    """Raise `NotWhole` for JSON that is not exactly of this model."""
    try:
        model.validate_json(text, strict=True)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False)[0]
        raise NotWhole(_place(first["loc"]), first["input"], newer_engine(text)) from None


def newer_engine(text: str | bytes) -> str | None:
    """Which later taper wrote it, by its own words; None where it was this one or an earlier."""
    try:
        engine = _JUST_ENGINE.validate_json(text)["engine"]
    except (ValidationError, KeyError):
        return None
    return engine if _version(engine) > _version(f"taper {__version__}") else None


def _version(engine: str) -> tuple[int, ...]:
    found = _ENGINE.match(engine)
    return tuple(map(int, found.groups())) if found else ()


_JUST_ENGINE: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


def _place(keys: tuple[int | str, ...]) -> str:
    """Such as `days[3].dose_mg`, counted from 1."""
    said = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in keys)
    return said.removeprefix(".")[:80]
