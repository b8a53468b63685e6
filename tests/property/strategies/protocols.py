"""Random protocols."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st
from oracle.rows import WEEK
from property.strategies.regimens import regimens
from property.strategies.words import Fields

from taper.sources import shipped


@st.composite
def windows(draw: st.DrawFn) -> Fields:
    months = st.fixed_dictionaries({"months": st.integers(1, 9)})
    weeks = st.fixed_dictionaries({"weeks": st.integers(4, 40)})
    days = st.fixed_dictionaries({"days": st.integers(28, 300)})
    return draw(months | weeks | days)


@st.composite
def flare_rules(draw: st.DrawFn, actions: Sequence[str]) -> Fields:
    action = draw(st.sampled_from(actions))
    rule: Fields = {"action": action}
    for key, values in (
        ("min_days", [1, 5, 7, 14, 28]),
        ("stable_days", [0, 1, 7, 14]),
        ("review_days", [1, 7, 28]),
    ):
        if draw(st.booleans()):
            rule[key] = draw(st.sampled_from(values))
    if action == "hold" and draw(st.booleans()):
        rule["resume"] = draw(st.sampled_from(["continue", "restart-step"]))
    if action == "step-back" and draw(st.booleans()):
        rule["step_back"] = draw(st.integers(1, 3))
    if action == "rescue":
        rule["rescue"] = draw(st.lists(rescue_rows(), min_size=1, max_size=3))
    if draw(st.booleans()):
        rule["max_flares"] = draw(st.sampled_from([1, 1, 2]))
    return rule


SHIPPED: Fields = {
    id_: sheet["regimen"]
    for id_ in shipped.regimen_ids()
    if "needs" not in (sheet := shipped.regimen_sheet(id_)) and "regimen" in sheet
}
"""Whole regimens that a set dose may name (§6.11.14)."""


@st.composite
def later_rules(draw: st.DrawFn, protocol: Fields, rules: Sequence[str], weight: Fraction) -> None:
    """Days of change (§4.13), and a regimen after a flare (§6.8.26), written into the protocol."""
    taper, flare = protocol["taper"], protocol.get("flare", {})
    if "change_on" in rules and draw(st.booleans()):
        days = st.lists(st.sampled_from(WEEK), min_size=1, max_size=3, unique=True)
        taper["change_on"] = draw(days)
    if "resume" in rules and flare and draw(st.integers(0, 2)) == 0:
        flare["resume"] = "regimen"
        flare["regimen"] = draw(other_regimens(protocol, weight))


@st.composite
def other_regimens(draw: st.DrawFn, protocol: Fields, weight: Fraction) -> Fields:
    """Another regimen to the same target."""
    kind = draw(st.sampled_from(["bands", "percent", "linear", "steps", "tables", "phases"]))
    target = Fraction(protocol["taper"]["target_mg"])
    return draw(regimens(kind, target, weight, protocol["equivalence"]))


@st.composite
def rescue_rows(draw: st.DrawFn) -> Fields:
    mg = draw(st.sampled_from(["5", "7.5", "12", "20", "30", "37.5", "40", "60"]))
    return {"mg": mg, "days": draw(st.integers(1, 7))}


@st.composite
def taper_rules(
    draw: st.DrawFn, kinds: Sequence[str], weight: Fraction, equivalence: str
) -> Fields:
    target = draw(st.sampled_from(["5", "0", "2.5", "7.5"]))
    rules: Fields = {
        "after_infusion": draw(st.integers(1, 3)),
        "offset_days": draw(st.sampled_from([14, 0, 1, 2, 7, 28])),
        "target_mg": target,
        "complete_within": draw(windows()),
        "maintenance_days": draw(st.sampled_from([7, 1, 2, 28])),
        "drug": "as-baseline",
    }
    kind = draw(st.sampled_from(kinds))
    rules["regimen"] = draw(regimens(kind, Fraction(target), weight, equivalence))
    rounding = draw(st.sampled_from([None, "nearest", "up"]))
    if rounding is not None:
        rules["rounding"] = rounding
    if draw(st.integers(0, 5)) == 0:
        rules["max_rounding_mg"] = draw(st.sampled_from(["5", "2.5", "1"]))
    # What has a default may be left out.
    for key in ("complete_within", "maintenance_days", "offset_days", "drug"):
        if draw(st.integers(0, 9)) == 0:
            del rules[key]
    return rules


def protocol_around(taper: Fields, equivalence: str) -> Fields:
    return {
        "id": "p",
        "title": "p",
        "version": "1.0",
        "status": "illustrative",
        "sources": ["generated case"],
        "infusion_day": 0,
        "infusions": [
            {"number": 1, "months": 0},
            {"number": 2, "months": 3, "window_days": 7},
            {"number": 3, "months": 6, "window_days": 14},
        ],
        "equivalence": equivalence,
        "market": "US",
        "taper": taper,
    }
