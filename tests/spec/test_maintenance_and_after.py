"""§6.5, §6.6, §6.17: maintenance, the window, and "What comes after the last printed day".

The usual taper reaches 5 mg, its maintenance, on 2026-03-16; printed until 04-12.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cases import Fields
from spec.build import (
    TARGET_REACHED,
    UNDISTURBED,
    after,
    course,
    flare,
    hold,
    kinds,
    plan,
    rescue,
    rows,
    runs,
    set_dose,
    stress_dose,
    table,
    withdraw,
)

from taper.record.plan_document import as_dict

UNTIL_TOLD, NO_TABLETS = "continue-until-told", "no-tablets"
DO_NOT_REDUCE, CALL = "do-not-reduce-until-told", "keep-taking-and-call"
TO_NONE = table(("5", 7), ("0", 7))
ALTERNATE = table((["5", "0"], 6), ("0", 7))


# §6.5 maintenance --------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, 28, 90])
def test_maintenance_is_printed_for_so_many_days_from_its_first(days: int):
    """§6.5.1: it has no end; printed for `maintenance_days` from its first day."""
    planned = plan(taper={"maintenance_days": days})
    assert course(planned) == f"10×14 9×14 8×14 7×14 6×14 5×{days}"
    assert planned.last_day == dt.date(2026, 3, 15) + dt.timedelta(days=days)


def test_an_event_before_the_maintenance_does_not_lengthen_it():
    """§6.5.1: from its first day, whenever that is."""
    planned = plan(events=[hold("2026-02-10", "2026-03-10")])
    assert runs(planned)[-1] == ("2026-04-13", "2026-05-10", "5")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (stress_dose("2026-04-01", 3, "20"), "5×16, stress-dose 20×3, maintenance 5×28"),
        (hold("2026-04-01", "2026-04-05"), "5×16, hold 5×4, maintenance 5×28"),
        (flare("2026-04-01", "2026-04-01"), "5×16, hold 5×14, maintenance 5×28"),
        (stress_dose("2026-04-12", 3, "20"), "5×27, stress-dose 20×3, maintenance 5×28"),
        (stress_dose("2026-03-17", 3, "20"), "5×1, stress-dose 20×3, maintenance 5×28"),
    ],
)
def test_maintenance_is_printed_again_from_the_end_of_an_event(event: Fields, expected: str):
    """§6.5.2: or from the end of the last event that interrupted it."""
    assert kinds(plan(events=[event])).endswith(f"6×14, maintenance {expected}")


def test_the_last_event_that_interrupted_it_decides():
    """§6.5.2: of two events the second."""
    events = [stress_dose("2026-04-01", 3, "20"), stress_dose("2026-04-10", 2, "30")]
    assert kinds(plan(events=events)).endswith(
        "maintenance 5×16, stress-dose 20×3, maintenance 5×6, stress-dose 30×2, maintenance 5×28"
    )


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        # 5 mg from 03-16; to 05-31 these are 77 days, although 28 would be printed
        (stress_dose("2026-06-01", 3, "20"), "5×77 20×3 5×28"),
        (hold("2026-06-01", "2026-06-03"), "5×107"),
        (set_dose("2026-06-01", 7, "6"), "5×77 6×7 5×28"),
        (withdraw("2026-06-01"), "5×77"),
        (flare("2026-06-01"), "5×105"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["type"],
)
def test_maintenance_is_printed_up_to_an_event_that_comes_later(event: Fields, expected: str):
    """§6.5.3: and up to an event that comes later, without a gap."""
    assert course(plan(events=[event])) == f"10×14 9×14 8×14 7×14 6×14 {expected}"


def test_an_event_the_day_after_the_last_printed_one_leaves_no_gap():
    """§6.5.3, §6.5.6: at the boundary: 04-12 is the 28th day, the stress dose begins on 04-13."""
    planned = plan(events=[stress_dose("2026-04-13", 3, "20")])
    assert kinds(planned).endswith("maintenance 5×28, stress-dose 20×3, maintenance 5×28")


def test_an_event_on_the_first_day_of_maintenance_delays_it():
    """§6.5.1: the target is not reached before the stress dose is over."""
    planned = plan(events=[stress_dose(TARGET_REACHED, 3, "20")])
    assert course(planned) == "10×14 9×14 8×14 7×14 6×14 20×3 5×28"
    assert str(planned.target_reached) == "2026-03-19"


def test_target_0_means_stop():
    """§6.5.4: target 0 means stop: those days are printed and have no tablets."""
    planned = plan(target="0", regimen=TO_NONE)
    assert kinds(planned) == "run-in 10×14, 5×7, maintenance 0×28"
    last = [day for day in planned.days() if day.dose_mg == 0]
    assert len(last) == 28
    assert {day.tablets for day in last} == {()}


def test_an_open_hold_is_printed_for_the_review_days():
    """§6.5.5: an open hold is printed in the same way for `review_days`."""
    planned = plan(events=[flare("2026-02-10")], flare={"review_days": 5})
    assert planned.last_day == dt.date(2026, 2, 14)


def test_an_open_hold_is_printed_again_from_the_end_of_an_event():
    """§6.5.5, §6.5.2: in the same way: 10 days, 3 of stress, then the review days once more."""
    events = [flare("2026-02-10"), stress_dose("2026-02-20", 3, "20")]
    assert kinds(plan(events=events, flare={"review_days": 5})).endswith(
        "hold 8×10, stress-dose 20×3, hold 8×5"
    )


def test_an_open_hold_is_printed_up_to_an_event_that_comes_later():
    """§6.5.5, §6.5.3: in the same way: from 02-10 to the withdrawal of 04-01 are 50 days."""
    events = [flare("2026-02-10"), withdraw("2026-04-01")]
    assert kinds(plan(events=events, flare={"review_days": 5})).endswith("8×8, hold 8×50")


def test_maintenance_that_was_stepped_back_from_is_printed_from_its_new_first_day():
    """§6.5.1, §6.8.13: 6 mg for 14 days from 04-01, then 5 mg for 28."""
    events = [flare("2026-04-01", "2026-04-01")]
    planned = plan(events=events, flare={"action": "step-back"})
    assert runs(planned)[-2:] == [
        ("2026-04-01", "2026-04-14", "6"),
        ("2026-04-15", "2026-05-12", "5"),
    ]


def test_every_day_is_printed_once():
    """§6.5.6: no gap and no day twice, whatever happens."""
    events = [
        stress_dose("2026-01-10", 3, "20"),
        flare("2026-02-28", "2026-03-01"),
        hold("2026-05-31", "2026-06-30"),
        set_dose("2026-12-31", 60, "15"),
    ]
    dates = [day.date for day in plan(events=events).days()]
    assert dates == [dates[0] + dt.timedelta(days=i) for i in range(len(dates))]


# target_reached ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "reached"),
    [
        ([], "2026-03-16"),
        ([hold("2026-02-10", "2026-02-13")], "2026-03-19"),
        ([stress_dose("2026-04-01", 3, "20")], "2026-04-04"),
        ([stress_dose("2026-04-01", 3, "5")], "2026-03-16"),
        ([flare("2026-04-01", "2026-04-01")], "2026-03-16"),
        ([set_dose("2026-02-10", 7, "5")], "2026-02-10"),
        ([set_dose("2026-04-01", 7, "6")], "2026-04-08"),
        ([flare("2026-02-10")], "None"),
        ([flare("2026-04-01")], "None"),
        ([hold("2026-04-01")], "None"),
        ([withdraw("2026-02-10")], "None"),
        ([withdraw("2026-04-01")], "2026-03-16"),
    ],
)
def test_the_target_is_reached_on_the_first_day_from_which_no_day_is_over_it(
    events: list[Fields], reached: str
):
    """§9.3.2: the first day from which all printed days are ≤ target, null in an open or stopped
    plan. Who withdraws over the target has no such day.
    """
    assert str(plan(events=events).target_reached) == reached


def test_a_cycle_reaches_the_target_on_its_last_day_over_it():
    """§9.3.2: 6 and 0 in turn for 5 days, a target of 5: 01-23 is the last day at 6 mg."""
    planned = plan(regimen=table((["6", "0"], 5), ("5", 7)))
    assert str(planned.target_reached) == "2026-01-24"
    even = plan(regimen=table((["6", "0"], 6), ("5", 7)))
    assert str(even.target_reached) == "2026-01-24"  # 01-24 is a day of none already


# What comes after --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "tapering"),
        ({"mg": "5"}, "already-at-target"),
        ({"events": [flare("2026-02-10")]}, "open-flare"),
        ({"events": [hold("2026-02-10")]}, "open-flare"),
        ({"events": [flare("2026-02-10", "2026-02-12")], "flare": {"max_flares": 0}}, "stopped"),
        ({"events": [withdraw("2026-02-10")]}, "withdrawn"),
        ({"participant": {"steroid": "none"}}, "not-on-steroid"),
    ],
)
def test_the_state_says_where_the_plan_ends(changes: dict[str, Any], state: str):
    """§9.3.1: an open hold is an open flare too."""
    assert plan(**changes).state.value == state


def test_a_step_is_of_one_of_seven_kinds():
    """§9.2.1: of a plan to which everything happens."""
    planned = plan(
        flare={"action": "rescue", "rescue": [{"mg": "30", "days": 3}]},
        events=[
            hold("2026-01-10", "2026-01-12"),
            flare("2026-02-10", "2026-02-10"),
            stress_dose("2026-03-10", 3, "20"),
            set_dose("2026-04-01", 7, "10"),
        ],
    )
    assert {step.kind.value for step in planned.steps} == {
        "run-in",
        "taper",
        "hold",
        "rescue",
        "stress-dose",
        "set-dose",
        "maintenance",
    }


def test_after_maintenance_comes_the_same_dose_until_told():
    """§6.17.2, §9.3.3: maintenance "keep taking … until the study team tells you"."""
    assert after(plan()) == ("5 mg prednisone", UNTIL_TOLD)


def test_after_target_0_come_no_tablets():
    """§6.17.3, §9.3.3: target 0 "no tablets"."""
    assert after(plan(target="0", regimen=TO_NONE)) == ("0 mg prednisone", NO_TABLETS)


@pytest.mark.parametrize("event", [flare("2026-02-10"), hold("2026-02-10")])
def test_after_an_open_hold_nothing_is_reduced_until_told(event: Fields):
    """§6.17.4, §9.3.3: open hold "keep taking …, do not reduce until told"."""
    assert after(plan(events=[event])) == ("8 mg prednisone", DO_NOT_REDUCE)


def test_after_a_stop_nothing_is_reduced_until_told():
    """§6.17.4: or stop."""
    stopped = plan(events=[flare("2026-02-10")], flare={"max_flares": 0})
    assert after(stopped) == ("8 mg prednisone", DO_NOT_REDUCE)


def test_after_a_stress_dose_in_an_open_hold_comes_the_hold():
    """§6.17.4: the hold is the last that is printed, not the stress dose."""
    events = [flare("2026-02-10"), stress_dose("2026-02-20", 3, "20")]
    assert after(plan(events=events)) == ("8 mg prednisone", DO_NOT_REDUCE)


@pytest.mark.parametrize(
    ("events", "mg"),
    [
        ([], "8"),
        ([hold("2026-02-05", "2026-03-01")], "8"),
        ([set_dose("2026-02-05", 14, "15")], "15"),
        ([flare("2026-02-05")], "8"),
    ],
)
def test_after_a_withdrawal_the_dose_of_the_last_day_is_kept_and_somebody_called(
    events: list[Fields], mg: str
):
    """§6.17.5, §9.3.3: withdrawal "keep taking … (the dose of the last day), do not stop
    suddenly".
    """
    planned = plan(events=[*events, withdraw("2026-02-10")])
    assert after(planned) == (f"{mg} mg prednisone", CALL)


def test_after_a_withdrawal_in_the_run_in_the_own_drug_is_kept():
    """§6.17.5: the dose of the last day, of the drug of the last day."""
    planned = plan(
        events=[withdraw("2026-01-10")],
        steroid={"drug": "methylprednisolone", "dose_mg": "8", "strengths": ["4"]},
        participant={"taper_strengths": ["5", "1"]},
        taper={"drug": "prednisone"},
    )
    assert after(planned) == ("8 mg methylprednisolone", CALL)


@pytest.mark.parametrize(
    ("day", "said"), [("2026-01-20", "0/5"), ("2026-01-21", "5/0"), ("2026-01-22", "0/5")]
)
def test_after_a_withdrawal_from_a_cycle_it_goes_on_with_the_day_that_comes_next(
    day: str, said: str
):
    """§6.17.6, §9.3.4: 01-19 and 01-21 are days at 5 mg; the day and its dose are said."""
    planned = plan(target="0", regimen=ALTERNATE, events=[withdraw(day)])
    document = as_dict(planned)["after"]
    assert (document["dose_mg"], document["from"]) == (said, day)
    assert document["instruction"] == CALL


def test_a_maintenance_that_is_a_cycle_goes_on_with_the_day_that_comes_next():
    """§6.17.6: 29 days of 5 and 0 mg in turn end on a day at 5 mg, so the next has none."""
    alternate = table((["5", "0"], 7))
    planned = plan(regimen=alternate, taper={"maintenance_days": 29})
    document = as_dict(planned)["after"]
    assert (document["dose_mg"], document["from"]) == ("0/5", "2026-02-17")
    assert "from" not in as_dict(plan())["after"]


@pytest.mark.parametrize("start", ["2026-02-10", "2026-02-16"])
def test_after_a_withdrawal_in_a_burst_comes_the_level_under_it(start: str):
    """§6.12.3: 8 mg, which was in effect when the burst began, and not 60 or 30."""
    day = dt.date.fromisoformat(start) + dt.timedelta(days=2)
    left = withdraw(day.isoformat())
    stressed = plan(events=[stress_dose(start, 7, "60"), left])
    assert after(stressed) == ("8 mg prednisone", CALL)
    rescued = plan(events=[flare(start, start), left], flare=rescue(("30", 3), ("20", 3)))
    assert after(rescued) == ("8 mg prednisone", CALL)


def test_after_a_withdrawal_in_a_burst_a_cycle_goes_on_where_it_stood():
    """§6.12.3, §6.17.6: 01-19 was a day at 5 mg, so after the burst comes one without."""
    events = [stress_dose("2026-01-20", 3, "20"), withdraw("2026-01-21")]
    planned = plan(target="0", regimen=ALTERNATE, events=events)
    assert as_dict(planned)["after"]["dose_mg"] == "0/5"


@pytest.mark.parametrize(
    "event",
    [flare("2026-03-10"), hold("2026-03-10"), withdraw("2026-03-10")],
    ids=lambda e: e["type"],
)
def test_where_the_dose_is_none_what_comes_after_is_no_tablets(event: Fields):
    """§6.17.7: nobody is told to keep taking 0 mg, or not to take less."""
    planned = plan(target="0", regimen=TO_NONE, events=[event])
    assert after(planned) == ("0 mg prednisone", NO_TABLETS)


def test_who_is_at_the_target_keeps_taking_the_baseline():
    """§6.17.2, §6.3.3: the baseline as maintenance."""
    assert after(plan("4")) == ("4 mg prednisone", UNTIL_TOLD)


def test_after_a_set_dose_under_the_target_comes_the_set_dose():
    """§6.17.2, §6.11.10: its own maintenance."""
    assert after(plan(events=[set_dose("2026-02-10", 7, "4")])) == ("4 mg prednisone", UNTIL_TOLD)


def test_every_plan_says_what_comes_after():
    """§6.17.1: every plan says it."""
    cases: list[list[Fields]] = [
        [],
        [flare("2026-02-10")],
        [flare("2026-02-10", "2026-02-12")],
        [hold("2026-02-10")],
        [stress_dose("2026-06-01", 3, "20")],
        [set_dose("2026-02-10", 7, "20")],
        [withdraw("2026-02-10")],
    ]
    assert all(plan(events=events).after.dose_mg for events in cases)


# §6.6 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "overrun"),
    [
        ({"days": 56}, False),
        ({"days": 55}, True),
        ({"weeks": 8}, False),
        ({"weeks": 7}, True),
        ({"months": 2}, False),  # 19 March
        ({"months": 1}, True),
    ],
)
def test_a_target_reached_after_the_window_is_a_finding(window: Fields, overrun: bool):
    """§6.6.1: later than taper_start + complete_within. From 19 January to 16 March are 56 days."""
    planned = plan(taper={"complete_within": window})
    assert any(f.code == "overruns-window" for f in planned.findings) == overrun
    assert course(planned) == UNDISTURBED  # a finding never stops a plan


def test_the_window_is_not_moved_by_a_hold():
    """§6.6.2: from taper_start, which stays whatever happens: 16 days of flare overrun 56 days."""
    planned = plan(
        taper={"complete_within": {"days": 56}}, events=[flare("2026-02-10", "2026-02-12")]
    )
    assert any(f.code == "overruns-window" for f in planned.findings)


def test_a_table_longer_than_the_window_is_planned_all_the_same():
    """§6.6.1, §1.1.3: it never stops a plan."""
    rule: Fields = {"kind": "steps", "steps": rows(("9", 200), ("5", 7))}
    planned = plan(regimen=rule)
    assert course(planned) == "10×14 9×200 5×28"
    assert any(f.code == "overruns-window" for f in planned.findings)
