"""Named tables of glucocorticoid equivalence (§3).

A table holds, for each drug, the mg that is equivalent to 5 mg prednisone. Tables disagree,
so every answer names its table; none is derived from a potency ratio.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

PREDNISONE = "prednisone"


@dataclass(frozen=True)
class EquivalenceTable:
    """One published table; figures in mg equivalent to 5 mg prednisone, oral or intravenous."""

    id: str
    title: str
    caveat: str
    mg_per_5_prednisone: Mapping[str, Fraction]
    unverified: frozenset[str] = frozenset()

    def __contains__(self, drug: str) -> bool:
        return drug in self.mg_per_5_prednisone

    def convert(self, dose: Fraction, drug: str, to: str) -> Fraction:
        """`dose` mg of `drug` as mg of `to`: dose x to / drug. Raises `KeyError` for no value."""
        return dose if drug == to else dose * self.ratio(drug, to)

    def ratio(self, drug: str, to: str = PREDNISONE) -> Fraction:
        """What 1 mg of `drug` is as mg of `to`, divided once. Raises `KeyError` for no value."""
        known = self._ratios.get((drug, to))
        if known is None:
            known = self.mg_per_5_prednisone[to] / self.mg_per_5_prednisone[drug]
            self._ratios[drug, to] = known
        return known

    @cached_property
    def _ratios(self) -> dict[tuple[str, str], Fraction]:
        return {}

    def to_prednisone(self, dose: Fraction, drug: str) -> Fraction:
        """`dose` mg of `drug` as mg prednisone."""
        return self.convert(dose, drug, PREDNISONE)

    def from_prednisone(self, dose: Fraction, drug: str) -> Fraction:
        """`dose` mg prednisone as mg of `drug`."""
        return self.convert(dose, PREDNISONE, drug)

    def units(self, drugs: Collection[str]) -> tuple[tuple[str, Fraction], ...]:
        """What 1 mg of each of these drugs is as mg prednisone, by name."""
        return tuple((drug, self.ratio(drug)) for drug in sorted(drugs))
