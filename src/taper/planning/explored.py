"""What a protocol is tried with, and what becomes of each baseline."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.tablets import Stock
from taper.trial.protocol import Window
from taper.trial.strengths import in_a_file


@dataclass(frozen=True)
class Question:
    """What a protocol is tried with: the drug, its tablets, the baselines, a weight.

    `least_mg` and `most_mg` are mg prednisone a day, in place of the protocol's own bounds.
    """

    drug: str
    stock: Stock
    least_mg: Fraction | None = None
    most_mg: Fraction | None = None
    weight_kg: Fraction | None = None


@dataclass(frozen=True)
class Explored:
    """What becomes of one baseline.

    `dose_mg` is in mg of the drug, the others are mg prednisone. `days_to_target` are those from
    the first taper day to the day before the target, on which `cumulative_mg` is taken;
    `spare_days` are left in the window then, at least and at most, below 0 where it is overrun.
    `most_tablets` are the pieces of the worst printed day, None of a solution; `strengths_mg` what
    all printed days need. Where no plan can be made, there is only `refused`.
    """

    dose_mg: Fraction
    prednisone_mg: Fraction
    days_to_target: int = 0
    spare_days: tuple[int, int] = (0, 0)
    cumulative_mg: Fraction = Fraction(0)
    largest_drop_mg: Fraction = Fraction(0)
    most_tablets: int | None = None
    strengths_mg: tuple[Fraction, ...] = ()
    refused: str | None = None

    @property
    def within_window(self) -> bool | None:
        """Whether the window holds; None where that depends on the months, or nothing is known."""
        least, most = self.spare_days
        if self.refused is not None:
            return None
        return True if least >= 0 else None if most >= 0 else False

    def as_dict(self) -> dict[str, Any]:
        """The same for another program; doses as text."""
        doses = {"dose_mg": dose.text(self.dose_mg), "prednisone_mg": dose.text(self.prednisone_mg)}
        if self.refused is not None:
            return {**doses, "refused": self.refused}
        return {
            **doses,
            "days_to_target": self.days_to_target,
            "within_window": self.within_window,
            "spare_days": list(self.spare_days),
            "cumulative_mg": dose.text(self.cumulative_mg),
            "largest_drop_mg": dose.text(self.largest_drop_mg),
            "most_tablets": self.most_tablets,
            "strengths_mg": [dose.text(mg) for mg in self.strengths_mg],
        }


@dataclass(frozen=True)
class Exploration:
    """Every baseline of a protocol, the least first.

    `window_days` are the fewest and the most days of the window; `eligible_mg` the protocol's own
    bounds, mg prednisone, each None where it has none.
    """

    protocol: str
    question: Question
    target_mg: Fraction
    window: Window
    window_days: tuple[int, int]
    eligible_mg: tuple[Fraction | None, Fraction | None]
    baselines: tuple[Explored, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same for another program; doses as text, tablets as in a participant's file."""
        low, high = (None if mg is None else dose.text(mg) for mg in self.eligible_mg)
        return {
            "protocol": self.protocol,
            "drug": self.question.drug,
            "strengths": [in_a_file(each) for each in self.question.stock],
            "target_mg": dose.text(self.target_mg),
            "window": str(self.window),
            "window_days": list(self.window_days),
            "eligible_mg": [low, high],
            "baselines": [each.as_dict() for each in self.baselines],
        }
