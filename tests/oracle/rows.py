"""Rows of a table: what is taken on its days, and by what a row is compared (§4.11, §4.12)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from oracle.drugs import EQUIVALENCE
from oracle.reading import Fields, dose, duration, number, refuse

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Cycle:
    """Doses of consecutive days in turn, or of the days of a week from Monday on."""

    doses: tuple[Fraction, ...]
    weekly: bool = False
    by_mean: bool = False

    @property
    def highest(self) -> Fraction:
        return max(self.doses)

    @property
    def mean(self) -> Fraction:
        return sum(self.doses, Fraction(0)) / len(self.doses)

    @property
    def height(self) -> Fraction:
        # §4.12.6: compared with others by the mean of its days and not by its highest.
        return self.mean if self.by_mean else self.highest


def in_prednisone(protocol: Fields, regimen: Fields) -> Fraction:
    """§4.12.5: what 1 mg of the rows' drug is as mg prednisone."""
    name = regimen.get("in", "prednisone")
    table = EQUIVALENCE[protocol.get("equivalence", "us-label")]
    return 5 / Fraction(table[name]) if name in table else refuse(f"{name} is not in the table")


def row_days(row: Fields) -> int:
    # §4.12.1: weeks may stand for days, 7 each.
    if ("days" in row) == ("weeks" in row):
        refuse("a row has days or weeks")
    return duration(row["days"]) if "days" in row else 7 * duration(row["weeks"])


def row_cycle(row: Fields, weight: Fraction) -> Cycle:
    """The days of a row in the mg of its drug, for somebody of that weight."""
    by_mean = row.get("compare") == "mean"
    if "by_weekday" in row:
        return Cycle(week_of(row["by_weekday"]), weekly=True, by_mean=by_mean)
    if "mg_per_kg" in row:
        doses = tuple(by_weight(row, number(each) * weight) for each in listed(row["mg_per_kg"]))
        if max(doses) > 1000:
            refuse("a row of more than 1000 mg")
    else:
        # "mg as a list is a cycle of days, starting on the step's first day"
        doses = tuple(dose(mg) for mg in listed(row["mg"]))
    # §4.12.2: a cycle has at most 42 days.
    return Cycle(doses, by_mean=by_mean) if len(doses) <= 42 else refuse("a longer cycle")


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def by_weight(row: Fields, mg: Fraction) -> Fraction:
    # §4.12.3: min_mg and max_mg, both optional, "hold for each day over 0: a free day stays free".
    if mg == 0:
        return mg
    if "max_mg" in row:
        mg = min(mg, dose(row["max_mg"]))
    return max(mg, dose(row["min_mg"])) if "min_mg" in row else mg


def week_of(named: Fields) -> tuple[Fraction, ...]:
    # §4.12.4: `else` is the dose of every day that is not named; it is given where one is not.
    if all(day in named for day in WEEK) == ("else" in named):
        refuse("a week has a dose for every day")
    return tuple(dose(named.get(day, named.get("else"))) for day in WEEK)


def cut_to(cycle: Cycle, most: Fraction) -> Cycle:
    """A row never raises a dose (§4.11.6), nor its mean where it is compared by that."""
    if not cycle.by_mean:
        return Cycle(tuple(min(mg, most) for mg in cycle.doses), cycle.weekly)
    # §4.12.6: "every day is less in proportion, so that the mean is the baseline"
    share = min(most / cycle.mean, Fraction(1)) if cycle.mean else Fraction(1)
    return Cycle(tuple(mg * share for mg in cycle.doses), cycle.weekly, by_mean=True)


def times(cycle: Cycle, factor: Fraction) -> Cycle:
    return Cycle(tuple(mg * factor for mg in cycle.doses), cycle.weekly, cycle.by_mean)
