"""§8: for each code that it appears, how severe it is, and where it does not.

`severity(…)` says `absent` where a plan has no such finding.
"""

from __future__ import annotations

from typing import Any

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    QUARTERS,
    TAPER_START,
    TARGET_REACHED,
    bands,
    codes,
    course,
    flare,
    found,
    hold,
    kinds,
    plan,
    refusal,
    set_dose,
    severity,
    stress_dose,
    table,
    withdraw,
)

from taper.planning.plan import Plan

SPLIT_5 = [{"mg": "5", "split": 2}]


def methyl(*strengths: object) -> Fields:
    return {"drug": "methylprednisolone", "strengths": list(strengths)}


# As named ----------------------------------------------------------------------------------------


def test_protocol_not_approved():
    """§8.2.1: anything but approved."""
    assert severity(plan(), "protocol-not-approved") == "warning"
    assert severity(plan(protocol={"status": "draft"}), "protocol-not-approved") == "warning"
    approval = {"document": "SOP 12", "version": "1", "date": "2026-01-02", "role": "sponsor"}
    approved = plan(protocol={"status": "approved", "approval": approval})
    assert severity(approved, "protocol-not-approved") == "absent"


def test_a_protocol_is_approved_by_a_document():
    """§4.1.4: approval is required by status approved."""
    assert refusal(protocol={"status": "approved"}).field == "approval"


def test_regimen_unverified():
    """§8.2.2: a shipped regimen whose sheet is marked unverified."""
    unverified = plan("40", regimen="giacta-26-week", target="0")
    assert severity(unverified, "regimen-unverified") == "warning"
    (finding,) = found(unverified, "regimen-unverified")
    assert "giacta-26-week" in finding.text
    assert severity(plan(regimen="ese-es-2024-fast"), "regimen-unverified") == "absent"
    assert severity(plan(), "regimen-unverified") == "absent"


def test_equivalence_unverified():
    """§8.2.3: every figure of the German labels is unverified; each drug of the plan is named."""
    unverified = plan(protocol={"equivalence": "de-label"}, taper={"drug": "methylprednisolone"})
    assert severity(unverified, "equivalence-unverified") == "warning"
    said = " ".join(finding.text for finding in found(unverified, "equivalence-unverified"))
    assert "prednisone in equivalence table de-label" in said
    assert "methylprednisolone" in said
    assert severity(plan(), "equivalence-unverified") == "absent"


def test_strengths_assumed():
    """§8.2.6, §5.2.3: without `strengths`: the market's whole tablets of that drug."""
    assumed = plan(steroid={"strengths": None})
    assert severity(assumed, "strengths-assumed") == "warning"
    assert severity(plan(), "strengths-assumed") == "absent"
    switched = plan(taper={"drug": "methylprednisolone"})
    (finding,) = found(switched, "strengths-assumed")
    assert "methylprednisolone" in finding.text


def test_provisional_anchor():
    """§8.2.7."""
    planned = plan(taper={"after_infusion": 2})
    assert severity(planned, "provisional-anchor") == "warning"
    assert severity(plan(), "provisional-anchor") == "absent"


def test_eligibility_waived():
    """§8.2.8, §6.3.2: only a baseline outside the bounds needs its waiver."""
    waived = {"eligibility_waived": "sponsor, 2026-01-02"}
    for mg, expected in (("30", "warning"), ("25", "absent")):
        planned = plan(mg, protocol={"eligibility": {"max_mg": "25"}}, participant=waived)
        assert severity(planned, "eligibility-waived") == expected


