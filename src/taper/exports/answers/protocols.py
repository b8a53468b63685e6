"""Protocols and the dates of their infusions for another program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from taper.trial.infusions import DueInfusion
from taper.trial.protocol import Protocol
from taper.trial.rules import Trial


def protocol(trial: Trial) -> dict[str, Any]:
    """A protocol's rules, its regimen in full and by its id."""
    rules = trial.protocol.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**rules, "regimen_id": trial.regimen_id}


def infusions(protocol: Protocol, due: Iterable[DueInfusion]) -> dict[str, Any]:
    """When each infusion of a protocol is due, and what is counted from it."""
    return {"protocol": protocol.id, "due": [_infusion(each) for each in due]}


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
