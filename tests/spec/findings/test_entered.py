"""§8.2, §8.5: findings about what was entered and what was not."""

from __future__ import annotations

from typing import Any

import pytest
from cases import Fields
from spec.build import (
    ANCHOR,
    RESTART,
    TARGET_REACHED,
    flare,
    found,
    hold,
    plan,
    rescue,
    severity,
    table,
    withdraw,
)

# Tablets and weight -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strengths", "expected"),
    [
        (["20", "2.5"], "absent"),
        (["20", "10", "2", "5"], "warning"),  # 20, 10, 2,5 typed for 20, 10, 2.5
        ([{"mg": "5", "split": 4}, "1"], "absent"),
    ],
)
def test_strength_not_marketed(strengths: list[Any], expected: str):
    """§8.5.7: the United States have prednisone tablets of 1, 2.5, 5, 10, 20 and 50 mg."""
    planned = plan(strengths=strengths, regimen=table(("5", 7)))
    assert severity(planned, "strength-not-marketed") == expected


def test_a_strength_of_the_tapers_own_tablets_is_looked_up_too():
    """§8.5.7: `taper_strengths`; the sentence names the drug and the strength."""
    planned = plan(
        taper={"drug": "methylprednisolone"}, participant={"taper_strengths": ["4", "3", "1"]}
    )
    (finding,) = found(planned, "strength-not-marketed")
    assert "The market US has no methylprednisolone tablets of" in finding.text
    assert severity(plan(protocol={"market": None}), "strength-not-marketed") == "absent"


@pytest.mark.parametrize(
    ("kg", "expected"),
    [
        ("29.9", "warning"),
        ("30", "absent"),
        ("200", "absent"),
        ("200.1", "warning"),
        (None, "absent"),
    ],
)
def test_weight_implausible(kg: str | None, expected: str):
    """§8.2.15: under 30 or over 200 kg."""
    assert severity(plan(participant={"weight_kg": kg}), "weight-implausible") == expected


@pytest.mark.parametrize(("kg", "expected"), [("29.9", "warning"), ("70", "absent")])
def test_the_weight_of_an_event_is_looked_at_too(kg: str, expected: str):
    """§8.2.15: 7 for 70 divides the doses of a regimen by weight by ten."""
    event = {"type": "weight", "date": "2026-01-20", "kg": kg}
    planned = plan(participant={"weight_kg": "71"}, events=[event])
    assert severity(planned, "weight-implausible") == expected


@pytest.mark.parametrize(
    ("kg", "expected"),
    [
        ("154", "warning"),
        ("105", "absent"),
        ("105.1", "warning"),
        ("46.7", "absent"),
        ("46", "warning"),
    ],
)
def test_a_weight_far_from_the_one_before_is_implausible(kg: str, expected: str):
    """§8.2.15: 154 pounds for 70 kg; a weight of the file alone may be anybody's."""
    event = {"type": "weight", "date": "2026-01-20", "kg": kg}
    planned = plan(participant={"weight_kg": "70"}, events=[event])
    assert severity(planned, "weight-implausible") == expected
    assert severity(plan(participant={"weight_kg": kg}), "weight-implausible") == "absent"


# Infusions and the calendar's end -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "expected"), [("2026-04-12", "absent"), ("2026-04-13", "caution")]
)
def test_infusion_undated(today: str, expected: str):
    """§8.2.13: infusion 2 is planned for 5 April, give or take 7 days."""
    assert severity(plan(today=today), "infusion-undated") == expected


@pytest.mark.parametrize("given", [{"date": "2026-04-05"}, {"missed": "true"}])
def test_an_infusion_with_a_date_or_missed_is_not_undated(given: Fields):
    """§8.2.13: neither date nor `missed`."""
    infusions = [{"number": 1, "date": ANCHOR}, {"number": 2, **given}]
    assert severity(plan(participant={"infusions": infusions}), "infusion-undated") == "absent"


def test_without_infusion_1_no_window_is_known():
    """§8.2.13: the windows are counted from infusion 1."""
    infusions = [{"number": 2, "date": "2026-04-05"}]
    planned = plan(taper={"after_infusion": 2}, participant={"infusions": infusions})
    assert severity(planned, "infusion-undated") == "absent"


@pytest.mark.parametrize(
    ("today", "expected"), [("2026-04-12", "absent"), ("2026-04-13", "caution")]
)
def test_calendar_over(today: str, expected: str):
    """§8.2.14: the last printed day is 12 April, and 5 mg go on."""
    planned = plan(today=today)
    assert str(planned.last_day) == "2026-04-12"
    assert severity(planned, "calendar-over") == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [([], "absent"), ([withdraw("2026-01-22")], "caution"), ([flare("2026-01-22")], "caution")],
)
def test_a_calendar_that_ends_in_no_tablets_is_not_over(events: list[Fields], expected: str):
    """§8.2.14: something is still to be taken."""
    planned = plan(target="0", regimen=table(("5", 7), ("0", 7)), events=events)
    assert severity(planned, "calendar-over") == expected


# Flares -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "rule", "expected"),
    [
        (TARGET_REACHED, {}, "absent"),  # the reduction due that day waits
        ("2026-03-17", {}, "caution"),
        ("2026-03-17", {"action": "step-back"}, "absent"),
        ("2026-03-17", rescue(("5", 3)), "caution"),  # no higher than the dose in effect
        ("2026-03-17", rescue(("5.5", 3)), "absent"),
        ("2026-02-10", {}, "absent"),
        ("2026-02-02", {"min_days": 0, "stable_days": 0}, "caution"),
        ("2026-02-03", {**RESTART, "min_days": 0, "stable_days": 0}, "absent"),
    ],
)
def test_flare_changes_nothing(day: str, rule: Fields, expected: str):
    """§6.8.25: a flare after which every day is as it would have been, such as in maintenance."""
    planned = plan(events=[flare(day, day)], flare=rule)
    assert severity(planned, "flare-changes-nothing") == expected


def test_a_hold_in_a_maintenance_of_alternate_days_changes_days():
    """§6.8.25, §6.8.7: it is held at the highest day."""
    alternate = table((["5", "0"], 7))
    planned = plan(regimen=alternate, events=[flare("2026-02-10", "2026-02-10")])
    assert severity(planned, "flare-changes-nothing") == "absent"


def test_another_hold_that_changes_nothing_is_no_flare():
    """§6.8.25: somebody decided on it with its reason."""
    planned = plan(events=[hold("2026-03-20", "2026-03-25")])
    assert severity(planned, "flare-changes-nothing") == "absent"
