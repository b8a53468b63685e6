"""Somebody else's taper for another program: its days, and where it contradicts itself."""

from __future__ import annotations

from typing import Any

from taper.doses import dose
from taper.sources.fhir import Schedule


def as_data(schedule: Schedule) -> dict[str, Any]:
    """The days in order and what was found; a date that nobody said is null, doses are text, mg."""
    return {
        "days": [
            {
                "date": day.date and day.date.isoformat(),
                "day": day.day,
                "drug": day.drug,
                "dose_mg": dose.text(day.dose_mg),
            }
            for day in schedule.days
        ],
        "findings": [
            {"code": each.code, "severity": each.severity, "text": each.text}
            for each in schedule.contradictions
        ],
    }
