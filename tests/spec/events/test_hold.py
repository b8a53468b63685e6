"""§6.9: a hold for another reason than a flare."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    BACK,
    BURST,
    RESTART,
    TAPER_START,
    TO_NONE,
    after,
    course,
    daily,
    flare,
    hold,
    kinds,
    plan,
    refusal,
    stress_dose,
)
from spec.events.every_type import FLARE


@pytest.mark.parametrize(
    "rule", [{}, RESTART, BACK, BURST], ids=["hold", "restart", "back", "burst"]
)
def test_a_hold_keeps_the_dose_until_the_day_before_until_then_continues(rule: Fields):
    """§6.9.1: the dose in effect, then continue, whatever the protocol does for a flare."""
    planned = plan(events=[hold("2026-02-10", "2026-02-13")], flare=rule)
    assert kinds(planned) == (
        "run-in 10×14, 9×14, 8×8, hold 8×3, 8×6, 7×14, 6×14, maintenance 5×28"
    )


def test_a_hold_on_a_reduction_day_is_at_the_dose_of_the_day_before():
    """§6.9.1, §6.7.4: the step in effect is that of the day before; a late visit delays the
    reduction.
    """
    planned = plan(events=[hold("2026-02-16", "2026-02-20", "a late visit")])
    assert kinds(planned) == ("run-in 10×14, 9×14, 8×14, hold 8×4, 7×14, 6×14, maintenance 5×28")


def test_a_hold_in_a_cycle_is_at_its_highest_day_and_the_cycle_goes_on_where_it_stood():
    """§6.9.1, §6.8.8: the same hold for another reason: 5 0 5, two days of 5, then 0 5 0."""
    planned = plan(target="0", regimen=TO_NONE, events=[hold("2026-01-22", "2026-01-24")])
    assert daily(planned, TAPER_START, 9) == "5 0 5 5 5 0 5 0 0"


def test_a_hold_lengthens_the_run_in():
    """§6.9.1, §6.2.6: the clock stops for 5 days."""
    planned = plan(events=[hold("2026-01-10", "2026-01-15")])
    assert kinds(planned).startswith("run-in 10×5, hold 10×5, run-in 10×9, 9×14")


def test_a_hold_carries_its_reason():
    """§6.9.7: the clinician's word stays with the step."""
    planned = plan(events=[hold("2026-02-10", "2026-02-13", "withdrawal syndrome")])
    assert [step.reason for step in planned.steps if step.kind.value == "hold"] == [
        "withdrawal syndrome"
    ]


def test_until_moves_with_a_stress_dose_inside_the_hold():
    """§6.9.3: two days of ten, three of stress, the other eight."""
    events = [hold("2026-02-10", "2026-02-20"), stress_dose("2026-02-12", 3, "20")]
    assert "8×8, hold 8×2, stress-dose 20×3, hold 8×8, 8×6, 7×14" in kinds(plan(events=events))


def test_until_moves_with_a_stress_dose_that_outlasts_the_hold():
    """§6.9.3: two days of three, five of stress, the third, and then the taper goes on."""
    events = [hold("2026-02-10", "2026-02-13"), stress_dose("2026-02-12", 5, "20")]
    assert "8×8, hold 8×2, stress-dose 20×5, hold 8×1, 8×6, 7×14" in kinds(plan(events=events))


def test_a_hold_without_until_is_open():
    """§6.9.4, §9.3.1: without it the hold is open; the state is open-flare, an open hold too."""
    planned = plan(events=[hold("2026-02-10")], flare={"review_days": 21})
    assert kinds(planned) == "run-in 10×14, 9×14, 8×8, hold 8×21"
    assert planned.state.value == "open-flare"
    assert after(planned) == ("8 mg prednisone", "do-not-reduce-until-told")
    assert planned.target_reached is None


def test_an_open_hold_is_at_the_dose_in_effect_also_where_flares_step_back():
    """§6.9.1: the dose in effect."""
    assert kinds(plan(events=[hold("2026-02-10")], flare=BACK)).endswith("8×8, hold 8×28")


def test_a_hold_needs_no_flare_rule():
    """§6.9.5."""
    planned = plan(events=[hold("2026-02-10")], protocol={"flare": None})
    assert kinds(planned) == "run-in 10×14, 9×14, 8×8, hold 8×28"


@pytest.mark.parametrize("until", ["2026-02-10", "2026-02-09"])
def test_until_is_later_than_the_date(until: str):
    """§6.9.2: `until` is later than `date`."""
    problem = refusal(events=[hold("2026-02-10", until)])
    assert problem.field == "events[1].until"
    assert until in problem.read


def test_until_may_lie_after_today():
    """§6.9.2: an event may lie after today; only a flare's `resolved` may not."""
    event = hold("2026-02-10", "2026-02-13")
    assert course(plan(events=[event], today="2026-02-10")) == course(plan(events=[event]))


@pytest.mark.parametrize(
    ("before_it", "rule"),
    [
        (FLARE, {}),
        (FLARE, BURST),
        (hold("2026-02-10", "2026-02-24"), {}),
        (stress_dose("2026-02-10", 14, "20"), {}),
        (flare("2026-02-10"), {}),
        (hold("2026-02-10"), {}),
        (FLARE, {"max_flares": 0}),
    ],
    ids=["flare", "burst", "hold", "stress dose", "open flare", "open hold", "stopped"],
)
def test_a_hold_is_refused_where_a_flare_would_be(before_it: Fields, rule: Fields):
    """§6.9.6: refused where a flare would be."""
    problem = refusal(events=[before_it, hold("2026-02-20", "2026-02-23")], flare=rule)
    assert problem.field.startswith("events[2]")
    assert "hold" in problem.read


def test_a_hold_may_begin_when_another_ends():
    """§6.9.6: while one lasts; on its `until` it no longer does."""
    events = [hold("2026-02-10", "2026-02-13"), hold("2026-02-13", "2026-02-15")]
    assert "8×8, hold 8×3, hold 8×2, 8×6, 7×14" in kinds(plan(events=events))
