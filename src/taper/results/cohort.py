"""All participants together: means, quartiles, shares at the target (§11). Pure.

No arm is known here: who is in which group is joined at the very last step, by whoever may know it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from taper.results.figures import root
from taper.results.proportions import Proportion, proportion
from taper.results.series import Name
from taper.results.sparing import AtTime, Question, Sparing
from taper.results.time_to_target import Curve, curve_of
from taper.results.times import Time

ALL, UNFLAGGED = "all", "without flagged"
QUARTILES = (
    "Quartiles lie between the ordered values in proportion (type 7 of Hyndman and Fan, Sample "
    "quantiles in statistical packages, Am Stat 1996;50:361-5: what R and NumPy do unless told "
    "otherwise)."
)


@dataclass(frozen=True)
class Spread:
    """Numbers together; `sd` and `sem` are None of fewer than two, all are None of none."""

    values: tuple[Fraction, ...]

    @property
    def n(self) -> int:
        """How many they are."""
        return len(self.values)

    @property
    def mean(self) -> Fraction | None:
        """Their mean, exact."""
        return sum(self.values, Fraction(0)) / self.n if self.values else None

    @property
    def sd(self) -> Fraction | None:
        """The standard deviation of a sample (n - 1)."""
        mean = self.mean
        if mean is None or self.n < 2:
            return None
        return root(sum(((x - mean) ** 2 for x in self.values), Fraction(0)) / (self.n - 1))

    @property
    def sem(self) -> Fraction | None:
        """The standard error of the mean."""
        return None if self.sd is None else self.sd / root(Fraction(self.n))

    def quartile(self, number: int) -> Fraction | None:
        """The first, the second, which is the median, or the third; exact (`QUARTILES`)."""
        if not self.values:
            return None
        ordered = sorted(self.values)
        place = Fraction(number * (self.n - 1), 4)
        below = floor(place)
        above = min(below + 1, self.n - 1)
        return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@dataclass(frozen=True)
class Summary:
    """Everybody, or some, in one series at one time; `missing` are those without a dose then."""

    who: str
    series: Name
    time: Time
    missing: int
    dose_mg: Spread
    change_mg: Spread
    change_percent: Spread
    window_change_percent: Spread
    cumulative_mg: Spread
    mean_mg: Spread
    low_share: Spread
    middle_share: Spread
    at_target: Proportion

    @property
    def n(self) -> int:
        """How many have a dose then."""
        return self.dose_mg.n


@dataclass(frozen=True)
class Cohort:
    """What came of all of them: a summary a series, time and who, and the times to the target."""

    summaries: tuple[Summary, ...]
    curves: tuple[Curve, ...]


Members = Mapping[str, Sequence[Sparing]]
"""Who is summed up together, under what they are called."""


def members(everybody: Sequence[Sparing]) -> Members:
    """All, and all without those that were flagged, where some were."""
    unflagged = [each for each in everybody if not each.given.is_flagged]
    return (
        {ALL: everybody, UNFLAGGED: unflagged}
        if len(unflagged) < len(everybody)
        else {ALL: everybody}
    )


def cohort(of: Members, question: Question) -> Cohort:
    """Their summaries and curves; raises `EnvironmentLacking` without the extra [results]."""
    return Cohort(
        tuple(_summaries(of, question)),
        tuple(
            curve_of(who, name, [each.of(name).target for each in some])
            for who, some in of.items()
            for name in Name
        ),
    )


def _summaries(of: Members, question: Question) -> Iterator[Summary]:
    for place, time in enumerate(question.times):
        for name in Name:
            for who, some in of.items():
                yield _summary(who, name, time, [each.of(name).at[place] for each in some])


def _summary(who: str, name: Name, time: Time, at: Sequence[AtTime]) -> Summary:
    reached = [each.is_at_target for each in at if each.is_at_target is not None]
    return Summary(
        who=who,
        series=name,
        time=time,
        missing=sum(each.mg is None for each in at),
        dose_mg=_spread(at, lambda each: each.mg),
        change_mg=_spread(at, lambda each: each.change_mg),
        change_percent=_spread(at, lambda each: each.change_percent),
        window_change_percent=_spread(at, lambda each: each.window_change_percent),
        cumulative_mg=_spread(at, lambda each: each.sum.mg),
        mean_mg=_spread(at, lambda each: each.sum.mean_mg),
        low_share=_spread(at, lambda each: each.sum.share(each.sum.low_days)),
        middle_share=_spread(at, lambda each: each.sum.share(each.sum.middle_days)),
        at_target=proportion(sum(reached), len(reached)),
    )


def _spread(at: Iterable[AtTime], number: Callable[[AtTime], Fraction | None]) -> Spread:
    return Spread(tuple(found for each in at if (found := number(each)) is not None))


# Day by day -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayOfAll:
    """The mean dose of a day, its band of one standard error, and how many are known."""

    day: int
    n: int
    mean_mg: Fraction
    low_mg: Fraction
    high_mg: Fraction


def days_of_all(everybody: Sequence[Sparing], name: Name, every: int = 7) -> list[DayOfAll]:
    """The mean dose on day 0 and every so many days after it, while all of them are followed.

    A month has 28 to 31 days: beyond the shortest time another group would make another mean.
    """
    last = min((len(each.of(name).days) for each in everybody), default=0)
    found = (_day_of_all(everybody, name, day) for day in range(0, last, every))
    return [each for each in found if each is not None]


def _day_of_all(everybody: Sequence[Sparing], name: Name, day: int) -> DayOfAll | None:
    doses = (each.of(name).days for each in everybody)
    known = (days[day] for days in doses if day < len(days))
    spread = Spread(tuple(mg for mg in known if mg is not None))
    if spread.mean is None:
        return None
    error = spread.sem or Fraction(0)
    return DayOfAll(day, spread.n, spread.mean, spread.mean - error, spread.mean + error)