@pytest.mark.parametrize(
    ("today", "started", "expected"),
    [
        ("2026-01-20", None, "caution"),
        (TAPER_START, None, "absent"),
        ("2026-01-10", None, "absent"),
        ("2026-01-20", TAPER_START, "absent"),
        ("2026-02-01", "2026-01-26", "absent"),
    ],
)
def test_started_in_past(today: str, started: str | None, expected: str):
    """§8.2.9: taper_start is before today and `taper_started` is not given."""
    planned = plan(today=today, participant={"taper_started": started})
    assert severity(planned, "started-in-past") == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("2026-03-28", "caution"),
        ("2026-03-29", "absent"),
        ("2026-04-05", "absent"),
        ("2026-04-12", "absent"),
        ("2026-04-13", "caution"),
    ],
)
def test_infusion_out_of_window(second: str, expected: str):
    """§8.2.10, §4.2.4: an actual infusion outside its planned window, 5 April plus or minus 7
    days.
    """
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 2, "date": second}]
    planned = plan(participant={"infusions": infusions})
    assert severity(planned, "infusion-out-of-window") == expected


def test_a_booked_infusion_is_not_out_of_window_yet():
    """§8.2.10: an *actual* infusion; one without a window may be on its day only."""
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 2, "date": "2026-06-01"}]
    booked = plan(participant={"infusions": infusions}, today="2026-05-31")
    assert severity(booked, "infusion-out-of-window") == "absent"
    done = plan(participant={"infusions": infusions}, today="2026-06-01")
    assert severity(done, "infusion-out-of-window") == "caution"
    strict = {"infusions": [{"number": 1, "months": 0}, {"number": 2, "months": 3}]}
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 2, "date": "2026-04-06"}]
    late = plan(participant={"infusions": infusions}, protocol=strict)
    assert severity(late, "infusion-out-of-window") == "caution"


def test_already_at_target():
    """§8.2.11: baseline ≤ target."""
    assert severity(plan("5"), "already-at-target") == "info"
    assert severity(plan("6"), "already-at-target") == "absent"


def test_overruns_window():
    """§8.2.12, §6.6.1: 19 January to 16 March are 56 days."""
    for days, expected in ((55, "warning"), (56, "absent")):
        planned = plan(taper={"complete_within": {"days": days}})
        assert severity(planned, "overruns-window") == expected


# Rounding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [("10", "absent"), ("9.5", "info"), ("9", "info"), ("8.9", "caution"), ("8", "caution")],
)
def test_rounded(row: str, expected: str):
    """§8.3.1: each is printed as 10 mg, of tablets of 5."""
    planned = plan("20", strengths=["5"], regimen=table((row, 7), ("5", 7)))
    assert course(planned) == "20×14 10×7 5×28"
    assert severity(planned, "rounded") == expected


def test_rounding_is_weighed_in_prednisone_equivalents():
    """§8.3.1, §8.1.3: 1 mg methylprednisolone is 1.25 mg: 7 mg for an ideal 6, 7.5 mg
    prednisone.
    """
    rule = table(("7.5", 7), ("5", 7))
    planned = plan("14", steroid=methyl("7", "4"), regimen=rule)
    assert course(planned) == "14×14 7×7 4×28"
    assert severity(planned, "rounded") == "caution"


def test_a_day_of_a_cycle_that_is_rounded_is_found():
    """§8.3.1: a printed dose differs from its ideal: 10 and 3 mg, the second printed as 5."""
    planned = plan("20", strengths=["5"], regimen=table((["10", "3"], 4), ("5", 7)))
    assert kinds(planned) == "run-in 20×14, 10/5×4, maintenance 5×28"
    assert severity(planned, "rounded") == "caution"


def test_a_cycle_that_is_cut_short_is_not_rounded():
    """§8.3.1: a printed dose differs from its ideal: 8 mg is printed as 8, then the hold begins.

    The day at 4 mg, which comes after the hold, is no ideal of the one day before it.
    """
    rule = table((["8", "4"], 6), ("4", 7))
    events = [hold("2026-01-20", "2026-01-22")]
    planned = plan(regimen=rule, events=events)
    assert kinds(planned) == "run-in 10×14, 8×1, hold 8×2, 4/8×5, maintenance 4×28"
    assert severity(planned, "rounded") == "absent"


