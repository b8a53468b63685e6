"""§6.7, §6.8: flares.

The usual taper gives 8 mg from 2026-02-02 to 02-15 and 7 mg from 02-16 to 03-01. Most flares
here are on 02-10, when 8 of the 14 days at 8 mg are over, or on 02-16, a reduction day. The
flare rule is the default one, `min_days` and `stable_days` 14, unless a test changes it: with
both at work a flare of 02-10 that is resolved on 02-12 goes on on 02-26, 16 days later.
"""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    TAPER_START,
    UNDISTURBED,
    after,
    before,
    codes,
    course,
    daily,
    flare,
    hold,
    kinds,
    plan,
    refusal,
    runs,
    set_dose,
    stress_dose,
    table,
    withdraw,
)

BACK: Fields = {"action": "step-back"}
RESTART: Fields = {"resume": "restart-step"}
TO_NONE = table((["5", "0"], 6), ("0", 7))
"""After the run-in 5 mg every other day for 6 days, then none."""


def rescue(*rows: tuple[str, int], **more: object) -> Fields:
    """A flare rule with a burst; `stable_days` is 0 so that `min_days` decides."""
    burst = [{"mg": mg, "days": days} for mg, days in rows]
    return {"action": "rescue", "rescue": burst, "stable_days": 0, **more}


BURST = rescue(("30", 3), ("20", 3))


# When the taper goes on --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "resolved", "days"),
    [
        ({}, "2026-02-10", 14),  # 02-24 either way
        ({}, "2026-02-12", 16),  # 02-24, or 02-26
        ({"stable_days": 3}, "2026-02-12", 14),  # 02-24, or 02-15
        ({"min_days": 3, "stable_days": 3}, "2026-02-20", 13),  # 02-13, or 02-23
        ({"stable_days": 0}, "2026-02-24", 14),  # 02-24 either way
        ({"stable_days": 0}, "2026-02-25", 15),
        ({"min_days": 1, "stable_days": 0}, "2026-02-10", 1),
    ],
)
def test_the_resume_day_is_the_later_of_the_two(rule: Fields, resolved: str, days: int):
    """§6.8.6: r = max(date + min_days, resolved + stable_days)."""
    planned = plan(events=[flare("2026-02-10", resolved)], flare=rule)
    assert kinds(planned) == (
        f"run-in 10×14, 9×14, 8×8, hold 8×{days}, 8×6, 7×14, 6×14, maintenance 5×28"
    )


def test_an_onset_changes_nothing():
    """§6.7.3: an event's date is the first day it changes; an `onset` changes nothing."""
    noted = plan(events=[flare("2026-02-10", "2026-02-12", onset="2026-01-30")])
    assert course(noted) == course(plan(events=[flare("2026-02-10", "2026-02-12")]))


def test_the_flares_date_is_the_first_day_that_it_changes():
    """§6.7.2: the hold begins on the day itself: on 02-15 for the last day of 8 mg, not on
    02-16.
    """
    planned = plan(events=[flare("2026-02-15", "2026-02-15")])
    assert "8×13, hold 8×14, 8×1, 7×14" in kinds(planned)


# Hold --------------------------------------------------------------------------------------------


def test_a_hold_keeps_the_dose_in_effect_until_the_day_before_it_ends():
    """§6.8.7: the dose in effect from date to r - 1; then the taper goes on where it was."""
    planned = plan(events=[flare("2026-02-10", "2026-02-12")])
    assert course(planned) == "10×14 9×14 8×30 7×14 6×14 5×28"


def test_continue_moves_every_later_day_by_the_length_of_the_hold():
    """§6.8.8: every later day moves by r - date: 16 days from 16 March is 1 April."""
    planned = plan(events=[flare("2026-02-10", "2026-02-12")])
    assert str(planned.target_reached) == "2026-04-01"


def test_on_a_reduction_day_the_reduction_is_not_made():
    """§6.7.7, §6.7.4: the step in effect is that of the day before: 8 mg for 14 days more,
    then 7.
    """
    planned = plan(events=[flare("2026-02-16", "2026-02-16")])
    assert course(planned) == "10×14 9×14 8×28 7×14 6×14 5×28"


def test_restart_step_serves_the_step_in_effect_again_in_full():
    """§6.8.9: 8 days, 16 of hold, 14 again."""
    planned = plan(events=[flare("2026-02-10", "2026-02-12")], flare=RESTART)
    assert course(planned) == "10×14 9×14 8×38 7×14 6×14 5×28"


