"""§6.9 to §6.12: holds for another reason, stress doses, set doses, withdrawals.

The usual taper gives 8 mg from 2026-02-02 to 02-15 and 7 mg from 02-16 to 03-01. Most events
here are on 02-10, when 8 of the 14 days at 8 mg are over.
"""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    QUARTERS,
    TAPER_START,
    after,
    codes,
    course,
    daily,
    flare,
    hold,
    kinds,
    plan,
    refusal,
    rows,
    set_dose,
    stress_dose,
    table,
    withdraw,
)

RESTART: Fields = {"resume": "restart-step"}
BACK: Fields = {"action": "step-back"}
BURST: Fields = {
    "action": "rescue",
    "stable_days": 0,
    "rescue": [{"mg": "30", "days": 3}, {"mg": "20", "days": 3}],
}
TO_NONE = table((["5", "0"], 6), ("0", 7))
FROM_9 = "9×14 8×14 7×14 6×14 5×28"
SWITCH: Fields = {
    "steroid": {"drug": "methylprednisolone", "dose_mg": "8", "strengths": ["4"]},
    "participant": {"taper_strengths": ["5", "1"]},
    "taper": {"drug": "prednisone"},
}
"""8 mg methylprednisolone, 10 mg prednisone, and a taper given in prednisone."""

FLARE = flare("2026-02-10", "2026-02-10")
EVERY_TYPE = [
    flare("2026-02-10", "2026-02-10"),
    hold("2026-02-10", "2026-02-13"),
    stress_dose("2026-02-10", 3, "20"),
    set_dose("2026-02-10", 7, "10"),
    withdraw("2026-02-10"),
]


def on(event: Fields, day: str) -> Fields:
    """The same event on another day."""
    moved = {**event, "date": day}
    return {key: value for key, value in moved.items() if key not in {"resolved", "until"}}


def by_type(event: Fields) -> str:
    return str(event["type"])


# Hold --------------------------------------------------------------------------------------------


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


# Stress dose -------------------------------------------------------------------------------------


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
    in_run_in = plan(events=[stress_dose("2026-01-10", 2, "16")], **SWITCH)
    assert course(in_run_in).startswith("methylprednisolone: 8×5 16×2 8×9 prednisone: 9×14")
    in_taper = plan(events=[stress_dose("2026-02-10", 2, "21")], **SWITCH)
    assert course(in_taper).startswith("methylprednisolone: 8×14 prednisone: 9×14 8×8 21×2 8×6")
    # 14 mg cannot be made of tablets of 4 mg, 12 and 16 mg can
    assert "12 and 16 mg" in refusal(events=[stress_dose("2026-01-10", 2, "14")], **SWITCH).allowed


def test_on_the_day_of_the_change_a_stress_dose_is_of_the_drug_of_the_day_before():
    """§6.10.3, §6.10.5: the change waits like any other reduction.

    The day would have had 9 mg prednisone, 7.2 mg methylprednisolone: 4 mg is below that.
    """
    planned = plan(events=[stress_dose(TAPER_START, 2, "8")], **SWITCH)
    assert course(planned).startswith("methylprednisolone: 8×16 prednisone: 9×14")
    problem = refusal(events=[stress_dose(TAPER_START, 2, "4")], **SWITCH)
    assert "7.2 mg methylprednisolone" in problem.allowed


def test_in_a_step_back_to_the_baseline_a_stress_dose_is_of_the_baselines_drug():
    """§6.10.3: the drug being taken in the hold at level 0 is methylprednisolone."""
    events = [FLARE, stress_dose("2026-02-12", 2, "16")]
    planned = plan(events=events, flare={**BACK, "step_back": 2}, **SWITCH)
    assert "8×8 methylprednisolone: 8×2 16×2 8×12 prednisone: 9×14 8×14" in course(planned)


def test_a_stress_dose_may_lie_after_today():
    """§5.4.3: an event may lie after today (a decision for next Monday)."""
    event = stress_dose("2026-02-10", 3, "20")
    assert course(plan(events=[event], today="2026-02-09")) == course(plan(events=[event]))


