"""When a protocol's infusions and visits are due, counted from infusion 1: for who books them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from taper.trial.protocol import Protocol, TaperRule
from taper.trial.timed import Timed

USUAL_OFFSET_DAYS: int = TaperRule.model_fields["offset_days"].default
"""What a protocol with a taper means when it says nothing of the days."""


@dataclass(frozen=True, slots=True)
class Due:
    """A planned date, its window, both ends allowed, and the trial day that it is.

    A trial day is counted from infusion 1, which is day 0 in one style and day 1 in the other.
    """

    planned: date
    earliest: date
    latest: date
    day_from_0: int
    day_from_1: int


@dataclass(frozen=True, slots=True)
class DueInfusion(Due):
    """When an infusion is due; `offset` is as many days later as a taper would wait."""

    number: int
    offset: date


@dataclass(frozen=True, slots=True)
class DueVisit(Due):
    """When a visit is due."""

    name: str


def offset_days(protocol: Protocol) -> int:
    """How many days after its infusion the taper starts; the usual ones where there is none."""
    return protocol.taper.offset_days if protocol.taper else USUAL_OFFSET_DAYS


def due(protocol: Protocol, first: date) -> tuple[DueInfusion, ...]:
    """Every infusion of the protocol, where infusion 1 is given on `first`."""
    wait = timedelta(days=offset_days(protocol))
    return tuple(
        DueInfusion(*_due(each, first), each.number, each.planned(first) + wait)
        for each in protocol.infusions
    )


def due_visits(protocol: Protocol, first: date) -> tuple[DueVisit, ...]:
    """Every visit of the protocol by date, where infusion 1 is given on `first`."""
    made = (DueVisit(*_due(visit, first), visit.name) for visit in protocol.visits)
    return tuple(sorted(made, key=lambda visit: visit.planned))


def _due(each: Timed, first: date) -> tuple[date, date, date, int, int]:
    planned = each.planned(first)
    early, late = each.window_days.before, each.window_days.after
    apart = (planned - first).days
    return planned, planned - timedelta(early), planned + timedelta(late), apart, apart + 1