def test_a_step_that_ended_the_day_before_is_the_one_that_is_restarted():
    """§6.7.7: where a step ended the day before, that finished step is the one in effect: 3×14."""
    planned = plan(events=[flare("2026-02-16", "2026-02-16")], flare=RESTART)
    assert course(planned) == "10×14 9×14 8×42 7×14 6×14 5×28"


def test_a_hold_in_a_cycle_is_at_its_highest_day():
    """§6.8.7: a cycle's highest day; the flare is on a day without tablets."""
    rule = {"min_days": 3, "stable_days": 0}
    planned = plan(
        target="0", regimen=TO_NONE, events=[flare("2026-01-20", "2026-01-20")], flare=rule
    )
    assert daily(planned, TAPER_START, 4) == "5 5 5 5"


def test_a_cycle_goes_on_at_the_day_where_it_stood():
    """§6.8.8: 5 0 5, three days of hold, then 0 5 0."""
    rule = {"min_days": 3, "stable_days": 0}
    planned = plan(
        target="0", regimen=TO_NONE, events=[flare("2026-01-22", "2026-01-22")], flare=rule
    )
    assert daily(planned, TAPER_START, 10) == "5 0 5 5 5 5 0 5 0 0"


def test_a_cycle_that_is_restarted_begins_with_its_first_day():
    """§6.8.9: served again in full: 5 0 5, three days of hold, then 5 0 5 0 5 0."""
    rule = {"min_days": 3, "stable_days": 0, **RESTART}
    planned = plan(
        target="0", regimen=TO_NONE, events=[flare("2026-01-22", "2026-01-22")], flare=rule
    )
    assert daily(planned, TAPER_START, 13) == "5 0 5 5 5 5 5 0 5 0 5 0 0"


def test_a_flare_that_is_over_at_once_holds_nothing():
    """§6.8.10: r - date may be 0: continue changes nothing, restart-step still restarts."""
    at_once = [flare("2026-02-10", "2026-02-10")]
    none = {"min_days": 0, "stable_days": 0}
    assert course(plan(events=at_once, flare=none)) == UNDISTURBED
    assert course(plan(events=at_once, flare={**none, **RESTART})) == (
        "10×14 9×14 8×22 7×14 6×14 5×28"
    )


# Step back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (1, "10×14 9×14 8×8 9×16 8×14 7×14 6×14 5×28"),
        (2, "10×14 9×14 8×8 10×16 9×14 8×14 7×14 6×14 5×28"),
        (3, "10×14 9×14 8×8 10×16 9×14 8×14 7×14 6×14 5×28"),
        (99, "10×14 9×14 8×8 10×16 9×14 8×14 7×14 6×14 5×28"),
    ],
)
def test_a_step_back_holds_so_many_levels_up_and_walks_the_ladder_again(levels: int, expected: str):
    """§6.8.11, §6.8.13: at the dose n levels up, level 0 at most; then the level below the hold's
    and all others in full.
    """
    rule = {**BACK, "step_back": levels}
    assert course(plan(events=[flare("2026-02-10", "2026-02-12")], flare=rule)) == expected


def test_a_step_back_is_one_level_unless_said_otherwise():
    """§4.1.2: step_back 1."""
    planned = plan(events=[flare("2026-02-10", "2026-02-12")], flare=BACK)
    assert "8×8, hold 9×16, 8×14" in kinds(planned)


def test_a_step_back_on_a_reduction_day_counts_from_the_finished_step():
    """§6.8.11, §6.7.7: the step in effect on 02-16 is 8 mg: hold at 9, then 8 in full."""
    planned = plan(events=[flare("2026-02-16", "2026-02-16")], flare=BACK)
    assert course(planned) == "10×14 9×14 8×14 9×14 8×14 7×14 6×14 5×28"


@pytest.mark.parametrize(
    ("levels", "expected"), [(1, "5×16 6×14 5×28"), (2, "5×16 7×14 6×14 5×28")]
)
def test_a_step_back_from_maintenance(levels: int, expected: str):
    """§6.8.13: so from maintenance too. 5 mg from 16 March, a flare on 1 April."""
    rule = {**BACK, "step_back": levels}
    planned = plan(events=[flare("2026-04-01", "2026-04-01")], flare=rule)
    assert course(planned) == f"10×14 9×14 8×14 7×14 6×14 {expected}"


