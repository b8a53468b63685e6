"""Random protocols."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from oracle.rows import WEEK
from property.strategies.regimens import regimens
from property.strategies.words import Chance, Fields

from taper.sources import shipped


def windows(chance: Chance) -> Fields:
    unit, least, most = chance.one_of([("months", 1, 9), ("weeks", 4, 40), ("days", 28, 300)])
    return {unit: chance.whole(least, most)}


def flare_rules(chance: Chance, actions: Sequence[str]) -> Fields:
    action = chance.one_of(actions)
    rule: Fields = {"action": action}
    for key, values in (
        ("min_days", [1, 5, 7, 14, 28]),
        ("stable_days", [0, 1, 7, 14]),
        ("review_days", [1, 7, 28]),
    ):
        if chance.half():
            rule[key] = chance.one_of(values)
    if action == "hold" and chance.half():
        rule["resume"] = chance.one_of(["continue", "restart-step"])
    if action == "step-back" and chance.half():
        rule["step_back"] = chance.whole(1, 3)
    if action == "rescue":
        rule["rescue"] = [rescue_rows(chance) for _ in range(chance.whole(1, 3))]
    if chance.half():
        rule["max_flares"] = chance.one_of([1, 1, 2])
    return rule


SHIPPED: Fields = {
    id_: sheet["regimen"]
    for id_ in shipped.regimen_ids()
    if "needs" not in (sheet := shipped.regimen_sheet(id_)) and "regimen" in sheet
}
"""Whole regimens that a set dose may name (§6.11.14)."""


def later_rules(chance: Chance, protocol: Fields, rules: Sequence[str], weight: Fraction) -> None:
    """Days of change (§4.13), and a regimen after a flare (§6.8.26), written into the protocol."""
    taper, flare = protocol["taper"], protocol.get("flare", {})
    if "change_on" in rules and chance.half():
        taper["change_on"] = chance.some_of(WEEK, 1, 3)
    if "resume" in rules and flare and chance.one_in(3):
        flare["resume"] = "regimen"
        flare["regimen"] = other_regimens(chance, protocol, weight)


def other_regimens(chance: Chance, protocol: Fields, weight: Fraction) -> Fields:
    """Another regimen to the same target."""
    kind = chance.one_of(["bands", "percent", "linear", "steps", "tables", "phases"])
    target = Fraction(protocol["taper"]["target_mg"])
    return regimens(chance, kind, target, weight, protocol["equivalence"])


def rescue_rows(chance: Chance) -> Fields:
    mg = chance.one_of(["5", "7.5", "12", "20", "30", "37.5", "40", "60"])
    return {"mg": mg, "days": chance.whole(1, 7)}


def taper_rules(chance: Chance, kinds: Sequence[str], weight: Fraction, equivalence: str) -> Fields:
    target = chance.one_of(["5", "0", "2.5", "7.5"])
    rules: Fields = {
        "after_infusion": chance.whole(1, 3),
        "offset_days": chance.one_of([14, 0, 1, 2, 7, 28]),
        "target_mg": target,
        "complete_within": windows(chance),
        "maintenance_days": chance.one_of([7, 1, 2, 28]),
        "drug": "as-baseline",
    }
    kind = chance.one_of(kinds)
    rules["regimen"] = regimens(chance, kind, Fraction(target), weight, equivalence)
    rounding = chance.one_of([None, "nearest", "up"])
    if rounding is not None:
        rules["rounding"] = rounding
    if chance.one_in(6):
        rules["max_rounding_mg"] = chance.one_of(["5", "2.5", "1"])
    # What has a default may be left out.
    for key in ("complete_within", "maintenance_days", "offset_days", "drug"):
        if chance.one_in(10):
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
