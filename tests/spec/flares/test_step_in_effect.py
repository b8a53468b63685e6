"""§6.7 and §6.8: which step is in effect, and what is never restarted."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    BACK,
    BURST,
    RESTART,
    TAPER_START,
    course,
    flare,
    hold,
    kinds,
    plan,
    rescue,
    set_dose,
    stress_dose,
)

# Run-in, set-dose period, maintenance -------------------------------------------------------------


ACTIONS = [BACK, RESTART, {}]


@pytest.mark.parametrize("rule", ACTIONS, ids=["step-back", "restart-step", "continue"])
def test_a_run_in_is_never_restarted_nor_stepped_back_from(rule: Fields):
    """§6.8.19: what was left of it follows: 5 days, 14 of hold, the other 9."""
    planned = plan(events=[flare("2026-01-10", "2026-01-10")], flare=rule)
    assert kinds(planned).startswith("run-in 10×5, hold 10×14, run-in 10×9, 9×14, 8×14")


@pytest.mark.parametrize("rule", ACTIONS, ids=["step-back", "restart-step", "continue"])
def test_on_the_first_taper_day_the_run_in_is_the_step_in_effect(rule: Fields):
    """§6.8.19, §6.7.7: the run-in ended the day before; nothing was left of it."""
    planned = plan(events=[flare(TAPER_START, TAPER_START)], flare=rule)
    assert kinds(planned).startswith("run-in 10×14, hold 10×14, 9×14, 8×14")


def test_a_rescue_in_the_run_in_is_followed_by_what_was_left_of_it():
    """§6.8.19: 5 days, the burst of 6, hold until r = 01-24, the other 9 days."""
    planned = plan(events=[flare("2026-01-10", "2026-01-10")], flare=BURST)
    assert kinds(planned).startswith(
        "run-in 10×5, rescue 30×3, rescue 20×3, hold 10×8, run-in 10×9, 9×14"
    )


def test_a_lengthened_run_in_is_a_run_in_to_its_end():
    """§6.8.19, §6.4.14: level 1 equal to the baseline lengthens the run-in, and is not
    restarted.
    """
    planned = plan(
        strengths=["5", "2.5"], events=[flare("2026-01-26", "2026-01-26")], flare=RESTART
    )
    assert kinds(planned) == "run-in 10×21, hold 10×14, run-in 10×7, 7.5×42, maintenance 5×28"


@pytest.mark.parametrize(
    ("rule", "between"),
    [(BACK, "hold 20×14"), (RESTART, "hold 20×14"), (BURST, "rescue 30×3, rescue 20×3, hold 20×8")],
    ids=["step-back", "restart-step", "rescue"],
)
def test_a_set_dose_period_is_never_restarted_nor_stepped_back_from(rule: Fields, between: str):
    """§6.8.19: what was left of it follows: 5 of 14 days, 14 of flare, the other 9."""
    events = [set_dose("2026-02-10", 14, "20"), flare("2026-02-15", "2026-02-15")]
    assert f"set-dose 20×5, {between}, set-dose 20×9, 17.5×7" in kinds(
        plan(events=events, flare=rule)
    )


@pytest.mark.parametrize("rule", ACTIONS, ids=["step-back", "restart-step", "continue"])
def test_on_the_day_after_a_set_dose_period_it_is_the_step_in_effect(rule: Fields):
    """§6.8.19, §6.7.7: the finished step is the one in effect, and nothing was left of it."""
    events = [set_dose("2026-02-10", 14, "20"), flare("2026-02-24", "2026-02-24")]
    assert "8×8, set-dose 20×14, hold 20×14, 17.5×7" in kinds(plan(events=events, flare=rule))


@pytest.mark.parametrize("rule", [RESTART, {}], ids=["restart-step", "continue"])
def test_maintenance_is_never_restarted(rule: Fields):
    """§6.8.20, §6.5.2: it goes on, printed for maintenance_days from the end of the hold."""
    planned = plan(events=[flare("2026-04-01", "2026-04-01")], flare=rule)
    assert kinds(planned).endswith("maintenance 5×16, hold 5×14, maintenance 5×28")


# What holds and other days count as ---------------------------------------------------------------


def test_a_hold_counts_as_the_level_under_it():
    """§6.7.5: after a hold at 8 mg, a flare on the first free day finds 8 mg in effect."""
    events = [flare("2026-02-10", "2026-02-10"), flare("2026-02-24", "2026-02-24")]
    assert course(plan(events=events, flare=RESTART)) == "10×14 9×14 8×50 7×14 6×14 5×28"


def test_a_hold_on_a_reduction_day_counts_as_the_level_of_the_day_before():
    """§6.7.5: that of the day before they began: a hold at 8 mg on 02-16, a flare when it ends.

    Stepping back from 8 mg is 9; then 8 mg in full, although its 14 days were over.
    """
    events = [hold("2026-02-16", "2026-02-20"), flare("2026-02-20", "2026-02-20")]
    assert course(plan(events=events, flare=BACK)) == ("10×14 9×14 8×18 9×14 8×14 7×14 6×14 5×28")


def test_stress_days_count_as_the_level_of_the_day_before_they_began():
    """§6.7.5: a stress dose on the reduction day 02-16 counts as 8 mg; a flare when it ends."""
    events = [stress_dose("2026-02-16", 3, "20"), flare("2026-02-19", "2026-02-19")]
    assert course(plan(events=events)) == "10×14 9×14 8×14 20×3 8×14 7×14 6×14 5×28"
    assert course(plan(events=events, flare=RESTART)) == (
        "10×14 9×14 8×14 20×3 8×28 7×14 6×14 5×28"
    )
    assert course(plan(events=events, flare=BACK)) == (
        "10×14 9×14 8×14 20×3 9×14 8×14 7×14 6×14 5×28"
    )


def test_a_hold_after_a_step_back_hold_is_at_its_dose():
    """§6.7.6: a step-back hold counts as its own level: 9 mg goes on, then the 8 mg that follow."""
    events = [flare("2026-02-10", "2026-02-10"), hold("2026-02-24", "2026-02-27")]
    assert course(plan(events=events, flare=BACK)) == "10×14 9×14 8×8 9×17 8×14 7×14 6×14 5×28"


def test_stress_days_in_a_step_back_hold_count_as_its_level():
    """§6.7.5, §6.7.6: hold, rescue and stress days count as the level under them, a step-back hold
    as its own.

    Step-back hold at 9 mg from 02-10; a stress dose on 02-24, its first free day, then a flare.
    """
    events = [
        flare("2026-02-10", "2026-02-10"),
        stress_dose("2026-02-24", 3, "20"),
        flare("2026-02-27", "2026-02-27"),
    ]
    assert course(plan(events=events, flare=BACK)) == (
        "10×14 9×14 8×8 9×14 20×3 10×14 9×14 8×14 7×14 6×14 5×28"
    )


def test_rescue_days_count_as_the_level_under_them():
    """§6.7.5: a flare on the first day after a burst finds the step of before, and serves it
    again.
    """
    rule = rescue(("30", 3), min_days=3)
    events = [flare("2026-02-10", "2026-02-10"), flare("2026-02-13", "2026-02-13")]
    assert course(plan(events=events, flare=rule)) == ("10×14 9×14 8×8 30×6 8×14 7×14 6×14 5×28")


def test_a_stress_dose_at_the_end_of_the_run_in_counts_as_the_run_in():
    """§6.7.5: from 01-18 to 01-20, then a flare: the run-in's one day that was left follows."""
    events = [stress_dose("2026-01-18", 3, "20"), flare("2026-01-21", "2026-01-21")]
    assert kinds(plan(events=events, flare=BACK)).startswith(
        "run-in 10×13, stress-dose 20×3, hold 10×14, run-in 10×1, 9×14"
    )
