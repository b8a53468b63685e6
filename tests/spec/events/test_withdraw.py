"""§6.12: the end of the taper, not of the steroid."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    BURST,
    TAPER_START,
    after,
    codes,
    course,
    flare,
    hold,
    kinds,
    plan,
    set_dose,
    stress_dose,
    withdraw,
)
from spec.events.every_type import EVERY_TYPE, FLARE, by_type


def test_a_withdrawal_ends_the_taper_the_day_before_and_not_the_steroid():
    """§6.12.1: the **taper** ends the day before, not the steroid."""
    planned = plan(events=[withdraw("2026-02-10")])
    assert course(planned) == "10×14 9×14 8×8"
    assert planned.state.value == "withdrawn"
    assert after(planned) == ("8 mg prednisone", "keep-taking-and-call")
    assert planned.target_reached is None
    assert "withdrawn" in codes(planned)


def test_on_a_reduction_day_the_dose_of_the_last_day_is_kept():
    """§6.17.5: keep taking … (the dose of the last day): 8 mg, not the 7 that were due."""
    assert after(plan(events=[withdraw("2026-02-16")]))[0] == "8 mg prednisone"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-06", "10×1"),
        (TAPER_START, "10×14"),
        ("2026-03-16", "10×14 9×14 8×14 7×14 6×14"),
        ("2026-04-13", "10×14 9×14 8×14 7×14 6×14 5×28"),
        ("2026-06-01", "10×14 9×14 8×14 7×14 6×14 5×77"),
    ],
)
def test_a_withdrawal_is_allowed_at_any_time_after_the_anchor(day: str, expected: str):
    """§6.12.2, §6.5.3: any time after the anchor; maintenance is printed up to it."""
    assert course(plan(events=[withdraw(day)])) == expected


@pytest.mark.parametrize(
    ("before_it", "rule", "expected"),
    [
        (flare("2026-02-10"), {}, "8×8, hold 8×2"),
        (hold("2026-02-10", "2026-03-01"), {}, "8×8, hold 8×2"),
        (FLARE, BURST, "8×8, rescue 30×2"),
        (stress_dose("2026-02-10", 5, "20"), {}, "8×8, stress-dose 20×2"),
        (FLARE, {"max_flares": 0}, "8×8, hold 8×2"),
        (set_dose("2026-02-10", 14, "20"), {}, "8×8, set-dose 20×2"),
    ],
    ids=["open flare", "hold", "rescue", "stress dose", "stopped", "set dose"],
)
def test_a_withdrawal_ends_whatever_lasts(before_it: Fields, rule: Fields, expected: str):
    """§6.12.2: any time; the state is withdrawn and no longer open or stopped."""
    planned = plan(events=[before_it, withdraw("2026-02-12")], flare=rule)
    assert kinds(planned) == f"run-in 10×14, 9×14, {expected}"
    assert planned.state.value == "withdrawn"
    assert not {"open-flare", "taper-stopped"} & codes(planned)


@pytest.mark.parametrize("event", EVERY_TYPE[:-1], ids=by_type)
def test_a_withdrawal_may_be_on_the_day_of_another_event(event: Fields):
    """§6.7.9: two on one day (a withdrawal excepted): the taper ended the day before either way."""
    alone = list(plan(events=[withdraw("2026-02-10")]).days())
    for events in ([event, withdraw("2026-02-10")], [withdraw("2026-02-10"), event]):
        planned = plan(events=events)
        assert list(planned.days()) == alone
        assert planned.state.value == "withdrawn"


def test_a_target_reached_before_the_withdrawal_stays_reached():
    """§9.3.2: the first day from which all printed days are ≤ target, null in an open or stopped
    plan
    and there only.
    """
    assert str(plan(events=[withdraw("2026-04-01")]).target_reached) == "2026-03-16"
