"""In which form steps are taken, tablets or a solution; steps alone are looked at."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain

from taper.planning.plan import Step


def changes_form(before: Step, step: Step) -> bool:
    """Whether another solution is taken than before, or tablets in the place of one (§7.3.5)."""
    were, are = _made_of(before), _made_of(step)
    return bool(were and are) and were != are


def _made_of(step: Step) -> set[Fraction | None]:
    """The strengths of a step's solutions; none of tablets, which one may change at any dose."""
    return {taken.strength_mg if taken.in_ml else None for taken in chain(*step.tablets)}
