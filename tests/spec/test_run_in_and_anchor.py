"""§6.1, §6.2, §6.3: the anchor, the run-in, who is planned at all."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    TAPER_START,
    UNDISTURBED,
    codes,
    course,
    flare,
    hold,
    kinds,
    plan,
    refusal,
    runs,
    set_dose,
    stress_dose,
    table,
    window_end,
)

from taper.planning.plan import NotTapering, Plan

AFTER_2: Fields = {"after_infusion": 2}


def given(*dates: str | None, missed: int | None = None) -> Fields:
    """A participant with infusions 1, 2, … on these dates; None leaves one out."""
    infusions: list[Fields] = [
        {"number": i, "date": date} for i, date in enumerate(dates, start=1) if date
    ]
    if missed:
        infusions.append({"number": missed, "missed": "true"})
    return {"infusions": infusions}


def anchor(plan: Plan) -> tuple[int, str, str]:
    return (
        plan.anchor.number,
        str(plan.anchor.date),
        "provisional" if plan.provisional else "actual",
    )


# §6.1 the anchor ---------------------------------------------------------------------------------


def test_the_anchor_is_the_infusion_that_the_taper_follows():
    """§6.1.1: anchor = date of infusion `after_infusion`."""
    assert anchor(plan()) == (1, ANCHOR, "actual")
    both = given(ANCHOR, "2026-04-07")
    assert anchor(plan(taper=AFTER_2, participant=both)) == (2, "2026-04-07", "actual")


def test_an_infusion_listed_after_today_is_provisional():
    """§6.1.2: listed with a date after today, it is planned and the plan is provisional."""
    booked = plan(taper=AFTER_2, participant=given(ANCHOR, "2026-04-07"), today="2026-04-06")
    assert anchor(booked) == (2, "2026-04-07", "provisional")


def test_an_infusion_listed_today_is_actual():
    """§6.1.2: after today; an infusion of today took place."""
    today = plan(taper=AFTER_2, participant=given(ANCHOR, "2026-04-07"), today="2026-04-07")
    assert anchor(today) == (2, "2026-04-07", "actual")


@pytest.mark.parametrize("today", ["2026-01-06", "2028-09-01"])
def test_an_infusion_that_is_not_listed_is_planned_months_after_infusion_1(today: str):
    """§6.1.3, §4.2.2: not listed (then infusion 1 + the protocol's months), also where that day is
    past.
    """
    assert anchor(plan(taper=AFTER_2, today=today)) == (2, "2026-04-05", "provisional")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-11-30", "2027-02-28"),
        ("2027-11-29", "2028-02-29"),
        ("2027-11-30", "2028-02-29"),
        ("2028-02-29", "2028-05-29"),
        ("2026-01-31", "2026-04-30"),
    ],
)
def test_a_planned_infusion_keeps_to_the_calendar(first: str, second: str):
    """§6.1.3, §2.3.7: month ends and leap days."""
    assert anchor(plan(taper=AFTER_2, participant=given(first)))[1] == second


def test_a_missed_anchor_is_refused():
    """§6.1.5: missed: refused, no infusion, no taper."""
    problem = refusal(taper=AFTER_2, participant=given(ANCHOR, missed=2))
    assert (problem.who, problem.read) == ("IIM-001", "missed")
    assert problem.field.startswith("infusions")
    assert "infusion 2" in problem.allowed


def test_another_missed_infusion_does_not_matter():
    """§6.1.5: only the anchor's counts."""
    assert course(plan(participant=given(ANCHOR, missed=2))) == UNDISTURBED


def test_an_infusion_that_the_protocol_does_not_have_is_refused():
    """§5.3.4: infusion 3 of two."""
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 3, "date": "2026-04-05"}]
    problem = refusal(participant={"infusions": infusions})
    assert (problem.field, problem.read) == ("infusions[2].number", "3")
    assert problem.allowed.endswith("1 or 2")


def test_infusion_1_is_needed_where_nothing_else_dates_the_anchor():
    """§6.1.6."""
    for missing in (given(), given(missed=1)):
        problem = refusal(taper=AFTER_2, participant=missing)
        assert problem.field == "infusions"
        assert "infusion 1" in problem.read


