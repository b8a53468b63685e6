"""§6.8: a flare with `action: hold`, and the day on which the taper goes on."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    RESTART,
    TAPER_START,
    TO_NONE,
    UNDISTURBED,
    course,
    daily,
    flare,
    kinds,
    plan,
    refusal,
)

# When the taper goes on ---------------------------------------------------------------------------


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


def test_an_onset_after_the_flares_date_is_refused():
    """§6.7.3."""
    plan(events=[flare("2026-02-10", "2026-02-12", onset="2026-02-10")])
    assert refusal(events=[flare("2026-02-10", "2026-02-12", onset="2026-02-11")]).allowed == (
        "a date in the year up to the date of the flare"
    )


def test_an_onset_of_another_year_is_refused():
    """§6.7.3: 1926 for 2026."""
    plan(events=[flare("2026-02-10", "2026-02-12", onset="2025-02-10")])
    assert refusal(events=[flare("2026-02-10", "2026-02-12", onset="2025-02-08")]).allowed == (
        "a date in the year up to the date of the flare"
    )


def test_the_flares_date_is_the_first_day_that_it_changes():
    """§6.7.2: the hold begins on the day itself: on 02-15 for the last day of 8 mg, not on
    02-16.
    """
    planned = plan(events=[flare("2026-02-15", "2026-02-15")])
    assert "8×13, hold 8×14, 8×1, 7×14" in kinds(planned)


# Hold ---------------------------------------------------------------------------------------------


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