def test_a_day_of_a_cycle_that_is_rounded_after_a_hold_is_found():
    """§8.3.1: the same, where a hold comes between: 10 mg on 01-19, and from 01-22 5 mg for 3."""
    rule = table((["10", "3"], 6), ("5", 7))
    planned = plan("20", strengths=["5"], regimen=rule, events=[hold("2026-01-20", "2026-01-22")])
    assert kinds(planned) == "run-in 20×14, 10×1, hold 10×2, 5/10×5, maintenance 5×28"
    assert severity(planned, "rounded") == "caution"


def test_a_rounded_finding_names_its_step():
    """§8.1.1: the date or step it is about."""
    planned = plan("20", strengths=["5"], regimen=table(("9", 7), ("5", 7)))
    (finding,) = found(planned, "rounded")
    assert (str(finding.date), finding.step) == (TAPER_START, 1)
    assert "10 mg" in finding.text
    assert "9 mg" in finding.text


# Large drops -------------------------------------------------------------------------------------


def dropped(plan: Plan) -> list[str]:
    """The dates of the large drops."""
    drops = found(plan, "large-drop")
    assert all(finding.severity.value == "warning" for finding in drops)
    return [str(finding.date) for finding in drops]


@pytest.mark.parametrize(
    ("mg", "row", "large"),
    [
        ("40", "30", False),  # 10 mg, a quarter
        ("40", "29", True),  # 11 mg
        ("20", "11", False),  # 9 mg, less than half
        ("20", "10", True),  # half
        ("12", "6", True),
        ("12", "7", False),
    ],
)
def test_large_drop_by_mg_or_by_half(mg: str, row: str, large: bool):
    """§8.3.3: one step falls by more than 10 mg, by half or more."""
    planned = plan(mg, regimen=table((row, 7), ("5", 7)))
    assert (TAPER_START in dropped(planned)) == large


@pytest.mark.parametrize(("row", "large"), [("30", False), ("28.75", True)])
def test_a_large_drop_is_weighed_in_prednisone_equivalents(row: str, large: bool):
    """§8.3.3, §8.1.3: from 32 mg methylprednisolone, 40 mg, to 24 mg are 10 mg; to 23 mg 11.25."""
    planned = plan("32", steroid=methyl("1"), regimen=table((row, 7), ("5", 7)))
    assert (TAPER_START in dropped(planned)) == large


@pytest.mark.parametrize(("decrease", "large"), [("1", True), ("2.4", True), ("2.5", False)])
def test_large_drop_by_more_than_twice_the_regimens_own_decrease(decrease: str, large: bool):
    """§8.3.3: or by more than twice the regimen's own decrease there.

    Tablets of 5 mg fall by 5 mg at a time: 30, 25, 20, 15, 10, which is twice 2.5 and no more;
    the last fall, from 10 to 5 mg, is by half.
    """
    planned = plan("30", regimen=bands(("5", decrease, 7)), strengths=["5"])
    assert len(dropped(planned)) == (5 if large else 1)


def test_a_clinicians_lower_dose_may_be_a_large_drop():
    """§8.3.3: one step falls by more than 10 mg, whoever decided it."""
    planned = plan("40", events=[set_dose("2026-01-26", 7, "20")])
    # 35 mg from 01-19, then 20
    assert dropped(planned) == ["2026-01-26"]


def test_stopping_from_a_dose_is_a_large_drop():
    """§8.3.3: by half or more: from 5 mg to none is all of it, even where the table says so."""
    planned = plan(target="0", regimen=table(("7.5", 7), ("5", 28), ("0", 7)))
    assert dropped(planned) == ["2026-02-23"]


@pytest.mark.parametrize(
    "rise",
    [
        {"events": [stress_dose("2026-02-10", 3, "60")]},
        {
            "events": [flare("2026-02-10", "2026-02-10")],
            "flare": {"action": "rescue", "rescue": [{"mg": "60", "days": 3}]},
        },
    ],
    ids=["stress dose", "rescue"],
)
def test_the_return_to_the_ladder_is_no_large_drop(rise: Fields):
    """§8.3.3: from 60 mg back to 8, as it was before."""
    assert dropped(plan(**rise)) == []


