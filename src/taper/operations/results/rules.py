"""By which rules the numbers of results are made, a paragraph each: they stand beside them."""

from __future__ import annotations

from collections.abc import Iterator

from taper.operations.results.gathering import Results
from taper.results.cohort import QUARTILES
from taper.results.estimands import MEASURED, RULES, SOURCE
from taper.results.proportions import INTERVAL
from taper.results.series import MEANING, Name
from taper.results.sparing import time_weighted
from taper.results.time_to_target import METHOD


def rules(found: Results) -> Iterator[str]:
    """The estimand, what is in the numbers and what not, and each method with its source."""
    yield from _estimand(found)
    if found.looks_ahead:
        yield (
            f"Some of these times lie after {found.asked.today}: what is prescribed for them may "
            "still change."
        )
    yield from found.remarks
    yield from _counted(found)
    for name in Name:
        yield f"{str(name).capitalize()}: {MEANING[name]}."
    yield (
        f"The mean of a window is that of the known days of the {found.asked.question.window} that "
        "end with the time."
    )
    yield f"{QUARTILES} {INTERVAL}. {METHOD}."


def _estimand(found: Results) -> Iterator[str]:
    estimand = found.asked.question.estimand
    rule = RULES[estimand]
    yield f"Estimand: {estimand} ({SOURCE})."
    yield f"Rescue: {rule.rescue} Withdrawal: {rule.withdrawal} Missing days: {rule.missing}"
    yield MEASURED


def _counted(found: Results) -> Iterator[str]:
    question = found.asked.question
    if not question.with_rescue:
        yield "Days of rescue and stress doses are left out."
    beside = "in" if question.with_exposures else "not in"
    yield f"Doses beside the ladder (exposures) are {beside} the cumulative dose."
    yield time_weighted(question)
