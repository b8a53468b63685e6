"""What is told about the days."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from oracle.case import Case
from oracle.drugs import Drug, best_counts
from oracle.plans import Day, Strength


def target_reached(case: Case, state: str, days: list[Day]) -> dt.date | None:
    # §9.3.2: the first day from which all printed days are ≤ target, null in an open or stopped
    # plan.
    if state in ("open-flare", "stopped"):
        return None
    reached = None
    for day in reversed(days):
        if drug_of(case, day).to_prednisone(day.dose) > case.target:
            break
        reached = day.date
    return reached


def drug_of(case: Case, day: Day) -> Drug:
    return case.baseline_drug if day.drug == case.baseline_drug.name else case.taper_drug


@cache
def tablets_of(drug: Drug, doses: tuple[Fraction, ...]) -> Mapping[Strength, Fraction]:
    # §7.1.1: each day's dose is made exactly, of the tablets that there are on that day (§6.13.1);
    # §7.4.3: "Tablets are chosen for each time by itself."
    sums: dict[Strength, Fraction] = {}
    for mg in doses:
        counts = best_counts(drug.tablets, mg)
        assert counts is not None, (drug, mg)
        for tablet, count in zip(drug.tablets, counts, strict=True):
            if count and tablet.ml:
                strength = Strength(tablet.mg / tablet.ml, in_ml=True)
                sums[strength] = sums.get(strength, Fraction(0)) + count * tablet.ml
            elif count:
                strength = Strength(tablet.mg, in_ml=False)
                sums[strength] = sums.get(strength, Fraction(0)) + count
    return sums


def quantities(
    days: list[Day], tablets: Mapping[dt.date, Mapping[Strength, Fraction]]
) -> dict[tuple[str, Strength], Fraction]:
    # §7.2.1: sum of counts, rounded up to whole tablets once; §9.2.5: unused strengths left out;
    # §7.3.2: of a solution in mL, as much as is taken; §7.4.5: the sum over all times.
    sums: dict[tuple[str, Strength], Fraction] = {}
    for day in days:
        for strength, count in tablets[day.date].items():
            key = (day.drug, strength)
            sums[key] = sums.get(key, Fraction(0)) + count
    return {
        key: total if key[1].in_ml else Fraction(math.ceil(total)) for key, total in sums.items()
    }


def text(mg: Fraction) -> str:
    # §2.4.1: without trailing zeros: 5, 7.5, 0.75.
    decimals = f"{mg.numerator * 10**9 // mg.denominator:010d}"
    return f"{decimals[:-9]}.{decimals[-9:]}".rstrip("0").rstrip(".")
