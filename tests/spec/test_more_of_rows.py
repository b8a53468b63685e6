"""§4.12: weeks, long cycles, rows by weight, days of the week, other drugs, the mean."""

from __future__ import annotations

from typing import Any

import pytest
from cases import Fields, as_text
from spec.build import (
    QUARTERS,
    codes,
    course,
    daily,
    found,
    hold,
    ideal,
    kinds,
    plan,
    refusal,
    rescue,
    rows,
    table,
)
from spec.build import flare as flared

from taper.trial.regimens import Steps


def steps(*all_rows: Fields, **more: Any) -> Fields:
    """A regimen of rows as they stand in a file."""
    return {"kind": "steps", "steps": list(all_rows), **more}


TO_5: Fields = {"mg": "5", "days": 7}
TO_0: Fields = {"mg": "0", "days": 7}

# How long ----------------------------------------------------------------------------------------


def test_weeks_stand_for_days():
    """§4.12.1: 7 each."""
    assert course(plan(regimen=steps({"mg": "8", "weeks": 2}, TO_5))) == "10×14 8×14 5×28"


@pytest.mark.parametrize("length", [{}, {"days": 14, "weeks": 2}])
def test_a_row_is_as_long_as_one_of_both_says(length: Fields):
    """§4.12.1."""
    problem = refusal(regimen=steps({"mg": "8", **length}, TO_5))
    assert (problem.field, problem.allowed) == (
        "taper.regimen.steps[1]",
        "exactly one of days or weeks",
    )


def test_a_row_lasts_ten_years_at_most():
    """§4.12.1: as in days."""
    problem = refusal(regimen=steps({"mg": "8", "weeks": 523}, TO_5))
    assert problem.allowed == "whole weeks from 1 to 522"


def test_a_cycle_has_at_most_42_days():
    """§4.12.2."""
    six_weeks = ["8", *["6"] * 41]
    planned = plan(regimen=table((six_weeks, 84), ("5", 7)))
    assert daily(planned, "2026-01-19", 44) == " ".join([*six_weeks, "8", "6"])
    problem = refusal(regimen=table(([*six_weeks, "6"], 84), ("5", 7)))
    assert problem.allowed.startswith("a list of at most 42 entries")


# By weight ---------------------------------------------------------------------------------------


def by_weight(kg: str, per_kg: Any, **more: str) -> str:
    row = {"mg_per_kg": per_kg, "days": 14, **more}
    return kinds(
        plan("40", regimen=steps(row, TO_0), target="0", participant={"weight_kg": kg})
    ).split(", ")[1]


def test_a_cycle_may_be_by_weight():
    """§4.12.3: 1.5 mg per kg every other day, of 20 kg."""
    assert by_weight("20", ["1.5", "0"]) == "30/0×14"


@pytest.mark.parametrize(
    ("kg", "printed"), [("10", "20/0×14"), ("20", "30/0×14"), ("25", "35/0×14")]
)
def test_each_day_by_weight_lies_within_min_mg_and_max_mg(kg: str, printed: str):
    """§4.12.3: at least 20 mg and at most 35; a day of 0 stays free."""
    assert by_weight(kg, ["1.5", "0"], min_mg="20", max_mg="35") == printed


def test_a_row_by_weight_needs_no_bounds():
    """§4.12.3: both optional; min(row, baseline) holds all the same."""
    assert by_weight("30", "1") == "30×14"
    assert by_weight("30", "1", min_mg="32.5") == "32.5×14"
    assert kinds(
        plan(
            "40",
            regimen=steps({"mg_per_kg": "1", "days": 14}, TO_5, entry="first"),
            participant={"weight_kg": "90"},
        )
    ) == ("run-in 40×28, maintenance 5×28")


@pytest.mark.parametrize(
    ("row", "allowed"),
    [
        ({"mg": "8", "min_mg": "5"}, "min_mg and max_mg only together with mg_per_kg"),
        ({"mg_per_kg": "1", "min_mg": "9", "max_mg": "8"}, "at least min_mg, 9 mg"),
        ({"mg_per_kg": "0"}, "a plain decimal above 0 and up to 1000"),
        ({"mg_per_kg": ["0", "0"]}, "a plain decimal above 0 and up to 1000"),
        ({"mg": "8", "mg_per_kg": "1"}, "exactly one of mg, mg_per_kg or by_weekday"),
        ({}, "exactly one of mg, mg_per_kg or by_weekday"),
    ],
)
def test_a_row_that_says_no_dose_is_refused(row: Fields, allowed: str):
    """§4.12.3, §4.12.4."""
    problem = refusal(regimen=steps({**row, "days": 7}, TO_5))
    assert problem.field.startswith("taper.regimen.steps[1]")
    assert problem.allowed.startswith(allowed)


