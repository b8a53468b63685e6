"""Estimands: what a flare, a withdrawal and a missing day do to a number (ICH E9(R1)). Pure.

An intercurrent event is what happens after the start and changes what a number means: a flare of
the disease, whatever the protocol does about it, and a withdrawal from the taper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from taper.results.series import Name, Series, without
from taper.trial.participant import AnyEvent, Flare, Withdraw

SOURCE = (
    "ICH E9(R1), Addendum on estimands and sensitivity analysis in clinical trials, final "
    "20 November 2019, section A.3.2"
)


class Estimand(StrEnum):
    """The strategies for intercurrent events that are offered."""

    TREATMENT_POLICY = "treatment-policy"
    HYPOTHETICAL = "hypothetical"
    COMPOSITE = "composite"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an estimand does, in a sentence each."""

    rescue: str
    withdrawal: str
    missing: str

    def as_dict(self) -> dict[str, str]:
        """The same for a program, with where it comes from."""
        return {
            "rescue": self.rescue,
            "withdrawal": self.withdrawal,
            "missing": self.missing,
            "source": SOURCE,
        }


_MISSING = "A day of which nothing is known is missing: nothing is filled in."
RULES: Mapping[Estimand, Rule] = {
    Estimand.TREATMENT_POLICY: Rule(
        "Doses after a flare count as they were, rescue among them.",
        "Days after a withdrawal count where they are known.",
        _MISSING,
    ),
    Estimand.HYPOTHETICAL: Rule(
        "Days from the first flare on are left out: what would have been taken without it is not "
        "known, and a model for it is the statistician's.",
        "Days from a withdrawal on are left out in the same way.",
        _MISSING,
    ),
    Estimand.COMPOSITE: Rule(
        "From the first flare on nobody counts as at the target, and the dose is the one at entry, "
        "or the day's own where that is higher.",
        "From a withdrawal on it is the same.",
        f"{_MISSING} After a flare or withdrawal a missing day has the dose at entry.",
    ),
}
MEASURED = (
    "Doses at a time, change, target and time to target follow the estimand; sums, means and "
    "shares of days do so where it leaves days out, and otherwise count what was taken."
)


@dataclass(frozen=True, slots=True)
class Intercurrent:
    """The first flare or withdrawal: which it was, and its day."""

    what: str
    day: date


def first_of(events: Iterable[AnyEvent]) -> Intercurrent | None:
    """The first flare or withdrawal of a participant, None where there was none."""
    found = [
        Intercurrent("flare" if isinstance(event, Flare) else "withdrawal", event.date)
        for event in events
        if isinstance(event, Flare | Withdraw)
    ]
    return min(found, key=lambda each: each.day, default=None)


@dataclass(frozen=True, slots=True)
class Judged:
    """A series by an estimand: `judged` for doses at a time and targets, `counted` for sums."""

    judged: Series
    counted: Series
    never_after: date | None = None
    """The day from which nobody counts as at the target, whatever the dose."""
    left_from: date | None = None
    """The day from which all is left out, doses beside the ladder too."""


def by(
    estimand: Estimand, series: Series, first: Intercurrent | None, entry_mg: Fraction
) -> Judged:
    """The series as the estimand sees it.

    The planned one knows of no event.
    """
    if first is None or series.name is Name.PLANNED:
        return Judged(series, series)
    return _STRATEGIES[estimand](series, first, entry_mg)


def _as_it_was(series: Series, _first: Intercurrent, _entry_mg: Fraction) -> Judged:
    return Judged(series, series)


def _until_then(series: Series, first: Intercurrent, _entry_mg: Fraction) -> Judged:
    later = range(max(series.number(first.day), 0), len(series.mg))
    days = (series.first + timedelta(days=i) for i in later)
    left = without(series, days, f"left out from the {first.what} of {first.day} on")
    return Judged(left, left, left_from=first.day)


def _as_failed(series: Series, first: Intercurrent, entry_mg: Fraction) -> Judged:
    """Where nothing was reported nothing is made of it."""
    if series.is_empty:
        return Judged(series, series)
    begins = max(series.number(first.day), 0)
    mg = tuple(
        each if i < begins else max(each or entry_mg, entry_mg) for i, each in enumerate(series.mg)
    )
    return Judged(replace(series, mg=mg), series, first.day)


_STRATEGIES: Mapping[Estimand, Callable[[Series, Intercurrent, Fraction], Judged]] = {
    Estimand.TREATMENT_POLICY: _as_it_was,
    Estimand.HYPOTHETICAL: _until_then,
    Estimand.COMPOSITE: _as_failed,
}
