"""From a start dose and a regimen (bands, rows, percentages) to the ideal ladder (§4.8 to §4.15).

Everything is prednisone-equivalent mg a day. Tablets play no part here: an ideal dose never
depends on what can be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import log10

from taper.doses import dose
from taper.errors import Refusal
from taper.planning.cycles import Week
from taper.planning.domain import Domain
from taper.trial.fields import MAX_DAYS
from taper.trial.regimens import Bands, Linear, Percent, Phases, Regimen, Steps, end_of
from taper.trial.rows import Row, mean

MOST_LEVELS = 500
"""How many doses a ladder may have: one a week for nine years, and one a day for 16 months."""
MOST_DIGITS = 1200
"""How long an exact dose may be. Taking off a percentage makes it longer each time."""
MOST_BITS = int(MOST_DIGITS / log10(2))


@dataclass(frozen=True, slots=True)
class IdealLevel:
    """A dose level: daily doses in turn, prednisone-equivalent; no `days` means no end.

    `row_mg` is the highest day of a row that was cut because it would have raised the dose.
    With `is_by_mean` it is compared with others by the mean of its days (§4.12.6).
    """

    cycle: tuple[Fraction, ...]
    days: int | None
    row_mg: Fraction | None = None
    is_by_mean: bool = False

    @property
    def height_mg(self) -> Fraction:
        """By what it is compared with others."""
        return mean(self.cycle) if self.is_by_mean else max(self.cycle)


def ideal_levels(regimen: Regimen, start_mg: Fraction, domain: Domain) -> tuple[IdealLevel, ...]:
    """The levels below `start_mg`, the last one the maintenance.

    It is over the target, or the mean of a cycle with a day over it, which is kept every day.

    Raises `Refusal` where the participant does not fit the regimen: no table for the start dose
    or weight, a weight that is missing, a window too short, a taper of more than ten years or
    more levels than are computed, an exact dose that is too long to be kept.
    """
    if start_mg <= domain.target_mg:
        return (IdealLevel((start_mg,), None),)
    return tuple(_bounded(_levels(regimen, start_mg, domain.target_mg, domain)))


def _levels(
    regimen: Regimen, start: Fraction, end: Fraction, domain: Domain, passed: int = 0
) -> Iterator[IdealLevel]:
    """The levels down to `end`, which is the target or where a phase ends over it.

    So many levels have `passed` in the phases before.
    """
    match regimen:
        case Bands():
            return _bands(regimen, start, end, domain.target_mg)
        case Percent():
            return _percent(regimen, start, end, domain)
        case Linear():
            return _linear(regimen, start, domain)
        case Steps():
            return _steps(regimen, start, domain, passed)
        case Phases():
            return _phases(regimen, start, domain)


def _phases(regimen: Phases, start: Fraction, domain: Domain) -> Iterator[IdealLevel]:
    """One phase after another, each from where the one before ended (§4.14)."""
    mg, target, days, passed = start, domain.target_mg, 0, 0
    for phase in regimen.phases:
        if mg <= target:  # by the mean of a cycle with a day over it
            break
        end = max(end_of(phase, target), target)
        if isinstance(phase, Linear):
            domain = replace(domain, original_mg=mg, window_days=domain.window_days - days)
        for level in _levels(phase, mg, end, domain, passed):
            yield level
            if level.days is None:
                return
            mg, days, passed = level.height_mg, days + level.days, passed + 1
    if mg <= target:  # else a table by another weight has no more rows
        yield IdealLevel((mg,), None)


def _bounded(levels: Iterator[IdealLevel]) -> Iterator[IdealLevel]:
    """The levels as long as there are few enough, and each is soon computed."""
    days = 0
    for number, level in enumerate(levels, start=1):
        days += level.days or 0
        if days > MAX_DAYS:
            raise _refused("longer than ten years", f"at most {MAX_DAYS} days of taper")
        if number > MOST_LEVELS:
            raise _refused(f"a ladder of more than {MOST_LEVELS} doses", "fewer, larger reductions")
        if max(mg.denominator.bit_length() for mg in level.cycle) > MOST_BITS:
            raise _refused(
                f"a percentage that makes a dose of more than {MOST_DIGITS} digits after "
                f"{number} reductions",
                "a percentage of fewer decimals, or one with fewer reductions to the target",
            )
        yield level


def _refused(read: str, allowed: str) -> Refusal:
    return Refusal.of("", "taper.regimen", read, allowed)


def _bands(
    regimen: Bands, start: Fraction, end: Fraction, target: Fraction
) -> Iterator[IdealLevel]:
    """Down through the bands, over no edge and not under the end (§4.8, §4.14.3)."""
    mg = start
    while mg > end:
        band = regimen.band_of(mg)
        mg = max(mg - band.decrease_mg, band.above_mg, end)
        lasting = regimen.band_of(mg) if mg > end else band
        yield _level(mg, target, lasting.every_days)


def _percent(
    regimen: Percent, start: Fraction, end: Fraction, domain: Domain
) -> Iterator[IdealLevel]:
    """By a percentage or the least decrease, not under the end (§4.9)."""
    share = regimen.decrease_percent / 100
    mg = start
    while mg > end:
        of = mg if regimen.of == "current" else domain.original_mg
        mg = max(mg - max(of * share, regimen.min_decrease_mg), end)
        yield _level(mg, domain.target_mg, regimen.every_days)


def _linear(regimen: Linear, start: Fraction, domain: Domain) -> Iterator[IdealLevel]:
    """By equal decreases, as many as fit into the window (§4.10)."""
    window = max(domain.window_days, 0)  # what earlier phases left of it
    intervals = window // regimen.every_days
    if intervals == 0:
        raise Refusal.of(
            "",
            "taper.regimen.every_days",
            regimen.every_days,
            f"an interval that fits into the window, complete_within of {window} days",
        )
    decrease = (domain.original_mg - domain.target_mg) / intervals
    mg = start
    while mg > domain.target_mg:
        mg = max(mg - decrease, domain.target_mg)
        yield _level(mg, domain.target_mg, regimen.every_days)


def _level(mg: Fraction, target: Fraction, days: int) -> IdealLevel:
    return IdealLevel((mg,), days if mg > target else None)


def _steps(regimen: Steps, start: Fraction, domain: Domain, passed: int) -> Iterator[IdealLevel]:
    """Row by row, from the one to start at to the first at the target (§4.11, §6.15.2)."""
    now = domain.after(passed)
    rows = _rows(regimen, now)
    number = _entered_at(regimen, rows, start, now)
    while number < len(rows):
        level = _level_of(regimen, rows[number], start, now)
        yield level
        if level.days is None:
            return
        number, passed = number + 1, passed + 1
        if domain.weights:
            now = domain.after(passed)
            rows = _rows(regimen, now)


def levels_by_weight(
    regimen: Regimen, start_mg: Fraction, domain: Domain, passed: int
) -> tuple[IdealLevel, ...]:
    """The levels after so many `passed` ones of a ladder, by the last of the domain's weights.

    The rows go on (§6.15). Raises `Refusal` where that weight fits no table, or one whose rows are
    over.
    """
    levels = ideal_levels(regimen, start_mg, domain)[passed:]
    if not levels or levels[-1].days is not None:
        kg = domain.after(passed).weight_kg or Fraction(0)
        raise Refusal.of(
            "",
            "weight_kg",
            f"{dose.text(kg)} kg, whose table has no more rows",
            "a weight whose table goes on from the row that was reached",
        )
    return levels


def _rows(regimen: Steps, domain: Domain) -> tuple[Row, ...]:
    """The regimen's rows, or those of the table that fits the participant."""
    if regimen.needs_weight and domain.weight_kg is None:
        raise Refusal.of("", "weight_kg", "missing", "the weight in kg, which this regimen needs")
    return regimen.steps or _chosen_table(regimen, domain)


