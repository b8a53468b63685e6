"""The events that change what is to come of a ladder (§6.13 to §6.15)."""

from __future__ import annotations

import datetime as dt

import pytest
from cases import Fields, plan_of, read
from spec.build import (
    BANDS,
    TODAY,
    bands,
    case,
    course,
    flare,
    found,
    hold,
    kinds,
    plan,
    refusal,
    set_dose,
    stress_dose,
)
from spec.events.every_type import SWITCH

from taper.errors import Refusal
from taper.planning.planner import make_plan


def tablets(date: str, *strengths: object) -> Fields:
    return {"type": "tablets", "date": date, "strengths": list(strengths)}


def amendment(date: str, name: str = "2.0") -> Fields:
    return {"type": "amendment", "date": date, "protocol": name}


def weight(date: str, kg: str) -> Fields:
    return {"type": "weight", "date": date, "kg": kg}


def amended(*events: Fields, later: Fields | None = None, **changes: object):
    """The plan with events, and the protocol `2.0` that has the taper of `later`."""
    protocol, participant = case(events=list(events), **changes)
    taper = {**protocol["taper"], **(later or {})}
    protocol["amendments"] = {"2.0": {**protocol, "version": "2.0", "taper": taper}}

    return plan_of(protocol, participant, dt.date.fromisoformat(TODAY))


FAST = bands(("0", "2", 7))


def test_the_usual_course_without_an_event():
    assert course(plan()) == "10×14 9×14 8×14 7×14 6×14 5×28"


def test_other_tablets_round_what_is_to_come_and_keep_the_days():
    """§6.13.1, §6.13.3: of 2 mg tablets 7 is a tie and goes up to 8, 5 to 6 for its 28 days."""
    planned = plan(events=[tablets("2026-02-10", "2")], target="4")
    assert course(planned) == "10×14 9×14 8×28 6×42 4×28"


def test_the_days_dose_stays_and_must_be_makeable():
    """§6.13.2: 8 mg are taken on that day, and of 5 mg tablets are 5 or 10."""
    problem = refusal(events=[tablets("2026-02-10", "5")])
    assert problem.field == "events[1].strengths"
    assert "8 mg" in problem.read
    assert "5 and 10 mg" in problem.allowed


def test_a_hold_keeps_its_dose_and_must_be_makeable():
    """§6.13.2, §6.13.6: the hold at 8 mg, and behind it the rest of 8 mg."""
    events = [flare("2026-02-10", "2026-02-12"), tablets("2026-02-14", "4")]
    assert "hold 8×4, hold 8×12, 8×6" in kinds(plan(events=events, target="4"))
    assert refusal(events=[events[0], tablets("2026-02-14", "5")]).field == "events[2].strengths"


def test_a_step_back_is_to_the_nearest_makeable_dose_not_below():
    """§6.13.4: one level above 8 mg were 9, and of 2 mg tablets that is 10."""
    events = [tablets("2026-02-10", "2"), flare("2026-02-12", "2026-02-12")]
    planned = plan(events=events, target="4", flare={"action": "step-back", "step_back": 1})
    assert "hold 10×14" in kinds(planned)


def test_tablets_are_refused_while_another_drug_is_taken():
    """§6.13.5: methylprednisolone is taken in the run-in, and prednisone afterwards."""
    with pytest.raises(Refusal, match="methylprednisolone is taken"):
        plan(events=[tablets("2026-01-10", "1")], **SWITCH)
    assert course(plan(events=[tablets("2026-02-10", "1")], **SWITCH))


def test_where_nothing_is_reduced_the_maintenance_stays():
    """§6.13.7."""
    assert course(plan("5", events=[tablets("2026-01-10", "2.5")])) == course(plan("5"))


def test_an_amendment_finishes_the_step_and_then_goes_by_the_new_regimen():
    """§6.14.1, §6.14.3, §6.14.5: 8 mg to its end, then 2 mg less each week; the start stays."""
    planned = amended(amendment("2026-02-10"), later={"regimen": FAST})
    assert course(planned) == "10×14 9×14 8×14 6×7 5×28"
    assert str(planned.taper_start) == "2026-01-19"


