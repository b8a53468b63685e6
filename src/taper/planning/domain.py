"""What a regimen looks at besides the dose it starts from: target, window, weight and units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from taper.doses.kept import HashKept


@dataclass(frozen=True, slots=True)
class Domain(HashKept):
    """What a regimen looks at besides the dose it starts from.

    `original_mg` is the baseline whose numbers percentages, linear decreases and table choices
    keep after a clinician's set dose, `original_field` where it stands in the file;
    `window_days` is the protocol's window for linear, `units` what 1 mg of each drug that the
    regimen is written in is as mg prednisone. `weights` are later weights in kg, each with how many
    levels of the ladder are not by it.
    """

    target_mg: Fraction
    original_mg: Fraction
    window_days: int
    weight_kg: Fraction | None = None
    original_field: str = "steroid.dose_mg"
    units: tuple[tuple[str, Fraction], ...] = ()
    weights: tuple[tuple[int, Fraction], ...] = ()

    def weighing(self, kg: Fraction, passed: int) -> Domain:
        """The same with another weight for what comes after so many levels (§6.15)."""
        return replace(self, weights=(*self.weights, (passed, kg)))

    def after(self, passed: int) -> Domain:
        """The same as it is for what comes after so many levels."""
        known = [kg for levels, kg in self.weights if levels <= passed]
        return replace(self, weight_kg=known[-1]) if known else self

    def prednisone_per_mg(self, drug: str | None) -> Fraction:
        """What 1 mg of a drug that rows are in is as mg prednisone."""
        return Fraction(1) if drug is None else dict(self.units)[drug]

    __hash__ = HashKept.__hash__
