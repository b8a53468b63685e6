"""What published schedules do and no file can say: the reason, and the nearest that can."""

from __future__ import annotations

import pytest

HEAD = """\
id: p
title: P
version: "1"
status: draft
sources: [s]
infusions: [{number: 1, months: 0}]
"""
ROW = "{{kind: steps, steps: [{{{row}}}, {{mg: 5, days: 7}}]}}"
BAND = "{{kind: bands, bands: [{{above_mg: 0, decrease_mg: 5, every_days: 7, {key}}}]}}"


def with_regimen(regimen: str, more: str = "") -> str:
    return f"{HEAD}taper: {{after_infusion: 1, target_mg: 5, {more}regimen: {regimen}}}\n"


@pytest.mark.parametrize(
    ("row", "why", "nearest"),
    [
        (
            "mg_per_m2: 40, days: 7",
            "mg_per_m2 (line 7) is an unknown key, as a dose by body surface cannot be said; ",
            "mg_per_kg with max_mg where the source has that too, or tables that weight_kg ",
        ),
        ("mg: 9, months: 1", "months (line 7) is an unknown key, as a month is no fixed", "days, "),
        (
            "mg: 9, days: 7, until: crp",
            "until (line 7) is an unknown key, as a step that waits for a result or for a resp",
            "the days that it lasts at least; whoever must wait has a flare or a set-dose in ",
        ),
        (
            "decrease_mg: 5, days: 7",
            "decrease_mg (line 7) is an unknown key, as a row says the dose itself, not how ",
            "mg, mg_per_kg or by_weekday; or a regimen of kind percent or bands",
        ),
        (
            "mg: 9, days: 7, times: 2",
            "times (line 7) is an unknown key, as a row is the total of a day; ",
            "mg as that total; how it is divided stands in the participant's file",
        ),
        (
            "mg: 9, days: 7, drug: dexamethasone",
            "drug (line 7) is an unknown key, as all rows of a table are of one drug; ",
            "in beside kind: steps, and a phase for each drug",
        ),
        (
            "mg: 9, days: 7, route: iv",
            "route (line 7) is an unknown key, as what is given into a vein is not planned; ",
            "the oral doses; ",
        ),
    ],
)
def test_a_row_that_cannot_be_said_is_answered_with_the_nearest_that_can(
    refused, row, why, nearest
):
    """§4.7.9."""
    said = " ".join(refused(with_regimen(ROW.format(row=row))))
    assert f"taper.regimen.steps[1].{why}" in said
    assert f"; allowed: {nearest}" in said
    assert "did you mean" not in said


@pytest.mark.parametrize(
    ("regimen", "sentence"),
    [
        (
            BAND.format(key="every_weeks: 2"),
            "bands[1].every_weeks (line 7) is an unknown key, as the interval is in days; allowed: "
            "every_days, 7 for each week.",
        ),
        (
            BAND.format(key="percent: 10"),
            "bands[1].percent (line 7) is an unknown key, as a band takes off a fixed amount; ",
        ),
        (
            BAND.format(key="if: response"),
            "bands[1].if (line 7) is an unknown key, as a step that waits for a result or for a ",
        ),
        (
            "{kind: steps, to_mg: 5, steps: [{mg: 5, days: 7}]}",
            "taper.regimen.to_mg (line 7) is an unknown key, as a table ends with its last row; ",
        ),
    ],
)
def test_a_rule_that_cannot_be_said_is_answered_too(refused, regimen, sentence):
    """§4.7.9."""
    assert sentence in " ".join(refused(with_regimen(regimen)))


def test_one_target_and_bounds_by_the_dose_are_all_there_is(refused):
    """§4.7.9."""
    said = refused(
        with_regimen("ese-es-2024-fast", "target_mg_per_kg: 0.1, ")
        + "eligibility: {max_mg_per_kg: 1}\n"
    )
    assert "taper.target_mg_per_kg (line 7) is an unknown key, as there is one target " in said[0]
    assert "eligibility.max_mg_per_kg (line 8) is an unknown key, as who is eligible is " in said[1]


@pytest.mark.parametrize("typed", ["2-5", "2.5 to 5", "2–5"])
def test_a_range_is_called_one(refused, typed):
    """§4.7.9."""
    (said,) = refused(with_regimen(ROW.format(row=f"mg: {typed}, days: 7")))
    assert f"is '{typed}', a range, of which one number is to be chosen; allowed: a plain " in said


@pytest.mark.parametrize("typed", ["20+10", "10 + 5 + 2.5"])
def test_a_sum_is_called_one(refused, typed):
    """§5.2.1: the dose is the total of a day; how it is divided stands in `times`."""
    (said,) = refused(with_regimen(ROW.format(row=f"mg: {typed}, days: 7")))
    assert f"is '{typed}', several doses, of which the total of the day is typed" in said


@pytest.mark.parametrize(
    ("typed", "meant"), [("mg_kg", "mg_per_kg"), ("maxmg", "max_mg"), ("day", "days")]
)
def test_a_slip_is_still_answered_with_what_was_meant(refused, typed, meant):
    """§4.7.9."""
    said = " ".join(refused(with_regimen(ROW.format(row=f"mg: 5, {typed}: 7"))))
    assert f"(did you mean {meant}?)" in said