# Set dose ----------------------------------------------------------------------------------------


def test_after_a_set_dose_the_regimen_starts_from_it():
    """§6.11.4: for those days; then the regimen from that dose as level 0 of a new ladder."""
    planned = plan(events=[set_dose("2026-02-10", 14, "20")])
    assert course(planned) == f"10×14 9×14 8×8 20×14 17.5×7 15×7 12.5×7 10×14 {FROM_9}"
    assert "8×8, set-dose 20×14, 17.5×7" in kinds(planned)


def test_a_set_dose_may_be_lower():
    """§6.11.2: any dose; from 6 mg it is one step to the target."""
    planned = plan(events=[set_dose("2026-02-10", 7, "6")])
    assert course(planned) == "10×14 9×14 8×8 6×7 5×28"


def test_a_set_dose_carries_its_reason():
    """§6.11.13."""
    planned = plan(events=[set_dose("2026-02-10", 7, "6", "hyperglycaemia")])
    assert [s.reason for s in planned.steps if s.kind.value == "set-dose"] == ["hyperglycaemia"]


@pytest.mark.parametrize(
    ("days", "started", "expected"),
    [
        (3, None, "10×5 8×9 7×14"),  # 01-10 to 01-18
        (9, None, "10×5 8×9 7×14"),
        (20, None, "10×5 8×20 7×14"),
        (3, "2026-01-26", "10×5 8×16 7×14"),  # 01-10 to 01-25
    ],
)
def test_a_set_dose_lasts_at_least_until_the_taper_starts(
    days: int, started: str | None, expected: str
):
    """§6.11.3: for those days, at least until `taper_start`."""
    event = set_dose("2026-01-10", days, "8")
    planned = plan(events=[event], participant={"taper_started": started})
    assert course(planned).startswith(expected)


@pytest.mark.parametrize(
    ("before_it", "rule", "expected"),
    [
        (hold("2026-02-10", "2026-03-10"), {}, "8×10"),
        (hold("2026-02-10"), {}, "8×10"),
        (flare("2026-02-10", "2026-03-01"), {}, "8×10"),
        (flare("2026-02-10"), {}, "8×10"),
        (flare("2026-02-10"), {"max_flares": 0}, "8×10"),
        (flare("2026-02-10"), BACK, "8×8 9×2"),
        (FLARE, BURST, "8×8 30×2"),
        (stress_dose("2026-02-10", 14, "20"), {}, "8×8 20×2"),
        (set_dose("2026-02-10", 14, "20"), {}, "8×8 20×2"),
    ],
    ids=["hold", "open hold", "flare", "open flare", "stop", "step-back", "rescue", "stress dose",
         "set dose"],
)  # fmt: skip
def test_a_set_dose_ends_whatever_lasts(before_it: Fields, rule: Fields, expected: str):
    """§6.11.1: it ends every hold, rescue, stress dose, open flare and stop."""
    planned = plan(events=[before_it, set_dose("2026-02-12", 7, "10")], flare=rule)
    assert course(planned) == f"10×14 9×14 {expected} 10×7 {FROM_9}"
    assert planned.state.value == "tapering"
    assert not {"open-flare", "taper-stopped"} & codes(planned)


def test_after_a_set_dose_a_flare_may_be_noted_again():
    """§6.11.1: the open flare is ended, so a later one is not refused."""
    events = [flare("2026-02-10"), set_dose("2026-02-12", 7, "10"), flare("2026-02-21")]
    # 10×7 to 02-18, 9 from 02-19: two days of it, then held
    assert course(plan(events=events)) == "10×14 9×14 8×10 10×7 9×30"


def test_a_set_dose_ends_a_stress_dose_in_an_open_flare():
    """§6.11.1: both are ended."""
    events = [
        flare("2026-02-10"),
        stress_dose("2026-02-12", 10, "20"),
        set_dose("2026-02-14", 7, "10"),
    ]
    assert course(plan(events=events)) == f"10×14 9×14 8×10 20×2 10×7 {FROM_9}"