def _entered_at(regimen: Steps, rows: tuple[Row, ...], start: Fraction, domain: Domain) -> int:
    """Which row is the one to start at; one after the last where there is none."""
    per_mg = domain.prednisone_per_mg(regimen.in_)
    heights = (row.height_of(_doses(row, domain, per_mg)) for row in rows)
    entered = (i for i, mg in enumerate(heights) if _may_enter(regimen.entry, mg, start))
    return next(entered, len(rows))


def _level_of(regimen: Steps, row: Row, start: Fraction, domain: Domain) -> IdealLevel:
    cycle = _doses(row, domain, domain.prednisone_per_mg(regimen.in_))
    height = row.height_of(cycle)
    row_mg = max(cycle) if height > start else None
    cycle = _not_raised(cycle, height, start, row)
    days = None if max(cycle) <= domain.target_mg else row.lasts
    return IdealLevel(cycle, days, row_mg, row.is_by_mean)


def _doses(row: Row, domain: Domain, per_mg: Fraction) -> tuple[Fraction, ...]:
    """A row's days, mg prednisone. Raises `Refusal` for a weight that makes more than is read."""
    doses = row.doses(domain.weight_kg)
    if max(doses) > dose.MAX_MG:
        raise Refusal.of(
            "",
            "weight_kg",
            f"{dose.text(domain.weight_kg or Fraction(0))} kg, for which a row is "
            f"{dose.text(max(doses))} mg",
            f"a weight for which every row is at most {dose.MAX_MG} mg, or rows with max_mg",
        )
    return doses if per_mg == 1 else tuple(mg * per_mg for mg in doses)