def test_a_weight_that_makes_more_than_any_dose_is_refused():
    """§4.12.3, §2.3.4: 20 mg per kg of 60 kg."""
    row = {"mg_per_kg": "20", "days": 7}
    problem = refusal(regimen=steps(row, TO_5), participant={"weight_kg": "60"})
    assert (problem.who, problem.field) == ("IIM-001", "weight_kg")
    assert problem.read == "60 kg, for which a row is 1200 mg"


# Days of the week --------------------------------------------------------------------------------

MONDAYS: Fields = {"by_weekday": {"monday": "8", "friday": "8", "else": "6"}, "weeks": 4}
"""The taper of these tests starts on a Monday, 2026-01-19."""


def test_a_cycle_of_weekdays_begins_where_the_week_stands():
    """§4.12.4: three days at 9 mg, so that it begins on a Thursday."""
    planned = plan(regimen=steps({"mg": "9", "days": 3}, MONDAYS, TO_5))
    assert daily(planned, "2026-01-19", 11) == "9 9 9 6 8 6 6 8 6 6 6"
    assert kinds(planned) == "run-in 10×14, 9×3, 6/8/6/6/8/6/6×28, maintenance 5×28"


def test_whatever_interrupts_it_monday_stays_monday():
    """§4.12.4, §6.8.8: held from Wednesday to Friday, it goes on on Saturday."""
    planned = plan(regimen=steps(MONDAYS, TO_5), events=[hold("2026-01-21", until="2026-01-24")])
    assert daily(planned, "2026-01-19", 9) == "8 6 8 8 8 6 6 8 6"
    assert kinds(planned) == ("run-in 10×14, 8/6×2, hold 8×3, 6/6/8/6/6/6/8×26, maintenance 5×28")


def test_what_comes_after_a_cycle_of_weekdays_is_said_from_its_day():
    """§4.12.4, §6.17.6: after 30 days of maintenance comes a Wednesday."""
    week = {"by_weekday": {"monday": "5", "wednesday": "4", "else": "0"}, "days": 7}
    planned = plan(regimen=steps(week), taper={"maintenance_days": 30})
    assert str(planned.after.first_day) == "2026-02-18"
    assert [str(mg) for mg in planned.after.pattern_mg] == ["4", "0", "0", "0", "0", "5", "0"]


def test_a_week_of_equal_days_is_one_dose():
    """§4.12.4, §6.4.12: 8 and 8.1 mg are printed alike, and are one step with the row before."""
    week = {"by_weekday": {"monday": "8", "else": "8.1"}, "days": 14}
    planned = plan(regimen=steps({"mg": "8", "days": 7}, week, TO_5))
    assert kinds(planned) == "run-in 10×14, 8×21, maintenance 5×28"


def test_a_week_is_no_cycle_of_seven_days():
    """§4.12.4, §6.4.15: the one is tied to the calendar, the other begins on its first day."""
    seven = ["8", "6", "6", "6", "8", "6", "6"]
    planned = plan(regimen=steps({"mg": seven, "days": 3}, MONDAYS, TO_5))
    assert daily(planned, "2026-01-19", 6) == "8 6 6 6 8 6"
    assert [step.days for step in planned.steps] == [14, 3, 28, 28]


@pytest.mark.parametrize(
    ("week", "allowed"),
    [
        ({"else": "5"}, "at least one day of the week, such as monday: 5"),
        ({"monday": "5"}, "else where a day of the week is left out, and only there"),
        ({"mon": "5", "else": "0"}, "monday, tuesday"),
    ],
)
def test_a_week_has_a_dose_for_every_day(week: Fields, allowed: str):
    """§4.12.4."""
    problem = refusal(regimen=steps({"by_weekday": week, "days": 7}, TO_5))
    assert problem.field.startswith("taper.regimen.steps[1].by_weekday")
    assert problem.allowed.startswith(allowed)


# In another drug ---------------------------------------------------------------------------------