def test_percent_of_baseline_keeps_the_original_baselines_number():
    """§6.11.6: a quarter of 20 mg is 5 mg, also from 30 mg on."""
    rule = {"kind": "percent", "decrease_percent": "25", "of": "baseline", "every_days": 7}
    planned = plan("20", regimen=rule, events=[set_dose("2026-02-10", 7, "30")])
    assert course(planned) == "20×14 15×7 10×7 5×8 30×7 25×7 20×7 15×7 10×7 5×28"


def test_percent_of_the_current_dose_goes_by_the_set_dose():
    """§6.11.6: only `percent of baseline` keeps a number: half of 30 is 15, then 7.5."""
    rule = {"kind": "percent", "decrease_percent": "50", "every_days": 7}
    planned = plan("20", regimen=rule, events=[set_dose("2026-02-10", 7, "30")])
    assert course(planned) == "20×14 10×7 5×15 30×7 15×7 7.5×7 5×28"


LINEAR: Fields = {
    "regimen": {"kind": "linear", "every_days": 14},
    "complete_within": {"days": 112},
}


def test_linear_keeps_the_original_baselines_decrease():
    """§6.11.6, §6.11.8: (25 - 5) / 8 is 2.5 mg, also from 30 mg on: past the window, if it must."""
    planned = plan("25", taper=LINEAR, events=[set_dose("2026-02-10", 7, "30")])
    assert course(planned) == (
        "25×14 22.5×14 20×8 30×7 27.5×14 25×14 22.5×14 20×14 17.5×14 15×14 12.5×14 10×14 7.5×14 "
        "5×28"
    )


BY_START: Fields = {
    "kind": "steps",
    "choose_by": "start_mg",
    "tables": [
        {"below": "15", "steps": rows(("9", 7), ("5", 7))},
        {"from": "15", "steps": rows(("12", 7), ("5", 7))},
    ],
}


def test_choose_by_start_mg_keeps_the_original_baselines_table():
    """§6.11.6: the table of 10 mg, also from 20 mg on; its entry looks at the 20 mg."""
    planned = plan(regimen=BY_START, events=[set_dose("2026-02-10", 7, "20")])
    assert course(planned) == "10×14 9×7 5×15 20×7 9×7 5×28"


@pytest.mark.parametrize(
    ("taper", "expected"),
    [
        ({"regimen": BY_START}, "12×7 5×28"),
        ({**LINEAR, "complete_within": {"days": 28}}, "12.5×14 5×28"),
        (
            {
                "regimen": {
                    "kind": "percent",
                    "decrease_percent": "25",
                    "of": "baseline",
                    "every_days": 7,
                }
            },
            "15×7 10×7 5×28",
        ),
    ],
    ids=["choose_by", "linear", "percent"],
)
def test_who_was_at_the_target_is_tapered_by_the_set_doses_numbers(taper: Fields, expected: str):
    """§6.11.7: or the set dose's where the original was at or under the target."""
    planned = plan("5", taper=taper, events=[set_dose("2026-02-10", 7, "20")])
    assert course(planned) == f"5×36 20×7 {expected}"
    assert planned.state.value == "tapering"


def test_a_second_set_dose_of_who_was_at_the_target_brings_its_own_numbers():
    """§6.11.7: the set dose's: a quarter of 20 mg, then a quarter of 40."""
    rule = {"kind": "percent", "decrease_percent": "25", "of": "baseline", "every_days": 7}
    events = [set_dose("2026-02-10", 7, "20"), set_dose("2026-02-17", 7, "40")]
    assert course(plan("5", regimen=rule, events=events)) == ("5×36 20×7 40×7 30×7 20×7 10×7 5×28")


