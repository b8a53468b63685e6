"""§8.5: findings about the drug and its tablets."""

from __future__ import annotations

from typing import Any

import pytest
from spec.build import (
    SPLIT_5,
    found,
    plan,
    severity,
    table,
)

# Drugs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "mg", "expected"),
    [
        ("dexamethasone", "1.5", "warning"),
        ("betamethasone", "1.5", "warning"),
        ("methylprednisolone", "8", "absent"),
        ("prednisone", "10", "absent"),
    ],
)
def test_long_acting_drug(drug: str, mg: str, expected: str):
    """§8.5.1: the taper is in dexamethasone or betamethasone."""
    planned = plan(mg, steroid={"drug": drug, "strengths": ["0.25"]})
    assert severity(planned, "long-acting-drug") == expected


def test_a_baseline_in_a_long_acting_drug_may_be_tapered_in_another():
    """§8.5.1: the *taper* is in it."""
    taken = {"drug": "dexamethasone", "strengths": ["1.5"]}
    planned = plan(
        "1.5",
        steroid=taken,
        taper={"drug": "prednisone"},
        participant={"taper_strengths": ["5", "1"]},
    )
    assert severity(planned, "long-acting-drug") == "absent"


@pytest.mark.parametrize(
    ("drug", "mg", "expected"),
    [
        ("hydrocortisone", "40", "warning"),
        ("cortisone", "50", "warning"),
        ("prednisolone", "10", "absent"),
    ],
)
def test_replacement_drug(drug: str, mg: str, expected: str):
    """§8.5.2: hydrocortisone or cortisone: make sure that it is not adrenal replacement."""
    planned = plan(mg, steroid={"drug": drug, "strengths": ["5", "1"]})
    assert severity(planned, "replacement-drug") == expected


# Tablets ------------------------------------------------------------------------------------------


def test_split_tablets():
    """§8.5.3."""
    rule = table(("7.5", 7), ("5", 7))
    assert severity(plan(strengths=SPLIT_5, regimen=rule), "split-tablets") == "caution"
    assert severity(plan(strengths=["5", "2.5"], regimen=rule), "split-tablets") == "absent"
    whole = plan(strengths=SPLIT_5, regimen=table(("5", 7)))  # they may be halved and are not
    assert severity(whole, "split-tablets") == "absent"


@pytest.mark.parametrize(
    ("mg", "strengths", "expected"),
    [
        ("8", ["1"], "absent"),
        ("9", ["1"], "caution"),
        ("8.5", [{"mg": "1", "split": 2}], "caution"),  # 8 whole ones and a half
        ("7.75", [{"mg": "1", "split": 4}], "absent"),  # 7 whole ones and three quarters
    ],
)
def test_many_tablets(mg: str, strengths: list[Any], expected: str):
    """§8.5.4, §7.1.3: over 8 pieces; a broken part is one piece."""
    planned = plan(mg, strengths=strengths, regimen=table(("5", 7)))
    assert severity(planned, "many-tablets") == expected


def test_of_many_tablets_the_day_of_the_most_is_named():
    """§8.5.4, §8.1.1: 9 pieces of 45 mg, then 12 of 44 mg."""
    planned = plan("45", regimen=table(("44", 7), ("42", 7), ("5", 7)), strengths=["5", "1"])
    (finding,) = found(planned, "many-tablets")
    assert finding.text == (
        "From 2026-01-19 a day's dose is 12 pieces of tablets (44 mg prednisone), more than 8."
    )


@pytest.mark.parametrize(
    ("mg", "row", "expected"),
    [
        ("20", "10", "caution"),  # one of 20, one of 10
        ("25", "12.5", "caution"),  # 20 + 5, 10 + 2.5
        ("20", "15", "absent"),  # one of 20, 10 + 5
        ("30", "15", "caution"),  # 20 + 10, 10 + 5
        ("10", "7.5", "absent"),  # one of 10, 5 + 2.5
    ],
)
def test_strength_change(mg: str, row: str, expected: str):
    """§8.5.5: the same count of another strength than the step before.

    The last step is 2.5 mg for 1 mg: three tablets after one or two, never as many.
    """
    planned = plan(mg, target="3", regimen=table((row, 7), ("3", 7)))
    assert severity(planned, "strength-change") == expected


def test_strengths_that_stay_are_no_change():
    """§8.5.5: 2 × 0.75 and 1 × 0.5 mg, then 1 × 0.75 and 2 × 0.5 mg: only counts change."""
    taken = {"drug": "dexamethasone", "strengths": ["0.75", "0.5"]}
    planned = plan("2", steroid=taken, regimen=table(("11.6667", 7), ("5", 7)))
    assert severity(planned, "strength-change") == "absent"


@pytest.mark.parametrize(
    ("drug", "mg", "expected"),
    [
        ("hydrocortisone", "20", "absent"),
        ("hydrocortisone", "25", "caution"),
        ("cortisone", "25", "absent"),
        ("cortisone", "30", "caution"),
        ("prednisone", "60", "absent"),
    ],
)
def test_usually_divided(drug: str, mg: str, expected: str):
    """§8.5.9: over 20 mg of hydrocortisone or 25 mg of cortisone at one time."""
    planned = plan(mg, steroid={"drug": drug, "strengths": ["5"]}, target="5")
    assert severity(planned, "usually-divided") == expected


def test_alternate_day():
    """§8.5.6."""
    cycle = plan(target="0", regimen=table((["5", "0"], 6), ("0", 7)))
    assert severity(cycle, "alternate-day") == "caution"
    assert severity(plan(), "alternate-day") == "absent"


def test_a_cycle_that_prints_one_dose_is_not_alternate_day():
    """§8.5.6: 8 and 9 mg of tablets of 10 mg are 10 mg every day."""
    planned = plan("20", target="0", strengths=["10"], regimen=table((["8", "9"], 4), ("0", 7)))
    assert severity(planned, "alternate-day") == "absent"
