"""A regimen in a sheet of one's own: its sums added up again, and used by a protocol."""

from __future__ import annotations

import json

import pytest

from taper import sources
from taper.errors import ExitCode
from taper.operations.checking.totals import wrong_totals
from taper.sources.regimen_sheets import RegimenSheet

SHEET = """\
id: ours
title: Our taper
status: {status}
{verify}sources: [{{citation: section 6.3 of our protocol}}]
start_mg: {{from: 10, up_to: 40}}
{totals}suggested_target_mg: 5
regimen:
  kind: steps
  entry: join
  steps:
    - {{mg: 20, days: 14}}
    - {{mg: 15, days: 14}}
    - {{mg: [10, 5], days: 14}}
    - {{mg: 5, days: 7}}
"""
"""20 mg 280, 15 mg 210, 10 and 5 in turn 105, 5 mg 35: 630 mg in 49 days."""
PROTOCOL = """\
id: our-trial
title: Our trial
version: "1"
status: draft
sources: [section 6.3]
infusions: [{number: 1, months: 0}]
market: US
taper: {after_infusion: 1, target_mg: 5, regimen: REGIMEN}
"""
PATIENT = """\
participant: A1
protocol: PROTOCOL
steroid: {drug: prednisone, dose_mg: 20, strengths: [10, 5]}
infusions: [{number: 1, date: 2026-01-31}]
"""


@pytest.fixture
def sheet(tmp_path):
    """A regimen's sheet, in this folder unless told otherwise."""

    def written(totals: str = "", *, name: str = "ours.yaml", unverified: str = "") -> None:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        status = "unverified" if unverified else "looked-up"
        verify = f"verify: {unverified}\n" if unverified else ""
        totals = f"totals: [{totals}]\n" if totals else ""
        path.write_text(SHEET.format(totals=totals, status=status, verify=verify))

    return written


@pytest.fixture
def planned(run, tmp_path):
    """The plan of a participant by a protocol in the folder `trial` that names this regimen."""

    def plan(regimen: str = "ours.yaml") -> dict:
        (tmp_path / "trial").mkdir(exist_ok=True)
        (tmp_path / "trial" / "p.yaml").write_text(PROTOCOL.replace("REGIMEN", regimen))
        (tmp_path / "A1.yaml").write_text(PATIENT.replace("PROTOCOL", "trial/p.yaml"))
        result = run("plan", "A1.yaml", "--format", "json")
        assert result.exit_code == ExitCode.WRITTEN, result.stderr
        return json.loads(result.stdout)

    return plan


# Sums ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", sources.regimen_ids())
def test_every_total_of_a_shipped_regimen_is_the_sum_of_its_rows(id_):
    """§4.4.11."""
    data = sources.regimen_sheet(id_)
    if "needs" not in data:
        assert list(wrong_totals(RegimenSheet.model_validate(dict(data)), id_)) == []


@pytest.mark.parametrize(
    "totals",
    [
        "{from_mg: 20, mg: 630, days: 49, source: sum}",
        "{mg: 630, days: 49, source: sum}",
        "{from_mg: 20, mg: 290, days: 15, source: s}".replace("290", "295"),
        "{from_mg: 18, mg: 350, days: 49, source: sum}".replace("49", "35"),
        "{from_mg: 20, mg: 500, days: 30, source: sum}".replace("500", "505"),
    ],
)
def test_a_total_that_is_the_sum_is_in_order(run, sheet, totals):
    """§4.4.11."""
    sheet(totals)
    result = run("check", "ours.yaml", today=None)
    assert (result.exit_code, result.stderr) == (ExitCode.WRITTEN, "")


@pytest.mark.parametrize(
    ("totals", "sentence"),
    [
        (
            "{from_mg: 20, mg: 640, days: 49, source: sum}",
            "ours.yaml: totals[1].mg (line 6) is 640; allowed: 630, the sum of the rows over 49 "
            "days from 20 mg.",
        ),
        (
            "{mg: 630, days: 49, source: a}, {from_mg: 15, mg: 1, days: 1, source: b}",
            "totals[2].mg (line 6) is 1; allowed: 15, the sum of the rows over 1 days from 15 mg.",
        ),
        (
            "{from_mg: 20, mg: 630, days: 99, source: sum}",
            "totals[1].days (line 6) is 99, and the rows are 49 days long; allowed: at most 49",
        ),
    ],
)
def test_a_total_that_is_not_the_sum_is_refused_with_what_it_is(run, sheet, totals, sentence):
    """§4.4.11."""
    sheet(totals)
    result = run("check", "ours.yaml", today=None)
    assert (result.exit_code, result.stdout) == (ExitCode.REFUSED, "")
    assert sentence in result.stderr


# In a protocol ---------------------------------------------------------------------------------