def test_levels_are_counted_after_equal_doses_are_merged():
    """§6.8.12: tablets of 5 and 2.5 mg give 10×28 7.5×42 5: one level up of 7.5 is 10.

    On 02-10 eight days at 7.5 mg are over; after the hold that level is walked in full.
    """
    planned = plan(strengths=["5", "2.5"], events=[flare("2026-02-10", "2026-02-10")], flare=BACK)
    assert course(planned) == "10×28 7.5×8 10×14 7.5×42 5×28"


def test_level_0_is_in_the_baselines_drug():
    """§6.8.12: level 0, in the baseline's drug: 8 mg methylprednisolone, not 10 prednisone.

    On 02-10 the taper is at level 2, 8 mg prednisone; two levels up is the run-in's dose.
    """
    planned = plan(
        "8",
        steroid={"drug": "methylprednisolone", "strengths": ["4"]},
        participant={"taper_strengths": ["5", "1"]},
        taper={"drug": "prednisone"},
        flare={**BACK, "step_back": 2},
        events=[flare("2026-02-10", "2026-02-10")],
    )
    assert course(planned) == (
        "methylprednisolone: 8×14 prednisone: 9×14 8×8 "
        "methylprednisolone: 8×14 prednisone: 9×14 8×14 7×14 6×14 5×28"
    )


def test_a_step_back_to_a_cycle_holds_at_its_highest_day():
    """§6.8.11, §6.8.7: a cycle's highest day; then the level below in full."""
    rule = table((["8", "6"], 6), ("4", 6), ("0", 7))
    planned = plan(target="0", regimen=rule, flare=BACK, events=[flare("2026-01-27", "2026-01-27")])
    # 8/6 from 01-19, 4 mg from 01-25: two days at 4, then 14 at 8, then 4 in full
    assert kinds(planned) == "run-in 10×14, 8/6×6, 4×2, hold 8×14, 4×6, maintenance 0×28"


def test_a_step_back_may_follow_a_step_back():
    """§6.7.6: a step-back hold counts as its own level: from 9 mg, on the first free day, to 10.

    8 mg for 8 days, 9 for 14 until 02-23, then a flare on 02-24: 10 for 14, then 9 in full.
    """
    planned = plan(
        events=[flare("2026-02-10", "2026-02-10"), flare("2026-02-24", "2026-02-24")], flare=BACK
    )
    assert course(planned) == "10×14 9×14 8×8 9×14 10×14 9×14 8×14 7×14 6×14 5×28"


# Rescue ------------------------------------------------------------------------------------------


def test_a_rescue_is_the_table_then_the_dose_in_effect_then_the_step_in_full():
    """§6.8.14, §6.8.15: 6 days of burst, 8 mg until r = 02-24, then the step of 8 mg in full."""
    planned = plan(events=[flare("2026-02-10", "2026-02-12")], flare=BURST)
    assert kinds(planned) == (
        "run-in 10×14, 9×14, 8×8, rescue 30×3, rescue 20×3, hold 8×8, 8×14, 7×14, 6×14, "
        "maintenance 5×28"
    )


@pytest.mark.parametrize("least", [0, 5, 6])
def test_a_burst_that_is_longer_than_the_hold_is_taken_to_its_end(least: int):
    """§6.8.15: then the dose in effect until r *if r is later*."""
    planned = plan(events=[flare("2026-02-10", "2026-02-10")], flare={**BURST, "min_days": least})
    assert "8×8, rescue 30×3, rescue 20×3, 8×14, 7×14" in kinds(planned)


def test_rows_of_a_burst_that_print_the_same_are_one_step():
    """§1.1.2: a step is consecutive days with the same instruction: 29 and 31 mg of 5s are 30."""
    planned = plan(
        "20",
        strengths=["5"],
        regimen=table(("10", 14), ("5", 7)),
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("31", 2), ("29", 1), ("20", 3), min_days=6),
    )
    assert "10×1, rescue 30×3, rescue 20×3, 10×14" in kinds(planned)


def test_a_rescue_dose_is_at_least_the_dose_in_effect():
    """§6.8.14: at least the dose in effect: 5 mg of the table is 8 here."""
    burst = rescue(("30", 3), ("5", 3))
    planned = plan(events=[flare("2026-02-10", "2026-02-10")], flare=burst)
    assert "8×8, rescue 30×3, rescue 8×3, hold 8×8, 8×14" in kinds(planned)


