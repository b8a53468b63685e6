"""The ideal ladder (§4.8 to §4.11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from oracle.case import Case
from oracle.reading import Fields, Refused, dose, duration, number, refuse, taken_dose


class Ideal(NamedTuple):
    """One ideal dose level, prednisone-equivalent; several doses are a cycle of days."""

    cycle: tuple[Fraction, ...]
    days: int | None  # None: without end, the maintenance


def ideal_ladder(case: Case, start: Fraction) -> list[Ideal]:
    """The levels below `start` (which is over the target), the maintenance last."""
    regimen = case.taper["regimen"]
    # §6.11.6: `percent of baseline`, `linear` and `choose_by: start_mg` keep the original
    # baseline's numbers, or the set dose's where the original was at or under the target.
    reference = start if case.at_target else case.baseline
    if regimen["kind"] == "steps":
        return table_ladder(case, regimen, start, reference)
    rule = {"bands": bands_rule, "percent": percent_rule, "linear": linear_rule}[regimen["kind"]]
    return list(walk_down(start, case.target, *rule(case, regimen, reference)))


Next = Callable[[Fraction], Fraction]
Length = Callable[[Fraction], int]


def walk_down(
    start: Fraction, target: Fraction, next_dose: Next, length: Length
) -> Iterator[Ideal]:
    level = start
    while level > target:
        level = max(next_dose(level), target)  # never under the target
        yield Ideal((level,), length(level) if level > target else None)


def bands_rule(case: Case, regimen: Fields, reference: Fraction) -> tuple[Next, Length]:
    bands = sorted(regimen["bands"], key=lambda band: dose(band["above_mg"]), reverse=True)

    def band_of(mg: Fraction) -> Fields:
        # "A dose belongs to the highest band with dose > above_mg."
        return next(band for band in bands if mg > dose(band["above_mg"]))

    def next_dose(mg: Fraction) -> Fraction:
        # "a reduction never jumps over a band edge or the target"
        band = band_of(mg)
        return max(mg - taken_dose(band["decrease_mg"]), dose(band["above_mg"]))

    # "A dose level lasts every_days of the band that dose itself is in."
    return next_dose, lambda mg: duration(band_of(mg)["every_days"])


def percent_rule(case: Case, regimen: Fields, reference: Fraction) -> tuple[Next, Length]:
    percent = number(regimen["decrease_percent"])
    minimum = dose(regimen.get("min_decrease_mg", 0))
    of_baseline = regimen.get("of", "current") == "baseline"

    def next_dose(mg: Fraction) -> Fraction:
        # "Next = dose - max(percentage, minimum), not under the target."
        return mg - max((reference if of_baseline else mg) * percent / 100, minimum)

    return next_dose, lambda _: duration(regimen["every_days"])


def linear_rule(case: Case, regimen: Fields, reference: Fraction) -> tuple[Next, Length]:
    # "n = whole intervals that fit in complete_within, decrease = (baseline - target) / n."
    every = duration(regimen["every_days"])
    intervals = (window_end(case) - case.taper_start).days // every
    if intervals == 0:
        refuse("no whole interval fits in complete_within")
    decrease = (reference - case.target) / intervals
    return lambda mg: mg - decrease, lambda _: every


def window_end(case: Case) -> dt.date:
    # §4.4.3: complete_within: months | weeks | days, counted from the first taper day.
    window = case.taper.get("complete_within", {"months": 4})
    lengths = {unit: duration(value) for unit, value in window.items()}
    return case.taper_start + relativedelta(
        months=lengths.get("months", 0), weeks=lengths.get("weeks", 0), days=lengths.get("days", 0)
    )


def table_ladder(case: Case, regimen: Fields, start: Fraction, reference: Fraction) -> list[Ideal]:
    return rows_from(case, regimen, start, reference, first_row(case, start))


def first_row(case: Case, start: Fraction) -> int:
    """Which row a table is entered at."""
    regimen = case.taper["regimen"]
    rows = choose_table(case, regimen, start if case.at_target else case.baseline)
    return entry_row(rows, regimen.get("entry", "below"), start, weight_for(case, rows))


def weight_for(case: Case, rows: list[Fields]) -> Fraction:
    return weight_of(case) if any("mg_per_kg" in row for row in rows) else Fraction(0)


def goes_by_weight(regimen: Fields) -> bool:
    rows = [row for table in regimen.get("tables", [regimen]) for row in table.get("steps", [])]
    return regimen.get("choose_by") == "weight_kg" or any("mg_per_kg" in row for row in rows)


def rows_from(
    case: Case, regimen: Fields, start: Fraction, reference: Fraction, first: int
) -> list[Ideal]:
    rows = choose_table(case, regimen, reference)
    weight = weight_for(case, rows)
    levels: list[Ideal] = []
    for row in rows[first:]:
        # "A row never raises a dose: each is min(row, baseline)."
        cycle = tuple(min(mg, start) for mg in row_cycle(row, weight))
        # "The first row whose every day is ≤ target becomes the maintenance."
        if max(cycle) <= case.target:
            return [*levels, Ideal(cycle, None)]
        levels.append(Ideal(cycle, duration(row["days"])))
    raise Refused("the table ends above the target")


def weight_of(case: Case) -> Fraction:
    weight = case.participant.get("weight_kg")
    return refuse("weight_kg is needed") if weight is None else number(weight)


def row_cycle(row: Fields, weight: Fraction) -> tuple[Fraction, ...]:
    if "mg_per_kg" in row:
        # "{mg_per_kg: 0.5, max_mg: 40} (the lesser of the two)"
        return (min(number(row["mg_per_kg"]) * weight, dose(row["max_mg"])),)
    # "mg as a list is a cycle of days, starting on the step's first day"
    cycle = row["mg"] if isinstance(row["mg"], list) else [row["mg"]]
    return tuple(dose(mg) for mg in cycle)


def entry_row(rows: list[Fields], entry: str, start: Fraction, weight: Fraction) -> int:
    # "Entry, by a row's highest day: below starts at the first row under the baseline, join at the
    # first row not above it, first at row 1; where there is no such row: refused."
    for index, row in enumerate(rows):
        highest = max(row_cycle(row, weight))
        under = highest < start
        if under or (entry == "join" and highest == start) or entry == "first":
            return index
    raise Refused("no row to enter the table at")


def choose_table(case: Case, regimen: Fields, reference: Fraction) -> list[Fields]:
    if "choose_by" not in regimen:
        rows: list[Fields] = regimen["steps"]
        return rows
    value = reference if regimen["choose_by"] == "start_mg" else weight_of(case)
    fitting: list[list[Fields]] = [
        table["steps"] for table in regimen["tables"] if table_fits(table, value)
    ]
    # "exactly one table must fit, else the participant is refused"
    return fitting[0] if len(fitting) == 1 else refuse(f"{len(fitting)} tables fit")


def table_fits(table: Fields, value: Fraction) -> bool:
    # "from ≥, above >, below <, up_to ≤"
    return (
        ("from" not in table or value >= number(table["from"]))
        and ("above" not in table or value > number(table["above"]))
        and ("below" not in table or value < number(table["below"]))
        and ("up_to" not in table or value <= number(table["up_to"]))
    )