def test_a_protocol_names_the_sheet_beside_it(sheet, planned):
    """§4.4.8."""
    sheet(name="trial/ours.yaml")
    document = planned()
    tapered = [step["daily_mg"] for step in document["steps"] if step["kind"] == "taper"]
    assert tapered == [["15"], ["10", "5"]]


def test_the_rows_of_a_sheet_are_those_written_out_and_so_is_their_hash(sheet, planned):
    """§4.4.8."""
    sheet(name="trial/ours.yaml")
    written = (
        "{kind: steps, entry: join, steps: [{mg: 20, days: 14}, {mg: 15, days: 14}, "
        "{mg: [10, 5], days: 14}, {mg: 5, days: 7}]}"
    )
    by_path, in_full = planned(), planned(written)
    assert by_path["steps"] == in_full["steps"]
    assert by_path["protocol"] == in_full["protocol"]


def test_what_the_sheet_says_of_itself_counts(sheet, planned):
    """§4.4.8."""
    sheet(name="trial/ours.yaml", unverified="the protocol")
    (finding,) = [f for f in planned()["findings"] if f["code"] == "regimen-unverified"]
    assert finding["text"] == "Regimen ours is unverified; check it against: the protocol."


def test_a_changed_sheet_is_another_protocol(sheet, planned, tmp_path):
    """§4.4.8."""
    sheet(name="trial/ours.yaml")
    before = planned()
    path = tmp_path / "trial" / "ours.yaml"
    path.write_text(path.read_text().replace("{mg: 15, days: 14}", "{mg: 15, days: 21}"))
    after = planned()
    assert before["protocol"]["sha256"] != after["protocol"]["sha256"]
    assert before["plan_id"] != after["plan_id"]


def test_a_protocol_with_a_sheet_is_checked_shown_and_compared(run, sheet, planned):
    sheet(name="trial/ours.yaml")
    planned()
    assert "p.yaml: a protocol in order" in run("check", "trial", today=None).stdout
    assert run("protocols", "trial/p.yaml", today=None).exit_code == ExitCode.WRITTEN
    shown = run("regimens", "compare", "trial/p.yaml", "--from", "20", "--to", "5", today=None)
    assert shown.exit_code == ExitCode.WRITTEN


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("absent.yaml", None, "p.yaml: taper.regimen is 'absent.yaml', which is "),
        ("ours.yaml", "id: ours\n", "p.yaml: taper.regimen is 'ours.yaml', whose title is missing"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_named(run, tmp_path, name, text, sentence):
    """§4.4.8."""
    (tmp_path / "p.yaml").write_text(PROTOCOL.replace("REGIMEN", name))
    if text is not None:
        (tmp_path / name).write_text(text)
    result = run("check", "p.yaml", today=None)
    assert result.exit_code == ExitCode.REFUSED
    assert sentence in result.stderr


def test_a_sheet_with_open_numbers_is_not_planned_by(run, tmp_path, sheet):
    """§4.4.7, §4.4.8."""
    sheet()
    path = tmp_path / "ours.yaml"
    path.write_text(path.read_text() + "needs: [the last dose]\n")
    (tmp_path / "p.yaml").write_text(PROTOCOL.replace("REGIMEN", "ours.yaml"))
    result = run("check", "p.yaml", today=None)
    assert "what its source leaves open: the last dose" in result.stderr


# For --regimen ---------------------------------------------------------------------------------


def test_a_sheet_is_chosen_by_its_path(run, sheet, tmp_path):
    """§4.4.8."""
    sheet()
    (tmp_path / "A1.yaml").write_text(PATIENT.replace("PROTOCOL", "ulsc-phase1"))
    result = run("plan", "A1.yaml", "--regimen", "ours.yaml", "--format", "json")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    chosen = json.loads(result.stdout)["findings"][0]
    assert chosen["code"] == "regimen-chosen"
    assert "prescribes no taper: regimen ours was chosen" in chosen["text"]
    assert chosen["source"] == "section 6.3 of our protocol"


def test_a_shipped_id_beside_another_sheet_of_that_name_is_not_chosen(run, sheet, tmp_path):
    """§4.1.6: nobody can tell which of both is meant."""
    sheet()
    (tmp_path / "ours.yaml").rename(tmp_path / "cobra.yaml")
    (tmp_path / "A1.yaml").write_text(PATIENT.replace("PROTOCOL", "ulsc-phase1"))
    result = run("plan", "A1.yaml", "--regimen", "cobra")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith("taper: --regimen is 'cobra', which is shipped, and cobra.yaml")


def test_a_path_to_nothing_is_one_sentence(run, tmp_path):
    (tmp_path / "A1.yaml").write_text(PATIENT.replace("PROTOCOL", "ulsc-phase1"))
    result = run("plan", "A1.yaml", "--regimen", "none.yaml")
    assert (result.exit_code, result.stdout) == (ExitCode.REFUSED, "")
    assert result.stderr.count("\n") == 1