def test_a_rescue_dose_is_at_least_a_cycles_highest_day():
    """§6.8.14: of a cycle, its highest day: a table's 3 mg, on a day without tablets, is 5."""
    planned = plan(
        target="0",
        regimen=TO_NONE,
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("3", 2), min_days=2),
    )
    assert daily(planned, TAPER_START, 9) == "5 5 5 5 0 5 0 5 0"


@pytest.mark.parametrize(
    ("mg", "printed"), [("27.5", "30"), ("27.4", "25"), ("32.4", "30"), ("32.5", "35")]
)
def test_a_rescue_dose_is_rounded_to_the_nearest_a_tie_up(mg: str, printed: str):
    """§6.8.14: each rounded to the nearest makeable (tie up), of tablets of 5 mg."""
    planned = plan(
        "20",
        strengths=["5"],
        regimen=table(("10", 14), ("5", 7)),
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue((mg, 3), min_days=3),
    )
    assert course(planned) == f"20×14 10×1 {printed}×3 10×14 5×28"


def test_a_rescue_dose_is_rounded_to_the_nearest_even_where_the_taper_is_rounded_up():
    """§6.8.14: the nearest makeable; `rounding: up` is the ladder's rule."""
    planned = plan(
        "20",
        strengths=["5"],
        regimen=table(("10", 14), ("5", 7)),
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("31", 3), min_days=3),
        taper={"rounding": "up"},
    )
    assert course(planned) == "20×14 10×1 30×3 10×14 5×28"


def test_a_rescue_dose_that_rounds_to_none_is_the_dose_in_effect():
    """§6.8.14: rounded *and* at least the dose in effect: 2 mg of tablets of 5 is none, so 10.
    Refusing it, as a ladder dose that vanishes is, would refuse a plan in which every day has
    its dose.
    """
    planned = plan(
        "20",
        strengths=["5"],
        regimen=table(("10", 14), ("5", 7)),
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("30", 3), ("2", 3), min_days=6),
    )
    assert course(planned) == "20×14 10×1 30×3 10×17 5×28"


def test_a_rescue_dose_of_no_tablet_at_all_is_refused():
    """§6.8.17: 2 mg of tablets of 5 is none, and so is the dose in effect after a taper to 0."""
    problem = refusal(
        target="0",
        regimen=table(("5", 7), ("0", 7)),
        strengths=["5"],
        flare=rescue(("2", 3)),
        events=[flare("2026-02-10", "2026-02-10")],
    )
    assert problem.field == "flare.rescue"
    assert problem.read.startswith("2 mg prednisone")


def test_a_rescue_dose_is_prednisone_equivalent():
    """§4.6.3: prednisone-equivalent: 30 mg are 24 mg methylprednisolone."""
    planned = plan(
        "8",
        steroid={"drug": "methylprednisolone", "strengths": ["4", "1"]},
        regimen=table(("8.75", 14), ("5", 7)),  # 7 mg
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("30", 3), min_days=3),
    )
    assert course(planned) == "8×14 7×1 24×3 7×14 4×28"


def test_a_rescue_in_the_run_in_is_of_the_baselines_drug():
    """§6.8.16: 30 mg are 24 mg methylprednisolone, whatever the taper is given in."""
    planned = plan(
        "8",
        steroid={"drug": "methylprednisolone", "strengths": ["4"]},
        participant={"taper_strengths": ["5", "1"]},
        taper={"drug": "prednisone"},
        events=[flare("2026-01-10", "2026-01-10")],
        flare=rescue(("30", 3), min_days=3),
    )
    assert course(planned).startswith("methylprednisolone: 8×5 24×3 8×9 prednisone: 9×14")


def test_a_rescue_on_a_reduction_day_serves_the_finished_step_again():
    """§6.8.15, §6.7.7: the finished step is the one in effect, and follows in full."""
    planned = plan(events=[flare("2026-02-16", "2026-02-16")], flare=BURST)
    assert course(planned) == "10×14 9×14 8×14 30×3 20×3 8×22 7×14 6×14 5×28"


def test_a_rescue_in_maintenance():
    """§6.8.20: maintenance is never restarted, what was left of it follows; it has no end
    anyway.
    """
    planned = plan(events=[flare("2026-04-01", "2026-04-01")], flare=BURST)
    assert course(planned) == "10×14 9×14 8×14 7×14 6×14 5×16 30×3 20×3 5×36"


