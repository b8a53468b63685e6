"""Cohorts at random: days until the target, days of who is not seen to reach it, and changes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random


@dataclass(frozen=True)
class Cohort:
    """Whole days from infusion 1, and changes in percent."""

    reached: tuple[int, ...]
    censored: tuple[int, ...]
    changes: tuple[Fraction, ...]


def cohort(seed: int) -> Cohort:
    """The cohort of a seed: few days and so ties, or many; of the first ten all kinds of edges."""
    by = Random(seed)
    many, last = by.choice((1, 4, 9, 40, 150)), by.choice((6, 30, 480))
    reached = tuple(by.randint(0, last) for _ in range(by.randint(0, many)))
    censored = tuple(by.randint(0, last) for _ in range(by.randint(0, many)))
    if seed % 10 == 1:
        reached, censored = (), (*censored, last)
    if seed % 10 == 2 or not (reached or censored):
        reached, censored = (*reached, last), ()
    n = len(reached) + len(censored)
    return Cohort(reached, censored, tuple(Fraction(by.randint(-400, 400), 4) for _ in range(n)))
