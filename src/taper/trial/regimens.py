"""The rules by which a dose follows a dose, as frozen models."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from taper.doses import dose
from taper.trial.fields import (
    MAX_ENTRIES,
    MAX_ROWS,
    Days,
    FieldError,
    Mg,
    PositiveMg,
    Record,
)


class Band(Record):
    """Above this dose: reduce by so much, each dose for so many days."""

    above_mg: Mg
    decrease_mg: PositiveMg
    every_days: Days


class Bands(Record):
    """A rule that reads the decrease and the interval off the dose itself."""

    kind: Literal["bands"]
    bands: Annotated[tuple[Band, ...], Field(min_length=1, max_length=MAX_ENTRIES)]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        edges = [band.above_mg for band in self.bands]
        if len(set(edges)) != len(edges):
            raise FieldError("bands", "bands with a different above_mg each")
        return self

    @cached_property
    def highest_first(self) -> tuple[Band, ...]:
        """The bands in the order in which a dose falls through them."""
        return tuple(sorted(self.bands, key=lambda band: band.above_mg, reverse=True))

    def band_of(self, mg: Fraction) -> Band:
        """The band that a dose lies in."""
        return next(band for band in self.highest_first if mg > band.above_mg)

    def never_reaches(self, target: Fraction) -> str | None:
        """What is allowed instead, where this regimen can never reach `target`."""
        if min(band.above_mg for band in self.bands) > target:
            return f"a lowest above_mg of at most the target, {dose.text(target)} mg"
        return None


class Percent(Record):
    """A rule that takes off a percentage of the current dose or of the baseline."""

    kind: Literal["percent"]
    decrease_percent: Mg
    of: Literal["current", "baseline"] = "current"
    every_days: Days
    min_decrease_mg: Mg = Fraction(0)

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        if self.decrease_percent > 100:
            raise FieldError("decrease_percent", "a percentage from 0 to 100")
        return self

    def never_reaches(self, target: Fraction) -> str | None:
        """What is allowed instead, where this regimen can never reach `target`."""
        if self.min_decrease_mg > 0:
            return None
        if self.decrease_percent == 0:
            return "a decrease_percent or a min_decrease_mg above 0"
        if self.of == "current" and target == 0 and self.decrease_percent < 100:
            return "a min_decrease_mg above 0 where the target is 0 mg"
        return None


class Linear(Record):
    """Equal decreases that end inside the protocol's window."""

    kind: Literal["linear"]
    every_days: Days

    def never_reaches(self, target: Fraction) -> str | None:  # noqa: ARG002 - one signature
        """Linear regimens always end at the target; the window is checked by `TaperRule`."""
        return None


def _cycle(value: object) -> object:
    """A bare dose is a cycle of one day."""
    return value if isinstance(value, list | tuple) else (value,)


Cycle = Annotated[tuple[Mg, ...], BeforeValidator(_cycle), Field(min_length=1, max_length=28)]


class Row(Record):
    """A row of a table: a dose, or a cycle of daily doses, or mg per kg up to a maximum."""

    mg: Cycle | None = None
    mg_per_kg: PositiveMg | None = None
    max_mg: PositiveMg | None = None
    days: Days

    @model_validator(mode="after")
    def _one_dose(self) -> Self:
        if (self.mg is None) == (self.mg_per_kg is None):
            raise ValueError("exactly one of mg or mg_per_kg")
        if self.mg_per_kg is not None and self.max_mg is None:
            raise ValueError("mg_per_kg together with max_mg")
        if self.mg is not None and self.max_mg is not None:
            raise ValueError("max_mg only together with mg_per_kg")
        return self

    @property
    def highest_mg(self) -> Fraction:
        """The highest day that this row can have for anybody."""
        return max(self.mg) if self.mg is not None else self.max_mg or Fraction(0)

    def doses(self, weight_kg: Fraction | None) -> tuple[Fraction, ...]:
        """The row's cycle for a participant of `weight_kg`, mg a day."""
        if self.mg is not None:
            return self.mg
        if weight_kg is None or self.mg_per_kg is None or self.max_mg is None:
            raise ValueError("a row by weight needs the weight")
        return (min(self.mg_per_kg * weight_kg, self.max_mg),)


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
        if _fitting_all(self) is None:
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


def _fitting_all(*tables: Table) -> Fraction | None:
    """A value (mg or kg) that lies within the bounds of all of these, None where there is none."""
    lowest = max(table.lowest for table in tables)
    highest = min((table.highest for table in tables if table.highest), default=None)
    if highest is None:
        return lowest[0] + lowest[1]
    if lowest > highest:
        return None
    return lowest[0] if not lowest[1] else (lowest[0] + highest[0]) / 2


class Steps(Record):
    """A published table, or several of which one is chosen by start dose or weight."""

    kind: Literal["steps"]
    entry: Literal["below", "join", "first"] = "below"
    steps: Rows | None = None
    choose_by: Literal["start_mg", "weight_kg"] | None = None
    tables: Annotated[tuple[Table, ...], Field(min_length=1, max_length=MAX_ENTRIES)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.steps is None) == (self.tables is None):
            raise ValueError("exactly one of steps or tables")
        if (self.choose_by is None) != (self.tables is None):
            raise ValueError("tables together with choose_by")
        return self

    @model_validator(mode="after")
    def _tables_apart(self) -> Self:
        for (i, one), (j, other) in combinations(enumerate(self.tables or (), start=1), 2):
            both = _fitting_all(one, other)
            if both is not None:
                which = f"{i} and {j} both fit {dose.text(both)}"
                raise FieldError("tables", f"tables of which at most one fits, and {which}")
        return self

    def all_tables(self) -> Iterator[tuple[Row, ...]]:
        """Every table that somebody could be given."""
        if self.steps is not None:
            yield self.steps
        for table in self.tables or ():
            yield table.steps

    @property
    def needs_weight(self) -> bool:
        """Whether a participant's weight decides a dose."""
        by_weight = any(row.mg_per_kg is not None for rows in self.all_tables() for row in rows)
        return by_weight or self.choose_by == "weight_kg"

    def never_reaches(self, target: Fraction) -> str | None:
        """What is allowed instead, where this regimen can never reach `target`."""
        if any(rows[-1].highest_mg > target for rows in self.all_tables()):
            return f"a last row of at most the target, {dose.text(target)} mg"
        for rows in self.all_tables():
            first = next(i for i, row in enumerate(rows) if row.highest_mg <= target)
            over = next((row for row in rows[first:] if row.highest_mg > target), None)
            if over is not None:
                return (
                    f"no row over the target, {dose.text(target)} mg, after one at or under it: "
                    f"{dose.text(over.highest_mg)} mg comes after "
                    f"{dose.text(rows[first].highest_mg)} mg"
                )
        return None

    def rising(self) -> Iterator[str]:
        """The rows that are above the row before them, each in a few words."""
        for rows in self.all_tables():
            for number, (before, row) in enumerate(pairwise(rows), start=2):
                if row.highest_mg > before.highest_mg:
                    yield (
                        f"row {number}, {dose.text(row.highest_mg)} mg, is above the "
                        f"{dose.text(before.highest_mg)} mg before it"
                    )


Regimen = Annotated[Bands | Percent | Linear | Steps, Field(discriminator="kind")]