def test_a_gentle_taper_has_no_large_drop():
    """§8.3.3: 10, 9, 8, 7, 6 and 5 mg."""
    assert severity(plan(), "large-drop") == "absent"


# Under the physiologic dose ----------------------------------------------------------------------

SLOW = bands(("0", "1", 28))


def test_below_physiologic():
    """§8.3.8: a level under the hpa dose, 5 mg prednisone: not 5 mg itself."""
    assert severity(plan(target="4", regimen=SLOW), "below-physiologic") == "caution"
    assert severity(plan(target="5", regimen=SLOW), "below-physiologic") == "absent"


def test_the_physiologic_dose_is_the_drugs_own():
    """§8.1.3, §8.3.8: dexamethasone 0.6 mg, 4 mg prednisone-equivalent, is over its own 0.5 mg."""
    taken = {"drug": "dexamethasone", "strengths": ["0.2"]}
    for target, expected in (("4", "absent"), ("2", "caution")):
        planned = plan("1.2", steroid=taken, target=target, regimen=table((target, 7)))
        assert severity(planned, "below-physiologic") == expected


@pytest.mark.parametrize(("row", "expected"), [("5.5", "absent"), ("4.5", "caution")])
def test_the_physiologic_dose_of_a_drug_that_the_list_lacks_is_that_of_prednisone(
    row: str, expected: str
):
    """§3.3.3: 5 mg prednisone are 6 mg deflazacort in bnf: 6.6 mg is not under it, 5.4 mg is."""
    planned = plan(
        "12",
        steroid={"drug": "deflazacort", "strengths": [{"mg": "6", "split": 4}, "0.1"]},
        protocol={"equivalence": "bnf"},
        target=row,
        regimen=table((row, 28)),
    )
    assert severity(planned, "below-physiologic") == expected


@pytest.mark.parametrize(("days", "expected"), [(27, "warning"), (28, "absent")])
def test_fast_below_physiologic(days: int, expected: str):
    """§8.3.9: one (level under the hpa dose) shorter than 28 days."""
    planned = plan(target="0", regimen=table(("5", 7), ("4", days), ("0", 7)))
    assert severity(planned, "fast-below-physiologic") == expected
    assert severity(planned, "below-physiologic") == "caution"


def test_the_run_in_is_not_a_short_level():
    """§8.3.9: 4 mg were taken for 28 days before infusion 1 already, so for 42 in all. Level 0 is a
    level too, but the 14 days of the run-in are only its last ones.
    """
    planned = plan("4", target="2", regimen=SLOW)
    assert course(planned) == "4×14 3×28 2×28"
    assert severity(planned, "fast-below-physiologic") == "absent"
    assert severity(planned, "below-physiologic") == "caution"


def test_a_level_is_as_short_as_it_is_whatever_interrupts_it():
    """§8.3.9: 20 days at 4 mg are too few with a stress dose in between; with a hold they are
    30.
    """
    rule = table(("5", 7), ("4", 20), ("0", 7))
    stressed = plan(target="0", regimen=rule, events=[stress_dose("2026-02-05", 8, "20")])
    assert severity(stressed, "fast-below-physiologic") == "warning"
    held = plan(target="0", regimen=rule, events=[hold("2026-02-05", "2026-02-15")])
    assert severity(held, "fast-below-physiologic") == "absent"


def test_a_fast_taper_over_the_physiologic_dose_is_not_fast_below_it():
    """§8.3.9: a level *under* the hpa dose."""
    assert severity(plan("25"), "fast-below-physiologic") == "absent"


def test_the_maintenance_is_never_shorter_than_28_days():
    """§8.3.9, §6.5.1: maintenance has no end, however few of its days are printed."""
    planned = plan(target="4", regimen=SLOW, taper={"maintenance_days": 7})
    assert severity(planned, "fast-below-physiologic") == "absent"