def test_a_reduction_due_on_the_day_of_an_amendment_is_the_new_regimens():
    """§6.14.3, §6.7.7: 9 mg is finished on the day before, and level 0."""
    assert (
        course(amended(amendment("2026-02-02"), later={"regimen": FAST})) == "10×14 9×14 7×7 5×28"
    )


def test_a_hold_is_finished_too():
    """§6.14.3."""
    events = [hold("2026-02-10", "2026-02-20"), amendment("2026-02-12")]
    assert course(amended(*events, later={"regimen": FAST})) == "10×14 9×14 8×24 6×7 5×28"


def test_a_maintenance_above_the_new_target_gives_way_on_the_day_itself():
    """§6.14.4: from 5 to 3 mg on 1 April, and at a target of 5 it goes on."""
    to_3 = amended(amendment("2026-04-01"), later={"regimen": FAST, "target_mg": "3"})
    assert course(to_3).endswith("6×14 5×16 3×28")
    assert course(amended(amendment("2026-04-01"), later={"regimen": FAST})).endswith("5×44")


@pytest.mark.parametrize(("mg", "target"), [("10", "10"), ("5", "3")])
def test_who_was_at_the_target_is_told_by_the_protocol_before_an_amendment(mg: str, target: str):
    """§8.2.11, §6.14.1: 10 mg was reduced to 5, and 5 mg was not, whatever the target is now."""
    planned = amended(amendment("2026-02-10"), mg=mg, later={"target_mg": target})
    told = [finding.text for finding in found(planned, "already-at-target")]
    of_5 = "The baseline, 5 mg prednisone, is at or under the target of 5 mg prednisone"
    assert told == ([] if mg == "10" else [f"{of_5}: nothing is reduced before a later event."])


def test_a_regimen_that_nobody_checked_is_told_of_after_an_amendment_too():
    """§8.2.2, §8.2.5: of the days that are planned by it, and of the start dose."""
    unchecked = {"mg": "70", "regimen": "giacta-26-week", "target": "0"}
    planned = amended(
        amendment("2026-02-10"), **unchecked, later={"regimen": BANDS, "target_mg": "5"}
    )
    for code in ("regimen-unverified", "start-outside-regimen"):
        (told,) = found(planned, code)
        assert "giacta-26-week" in told.text


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [("up", "nearest", "caution"), ("up", "up", "caution"), ("nearest", "up", "warning")],
)
def test_a_dose_is_judged_by_how_its_own_protocol_rounds(before: str, now: str, told: str):
    """§8.3.1, §6.4.6: 7 mg goes up to 10 as the rule says, or as 5 would be the target."""
    planned = amended(
        amendment("2026-03-05"),
        strengths=["10", "5"],
        taper={"rounding": before},
        later={"rounding": now},
    )
    (seven,) = (f for f in found(planned, "rounded") if f.text.startswith("From 2026-02-16"))
    assert seven.severity.value == told


def test_words_of_the_protocol_before_an_amendment_are_found_too():
    """§8.2.16, §8.2.17: its version and title stand on the page as well."""
    named = {"version": "1.0-placebo", "title": "Prednisone 20 mg"}
    protocol, participant = case(events=[amendment("2026-02-10")])
    protocol["amendments"] = {"2.0": {**protocol, "version": "2.0"}}
    planned = plan_of({**protocol, **named}, participant, dt.date.fromisoformat(TODAY))
    for code, what in (("arm-in-text", "The version"), ("dose-in-text", "The title")):
        (told,) = found(planned, code)
        assert told.text.startswith(f"{what} of the protocol ")


def test_infusions_offset_and_eligibility_of_an_amendment_do_not_count():
    """§6.14.2."""
    later = {"offset_days": 3, "regimen": FAST}
    assert course(amended(amendment("2026-02-10"), later=later)).startswith("10×14 9×14 8×14 6×7")


