"""§9.1.7, §9.1.8: the events in the plan's JSON, and which of them made a step."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from spec.build import BANDS, plan, table

from taper.paper import documents
from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.planning.plan import Plan
from taper.record import earlier, plan_document, reading
from taper.record.plan_document import as_dict
from taper.record.riding import without_events

HOLD = {"type": "hold", "date": "2026-02-10", "until": "2026-02-17", "reason": "infection"}
FLARE = {"type": "flare", "date": "2026-02-26", "onset": "2026-02-24", "resolved": "2026-02-28"}
STRESS = {
    "type": "stress-dose",
    "date": "2026-03-01",
    "days": 3,
    "dose_mg": "20",
    "reason": "fever of Anna",
}
TABLETS = {"type": "tablets", "date": "2026-04-20", "strengths": ["5", {"mg": "1", "split": 2}]}
SET = {
    "type": "set-dose",
    "date": "2026-04-27",
    "days": 14,
    "dose_mg": "12.5",
    "reason": "weakness",
}
WEIGHT = {"type": "weight", "date": "2026-05-01", "kg": "62.5"}
WITHDRAW = {"type": "withdraw", "date": "2026-06-01", "reason": "consent withdrawn"}


@pytest.fixture(scope="module")
def eventful() -> Plan:
    return plan(events=[SET, HOLD, FLARE, STRESS, TABLETS, WEIGHT, WITHDRAW])


def test_each_event_stands_as_entered_by_date_with_what_it_did(eventful: Plan):
    """§9.1.7."""
    told = as_dict(eventful)["events"]
    whole_tablet = {"mg": "5", "split": 1}
    assert told == [
        {"number": 1, **HOLD, "did": "made-steps", "steps": [3]},
        {"number": 2, **FLARE, "did": "made-steps", "steps": [6, 8]},
        {"number": 3, **STRESS, "did": "made-steps", "steps": [7]},
        {
            "number": 4,
            **TABLETS,
            "strengths": [whole_tablet, {"mg": "1", "split": 2}],
            "did": "other-tablets",
            "steps": [],
        },
        {"number": 5, **SET, "did": "made-steps", "steps": told[4]["steps"]},
        {"number": 6, **WEIGHT, "did": "other-weight", "steps": []},
        {"number": 7, **WITHDRAW, "did": "ended-taper", "steps": []},
    ]
    assert told[4]["steps"]


def test_a_step_says_which_event_made_it_and_why(eventful: Plan):
    """§9.1.8: a hold after a flare is not the flare's, and the flare's goes on after a dose."""
    said = [
        (step["kind"], step.get("event"), step.get("reason"))
        for step in as_dict(eventful)["steps"]
        if "event" in step or "reason" in step
    ]
    assert said[:4] == [
        ("hold", 1, "infection"),
        ("hold", 2, None),
        ("stress-dose", 3, "fever of Anna"),
        ("hold", 2, None),
    ]
    assert set(said[4:]) == {("set-dose", 5, "weakness")}


def test_a_flare_that_changed_no_day_says_so():
    """§9.1.7, §6.8.25."""
    made = plan(events=[{"type": "flare", "date": "2026-03-18", "resolved": "2026-03-19"}])
    assert [each["did"] for each in as_dict(made)["events"]] == ["changed-no-day"]


def test_a_plan_without_events_has_the_document_that_it_had():
    """§9.1.7, §9.1.8."""
    document = as_dict(plan())
    assert "events" not in document
    assert not any({"event", "reason"} & step.keys() for step in document["steps"])


def test_events_and_reasons_are_no_part_of_the_id(eventful: Plan):
    """§9.4.1: the same instructions, the same id."""
    document = as_dict(eventful)
    assert plan_document.identity(without_events(document)) == document["plan_id"]


def test_an_earlier_plan_is_read_with_its_events_and_without(eventful: Plan):
    """§9.1.1: keys are added, and the document of an older taper lacks them."""
    document = as_dict(eventful)
    for each in (document, without_events(document)):
        assert earlier.plan_of(each, "old.json") == json.loads(json.dumps(each))


def test_an_earlier_plan_that_goes_on_as_a_cycle_is_read():
    """§9.3.4: `after.from` is a key of ours."""
    made = plan(regimen=table((["5", "0"], 7)), taper={"maintenance_days": 29})
    assert earlier.plan_of(as_dict(made), "old.json")["after"]["from"] == "2026-02-17"


@pytest.mark.parametrize("document", [each for each in Paper if each is not Paper.NOTICE])
def test_no_paper_carries_a_reason_but_the_page_that_prints_it(document: Paper, eventful: Plan):
    """§9.1.7, §10.11.7: reasons are a person's own words."""
    issue = Issue.of(eventful, dt.date(2026, 6, 1))
    said = documents.attachment(issue, document).decode()
    found = {**json.loads(said), "findings": []}
    is_told = document is Paper.INVESTIGATOR
    assert ("fever of Anna" in json.dumps(found)) is is_told
    assert "events" not in found
    assert bool(found["printed"]["beside"]["events"]) is is_told


def test_steps_of_a_plan_that_is_read_again_are_of_the_same_events(eventful: Plan):
    """§10.11.7."""
    again = reading.plan_from(without_events(as_dict(eventful)), reading.beside(eventful))
    assert isinstance(again, Plan)
    assert [step.event for step in again.steps] == [step.event for step in eventful.steps]


def test_a_flare_that_changed_no_day_is_read_again_as_one():
    """§10.11.7: its page is the same when it is made again."""
    made = plan(
        regimen=BANDS, events=[{"type": "flare", "date": "2026-03-18", "resolved": "2026-03-19"}]
    )
    again = reading.plan_from(as_dict(made), reading.beside(made))
    assert isinstance(again, Plan)
    assert again.idle_flares == made.idle_flares
