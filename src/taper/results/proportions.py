"""A share of participants with Wilson's interval."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from taper.results.library import stats

LEVEL = 0.95
INTERVAL = (
    "95 % interval of a share by Wilson's score without correction (Wilson, J Am Stat Assoc "
    "1927;22:209-12)"
)


@dataclass(frozen=True, slots=True)
class Proportion:
    """`count` of `n`, with the ends of its interval; they are None of nobody."""

    count: int
    n: int
    low: Fraction | None
    high: Fraction | None

    @property
    def share(self) -> Fraction | None:
        """The share itself, exact."""
        return Fraction(self.count, self.n) if self.n else None


def proportion(count: int, n: int) -> Proportion:
    """`count` of `n`; raises `EnvironmentLacking` without the extra [results]."""
    if n == 0:
        return Proportion(count, n, None, None)
    ends = stats().binomtest(count, n).proportion_ci(LEVEL, "wilson")
    return Proportion(count, n, Fraction(float(ends.low)), Fraction(float(ends.high)))
