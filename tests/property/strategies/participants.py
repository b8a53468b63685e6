"""Random participants, without their events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from oracle.drugs import read_drug
from oracle.ideal import goes_by_weight
from oracle.told import text
from property.strategies.drugs import makeable_doses, steroids, times
from property.strategies.words import Chance, Fields

LATER = dt.date(2040, 1, 1)


def infusions(chance: Chance, anchor_number: int) -> tuple[list[Fields], dt.date]:
    """The listed infusions, and a today: the anchor happened, is booked, is planned, is missed."""
    any_day = dt.date(2023, 1, 1) + dt.timedelta(chance.whole(0, 7 * 365))
    first = chance.one_of(MONTH_ENDS) if chance.half() else any_day
    gaps = [chance.whole(60, 120) for _ in range(2)]
    dates = [first, first + dt.timedelta(gaps[0]), first + dt.timedelta(sum(gaps))]
    shape = chance.one_of(
        ["happened"] * 5 + ["under way"] * 2 + ["booked", "planned", "planned", "missed"]
    )
    listed: list[Fields] = [
        {"number": number, "date": date.isoformat()} for number, date in enumerate(dates, start=1)
    ][:anchor_number]
    if shape == "under way":
        return listed, dates[anchor_number - 1] + dt.timedelta(chance.whole(0, 200))
    if shape == "booked":
        return listed, dates[anchor_number - 1] - dt.timedelta(chance.whole(1, 40))
    if shape == "planned" and anchor_number > 1:
        # An infusion between may have been missed; it dates nothing.
        return listed[:1], chance.one_of([LATER, first])
    if shape == "missed" and anchor_number > 1 and chance.half():
        return [*listed[:-1], {"number": anchor_number, "missed": True}], LATER
    if anchor_number == 3 and chance.half():
        return [listed[0], {"number": 2, "missed": True}, listed[2]], LATER
    # Infusion 1 is needed only where nothing else dates the anchor.
    return listed[-1:] if chance.one_in(6) else listed, LATER


MONTH_ENDS = [
    dt.date.fromisoformat(day) for day in ("2024-02-29", "2026-01-31", "2027-11-30", "2028-08-31")
]


def participants_without_events(
    chance: Chance,
    protocol: Fields,
    weight: Fraction,
    rules: Sequence[str],
    *,
    drug_change: bool | None,
) -> tuple[Fields, dt.date]:
    """A participant who fits the protocol; writes the taper's drug into the protocol."""
    taper, equivalence = protocol["taper"], protocol["equivalence"]
    name, strengths = steroids(chance, equivalence, rules)
    target = Fraction(taper["target_mg"])
    low = Fraction(0) if chance.one_in(8) else target
    high = chance.one_of([Fraction(20), Fraction(30), Fraction(60)])
    drug = read_drug(name, strengths, protocol)
    steroid = {"drug": name, "dose_mg": makeable_doses(chance, drug, low, high)}
    if "times" in rules and chance.one_in(5):
        steroid["times"] = times(chance)
    listed, today = infusions(chance, taper["after_infusion"])
    participant: Fields = {
        "participant": "A1",
        "protocol": "p",
        "steroid": {**steroid, "strengths": strengths},
        "infusions": listed,
        "events": [],
    }
    if goes_by_weight(taper["regimen"]) or chance.one_in(4):
        participant["weight_kg"] = text(weight)
    changes = chance.one_in(4) if drug_change is None else drug_change
    if changes:
        other, other_strengths = steroids(chance, equivalence, rules)
        taper["drug"] = other
        if other != name:
            participant["taper_strengths"] = other_strengths
    return participant, today


def eligibilities(chance: Chance, participant: Fields) -> tuple[Fields | None, Fields]:
    """Limits, sometimes outside; then mostly waived."""
    if not chance.one_in(5):
        return None, {}
    high = chance.one_of(["25", "40", "1000"])
    limits = {"max_mg": high, **({"min_mg": "5"} if chance.half() else {})}
    waived = {"eligibility_waived": "sponsor, 2026-01-02"} if not chance.one_in(4) else {}
    return limits, waived
