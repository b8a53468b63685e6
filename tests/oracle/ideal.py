"""The ideal ladder (§4.8 to §4.14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from oracle.case import Case
from oracle.reading import Fields, dose, duration, number, refuse, taken_dose
from oracle.rows import Cycle, cut_to, in_prednisone, row_cycle, row_days, times


class Ideal(NamedTuple):
    """One ideal dose level, prednisone-equivalent, and where in the regimen it stands."""

    cycle: Cycle
    days: int | None  # None: without end, the maintenance
    phase: int  # a regimen of one kind is a phase of its own
    began: Fraction  # the dose that this phase starts from
    row: int = 0  # of a table


def ideal_ladder(case: Case, start: Fraction) -> list[Ideal]:
    """The levels below `start`, the dose of level 0; the maintenance last."""
    levels = phases_from(case, 0, start, start, 0)
    # §2.3.8: "longer than ten years", "a ladder of more than 500 doses"
    too_long = sum(each.days or 0 for each in levels) > 3660
    return refuse("a ladder too long") if too_long or len(levels) > 500 else levels


def ideals_after(
    case: Case, here: Ideal | None, start: Fraction, before: int, later: list[Ideal]
) -> list[Ideal]:
    """What follows a level by another weight: `before` days of the ladder are over with it.

    §6.15.2: the rows go on behind the one of this level; what a band or a percentage says needs no
    weight, so the rest of such a phase stays; then come the other phases.
    """
    if here is None:
        return ideal_ladder(case, start)
    phase = phases_of(case)[here.phase]
    rest = [each for each in later if each.phase == here.phase]
    if phase["kind"] == "steps":
        rest = rows_from(case, here.phase, here.began, start, here.row + 1)
    if rest and rest[-1].days is None:
        return rest
    over = before + sum(each.days or 0 for each in rest)
    return rest + phases_from(case, here.phase + 1, start, (rest or [here])[-1].cycle.height, over)


def phases_of(case: Case) -> list[Fields]:
    regimen: Fields = case.taper["regimen"]
    phases: list[Fields] = regimen["phases"] if regimen["kind"] == "phases" else [regimen]
    return phases


def phases_from(case: Case, first: int, start: Fraction, level: Fraction, days: int) -> list[Ideal]:
    """§4.14.1: the phases follow one another, each from the dose where the one before ended."""
    phases = phases_of(case)
    levels: list[Ideal] = []
    for phase in range(first, len(phases)):
        if level <= case.target:
            break
        over = days + sum(each.days or 0 for each in levels)
        levels += phase_levels(case, phase, start, level, over)
        if levels and levels[-1].days is None:
            return levels  # §4.14.4: the target ends the whole regimen
        level = levels[-1].cycle.height if levels else level
    if level > case.target:
        refuse("the table ends above the target")
    # §4.14.10: "the mean every day is the maintenance"
    return [*levels, Ideal(Cycle((level,)), None, len(phases), level)]


def phase_levels(
    case: Case, phase: int, start: Fraction, level: Fraction, days: int
) -> list[Ideal]:
    rule = phases_of(case)[phase]
    if rule["kind"] == "steps":
        first = first_row(case, rule, start, level)
        if first is not None:
            return rows_from(case, phase, level, start, first)
        # §4.14.5: a phase is passed over where no row is found; §4.11.5: a regimen is refused.
        return [] if is_phased(case) else refuse("no row to enter the table at")
    # §4.14.2, §4.14.4: it ends at its to_mg, as at a target; and at the target.
    end = max(dose(rule.get("to_mg", 0)), case.target)
    return list(walk_down(case, phase, level, end, *rule_of(case, rule, start, level, days)))


def is_phased(case: Case) -> bool:
    return bool(case.taper["regimen"]["kind"] == "phases")


def reference(case: Case, start: Fraction) -> Fraction:
    # §6.11.6: `percent of baseline`, `linear` and `choose_by: start_mg` keep the original
    # baseline's numbers, or the set dose's where the original was at or under the target.
    return start if case.at_target else case.baseline


Next = Callable[[Fraction], Fraction]
Length = Callable[[Fraction], int]


def walk_down(
    case: Case, phase: int, level: Fraction, end: Fraction, next_dose: Next, length: Length
) -> list[Ideal]:
    began, levels = level, []
    while level > end:
        last, level = level, max(next_dose(level), end)  # never under the end
        # §4.14.3: "a dose at to_mg the every_days of the band that led to it, or of the phase"
        days = length(level if level > end else last)
        levels.append(Ideal(Cycle((level,)), days if level > case.target else None, phase, began))
    return levels


def rule_of(
    case: Case, rule: Fields, start: Fraction, level: Fraction, days: int
) -> tuple[Next, Length]:
    if rule["kind"] == "bands":
        return bands_rule(rule)
    if rule["kind"] == "percent":
        return percent_rule(rule, reference(case, start))
    return linear_rule(case, rule, level if is_phased(case) else reference(case, start), days)


def bands_rule(rule: Fields) -> tuple[Next, Length]:
    bands = sorted(rule["bands"], key=lambda band: dose(band["above_mg"]), reverse=True)

    def band_of(mg: Fraction) -> Fields:
        # "A dose belongs to the highest band with dose > above_mg."
        return next(band for band in bands if mg > dose(band["above_mg"]))

    def next_dose(mg: Fraction) -> Fraction:
        # "a reduction never jumps over a band edge or the target"
        band = band_of(mg)
        return max(mg - taken_dose(band["decrease_mg"]), dose(band["above_mg"]))

    # "A dose level lasts every_days of the band that dose itself is in."
    return next_dose, lambda mg: duration(band_of(mg)["every_days"])


def percent_rule(rule: Fields, baseline: Fraction) -> tuple[Next, Length]:
    percent = number(rule["decrease_percent"])
    minimum = dose(rule.get("min_decrease_mg", 0))
    of_baseline = rule.get("of", "current") == "baseline"

    def next_dose(mg: Fraction) -> Fraction:
        # "Next = dose - max(percentage, minimum), not under the target."
        return mg - max((baseline if of_baseline else mg) * percent / 100, minimum)

    return next_dose, lambda _: duration(rule["every_days"])


def linear_rule(case: Case, rule: Fields, baseline: Fraction, days: int) -> tuple[Next, Length]:
    # "n = whole intervals that fit in complete_within, decrease = (baseline - target) / n."
    # §4.14.9: "into what the phases before leave of the window", from the dose that it starts from
    every = duration(rule["every_days"])
    intervals = ((window_end(case) - case.taper_start).days - days) // every
    if intervals <= 0:
        refuse("no whole interval fits in complete_within")
    decrease = (baseline - case.target) / intervals
    return lambda mg: mg - decrease, lambda _: every


def window_end(case: Case) -> dt.date:
    # §4.4.3: complete_within: months | weeks | days, counted from the first taper day.
    window = case.taper.get("complete_within", {"months": 4})
    lengths = {unit: duration(value) for unit, value in window.items()}
    return case.taper_start + relativedelta(
        months=lengths.get("months", 0), weeks=lengths.get("weeks", 0), days=lengths.get("days", 0)
    )


# -------- tables


def first_row(case: Case, rule: Fields, start: Fraction, level: Fraction) -> int | None:
    """The row that a table is entered at (§4.11.1 to §4.11.4)."""
    entry = rule.get("entry", "below")
    for index, cycle in enumerate(table_cycles(case, rule, start)):
        under = cycle.height < level
        if under or (entry == "join" and cycle.height == level) or entry == "first":
            return index
    return None


def rows_from(case: Case, phase: int, began: Fraction, start: Fraction, first: int) -> list[Ideal]:
    rule = phases_of(case)[phase]
    rows, cycles = choose_table(case, rule, start), table_cycles(case, rule, start)
    levels: list[Ideal] = []
    for index in range(first, len(rows)):
        # "A row never raises a dose: each is min(row, baseline)"; of a phase, the dose where it
        # starts (§4.14.8).
        cycle = cut_to(cycles[index], began)
        # "The first row whose every day is ≤ target becomes the maintenance."
        days = None if cycle.highest <= case.target else row_days(rows[index])
        levels.append(Ideal(cycle, days, phase, began, index))
        if days is None:
            break
    return levels


def table_cycles(case: Case, rule: Fields, start: Fraction) -> list[Cycle]:
    rows = choose_table(case, rule, start)
    weight = weight_of(case) if any("mg_per_kg" in row for row in rows) else Fraction(0)
    unit = in_prednisone(case.protocol, rule)
    return [times(row_cycle(row, weight), unit) for row in rows]


def goes_by_weight(regimen: Fields) -> bool:
    if regimen["kind"] == "phases":
        return any(goes_by_weight(phase) for phase in regimen["phases"])
    rows = [row for table in regimen.get("tables", [regimen]) for row in table.get("steps", [])]
    return regimen.get("choose_by") == "weight_kg" or any("mg_per_kg" in row for row in rows)


def weight_of(case: Case) -> Fraction:
    weight = case.participant.get("weight_kg")
    return refuse("weight_kg is needed") if weight is None else number(weight)


def choose_table(case: Case, rule: Fields, start: Fraction) -> list[Fields]:
    if "choose_by" not in rule:
        rows: list[Fields] = rule["steps"]
        return rows
    by_dose = rule["choose_by"] == "start_mg"
    value = reference(case, start) if by_dose else weight_of(case)
    fitting: list[list[Fields]] = [
        table["steps"] for table in rule["tables"] if table_fits(table, value)
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