DEXA = steps(
    *({"mg": mg, "weeks": 1} for mg in ("4", "3", "2", "1")),
    TO_0,
    **{"in": "dexamethasone", "entry": "join"},
)


def test_rows_may_be_in_the_mg_of_another_drug():
    """§4.12.5: exact, so that who takes 4 mg finds the row of 4 mg."""
    taken = {"drug": "dexamethasone", "dose_mg": "4", "strengths": ["4", "1"]}
    planned = plan(regimen=DEXA, target="0", steroid=taken)
    assert kinds(planned) == "run-in 4×21, 3×7, 2×7, 1×7, maintenance 0×28"
    assert "rounded" not in codes(planned)


def test_they_are_converted_by_the_protocols_table():
    """§4.12.5: 0.75 mg dexamethasone is 5 mg prednisone; 4 mg is over 25 mg, and 3 is 20."""
    planned = plan("25", regimen=DEXA, target="0", strengths=QUARTERS)
    assert ideal(planned) == ["20", "13.3333", "6.6667", "0"]


def test_the_target_is_compared_by_that_table_too():
    """§4.12.5, §4.7.4: 1 mg dexamethasone is 6.6667 mg prednisone, and the target 5 is 0.75 mg."""
    problem = refusal(regimen={**DEXA, "steps": DEXA["steps"][:-1]})
    assert (problem.who, problem.field) == ("protocol", "taper.regimen")
    assert problem.allowed == "a last row of at most the target, 0.75 mg dexamethasone"
    assert plan(regimen={**DEXA, "steps": [*DEXA["steps"][:-1], {"mg": "0.75", "days": 7}]}).steps


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("dexamethasonne", "did you mean"),
        ("Rayos", "in plain tablets"),
        ("vamorolone", "one of"),
    ],
)
def test_the_drug_of_rows_is_one_that_is_known(name: str, allowed: str):
    """§4.12.5."""
    problem = refusal(regimen={**DEXA, "in": name})
    assert (problem.who, problem.field) == ("protocol", "taper.regimen.in")
    assert allowed in problem.allowed


def test_it_may_be_named_as_a_drug_may():
    """§4.12.5, §4.4.4."""
    taken = {"drug": "dexamethasone", "dose_mg": "4", "strengths": ["4", "1"]}
    named = plan(regimen={**DEXA, "in": "Decadron"}, target="0", steroid=taken)
    assert course(named) == "4×21 3×7 2×7 1×7 0×28"


# By the mean -------------------------------------------------------------------------------------


def mean(*doses: str, days: int = 14) -> Fields:
    return {"mg": list(doses), "days": days, "compare": "mean"}


DOUBLED = steps(mean("80", "0", days=28), mean("60", "0"), mean("40", "0"), TO_0, entry="join")


def test_every_other_day_may_have_twice_the_dose():
    """§4.12.6: 40 mg every day, then 80 mg and none: the mean is the same."""
    planned = plan("40", regimen=DOUBLED, target="0")
    assert kinds(planned) == ("run-in 40×14, 80/0×28, 60/0×14, 40/0×14, maintenance 0×28")
    assert "row-cut" not in codes(planned)


def test_without_the_mean_such_a_row_is_cut_and_told():
    """§4.11.6, §4.12.8: 40 mg and none is half of what is meant."""
    rule = table((["80", "0"], 28), (["40", "0"], 14), ("0", 7), entry="first")
    planned = plan("40", regimen=rule, target="0")
    assert kinds(planned) == "run-in 40×14, 40/0×42, maintenance 0×28"
    assert "80 mg" in found(planned, "row-cut")[0].text


def test_a_fall_between_such_rows_is_that_of_the_mean():
    """§4.12.6, §8.3.4: from 40 to 30 and 20 mg is by 10 mg; to none it is a large one."""
    planned = plan("40", regimen=DOUBLED, target="0")
    (drop,) = found(planned, "large-drop")
    assert "from a mean of 20 mg prednisone a day to 0 mg prednisone" in drop.text


def test_such_a_row_is_entered_by_its_mean():
    """§4.12.6: below 40 mg is the row whose mean is 30."""
    planned = plan("40", regimen={**DOUBLED, "entry": "below"}, target="0")
    assert kinds(planned).startswith("run-in 40×14, 60/0×14")


