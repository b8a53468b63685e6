"""From a start dose and a regimen (bands, rows, percentages) to the ideal ladder (§4.8 to §4.15).

Everything is prednisone-equivalent mg a day. Tablets play no part here: an ideal dose never
depends on what can be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import log10

from taper.doses import dose
from taper.doses.kept import HashKept
from taper.errors import Refusal
from taper.trial.fields import MAX_DAYS
from taper.trial.regimens import Bands, Linear, Percent, Regimen, Row, Steps

MOST_LEVELS = 500
"""How many doses a ladder may have: one a week for nine years, and one a day for 16 months."""
MOST_DIGITS = 1200
"""How long an exact dose may be. Taking off a percentage makes it longer each time."""
MOST_BITS = int(MOST_DIGITS / log10(2))


@dataclass(frozen=True, slots=True)
class IdealLevel:
    """A dose level: daily doses in turn, prednisone-equivalent; no `days` means no end.

    `row_mg` is the highest day of a row that was cut because it would have raised the dose.
    """

    cycle: tuple[Fraction, ...]
    days: int | None
    row_mg: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Domain(HashKept):
    """What a regimen looks at besides the dose it starts from.

    `original_mg` is the baseline whose numbers percentages, linear decreases and table choices
    keep after a clinician's set dose, `original_field` where it stands in the file;
    `window_days` is the protocol's window for linear.
    """

    target_mg: Fraction
    original_mg: Fraction
    window_days: int
    weight_kg: Fraction | None = None
    original_field: str = "steroid.dose_mg"

    __hash__ = HashKept.__hash__


@lru_cache(maxsize=4096)
def domain_of(
    target_mg: Fraction,
    original_mg: Fraction,
    window_days: int,
    weight_kg: Fraction | None,
    original_field: str,
) -> Domain:
    """The domain of these; remembered, because most of a site's participants have the same."""
    return Domain(target_mg, original_mg, window_days, weight_kg, original_field)


def ideal_levels(regimen: Regimen, start_mg: Fraction, domain: Domain) -> tuple[IdealLevel, ...]:
    """The levels below `start_mg` (which is over the target), the last one the maintenance.

    Raises `Refusal` where the participant does not fit the regimen: no table for the start dose
    or weight, a weight that is missing, a window too short, a taper of more than ten years or
    more levels than are computed, an exact dose that is too long to be kept.
    """
    match regimen:
        case Bands():
            levels = _bands(regimen, start_mg, domain.target_mg)
        case Percent():
            levels = _percent(regimen, start_mg, domain)
        case Linear():
            levels = _linear(regimen, start_mg, domain)
        case Steps():
            levels = _steps(regimen, start_mg, domain)
    return tuple(_bounded(levels))


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


def _bands(regimen: Bands, start: Fraction, target: Fraction) -> Iterator[IdealLevel]:
    """Down through the bands, over no edge and not under the target (§4.8)."""
    mg = start
    while mg > target:
        band = regimen.band_of(mg)
        mg = max(mg - band.decrease_mg, band.above_mg, target)
        yield _level(mg, target, regimen.band_of(mg).every_days if mg > target else None)


def _percent(regimen: Percent, start: Fraction, domain: Domain) -> Iterator[IdealLevel]:
    """By a percentage or the least decrease, not under the target (§4.9)."""
    share = regimen.decrease_percent / 100
    mg = start
    while mg > domain.target_mg:
        of = mg if regimen.of == "current" else domain.original_mg
        mg = max(mg - max(of * share, regimen.min_decrease_mg), domain.target_mg)
        yield _level(mg, domain.target_mg, regimen.every_days)


def _linear(regimen: Linear, start: Fraction, domain: Domain) -> Iterator[IdealLevel]:
    """By equal decreases, as many as fit into the window (§4.10)."""
    intervals = domain.window_days // regimen.every_days
    if intervals == 0:
        raise Refusal.of(
            "",
            "taper.regimen.every_days",
            regimen.every_days,
            f"an interval that fits into the window, complete_within of {domain.window_days} days",
        )
    decrease = (domain.original_mg - domain.target_mg) / intervals
    mg = start
    while mg > domain.target_mg:
        mg = max(mg - decrease, domain.target_mg)
        yield _level(mg, domain.target_mg, regimen.every_days)


def _level(mg: Fraction, target: Fraction, days: int | None) -> IdealLevel:
    return IdealLevel((mg,), days if mg > target else None)


def _steps(regimen: Steps, start: Fraction, domain: Domain) -> Iterator[IdealLevel]:
    """Row by row, from the one to start at to the first at the target (§4.11)."""
    rows = _rows(regimen, domain)
    return _levels_of(rows[_entered_at(regimen, rows, start, domain) :], start, domain)


def levels_by_weight(
    regimen: Steps, start_mg: Fraction, domain: Domain, weight_kg: Fraction, passed: int
) -> tuple[IdealLevel, ...]:
    """The levels after so many `passed` ones of a ladder, by another weight (§6.15).

    The rows go on: `domain` is that by which the ladder was entered. Raises `Refusal` where the
    new weight fits no table, or one whose rows are over.
    """
    first = _entered_at(regimen, _rows(regimen, domain), start_mg, domain) + passed
    now = replace(domain, weight_kg=weight_kg)
    levels = tuple(_bounded(_levels_of(_rows(regimen, now)[first:], start_mg, now)))
    if not levels or levels[-1].days is not None:
        raise Refusal.of(
            "",
            "weight_kg",
            f"{dose.text(weight_kg)} kg, whose table has no more rows",
            "a weight whose table goes on from the row that was reached",
        )
    return levels


def _rows(regimen: Steps, domain: Domain) -> tuple[Row, ...]:
    """The regimen's rows, or those of the table that fits the participant."""
    if regimen.needs_weight and domain.weight_kg is None:
        raise Refusal.of("", "weight_kg", "missing", "the weight in kg, which this regimen needs")
    return regimen.steps or _chosen_table(regimen, domain)


def _entered_at(regimen: Steps, rows: tuple[Row, ...], start: Fraction, domain: Domain) -> int:
    """Which row is the one to start at."""
    highest = (max(row.doses(domain.weight_kg)) for row in rows)
    return next(i for i, mg in enumerate(highest) if _may_enter(regimen.entry, mg, start))


def _levels_of(rows: tuple[Row, ...], start: Fraction, domain: Domain) -> Iterator[IdealLevel]:
    for row in rows:
        cycle = row.doses(domain.weight_kg)
        row_mg = max(cycle) if max(cycle) > start else None
        cycle = tuple(min(mg, start) for mg in cycle)  # a row never raises a dose
        if max(cycle) <= domain.target_mg:
            yield IdealLevel(cycle, None, row_mg)
            return
        yield IdealLevel(cycle, row.days, row_mg)


def _may_enter(entry: str, highest: Fraction, start: Fraction) -> bool:
    """Whether a row of this highest day is the one to start at (§4.11.1 to §4.11.4)."""
    return entry == "first" or highest < start or (entry == "join" and highest == start)


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

    For a table that is the difference to its next row, `ideal_mg`.
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
        case Steps():
            return above_mg - ideal_mg