@pytest.mark.parametrize(
    ("mg", "expected"),
    [("40", "30×7 20×7 15×7 10×7 5×28"), ("20", "15×7 10×7 5×28"), ("12", "10×7 5×28")],
)
def test_entry_looks_at_the_set_dose(mg: str, expected: str):
    """§6.11.5: entry looks at the set dose."""
    rule = table(("30", 7), ("20", 7), ("15", 7), ("10", 7), ("5", 7))
    planned = plan("20", regimen=rule, events=[set_dose("2026-02-09", 7, mg)])
    assert course(planned) == f"20×14 15×7 10×7 5×7 {mg}×7 {expected}"


def test_no_row_is_above_the_set_dose():
    """§6.11.5: min(row, …) looks at the set dose: 30 mg of the first row is 15."""
    rule = table(("30", 7), ("10", 7), ("5", 7), entry="first")
    planned = plan("20", regimen=rule, events=[set_dose("2026-02-09", 7, "15")])
    assert course(planned) == "20×21 10×7 5×7 15×14 10×7 5×28"


def test_a_level_1_equal_to_the_set_dose_lengthens_the_period():
    """§6.11.9: 18 mg of tablets of 5 mg is 20: 14 days and 7."""
    rule = table(("18", 7), ("10", 7), ("5", 7))
    planned = plan("20", strengths=["5"], regimen=rule, events=[set_dose("2026-02-09", 14, "20")])
    assert kinds(planned) == (
        "run-in 20×21, 10×7, maintenance 5×7, set-dose 20×21, 10×7, maintenance 5×28"
    )


@pytest.mark.parametrize("mg", ["5", "4"])
def test_a_set_dose_at_or_under_the_target_is_followed_by_itself(mg: str):
    """§6.11.10: at or under the target is followed by itself as maintenance."""
    planned = plan(events=[set_dose("2026-02-10", 10, mg)])
    assert kinds(planned) == f"run-in 10×14, 9×14, 8×8, set-dose {mg}×10, maintenance {mg}×28"
    assert str(planned.target_reached) == "2026-02-10"


def test_a_second_set_dose_starts_anew():
    """§6.11.4: 5 days at 20, then 15 for 7 days, and the regimen from 15."""
    events = [set_dose("2026-02-10", 14, "20"), set_dose("2026-02-15", 7, "15")]
    assert course(plan(events=events)) == f"10×14 9×14 8×8 20×5 15×7 12.5×7 10×14 {FROM_9}"


def test_level_0_of_the_new_ladder_is_the_set_dose():
    """§6.11.4: as level 0 of a new ladder: a step back of five levels goes to 20 mg."""
    events = [set_dose("2026-02-10", 14, "20"), flare("2026-02-26", "2026-02-26")]
    planned = plan(events=events, flare={**BACK, "step_back": 5})
    assert "set-dose 20×14, 17.5×2, hold 20×14, 17.5×7, 15×7" in kinds(planned)


def test_a_set_dose_is_of_the_tapers_drug():
    """§6.11.2: the clinician's dose of the taper's drug, also in the run-in."""
    planned = plan(events=[set_dose("2026-01-10", 3, "12")], **SWITCH)
    assert course(planned).startswith("methylprednisolone: 8×5 prednisone: 12×9 10×14 9×14")


def test_who_is_at_the_target_is_given_a_set_dose_of_the_tapers_drug():
    """§6.11.2, §6.3.3: 4 mg methylprednisolone, at the target, and then 7 mg prednisone."""
    switch = {**SWITCH, "steroid": {**SWITCH["steroid"], "dose_mg": "4"}}
    planned = plan(events=[set_dose("2026-02-10", 7, "7")], **switch)
    assert course(planned) == "methylprednisolone: 4×36 prednisone: 7×7 6×14 5×28"
    assert (planned.state.value, planned.drug) == ("tapering", "prednisone")


def test_a_set_dose_must_be_makeable():
    """§6.11.2: makeable, of the taper's tablets: 12 mg are 3×4, but not of its own drug."""
    problem = refusal(strengths=["5"], events=[set_dose("2026-02-10", 7, "12")])
    assert (problem.field, problem.read) == ("events[1].dose_mg", "12 mg")
    assert "10 and 15 mg" in problem.allowed
    switch = {**SWITCH, "participant": {"taper_strengths": ["5"]}}
    assert refusal(events=[set_dose("2026-02-10", 7, "12")], **switch).field == "events[1].dose_mg"


