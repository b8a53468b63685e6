"""§6.10: a stress dose."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    BACK,
    BURST,
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
    set_dose,
    stress_dose,
    table,
)
from spec.events.every_type import FLARE, SWITCH

OWN = SWITCH["steroid"]["drug"]


def test_a_stress_dose_is_given_for_its_days_and_what_it_interrupts_waits():
    """§6.10.1, §6.10.6: clock included: the other 6 days of 8 mg follow."""
    planned = plan(events=[stress_dose("2026-02-10", 3, "20")])
    assert kinds(planned) == (
        "run-in 10×14, 9×14, 8×8, stress-dose 20×3, 8×6, 7×14, 6×14, maintenance 5×28"
    )


def test_a_stress_dose_on_a_reduction_day_delays_the_reduction():
    """§6.10.6: what it interrupts waits: 7 mg for 14 days after it."""
    planned = plan(events=[stress_dose("2026-02-16", 3, "20")])
    assert course(planned) == "10×14 9×14 8×14 20×3 7×14 6×14 5×28"


def test_a_cycle_waits_at_the_day_where_it_stood():
    """§6.10.6: 5, two days of 10, then 0 5 0 5 0."""
    planned = plan(target="0", regimen=TO_NONE, events=[stress_dose("2026-01-20", 2, "10")])
    assert daily(planned, TAPER_START, 9) == "5 10 10 0 5 0 5 0 0"


@pytest.mark.parametrize(
    ("events", "rule", "expected"),
    [
        ([stress_dose("2026-01-06", 2, "20")], {}, "run-in 10×1, stress-dose 20×2, run-in 10×13"),
        ([flare("2026-02-10"), stress_dose("2026-02-20", 3, "20")], {},
         "8×8, hold 8×10, stress-dose 20×3, hold 8×28"),
        ([hold("2026-02-10"), stress_dose("2026-02-20", 3, "20")], {},
         "8×8, hold 8×10, stress-dose 20×3, hold 8×28"),
        ([FLARE, stress_dose("2026-02-20", 3, "20")], {"max_flares": 0},
         "8×8, hold 8×10, stress-dose 20×3, hold 8×28"),
        ([FLARE, stress_dose("2026-02-20", 3, "20")], {},
         "8×8, hold 8×10, stress-dose 20×3, hold 8×4, 8×6, 7×14"),
        ([FLARE, stress_dose("2026-02-11", 2, "40")], BURST,
         "8×8, rescue 30×1, stress-dose 40×2, rescue 30×2, rescue 20×3, hold 8×8, 8×14"),
        ([stress_dose("2026-04-01", 3, "20")], {},
         "maintenance 5×16, stress-dose 20×3, maintenance 5×28"),
        ([set_dose("2026-02-10", 14, "20"), stress_dose("2026-02-12", 2, "30")], {},
         "set-dose 20×2, stress-dose 30×2, set-dose 20×12, 17.5×7"),
    ],
    ids=["run-in", "open flare", "open hold", "stopped", "flare", "burst", "maintenance",
         "set dose"],
)  # fmt: skip
def test_a_stress_dose_may_be_given_on_any_day_after_the_anchor(
    events: list[Fields], rule: Fields, expected: str
):
    """§6.10.1: on any day after the anchor, also in a hold, an open flare or a stopped
    taper; what it interrupts waits, and an open hold is printed for review_days after it.
    """
    assert expected in kinds(plan(events=events, flare=rule))


def test_a_stress_dose_leaves_the_state_as_it_was():
    """§6.10.6: an open flare stays open, a stopped taper stopped."""
    stress = stress_dose("2026-02-20", 3, "20")
    opened = plan(events=[flare("2026-02-10"), stress])
    assert (opened.state.value, after(opened)) == (
        "open-flare",
        ("8 mg prednisone", "do-not-reduce-until-told"),
    )
    assert plan(events=[FLARE, stress], flare={"max_flares": 0}).state.value == "stopped"


def test_a_stress_dose_after_the_steroid_was_stopped():
    """§6.10.1, §6.5.4: 20 mg for 3 days, then none again."""
    planned = plan(
        target="0",
        regimen=table(("5", 7), ("0", 7)),
        events=[stress_dose("2026-02-02", 3, "20")],
    )
    assert course(planned) == "10×14 5×7 0×7 20×3 0×28"


def test_not_inside_another_stress_dose():
    """§6.10.2: not inside another, but the day after its last is free."""
    first = stress_dose("2026-02-10", 3, "20")
    problem = refusal(events=[first, stress_dose("2026-02-12", 2, "30")])
    assert problem.field.startswith("events[2]")
    assert "2026-02-12" in problem.read
    planned = plan(events=[first, stress_dose("2026-02-13", 2, "30")])
    assert "8×8, stress-dose 20×3, stress-dose 30×2, 8×6, 7×14" in kinds(planned)


@pytest.mark.parametrize(
    ("day", "mg", "least"),
    [("2026-02-15", "7", "8"), ("2026-02-16", "6", "7"), ("2026-01-06", "9", "10")],
)
def test_a_stress_dose_is_not_below_what_that_day_would_have_had(day: str, mg: str, least: str):
    """§6.10.5: that day's own dose, on a reduction day the reduced one, is allowed."""
    problem = refusal(events=[stress_dose(day, 3, mg)])
    assert (problem.who, problem.field) == ("IIM-001", "events[1].dose_mg")
    assert problem.read == f"{mg} mg"
    assert f"{least} mg" in problem.allowed
    assert plan(events=[stress_dose(day, 3, least)]).steps


