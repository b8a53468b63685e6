"""`taper check-schedule`: somebody else's steps looked at, and their calendar marked."""

from __future__ import annotations

import json

import pypdfium2
import pytest
from typer.testing import CliRunner

from taper.cli import app
from taper.errors import ExitCode

STEPS = "Prednisone\n20 mg 7 days\n15 mg 7 days\n10 mg 2 weeks\ntotal 28 days\n"
ASKED = ("--start", "2026-06-01", "--strengths", "20,5")


@pytest.fixture
def steps(tmp_path):
    path = tmp_path / "steps.txt"
    path.write_text(STEPS)
    return path


def test_days_tablets_sums_and_findings_are_for_programs_too(run, steps):
    result = run("check-schedule", steps, *ASKED, "--format", "json")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    answer = json.loads(result.stdout)
    assert answer["days"][0] == {
        "date": "2026-06-01",
        "day": 1,
        "drug": "prednisone",
        "dose_mg": "20",
    }
    assert len(answer["days"]) == 28
    assert answer["mg_in_all"] == {"prednisone": "385"}
    assert answer["quantities"] == [
        {"drug": "prednisone", "strength_mg": "20", "tablets": 7},
        {"drug": "prednisone", "strength_mg": "5", "tablets": 49},
    ]
    assert {each["code"] for each in answer["findings"]} >= {"hpa-suppression"}


def test_what_contradicts_ends_with_1_and_is_said_before_what_a_clinician_must_see(run, steps):
    """§12.4.3."""
    steps.write_text(f"{STEPS}dispense 40 tablets of 5 mg\n")
    result = run("check-schedule", steps, *ASKED)
    assert result.exit_code == ExitCode.REFUSED
    said = " ".join(result.stdout.split())
    assert "line 6 says 40 tablets of 5 mg, and the steps need 49." in said
    assert said.index("line 6") < said.index("hpa-suppression")
    assert "Needed: prednisone 49 tablets of 5 mg." in said


def test_tablets_of_one_strength_are_counted_over_both_drugs(run, steps):
    """§12.4.3."""
    steps.write_text(
        "prednisolone 5 mg 7 days from 2026-06-01\n"
        "2026-06-08 prednisone 5 mg 7 days\n"
        "total 14 tablets of 5 mg\n"
    )
    result = run("check-schedule", steps)
    assert "tablets of 5 mg, and the steps need" not in result.stdout
    assert "Needed: prednisolone 7 tablets of 5 mg." in result.stdout


def test_steps_of_a_drug_without_a_value_are_summed_and_it_is_said_why_no_plan(run, steps):
    steps.write_text("deflazacort 12 mg 7 days\ndeflazacort 6 mg 7 days\n")
    result = run("check-schedule", steps, "--start", "2026-06-01", "--strengths", "6")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert "deflazacort 126 mg" in result.stdout
    assert "table us-label, by which doses are compared, has no value for deflazacort" in " ".join(
        result.stdout.split()
    )


@pytest.mark.parametrize(("mg", "told"), [("100", False), ("101", True)])
def test_a_first_dose_over_the_highest_of_a_rise_is_told(run, steps, mg, told):
    """§8.3.7: before it no dose is known to which it could rise."""
    steps.write_text(f"prednisone {mg} mg 7 days")
    asked = ("--start", "2026-06-01", "--strengths", "50,1", "--format", "json")
    result = run("check-schedule", steps, *asked)
    found = {each["code"]: each["text"] for each in json.loads(result.stdout)["findings"]}
    said = f"On 2026-06-01 the first dose of {mg} mg prednisone is over 100 mg"
    assert found.get("large-rise", "").startswith(said) is told


def test_a_day_on_which_nothing_is_taken_is_not_counted_with_the_days_of_a_drug(run, steps):
    steps.write_text("prednisone 20 mg 21 days\n10 mg for 5 days, stop")
    assert "In all 26 days with a dose: prednisone 470 mg." in run("check-schedule", steps).stdout