def test_a_mean_over_the_baseline_is_cut_in_proportion():
    """§4.12.6: from 30 mg a day 80 and 0 become 60 and 0."""
    planned = plan("30", regimen={**DOUBLED, "entry": "first"}, target="0")
    assert kinds(planned).startswith("run-in 30×14, 60/0×42, 40/0×14")
    assert "80 mg" in found(planned, "row-cut")[0].text


def test_its_highest_days_go_down_where_rounding_raised_the_mean():
    """§4.12.7: 50 and 10 mg of 20 mg tablets are 60 and 20, over the mean of 30 before."""
    rule = steps(mean("60", "0"), mean("50", "10"), TO_0)
    planned = plan("40", regimen=rule, target="0", strengths=["20"])
    assert kinds(planned) == "run-in 40×14, 60/0×14, 40/20×14, maintenance 0×28"


def test_its_days_are_rounded_to_the_nearest():
    """§4.12.7: whatever `rounding` says."""
    rule = steps(mean("64", "0"), TO_0)
    planned = plan("40", regimen=rule, target="0", strengths=["20"], taper={"rounding": "up"})
    assert kinds(planned).startswith("run-in 40×14, 60/0×14")


def test_a_plain_row_after_it_is_not_above_its_mean():
    """§4.12.9: 35 mg every day after 60 and 0 would be a rise, and is cut to 30."""
    rule = steps(mean("60", "0"), {"mg": "35", "days": 7}, TO_0)
    planned = plan("40", regimen=rule, target="0")
    assert kinds(planned) == "run-in 40×14, 60/0×14, 30×7, maintenance 0×28"
    assert "35 mg" in found(planned, "row-cut")[0].text


def test_a_hold_in_it_is_as_much_as_its_mean():
    """§4.12.10: every day 30 mg and not 60; of 20 mg tablets the next that is not below, 40."""
    resolved = [hold("2026-01-22", until="2026-01-25")]
    rule = steps(mean("60", "0"), TO_0)
    held = plan("40", regimen=rule, target="0", events=resolved)
    assert daily(held, "2026-01-19", 8) == "60 0 60 30 30 30 0 60"
    coarse = plan("40", regimen=rule, target="0", events=resolved, strengths=["20"])
    assert daily(coarse, "2026-01-19", 8) == "60 0 60 40 40 40 0 60"


def test_a_step_of_which_one_row_is_by_the_mean_is_held_at_it():
    """§4.12.10: 60 and 0 by its highest day, and then the same by the mean, are one step."""
    rule = steps({"mg": ["60", "0"], "days": 2}, mean("60", "0"), TO_0, entry="first")
    held = plan("60", regimen=rule, target="0", events=[hold("2026-01-20", until="2026-01-22")])
    assert daily(held, "2026-01-19", 5) == "60 30 30 0 60"


def test_a_rescue_in_it_is_at_least_as_much_as_its_mean():
    """§4.12.10, §6.8.14: a rescue of 50 mg is over 30."""
    events = [flared("2026-01-22", resolved="2026-01-22")]
    rule = steps(mean("60", "0"), TO_0)
    held = plan("40", regimen=rule, target="0", events=events, flare=rescue(("50", 3), min_days=5))
    assert daily(held, "2026-01-22", 6) == "50 50 50 30 30 60"


def test_the_target_is_reached_day_by_day():
    """§4.12.11: 10 and 0 mg have a mean of 5, but 10 is over the target."""
    problem = refusal("20", regimen=steps(mean("10", "0")))
    assert problem.allowed == "a last row of at most the target, 5 mg"


def test_rows_that_rise_are_named_by_what_they_are_compared_by():
    """§4.12.8, §4.12.9."""
    written = rows(("40", 7))
    rule = steps(*written, mean("80", "0"), mean("90", "0"), {"mg": "50", "days": 7}, TO_0)
    assert list(Steps.model_validate(as_text(rule)).rising()) == [
        "row 3, a mean of 45 mg, is above the 40 mg before it",
        "row 4, 50 mg, is above the 45 mg before it",
    ]


def test_old_protocols_have_their_old_hash():
    """§4.1.3: a bare dose by weight stays what it was."""
    row = {"mg_per_kg": "0.5", "max_mg": "40", "days": "14"}
    read = Steps.model_validate(as_text(steps(row, TO_5)))
    dumped = read.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert dumped["steps"][0] == {"mg_per_kg": "0.5", "max_mg": "40", "days": 14}
