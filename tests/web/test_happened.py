"""An event on the page: before and after, what is asked, and taking it over."""

from __future__ import annotations

import re

import pytest
from web.asking import FORM, Page, carrying

from taper import sources


def test_a_flare_is_two_presses_from_the_calendar_to_the_new_one(page: Page):
    shown = page.press("flare")
    assert shown.status == 200
    assert shown.text.index("20 mg prednisone") < shown.text.index("Every step")
    assert "To be printed anew, and handed out for the old paper: calendar, change notice" in (
        shown.text
    )
    assert "The hold has no end yet" in shown.text
    taken = page.post("/", {**shown.carried(), "action": "take"})
    assert taken.status == 200
    assert "Taken over: flare of 2026-05-20" in taken.text
    data = sources.parse(taken.file("base").encode(), "x").data
    assert data["events"] == [{"type": "flare", "date": "2026-05-20"}]
    assert 'value="notice.pdf"' in taken.html


def test_nothing_changes_until_it_is_taken_over(page: Page):
    shown = page.press("flare")
    back = page.post("/", {**shown.carried(), "action": "show"})
    assert back.file("base") == ""
    assert "Taken over" not in back.text


def test_todays_dose_stands_first_before_and_after(page: Page):
    event = {
        "event_type": "stress-dose",
        "event_date": "2026-05-20",
        "event_days": "3",
        "event_dose_mg": "25",
        "event_reason": "fever",
    }
    shown = page.press("propose", **event)
    found = re.search(r"before 20\smg prednisone after 25\smg prednisone", shown.text)
    assert found is not None
    assert found.start() < shown.text.index("Take it over")


def test_days_that_are_past_are_asked_about(page: Page):
    event = {"event_type": "hold", "event_date": "2026-05-10", "event_reason": "infection"}
    shown = page.press("propose", **event)
    assert "days before 2026-05-20 altered, the first 2026-05-14" in shown.text
    asked = page.post("/", {**shown.carried(), "action": "take"})
    assert asked.status == 422
    assert 'id="accepted"' in asked.html
    taken = page.post("/", {**asked.carried(), "action": "take", "accepted": "Dr. Lee, taken so"})
    assert "accepted by Dr. Lee, taken so" in taken.file("base")


def test_what_somebody_accepted_of_one_event_is_asked_again_of_the_next(page: Page):
    """Both carry who and why into the file."""
    before = {"accepted": "Dr. Lee, taken so"}
    hold = {"event_type": "hold", "event_date": "2026-05-10", "event_reason": "infection"}
    shown = page.press("propose", **hold, **before)
    assert shown.status == 200
    assert 'name="accepted" value="Dr. Lee, taken so"' in shown.html
    assert 'id="accepted"' in shown.html


def test_a_dose_that_rises_much_is_asked_about(page: Page):
    event = {
        "event_type": "set-dose",
        "event_date": "2026-05-25",
        "event_days": "14",
        "event_dose_mg": "60",
        "event_reason": "relapse",
    }
    shown = page.press("propose", **event)
    assert 'name="sure"' in shown.html
    assert page.post("/", {**shown.carried(), "action": "take"}).status == 422
    sure = page.post("/", {**shown.carried(), "action": "take", "sure": "yes"})
    assert "Taken over: set-dose of 2026-05-25" in sure.text


def test_a_dose_that_falls_much_is_asked_about_under_the_banner(page: Page):
    """§8.3.11."""
    event = {
        "event_type": "set-dose",
        "event_date": "2026-05-25",
        "event_days": "14",
        "event_dose_mg": "1",
        "event_reason": "better",
    }
    shown = page.press("propose", **event)
    assert re.search(r"the dose falls from 1?[0-9.]+ mg prednisone to 1 mg", shown.text)
    assert "EXAMPLE, NOT FOR PATIENT USE" in shown.text
    assert page.post("/", {**shown.carried(), "action": "take"}).status == 422
    sure = page.post("/", {**shown.carried(), "action": "take", "sure": "yes"})
    assert "Taken over: set-dose of 2026-05-25" in sure.text


