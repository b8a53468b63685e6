"""Random participants, without their events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st
from oracle.drugs import read_drug
from oracle.ideal import goes_by_weight
from oracle.told import text
from property.strategies.drugs import makeable_doses, steroids, times
from property.strategies.words import Fields

LATER = dt.date(2040, 1, 1)


@st.composite
def infusions(draw: st.DrawFn, anchor_number: int) -> tuple[list[Fields], dt.date]:
    """The listed infusions, and a today: the anchor happened, is booked, is planned, is missed."""
    first = draw(st.dates(dt.date(2023, 1, 1), dt.date(2029, 12, 31)) | month_ends())
    gaps = draw(st.lists(st.integers(60, 120), min_size=2, max_size=2))
    dates = [first, first + dt.timedelta(gaps[0]), first + dt.timedelta(sum(gaps))]
    shape = draw(
        st.sampled_from(
            ["happened"] * 5 + ["under way"] * 2 + ["booked", "planned", "planned", "missed"]
        )
    )
    listed: list[Fields] = [
        {"number": number, "date": date.isoformat()} for number, date in enumerate(dates, start=1)
    ][:anchor_number]
    if shape == "under way":
        return listed, dates[anchor_number - 1] + dt.timedelta(draw(st.integers(0, 200)))
    if shape == "booked":
        return listed, dates[anchor_number - 1] - dt.timedelta(draw(st.integers(1, 40)))
    if shape == "planned" and anchor_number > 1:
        # An infusion between may have been missed; it dates nothing.
        return listed[:1], draw(st.sampled_from([LATER, first]))
    if shape == "missed" and anchor_number > 1 and draw(st.booleans()):
        return [*listed[:-1], {"number": anchor_number, "missed": True}], LATER
    if anchor_number == 3 and draw(st.booleans()):
        return [listed[0], {"number": 2, "missed": True}, listed[2]], LATER
    # Infusion 1 is needed only where nothing else dates the anchor.
    return listed[-1:] if draw(st.integers(0, 5)) == 0 else listed, LATER


def month_ends() -> st.SearchStrategy[dt.date]:
    return st.sampled_from(
        [dt.date(2024, 2, 29), dt.date(2026, 1, 31), dt.date(2027, 11, 30), dt.date(2028, 8, 31)]
    )


@st.composite
def participants_without_events(
    draw: st.DrawFn,
    protocol: Fields,
    weight: Fraction,
    rules: Sequence[str],
    *,
    drug_change: bool | None,
) -> tuple[Fields, dt.date]:
    """A participant who fits the protocol; writes the taper's drug into the protocol."""
    taper, equivalence = protocol["taper"], protocol["equivalence"]
    name, strengths = draw(steroids(equivalence, rules))
    target = Fraction(taper["target_mg"])
    low = Fraction(0) if draw(st.integers(0, 7)) == 0 else target
    high = draw(st.sampled_from([Fraction(20), Fraction(30), Fraction(60)]))
    drug = read_drug(name, strengths, protocol)
    steroid = {"drug": name, "dose_mg": draw(makeable_doses(drug, low, high))}
    if "times" in rules and draw(st.integers(0, 4)) == 0:
        steroid["times"] = draw(times())
    listed, today = draw(infusions(taper["after_infusion"]))
    participant: Fields = {
        "participant": "A1",
        "protocol": "p",
        "steroid": {**steroid, "strengths": strengths},
        "infusions": listed,
        "events": [],
    }
    if goes_by_weight(taper["regimen"]) or draw(st.integers(0, 3)) == 0:
        participant["weight_kg"] = text(weight)
    changes = draw(st.integers(0, 3)) == 0 if drug_change is None else drug_change
    if changes:
        other, other_strengths = draw(steroids(equivalence, rules))
        taper["drug"] = other
        if other != name:
            participant["taper_strengths"] = other_strengths
    return participant, today


@st.composite
def eligibilities(draw: st.DrawFn, participant: Fields) -> tuple[Fields | None, Fields]:
    """Limits, sometimes outside; then mostly waived."""
    if draw(st.integers(0, 4)):
        return None, {}
    high = draw(st.sampled_from(["25", "40", "1000"]))
    limits = {"max_mg": high, **({"min_mg": "5"} if draw(st.booleans()) else {})}
    waived = {"eligibility_waived": "sponsor, 2026-01-02"} if draw(st.integers(0, 3)) else {}
    return limits, waived
