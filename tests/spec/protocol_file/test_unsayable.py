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
    ("key", "why", "nearest"),
    [
        (
            "increase_mg",
            "a taper raises no dose",
            "rows that fall; a higher dose is a flare's resc",
        ),
        (
            "repeat",
            "rows are taken once, in their order",
            "each row as often as it is taken, or a ",
        ),
        (
            "day_of_month",
            "what goes by the days of a month is no cycle of days",
            "a cycle of at mo",
        ),
        ("every_other_day", "days that differ are said one by one", "a cycle, mg: [20, 0] for eve"),
        ("mg_per_week", "a row says the dose of a day", "mg; a cycle or by_weekday where the days"),
        ("tablets", "a row says mg, of whatever tablets or solution they are made", "mg; what a p"),
        ("percent_of_baseline", "a row says a dose and no share of one", "mg, mg_per_kg, a table "),
        (
            "from",
            "everybody's rows begin on another day",
            "days or weeks; whose days are fixed has",
        ),
        ("after_infusion", "a row is tied to no infusion and no visit", "days; when the first of "),
        ("slower_if", "a step that waits for a result or for a response cannot be said", "the day"),
    ],
)
def test_a_key_of_what_no_row_has_is_answered_with_the_nearest_that_it_has(
    refused, key, why, nearest
):
    """§4.7.9."""
    (said,) = refused(with_regimen(ROW.format(row=f"mg: 9, days: 7, {key}: 1")))
    assert f"{key} (line 7) is an unknown key, as {why}; allowed: {nearest}" in said


@pytest.mark.parametrize(
    ("row", "what", "nearest"),
    [
        ("mg: 40 mg/m2, days: 7", "a dose by body surface", "mg_per_kg with max_mg where the sou"),
        ("mg: 1 mg/kg, days: 7", "a dose by weight", "mg_per_kg with the number alone, and max_m"),
        ("mg: 50%, days: 7", "a share of a dose", "mg, a table for each start dose (choose_by: s"),
        ("mg: 30 alternate days, days: 8", "a dose that is not taken every day", "a cycle, mg: [3"),
        ("mg: 20 on Mondays, days: 7", "a dose of some days of the week", "by_weekday, such as {m"),
        ("mg: 30 twice daily, days: 7", "a day in parts", "mg as that total; how it is divided s"),
        ("mg: 1000 iv, days: 3", "given into a vein, which is not planned", "the oral doses; the "),
        ("mg: baseline, days: 7", "the dose that somebody takes", "a number; no row raises a dose"),
        ("mg: 5 as needed, days: 7", "a dose as needed", "a number; what is given when something "),
        ("mg: 4 tablets, days: 7", "tablets or a volume", "mg; what a participant takes it in sta"),
        ("mg: 5, days: until stable", "a length that waits for something", "the days that it last"),
        ("mg: 5, days: 2 months", "counted in months", "days, such as 28 or 30, or weeks in a row"),
        ("mg: 5, days: weekly", "a word for a length", "a number: of days 7 for a week and 14 for"),
    ],
)
def test_a_value_that_no_row_can_have_is_answered_with_the_nearest_that_can(
    refused, row, what, nearest
):
    """§4.7.9."""
    (said,) = refused(with_regimen(ROW.format(row=row)))
    assert f", {what}; allowed: {nearest}" in said


def test_other_kinds_tables_by_other_things_and_longer_cycles_are_answered_too(refused):
    """§4.7.9."""
    longer = ", ".join(["20"] * 43)
    said = [
        refused(with_regimen(regimen))[0]
        for regimen in (
            "{kind: exponential}",
            "{kind: stop}",
            "{kind: steps, choose_by: severity, tables: [{below: 2, steps: [{mg: 5, days: 7}]}]}",
            ROW.format(row=f"mg: [{longer}], days: 43"),
        )
    ]
    assert "is 'exponential', a fall by a share of the dose; allowed: percent, with " in said[0]
    assert "is 'stop', a dose that stays, or none; allowed: steps, with a row for each " in said[1]
    assert "'severity', nothing that a table can be chosen by; allowed: start_mg or " in said[2]
    assert "at most 42 entries, as a cycle is of six weeks at most; longer ones are rows" in said[3]


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