def test_infusion_1_is_not_needed_where_the_anchor_is_dated():
    """§6.1.6."""
    planned = plan(taper=AFTER_2, participant=given(None, "2026-04-07"))
    assert anchor(planned) == (2, "2026-04-07", "actual")
    assert planned.trial_day(planned.steps[0].start) is None


def test_a_provisional_plan_says_so():
    """§6.1.2, §8.2.7: the plan is provisional, and a finding says so."""
    assert "provisional-anchor" in codes(plan(taper=AFTER_2))
    assert "provisional-anchor" not in codes(plan())


# §6.2 the run-in ---------------------------------------------------------------------------------


def test_the_run_in_lasts_from_the_anchor_to_the_day_before_the_taper():
    """§6.2.5, §6.2.6: anchor … taper_start - 1 at baseline; the first reduced dose on
    taper_start.
    """
    assert runs(plan())[:2] == [
        ("2026-01-05", "2026-01-18", "10"),
        ("2026-01-19", "2026-02-01", "9"),
    ]
    assert str(plan().taper_start) == TAPER_START


@pytest.mark.parametrize(("offset", "start"), [(1, "2026-01-06"), (28, "2026-02-02")])
def test_the_taper_starts_so_many_days_after_the_anchor(offset: int, start: str):
    """§6.2.1: taper_start = anchor + offset_days."""
    planned = plan(taper={"offset_days": offset})
    assert str(planned.taper_start) == start
    assert course(planned).startswith(f"10×{offset} 9×14 ")


def test_without_an_offset_the_first_reduced_dose_is_taken_on_the_day_of_the_infusion():
    """§6.2.6: there is no run-in; a level 1 equal to the baseline is all there is of it."""
    assert kinds(plan(taper={"offset_days": 0})).startswith("9×14, 8×14")
    joined = plan(taper={"offset_days": 0}, regimen=table(("10", 7), ("5", 7), entry="join"))
    assert kinds(joined) == "run-in 10×7, maintenance 5×28"


def test_a_leap_day_is_a_day():
    """§6.2.5: over the end of February 2028: infusion on the 15th, first taper day on the 29th."""
    assert runs(plan(participant=given("2028-02-15"), today="2029-01-01"))[:3] == [
        ("2028-02-15", "2028-02-28", "10"),
        ("2028-02-29", "2028-03-13", "9"),
        ("2028-03-14", "2028-03-27", "8"),
    ]


def test_a_year_may_end_in_a_taper():
    """§6.2.5: over the new year."""
    assert runs(plan(participant=given("2026-12-10")))[:3] == [
        ("2026-12-10", "2026-12-23", "10"),
        ("2026-12-24", "2027-01-06", "9"),
        ("2027-01-07", "2027-01-20", "8"),
    ]


def started(date: str) -> Fields:
    return {"taper_started": date}


def test_a_taper_that_started_later_lengthens_the_run_in():
    """§6.2.2: taper_start is `taper_started` where it is given."""
    late = plan(participant=started("2026-01-26"))
    assert str(late.taper_start) == "2026-01-26"
    assert course(late) == "10×21 9×14 8×14 7×14 6×14 5×28"


@pytest.mark.parametrize("day", [TAPER_START, "2026-02-10"])
def test_a_taper_may_have_started_as_planned_or_today(day: str):
    """§6.2.2: neither earlier nor after today."""
    assert str(plan(participant=started(day), today="2026-02-10").taper_start) == day


@pytest.mark.parametrize("day", ["2026-01-18", "2026-02-11"])
def test_a_taper_cannot_have_started_earlier_or_after_today(day: str):
    """§6.2.2, §5.3.5: which may be neither earlier nor after today."""
    problem = refusal(participant=started(day), today="2026-02-10")
    assert (problem.who, problem.field, problem.read) == ("IIM-001", "taper_started", day)
    assert TAPER_START in problem.allowed
    assert "2026-02-10" in problem.allowed


def test_before_the_planned_day_no_start_of_the_taper_is_allowed_and_no_backward_range_named():
    """§6.2.2."""
    problem = refusal(participant=started("2026-01-05"), today="2026-01-10")
    assert problem.allowed == (
        "nothing before the planned 2026-01-19, which is after today, 2026-01-10"
    )


