"""The tablets of a dose for another program."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.tablets import Tablets


def as_data(mg: Fraction, drug: str, made: Tablets) -> dict[str, Any]:
    """A dose of a drug, mg, and the tablets that make it."""
    return {
        "drug": drug,
        "dose_mg": dose.text(mg),
        "tablets": [
            {"strength_mg": dose.text(t.strength_mg), "count": dose.text(t.count)} for t in made
        ],
    }