@pytest.mark.parametrize(("day", "mg"), [("2026-02-10", "25"), ("2026-02-13", "15")])
def test_a_stress_dose_in_a_burst_is_not_below_the_bursts(day: str, mg: str):
    """§6.10.5: what that day would have had is 30 mg, then 20."""
    events = [flare("2026-02-09", "2026-02-09"), stress_dose(day, 3, mg)]
    assert refusal(events=events, flare=BURST).field == "events[2].dose_mg"


def test_on_a_day_of_a_cycle_a_stress_dose_is_not_below_its_highest():
    """§6.10.5: of a cycle, its highest day: not 2.5 mg on a day of none between fives."""
    changes: Fields = {"target": "0", "regimen": TO_NONE}
    problem = refusal(events=[stress_dose("2026-01-20", 3, "2.5")], **changes)
    assert "5 mg" in problem.allowed
    assert plan(events=[stress_dose("2026-01-20", 3, "5")], **changes).steps


def test_a_stress_dose_must_be_makeable():
    """§6.10.4: makeable; the message names the nearest that are."""
    problem = refusal(strengths=["5"], events=[stress_dose("2026-02-10", 3, "12")])
    assert (problem.field, problem.read) == ("events[1].dose_mg", "12 mg")
    assert "10 and 15 mg" in problem.allowed


def test_a_stress_dose_is_of_the_drug_being_taken():
    """§6.10.3: methylprednisolone in the run-in, prednisone in the taper."""
    in_run_in = plan(events=[stress_dose("2026-01-10", 2, "16", drug=OWN)], **SWITCH)
    assert course(in_run_in).startswith("methylprednisolone: 8×5 16×2 8×9 prednisone: 9×14")
    in_taper = plan(events=[stress_dose("2026-02-10", 2, "21", drug="prednisone")], **SWITCH)
    assert course(in_taper).startswith("methylprednisolone: 8×14 prednisone: 9×14 8×8 21×2 8×6")
    # 14 mg cannot be made of tablets of 4 mg, 12 and 16 mg can
    unmakeable = stress_dose("2026-01-10", 2, "14", drug=OWN)
    assert "12 and 16 mg" in refusal(events=[unmakeable], **SWITCH).allowed


def test_on_the_day_of_the_change_a_stress_dose_is_of_the_drug_of_the_day_before():
    """§6.10.3, §6.10.5: the change waits like any other reduction.

    The day would have had 9 mg prednisone, 7.2 mg methylprednisolone: 4 mg is below that.
    """
    planned = plan(events=[stress_dose(TAPER_START, 2, "8", drug=OWN)], **SWITCH)
    assert course(planned).startswith("methylprednisolone: 8×16 prednisone: 9×14")
    problem = refusal(events=[stress_dose(TAPER_START, 2, "4", drug=OWN)], **SWITCH)
    assert "7.2 mg methylprednisolone" in problem.allowed


def test_in_a_step_back_to_the_baseline_a_stress_dose_is_of_the_baselines_drug():
    """§6.10.3: the drug being taken in the hold at level 0 is methylprednisolone."""
    events = [FLARE, stress_dose("2026-02-12", 2, "16", drug=OWN)]
    planned = plan(events=events, flare={**BACK, "step_back": 2}, **SWITCH)
    assert "8×8 methylprednisolone: 8×2 16×2 8×12 prednisone: 9×14 8×14" in course(planned)


def test_a_stress_dose_may_lie_after_today():
    """§5.4.3: an event may lie after today (a decision for next Monday)."""
    event = stress_dose("2026-02-10", 3, "20")
    assert course(plan(events=[event], today="2026-02-09")) == course(plan(events=[event]))
