"""When a protocol's infusions are due, counted from the first: for the one who books them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from taper.trial.protocol import Protocol, TaperRule

USUAL_OFFSET_DAYS: int = TaperRule.model_fields["offset_days"].default
"""What a protocol with a taper means when it says nothing of the days."""


@dataclass(frozen=True, slots=True)
class DueInfusion:
    """An infusion's planned date, its window, both ends allowed, and what is counted from it.

    `offset` is as many days later as a taper would wait. A trial day is counted from infusion 1,
    which is day 0 in one style and day 1 in the other.
    """

    number: int
    planned: date
    earliest: date
    latest: date
    offset: date
    day_from_0: int
    day_from_1: int


def offset_days(protocol: Protocol) -> int:
    """How many days after its infusion the taper starts; the usual ones where there is none."""
    return protocol.taper.offset_days if protocol.taper else USUAL_OFFSET_DAYS


def due(protocol: Protocol, first: date) -> tuple[DueInfusion, ...]:
    """Every infusion of the protocol, where infusion 1 is given on `first`."""
    wait = timedelta(days=offset_days(protocol))
    found = []
    for infusion in protocol.infusions:
        planned = infusion.planned(first)
        early = timedelta(days=infusion.window_days.before)
        late = timedelta(days=infusion.window_days.after)
        apart = (planned - first).days
        found.append(
            DueInfusion(
                number=infusion.number,
                planned=planned,
                earliest=planned - early,
                latest=planned + late,
                offset=planned + wait,
                day_from_0=apart,
                day_from_1=apart + 1,
            )
        )
    return tuple(found)
