"""Drugs, their tablets and the doses that they make."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from oracle.drugs import EQUIVALENCE, Drug
from oracle.times import TIMES
from oracle.told import text
from property.strategies.words import Chance, Fields


def half(mg: str) -> Fields:
    return {"mg": mg, "split": 2}


def quarter(mg: str) -> Fields:
    return {"mg": mg, "split": 4}


# What a participant may have of each drug, fine to coarse.
STRENGTHS: dict[str, list[list[Any]]] = {
    "prednisone": [
        ["20", "10", "5", "2.5", "1"],
        ["50", "20", "10", "5", "2.5", "1"],
        [half("5"), "1"],
        [quarter("20"), half("5"), {"mg": "1", "split": 1}],
        ["25", "20", half("1")],
        [half("5")],
        ["5", "2.5"],
        [half("10"), "2.5"],
        ["20", "5"],
    ],
    "prednisolone": [["25", "5", "2.5", "1"], [quarter("20"), "1"], [half("5")]],
    "methylprednisolone": [["32", "16", "8", "4", "2"], [half("4"), "16"], [quarter("4")]],
    "triamcinolone": [[half("4"), half("1")], ["8", "4", "2", "1"]],
    "hydrocortisone": [["20", "10", "5"], [half("10")], [quarter("20")]],
    "cortisone": [[quarter("25")], [half("25"), half("5")]],
    "dexamethasone": [
        ["4", "1.5", "0.75", "0.5"],
        ["0.75", "0.5"],
        [half("0.75"), half("0.5"), "6"],
        [quarter("0.5")],
    ],
    "betamethasone": [[half("0.6")], [quarter("0.5")]],
    "paramethasone": [[half("2"), half("1")], [quarter("2")]],
    "deflazacort": [["30", half("6")], ["6", "1"]],
}


# What may be taken in place of tablets: mg in each mL, and the smallest volume, mL.
SOLUTIONS = [
    {"mg_per_ml": "3", "smallest_ml": "0.5"},
    {"mg_per_ml": "1", "smallest_ml": "1"},
    {"mg_per_ml": "5", "smallest_ml": "0.1"},
]


def steroids(chance: Chance, equivalence: str, rules: Sequence[str] = ()) -> tuple[str, list[Any]]:
    names = [name for name in STRENGTHS if name in EQUIVALENCE[equivalence]]
    usual = chance.half()
    name = "prednisone" if usual else chance.one_of(names)
    if "solution" in rules and chance.one_in(8):
        return name, [chance.one_of(SOLUTIONS)]
    return name, chance.one_of(STRENGTHS[name])


def times(chance: Chance) -> Fields:
    """One to three times of the day with their shares, in any order."""
    chosen = chance.some_of(TIMES, 1, 3)
    return {time: chance.one_of([1, 1, 2, 3, 99]) for time in chosen}


def makeable_doses(chance: Chance, drug: Drug, low: Fraction, high: Fraction) -> str:
    """A dose of the drug, over `low` and up to `high` mg prednisone-equivalent if there is one."""
    fitting = [mg for mg in drug.makeable(drug.from_prednisone(high)) if mg > 0]
    inside = [mg for mg in fitting if low < drug.to_prednisone(mg) <= high]
    return text(chance.one_of(inside or fitting[:1]))