def test_a_rescue_after_the_steroid_was_stopped_ends_in_no_tablets_again():
    """§6.8.15, §6.5.4: the dose in effect is none."""
    planned = plan(
        target="0",
        regimen=table(("5", 7), ("0", 7)),
        events=[flare("2026-02-02", "2026-02-02")],
        flare=BURST,
    )
    assert course(planned) == "10×14 5×7 0×7 30×3 20×3 0×36"


# Run-in, set-dose period, maintenance ------------------------------------------------------------

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


# What holds and other days count as --------------------------------------------------------------


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


# Open flares -------------------------------------------------------------------------------------


def test_an_open_flare_holds_and_nothing_follows():
    """§6.8.21: an open hold, printed for review_days, and nothing after it."""
    planned = plan(events=[flare("2026-02-10")])
    assert kinds(planned) == "run-in 10×14, 9×14, 8×8, hold 8×28"
    assert planned.state.value == "open-flare"
    assert after(planned) == ("8 mg prednisone", "do-not-reduce-until-told")
    assert planned.target_reached is None
    assert "open-flare" in codes(planned)


def test_an_open_flare_of_a_step_back_holds_at_the_step_back_dose():
    """§6.8.22: at the step-back dose where that is the action."""
    planned = plan(events=[flare("2026-02-10")], flare={**BACK, "review_days": 10})
    assert kinds(planned) == "run-in 10×14, 9×14, 8×8, hold 9×10"
    assert after(planned) == ("9 mg prednisone", "do-not-reduce-until-told")


def test_an_open_flare_of_a_rescue_holds_after_the_table():
    """§6.8.22: after the rescue table, an open hold at the dose in effect."""
    planned = plan(events=[flare("2026-02-10")], flare=BURST)
    assert kinds(planned) == "run-in 10×14, 9×14, 8×8, rescue 30×3, rescue 20×3, hold 8×28"


def test_an_open_flare_in_a_cycle_holds_at_its_highest_day():
    """§6.8.21: the dose in effect (a cycle's highest day)."""
    planned = plan(target="0", regimen=TO_NONE, events=[flare("2026-01-20")])
    assert course(planned) == "10×14 5×29"


def test_an_open_flare_in_the_run_in_and_in_maintenance():
    """§6.8.21: open holds there are like any other."""
    assert kinds(plan(events=[flare("2026-01-10")], flare=BACK)) == "run-in 10×5, hold 10×28"
    assert kinds(plan(events=[flare("2026-04-01")])).endswith("maintenance 5×16, hold 5×28")


def test_an_unresolved_flare_may_lie_after_today():
    """§5.4.3: an event may lie after today."""
    assert plan(events=[flare("2026-02-10")], today="2026-02-01").state.value == "open-flare"


# Too many flares ---------------------------------------------------------------------------------

FIRST, SECOND = flare("2026-02-10", "2026-02-10"), flare("2026-03-12", "2026-03-14")


@pytest.mark.parametrize("last", [SECOND, flare("2026-03-12")], ids=["resolved", "open"])
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # 8×8, hold 14, 8×6 to 03-01, 7 from 03-02: 10 days of it until 03-11
        ({}, "10×14 9×14 8×28 7×38"),
        # 8×8, 9×14, 8×14 to 03-09, 7×2
        (BACK, "10×14 9×14 8×8 9×14 8×14 7×2 8×28"),
        # 8×8, the burst of 6 and 8 days of hold, 8×14 to 03-09, 7×2; no second burst
        (BURST, "10×14 9×14 8×8 30×3 20×3 8×22 7×30"),
    ],
    ids=["hold", "step-back", "rescue"],
)
def test_one_flare_too_many_stops_the_taper(rule: Fields, last: Fields, expected: str):
    """§6.8.23: no rescue, an open hold (at the step-back dose where that is the
    action), resolved or not, state stopped.
    """
    planned = plan(events=[FIRST, last], flare={**rule, "max_flares": 1})
    assert course(planned) == expected
    assert planned.state.value == "stopped"
    assert after(planned)[1] == "do-not-reduce-until-told"
    assert planned.target_reached is None
    assert "taper-stopped" in codes(planned)
    assert "open-flare" not in codes(planned)


def test_as_many_flares_as_allowed_do_not_stop_it():
    """§4.6.5: the next one stops the taper."""
    planned = plan(events=[FIRST, SECOND], flare={"max_flares": 2})
    assert planned.state.value == "tapering"


