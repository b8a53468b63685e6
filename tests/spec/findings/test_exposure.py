"""§8.4: findings about the time at a dose, the days before the anchor included."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    QUARTERS,
    found,
    methyl,
    plan,
    refusal,
    set_dose,
    severity,
    table,
    withdraw,
)

from taper.exports.text import findings_text

# Suppression --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "expected"),
    [("2025-12-29", "warning"), ("2025-12-30", "absent"), (ANCHOR, "absent")],
)
def test_hpa_suppression(since: str, expected: str):
    """§8.4.1: over the hpa dose for 21 days or more, run-in and `since` counted.

    The run-in of 14 days at 10 mg, then 5 mg, which is not over it: 7 days before make 21.
    """
    planned = plan(steroid={"since": since}, regimen=table(("5", 7)))
    assert severity(planned, "hpa-suppression") == expected


def test_suppression_counts_the_taper_too():
    """§8.4.1: over the hpa dose for 21 days: 14 of run-in and 7 at 6 mg."""
    for days, expected in ((7, "warning"), (6, "absent")):
        planned = plan(steroid={"since": ANCHOR}, regimen=table(("6", days), ("5", 7)))
        assert severity(planned, "hpa-suppression") == expected


@pytest.mark.parametrize(("days", "expected"), [(20, "absent"), (21, "warning")])
def test_the_days_of_suppression_are_consecutive(days: int, expected: str):
    """§8.4.1: for 21 days or more: 14 of run-in, a week at 5 mg, then so many at 10 mg."""
    events = [set_dose("2026-01-26", days, "10")]
    planned = plan(steroid={"since": ANCHOR}, regimen=table(("5", 7)), events=events)
    assert severity(planned, "hpa-suppression") == expected


def test_suppression_is_about_the_day_on_which_it_may_be_there():
    """§8.4.1, §8.1.1: the date it is about: 29 December and 20 days more are 18 January."""
    planned = plan(steroid={"since": "2025-12-29"}, regimen=table(("5", 7)))
    assert [str(finding.date) for finding in found(planned, "hpa-suppression")] == ["2026-01-18"]


def test_at_the_physiologic_dose_nothing_is_suppressed():
    """§8.4.1: *over* the hpa dose: 5 mg for months is not."""
    assert severity(plan("5", steroid={"since": "2025-01-01"}), "hpa-suppression") == "absent"


def test_suppression_goes_by_the_drugs_own_dose():
    """§8.4.1, §8.1.3: dexamethasone 0.75 mg, 5 mg prednisone-equivalent, is over its own 0.5 mg."""
    taken = {"drug": "dexamethasone", "strengths": ["0.75"], "since": "2025-01-01"}
    assert severity(plan("0.75", steroid=taken), "hpa-suppression") == "warning"


def test_without_since_the_baseline_is_taken_from_28_days_before_infusion_1():
    """§5.2.6: exposure findings; else 28 days before infusion 1.

    20 mg for 28 days are enough for pjp-prophylaxis even where the taper starts at once.
    """
    at_once: Fields = {"offset_days": 0}
    assert severity(plan("20", taper=at_once), "pjp-prophylaxis") == "caution"
    since = plan("20", taper=at_once, steroid={"since": "2025-12-09"})  # 27 days
    assert severity(since, "pjp-prophylaxis") == "absent"


def test_days_between_infusion_1_and_the_anchor_are_counted():
    """§5.2.6: 28 days before infusion 1, not before the anchor: 28 days and three months."""
    planned = plan(taper={"after_infusion": 2, "offset_days": 0}, events=[withdraw("2026-04-06")])
    assert severity(planned, "bone-protection") == "info"  # 28 + 90 + 1 days


def test_since_cannot_be_later_than_the_anchor():
    """§5.2.5: since when that dose is taken; the run-in is at that dose."""
    problem = refusal(steroid={"since": "2026-01-06"})
    assert (problem.field, problem.read) == ("steroid.since", "2026-01-06")


def test_since_cannot_be_later_than_today():
    """§5.2.5: of an infusion that is only planned the baseline need not be taken yet."""
    problem = refusal(steroid={"since": "2026-01-04"}, today="2026-01-03")
    assert (problem.field, problem.read) == ("steroid.since", "2026-01-04")
    assert "2026-01-03" in problem.allowed


def test_since_is_within_a_lifetime():
    """§5.2.5: an empty cell of a workbook may be read as 1900-01-01."""
    problem = refusal(steroid={"since": "1900-01-01"})
    assert (problem.field, problem.read) == ("steroid.since", "1900-01-01")
    assert "an empty cell may be read as 1900-01-01" in problem.allowed


@pytest.mark.parametrize(("mg", "expected"), [("20", "caution"), ("19", "absent")])
def test_without_a_date_of_infusion_1_the_28_days_are_those_before_the_anchor(
    mg: str, expected: str
):
    """§5.2.6: the taper starts on the anchor, so the 28 days of 20 mg are all before it."""
    planned = plan(
        mg,
        taper={"after_infusion": 2, "offset_days": 0},
        participant={"infusions": [{"number": 2, "date": "2026-04-05"}]},
    )
    assert severity(planned, "pjp-prophylaxis") == expected


def test_steroid_emergency_card():
    """§8.4.2: hpa-suppression holds."""
    for since, expected in (("2025-12-29", "info"), ("2025-12-30", "absent")):
        planned = plan(steroid={"since": since}, regimen=table(("5", 7)))
        assert severity(planned, "steroid-emergency-card") == expected


# Prophylaxis --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mg", "since", "expected"),
    [
        ("20", "2025-12-22", "caution"),  # 14 + 14 days
        ("20", "2025-12-23", "absent"),
        ("19", "2025-01-01", "absent"),
    ],
)
def test_pjp_prophylaxis(mg: str, since: str, expected: str):
    """§8.4.3: ≥ 20 mg prednisone-equivalent for 28 days, `since` counted."""
    assert severity(plan(mg, steroid={"since": since}), "pjp-prophylaxis") == expected


@pytest.mark.parametrize(("days", "expected"), [(14, "caution"), (13, "absent")])
def test_a_day_of_a_cycle_exposes_as_its_highest_does(days: int, expected: str):
    """§8.4.3, §8.1.3: 14 days of 20 mg, then 20 and 10 mg in turn, which count as 20."""
    alternate = table((["20", "10"], days), ("5", 7), entry="join")
    planned = plan("20", steroid={"since": ANCHOR}, regimen=alternate)
    assert severity(planned, "pjp-prophylaxis") == expected


def test_pjp_prophylaxis_is_weighed_in_prednisone_equivalents():
    """§8.4.3, §8.1.3: 16 mg methylprednisolone are 20 mg."""
    for mg, expected in (("16", "caution"), ("15", "absent")):
        assert severity(plan(mg, steroid=methyl("1")), "pjp-prophylaxis") == expected


@pytest.mark.parametrize(("day", "expected"), [("2026-04-05", "info"), ("2026-04-04", "absent")])
def test_bone_protection(day: str, expected: str):
    """§8.4.4: ≥ 2.5 mg for 90 days, `since` counted: 5 January to 4 April are 90 days."""
    planned = plan(steroid={"since": ANCHOR}, events=[withdraw(day)])
    assert severity(planned, "bone-protection") == expected


def test_bone_protection_is_from_2_5_mg_on():
    """§8.4.4: ≥ 2.5 mg, and not 2.25 for however long."""
    for mg, expected in (("2.5", "info"), ("2.25", "absent")):
        planned = plan(mg, strengths=QUARTERS, steroid={"since": "2020-01-01"})
        assert severity(planned, "bone-protection") == expected


# What is assumed ----------------------------------------------------------------------------------

ASSUMED = "(assumed, since when is not given)"


@pytest.mark.parametrize(
    "code", ["hpa-suppression", "steroid-emergency-card", "pjp-prophylaxis", "bone-protection"]
)
def test_what_rests_on_assumed_days_says_so(code: str):
    """§5.2.7: 28 days before infusion 1 that nobody spoke of are among the days of exposure."""
    (assumed,) = found(plan("30"), code)
    (given,) = found(plan("30", steroid={"since": "2025-01-01"}), code)
    assert ASSUMED in assumed.text
    assert ASSUMED not in given.text


def test_what_the_printed_days_reach_by_themselves_is_not_assumed():
    """§5.2.7: 5 mg are not over the physiologic dose; 21 days of the set dose after it are."""
    (finding,) = found(plan("5", events=[set_dose("2026-01-10", 30, "10")]), "hpa-suppression")
    assert ASSUMED not in finding.text


def test_advice_that_nearly_always_holds_stands_apart():
    """§8.4.5: after what is particular to this plan, under a line of its own."""
    said = findings_text(plan("30").findings)
    particular, advice = said.split("As for everybody who takes a steroid this long:")
    for code in ("hpa-suppression", "steroid-emergency-card", "bone-protection"):
        assert (f"{code} (" in particular, f"{code} (" in advice) == (False, True)
    assert "pjp-prophylaxis (" in particular
