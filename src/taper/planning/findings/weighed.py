"""What the doses of a step amount to by a trial's tables and thresholds; no date plays a part.

Doses are compared as prednisone equivalents, a cycle at its highest day, a fall by the mean of
its days too; a level that is compared by its mean only so (§4.12.6). The physiologic list has a
figure for each drug; doses are under it where their mean is: 5 mg every other day is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from taper.doses import dose
from taper.doses.equivalence import PREDNISONE
from taper.doses.kept import HashKept
from taper.doses.tablets import Cycle
from taper.planning.ideal import own_decrease
from taper.planning.labels import Severity
from taper.planning.ladder import Origin
from taper.trial.rows import mean
from taper.trial.rules import Trial

HPA, PJP, BONE = "hpa-suppression", "pjp-prophylaxis", "bone-protection"
"""The findings about the time at a dose."""


@dataclass(frozen=True, slots=True)
class Rounding(HashKept):
    """A printed dose that differs from its ideal, mg of the drug."""

    printed_mg: Fraction
    ideal_mg: Fraction
    severity: Severity

    @property
    def off_mg(self) -> Fraction:
        """How far the one is from the other."""
        return abs(self.printed_mg - self.ideal_mg)

    __hash__ = HashKept.__hash__


@dataclass(frozen=True, slots=True)
class Weighed(HashKept):
    """The doses of a step.

    `prednisone_mg` is what they are compared by, the highest day or the mean, and `mean_mg` the
    mean of all; `first_ideal_mg` and `last_ideal_mg` are the same of the ideal doses that the step
    begins and ends with, all as prednisone. `roundings` has for each ideal dose the day furthest
    from it. `exposes_to` are the findings for which such a day counts.
    """

    prednisone_mg: Fraction
    mean_mg: Fraction
    first_ideal_mg: Fraction
    last_ideal_mg: Fraction
    roundings: tuple[Rounding | None, ...]
    is_rounded: bool
    is_under_physiologic: bool
    exposes_to: frozenset[str]

    __hash__ = HashKept.__hash__


class Fall(NamedTuple):
    """Why a dose falls far, and whether it is the mean that does."""

    why: str
    is_of_mean: bool


@lru_cache(maxsize=16384)
def weigh(
    trial: Trial,
    drug: str,
    daily_mg: Cycle,
    ideal_mg: tuple[Cycle, ...],
    is_by_mean: bool = False,
) -> Weighed:
    """The doses of a step, weighed. Remembered, because a site's participants share few doses."""
    height_of: Callable[[Cycle], Fraction] = mean if is_by_mean else max
    roundings = tuple(_rounding(trial, drug, daily_mg, ideal) for ideal in ideal_mg)
    return Weighed(
        prednisone_mg=trial.table.to_prednisone(height_of(daily_mg), drug),
        mean_mg=trial.table.to_prednisone(mean(daily_mg), drug),
        first_ideal_mg=trial.table.to_prednisone(height_of(ideal_mg[0]), drug),
        last_ideal_mg=trial.table.to_prednisone(height_of(ideal_mg[-1]), drug),
        roundings=roundings,
        is_rounded=any(roundings),
        is_under_physiologic=mean(daily_mg) < physiologic_mg(trial, drug),
        exposes_to=frozenset(_exposes_to(trial, drug, max(daily_mg))),
    )


def physiologic_mg(trial: Trial, drug: str) -> Fraction:
    """The physiologic dose of a drug, mg a day (§3.3.3); by equivalence where the list lacks it."""
    listed = trial.physiologic.mg_per_5_prednisone
    if drug in listed:
        return listed[drug]
    return trial.table.from_prednisone(listed[PREDNISONE], drug)


def _rounding(trial: Trial, drug: str, daily_mg: Cycle, ideal_mg: Cycle) -> Rounding | None:
    """The day of a cycle that is furthest from its ideal; None where both are printed alike."""
    pairs = ((daily_mg[i % len(daily_mg)], ideal) for i, ideal in enumerate(ideal_mg))
    printed, ideal = max(pairs, key=lambda pair: abs(pair[0] - pair[1]))
    figures = trial.thresholds["rounded"].figures
    off = trial.table.to_prednisone(abs(printed - ideal), drug)
    if off < figures["least_mg"] or dose.text(printed) == dose.text(ideal):
        return None
    is_far = off > figures["caution_over_mg"]
    return Rounding(printed, ideal, Severity.CAUTION if is_far else Severity.INFO)


def _exposes_to(trial: Trial, drug: str, mg: Fraction) -> Iterator[str]:
    if mg > physiologic_mg(trial, drug):
        yield HPA
    for code in (PJP, BONE):
        if trial.table.to_prednisone(mg, drug) >= trial.thresholds[code].figures["dose_mg"]:
            yield code


@lru_cache(maxsize=16384)
def why_large(trial: Trial, above: Weighed, below: Weighed, origin: Origin | None) -> Fall | None:
    """Why a fall from one to the other is a large one, None where it is not.

    It is measured by the highest day, then by the mean. `origin` is what the ladder was
    made by, None where the fall is not a regimen's.
    """
    why = _why_far(trial, above.prednisone_mg, below.prednisone_mg)
    if why is None and above.prednisone_mg > below.prednisone_mg and origin is not None:
        why = _why_unlike_the_regimen(trial, above, below, origin)
    if why is not None:
        return Fall(why, is_of_mean=False)
    why = _why_far(trial, above.mean_mg, below.mean_mg)
    return None if why is None else Fall(why, is_of_mean=True)


def _why_far(trial: Trial, above_mg: Fraction, below_mg: Fraction) -> str | None:
    figures = trial.thresholds["large-drop"].figures
    if above_mg - below_mg > figures["mg"]:
        return f"more than {dose.text(figures['mg'])} mg prednisone-equivalent at once"
    is_half = above_mg - below_mg >= figures["fraction"] * above_mg
    if is_half and above_mg > figures["fraction_over_mg"]:
        return "by half or more"
    return None


def _why_unlike_the_regimen(
    trial: Trial, above: Weighed, below: Weighed, origin: Origin
) -> str | None:
    own = _own_decrease(above, below, origin)
    times = trial.thresholds["large-drop"].figures["times_regimen"]
    if own is None or above.prednisone_mg - below.prednisone_mg <= times * own:
        return None
    return f"more than twice the regimen's own decrease of {dose.text(own)} mg there"


def _own_decrease(above: Weighed, below: Weighed, origin: Origin) -> Fraction | None:
    """The regimen's decrease there, mg prednisone; None where it decreases no more."""
    if above.last_ideal_mg <= origin.domain.target_mg:
        return None
    return own_decrease(origin.regimen, above.last_ideal_mg, below.first_ideal_mg, origin.domain)
