"""What a protocol plans some time after infusion 1: infusions and visits, with windows (§4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Self

from dateutil.relativedelta import relativedelta
from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from taper.trial.fields import (
    MAX_WEEKS,
    DaysOrNone,
    Named,
    Number,
    Numbered,
    Record,
    parse_days_or_none,
)

MAX_MONTHS = 120
"""The latest planned infusion: ten years after the first."""


@lru_cache(maxsize=4096)
def later(day: date, months: int, weeks: int = 0, days: int = 0) -> date:
    """So much later (§2.3.7); a month ends where it ends. Remembered: a site's dates are few."""
    return day + relativedelta(months=months, weeks=weeks, days=days)


def counted(count: int, units: str) -> str:
    """So many `days`, `weeks` or `months`; one of them in the singular."""
    return f"{count} {units if count != 1 else units.removesuffix('s')}"


class Sides(Record):
    """How many days something may be early, and how many late."""

    before: DaysOrNone
    after: DaysOrNone

    def hold(self, late: int) -> bool:
        """Whether something so many days late, or early where less than 0, is in time."""
        return self.outside(late) <= 0

    def outside(self, late: int) -> int:
        """How many days something is outside that is so many days late; none or less where not."""
        return max(-late - self.before, late - self.after)

    def __str__(self) -> str:
        if self.before == self.after:
            return f"plus or minus {counted(self.before, 'days')}"
        return f"{counted(self.before, 'days')} before to {self.after} after"


def _both_sides(value: object) -> object:
    """Bare days are as many on both sides."""
    if isinstance(value, Mapping | Sides):
        return value
    days = parse_days_or_none(value)
    return Sides(before=days, after=days)


def _as_written(sides: Sides) -> int | dict[str, int]:
    """Days as a file has them: bare where both sides are alike."""
    return sides.before if sides.before == sides.after else dict(sides)


class Timed(Record):
    """Something planned: how long after infusion 1, and how many days off it may be."""

    months: Annotated[Number, Field(le=MAX_MONTHS)] | None = None
    weeks: Annotated[Number, Field(le=MAX_WEEKS)] | None = None
    days: DaysOrNone | None = None
    window_days: Annotated[Sides, BeforeValidator(_both_sides), PlainSerializer(_as_written)] = (
        Sides(before=0, after=0)
    )

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if sum(each is not None for each in (self.months, self.weeks, self.days)) != 1:
            raise ValueError("exactly one of months, weeks or days")
        return self

    def planned(self, first: date) -> date:
        """The planned date, counted from the date of infusion 1."""
        return later(first, self.months or 0, self.weeks or 0, self.days or 0)

    def is_after(self, other: Timed) -> bool:
        """Whether it is planned on a later day than the other, whenever infusion 1 is."""
        return all(self.planned(first) > other.planned(first) for first in FIRST_DAYS)

    @property
    def time(self) -> str:
        """When it is planned, such as `3 months`."""
        unit = next(unit for unit in _UNITS if getattr(self, unit) is not None)
        return counted(getattr(self, unit), unit)


class Infusion(Timed, Numbered):
    """A planned infusion."""


class Visit(Timed, Named):
    """A planned visit: it is marked on paper, and no dose depends on it (§4.5)."""


_UNITS = ("months", "weeks", "days")
FIRST_DAYS = tuple(date(2024, 1, 1) + timedelta(days=i) for i in range(0, 731, 5))
"""Days of all months, of a leap year and another: how long a month is depends on them."""
FOUR_YEARS = tuple(date(2024, 1, 1) + timedelta(days=i) for i in range(1461))
"""Every day from one leap year to the next: how long a window of months is depends on its first."""
