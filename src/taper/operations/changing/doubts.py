"""What somebody must want before it is written into a participant's file, and when it is right.

A dose that rises or falls much may be a digit too many or too few, a weight in pounds, an end in
another year; nobody has it until it is said again (§8.3.7, §8.3.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from taper.doses import dose
from taper.errors import Refusal
from taper.planning.findings.case import mg_of
from taper.planning.findings.changes import without_short_rises
from taper.planning.findings.entered import said_of_weight, weights, why_unlikely
from taper.planning.findings.weighed import Weighed, physiologic_mg, weigh, why_large
from taper.planning.plan import Baseline, Kind, Plan, Step
from taper.trial.participant import Participant
from taper.trial.rules import Trial

_DOSE, _WEIGHT, _LATE = "that dose is right", "that weight is right", "the target may come so late"
_FOUND = {"large-rise": _DOSE, "weight-implausible": _WEIGHT}
_OVERRUN = "overruns-window"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is said, a sentence without its stop, and when it is right."""

    said: str
    if_right: str


@dataclass(frozen=True, slots=True)
class Known:
    """A participant as a file says, and the plan of that."""

    participant: Participant
    plan: Plan


def doubts_of(trial: Trial, before: Known | Refusal, after: Known) -> tuple[Doubt, ...]:
    """Those of the plan with a change that the one without it does not have."""
    if isinstance(before, Refusal):
        return tuple(_of_plan(trial, after.plan))
    known = set(_of_plan(trial, before.plan))
    every = (
        *_of_start(trial, before.plan.baseline, after.plan.baseline),
        *_of_weights(trial, before.participant, after.participant),
        *(doubt for doubt in _of_plan(trial, after.plan) if doubt not in known),
        *_of_window(before.plan, after.plan),
    )
    return tuple(dict.fromkeys(every))


def _of_plan(trial: Trial, plan: Plan) -> Iterator[Doubt]:
    """Doses that rise far or fall far by what was typed, and a weight that nobody has."""
    for found in plan.findings:
        if found.code in _FOUND:
            yield Doubt(found.text.rstrip("."), _FOUND[found.code])
    for said in _falls(trial, plan):
        yield Doubt(said, _DOSE)


# The start dose ---------------------------------------------------------------------------------


def _of_start(trial: Trial, before: Baseline, after: Baseline) -> Iterator[Doubt]:
    """A start dose that is far from the one before, by the same figures."""
    was, now = (f"{dose.text(each.dose_mg)} mg {each.drug}" for each in (before, after))
    if _has_risen(trial, before, after):
        yield Doubt(f"The start dose rises much, from {was} to {now}", _DOSE)
    elif why := _why_low(trial, _baseline(trial, before), _baseline(trial, after), after.drug):
        yield Doubt(f"The start dose falls much, from {was} to {now}: {why}", _DOSE)


def _has_risen(trial: Trial, before: Baseline, after: Baseline) -> bool:
    figures = trial.thresholds["large-rise"].figures
    by = after.prednisone_mg - before.prednisone_mg
    return after.prednisone_mg > figures["times"] * before.prednisone_mg or by > figures["by_mg"]


def _baseline(trial: Trial, baseline: Baseline) -> Weighed:
    days = (baseline.dose_mg,)
    return weigh(trial, baseline.drug, days, (days,))


# Weights and days -------------------------------------------------------------------------------


def _of_weights(trial: Trial, before: Participant, after: Participant) -> Iterator[Doubt]:
    """A weight that is far from the one that stood in its place (§8.2.15)."""
    figures, was = trial.thresholds["weight-implausible"].figures, dict(weights(before))
    for day, kg in weights(after):
        why = why_unlikely(kg, was.get(day, kg), figures)
        if why is not None and kg != was.get(day):
            yield Doubt(said_of_weight(day, kg, why).rstrip("."), _WEIGHT)


def _of_window(before: Plan, after: Plan) -> Iterator[Doubt]:
    """A target that was reached within the protocol's window and is not any more (§8.2.12)."""
    if any(found.code == _OVERRUN for found in before.findings):
        return
    for found in after.findings:
        if found.code == _OVERRUN:
            yield Doubt(found.text.rstrip("."), _LATE)


# Set doses --------------------------------------------------------------------------------------


def _falls(trial: Trial, plan: Plan) -> Iterator[str]:
    """Set doses that are far under the dose before, a short rescue or stress dose left out."""
    steps = without_short_rises(trial, plan.steps)
    if steps and steps[0].kind is Kind.SET_DOSE:
        first, start = steps[0], plan.baseline
        why = _why_low(trial, _baseline(trial, start), _weighed(trial, first), first.drug)
        if why:
            yield _fall(first, f"{dose.text(start.dose_mg)} mg {start.drug}", why)
    for before, step in pairwise(steps):
        if step.kind is Kind.SET_DOSE:
            why = _why_low(trial, _weighed(trial, before), _weighed(trial, step), step.drug)
            if why:
                yield _fall(step, mg_of(before), why)


def _fall(step: Step, was: str, why: str) -> str:
    return f"On {step.start} the dose falls from {was} to {mg_of(step)}: {why}"


def _weighed(trial: Trial, step: Step) -> Weighed:
    return weigh(trial, step.drug, step.daily_mg, step.ideal_mg, step.is_by_mean)


def _why_low(trial: Trial, above: Weighed, below: Weighed, drug: str) -> str | None:
    """Why somebody must want a fall: it is a large one, or ends under the physiologic dose."""
    fall = why_large(trial, above, below, None)
    if fall is not None:
        return fall.why
    if below.is_under_physiologic and not above.is_under_physiologic:
        return f"under the physiologic dose of {dose.text(physiologic_mg(trial, drug))} mg a day"
    return None
