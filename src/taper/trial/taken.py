"""What a participant took: days and stretches, doses beside the ladder, the dose at entry (§11)."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from taper.doses.tablets import MAX_STRENGTHS
from taper.trial.fields import (
    MAX_DAYS,
    WHERE_SAID,
    Date,
    FieldError,
    Mg,
    PositiveMg,
    Reason,
    Record,
    Text,
)

MOST_TAKEN = 1000
"""Entries of one file; who keeps a line a day for years has a diary as a table."""
_WHEN = "date for one day, or from and until for a stretch of days"
_WHAT = "dose_mg, or handed_out with what came back under returned"


class Counted(Record):
    """Tablets of one strength, mg each; `count` may have halves."""

    mg: PositiveMg
    count: Mg


def _each_once(counted: tuple[Counted, ...]) -> tuple[Counted, ...]:
    if len({each.mg for each in counted}) != len(counted):
        raise ValueError("each strength once")
    return counted


_AllCounted = Annotated[
    tuple[Counted, ...], Field(max_length=MAX_STRENGTHS), AfterValidator(_each_once), WHERE_SAID
]


class Taken(Record):
    """A dose taken on one day or on each day of a stretch, both ends included.

    Where `handed_out` is given, nobody wrote down the days: what did not come back was taken, and
    each day has the same share of it. Without `drug` it is that of the plan on these days.
    """

    date: Date | None = None
    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    drug: Text | None = None
    dose_mg: Mg | None = None
    handed_out: _AllCounted = ()
    returned: _AllCounted = ()

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.date is None) == (self.from_ is None) or (
            (self.from_ is None) != (self.until is None)
        ):
            raise ValueError(_WHEN)
        if self.last < self.first:
            raise FieldError("until", "a date on or after from")
        if self.days > MAX_DAYS:
            raise FieldError("until", f"a date within {MAX_DAYS} days of from")
        return self

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        if (self.dose_mg is None) == (not self.handed_out):
            raise ValueError(_WHAT)
        if self.returned and not self.handed_out:
            raise FieldError("returned", "given with handed_out only")
        out = {each.mg: each.count for each in self.handed_out}
        for each in self.returned:
            if each.count > out.get(each.mg, Fraction(0)):
                raise FieldError("returned", "no more of a strength than was handed out")
        return self

    @property
    def first(self) -> datetime.date:
        """Its first day."""
        day = self.date or self.from_
        assert day is not None  # one of them is there
        return day

    @property
    def last(self) -> datetime.date:
        """Its last day."""
        return self.until or self.first

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def is_derived(self) -> bool:
        """Whether it follows from counted tablets, and nobody wrote the days down (§11.1.2)."""
        return bool(self.handed_out)

    @property
    def mg_a_day(self) -> Fraction:
        """The dose of each of its days, mg of the drug; of counted tablets the mean, exact."""
        if self.dose_mg is not None:
            return self.dose_mg
        return (_mg(self.handed_out) - _mg(self.returned)) / self.days


def _mg(counted: tuple[Counted, ...]) -> Fraction:
    return sum((each.mg * each.count for each in counted), Fraction(0))


class Exposure(Record):
    """Another dose, beside the ladder: a pulse, what is given at an infusion (§11.2)."""

    date: Date
    drug: Text
    dose_mg: PositiveMg
    route: Literal["oral", "iv"]
    reason: Reason


class Enrolment(Record):
    """The dose at entry into the trial, where it is not the one that the taper starts from."""

    drug: Text
    dose_mg: PositiveMg
    date: Date


TakenDays = Annotated[tuple[Taken, ...], Field(max_length=MOST_TAKEN), WHERE_SAID]
Exposures = Annotated[tuple[Exposure, ...], Field(max_length=MOST_TAKEN), WHERE_SAID]
