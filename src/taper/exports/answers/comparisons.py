"""Regimens side by side for another program."""

from __future__ import annotations

from datetime import date
from typing import Any

from taper.doses import dose
from taper.planning.comparison import Answer


def as_data(answer: Answer, start: date | None) -> dict[str, Any]:
    """A regimen's figures, with the date where `start` gives one, or its refusal."""
    figures = answer.figures
    if figures is None:
        return {"regimen": answer.name, "refused": answer.refused}
    return {
        "regimen": answer.name,
        "days": figures.days,
        "mg": dose.text(figures.mg),
        "steps": figures.steps,
        "largest_drop_mg": dose.text(figures.largest_drop_mg),
        "fits": figures.fits,
        "spare_days": list(figures.spare_days),
        "target_reached": figures.reached(start).isoformat() if start else None,
    }
