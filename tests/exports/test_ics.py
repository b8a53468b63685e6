"""`--format ics`: an event a day, read back by another library than the one that writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pytest
from cases import golden_plans

import taper
from taper.doses import dose
from taper.errors import Refusal
from taper.exports import ics
from taper.planning.plan import Plan
from taper.record.plan_document import plan_id

if TYPE_CHECKING:
    from ical.calendar import Calendar

TODAY = date(2026, 5, 1)
LATE = date(2026, 9, 1)
"""A day near the end of the usual plan."""


def for_patients(plan: Plan) -> Plan:
    """The plan as if its protocol were approved and its infusion given."""
    approved = plan.protocol._replace(status="approved")
    former = tuple(each._replace(status="approved") for each in plan.former_protocols)
    return replace(
        plan, protocol=approved, former_protocols=former, provisional=False, locale="en_US"
    )


def usual(**other) -> Plan:
    participant = {
        "participant": "IIM-001",
        "protocol": "iimpact",
        "steroid": {"drug": "prednisone", "dose_mg": "20", "strengths": ["20", "5", "2.5", "1"]},
        "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
        **other,
    }
    from taper.operations.programs.planned import computed_of

    return for_patients(computed_of(taper.plan("iimpact", participant, today=TODAY)))


def written(plan: Plan, issued: date = LATE, **other) -> bytes:
    return ics.calendar_of(plan, plan_id(plan), issued, **other)


def read(data: bytes) -> Calendar:
    from ical.calendar_stream import IcsCalendarStream  # takes a second, wherever nobody asks

    return IcsCalendarStream.calendar_from_ics(data.decode())


LAST_DAYS = timedelta(days=5)
"""How much of each golden plan is read back: a whole one of hundreds of days is slow to read."""


def test_the_events_of_every_golden_case_are_the_days_of_its_plan():
    for plan in map(for_patients, golden_plans().values()):
        issued = max(plan.first_day, plan.last_day - LAST_DAYS)
        assert_same_days(plan, issued)


def test_the_events_of_a_whole_plan_are_its_days():
    assert_same_days(usual(), TODAY)


def assert_same_days(plan: Plan, issued: date) -> None:
    days = [day for day in plan.days() if day.date >= issued]
    for event, day in zip(read(written(plan, issued)).events, days, strict=True):
        assert (event.dtstart, event.dtend) == (day.date, day.date + timedelta(days=1))
        said = f"{day.step.drug} {dose.text(day.dose_mg)} mg"
        expected = said if day.dose_mg else f"No {day.step.drug} today"
        assert event.summary == f"{expected} (plan {plan_id(plan)[:8]})"
        assert event.description.startswith(expected)


def test_an_event_says_all_that_a_calendar_needs():
    plan = usual()
    data = written(plan, sequence=3)
    first = read(data).events[0]
    assert (first.status, first.sequence) == ("CONFIRMED", 3)
    assert first.classification == "PRIVATE"
    assert first.dtstamp.isoformat().startswith("2026-09-01T00:00:00")
    text = data.decode()
    for line in ("VERSION:2.0", "METHOD:PUBLISH", "TRANSP:TRANSPARENT", "DTSTART;VALUE=DATE:"):
        assert f"\r\n{line}" in text
    assert "\r\nPRODID:-//taper//" in text
    assert f"\r\nX-WR-CALNAME:Steroid days of plan {plan_id(plan)[:8]}\r\n" in text


def test_no_line_is_longer_than_75_octets_and_each_ends_in_crlf():
    plan = replace(usual(), contact_site="Rheumatologie; Göttingen, Straße " + "ü" * 60)
    data = written(plan)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.count(b"\n") == data.count(b"\r\n")
    assert f"Questions: {plan.contact_site}" in read(data).events[0].description


def test_the_same_day_has_the_same_id_in_every_revision_and_the_same_plan_the_same_bytes():
    plan = usual()
    again = replace(plan, revision=2, contact_phone="1 555 0100")
    ids = [[event.uid for event in read(written(each)).events] for each in (plan, again)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])
    assert written(plan) == written(plan)
    assert ids[0] != [event.uid for event in read(written(usual(participant="IIM-002"))).events]


def test_a_day_that_only_the_earlier_plan_had_is_cancelled():
    plan = usual()
    gone = plan.last_day + timedelta(days=1)
    past = LATE - timedelta(days=1)
    events = read(written(plan, earlier_days=[past, plan.last_day, gone], sequence=2)).events
    cancelled = [event for event in events if event.status == "CANCELLED"]
    assert [event.dtstart for event in cancelled] == [gone]
    assert cancelled[0].summary.startswith("Replaced: ")
    assert cancelled[0].sequence == 2


def test_days_before_the_day_of_issue_have_no_event():
    plan = usual()
    issued = plan.last_day - timedelta(days=3)
    assert read(written(plan, issued)).events[0].dtstart == issued


def test_the_last_day_says_what_comes_after_it():
    plan = usual()
    last = read(written(plan)).events[-1].description
    assert f"After it: keep taking prednisone {dose.text(plan.after.dose_mg)} mg until" in last


def test_a_reminder_comes_at_its_time_of_each_day_and_a_discreet_title_names_no_drug():
    wishes = ics.Wishes(time(8, 30), discreet=True)
    plan = usual()
    for event in read(written(plan, wishes=wishes)).events:
        assert event.alarm[0].trigger == timedelta(hours=8, minutes=30)
        assert "prednisone" not in event.summary + event.alarm[0].description
        assert "mg" not in event.summary + event.alarm[0].description
        assert "prednisone" in event.description
    assert "Steroid" not in written(plan, wishes=wishes).decode()


def test_a_divided_day_is_one_event_that_names_each_time():
    steroid = {
        "drug": "prednisone",
        "dose_mg": "20",
        "strengths": ["5", "2.5", "1"],
        "times": {"morning": 2, "evening": 1},
    }
    text = read(written(usual(steroid=steroid))).events[0].description
    assert "in all." in text
    assert "\nmorning " in text
    assert "\nevening " in text


def test_nothing_that_a_clinician_wrote_as_a_reason_is_in_it():
    event = {"type": "hold", "date": "2026-06-01", "until": "2026-06-10", "reason": "SECRETWORD"}
    assert b"SECRETWORD" not in written(usual(events=[event]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"provisional": True}, "an infusion that is only planned"),
        ({"locale": "es_MX"}, "es_MX"),
    ],
)
def test_what_a_patient_must_not_or_cannot_act_by_is_refused(change, said):
    with pytest.raises(Refusal, match=said):
        written(replace(usual(), **change))


def test_a_plan_of_a_protocol_that_is_not_approved_is_refused():
    plan = usual()
    draft = replace(plan, protocol=plan.protocol._replace(status="illustrative"))
    with pytest.raises(Refusal, match="illustrative; allowed: an approved protocol"):
        written(draft)


def test_a_plan_that_is_over_is_refused():
    plan = usual()
    with pytest.raises(Refusal, match="its day of issue"):
        written(plan, plan.last_day + timedelta(days=1))


def test_a_plan_that_is_over_takes_back_what_an_earlier_one_had_ahead():
    """§12.1.6: who withdrew has a telephone that goes on reminding of the taper."""
    plan = usual()
    issued = plan.last_day + timedelta(days=1)
    ahead = [issued, issued + timedelta(days=1)]
    events = read(written(plan, issued, earlier_days=[plan.last_day, *ahead])).events
    assert [(event.dtstart, event.status) for event in events] == [
        (day, "CANCELLED") for day in ahead
    ]


def test_the_library_gives_the_same_file_and_says_what_there_is_none_of(plan_of_one):
    with pytest.raises(Refusal, match="illustrative"):
        taper.export(plan_of_one, "ics")
    with pytest.raises(Refusal, match="allowed: ics"):
        taper.export(plan_of_one, "pdf")


@pytest.fixture
def plan_of_one() -> taper.Plan:
    steroid = {"drug": "prednisone", "dose_mg": "20", "strengths": ["5", "1"]}
    infusions = [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}]
    participant = {"participant": "IIM-001", "protocol": "iimpact", "steroid": steroid}
    return taper.plan("iimpact", {**participant, "infusions": infusions}, today=TODAY)