@pytest.mark.parametrize(
    "event",
    [
        stress_dose("2026-02-05", 3, "20"),
        hold("2026-02-05", "2026-02-12"),
        flare("2026-02-05", "2026-02-05"),
        flare("2026-02-05"),
    ],
    ids=["stress dose", "hold", "flare", "open flare"],
)
def test_an_interrupted_level_is_not_a_short_one(event: Fields):
    """§8.3.9: a *level* shorter than 28 days; 4 mg is given for 28 days or more in each of these.

    A level is more than a step: a hold at its own dose or a stress dose cuts its days into
    two steps, but whoever reads "4 mg lasts 10 days" would be misled. From 01-26, 4 mg for 28.
    """
    planned = plan(target="0", regimen=table(("5", 7), ("4", 28), ("0", 7)), events=[event])
    assert severity(planned, "fast-below-physiologic") == "absent"


# Suppression -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "expected"),
    [("2025-12-29", "warning"), ("2025-12-30", "absent"), (ANCHOR, "absent")],
)
def test_hpa_suppression(since: str, expected: str):
    """§8.4.1: over the hpa dose for 21 days or more, run-in and `since` counted.

    The run-in of 14 days at 10 mg, then 5 mg, which is not over it: 7 days before make 21.
    """
    planned = plan(steroid={"since": since}, regimen=table(("5", 7)))
    assert severity(planned, "hpa-suppression") == expected


def test_suppression_counts_the_taper_too():
    """§8.4.1: over the hpa dose for 21 days: 14 of run-in and 7 at 6 mg."""
    for days, expected in ((7, "warning"), (6, "absent")):
        planned = plan(steroid={"since": ANCHOR}, regimen=table(("6", days), ("5", 7)))
        assert severity(planned, "hpa-suppression") == expected


@pytest.mark.parametrize(("days", "expected"), [(20, "absent"), (21, "warning")])
def test_the_days_of_suppression_are_consecutive(days: int, expected: str):
    """§8.4.1: for 21 days or more: 14 of run-in, a week at 5 mg, then so many at 10 mg."""
    events = [set_dose("2026-01-26", days, "10")]
    planned = plan(steroid={"since": ANCHOR}, regimen=table(("5", 7)), events=events)
    assert severity(planned, "hpa-suppression") == expected


def test_suppression_is_about_the_day_on_which_it_may_be_there():
    """§8.4.1, §8.1.1: the date it is about: 29 December and 20 days more are 18 January."""
    planned = plan(steroid={"since": "2025-12-29"}, regimen=table(("5", 7)))
    assert [str(finding.date) for finding in found(planned, "hpa-suppression")] == ["2026-01-18"]


def test_at_the_physiologic_dose_nothing_is_suppressed():
    """§8.4.1: *over* the hpa dose: 5 mg for months is not."""
    assert severity(plan("5", steroid={"since": "2025-01-01"}), "hpa-suppression") == "absent"


def test_suppression_goes_by_the_drugs_own_dose():
    """§8.4.1, §8.1.3: dexamethasone 0.75 mg, 5 mg prednisone-equivalent, is over its own 0.5 mg."""
    taken = {"drug": "dexamethasone", "strengths": ["0.75"], "since": "2025-01-01"}
    assert severity(plan("0.75", steroid=taken), "hpa-suppression") == "warning"


def test_without_since_the_baseline_is_taken_from_28_days_before_infusion_1():
    """§5.2.6: exposure findings; else 28 days before infusion 1.

    20 mg for 28 days are enough for pjp-prophylaxis even where the taper starts at once.
    """
    at_once: Fields = {"offset_days": 0}
    assert severity(plan("20", taper=at_once), "pjp-prophylaxis") == "caution"
    since = plan("20", taper=at_once, steroid={"since": "2025-12-09"})  # 27 days
    assert severity(since, "pjp-prophylaxis") == "absent"


def test_days_between_infusion_1_and_the_anchor_are_counted():
    """§5.2.6: 28 days before infusion 1, not before the anchor: 28 days and three months."""
    planned = plan(taper={"after_infusion": 2, "offset_days": 0}, events=[withdraw("2026-04-06")])
    assert severity(planned, "bone-protection") == "info"  # 28 + 90 + 1 days


