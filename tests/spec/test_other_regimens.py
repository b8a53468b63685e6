"""§6.8.26, §6.11.14: a ladder goes on by another regimen, after a flare or from a set dose.

`ese-es-2024-slow` takes off 1 mg every 28 days below 10 mg, where the usual regimen does so every
14 days.
"""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import bands, course, flare, found, kinds, plan, refusal, rescue, set_dose

SLOW = "ese-es-2024-slow"
THEN_SLOW: Fields = {"resume": "regimen", "regimen": SLOW}
AT_ONCE: Fields = {"min_days": 0, "stable_days": 0}

# After a flare ---------------------------------------------------------------------------------


def test_after_a_flare_the_other_regimen_goes_on_from_the_hold():
    """§6.8.26: held for 16 days, which are level 0: the next dose comes at once."""
    planned = plan(flare=THEN_SLOW, events=[flare("2026-02-10", "2026-02-12")])
    assert kinds(planned) == ("run-in 10×14, 9×14, 8×8, hold 8×16, 7×28, 6×28, maintenance 5×28")


def test_after_a_step_back_it_goes_on_from_the_dose_of_the_hold():
    """§6.8.26: and a further flare steps back to that hold, level 0 of the new ladder."""
    rule = {"action": "step-back", **THEN_SLOW}
    first, second = flare("2026-02-10", "2026-02-10"), flare("2026-03-01", "2026-03-01")
    once, twice = (plan(flare=rule, events=events) for events in ([first], [first, second]))
    after = "8×28, 7×28, 6×28, maintenance 5×28"
    assert kinds(once) == f"run-in 10×14, 9×14, 8×8, hold 9×14, {after}"
    assert kinds(twice) == f"run-in 10×14, 9×14, 8×8, hold 9×14, 8×5, hold 9×14, {after}"


def test_after_a_rescue_it_goes_on_from_the_dose_in_effect():
    """§6.8.26: with no day of a hold after the burst, the next dose follows the burst."""
    rule = {**rescue(("20", 3)), **AT_ONCE, **THEN_SLOW}
    planned = plan(flare=rule, events=[flare("2026-02-10", "2026-02-10")])
    assert kinds(planned) == "run-in 10×14, 9×14, 8×8, rescue 20×3, 7×28, 6×28, maintenance 5×28"


def test_what_is_left_of_a_run_in_or_a_set_dose_comes_first():
    """§6.8.26."""
    events = [flare("2026-01-12", "2026-01-12")]
    assert kinds(plan(flare=THEN_SLOW, events=events)) == (
        "run-in 10×7, hold 10×14, run-in 10×7, 9×28, 8×28, 7×28, 6×28, maintenance 5×28"
    )
    events = [set_dose("2026-02-12", 10, "9"), flare("2026-02-16", "2026-02-16")]
    assert kinds(plan(flare=THEN_SLOW, events=events)).endswith(
        "set-dose 9×4, hold 9×14, set-dose 9×6, 8×28, 7×28, 6×28, maintenance 5×28"
    )


def test_what_a_run_in_has_of_a_level_of_the_same_dose_follows_a_recorded_start_too():
    """§6.8.26, §6.2.4, §6.4.12: 5 mg tablets make 9 to 6 mg 10 mg, 56 days of level 0."""
    at_once = {"resume": "regimen", "regimen": bands(("0", "10", 14))}
    events = [{"type": "flare", "date": "2026-01-12"}]
    started = {"taper_started": "2026-01-25"}
    usual = {"strengths": ["5"], "flare": at_once, "events": events}
    assert kinds(plan(**usual, participant=started)) == (
        "run-in 10×7, hold 10×13, run-in 10×56, maintenance 5×28"
    )


def test_a_hold_at_the_target_is_followed_by_itself():
    """§6.8.26, §6.11.10."""
    planned = plan(flare=THEN_SLOW, events=[flare("2026-03-20", "2026-03-20")])
    assert kinds(planned).endswith("maintenance 5×4, hold 5×14, maintenance 5×28")


def test_the_regimen_after_a_flare_may_be_written_out():
    """§4.6.7."""
    rule = {**THEN_SLOW, "regimen": bands(("0", "1", 28))}
    events = [flare("2026-02-10", "2026-02-12")]
    assert course(plan(flare=rule, events=events)) == course(plan(flare=THEN_SLOW, events=events))


@pytest.mark.parametrize(
    ("rule", "read", "allowed"),
    [
        ({"resume": "regimen"}, "missing", "a regimen with resume regimen, and only there"),
        ({"regimen": SLOW}, None, "a regimen with resume regimen, and only there"),
        (
            {**THEN_SLOW, "regimen": "ese-es-2024-slo"},
            "'ese-es-2024-slo'",
            "a regimen written in full, or the id of a shipped one (did you mean "
            "ese-es-2024-slow?)",
        ),
        ({**THEN_SLOW, "regimen": bands(("6", "1", 7))}, None, "a lowest above_mg of at most"),
    ],
)
def test_a_regimen_after_flares_that_cannot_be_is_refused(
    rule: Fields, read: str | None, allowed: str
):
    """§4.6.7: where it is missing, unknown, or never reaches the target."""
    problem = refusal(flare=rule)
    assert problem.field == "flare.regimen"
    assert read is None or problem.read == read
    assert problem.allowed.startswith(allowed)


# From a set dose -------------------------------------------------------------------------------


def test_a_set_dose_may_go_on_by_another_regimen():
    """§6.11.14."""
    planned = plan(events=[set_dose("2026-02-12", 7, "9", regimen=SLOW)])
    assert course(planned) == "10×14 9×14 8×10 9×7 8×28 7×28 6×28 5×28"


def test_the_next_set_dose_goes_on_by_the_protocols_regimen():
    """§6.11.14: the other regimen is that of its own ladder alone."""
    events = [
        set_dose("2026-02-12", 7, "9", regimen=SLOW),
        set_dose("2026-03-01", 7, "9"),
    ]
    assert course(plan(events=events)) == ("10×14 9×14 8×10 9×7 8×10 9×7 8×14 7×14 6×14 5×28")


def test_a_regimen_that_nobody_checked_is_told_whoever_names_it():
    """§8.2.2, §6.11.14."""
    planned = plan(events=[set_dose("2026-02-12", 7, "9", regimen="bsr-pmr-2010-slow")])
    (told,) = found(planned, "regimen-unverified")
    assert told.text.startswith("Regimen bsr-pmr-2010-slow is unverified")


def test_a_set_dose_by_a_regimen_that_nobody_ships_is_refused():
    """§6.11.14."""
    problem = refusal(events=[set_dose("2026-02-12", 7, "9", regimen="ese-es-2024-slo")])
    assert problem.field == "events[1].regimen"
    assert "did you mean ese-es-2024-slow" in problem.allowed


def test_a_set_dose_by_a_regimen_that_never_reaches_the_target_is_refused():
    """§6.11.14: its last row is over it."""
    problem = refusal(target="1", events=[set_dose("2026-02-12", 7, "9", regimen="predmeth")])
    assert problem.field == "events[1].regimen"
    assert problem.read == "predmeth, which never reaches 1 mg"