def test_an_open_flare_is_closed_by_its_first_stable_day(page: Page):
    file = page.post("/", {**page.press("flare").carried(), "action": "take"}).file("base")
    event = {
        "event_type": "flare",
        "event_date": "2026-05-20",
        "event_resolved": "2026-05-26",
        "today": "2026-05-26",
    }
    shown = page.press("propose", **carrying(file), **event)
    assert "flare of 2026-05-20, resolved 2026-05-26" in shown.text


def test_other_tablets_may_come_with_other_times_of_the_day(page: Page):
    event = {"event_type": "tablets", "event_date": "2026-05-25", "event_strengths": "5, 2.5, 1"}
    shown = page.press("propose", **event, event_times="morning:2, evening:1")
    assert shown.status == 200
    taken = page.post("/", {**shown.carried(), "action": "take", "sure": "yes"})
    assert "times: {morning: 2, evening: 1}" in taken.file("base").partition("events:")[2]
    refused = page.press("propose", **event, event_times="lunch:1")
    assert "allowed: times of the day" in refused.text


def test_an_event_that_lacks_something_is_refused_in_a_sentence(page: Page):
    for event in (
        {"event_type": "hold", "event_date": "2026-05-20"},
        {"event_type": "hold", "event_date": "", "event_reason": "x"},
        {"event_type": "party", "event_date": "2026-05-20"},
        {"event_type": "amendment", "event_date": "2026-05-20", "event_protocol": "/etc/passwd"},
        {"event_type": "weight", "event_date": "2026-05-20", "event_kg": "heavy"},
    ):
        refused = page.press("propose", **event)
        assert refused.status == 422
        assert "allowed: " in refused.text


def test_what_was_typed_for_another_event_is_no_part_of_this_one(page: Page):
    """Its fields are not shown."""
    shown = page.press(
        "propose", event_type="flare", event_date="2026-05-20", event_kg="70", event_days="3"
    )
    taken = page.post("/", {**shown.carried(), "action": "take"})
    assert "kg" not in taken.file("base").partition("events:")[2]
    assert FORM["participant"] in taken.text


def test_who_accepts_too_little_is_asked_again_beside_the_calendars(page: Page):
    """Nothing of the event that was typed is lost."""
    event = {"event_type": "hold", "event_date": "2026-05-10", "event_reason": "infection"}
    shown = page.press("propose", **event)
    asked = page.post("/", {**shown.carried(), "action": "take", "accepted": "Dr. Lee"})
    assert asked.status == 422
    assert "'Dr. Lee'; allowed: who takes it and why" in asked.beside("accepted")
    assert 'value="Dr. Lee"' in asked.html
    again = {**asked.carried(), "action": "take", "accepted": "Dr. Lee, taken so"}
    assert "Taken over: hold of 2026-05-10" in page.post("/", again).text


@pytest.mark.parametrize(
    ("event", "field", "said"),
    [
        (
            {"event_type": "flare", "event_date": "2030-01-01"},
            "event_date",
            "2030-01-01, of a flare",
        ),
        ({"event_type": "hold", "event_date": ""}, "event_date", "missing; allowed: YYYY-MM-DD."),
        ({"event_type": "hold", "event_date": "2026-05-20"}, "event_reason", "missing; allowed: "),
        ({"event_type": "weight", "event_date": "2026-05-20", "event_kg": "x"}, "event_kg", "'x'"),
        ({"event_type": "party", "event_date": "2026-05-20"}, "event_type", "party; allowed: "),
        (
            {"event_type": "amendment", "event_date": "2026-05-20", "event_protocol": "v2.yaml"},
            "event_protocol",
            "protocol is 'v2.yaml', which is not among those that are offered here",
        ),
    ],
)
def test_what_is_wrong_with_an_event_stands_beside_its_field_below_the_calendar(
    page: Page, event: dict[str, str], field: str, said: str
):
    """The calendar without it is as good as it was."""
    shown = page.press("propose", **event)
    assert shown.status == 422
    assert said in shown.text
    assert f'aria-invalid="true" aria-describedby="mistake-{field}"' in shown.html
    assert "IIM-001, Wednesday, May 20, 2026" in shown.text
    assert "No calendar yet" not in shown.text


def test_a_regimen_that_is_left_of_another_protocol_was_not_chosen(page: Page):
    """Without a script its field stays until the calendar of the new one is shown."""
    assert page.press("flare", regimen="ese-es-2024-fast").status == 200