def test_a_set_dose_that_fits_no_table_is_refused_by_its_own_field():
    """§6.11.12: which field, what was read: the event's 12 mg, and not the baseline of 5."""
    rule = {**BY_START, "tables": [{"from": "15", "steps": rows(("12", 7), ("5", 7))}]}
    problem = refusal("5", regimen=rule, events=[set_dose("2026-02-10", 7, "12")])
    assert problem.field == "events[1].dose_mg"
    assert "12 mg" in problem.read


@pytest.mark.parametrize("mg", ["12.25", "15"])
def test_no_event_lets_the_regimen_reduce_before_the_taper_starts(mg: str):
    """§6.7.12: no event lets the regimen reduce before `taper_start`: the set dose neither."""
    events = [set_dose("2026-01-06", 1, mg), stress_dose("2026-01-12", 2, "20")]
    planned = plan(strengths=[*QUARTERS, "5"], events=events)
    doses = {day.dose_mg for day in planned.days() if str(day.date) < TAPER_START}
    assert min(doses) == 10
    assert f"set-dose {mg}×6, stress-dose 20×2, set-dose {mg}×7" in kinds(planned)


# Withdrawal --------------------------------------------------------------------------------------


def test_a_withdrawal_ends_the_taper_the_day_before_and_not_the_steroid():
    """§6.12.1: the **taper** ends the day before, not the steroid."""
    planned = plan(events=[withdraw("2026-02-10")])
    assert course(planned) == "10×14 9×14 8×8"
    assert planned.state.value == "withdrawn"
    assert after(planned) == ("8 mg prednisone", "keep-taking-and-call")
    assert planned.target_reached is None
    assert "withdrawn" in codes(planned)


def test_on_a_reduction_day_the_dose_of_the_last_day_is_kept():
    """§6.17.5: keep taking … (the dose of the last day): 8 mg, not the 7 that were due."""
    assert after(plan(events=[withdraw("2026-02-16")]))[0] == "8 mg prednisone"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-06", "10×1"),
        (TAPER_START, "10×14"),
        ("2026-03-16", "10×14 9×14 8×14 7×14 6×14"),
        ("2026-04-13", "10×14 9×14 8×14 7×14 6×14 5×28"),
        ("2026-06-01", "10×14 9×14 8×14 7×14 6×14 5×77"),
    ],
)
def test_a_withdrawal_is_allowed_at_any_time_after_the_anchor(day: str, expected: str):
    """§6.12.2, §6.5.3: any time after the anchor; maintenance is printed up to it."""
    assert course(plan(events=[withdraw(day)])) == expected


@pytest.mark.parametrize(
    ("before_it", "rule", "expected"),
    [
        (flare("2026-02-10"), {}, "8×8, hold 8×2"),
        (hold("2026-02-10", "2026-03-01"), {}, "8×8, hold 8×2"),
        (FLARE, BURST, "8×8, rescue 30×2"),
        (stress_dose("2026-02-10", 5, "20"), {}, "8×8, stress-dose 20×2"),
        (FLARE, {"max_flares": 0}, "8×8, hold 8×2"),
        (set_dose("2026-02-10", 14, "20"), {}, "8×8, set-dose 20×2"),
    ],
    ids=["open flare", "hold", "rescue", "stress dose", "stopped", "set dose"],
)
def test_a_withdrawal_ends_whatever_lasts(before_it: Fields, rule: Fields, expected: str):
    """§6.12.2: any time; the state is withdrawn and no longer open or stopped."""
    planned = plan(events=[before_it, withdraw("2026-02-12")], flare=rule)
    assert kinds(planned) == f"run-in 10×14, 9×14, {expected}"
    assert planned.state.value == "withdrawn"
    assert not {"open-flare", "taper-stopped"} & codes(planned)


