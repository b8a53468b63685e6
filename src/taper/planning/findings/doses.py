"""Findings about levels under the physiologic dose."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from taper.doses import dose
from taper.planning.findings.case import Case, caution, mg_of, warning
from taper.planning.findings.weighed import physiologic_mg
from taper.planning.labels import Finding
from taper.planning.plan import Step
from taper.trial.timed import counted


def below_physiologic(case: Case) -> Iterator[Finding]:
    """Levels under the physiologic dose, and those that are short (§8.3.8, §8.3.9)."""
    if not case.is_under_physiologic:
        return
    threshold = case.threshold("fast-below-physiologic")
    low = next((s for s in case.ladder_steps if case.weighed(s).is_under_physiologic), None)
    if low:
        yield caution(
            "below-physiologic",
            f"From {low.start} doses are under the physiologic dose of "
            f"{dose.text(physiologic_mg(case.trial, low.drug))} mg {low.drug} a day.",
            source=case.trial.physiologic.title,
            about=low,
        )
    for steps in _short_levels(case, threshold.days):
        lasting = counted(_days(steps), "days")
        yield warning(
            "fast-below-physiologic",
            f"From {steps[0].start} {mg_of(steps[0])} lasts {lasting}; doses under the "
            f"physiologic one are commonly kept for {threshold.figures['days']} days or more.",
            source=threshold.source,
            about=steps[0],
        )
        return


def _short_levels(case: Case, least_days: int) -> Iterator[list[Step]]:
    """The steps of each level under the physiologic dose that the next level ends too soon.

    A hold at a level lengthens it; a stress or rescue dose in it does not end it. The last
    level has no next one, 0 mg is no level to be kept, and level 0 was taken before or set by
    a clinician.
    """
    levels = [list(steps) for _, steps in groupby(case.uninterrupted, key=attrgetter("level"))]
    for steps in levels[:-1]:
        first = steps[0]
        is_low = case.weighed(first).is_under_physiologic and first.highest_mg > 0
        if is_low and first.level and _days(steps) < least_days:
            yield steps


def _days(steps: list[Step]) -> int:
    return sum(step.days for step in steps)
