"""`sample_patients/` is documentation: short, commented, and true today and later."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from taper import sources
from taper.operations.plans.one import plan_file
from taper.planning.plan import State
from taper.sources.claims import participant_files

SAMPLES = Path(__file__).resolve().parents[2] / "sample_patients"
PATHS = participant_files(SAMPLES)
DAYS = [date(2026, 11, 23), date(2027, 3, 1), date(2031, 1, 1)]

STATES = {
    "IIM-001": State.TAPERING,
    "IIM-002": State.TAPERING,
    "IIM-003": State.ALREADY_AT_TARGET,
    "IIM-004": State.TAPERING,
    "IIM-005": State.TAPERING,
    "IIM-006": State.TAPERING,
    "IIM-007": State.OPEN_FLARE,
    "IIM-008": State.TAPERING,
    "IIM-009": State.NOT_ON_STEROID,
    "IIM-010": State.TAPERING,
}


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_sample_ends_as_its_comment_says_today_and_later(today):
    plans = [plan_file(path, today=today) for path in PATHS]
    assert {plan.participant: plan.state for plan in plans} == STATES
    assert [plan.participant for plan in plans if plan.provisional] == ["IIM-005"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_sample_is_short_and_begins_with_what_it_shows(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) <= 20
    assert all(len(line) <= 100 for line in lines)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_sample_is_named_after_its_participant(path):
    assert path.name.startswith(f"{sources.participant(path).participant}-")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_samples_telephone_is_one_of_those_kept_for_fiction(path):
    phone = sources.participant(path).contact.phone
    assert phone is not None
    assert re.fullmatch("555-01[0-9]{2}", phone)


def test_the_change_of_drug_begins_with_the_taper():
    plan = plan_file(SAMPLES / "IIM-008-hydrocortisone-to-prednisone.yaml", today=DAYS[0])
    assert [step.drug for step in plan.steps[:2]] == ["hydrocortisone", "prednisone"]
    assert plan.steps[1].start == plan.taper_start


def test_the_methylprednisolone_sample_takes_half_tablets():
    plan = plan_file(SAMPLES / "IIM-002-methylprednisolone-halves.yaml", today=DAYS[0])
    assert any(t.count.denominator == 2 for day in plan.days() for t in day.tablets)


def test_the_flare_that_resolved_holds_the_dose_and_the_taper_goes_on():
    plan = plan_file(SAMPLES / "IIM-006-flare-resolved.yaml", today=DAYS[0])
    hold = next(step for step in plan.steps if step.kind == "hold")
    assert (hold.start, hold.days) == (date(2026, 6, 1), 18)
    assert plan.target_reached is not None
