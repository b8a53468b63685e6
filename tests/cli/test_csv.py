"""`--format csv`: days and steps as two tables."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

from cases import golden_plans

from taper.doses import dose
from taper.errors import ExitCode
from taper.exports.csv import days_table, steps_table
from taper.record import plan_document


def read(data: bytes) -> list[dict[str, str]]:
    assert data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_days_and_steps_of_every_golden_case_are_those_of_its_plan():
    for plan in golden_plans().values():
        document = plan_document.as_dict(plan)
        taken = [
            (str(day.date), day.step.drug, dose.text(day.dose_mg), str(day.step.number))
            for day in plan.days()
        ]
        rows = read(days_table(plan, document))
        assert [(r["date"], r["drug"], r["dose_mg"], r["step"]) for r in rows] == taken
        assert {r["not_for_patient_use"] == "" for r in rows} == {
            plan.status == "approved" and not plan.provisional
        }
        unrolled = []
        for row in read(steps_table(plan, document)):
            doses, start = row["daily_mg"].split(" then "), date.fromisoformat(row["start"])
            assert len(row["tablets"].split(" then ")) == len(doses)
            unrolled += [
                (str(start + timedelta(i)), row["drug"], doses[i % len(doses)], row["number"])
                for i in range(int(row["days"]))
            ]
        assert unrolled == taken


def test_a_cell_that_a_spreadsheet_would_compute_is_text():
    plan = next(iter(golden_plans().values()))
    bad = replace(plan, protocol=plan.protocol._replace(id="=1+1"))
    document = plan_document.as_dict(bad)
    assert {row["protocol"] for row in read(days_table(bad, document))} == {"'=1+1"}


def test_both_are_written_and_one_is_shown(run, write, tmp_path):
    path = write()
    shown = run("plan", path, "--format", "days.csv").stdout
    assert shown.startswith("\ufeffparticipant,protocol,plan_id,")
    assert run("plan", path, "--format", "csv").exit_code == ExitCode.USAGE
    run("plan", path, "--format", "csv", "--out", "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "IIM-001.days.csv",
        "IIM-001.steps.csv",
    ]


def test_a_batch_keeps_and_revises_them(run, write, tmp_path):
    path, out = write(), tmp_path / "batch"
    asked = ("batch", "patients", "--out", "batch", "--format", "csv")
    assert run(*asked).exit_code == ExitCode.WRITTEN
    before = (out / "IIM-001.days.csv").read_bytes()
    run(*asked)
    assert (out / "IIM-001.days.csv").read_bytes() == before
    path.write_text(path.read_text().replace("dose_mg: 25", "dose_mg: 20"))
    assert run(*asked, "--accept-past", "Dr X, wrong dose").exit_code == ExitCode.WRITTEN
    assert (out / "superseded" / "IIM-001.days-r1.csv").read_bytes() == before
    assert {row["revision"] for row in read((out / "IIM-001.steps.csv").read_bytes())} == {"2"}
    assert run("audit", "batch", today=None).exit_code == ExitCode.WRITTEN
