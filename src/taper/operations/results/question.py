"""What is asked of results, from what was typed: times, window, estimand, what is left out."""

from __future__ import annotations

from taper.errors import UsageError
from taper.operations.options import read_list, read_word
from taper.results.estimands import Estimand
from taper.results.sparing import Question
from taper.results.times import USUAL, parse_times
from taper.trial.fields import MAX_DAYS, parse_count
from taper.wording.quoting import quoted

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
        times=read_list("--at", at, parse_times),
        window=_window(window),
        estimand=Estimand(read_word("--estimand", estimand, Estimand)),
        with_rescue=with_rescue,
        with_exposures=with_exposures,
    )


def _window(typed: str) -> int:
    try:
        days = parse_count(typed)
    except ValueError:
        days = 0
    if not 1 <= days <= MAX_DAYS:
        raise UsageError(f"--window is {quoted(typed)}; allowed: whole days from 1 to {MAX_DAYS}.")
    return days