@pytest.mark.parametrize("event", EVERY_TYPE[:-1], ids=by_type)
def test_a_withdrawal_may_be_on_the_day_of_another_event(event: Fields):
    """§6.7.9: two on one day (a withdrawal excepted): the taper ended the day before either way."""
    alone = list(plan(events=[withdraw("2026-02-10")]).days())
    for events in ([event, withdraw("2026-02-10")], [withdraw("2026-02-10"), event]):
        planned = plan(events=events)
        assert list(planned.days()) == alone
        assert planned.state.value == "withdrawn"


def test_a_target_reached_before_the_withdrawal_stays_reached():
    """§9.3.2: the first day from which all printed days are ≤ target, null in an open or stopped
    plan
    and there only.
    """
    assert str(plan(events=[withdraw("2026-04-01")]).target_reached) == "2026-03-16"


# Refusals of any event ---------------------------------------------------------------------------


@pytest.mark.parametrize("event", EVERY_TYPE, ids=by_type)
@pytest.mark.parametrize("day", ["2026-01-01", ANCHOR])
def test_an_event_on_or_before_the_anchor_is_refused(event: Fields, day: str):
    """§6.7.8: an event on or before the anchor."""
    problem = refusal(events=[on(event, day)])
    assert (problem.who, problem.field) == ("IIM-001", "events[1].date")
    assert day in problem.read
    assert ANCHOR in problem.allowed


@pytest.mark.parametrize("event", EVERY_TYPE, ids=by_type)
def test_an_event_the_day_after_the_anchor_is_planned(event: Fields):
    """§6.7.8: on or before, and no later."""
    assert plan(events=[on(event, "2026-01-06")]).steps


@pytest.mark.parametrize("second", EVERY_TYPE[:-1], ids=by_type)
@pytest.mark.parametrize("first", EVERY_TYPE[:-1], ids=by_type)
def test_two_events_on_one_day_are_refused(first: Fields, second: Fields):
    """§6.7.9: two on one day."""
    problem = refusal(events=[first, second])
    assert problem.field.startswith("events[2]")
    assert "2026-02-10" in problem.read


@pytest.mark.parametrize("event", EVERY_TYPE, ids=by_type)
def test_nothing_comes_after_a_withdrawal(event: Fields):
    """§6.7.10: anything after a withdrawal, also where it stands first in the file."""
    last, end = on(event, "2026-03-01"), withdraw("2026-02-20")
    for events, place in (([end, last], 2), ([last, end], 1)):
        problem = refusal(events=events)
        assert problem.field.startswith(f"events[{place}]")
        assert "withdraw" in problem.read


def test_a_participant_withdraws_once():
    """§6.7.10: anything after a withdrawal, a second one of the same day included."""
    twice = [withdraw("2026-02-10"), withdraw("2026-02-10")]
    assert refusal(events=twice).field.startswith("events[2]")


@pytest.mark.parametrize(
    "event",
    [
        hold("2026-02-10", reason=None),
        set_dose("2026-02-10", 7, "10", reason=None),
        withdraw("2026-02-10", reason=None),
    ],
    ids=by_type,
)
def test_a_reason_is_required(event: Fields):
    """§5.4.2: `reason` is required where it is shown above."""
    problem = refusal(events=[event])
    assert (problem.field, problem.read) == ("events[1].reason", "missing")


@pytest.mark.parametrize(
    "event", [stress_dose("2026-02-10", 0, "20"), set_dose("2026-02-10", 0, "20")], ids=by_type
)
def test_an_event_lasts_a_day_at_least(event: Fields):
    """§5.4.4: a duration of 0 is none."""
    problem = refusal(events=[event])
    assert (problem.field, problem.read) == ("events[1].days", "'0'")


def test_an_unknown_event_is_refused():
    """§5.4.1, §1.1.4: five types; what was read and what is allowed."""
    problem = refusal(events=[{"type": "pause", "date": "2026-02-10"}])
    assert (problem.field, problem.read) == ("events[1].type", "'pause'")
    for event in EVERY_TYPE:
        assert event["type"] in problem.allowed
