"""Protocols and the dates of their infusions and visits for another program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from taper.trial.infusions import DueInfusion, DueVisit
from taper.trial.protocol import Protocol
from taper.trial.rules import Trial


def protocol(trial: Trial) -> dict[str, Any]:
    """A protocol's rules, its regimen in full and by its id."""
    rules = trial.protocol.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**rules, "regimen_id": trial.regimen_id}


def infusions(
    protocol: Protocol, due: Iterable[DueInfusion], visits: Iterable[DueVisit]
) -> dict[str, Any]:
    """When each infusion of a protocol is due, and what is counted from it; its visits too."""
    said = {"protocol": protocol.id, "due": [_infusion(each) for each in due]}
    booked = [_visit(each) for each in visits]
    return {**said, "visits": booked} if booked else said


def _infusion(infusion: DueInfusion) -> dict[str, Any]:
    return {
        "number": infusion.number,
        "planned": infusion.planned.isoformat(),
        "from": infusion.earliest.isoformat(),
        "to": infusion.latest.isoformat(),
        "offset": infusion.offset.isoformat(),
        "day_from_0": infusion.day_from_0,
        "day_from_1": infusion.day_from_1,
    }


def _visit(visit: DueVisit) -> dict[str, Any]:
    return {
        "name": visit.name,
        "planned": visit.planned.isoformat(),
        "from": visit.earliest.isoformat(),
        "to": visit.latest.isoformat(),
        "day_from_0": visit.day_from_0,
        "day_from_1": visit.day_from_1,
    }
