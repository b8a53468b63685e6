"""Time to the target: Kaplan-Meier with log-log limits.

A participant is followed from infusion 1 to the first day at or under the target; who is not seen
to reach it counts up to the last day that is known.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

from taper.results.library import stats
from taper.results.proportions import LEVEL
from taper.results.series import Name
from taper.results.sparing import Target

METHOD = (
    "Time to the target by Kaplan and Meier (J Am Stat Assoc 1958;53:457-81) in days from infusion "
    "1, with 95 % limits on the log-log scale (Kalbfleisch and Prentice); the median is the first "
    "day by which half are at the target, and its interval is where the limits are"
)


_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which somebody reached the target, and the share not at it after that day."""

    day: int
    at_risk: int
    reached: int
    share_over: Fraction
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class Curve:
    """How a group comes to its target; `left_out` are those of whom no day is known."""

    who: str
    series: Name
    n: int
    reached: int
    left_out: int
    moments: tuple[Moment, ...]
    censored: tuple[int, ...]

    @property
    def median_days(self) -> int | None:
        """The first day by which half are at the target, None where fewer ever are."""
        return self._first_half([m.share_over for m in self.moments])

    @property
    def median_low_days(self) -> int | None:
        """The lower end of its interval: the first day on which the lower limit is at one half."""
        return self._first_half([m.low for m in self.moments])

    @property
    def median_high_days(self) -> int | None:
        """The upper end, None where the upper limit stays over one half."""
        return self._first_half([m.high for m in self.moments])

    def _first_half(self, shares: Iterable[Fraction | None]) -> int | None:
        """The first day on which at most half are over the target by one of the three lines."""
        found = zip(self.moments, shares, strict=True)
        return next((m.day for m, share in found if share is not None and share <= _HALF), None)


def curve_of(who: str, series: Name, targets: Iterable[Target]) -> Curve:
    """The curve of some participants; raises `EnvironmentLacking` without the extra [results]."""
    every = list(targets)
    known = [each for each in every if each.followed is not None]
    times = [each.days for each in known if each.days is not None]
    censored = [each.followed for each in known if each.days is None and each.followed is not None]
    moments = moments_of(times, censored)
    left_out = len(every) - len(known)
    return Curve(who, series, len(known), len(times), left_out, moments, tuple(sorted(censored)))


def moments_of(times: Sequence[int], censored: Sequence[int]) -> tuple[Moment, ...]:
    """The moments of a curve from the days of those that reached, and of those that did not.

    The shares are exact; the limits are scipy's.
    """
    if not times:
        return ()
    lows, highs = _limits(times, censored)
    reached = Counter(times)
    share, found = Fraction(1), []
    for day in sorted(reached):
        at_risk = sum(each >= day for each in (*times, *censored))
        share *= Fraction(at_risk - reached[day], at_risk)
        found.append(Moment(day, at_risk, reached[day], share, lows.get(day), highs.get(day)))
    return tuple(found)


def _limits(
    times: Sequence[int], censored: Sequence[int]
) -> tuple[dict[int, Fraction], dict[int, Fraction]]:
    """The ends of the interval after each day; where all have reached the target there are none."""
    made = stats()
    data = made.CensoredData(uncensored=list(times), right=list(censored))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of the end, where nobody is left
        ends = made.ecdf(data).sf.confidence_interval(LEVEL, method="log-log")
    return _defined(ends.low), _defined(ends.high)


def _defined(end: object) -> dict[int, Fraction]:
    days, shares = end.quantiles, end.probabilities  # type: ignore[attr-defined]
    return {
        int(day): Fraction(float(share))
        for day, share in zip(days, shares, strict=True)
        if not isnan(share)
    }
