"""Several sets of tablets with which one protocol was tried, baseline by baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from taper.doses import tablets
from taper.doses.tablets import Stock
from taper.errors import Refusal
from taper.planning.explored import Exploration, Explored

LETTERS = "ABCDEF"
"""What the sets are called; more than these nobody compares at a glance."""


@dataclass(frozen=True)
class ExploredSets:
    """One question put to each set of tablets in its turn; the protocol and window are the same."""

    sets: tuple[Exploration, ...]

    @property
    def lettered(self) -> list[tuple[str, Exploration]]:
        """Each set with its letter, in the order in which they were named."""
        return list(zip(LETTERS, self.sets, strict=False))

    @property
    def doses(self) -> list[Fraction]:
        """Every baseline that any of the sets makes, mg of the drug, the least first."""
        return sorted({each.dose_mg for found in self.sets for each in found.baselines})

    def with_dose(self, mg: Fraction) -> list[Explored | None]:
        """What becomes of that baseline with each set; None where its tablets do not make it."""
        made = ({each.dose_mg: each for each in found.baselines} for found in self.sets)
        return [each.get(mg) for each in made]

    def as_dict(self) -> dict[str, Any]:
        """What the sets have in common, and each with its tablets and baselines."""
        each = [found.as_dict() for found in self.sets]
        own = ("strengths", "baselines")
        return {
            **{key: value for key, value in each[0].items() if key not in own},
            "sets": [
                {"set": letter, **{key: said[key] for key in own}}
                for letter, said in zip(LETTERS, each, strict=False)
            ],
        }


def refuse_other_sets(who: str, stocks: Sequence[Stock]) -> None:
    """Raise `Refusal` for more sets than there are letters, or one that is named twice."""
    if len(stocks) > len(LETTERS):
        read, allowed = f"given {len(stocks)} times", f"at most {len(LETTERS)} sets of tablets"
        raise Refusal.of(who, "--strengths", read, allowed)
    for number, stock in enumerate(stocks):
        if stock in stocks[:number]:
            read = f"{tablets.as_read(stock)}, twice"
            raise Refusal.of(who, "--strengths", read, "each set of tablets once")
