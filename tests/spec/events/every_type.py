"""One event of each type, and a change of drug, for tests of all of them."""

from __future__ import annotations

from cases import Fields
from spec.build import (
    flare,
    hold,
    set_dose,
    stress_dose,
    withdraw,
)

SWITCH: Fields = {
    "steroid": {"drug": "methylprednisolone", "dose_mg": "8", "strengths": ["4"]},
    "participant": {"taper_strengths": ["5", "1"]},
    "taper": {"drug": "prednisone"},
}
"""8 mg methylprednisolone, 10 mg prednisone, and a taper given in prednisone."""

FLARE = flare("2026-02-10", "2026-02-10")
EVERY_TYPE = [
    flare("2026-02-10", "2026-02-10"),
    hold("2026-02-10", "2026-02-13"),
    stress_dose("2026-02-10", 3, "20"),
    set_dose("2026-02-10", 7, "10"),
    withdraw("2026-02-10"),
]


def by_type(event: Fields) -> str:
    return str(event["type"])