def test_without_a_limit_no_number_of_flares_stops_it():
    """§4.6.5: leave out for no limit."""
    rule = {"min_days": 1, "stable_days": 0}
    many = [flare(f"2026-02-{day:02}", f"2026-02-{day:02}") for day in range(2, 28, 2)]
    planned = plan(events=many, flare=rule)
    assert planned.state.value == "tapering"
    assert len([step for step in planned.steps if step.kind.value == "hold"]) == 13


def test_no_flare_may_be_allowed_at_all():
    """§4.6.5: the first one stops the taper."""
    assert plan(events=[FIRST], flare={"max_flares": 0}).state.value == "stopped"


def test_a_hold_for_another_reason_is_not_counted_as_a_flare():
    """§6.9.5: not counted as a flare."""
    events = [hold("2026-02-10", "2026-02-13"), SECOND]
    assert plan(events=events, flare={"max_flares": 1}).state.value == "tapering"


def test_flares_stay_counted_after_a_set_dose():
    """§6.11.11: flares stay counted: the taper goes on, and the next flare stops it again."""
    again = set_dose("2026-03-20", 7, "10")
    rule = {"max_flares": 1}
    assert plan(events=[FIRST, SECOND, again], flare=rule).state.value == "tapering"
    third = plan(events=[FIRST, SECOND, again, flare("2026-04-10")], flare=rule)
    assert third.state.value == "stopped"
    # 7×10 from 03-02, hold to 03-19, 10×7 to 03-26, 9×14 to 04-09, and held there
    assert course(third) == "10×14 9×14 8×28 7×18 10×7 9×42"


# Refusals ----------------------------------------------------------------------------------------


def test_what_the_action_does_not_use_changes_nothing():
    """§4.6.2: a hold steps back no level and gives no burst, whatever the rule says beside it."""
    more = {"action": "hold", "step_back": 3, "rescue": [{"mg": "30", "days": 3}]}
    events = [flare("2026-02-10", "2026-02-12")]
    assert kinds(plan(flare=more, events=events)) == kinds(plan(events=events))


def test_a_flare_without_a_flare_rule_is_refused():
    """§4.6.6: a flare in a protocol without a flare rule is refused."""
    problem = refusal(protocol={"flare": None}, events=[flare("2026-02-10")])
    assert problem.who == "IIM-001"
    assert problem.field.startswith("events[1]")
    assert "flare" in problem.read
    assert "no flare rule" in problem.allowed


@pytest.mark.parametrize("day", ["2026-01-04", ANCHOR])
def test_a_flare_on_or_before_the_anchor_is_refused(day: str):
    """§6.7.8: an event on or before the anchor."""
    problem = refusal(events=[flare(day, day)])
    assert problem.field == "events[1].date"
    assert day in problem.read
    assert ANCHOR in problem.allowed


def test_a_flare_the_day_after_the_anchor_is_allowed():
    """§6.7.8: on or before the anchor, no later."""
    assert kinds(plan(events=[flare("2026-01-06", "2026-01-06")])).startswith(
        "run-in 10×1, hold 10×14, run-in 10×13, 9×14"
    )


@pytest.mark.parametrize(
    ("before_it", "rule"),
    [
        (FIRST, {}),
        (FIRST, BACK),
        (FIRST, BURST),
        (FIRST, rescue(("30", 14))),
        (hold("2026-02-10", "2026-02-24"), {}),
        (stress_dose("2026-02-10", 14, "20"), {}),
    ],
    ids=["hold", "step-back", "hold after a burst", "burst", "other hold", "stress dose"],
)
def test_a_flare_while_a_hold_a_rescue_or_a_stress_dose_lasts_is_refused(
    before_it: Fields, rule: Fields
):
    """§6.8.1: refused while a hold, rescue or stress dose lasts: to 02-23, and not on 02-24."""
    for day in ("2026-02-11", "2026-02-23"):
        problem = refusal(events=[before_it, flare(day, day)], flare=rule)
        assert problem.field.startswith("events[2]")
        assert day in problem.read
    assert plan(events=[before_it, flare("2026-02-24", "2026-02-24")], flare=rule).steps


