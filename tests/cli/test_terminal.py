"""What a terminal shows: 80 columns, words that cannot be misread."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from cases import golden_plans

from taper.doses.tablets import Count
from taper.exports.text import plan_text
from taper.operations.plans.one import plan_file
from taper.planning.plan import Plan
from taper.wording.layout import WIDTH, table, wrapped
from taper.wording.tablets import counted, in_tablets

SAMPLES = Path(__file__).resolve().parents[2] / "sample_patients"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_file(SAMPLES / "IIM-001-prednisone-25-mg.yaml", today=TODAY)


def widest(text: str) -> int:
    return max(len(line) for line in text.splitlines())


# Tables -----------------------------------------------------------------------------------------


def test_a_table_has_its_titles_a_rule_and_its_rows():
    assert table(["Dose", "Days"], [["20 mg", "7"], ["5 mg", "14"]], right=["Days"]) == (
        "Dose   Days\n-----  ----\n20 mg     7\n5 mg     14\n"
    )


def test_a_wide_table_is_broken_inside_its_widest_column():
    text = table(["Id", "Text"], [["A" * 20, "word " * 40]], whole=["Id"])
    assert widest(text) <= WIDTH
    assert "A" * 20 in text


def test_even_one_long_word_is_broken_rather_than_too_wide():
    assert widest(table(["Id", "Text"], [["A" * 60, "B" * 200]])) <= WIDTH


def test_a_paragraph_stays_to_the_right_of_its_label():
    lines = wrapped("word " * 40, "Label: ").splitlines()
    assert lines[0].startswith("Label: word")
    assert all(line.startswith("       word") for line in lines[1:])


# Tablets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "words"),
    [
        ("1", "1"),
        ("1/2", "half"),
        ("1/4", "a quarter"),
        ("3/4", "three quarters"),
        ("3/2", "1 and a half"),
        ("9/4", "2 and a quarter"),
        ("11/4", "2 and three quarters"),
    ],
)
def test_parts_of_tablets_are_words(count, words):
    assert counted(Fraction(count)) == words


def test_the_tablets_of_a_day_say_count_and_strength():
    tablets = (Count(Fraction(20), Fraction(1)), Count(Fraction("2.5"), Fraction(1, 2)))
    assert in_tablets(tablets).replace("\u00a0", " ") == "1 of 20 mg, half of 2.5 mg"
    assert in_tablets(()) == "none"


# Plans ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", golden_plans())
def test_every_golden_case_fits_80_columns(name):
    plan = golden_plans()[name]
    text = plan_text(plan)
    assert widest(text) <= WIDTH
    assert str(plan.steps[-1].end) in text


def test_the_longest_of_everything_fits_80_columns(plan):
    label = plan.protocol._replace(id="p" * 64, version="v" * 200, status="illustrative")
    held = [step._replace(reason="because " * 25) for step in plan.steps]
    many = (Count(Fraction("22.5"), Fraction(11, 4)),) * 5
    steps = tuple(step._replace(tablets=(many,)) for step in held)
    text = plan_text(replace(plan, participant="I" * 64, protocol=label, steps=steps))
    assert widest(text) <= WIDTH


def test_the_days_of_a_cycle_have_a_line_each(plan):
    step = plan.steps[1]
    cycle = step._replace(
        daily_mg=(Fraction(5), Fraction(0)),
        tablets=((Count(Fraction(5), Fraction(1)),), ()),
    )
    lines = plan_text(replace(plan, steps=(cycle,))).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("1  taper"))
    assert lines[at].endswith("5 mg   1 of 5 mg")
    assert lines[at + 1] == "   then                                 0 mg   none"


def test_a_change_of_drug_is_named_where_it_happens():
    path = SAMPLES / "IIM-008-hydrocortisone-to-prednisone.yaml"
    lines = plan_text(plan_file(path, today=TODAY)).splitlines()
    assert "   hydrocortisone" in lines
    assert sum(line.startswith("   prednisone") for line in lines) == 1


def test_a_provisional_plan_and_an_example_say_so_above_everything(plan):
    lines = plan_text(replace(plan, provisional=True)).splitlines()
    assert lines[1] == "EXAMPLE, NOT FOR PATIENT USE: the protocol is illustrative."
    assert lines[2] == "PROVISIONAL, NOT FOR PATIENT USE: the infusion is only planned."


def test_the_most_urgent_findings_come_first_and_what_holds_for_everybody_last(plan):
    urgency = ["WARNING", "CAUTION", "INFO"]
    of_this_plan, of_everybody = plan_text(plan).split("As for everybody who takes a steroid")
    for part in (of_this_plan, of_everybody):
        severities = [s for line in part.splitlines() for s in urgency if line.startswith(s)]
        assert severities == sorted(severities, key=urgency.index) != []


def test_what_a_person_typed_cannot_steer_the_terminal(plan):
    hostile = plan.steps[0]._replace(reason="\x1b[2J\u202ereason [bold]")
    text = plan_text(replace(plan, steps=(hostile,)))
    assert "\\x1b[2J\\u202ereason [bold]" in text


def test_the_sum_of_days_is_that_of_the_plan(plan):
    first, last = plan.steps[0].start, plan.steps[-1].end
    assert sum(step.days for step in plan.steps) == (last - first + timedelta(days=1)).days
