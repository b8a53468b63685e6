"""Quantities to hand out for another program: of each participant, and of all together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from taper.doses import dose
from taper.pharmacy import written
from taper.pharmacy.dispensing import Dispensing, given_together
from taper.planning.plan import Planned
from taper.record import plan_document


def as_data(done: Sequence[tuple[Planned, Dispensing]]) -> dict[str, Any]:
    """What each participant is handed out, and what all are."""
    return {
        "participants": [_participant(plan, dispensing) for plan, dispensing in done],
        "in_all": [
            {
                "drug": tablet.drug,
                "strength_mg": dose.text(tablet.strength_mg),
                "participants": len(each),
                "dispensed": sum(each),
            }
            for tablet, each in given_together(dispensing for _, dispensing in done).items()
        ],
    }


def _participant(plan: Planned, dispensing: Dispensing) -> dict[str, Any]:
    return {
        "participant": plan.participant,
        "plan_id": plan_document.plan_id(plan),
        "provisional": plan.provisional,
        "dispensing": written.as_dict(dispensing),
    }
