"""A slow and obvious planner, written from docs/spec alone: the fast engine is held to it.

It walks one day at a time. Before each day it looks whether an event is dated that day, then asks
"what is taken today?": a stress dose if one is running, else the first stretch of a hold or a
rescue that waits in front of the ladder, else what waits for a day of change, else the ladder's own
day. Comments quote the rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from oracle.case import read_case
from oracle.dates import find_anchor, find_taper_start
from oracle.drugs import Drug
from oracle.plans import OraclePlan
from oracle.protocols import check_protocol
from oracle.reading import Fields
from oracle.times import division
from oracle.told import quantities, tablets_of, target_reached
from oracle.walk import Walk


def oracle(protocol: Fields, participant: Fields, today: dt.date) -> OraclePlan:
    """The whole plan of one participant, or `Refused`."""
    plan, drugs = _walked(protocol, participant, today)
    times = {day.date: division(participant, drugs[day.date], day) for day in plan.days}
    tablets = {
        day.date: tablets_of(drugs[day.date], tuple(mg for _, mg in times[day.date]) or (day.dose,))
        for day in plan.days
    }
    return replace(plan, tablets=tablets, times=times, quantities=quantities(plan.days, tablets))


def days_alone(protocol: Fields, participant: Fields, today: dt.date) -> OraclePlan:
    """The same without what each day is made of."""
    plan, _ = _walked(protocol, participant, today)
    return plan


def _walked(
    protocol: Fields, participant: Fields, today: dt.date
) -> tuple[OraclePlan, Mapping[dt.date, Drug]]:
    """The days, and the drug of each with its tablets of that day."""
    for each in (protocol, *protocol.get("amendments", {}).values()):
        check_protocol(each)
    anchor, provisional = find_anchor(protocol, participant, today)
    taper_start = find_taper_start(protocol, participant, anchor, today)
    if participant["steroid"] == "none":
        return OraclePlan(anchor, taper_start, provisional, "not-on-steroid"), {}
    case = read_case(protocol, participant, today, anchor, taper_start)
    walk = Walk(case)
    days = walk.all_days()
    plan = OraclePlan(
        anchor,
        taper_start,
        provisional,
        walk.state(),
        target_reached(walk.case, walk.state(), days),
        walk.after(),
        days,
    )
    return plan, walk.drugs
