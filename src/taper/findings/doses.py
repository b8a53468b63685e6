"""Findings about the doses of the ladder: rounding, large drops, the physiologic dose."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby, pairwise
from operator import attrgetter

from taper import dose
from taper.findings.case import Case, caution, finding, mg_of, warning
from taper.plan import Finding, Kind, Severity, Step
from taper.regimen import own_decrease
from taper.trial import Threshold


def rounded(case: Case) -> Iterator[Finding]:
    """A printed dose that differs from its ideal; once for each level and dose."""
    threshold = case.threshold("rounded")
    seen = set()
    for step in case.ladder_steps:
        differing = [pair for pair in _printed_and_ideal(step) if pair[0] != pair[1]]
        if not differing:
            continue
        printed, ideal = max(differing, key=lambda pair: abs(pair[0] - pair[1]))
        key = (step.level, printed, ideal)
        if key in seen:  # the rest of a step after an interruption
            continue
        seen.add(key)
        off = case.plan.prednisone_equivalent(abs(printed - ideal), step.drug)
        yield finding(
            Severity.CAUTION if off > threshold.figures["caution_over_mg"] else Severity.INFO,
            "rounded",
            f"From {step.start} {dose.text(printed)} mg {step.drug} is printed where the "
            f"ideal dose is {dose.text(ideal)} mg.",
            threshold.source,
            step,
        )


def _printed_and_ideal(step: Step) -> Iterator[tuple[Fraction, Fraction]]:
    for cycle in step.ideal_mg:
        for i, ideal in enumerate(cycle):
            yield step.daily_mg[i % len(step.daily_mg)], ideal


def large_drop(case: Case) -> Iterator[Finding]:
    """A step that falls far; the end of a rescue or stress dose is no step of the ladder."""
    threshold = case.threshold("large-drop")
    for before, step in pairwise(case.uninterrupted):
        fall = case.prednisone(before) - case.prednisone(step)
        why = _why_large(case, threshold, before, step, fall) if fall > 0 else None
        if why:
            yield warning(
                "large-drop",
                f"On {step.start} the dose falls from {mg_of(before)} to {mg_of(step)}: {why}.",
                source=threshold.source,
                about=step,
            )


def _why_large(
    case: Case, threshold: Threshold, before: Step, step: Step, fall: Fraction
) -> str | None:
    figures = threshold.figures
    if fall > figures["mg"]:
        return f"more than {dose.text(figures['mg'])} mg prednisone-equivalent at once"
    if fall >= figures["fraction"] * case.prednisone(before):
        return "by half or more"
    own = _own_decrease(case, before, step)
    if own is not None and fall > figures["times_regimen"] * own:
        return f"more than twice the regimen's own decrease of {dose.text(own)} mg there"
    return None


def _own_decrease(case: Case, before: Step, step: Step) -> Fraction | None:
    """The regimen's decrease there, mg prednisone; None where a clinician set the dose."""
    rule = case.trial.protocol.taper
    if case.rx is None or rule is None or step.kind is Kind.SET_DOSE or not step.level:
        return None
    above = case.plan.prednisone_equivalent(max(before.ideal_mg[-1]), before.drug)
    ideal = case.plan.prednisone_equivalent(max(step.ideal_mg[0]), step.drug)
    if above <= rule.target_mg:
        return None
    return own_decrease(rule.regimen, above, ideal, case.rx.domain(above))


def below_physiologic(case: Case) -> Iterator[Finding]:
    """Levels under the physiologic dose, and those that are short."""
    threshold = case.threshold("fast-below-physiologic")
    low = next((s for s in case.ladder_steps if _mean(s) < case.physiologic(s.drug)), None)
    if low:
        yield caution(
            "below-physiologic",
            f"From {low.start} doses are under the physiologic dose of "
            f"{dose.text(case.physiologic(low.drug))} mg {low.drug} a day.",
            source=case.trial.physiologic.title,
            about=low,
        )
    for steps in _short_levels(case, int(threshold.figures["days"])):
        yield warning(
            "fast-below-physiologic",
            f"From {steps[0].start} {mg_of(steps[0])} lasts {_days(steps)} days; doses under the "
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
        low = 0 < _mean(first) < case.physiologic(first.drug)
        if low and first.level and _days(steps) < least_days:
            yield steps


def _mean(step: Step) -> Fraction:
    """What a day amounts to: 5 mg every other day is under a physiologic dose of 5 mg."""
    return sum(step.daily_mg, Fraction(0)) / len(step.daily_mg)


def _days(steps: list[Step]) -> int:
    return sum(step.days for step in steps)