def test_since_cannot_be_later_than_the_anchor():
    """§5.2.5: since when that dose is taken; the run-in is at that dose."""
    problem = refusal(steroid={"since": "2026-01-06"})
    assert (problem.field, problem.read) == ("steroid.since", "2026-01-06")


def test_since_cannot_be_later_than_today():
    """§5.2.5: of an infusion that is only planned the baseline need not be taken yet."""
    problem = refusal(steroid={"since": "2026-01-04"}, today="2026-01-03")
    assert (problem.field, problem.read) == ("steroid.since", "2026-01-04")
    assert "2026-01-03" in problem.allowed


@pytest.mark.parametrize(("mg", "expected"), [("20", "caution"), ("19", "absent")])
def test_without_a_date_of_infusion_1_the_28_days_are_those_before_the_anchor(
    mg: str, expected: str
):
    """§5.2.6: the taper starts on the anchor, so the 28 days of 20 mg are all before it."""
    planned = plan(
        mg,
        taper={"after_infusion": 2, "offset_days": 0},
        participant={"infusions": [{"number": 2, "date": "2026-04-05"}]},
    )
    assert severity(planned, "pjp-prophylaxis") == expected


def test_steroid_emergency_card():
    """§8.4.2: hpa-suppression holds."""
    for since, expected in (("2025-12-29", "info"), ("2025-12-30", "absent")):
        planned = plan(steroid={"since": since}, regimen=table(("5", 7)))
        assert severity(planned, "steroid-emergency-card") == expected


# Prophylaxis -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mg", "since", "expected"),
    [
        ("20", "2025-12-22", "caution"),  # 14 + 14 days
        ("20", "2025-12-23", "absent"),
        ("19", "2025-01-01", "absent"),
    ],
)
def test_pjp_prophylaxis(mg: str, since: str, expected: str):
    """§8.4.3: ≥ 20 mg prednisone-equivalent for 28 days, `since` counted."""
    assert severity(plan(mg, steroid={"since": since}), "pjp-prophylaxis") == expected


def test_pjp_prophylaxis_is_weighed_in_prednisone_equivalents():
    """§8.4.3, §8.1.3: 16 mg methylprednisolone are 20 mg."""
    for mg, expected in (("16", "caution"), ("15", "absent")):
        assert severity(plan(mg, steroid=methyl("1")), "pjp-prophylaxis") == expected


@pytest.mark.parametrize(("day", "expected"), [("2026-04-05", "info"), ("2026-04-04", "absent")])
def test_bone_protection(day: str, expected: str):
    """§8.4.4: ≥ 2.5 mg for 90 days, `since` counted: 5 January to 4 April are 90 days."""
    planned = plan(steroid={"since": ANCHOR}, events=[withdraw(day)])
    assert severity(planned, "bone-protection") == expected


def test_bone_protection_is_from_2_5_mg_on():
    """§8.4.4: ≥ 2.5 mg, and not 2.25 for however long."""
    for mg, expected in (("2.5", "info"), ("2.25", "absent")):
        planned = plan(mg, strengths=QUARTERS, steroid={"since": "2020-01-01"})
        assert severity(planned, "bone-protection") == expected


# Drugs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "mg", "expected"),
    [
        ("dexamethasone", "1.5", "warning"),
        ("betamethasone", "1.5", "warning"),
        ("methylprednisolone", "8", "absent"),
        ("prednisone", "10", "absent"),
    ],
)
def test_long_acting_drug(drug: str, mg: str, expected: str):
    """§8.5.1: the taper is in dexamethasone or betamethasone."""
    planned = plan(mg, steroid={"drug": drug, "strengths": ["0.25"]})
    assert severity(planned, "long-acting-drug") == expected


