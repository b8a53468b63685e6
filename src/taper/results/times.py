"""The times at which results are looked at, counted from infusion 1: `6m`, `26w`, `180d`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from taper.trial.fields import MAX_DAYS

ALLOWED = (
    "times after infusion 1, each once and the earliest first, such as 6m,8m,16m, in months (m), "
    "weeks (w) or days (d), within ten years"
)
ONE_ALLOWED = "one time after infusion 1, such as 16m, in months (m), weeks (w) or days (d)"
USUAL = "6m,8m,16m"
"""When a phase 1 study of the cells looked (6 months), and when IIMPACT compares (8 and 16)."""
_TIME = re.compile(r"([1-9][0-9]{0,3})([mwd])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Time:
    """So long after infusion 1; months are added as everywhere (§2.3.7)."""

    label: str
    number: int
    unit: str

    def after(self, first: date) -> date:
        """Its day, where infusion 1 was given on `first`."""
        if self.unit == "m":
            return first + relativedelta(months=self.number)
        return first + timedelta(days=self.number * (7 if self.unit == "w" else 1))


_A_MONTH, _A_WEEK = 31, 7


def parse_times(typed: str) -> tuple[Time, ...]:
    """The times of a list; raises `ValueError` with what is allowed."""
    times = tuple(_time(each.strip().lower()) for each in typed.split(","))
    days = [time.after(date(2024, 1, 1)) for time in times]
    if sorted(set(days)) != days:
        raise ValueError(ALLOWED)
    return times


def parse_time(typed: str) -> Time:
    """One time; raises `ValueError` with what is allowed."""
    try:
        return _time(typed.strip().lower())
    except ValueError:
        raise ValueError(ONE_ALLOWED) from None


def _time(typed: str) -> Time:
    found = _TIME.fullmatch(typed)
    if found is None:
        raise ValueError(ALLOWED)
    number, unit = int(found[1]), found[2]
    if number * {"m": _A_MONTH, "w": _A_WEEK, "d": 1}[unit] > MAX_DAYS:
        raise ValueError(ALLOWED)
    return Time(typed, number, unit)