def _not_raised(
    cycle: tuple[Fraction, ...], height: Fraction, start: Fraction, row: Row
) -> tuple[Fraction, ...]:
    """The days of a row that never raises a dose, by its mean in proportion (§4.11.6, §4.12.6)."""
    if height > start:
        cycle = tuple(mg * start / height if row.is_by_mean else min(mg, start) for mg in cycle)
    return Week(cycle) if row.by_weekday else cycle


def _may_enter(entry: str, height: Fraction, start: Fraction) -> bool:
    """Whether a row of this height is the one to start at (§4.11.1 to §4.11.4, §4.12.6)."""
    return entry == "first" or height < start or (entry == "join" and height == start)


def _chosen_table(regimen: Steps, domain: Domain) -> tuple[Row, ...]:
    """The one table that fits the participant (§4.11.10, §4.11.11)."""
    by_weight = regimen.choose_by == "weight_kg"
    value = domain.weight_kg if by_weight and domain.weight_kg is not None else domain.original_mg
    fitting = [table for table in regimen.tables or () if table.fits(value)]
    if len(fitting) != 1:
        field = "weight_kg" if by_weight else domain.original_field
        unit = "kg" if by_weight else "mg prednisone"
        count = "no table" if not fitting else f"{len(fitting)} tables"
        raise Refusal.of(
            "",
            field,
            f"{dose.text(value)} {unit}, which fits {count} of the regimen",
            "a value that fits exactly one of its tables",
        )
    return fitting[0].steps


def own_decrease(
    regimen: Regimen, above_mg: Fraction, ideal_mg: Fraction, domain: Domain
) -> Fraction:
    """How much the regimen itself takes off at `above_mg`, before band edges and the target.

    For a table or phases that is the difference to the next dose, `ideal_mg`.
    """
    match regimen:
        case Bands():
            return regimen.band_of(above_mg).decrease_mg
        case Percent():
            of = above_mg if regimen.of == "current" else domain.original_mg
            return max(of * regimen.decrease_percent / 100, regimen.min_decrease_mg)
        case Linear():
            intervals = domain.window_days // regimen.every_days
            return (domain.original_mg - domain.target_mg) / intervals
        case Steps() | Phases():
            return above_mg - ideal_mg
