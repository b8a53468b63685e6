"""What a regimen's rows come to: the mg of its first days, against a printed sum (§4.4.11).

Ideal doses, mg prednisone-equivalent or of the one drug that the rows are in, exact. Day 1 is the
first that the regimen itself decides: in a table that is joined at the start dose, the first day
of that row.
"""

from __future__ import annotations

from fractions import Fraction

from taper.doses import dose
from taper.errors import Refusal
from taper.planning.domain import Domain
from taper.planning.ideal import IdealLevel, ideal_levels
from taper.trial.regimens import Bands, Linear, Phases, Regimen, Steps, Units


def first_days(
    regimen: Regimen, start_mg: Fraction, days: int, weight_kg: Fraction | None = None
) -> Fraction:
    """The mg of the first so many days from this start dose.

    Raises `Refusal` where the regimen cannot be entered from it, or ends before that day.
    """
    left, mg = days, Fraction(0)
    for level in ideal_levels(regimen, start_mg, _domain(regimen, start_mg, weight_kg)):
        taken = left if level.days is None else min(left, level.days)
        mg += _sum(level, taken)
        left -= taken
    if left:
        read = f"{days}, and the rows are {days - left} days long"
        raise Refusal.of("", "days", read, f"at most {days - left} days")
    return mg


def _sum(level: IdealLevel, days: int) -> Fraction:
    """The mg of so many days of a level; a cycle begins on its first."""
    whole, rest = divmod(days, len(level.cycle))
    return whole * sum(level.cycle, Fraction(0)) + sum(level.cycle[:rest], Fraction(0))


def _domain(regimen: Regimen, start_mg: Fraction, weight_kg: Fraction | None) -> Domain:
    """No target but where the rule itself ends, so that every row counts."""
    units = _own_units(regimen)
    match regimen:
        case Bands(bands=bands) | Phases(last=Bands(bands=bands)):
            target = min(band.above_mg for band in bands)
        case Linear() | Phases(last=Linear()):
            raise Refusal.of(
                "",
                "total",
                "given for a linear regimen, whose steps a protocol's window decides",
                "no total",
            )
        case _:
            target = Fraction(0)
    allowed = None if isinstance(regimen, Steps) else regimen.never_reaches(target, units)
    if allowed:
        raise Refusal.of("", "total", "given for a regimen without an end", allowed)
    if start_mg <= target:
        raise Refusal.of("", "from_mg", dose.text(start_mg), f"more than {dose.text(target)} mg")
    return Domain(target, start_mg, 0, weight_kg, "from_mg", tuple(units.items()))


def _own_units(regimen: Regimen) -> Units:
    """The sum of rows in another drug is in mg of that drug; phases in several have none."""
    if isinstance(regimen, Phases) and regimen.drugs:
        raise Refusal.of("", "total", "given for phases in several drugs", "no total")
    return dict.fromkeys(regimen.drugs, Fraction(1))
