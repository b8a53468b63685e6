"""The tablets on each market: strengths, forms, and what may be broken (§5.2).

Whether a tablet may be broken belongs to one product of one maker, never to the drug. Forms
that release their drug late or dissolve are never broken, whatever their strength.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from taper.doses.evidence import Status
from taper.doses.solutions import FORM
from taper.doses.tablets import Strength

PLAIN = "tablet"
"""The form of an ordinary tablet, the only one that a plan is made of."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One strength of a product, and how sure it is that it exists so."""

    strength: Strength
    status: Status


@dataclass(frozen=True, slots=True)
class Product:
    """Tablets of one form and maker or of several alike; `verify` is still to be read.

    The strengths of a solution are mg in each mL, and it comes in `bottles_ml`.
    """

    market: str
    drug: str
    form: str
    strengths: tuple[Offered, ...]
    source: str
    note: str | None
    verify: str | None
    bottles_ml: tuple[int, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is an ordinary tablet; any other form is never broken."""
        return self.form == PLAIN

    @property
    def in_ml(self) -> bool:
        """Whether it is a solution, measured in mL."""
        return self.form == FORM

    @property
    def unverified(self) -> tuple[Fraction, ...]:
        """The strengths, mg, that nobody has checked."""
        return tuple(o.strength.mg for o in self.strengths if o.status is Status.UNVERIFIED)
