"""Rows of a table: what is taken on each day of a step, and for how long; and whole tables."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from taper.doses import dose
from taper.trial.fields import MAX_ROWS, Days, FieldError, Mg, PositiveMg, Record, Weeks

MAX_CYCLE = 42
"""The longest cycle, days: six weeks."""


def _cycle(value: object) -> object:
    """A bare dose is a cycle of one day."""
    return value if isinstance(value, list | tuple) else (value,)


def _bare(cycle: tuple[Fraction, ...]) -> str | list[str]:
    """The same as it is written in a file."""
    texts = [dose.text(mg) for mg in cycle]
    return texts[0] if len(texts) == 1 else texts


def _above_0(cycle: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    if not any(cycle):
        raise ValueError(dose.ALLOWED_POSITIVE)
    return cycle


Cycle = Annotated[
    tuple[Mg, ...], BeforeValidator(_cycle), Field(min_length=1, max_length=MAX_CYCLE)
]
"""The doses of consecutive days in turn, mg a day."""
PerKgCycle = Annotated[Cycle, AfterValidator(_above_0), PlainSerializer(_bare)]
"""The same per kg of weight, not all of them 0."""


def mean(cycle: tuple[Fraction, ...]) -> Fraction:
    """The mean of the days of a cycle, mg a day."""
    first, *others = cycle
    return sum(others, first) / len(cycle) if others else first


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)
"""The days of a week, in its order."""


class ByWeekday(Record):
    """A cycle tied to the calendar: the dose of each day of the week, mg a day."""

    monday: Mg | None = None
    tuesday: Mg | None = None
    wednesday: Mg | None = None
    thursday: Mg | None = None
    friday: Mg | None = None
    saturday: Mg | None = None
    sunday: Mg | None = None
    else_: Mg | None = Field(default=None, alias="else")

    @model_validator(mode="after")
    def _every_day_once(self) -> Self:
        given = [getattr(self, day) is not None for day in WEEKDAYS]
        if not any(given):
            raise ValueError("at least one day of the week, such as monday: 5")
        if all(given) == (self.else_ is not None):
            raise ValueError("else where a day of the week is left out, and only there")
        return self

    @property
    def week(self) -> tuple[Fraction, ...]:
        """The doses from Monday to Sunday."""
        days = (getattr(self, day) for day in WEEKDAYS)
        return tuple(self.else_ or Fraction(0) if mg is None else mg for mg in days)


class Row(Record):
    """A row of a table: a dose or a cycle of daily doses, in mg or mg per kg, and how long.

    `compare` says by what it is compared with other rows: the mean of its days, else the highest.
    """

    mg: Cycle | None = None
    mg_per_kg: PerKgCycle | None = None
    by_weekday: ByWeekday | None = None
    min_mg: PositiveMg | None = None
    max_mg: PositiveMg | None = None
    compare: Literal["mean"] | None = None
    days: Days | None = None
    weeks: Weeks | None = None

    @model_validator(mode="after")
    def _one_dose(self) -> Self:
        if sum(each is not None for each in (self.mg, self.mg_per_kg, self.by_weekday)) != 1:
            raise ValueError("exactly one of mg, mg_per_kg or by_weekday")
        if self.mg_per_kg is None and (self.min_mg, self.max_mg) != (None, None):
            raise ValueError("min_mg and max_mg only together with mg_per_kg")
        if self.min_mg is not None and self.max_mg is not None and self.min_mg > self.max_mg:
            raise FieldError("max_mg", f"at least min_mg, {dose.text(self.min_mg)} mg")
        return self

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.days is None) == (self.weeks is None):
            raise ValueError("exactly one of days or weeks")
        return self

    @property
    def lasts(self) -> int:
        """How many days the row has."""
        return self.days if self.days is not None else 7 * (self.weeks or 0)

    @property
    def is_by_mean(self) -> bool:
        """Whether the row is compared with others by the mean of its days (§4.12.6)."""
        return self.compare == "mean"

    @property
    def at_most(self) -> tuple[Fraction, ...] | None:
        """Its days as high as anybody can have them, None where weight alone bounds them."""
        if self.mg_per_kg is None:
            return self.doses(None)
        most = self.max_mg
        return None if most is None else tuple(most if mg else mg for mg in self.mg_per_kg)

    @property
    def highest_mg(self) -> Fraction | None:
        """The highest day that anybody can have, None where weight alone bounds it."""
        return None if self.at_most is None else max(self.at_most)

    def may_exceed(self, mg: Fraction) -> bool:
        """Whether somebody can have a day over this dose."""
        return self.highest_mg is None or self.highest_mg > mg

    def rises_over(self, before: Row) -> tuple[Fraction, Fraction] | None:
        """What it is and what was before, where this row is compared with that one and above it.

        A row by weight alone is compared when the weight is known.
        """
        if self.at_most is None or before.at_most is None:
            return None
        height = self.height_of(self.at_most)
        least = mean(before.at_most) if self.is_by_mean else before.height_of(before.at_most)
        return (height, least) if height > least else None

    def height_of(self, cycle: tuple[Fraction, ...]) -> Fraction:
        """By what these days of the row are compared with others: their mean or the highest."""
        return mean(cycle) if self.is_by_mean else max(cycle)

    def doses(self, weight_kg: Fraction | None) -> tuple[Fraction, ...]:
        """The row's days for a participant of `weight_kg`, mg a day; a week's from Monday on."""
        if self.mg is not None:
            return self.mg
        if self.by_weekday is not None:
            return self.by_weekday.week
        if weight_kg is None or self.mg_per_kg is None:
            raise ValueError("a row by weight needs the weight")
        return tuple(self._bounded(per_kg * weight_kg) for per_kg in self.mg_per_kg)

    def _bounded(self, mg: Fraction) -> Fraction:
        """A day by weight within `min_mg` and `max_mg`; a free day stays free."""
        if mg == 0:
            return mg
        most = mg if self.max_mg is None else min(mg, self.max_mg)
        return most if self.min_mg is None else max(most, self.min_mg)


Rows = Annotated[tuple[Row, ...], Field(min_length=1, max_length=MAX_ROWS)]


_Bound = tuple[Fraction, int]
"""A number, and whether the bound is just above it (1) or just below (-1): so they compare."""


class Table(Record):
    """Rows for those whose start dose or weight lies within the bounds."""

    from_: Mg | None = Field(default=None, alias="from")
    above: Mg | None = None
    below: Mg | None = None
    up_to: Mg | None = None
    steps: Rows

    @model_validator(mode="after")
    def _fits_somebody(self) -> Self:
        if fitting_all(self) is None:
            raise ValueError("bounds between which a value above 0 lies")
        return self

    @property
    def lowest(self) -> _Bound:
        """Where the values that fit begin."""
        bounds = [(self.from_, 0), (self.above, 1), (Fraction(0), 1)]
        return max((mg, side) for mg, side in bounds if mg is not None)

    @property
    def highest(self) -> _Bound | None:
        """Where the values that fit end, None where they do not."""
        bounds = [(self.up_to, 0), (self.below, -1)]
        return min(((mg, side) for mg, side in bounds if mg is not None), default=None)

    def fits(self, value: Fraction) -> bool:
        """Whether `value` (mg or kg) lies within the bounds."""
        return (
            (self.from_ is None or value >= self.from_)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
            and (self.up_to is None or value <= self.up_to)
        )


def fitting_all(*tables: Table) -> Fraction | None:
    """A value (mg or kg) that lies within the bounds of all of these, None where there is none."""
    lowest = max(table.lowest for table in tables)
    highest = min((table.highest for table in tables if table.highest), default=None)
    if highest is None:
        return lowest[0] + lowest[1]
    if lowest > highest:
        return None
    return lowest[0] if not lowest[1] else (lowest[0] + highest[0]) / 2
