"""What is asked of results, from what was typed: times, window, estimand, what is left out."""

from __future__ import annotations

from taper.errors import UsageError
from taper.results.estimands import Estimand
from taper.results.sparing import Question
from taper.results.times import USUAL, Time, parse_times
from taper.trial.fields import MAX_DAYS, parse_count
from taper.wording.case import known
from taper.wording.quoting import did_you_mean, one_of, quoted

USUAL_WINDOW = "14"


def question_of(
    *,
    at: str = USUAL,
    window: str = USUAL_WINDOW,
    estimand: str = Estimand.TREATMENT_POLICY.value,
    with_rescue: bool = True,
    with_exposures: bool = False,
) -> Question:
    """The question; raises `UsageError` by the option that is wrong."""
    return Question(
        times=_times(at),
        window=_window(window),
        estimand=_estimand(estimand),
        with_rescue=with_rescue,
        with_exposures=with_exposures,
    )


def _times(typed: str) -> tuple[Time, ...]:
    try:
        return parse_times(typed)
    except ValueError as allowed:
        raise UsageError(f"--at is {quoted(typed)}; allowed: {allowed}.") from None


def _window(typed: str) -> int:
    try:
        days = parse_count(typed)
    except ValueError:
        days = 0
    if not 1 <= days <= MAX_DAYS:
        raise UsageError(f"--window is {quoted(typed)}; allowed: whole days from 1 to {MAX_DAYS}.")
    return days


def _estimand(typed: str) -> Estimand:
    word = known(typed, Estimand)
    if word is None:
        meant = did_you_mean(typed, Estimand)
        raise UsageError(f"--estimand is {quoted(typed)}; allowed: {one_of(Estimand)}{meant}.")
    return Estimand(word)
