"""§6.11: a clinician's own dose, and the regimen from there."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    BACK,
    BURST,
    QUARTERS,
    TAPER_START,
    codes,
    course,
    flare,
    hold,
    kinds,
    plan,
    refusal,
    rows,
    set_dose,
    stress_dose,
    table,
)
from spec.events.every_type import FLARE, SWITCH

FROM_9 = "9×14 8×14 7×14 6×14 5×28"


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
    planned = plan(events=[set_dose("2026-01-10", 3, "12", drug="prednisone")], **SWITCH)
    assert course(planned).startswith("methylprednisolone: 8×5 prednisone: 12×9 10×14 9×14")


def test_who_is_at_the_target_is_given_a_set_dose_of_the_tapers_drug():
    """§6.11.2, §6.3.3: 4 mg methylprednisolone, at the target, and then 7 mg prednisone."""
    switch = {**SWITCH, "steroid": {**SWITCH["steroid"], "dose_mg": "4"}}
    planned = plan(events=[set_dose("2026-02-10", 7, "7", drug="prednisone")], **switch)
    assert course(planned) == "methylprednisolone: 4×36 prednisone: 7×7 6×14 5×28"
    assert (planned.state.value, planned.drug) == ("tapering", "prednisone")


def test_a_set_dose_must_be_makeable():
    """§6.11.2: makeable, of the taper's tablets: 12 mg are 3×4, but not of its own drug."""
    problem = refusal(strengths=["5"], events=[set_dose("2026-02-10", 7, "12")])
    assert (problem.field, problem.read) == ("events[1].dose_mg", "12 mg")
    assert "10 and 15 mg" in problem.allowed
    switch = {**SWITCH, "participant": {"taper_strengths": ["5"]}}
    events = [set_dose("2026-02-10", 7, "12", drug="prednisone")]
    assert refusal(events=events, **switch).field == "events[1].dose_mg"


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