def test_a_baseline_in_a_long_acting_drug_may_be_tapered_in_another():
    """§8.5.1: the *taper* is in it."""
    taken = {"drug": "dexamethasone", "strengths": ["1.5"]}
    planned = plan(
        "1.5",
        steroid=taken,
        taper={"drug": "prednisone"},
        participant={"taper_strengths": ["5", "1"]},
    )
    assert severity(planned, "long-acting-drug") == "absent"


@pytest.mark.parametrize(
    ("drug", "mg", "expected"),
    [
        ("hydrocortisone", "40", "warning"),
        ("cortisone", "50", "warning"),
        ("prednisolone", "10", "absent"),
    ],
)
def test_replacement_drug(drug: str, mg: str, expected: str):
    """§8.5.2: hydrocortisone or cortisone: make sure that it is not adrenal replacement."""
    planned = plan(mg, steroid={"drug": drug, "strengths": ["5", "1"]})
    assert severity(planned, "replacement-drug") == expected


# Tablets -----------------------------------------------------------------------------------------


def test_split_tablets():
    """§8.5.3."""
    rule = table(("7.5", 7), ("5", 7))
    assert severity(plan(strengths=SPLIT_5, regimen=rule), "split-tablets") == "caution"
    assert severity(plan(strengths=["5", "2.5"], regimen=rule), "split-tablets") == "absent"
    whole = plan(strengths=SPLIT_5, regimen=table(("5", 7)))  # they may be halved and are not
    assert severity(whole, "split-tablets") == "absent"


@pytest.mark.parametrize(
    ("mg", "strengths", "expected"),
    [
        ("8", ["1"], "absent"),
        ("9", ["1"], "caution"),
        ("8.5", [{"mg": "1", "split": 2}], "caution"),  # 8 whole ones and a half
        ("7.75", [{"mg": "1", "split": 4}], "absent"),  # 7 whole ones and three quarters
    ],
)
def test_many_tablets(mg: str, strengths: list[Any], expected: str):
    """§8.5.4, §7.1.3: over 8 pieces; a broken part is one piece."""
    planned = plan(mg, strengths=strengths, regimen=table(("5", 7)))
    assert severity(planned, "many-tablets") == expected


@pytest.mark.parametrize(
    ("mg", "row", "expected"),
    [
        ("20", "10", "caution"),  # one of 20, one of 10
        ("25", "12.5", "caution"),  # 20 + 5, 10 + 2.5
        ("20", "15", "absent"),  # one of 20, 10 + 5
        ("30", "15", "caution"),  # 20 + 10, 10 + 5
        ("10", "7.5", "absent"),  # one of 10, 5 + 2.5
    ],
)
def test_strength_change(mg: str, row: str, expected: str):
    """§8.5.5: the same count of another strength than the step before.

    The last step is 2.5 mg for 1 mg: three tablets after one or two, never as many.
    """
    planned = plan(mg, target="3", regimen=table((row, 7), ("3", 7)))
    assert severity(planned, "strength-change") == expected


def test_alternate_day():
    """§8.5.6."""
    cycle = plan(target="0", regimen=table((["5", "0"], 6), ("0", 7)))
    assert severity(cycle, "alternate-day") == "caution"
    assert severity(plan(), "alternate-day") == "absent"


def test_a_cycle_that_prints_one_dose_is_not_alternate_day():
    """§8.5.6: 8 and 9 mg of tablets of 10 mg are 10 mg every day."""
    planned = plan("20", target="0", strengths=["10"], regimen=table((["8", "9"], 4), ("0", 7)))
    assert severity(planned, "alternate-day") == "absent"


# State -------------------------------------------------------------------------------------------

FLARE = flare("2026-02-10")


