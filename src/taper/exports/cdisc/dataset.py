"""What a CDISC dataset is: variables with what is to be said of them, and rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

Value = str | int | Fraction | date | None
Row = Mapping[str, Value]


class _Words(NamedTuple):
    """What a kind of value is called in define.xml and in Dataset-JSON."""

    define: str
    json: str
    target: str | None = None


class Kind(Enum):
    """What the values of a variable are.

    A day of SDTM is text in ISO 8601; one of ADaM is a number that is shown as a date.
    """

    TEXT = _Words("text", "string")
    WHOLE = _Words("integer", "integer")
    NUMBER = _Words("float", "double")
    ISO_DAY = _Words("date", "date")
    SAS_DAY = _Words("integer", "date", "integer")

    @property
    def is_number(self) -> bool:
        """Whether SAS holds it as a number."""
        return self in (Kind.WHOLE, Kind.NUMBER, Kind.SAS_DAY)


@dataclass(frozen=True, slots=True)
class Variable:
    """A column. `method` says how a value is derived, `codes` are all values that there can be.

    `key` is its place among the variables that a row is known by, from 1 on. Where neither a method
    nor a protocol gives the values, the sponsor assigned them; of `is_collected` a patient or a
    site wrote them.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    key: int | None = None
    method: str = ""
    codes: tuple[str, ...] = ()
    is_collected: bool = False
    is_needed: bool = False
    """Whether no row may lack it."""

    @property
    def display(self) -> str | None:
        """How SAS shows it, where that is not plain."""
        return "DATE9." if self.kind is Kind.SAS_DAY else None


@dataclass(frozen=True)
class Dataset:
    """Rows of these variables, with what define.xml says of them all.

    `structure` says what a row is; `group` is the class of the dataset, in define.xml's words.
    """

    name: str
    label: str
    structure: str
    group: str
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    is_analysis: bool = False

    @property
    def file(self) -> str:
        """What its Dataset-JSON file is called."""
        return f"{self.name.lower()}.json"

    def texts(self, variable: Variable) -> Iterable[str]:
        """Each value of a text variable that is there."""
        return (str(each) for row in self.rows if (each := row[variable.name]) is not None)

    def length(self, variable: Variable) -> int | None:
        """The longest text, at least 1; 8 bytes of a number, None of a day in ISO 8601."""
        if variable.kind is Kind.ISO_DAY:
            return None
        if variable.kind.is_number:
            return 8
        return max((len(text.encode()) for text in self.texts(variable)), default=1)


def numbered(rows: Iterable[Row], name: str, whose: str) -> tuple[Row, ...]:
    """The rows with a number from 1 on within each participant, as `name`."""
    counted: dict[Value, int] = {}
    made = list[Row]()
    for row in rows:
        counted[row[whose]] = counted.get(row[whose], 0) + 1
        made.append({**row, name: counted[row[whose]]})
    return tuple(made)
