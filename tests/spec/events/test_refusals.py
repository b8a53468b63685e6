"""§6.7: what is refused of any event."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    hold,
    plan,
    refusal,
    set_dose,
    stress_dose,
    withdraw,
)
from spec.events.every_type import EVERY_TYPE, by_type


def on(event: Fields, day: str) -> Fields:
    """The same event on another day."""
    moved = {**event, "date": day}
    return {key: value for key, value in moved.items() if key not in {"resolved", "until"}}


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
