"""§6.7 and §6.8: flares that are refused, odd dates, and the order of events."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    BACK,
    BURST,
    FIRST,
    RESTART,
    SECOND,
    before,
    flare,
    hold,
    kinds,
    plan,
    refusal,
    rescue,
    runs,
    set_dose,
    stress_dose,
    withdraw,
)

# Refusals -----------------------------------------------------------------------------------------


def test_what_the_action_does_not_use_changes_nothing():
    """§4.6.2: a hold steps back no level and gives no burst, whatever the rule says beside it."""
    more = {"action": "hold", "step_back": 3, "rescue": [{"mg": "30", "days": 3}]}
    events = [flare("2026-02-10", "2026-02-12")]
    assert kinds(plan(flare=more, events=events)) == kinds(plan(events=events))


def test_a_flare_without_a_flare_rule_is_refused():
    """§4.6.6: a flare in a protocol without a flare rule is refused."""
    problem = refusal(protocol={"flare": None}, events=[flare("2026-02-10")])
    assert problem.who == "IIM-001"
    assert problem.field.startswith("events[1]")
    assert "flare" in problem.read
    assert "no flare rule" in problem.allowed


@pytest.mark.parametrize("day", ["2026-01-04", ANCHOR])
def test_a_flare_on_or_before_the_anchor_is_refused(day: str):
    """§6.7.8: an event on or before the anchor."""
    problem = refusal(events=[flare(day, day)])
    assert problem.field == "events[1].date"
    assert day in problem.read
    assert ANCHOR in problem.allowed


def test_a_flare_the_day_after_the_anchor_is_allowed():
    """§6.7.8: on or before the anchor, no later."""
    assert kinds(plan(events=[flare("2026-01-06", "2026-01-06")])).startswith(
        "run-in 10×1, hold 10×14, run-in 10×13, 9×14"
    )


@pytest.mark.parametrize(
    ("before_it", "rule"),
    [
        (flare("2026-02-10", "2026-02-10"), {}),
        (flare("2026-02-10", "2026-02-10"), BACK),
        (flare("2026-02-10", "2026-02-10"), BURST),
        (flare("2026-02-10", "2026-02-10"), rescue(("30", 14))),
        (hold("2026-02-10", "2026-02-24"), {}),
        (stress_dose("2026-02-10", 14, "20"), {}),
    ],
    ids=["hold", "step-back", "hold after a burst", "burst", "other hold", "stress dose"],
)
def test_a_flare_while_a_hold_a_rescue_or_a_stress_dose_lasts_is_refused(
    before_it: Fields, rule: Fields
):
    """§6.8.1: refused while a hold, rescue or stress dose lasts: to 02-23, and not on 02-24."""
    for day in ("2026-02-11", "2026-02-23"):
        problem = refusal(events=[before_it, flare(day, day)], flare=rule)
        assert problem.field.startswith("events[2]")
        assert day in problem.read
    assert plan(events=[before_it, flare("2026-02-24", "2026-02-24")], flare=rule).steps


@pytest.mark.parametrize(
    "open_one", [flare("2026-02-10"), hold("2026-02-10")], ids=lambda event: event["type"]
)
def test_a_flare_after_an_unresolved_flare_or_hold_is_refused(open_one: Fields):
    """§6.8.2: refused after an unresolved flare or hold, however late."""
    problem = refusal(events=[open_one, flare("2027-02-10", "2027-02-12")])
    assert problem.field.startswith("events[2]")
    assert "unresolved" in problem.read


def test_a_stress_dose_does_not_hide_an_unresolved_flare():
    """§6.8.2: after an unresolved flare; a stress dose in between changes nothing of that."""
    events = [flare("2026-02-10"), stress_dose("2026-02-20", 3, "20"), flare("2026-03-01")]
    assert refusal(events=events).field.startswith("events[3]")


def test_a_flare_after_a_stopped_taper_is_refused():
    """§6.8.3: refused after a stopped taper."""
    events = [FIRST, SECOND, flare("2026-06-01", "2026-06-02")]
    problem = refusal(events=events, flare={"max_flares": 1})
    assert problem.field.startswith("events[3]")
    assert "stopped" in problem.read


def test_a_flare_resolved_before_its_date_is_refused():
    """§6.8.4: refused with `resolved` before `date`."""
    problem = refusal(events=[flare("2026-02-10", "2026-02-09")])
    assert problem.field == "events[1].resolved"
    assert "2026-02-09" in problem.read


def test_a_flare_resolved_after_today_is_refused():
    """§6.8.5: refused with `resolved` after today; today itself is allowed."""
    event = flare("2026-02-10", "2026-02-12")
    problem = refusal(events=[event], today="2026-02-11")
    assert problem.field == "events[1].resolved"
    assert problem.read == "2026-02-12"
    assert "2026-02-11" in problem.allowed
    assert plan(events=[event], today="2026-02-12").steps


# Hostile dates ------------------------------------------------------------------------------------


def test_a_flare_on_a_leap_day():
    """§6.8.6: over 29 February 2028: 6 mg from 02-28, one day of it; held until 03-13, then 13
    days.
    """
    planned = plan(
        participant={"infusions": [{"number": 1, "date": "2028-01-03"}]},
        events=[flare("2028-02-29", "2028-02-29")],
    )
    assert kinds(planned).endswith("6×1, hold 6×14, 6×13, maintenance 5×28")
    assert str(planned.target_reached) == "2028-03-27"


def test_a_flare_over_the_end_of_a_year():
    """§6.8.6: from 2026-12-24 9 mg; a flare on 31 December, resolved on 1 January: until 01-14."""
    planned = plan(
        participant={"infusions": [{"number": 1, "date": "2026-12-10"}]},
        events=[flare("2026-12-31", "2027-01-01")],
    )
    assert runs(planned)[1:3] == [
        ("2026-12-24", "2027-01-21", "9"),  # 7 days, 15 of hold, 7 days
        ("2027-01-22", "2027-02-04", "8"),
    ]


# Order --------------------------------------------------------------------------------------------


def test_events_count_in_date_order_whatever_their_order_in_the_file():
    """§6.7.1: events, in date order."""
    events = [FIRST, stress_dose("2026-03-01", 3, "20"), SECOND, withdraw("2026-05-01")]
    expected = plan(events=events)
    for order in (events[::-1], events[2:] + events[:2]):
        assert list(plan(events=order).days()) == list(expected.days())


def test_a_refused_event_is_named_by_its_place_in_the_file():
    """§1.1.6: which field: the second in the file, though the first by its date."""
    problem = refusal(events=[FIRST, flare("2026-01-01")])
    assert problem.field == "events[2].date"


@pytest.mark.parametrize(
    "rule", [{}, RESTART, BACK, BURST], ids=["hold", "restart", "back", "burst"]
)
def test_past_days_never_change_because_of_a_later_event(rule: Fields):
    """§6.7.11: past days never change because of a later event."""
    events = [
        stress_dose("2026-01-15", 3, "20"),
        flare("2026-02-10", "2026-02-12"),
        hold("2026-03-15", "2026-03-20"),
        set_dose("2026-04-01", 14, "15"),
        flare("2026-05-20"),
        stress_dose("2026-05-25", 4, "40"),
        set_dose("2026-06-10", 7, "12.5"),
        withdraw("2026-07-01"),
    ]
    for i, event in enumerate(events):
        without, with_it = (plan(events=events[:n], flare=rule) for n in (i, i + 1))
        past = before(with_it, event["date"])
        assert past[: len(before(without, event["date"]))] == before(without, event["date"])
