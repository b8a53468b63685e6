"""One participant's numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from oracle.drugs import Drug, read_drug
from oracle.protocols import check_regimen
from oracle.reading import Fields, dose, refuse, taken_dose


@dataclass(frozen=True)
class Case:
    protocol: Fields
    participant: Fields
    today: dt.date
    anchor: dt.date
    taper_start: dt.date
    target: Fraction  # prednisone-equivalent
    baseline_drug: Drug
    taper_drug: Drug
    baseline_mg: Fraction

    @property
    def taper(self) -> Fields:
        rules: Fields = self.protocol["taper"]
        return rules

    @property
    def baseline(self) -> Fraction:
        return self.baseline_drug.to_prednisone(self.baseline_mg)

    @property
    def at_target(self) -> bool:
        return self.baseline <= self.target

    def amended(self, name: str) -> Case:
        """§6.14.1, §6.14.2: by another protocol from now on."""
        later: Fields = self.protocol["amendments"][name]
        drug = later["taper"].get("drug", "as-baseline")
        if self.taper_drug.name != (self.baseline_drug.name if drug == "as-baseline" else drug):
            refuse("an amendment to another drug")
        here = self.protocol.get("equivalence", "us-label")
        if later.get("equivalence", "us-label") != here:
            refuse("an amendment to another equivalence table")
        kept = {key: value for key, value in self.protocol.items() if key != "flare"}
        protocol = {**kept, "taper": later["taper"]}
        if "flare" in later:
            protocol["flare"] = later["flare"]
        return replace(self, protocol=protocol, target=dose(later["taper"]["target_mg"]))

    def with_regimen(self, regimen: Fields) -> Case:
        """§6.8.26, §6.11.14: a ladder by another regimen than the protocol's."""
        check_regimen(self.protocol, regimen, self.target)
        taper = {**self.taper, "regimen": regimen}
        return replace(self, protocol={**self.protocol, "taper": taper})

    def with_tablets(self, strengths: list[Any]) -> Case:
        """§6.13.1: from this day on the taper's drug has these tablets."""
        drug = read_drug(self.taper_drug.name, strengths, self.protocol)
        return replace(self, taper_drug=drug)

    def weighing(self, kg: Any) -> Case:
        """§6.15.1."""
        return replace(self, participant={**self.participant, "weight_kg": kg})


def read_case(
    protocol: Fields, participant: Fields, today: dt.date, anchor: dt.date, taper_start: dt.date
) -> Case:
    steroid, taper = participant["steroid"], protocol["taper"]
    baseline_drug = read_drug(steroid["drug"], steroid.get("strengths"), protocol)
    case = Case(
        protocol,
        participant,
        today,
        anchor,
        taper_start,
        target=dose(taper["target_mg"]),
        baseline_drug=baseline_drug,
        taper_drug=read_taper_drug(baseline_drug, protocol, participant),
        baseline_mg=taken_dose(steroid["dose_mg"]),
    )
    # §6.4.17: a baseline that its own tablets cannot make is refused.
    if not baseline_drug.can_make(case.baseline_mg):
        refuse("the tablets cannot make the baseline")
    check_eligibility(case)
    return case


def read_taper_drug(baseline_drug: Drug, protocol: Fields, participant: Fields) -> Drug:
    name = protocol["taper"].get("drug", "as-baseline")
    strengths = participant.get("taper_strengths")
    if name in ("as-baseline", baseline_drug.name):
        # §5.2.4: taper_strengths without a change of drug is refused.
        return baseline_drug if strengths is None else refuse("taper_strengths without a change")
    return read_drug(name, strengths, protocol)


def check_eligibility(case: Case) -> None:
    # §6.3.1, §6.3.2: outside is refused, unless waived; §4.3.1: both ends allowed.
    limits = case.protocol.get("eligibility", {})
    low, high = limits.get("min_mg"), limits.get("max_mg")
    below = low is not None and case.baseline < dose(low)
    above = high is not None and case.baseline > dose(high)
    if (below or above) and not case.participant.get("eligibility_waived"):
        refuse("the baseline is outside eligibility")