@pytest.mark.parametrize(
    ("events", "rule", "code"),
    [
        ([FLARE], {}, "open-flare"),
        ([hold("2026-02-10")], {}, "open-flare"),
        ([FLARE], {"max_flares": 0}, "taper-stopped"),
        ([withdraw("2026-02-10")], {}, "withdrawn"),
        ([FLARE, withdraw("2026-02-20")], {}, "withdrawn"),
        ([], {}, None),
        ([flare("2026-02-10", "2026-02-12")], {}, None),
        ([FLARE, set_dose("2026-02-20", 7, "10")], {}, None),
        ([FLARE, set_dose("2026-02-20", 7, "10")], {"max_flares": 0}, None),
    ],
)
def test_the_state_is_a_warning(events: list[Fields], rule: Fields, code: str | None):
    """§8.6.1: warning, state."""
    planned = plan(events=events, flare=rule)
    states = {"open-flare", "taper-stopped", "withdrawn"}
    assert codes(planned) & states == ({code} - {None})
    if code:
        assert severity(planned, code) == "warning"


# Any finding -------------------------------------------------------------------------------------


def test_a_finding_is_one_plain_sentence_with_a_source():
    """§8.1.1: code, severity, one plain sentence, the date or step it is about, the source."""
    planned = plan(
        "40",
        strengths=SPLIT_5,
        target="2.5",
        protocol={"infusions": [{"number": 1, "months": 0}, {"number": 2, "months": 3}]},
        participant={
            "infusions": [
                {"number": 1, "date": ANCHOR},
                {"number": 2, "date": "2026-04-06"},
            ]
        },
        regimen=table((["20", "10"], 6), ("2.5", 7)),
        taper={"complete_within": {"days": 5}},
    )
    assert len(codes(planned)) >= 10
    for finding in planned.findings:
        assert finding.severity.value in {"info", "caution", "warning"}
        assert finding.text.endswith((".", "…"))
        assert "\n" not in finding.text
        assert finding.source


def test_a_finding_never_stops_a_plan():
    """§1.1.3: something a clinician must see; it never stops a plan."""
    worst = plan("40", strengths=["1"], target="0", regimen=table(("1", 1), ("0", 1)))
    assert {"large-drop", "many-tablets", "fast-below-physiologic"} <= codes(worst)
    assert course(worst) == "40×14 1×1 0×28"


def test_findings_are_about_their_date():
    """§8.1.1: the date or step it is about."""
    overrun = plan(taper={"complete_within": {"days": 5}})
    (finding,) = found(overrun, "overruns-window")
    assert str(finding.date) == TARGET_REACHED
    (finding,) = found(plan("20", regimen=table(("10", 7), ("6", 7), ("5", 7))), "large-drop")
    assert (str(finding.date), finding.step) == (TAPER_START, 1)


def test_a_participant_without_steroid_has_no_findings_about_doses():
    """§5.1.6: `steroid: none`: no calendar, so nothing of a calendar is found."""
    assert codes(plan(participant={"steroid": "none"})) <= {
        "protocol-not-approved",
        "regimen-unverified",
    }


def test_alternate_days_are_under_the_physiologic_dose_where_their_mean_is():
    """§8.3.8: contested: 5 mg every other day is 2.5 mg a day, which nobody calls physiologic."""
    planned = plan(target="0", regimen=table((["5", "0"], 14), ("0", 7)))
    assert severity(planned, "below-physiologic") == "caution"
    assert severity(planned, "fast-below-physiologic") == "warning"


@pytest.mark.parametrize(("mg", "expected"), [("20", "absent"), ("25", "warning")])
def test_a_baseline_outside_the_published_start_doses_is_found(mg: str, expected: str):
    """§8.2.5: Combivas was published for 20 mg."""
    planned = plan(mg, regimen="combivas", target="0")
    assert severity(planned, "start-outside-regimen") == expected


@pytest.mark.parametrize(("given", "refused"), [("2026-01-01", False), ("2099-01-01", True)])
def test_an_approval_counts_from_its_date_on(given: str, refused: bool):
    """§4.1.5: status approved takes an approval; one of the future has not been given."""
    approval = {"document": "D", "version": "1", "date": given, "role": "sponsor"}
    changes = {"status": "approved", "approval": approval}
    if refused:
        assert "approval.date" in refusal(protocol=changes).field
    else:
        assert severity(plan(protocol=changes), "protocol-not-approved") == "absent"
