"""§4.13: a dose falls on certain days of the week only.

The usual participant goes down on Mondays, every 14 days from 2026-01-19 on. Where Wednesdays are
the days of change the first fall waits until 01-21, and the others are on Wednesdays with it.
"""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    TAPER_START,
    UNDISTURBED,
    after,
    course,
    hold,
    kinds,
    plan,
    refusal,
    rescue,
    set_dose,
    stress_dose,
    withdraw,
)
from spec.build import flare as flared
from spec.events.test_changes_of_the_ladder import FAST, amended, amendment, tablets

MONDAYS: Fields = {"change_on": ["monday"]}
WEDNESDAYS: Fields = {"change_on": ["wednesday"]}


def test_a_fall_waits_for_the_next_day_of_change():
    """§4.13.1: the run-in goes on; the days after it move, and no step is shorter."""
    assert course(plan(taper=WEDNESDAYS)) == "10×16 9×14 8×14 7×14 6×14 5×28"


def test_a_run_in_of_no_days_begins_where_the_first_fall_waits():
    """§4.13.1: from Monday, the day of the infusion, to Tuesday."""
    planned = plan(taper={**WEDNESDAYS, "offset_days": 0})
    assert course(planned) == "10×2 9×14 8×14 7×14 6×14 5×28"


def test_a_fall_that_is_due_on_a_day_of_change_does_not_wait():
    """§4.13.1."""
    assert course(plan(taper=MONDAYS)) == UNDISTURBED
    assert course(plan(taper={"change_on": ["wednesday", "monday"]})) == UNDISTURBED


def test_a_level_goes_on_until_the_day_of_change():
    """§4.13.1: after a hold of two days 8 mg is over on Tuesday 02-17."""
    planned = plan(taper=MONDAYS, events=[hold("2026-02-10", "2026-02-12")])
    assert course(planned) == "10×14 9×14 8×21 7×14 6×14 5×28"


def test_a_hold_goes_on_until_the_day_of_change():
    """§4.13.1: held from the reduction day to Wednesday 02-18, and until Sunday."""
    planned = plan(taper=MONDAYS, events=[hold("2026-02-16", "2026-02-19")])
    assert course(planned) == "10×14 9×14 8×21 7×14 6×14 5×28"
    assert "hold 8×7" in kinds(planned)


def test_a_set_dose_is_taken_from_its_own_day_and_goes_on_until_the_day_of_change():
    """§4.13.1, §4.13.3: 9 mg from Thursday 02-12 for 7 days, and 4 more."""
    planned = plan(taper=MONDAYS, events=[set_dose("2026-02-12", 7, "9")])
    assert course(planned) == "10×14 9×14 8×10 9×11 8×14 7×14 6×14 5×28"


def test_a_step_back_goes_on_from_a_day_of_change():
    """§4.13.1: 9 mg again from Tuesday 02-10, 14 days and 6 more."""
    planned = plan(
        taper=MONDAYS,
        flare={"action": "step-back"},
        events=[flared("2026-02-10", "2026-02-10")],
    )
    assert course(planned) == "10×14 9×14 8×8 9×20 8×14 7×14 6×14 5×28"


def test_what_goes_on_without_a_fall_does_not_wait():
    """§4.13.1: a step that is served again, and a set dose that stays, at the target."""
    again = plan(
        taper=MONDAYS,
        flare={"resume": "restart-step", "min_days": 0, "stable_days": 3},
        events=[flared("2026-02-10", "2026-02-10")],
    )
    assert course(again) == "10×14 9×14 8×28 7×14 6×14 5×28"  # 8, 3 and 14 days, and 3 more
    at_target = plan(taper=MONDAYS, events=[set_dose("2026-02-12", 7, "5")])
    assert kinds(at_target).endswith("set-dose 5×7, maintenance 5×28")


def test_a_stress_dose_ends_on_its_day():
    """§4.13.2: 8 mg was over on its first day, and 7 mg follows it on a Wednesday."""
    planned = plan(taper=MONDAYS, events=[stress_dose("2026-02-16", 2, "20")])
    assert course(planned) == "10×14 9×14 8×14 20×2 7×19 6×14 5×28"


def test_a_rescue_ends_on_its_day():
    """§4.13.2: then the step in effect in full, which waits for its Monday."""
    planned = plan(
        taper=MONDAYS,
        flare={**rescue(("20", 3)), "min_days": 0, "stable_days": 0},
        events=[flared("2026-02-10", "2026-02-10")],
    )
    assert course(planned) == "10×14 9×14 8×8 20×3 8×17 7×14 6×14 5×28"


def test_a_taper_start_that_was_recorded_is_a_fall_that_was_taken():
    """§4.13.3: 9 mg from Thursday 01-22, whatever day that is; the next fall waits again."""
    started: Fields = {"taper_started": "2026-01-22"}
    planned = plan(taper=MONDAYS, participant=started)
    assert course(planned) == "10×17 9×18 8×14 7×14 6×14 5×28"


def test_the_taper_starts_where_it_would_without_days_of_change():
    """§4.13.3: trial and taper days, and the window, are counted from there."""
    assert str(plan(taper=WEDNESDAYS).taper_start) == TAPER_START


# Events while a fall waits ---------------------------------------------------------------------


def test_other_tablets_make_what_goes_on_too():
    """§4.13.4: of 2 mg tablets 9 is a tie and goes up: two days, and its own 14."""
    planned = plan(taper=WEDNESDAYS, target="4", events=[tablets("2026-01-20", "2")])
    assert course(planned) == "10×30 8×28 6×42 4×28"
    problem = refusal(taper=WEDNESDAYS, events=[tablets("2026-01-20", "4")])
    assert problem.read == "tablets that cannot make the 10 mg that are taken on that day"


def test_a_stress_dose_is_at_least_what_goes_on():
    """§4.13.4."""
    problem = refusal(taper=WEDNESDAYS, events=[stress_dose("2026-01-20", 2, "9")])
    assert problem.allowed == "at least the 10 mg prednisone that the day would have had"


def test_after_a_withdrawal_what_went_on_goes_on():
    """§4.13.4."""
    planned = plan(taper=WEDNESDAYS, events=[withdraw("2026-01-20")])
    assert (course(planned), after(planned)[0]) == ("10×15", "10 mg prednisone")


def test_an_amendment_goes_on_with_its_own_days_of_change():
    """§4.13.4."""
    planned = amended(amendment("2026-01-20"), taper=WEDNESDAYS, later={"regimen": FAST})
    assert course(planned) == "10×16 8×7 6×7 5×28"


# How they are written --------------------------------------------------------------------------


def test_a_bare_day_is_a_list_of_it_in_any_case():
    """§4.13.5."""
    assert course(plan(taper={"change_on": "Wednesday"})) == course(plan(taper=WEDNESDAYS))


@pytest.mark.parametrize("days", [["Mo"], [], ["monday", "monday"]])
def test_days_of_change_are_days_of_the_week_each_once(days: list[str]):
    """§4.13.5."""
    assert refusal(taper={"change_on": days}).field.startswith("taper.change_on")
