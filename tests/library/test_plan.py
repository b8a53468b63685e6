"""A plan as a program holds it."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields
from datetime import date
from fractions import Fraction

import pytest
from library.given import PARTICIPANT, TODAY

import taper


@pytest.fixture(scope="module")
def plan() -> taper.Plan:
    return taper.plan("iimpact", PARTICIPANT, today=TODAY)


@pytest.fixture(scope="module")
def without_steroid() -> taper.Plan:
    return taper.plan("iimpact", {**PARTICIPANT, "steroid": "none"}, today=TODAY)


@pytest.mark.parametrize("part", ["days", "steps", "findings", "quantities"])
def test_what_a_plan_is_made_of_leaves_as_the_records_of_its_document(plan, part):
    things = getattr(plan, part)
    assert things.records() == plan.to_dict()[part]
    assert len(things) == len(things.records()) > 0


def test_the_records_of_a_plan_are_its_days(plan):
    assert plan.records() == plan.to_dict()["days"]
    assert plan.records()[14] == {
        "date": "2026-05-14",
        "day": 103,
        "taper_day": 1,
        "step": 1,
        "drug": "prednisone",
        "dose_mg": "20",
        "prednisone_equivalent_mg": "20",
        "tablets": [{"strength_mg": "20", "count": "1"}],
    }


def test_a_day_says_as_typed_values_what_its_record_says_as_text(plan):
    day, record = plan.days[14], plan.records()[14]
    assert [field.name for field in fields(day)] == list(record)
    assert day.date == date(2026, 5, 14)
    assert (day.dose_mg, day.prednisone_equivalent_mg) == (Fraction(20), Fraction(20))
    assert (day.day, day.taper_day, day.step, day.drug) == (103, 1, 1, "prednisone")
    assert [(tablet.strength_mg, tablet.count) for tablet in day.tablets] == [(20, 1)]


def test_the_steps_cover_the_days_without_a_gap(plan):
    assert sum(step.days for step in plan.steps) == len(plan.days)
    assert plan.steps[0].start == plan.days[0].date
    assert plan.steps[-1].end == plan.days[-1].date


def test_a_slice_has_its_own_records(plan):
    week = plan.days[14:21]
    assert week.records() == plan.records()[14:21]
    assert week[0] == plan.days[14]


def test_a_record_belongs_to_whoever_asked_for_it(plan):
    mine = plan.records()
    mine[0]["dose_mg"] = "999"
    mine[0]["tablets"].append("anything")
    document = plan.to_dict()
    document["days"].clear()
    document["protocol"]["id"] = "another"
    assert plan.records()[0]["dose_mg"] == "25"
    assert plan.records()[1]["tablets"] == plan.records()[0]["tablets"]
    assert plan.to_dict()["protocol"]["id"] == "iimpact"


def test_a_plan_says_where_it_begins_and_ends(plan):
    assert (plan.participant, plan.state, plan.drug) == ("IIM-001", "tapering", "prednisone")
    assert (plan.taper_start, plan.target_mg) == (date(2026, 5, 14), Fraction(5))
    assert plan.target_reached == date(2026, 8, 20)
    assert plan.baseline is not None
    assert plan.baseline.prednisone_mg == 25
    assert plan.after is not None
    assert plan.after.instruction == "continue-until-told"
    assert not plan.provisional


def test_the_text_of_a_plan_is_its_document(plan):
    assert json.loads(plan.to_json()) == plan.to_dict()


def test_the_same_instructions_have_the_same_id_on_any_day(plan):
    later = taper.plan("iimpact", PARTICIPANT, today="2026-06-01")
    assert later.plan_id == plan.plan_id
    assert hash(later) == hash(plan)
    assert later != plan


def test_equal_input_gives_equal_plans(plan):
    assert taper.plan("iimpact", PARTICIPANT, today=TODAY) == plan


def test_a_plan_goes_to_another_process_and_back(plan):
    back = pickle.loads(pickle.dumps(plan))
    assert back == plan
    assert back.records() == plan.records()


def test_a_revision_is_said_and_no_part_of_the_id(plan):
    second = taper.plan("iimpact", PARTICIPANT, today=TODAY, revision=2)
    assert (second.revision, second.to_dict()["revision"]) == (2, 2)
    assert second.plan_id == plan.plan_id


@pytest.mark.parametrize("revision", [0, -1, True, "2", 1.0])
def test_a_revision_is_a_whole_number_from_one(revision):
    with pytest.raises(taper.Refusal, match=r"^taper\.plan: revision is"):
        taper.plan("iimpact", PARTICIPANT, today=TODAY, revision=revision)


def test_who_takes_no_steroid_has_a_plan_without_days(without_steroid):
    assert without_steroid.state is taper.State.NOT_ON_STEROID
    assert without_steroid.records() == []
    parts = (without_steroid.days, without_steroid.steps, without_steroid.quantities)
    assert [len(part) for part in parts] == [0, 0, 0]
    asked = ("drug", "baseline", "taper_start", "target_reached", "after")
    assert {getattr(without_steroid, name) for name in asked} == {None}
    assert without_steroid.to_dict()["state"] == "not-on-steroid"
    assert [finding.code for finding in without_steroid.findings] == ["protocol-not-approved"]


def test_the_sum_of_the_records_is_the_sum_of_the_days(plan):
    """Exact text comes back as the exact number that it was."""
    of_records = sum(Fraction(record["dose_mg"]) for record in plan.records())
    assert of_records == sum(day.dose_mg for day in plan.days)


# A regimen that is chosen ----------------------------------------------------------------------

FIRST_ONLY = {**PARTICIPANT, "infusions": [{"number": 1, "date": "2026-04-30"}]}


def test_a_regimen_is_chosen_where_the_protocol_prescribes_no_taper():
    plan = taper.plan("ssc-ucmsc", FIRST_ONLY, today=TODAY, regimen="ese-es-2024-slow", revision=3)
    assert (plan.findings[0].code, plan.revision) == ("regimen-chosen", 3)


@pytest.mark.parametrize(
    ("protocol", "regimen", "said"),
    [
        ("ssc-ucmsc", None, "IIM-001: protocol is ssc-ucmsc, which prescribes no taper"),
        ("iimpact", "semira", "taper.plan: regimen is semira, and protocol iimpact prescribes"),
        ("ssc-ucmsc", "semirra", r"taper.plan: regimen is 'semirra'; .*did you mean semira"),
    ],
)
def test_a_regimen_that_cannot_be_chosen_is_refused(protocol, regimen, said):
    with pytest.raises(taper.Refusal, match=said):
        taper.plan(protocol, FIRST_ONLY, today=TODAY, regimen=regimen)


@pytest.mark.parametrize("today", ["1 May 2026", "2026-5-1", None, 20260501])
def test_any_other_form_of_today_is_refused(today):
    with pytest.raises(taper.Refusal, match=r"^taper\.plan: today is .*; allowed: a calendar date"):
        taper.plan("iimpact", PARTICIPANT, today=today)