def test_a_step_has_the_number_by_which_a_finding_names_it(run, steps):
    steps.write_text("prednisone 20 mg 21 days\n10 mg for 5 days, stop")
    said = run("check-schedule", steps, *ASKED).stdout
    row = next(line for line in said.splitlines() if " 0 mg " in line)
    assert f"large-drop (step {row.split()[0]}, {row.split()[1]})" in said


def test_steps_that_are_no_plan_are_null_for_programs_and_it_is_said_why(run, steps):
    steps.write_text("prednisone days 1-7 20 mg\ndays 9-14 10 mg")
    answer = json.loads(run("check-schedule", steps, "--format", "json").stdout)
    assert (answer["steps"], answer["quantities"]) == (None, None)
    assert answer["why_no_steps"] == "nothing is said of some days"
    assert answer["mg_in_all"] == {"prednisone": "200"}


def test_a_dose_that_the_tablets_cannot_make_is_named_with_its_neighbours(run, steps):
    """§12.4.4."""
    steps.write_text("prednisone 7 mg 7 days")
    result = run("check-schedule", steps, *ASKED, "--out", "out")
    assert result.exit_code == ExitCode.REFUSED
    said = " ".join(result.stdout.split())
    assert "7 mg prednisone cannot be made of tablets of 20 and 5 mg; near it is 5 mg or 10" in said
    assert "No calendar is written" in result.stderr


def test_each_page_of_its_calendar_says_that_no_protocol_made_it(run, steps, tmp_path):
    """§12.1.3, §12.4.5."""
    result = run("check-schedule", steps, *ASKED, "--out", "out")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    path = tmp_path / "out" / "checked-schedule.pdf"
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]
    assert pages
    assert all("NOT COMPUTED FROM A PROTOCOL, NOT FOR PATIENT USE" in page for page in pages)
    assert run("verify", path, today=None).stdout.startswith("checked-schedule.pdf is unproved")


def test_steps_are_read_from_standard_input():
    words = ["check-schedule", "-", *ASKED, "--today", "2026-05-20"]
    assert "Nothing in it contradicts." in CliRunner().invoke(app, words, input=STEPS).stdout


def test_the_tables_and_sentences_of_a_plan_are_read_back_without_a_contradiction(
    run, write, tmp_path
):
    path = write()
    run("plan", path, "--format", "csv", "--out", "out", today="2026-05-20")
    days = [
        json.loads(
            run(
                "check-schedule", tmp_path / "out" / f"IIM-001.{table}.csv", "--format", "json"
            ).stdout
        )["days"]
        for table in ("days", "steps")
    ]
    assert days[0] == days[1]
    planned = json.loads(run("plan", path, "--format", "json", today="2026-05-20").stdout)["days"]
    keys = ("date", "drug", "dose_mg")
    assert [[day[key] for key in keys] for day in days[0]] == [
        [day[key] for key in keys] for day in planned
    ]


def test_a_drug_or_a_first_day_that_is_used_nowhere_is_told(run, steps):
    """§12.4.7: whoever typed it believes that it holds."""
    steps.write_text("prednisone 20 mg from 2026-06-01 to 2026-06-07")
    told = run("check-schedule", steps, "--drug", "prednisolone", "--start", "2026-07-01")
    assert told.stderr == (
        "--drug: the steps say their drugs; it is used nowhere.\n"
        "--start: the steps say their dates; it is used nowhere.\n"
    )
    steps.write_text("20 mg for 7 days")
    words = ("check-schedule", "-", "--drug", "prednisone", "--start", "2026-06-01")
    assert CliRunner().invoke(app, words, input=steps.read_text()).stderr == ""
    refused = run("check-schedule", steps, "--drug", "")
    assert "--drug is empty; allowed: one of prednisone" in refused.stderr