def test_two_amendments_of_one_name_stay_those_of_their_own_participants():
    """§6.14.1: whoever was planned before by the same protocol."""
    protocol, participant = case(events=[amendment("2026-02-10")])
    to_3 = {**protocol["taper"], "target_mg": "3"}
    faster = {**protocol["taper"], "regimen": FAST}
    both = [
        read({**protocol, "amendments": {"2.0": {**protocol, "taper": taper}}}, participant)
        for taper in (to_3, faster)
    ]
    told = []
    for trial, person in both * 2:
        planned = make_plan(trial, person, dt.date.fromisoformat(TODAY))
        told.append((planned.target_mg, planned.steps[-1].start))
    assert told[:2] == told[2:]
    assert told[0] != told[1]


@pytest.mark.parametrize("later", [{"drug": "methylprednisolone"}])
def test_an_amendment_to_another_drug_is_refused(later: Fields):
    """§6.14.2, §6.14.7."""
    with pytest.raises(Refusal, match="taper in methylprednisolone"):
        amended(amendment("2026-02-10"), later=later)


def test_level_0_of_an_amendment_is_not_stepped_back_from():
    """§6.14.8: the 8 mg are held, and no level above them."""
    events = [amendment("2026-02-10"), flare("2026-02-12", "2026-02-12")]
    rule = {"action": "step-back", "step_back": 1}
    planned = amended(*events, later={"regimen": FAST}, flare=rule)
    assert "8×8, 8×2, hold 8×14, 8×4, 6×7" in kinds(planned)


def test_the_plan_bears_the_new_protocol_and_says_since_when():
    """§6.14.6, §6.14.9."""
    planned = amended(amendment("2026-02-10"), later={"regimen": FAST})
    assert (planned.protocol.version, str(planned.protocol.since)) == ("2.0", "2026-02-10")
    assert [each.version for each in planned.former_protocols] == ["1.0"]
    assert len(found(planned, "protocol-not-approved")) == 2


BY_WEIGHT = {
    "kind": "steps",
    "steps": [
        {"mg_per_kg": "0.1", "max_mg": "40", "days": 14},
        {"mg_per_kg": "0.08", "max_mg": "40", "days": 14},
        {"mg": "5", "days": 14},
    ],
}


def test_the_next_rows_are_by_the_new_weight():
    """§6.15.1, §6.15.2: 9 mg at 90 kg is taken to its end; then 0.08 mg/kg of 75 kg, 6 mg."""
    args = {"regimen": BY_WEIGHT, "participant": {"weight_kg": "90"}}
    before = course(plan(**args))
    assert before == "10×14 9×14 7×14 5×28"
    assert course(plan(events=[weight("2026-01-25", "75")], **args)) == "10×14 9×14 6×14 5×28"


def test_a_weight_changes_nothing_where_no_dose_is_by_weight():
    """§6.15.1."""
    assert course(plan(events=[weight("2026-02-10", "75")])) == course(plan())


@pytest.mark.parametrize("drug", [None, "methylprednisolone"])
def test_a_set_dose_names_its_drug_where_the_taper_is_in_another(drug: str | None):
    """§6.11.15."""
    named = {} if drug is None else {"drug": drug}
    problem = refusal(events=[set_dose("2026-02-10", 7, "7", **named)], **SWITCH)
    assert (problem.field, problem.allowed) == (
        "events[1].drug",
        "prednisone, of which the dose is",
    )


@pytest.mark.parametrize("drug", [None, "methylprednisolone"])
def test_a_stress_dose_names_its_drug_where_the_taper_is_in_another(drug: str | None):
    """§6.10.7: prednisone is taken by then."""

    named = {} if drug is None else {"drug": drug}
    problem = refusal(events=[stress_dose("2026-02-10", 3, "20", **named)], **SWITCH)
    assert (problem.field, problem.allowed) == (
        "events[1].drug",
        "prednisone, of which the dose is",
    )