@pytest.mark.parametrize(
    "open_one", [flare("2026-02-10"), hold("2026-02-10")], ids=lambda event: event["type"]
)
def test_a_flare_after_an_unresolved_flare_or_hold_is_refused(open_one: Fields):
    """§6.8.2: refused after an unresolved flare or hold, however late."""
    problem = refusal(events=[open_one, flare("2027-02-10", "2027-02-12")])
    assert problem.field.startswith("events[2]")
    assert "unresolved" in problem.read


def test_a_stress_dose_does_not_hide_an_unresolved_flare():
    """§6.8.2: after an unresolved flare; a stress dose in between changes nothing of that."""
    events = [flare("2026-02-10"), stress_dose("2026-02-20", 3, "20"), flare("2026-03-01")]
    assert refusal(events=events).field.startswith("events[3]")


def test_a_flare_after_a_stopped_taper_is_refused():
    """§6.8.3: refused after a stopped taper."""
    events = [FIRST, SECOND, flare("2026-06-01", "2026-06-02")]
    problem = refusal(events=events, flare={"max_flares": 1})
    assert problem.field.startswith("events[3]")
    assert "stopped" in problem.read


def test_a_flare_resolved_before_its_date_is_refused():
    """§6.8.4: refused with `resolved` before `date`."""
    problem = refusal(events=[flare("2026-02-10", "2026-02-09")])
    assert problem.field == "events[1].resolved"
    assert "2026-02-09" in problem.read


def test_a_flare_resolved_after_today_is_refused():
    """§6.8.5: refused with `resolved` after today; today itself is allowed."""
    event = flare("2026-02-10", "2026-02-12")
    problem = refusal(events=[event], today="2026-02-11")
    assert problem.field == "events[1].resolved"
    assert problem.read == "2026-02-12"
    assert "2026-02-11" in problem.allowed
    assert plan(events=[event], today="2026-02-12").steps


# Hostile dates -----------------------------------------------------------------------------------


def test_a_flare_on_a_leap_day():
    """§6.8.6: over 29 February 2028: 6 mg from 02-28, one day of it; held until 03-13, then 13
    days.
    """
    planned = plan(
        participant={"infusions": [{"number": 1, "date": "2028-01-03"}]},
        events=[flare("2028-02-29", "2028-02-29")],
    )
    assert kinds(planned).endswith("6×1, hold 6×14, 6×13, maintenance 5×28")
    assert str(planned.target_reached) == "2028-03-27"


def test_a_flare_over_the_end_of_a_year():
    """§6.8.6: from 2026-12-24 9 mg; a flare on 31 December, resolved on 1 January: until 01-14."""
    planned = plan(
        participant={"infusions": [{"number": 1, "date": "2026-12-10"}]},
        events=[flare("2026-12-31", "2027-01-01")],
    )
    assert runs(planned)[1:3] == [
        ("2026-12-24", "2027-01-21", "9"),  # 7 days, 15 of hold, 7 days
        ("2027-01-22", "2027-02-04", "8"),
    ]


# Order -------------------------------------------------------------------------------------------


def test_events_count_in_date_order_whatever_their_order_in_the_file():
    """§6.7.1: events, in date order."""
    events = [FIRST, stress_dose("2026-03-01", 3, "20"), SECOND, withdraw("2026-05-01")]
    expected = plan(events=events)
    for order in (events[::-1], events[2:] + events[:2]):
        assert list(plan(events=order).days()) == list(expected.days())


def test_a_refused_event_is_named_by_its_place_in_the_file():
    """§1.1.6: which field: the second in the file, though the first by its date."""
    problem = refusal(events=[FIRST, flare("2026-01-01")])
    assert problem.field == "events[2].date"


@pytest.mark.parametrize(
    "rule", [{}, RESTART, BACK, BURST], ids=["hold", "restart", "back", "burst"]
)
def test_past_days_never_change_because_of_a_later_event(rule: Fields):
    """§6.7.11: past days never change because of a later event."""
    events = [
        stress_dose("2026-01-15", 3, "20"),
        flare("2026-02-10", "2026-02-12"),
        hold("2026-03-15", "2026-03-20"),
        set_dose("2026-04-01", 14, "15"),
        flare("2026-05-20"),
        stress_dose("2026-05-25", 4, "40"),
        set_dose("2026-06-10", 7, "12.5"),
        withdraw("2026-07-01"),
    ]
    for i, event in enumerate(events):
        without, with_it = (plan(events=events[:n], flare=rule) for n in (i, i + 1))
        past = before(with_it, event["date"])
        assert past[: len(before(without, event["date"]))] == before(without, event["date"])
