"""How many whole tablets, or mL, are dispensed for what is taken on many days (§7.2, §7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm


def quantity(counts: Iterable[Fraction]) -> int:
    """Whole tablets for these counts of one strength: summed, rounded up once (§7.2.1)."""
    return quantity_over((count, 1) for count in counts)


def needed_over(counts_and_days: Iterable[tuple[Fraction, int]], *, in_ml: bool) -> int | Fraction:
    """Whole tablets for these counts, or of a solution the mL that are taken, which is no count."""
    if not in_ml:
        return quantity_over(counts_and_days)
    return sum((ml * days for ml, days in counts_and_days), Fraction(0))


def needed_of(parts: Mapping[int, int], *, in_ml: bool) -> int | Fraction:
    """The same for so many halves (2), whole ones (1) and so on, of a mL too."""
    if not in_ml:
        return whole_tablets(parts)
    return sum((Fraction(number, of_a_whole) for of_a_whole, number in parts.items()), Fraction(0))


def quantity_over(counts_and_days: Iterable[tuple[Fraction, int]]) -> int:
    """Whole tablets to dispense for these counts, each on so many days."""
    parts: dict[int, int] = {}
    for count, days in counts_and_days:
        number, of_a_whole = count.as_integer_ratio()
        parts[of_a_whole] = parts.get(of_a_whole, 0) + number * days
    return whole_tablets(parts)


def whole_tablets(parts: Mapping[int, int]) -> int:
    """Whole tablets for so many halves (2), quarters (4) or whole ones (1) of a strength."""
    whole = lcm(*parts)  # a tablet, in the smallest parts of it
    taken = sum([number * whole // of_a_whole for of_a_whole, number in parts.items()])
    return -(-taken // whole)
