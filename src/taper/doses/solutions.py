"""Oral solutions: how strong one is, and how that is written (§7.3).

A solution is measured in mL, never in spoons: with an oral syringe, whose marks say the smallest
volume that can be told from none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from taper.doses import dose

MOST_MG_PER_ML = 100
"""The strongest solution that is read, mg in 1 mL; the strongest that is sold has 22.75."""
LEAST_ML, MOST_ML = Fraction(1, 100), 10
"""Between which volumes the marks of oral syringes lie, mL: those of 0.5 mL have marks of 0.01."""
STRENGTH_ALLOWED = (
    f"the mg in 1 mL, above 0 and up to {MOST_MG_PER_ML}, as a plain decimal: 15 mg in 5 mL is 3"
)
SMALLEST_ALLOWED = (
    f"the smallest volume that is measured, from {dose.text(LEAST_ML)} to {MOST_ML} mL as a plain "
    "decimal, such as 0.5"
)
STEP_ALLOWED = (
    f"a volume that holds a dose of at most {dose.PRINTED_DECIMALS} decimals in mg, such as 0.5"
)
FORM = "solution"
"""What a product sheet and a brand call it."""
SOLUTION_TYPED = "3/mL:0.5"
"""How a solution is typed where tablets are: 3 mg in 1 mL, measured in steps of 0.5 mL."""
PER_ML = "/mL"
"""What stands behind the strength of a solution where those of tablets are mg."""
_TYPED = re.compile(
    r"\s*([0-9.,]+)\s*(?:mg\s*)?/\s*ml\s*(?::\s*([0-9.,]+)\s*(?:ml)?\s*)?",
    re.IGNORECASE | re.ASCII,
)
_VOLUME = re.compile(
    r"\s*([0-9.]+)\s*ml\s+of\s+([0-9.]+)\s*mg\s*(?:/|per)\s*([0-9.]+)?\s*ml\s*",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Solution:
    """A solution with `mg` in each mL, measured in whole steps of `smallest_ml`."""

    mg: Fraction
    smallest_ml: Fraction

    @property
    def part(self) -> Fraction:
        """The smallest dose that can be measured, mg."""
        return self.mg * self.smallest_ml


def parse_mg_per_ml(typed: object) -> Fraction:
    """Read how strong a solution is, mg in 1 mL; `ValueError` says what is allowed."""
    return _within(typed, Fraction(0), MOST_MG_PER_ML, STRENGTH_ALLOWED)


def parse_smallest_ml(typed: object) -> Fraction:
    """Read the smallest volume that is measured, mL; `ValueError` says what is allowed."""
    return _within(typed, LEAST_ML, MOST_ML, SMALLEST_ALLOWED)


def _within(typed: object, least: Fraction, most: int, allowed: str) -> Fraction:
    try:
        found = dose.parse_positive(typed)
    except ValueError as wrong:
        raise ValueError(allowed) from wrong
    if not least <= found <= most:
        raise ValueError(allowed)
    return found


def prints_exactly(mg_per_ml: Fraction, smallest_ml: Fraction) -> bool:
    """Whether every dose that is measured so can be printed as it is."""
    in_last_decimal: Fraction = mg_per_ml * smallest_ml * 10**dose.PRINTED_DECIMALS
    return in_last_decimal.denominator == 1


@dataclass(frozen=True, slots=True)
class Volume:
    """A dose as so many mL of a solution with `mg` in `in_ml` mL, as it is labelled."""

    ml: Fraction
    mg: Fraction
    in_ml: Fraction

    @property
    def mg_per_ml(self) -> Fraction:
        """How strong the solution is, exact."""
        return self.mg / self.in_ml

    @property
    def dose_mg(self) -> Fraction:
        """The mg in it; `ValueError` where they have more decimals than are printed."""
        return dose.parse_positive(dose.whole_text(self.ml * self.mg_per_ml))


def volume_of(typed: str) -> Volume | None:
    """`5 mL of 3 mg/mL` or `5 mL of 15 mg/5 mL`; None where no volume was typed.

    Raises `ValueError` for parts that are no doses.
    """
    found = _VOLUME.fullmatch(typed)
    if found is None:
        return None
    return Volume(*(dose.parse_positive(part or "1") for part in found.groups()))


def volume_mg(typed: str) -> Fraction | None:
    """The mg of a volume, as above; raises `ValueError` for one that is no dose to print."""
    volume = volume_of(typed)
    return None if volume is None else volume.dose_mg


def typed_parts(typed: str) -> tuple[str, str | None] | None:
    """What `3/mL:0.5` says as it was typed: mg in 1 mL, smallest mL; None for tablets."""
    found = _TYPED.fullmatch(typed)
    return None if found is None else (found[1], found[2])


def typed(solution: Solution) -> str:
    """A solution as `typed_parts` reads it."""
    return f"{dose.text(solution.mg)}{PER_ML}:{dose.text(solution.smallest_ml)}"


# A strength as text ---------------------------------------------------------------------------


def strength_text(mg: Fraction, *, in_ml: bool) -> str:
    """A strength by which tablets and solutions are told apart: `3`, or `3/mL` of a solution."""
    return f"{dose.text(mg)}{PER_ML}" if in_ml else dose.text(mg)


def strength_from(text: str) -> tuple[Fraction, bool]:
    """The strength of such a text, and whether it is that of a solution."""
    mg = text.removesuffix(PER_ML)
    return Fraction(mg), mg != text


def in_words(mg: Fraction, *, in_ml: bool) -> str:
    """A strength in words: `3 mg` of a tablet, `3 mg per mL` of a solution."""
    return named(strength_text(mg, in_ml=in_ml))


def named(text: str) -> str:
    """Such a text in words: `3 mg`, or `3 mg per mL`."""
    mg, in_ml = text.removesuffix(PER_ML), text.endswith(PER_ML)
    return f"{mg} mg per mL" if in_ml else f"{mg} mg"