def test_a_taper_that_started_ten_years_late_is_refused_for_that():
    """§2.3.8: 3660 days after 2026-01-19 are 2036-01-27; a day more is a slip in the year."""
    problem = refusal(participant=started("2036-01-28"), today="2036-12-31")
    assert (problem.field, problem.read) == ("taper_started", "2036-01-28")
    assert problem.allowed == "a date within ten years of the planned 2026-01-19"
    problem = refusal(participant=started("2036-01-27"), today="2036-12-31")
    assert problem.read == "a plan of more than ten years"


def test_the_window_is_counted_from_the_first_taper_day():
    """§4.4.3, §6.6.2: counted from the first taper day, `taper_started` where given."""
    assert str(window_end()) == "2026-05-19"
    assert str(window_end(participant=started("2026-01-31"))) == "2026-05-31"


@pytest.mark.parametrize(
    "event",
    [
        flare("2026-01-10", "2026-01-12"),
        hold("2026-01-10", "2026-01-15"),
        stress_dose("2026-01-18", 3, "20"),
        set_dose("2026-01-10", 30, "10"),
    ],
    ids=lambda event: event["type"],
)
def test_an_event_in_the_run_in_moves_the_first_reduced_dose_and_not_the_taper_start(event: Fields):
    """§6.2.3, §6.2.6: it stays that date whatever happens later; an event in the run-in moves the
    dose.
    """
    planned = plan(events=[event])
    assert str(planned.taper_start) == TAPER_START
    assert planned.taper_day(planned.steps[0].start) is None
    first_reduced = next(day for day in planned.days() if day.dose_mg < 10)
    assert str(first_reduced.date) > TAPER_START


def test_taper_days_are_counted_from_1_on_the_taper_start():
    """§9.2.4: `taper_day` is 1 on taper_start, null before."""
    planned = plan()
    days = {str(day.date): planned.taper_day(day.date) for day in planned.days()}
    assert [days[d] for d in ("2026-01-18", "2026-01-19", "2026-01-20")] == [None, 1, 2]


def test_the_day_number_of_the_infusion_changes_labels_and_never_dates():
    """§4.2.3, §9.2.3: with 1 there is no day 0."""
    zero, one = plan(), plan(protocol={"infusion_day": 1})
    assert runs(zero) == runs(one)
    first = zero.steps[0].start
    assert (zero.trial_day(first), one.trial_day(first)) == (0, 1)
    second = plan(
        taper=AFTER_2, participant=given("2026-04-05", "2026-07-05"), protocol={"infusion_day": 1}
    )
    assert [second.trial_day(d) for d in (first, second.steps[0].start)] == [-90, 92]


# §6.3 who is planned -----------------------------------------------------------------------------


def bounds(**eligibility: str) -> Fields:
    return {"eligibility": eligibility}


@pytest.mark.parametrize("mg", ["7.5", "20", "25"])
def test_a_baseline_within_the_bounds_is_planned_both_ends_allowed(mg: str):
    """§4.3.1: optional min_mg and max_mg, both ends allowed."""
    assert plan(mg, protocol=bounds(min_mg="7.5", max_mg="25")).steps


@pytest.mark.parametrize(("mg", "bound"), [("7", "7.5"), ("26", "25")])
def test_a_baseline_outside_the_bounds_is_refused(mg: str, bound: str):
    """§6.3.1: baseline in prednisone equivalents outside `eligibility` is refused."""
    problem = refusal(mg, protocol=bounds(min_mg="7.5", max_mg="25"))
    assert (problem.who, problem.field) == ("IIM-001", "steroid.dose_mg")
    assert problem.read.startswith(f"{mg} mg")
    assert f"{bound} mg" in problem.allowed


def test_the_bounds_are_in_prednisone_equivalents():
    """§6.3.1: 20 mg methylprednisolone are 25 mg, 22 mg are 27.5."""
    taken = {"drug": "methylprednisolone", "strengths": ["2"]}
    assert plan("20", steroid=taken, protocol=bounds(max_mg="25")).steps
    problem = refusal("22", steroid=taken, protocol=bounds(max_mg="25"))
    assert problem.read.startswith("27.5 mg")


def test_a_waived_baseline_is_planned_and_the_waiver_is_a_finding():
    """§6.3.2: unless `eligibility_waived` (then a finding)."""
    waived = {"eligibility_waived": "sponsor, 2026-01-02"}
    planned = plan("40", protocol=bounds(max_mg="25"), participant=waived)
    assert course(planned).startswith("40×14 35×7")
    assert "eligibility-waived" in codes(planned)


