"""Findings about how far a dose falls or rises from one step to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from operator import attrgetter

from taper.doses import dose
from taper.planning.findings.case import SHORT_RISES, Case, mg_of, warning
from taper.planning.findings.weighed import Fall, why_large
from taper.planning.labels import Finding
from taper.planning.ladder import Origin
from taper.planning.plan import Kind, Step
from taper.trial.rows import mean
from taper.trial.rules import Trial

RISING_KINDS = SHORT_RISES | {Kind.SET_DOSE}


# Falls ------------------------------------------------------------------------------------------


def large_drop(case: Case) -> Iterator[Finding]:
    """A step that falls far; the end of a short rescue or stress dose is none (§8.3.3, §8.3.4)."""
    trial, weights = case.trial, case.weights
    is_plain = len(case.uninterrupted) == len(case.plan.steps)
    steps = case.plan.steps if is_plain else without_short_rises(trial, case.plan.steps)
    for before, step in pairwise(steps):
        above, below = weights[before.number], weights[step.number]
        if above is below:
            continue
        fall = why_large(trial, above, below, _origin(case, before, step))
        if fall is not None and not _is_same_level(before, step):
            yield warning(
                "large-drop",
                f"On {step.start} the dose falls from {_fallen(before, fall)} to "
                f"{_fallen(step, fall)}: {fall.why}.",
                source=case.threshold("large-drop").source,
                about=step,
            )


def without_short_rises(trial: Trial, steps: Sequence[Step]) -> list[Step]:
    """The steps without the bursts that were so short that their end is the return and no fall."""
    longest = trial.thresholds["large-drop"].figures["burst_days"]
    kept: list[Step] = []
    for is_burst, some in groupby(steps, lambda step: step.kind in SHORT_RISES):
        those = list(some)
        if not is_burst or sum(step.days for step in those) > longest:
            kept += those
    return kept


def _is_same_level(before: Step, step: Step) -> bool:
    """Whether a level goes on after a hold at its highest day: of it only the mean falls."""
    return (
        before.kind is Kind.HOLD
        and (before.ladder, before.level) == (step.ladder, step.level)
        and (step.is_by_mean or before.highest_mg == step.highest_mg)
    )


def _origin(case: Case, before: Step, step: Step) -> Origin | None:
    """By what the step's ladder was made; None where no regimen decided the fall."""
    since = case.plan.protocol.since
    by_former = since is not None and step.start < since
    if by_former or before.kind in SHORT_RISES or step.kind is Kind.SET_DOSE or not step.level:
        return None
    return case.origins[step.ladder]


def _fallen(step: Step, fall: Fall) -> str:
    if not step.is_cycle or not (fall.is_of_mean or step.is_by_mean):
        return mg_of(step)
    return f"a mean of {dose.text(mean(step.daily_mg))} mg {step.drug} a day"


# Rises ------------------------------------------------------------------------------------------


def large_rise(case: Case) -> Iterator[Finding]:
    """A set, stress or rescue dose that rises far over the dose in effect (§8.3.7)."""
    if RISING_KINDS.isdisjoint([step.kind for step in case.plan.steps]):
        return
    in_effect = case.plan.steps[0]
    for kind, steps in groupby(case.plan.steps, attrgetter("kind")):
        for step in _worst_of(kind, list(steps)):
            why = list(_why_high(case, in_effect, step)) if kind in RISING_KINDS else []
            if why:
                yield warning(
                    "large-rise",
                    f"On {step.start} the {_name(kind)} of {mg_of(step)} is {dose.join(why)}.",
                    source=case.threshold("large-rise").source,
                    about=step,
                )
            in_effect = in_effect if kind in SHORT_RISES else step


def large_start(case: Case) -> Iterator[Finding]:
    """A first dose over what any rise may come to: before it no dose is known (§8.3.7)."""
    first = next((step for step in case.plan.steps if step.highest_mg), None)
    most = case.threshold("large-rise").figures["mg"]
    if first is None or case.weighed(first).prednisone_mg <= most:
        return
    yield warning(
        "large-rise",
        f"On {first.start} the first dose of {mg_of(first)} is {_over(most)}.",
        source=case.threshold("large-rise").source,
        about=first,
    )


def _over(most_mg: Fraction) -> str:
    return f"over {dose.text(most_mg)} mg prednisone-equivalent"


def _name(kind: Kind) -> str:
    return "rescue dose" if kind is Kind.RESCUE else kind.replace("-", " ")


def _worst_of(kind: Kind, steps: list[Step]) -> list[Step]:
    """Of the rows of a rescue the highest; of other steps each."""
    return [max(steps, key=attrgetter("highest_mg"))] if kind is Kind.RESCUE else steps


def _why_high(case: Case, before: Step, step: Step) -> Iterator[str]:
    above, mg = case.weighed(before).prednisone_mg, case.weighed(step).prednisone_mg
    most = case.trial.protocol.eligibility.max_mg
    return why_high(case.trial, above, mg, f"{mg_of(before)} in effect", most)


def why_high(
    trial: Trial,
    above: Fraction,
    mg: Fraction,
    in_effect: str,
    most: Fraction | None = None,
    *,
    in_mg_alone: bool = False,
) -> Iterator[str]:
    """Why a dose is far over another, both mg prednisone (§8.3.7); nothing where it is not.

    With `in_mg_alone` it does not matter how many times the other it is.
    """
    figures = trial.thresholds["large-rise"].figures
    if mg <= above:
        return
    is_twice = mg > figures["times"] * above and not in_mg_alone
    if is_twice:
        yield f"more than twice the {in_effect}"
    if mg - above > figures["by_mg"]:
        other = "it" if is_twice else f"the {in_effect}"
        yield f"over {other} by more than {dose.text(figures['by_mg'])} mg prednisone-equivalent"
    if most is not None and mg > most:
        yield f"over the {dose.text(most)} mg that the protocol allows at baseline"
    if mg > figures["mg"]:
        yield _over(figures["mg"])
