"""§6.8: a flare without `resolved`, and one more than `max_flares`."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    BACK,
    BURST,
    FIRST,
    SECOND,
    TO_NONE,
    after,
    codes,
    course,
    flare,
    hold,
    kinds,
    plan,
    refusal,
    set_dose,
)

# Open flares --------------------------------------------------------------------------------------


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


def test_an_open_flare_of_today_is_planned_and_one_after_today_is_refused():
    """§6.8.24: nobody knows yet that there will be one."""
    events = [flare("2026-02-10")]
    assert plan(events=events, today="2026-02-10").state.value == "open-flare"
    problem = refusal(events=events, today="2026-02-09")
    assert (problem.field, problem.allowed) == (
        "events[1].date",
        "a date that is not after today, 2026-02-09",
    )


# Too many flares ----------------------------------------------------------------------------------


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