@pytest.mark.parametrize("mg", ["5", "4", "2.5"])
def test_who_is_at_the_target_stays_at_the_baseline(mg: str):
    """§6.3.3, §6.3.4: run-in, then the baseline as maintenance, no reduction; reached at the
    anchor.
    """
    planned = plan(mg)
    assert kinds(planned) == f"run-in {mg}×14, maintenance {mg}×28"
    assert str(planned.target_reached) == ANCHOR
    assert planned.state.value == "already-at-target"
    assert "already-at-target" in codes(planned)


def test_who_is_at_the_target_stays_with_the_own_drug():
    """§6.3.3: in its own drug, whatever drug the taper would be given in."""
    planned = plan(
        "4",
        steroid={"drug": "methylprednisolone", "strengths": ["4"]},
        participant={"taper_strengths": ["5"]},
        taper={"drug": "prednisone"},
    )
    assert {day.step.drug for day in planned.days()} == {"methylprednisolone"}
    assert planned.drug == "methylprednisolone"
    assert course(planned) == "4×42"


def test_the_plans_drug_is_that_of_its_last_day_where_nothing_is_tapered():
    """§9.2.1, §6.3.3: at the target in one drug, and a clinician's dose at it in the taper's."""
    planned = plan(
        "4",
        steroid={"drug": "methylprednisolone", "strengths": ["4"]},
        participant={"taper_strengths": ["5"]},
        taper={"drug": "prednisone"},
        events=[set_dose("2026-02-10", 7, "5", drug="prednisone")],
    )
    assert planned.state.value == "already-at-target"
    assert [step.drug for step in planned.steps][-1] == planned.drug == "prednisone"


def test_just_over_the_target_is_tapered():
    """§6.3.3: baseline ≤ target, and not a quarter more."""
    planned = plan("5.25", strengths=[{"mg": "1", "split": 4}])
    assert course(planned) == "5.25×14 5×28"
    assert planned.state.value == "tapering"


def test_a_participant_without_steroid_has_no_calendar():
    """§5.1.6: `steroid: none`: no calendar, state not-on-steroid."""
    planned = plan(participant={"steroid": "none"})
    assert isinstance(planned, NotTapering)
    assert (planned.state.value, planned.steps, planned.quantities) == ("not-on-steroid", (), ())


def test_of_who_takes_no_steroid_nothing_of_the_infusions_is_refused():
    """§5.1.6: neither a missed anchor nor an infusion that the protocol does not have."""
    infusions = [{"number": 1, "missed": True}, {"number": 9, "date": "2026-04-05"}]
    planned = plan(participant={"steroid": "none", "infusions": infusions})
    assert planned.state.value == "not-on-steroid"


@pytest.mark.parametrize(
    "event",
    [
        hold("2026-01-10", "2026-01-16"),
        hold("2026-01-10", "2026-02-16"),
        hold("2026-01-10"),
        flare("2026-01-10", "2026-01-12"),
        flare("2026-01-10"),
    ],
    ids=["over", "longer than the run-in", "open", "flare", "open flare"],
)
def test_a_hold_before_a_recorded_start_does_not_move_it(event: Fields):
    """§6.2.4: the first reduced dose was taken on 22 January, whatever held before."""
    planned = plan(participant={"taper_started": "2026-01-22"}, events=[event])
    assert course(planned) == "10×17 9×14 8×14 7×14 6×14 5×28"
    assert planned.state.value == "tapering"


def test_a_stress_dose_over_a_recorded_start_is_given_in_full():
    """§6.2.4: six days of 20 mg from 19 January, then the taper goes on."""
    events = [stress_dose("2026-01-19", 6, "20")]
    planned = plan(participant={"taper_started": "2026-01-22"}, events=events)
    assert course(planned) == "10×14 20×6 9×14 8×14 7×14 6×14 5×28"


def test_a_hold_from_the_recorded_start_on_holds():
    """§6.2.4: one *before* it."""
    events = [hold("2026-01-22", "2026-01-25")]
    planned = plan(participant={"taper_started": "2026-01-22"}, events=events)
    assert course(planned) == "10×20 9×14 8×14 7×14 6×14 5×28"
