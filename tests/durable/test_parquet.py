"""`--format parquet`: the plans of a whole folder as tables, from the ledger alone."""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from durable.folders import FLARE, LATER, differences, entries, run, tree, write
from durable.points import Points, failing_at, nothing
from spec import build

from taper.doses import dose
from taper.errors import EnvironmentLacking, TaperError
from taper.exports import parquet
from taper.exports.parquet.days import NONE, Days, counted
from taper.exports.parquet.rows import of_steps
from taper.folder import finishing, keeping
from taper.folder.audit import audit
from taper.operations.plans.one import plan_file
from taper.record import plan_document
from taper.record.forms import BY_NAME
from taper.record.kept import Kept

SAME = (
    *("revision", "plan_id", "equivalence", "drug", "provisional", "state", "taper_start"),
    *("target_mg", "target_reached", "inputs_sha256", "engine"),
)
"""What a plan's row and its JSON call alike."""
SAMPLES = Path(__file__).parents[2] / "sample_patients"


def rows(folder: Path, name: str) -> list[dict[str, object]]:
    return pq.read_table(folder / name).to_pylist()


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> Path:
    """Every sample, as JSON and in tables: cycles, halves, a change of drug, nobody's steroid."""
    out = tmp_path_factory.mktemp("samples") / "out"
    run(SAMPLES, out, parquet=True)
    return out


@pytest.fixture(scope="module")
def documents(samples) -> list[dict[str, object]]:
    """The plans in JSON, by participant."""
    paths = sorted(samples.glob("IIM-*.json"))
    assert len(paths) == len(list(SAMPLES.glob("*.yaml")))
    return [json.loads(path.read_text()) for path in paths]


_NONE = [(key, None) for key in ("strength_mg", "count", "tablets", "mg_per_ml", "ml", "times")]
"""What a row of tablets lacks of a solution, and the other way round; what is not divided."""


def as_said(value: object) -> object:
    """A value of a table as the plan's JSON says it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list):
        return [as_said(item) for item in value]
    if isinstance(value, dict):
        said = {key: as_said(item) for key, item in value.items()}
        return {key: each for key, each in said.items() if (key, each) not in _NONE}
    return value.isoformat() if hasattr(value, "isoformat") else value


# What the tables say ----------------------------------------------------------------------------


def test_the_days_are_those_of_the_json_to_the_last_decimal(samples, documents):
    expected = [
        {"participant": plan["participant"], **day} for plan in documents for day in plan["days"]
    ]
    assert as_said(rows(samples, parquet.DAYS)) == expected
    assert {day["taper_day"] for day in expected} > {None, 1}


def test_the_steps_are_those_of_the_json(samples, documents):
    expected = [
        {
            "participant": plan["participant"],
            "step": step["number"],
            **{key: step[key] for key in ("kind", "start", "end", "days", "drug", "daily_mg")},
            "prednisone_equivalent_mg": [
                day["prednisone_equivalent_mg"]
                for day in plan["days"]
                if day["step"] == step["number"]
            ][: len(step["daily_mg"])],
            "ideal_mg": [cycle.split("/") for cycle in step["ideal_mg"]],
            "tablets": step["tablets"],
        }
        for plan in documents
        for step in plan["steps"]
    ]
    assert as_said(rows(samples, parquet.STEPS)) == expected


def test_the_plans_are_those_of_the_json(samples, documents):
    found = {row["participant"]: row for row in as_said(rows(samples, parquet.PLANS))}
    for plan in documents:
        row = found[plan["participant"]]
        for key in SAME:
            assert row[key] == plan[key], key
        protocol = [row[f"protocol{key}"] for key in ("", "_version", "_status", "_sha256")]
        assert protocol == [plan["protocol"][key] for key in ("id", "version", "status", "sha256")]
        baseline = [row[f"baseline_{key}"] for key in ("drug", "mg", "prednisone_mg")]
        assert baseline == list((plan["baseline"] or dict.fromkeys("abc")).values())
        anchor = plan["anchor"] or {"infusion": None, "date": None}
        assert [row["anchor_infusion"], row["anchor_date"]] == list(anchor.values())
        assert row["days"] == len(plan["days"])
        assert row["site"] == plan["contact"]["site"]
        after = plan["after"] or dict.fromkeys(("drug", "instruction"))
        assert [row["after_drug"], row["after_instruction"]] == [
            after["drug"],
            after["instruction"],
        ]
        assert (row["after_mg"] and "/".join(row["after_mg"])) == after.get("dose_mg")


def test_quantities_and_findings_are_those_of_the_json(samples, documents):
    expected = [{"participant": p["participant"], **q} for p in documents for q in p["quantities"]]
    assert as_said(rows(samples, parquet.QUANTITIES)) == expected
    expected = [
        {
            "participant": plan["participant"],
            **{key: finding[key] for key in ("code", "severity", "date", "step")},
        }
        for plan in documents
        for finding in plan["findings"]
    ]
    assert as_said(rows(samples, parquet.FINDINGS)) == expected


def test_doses_are_exact_decimals_and_dates_are_dates(samples):
    schema = pq.read_schema(samples / parquet.DAYS)
    assert schema.field("date").type == pa.date32()
    assert schema.field("dose_mg").type == pa.decimal128(12, 4)
    assert schema.field("prednisone_equivalent_mg").type == pa.decimal128(12, 4)
    tablet = schema.field("tablets").type.value_type
    assert [tablet.field(i).type for i in range(2)] == [pa.decimal128(12, 4)] * 2
    for name in parquet.NAMES:
        kinds = {str(kind) for kind in pq.read_schema(samples / name).types}
        assert not kinds & {"double", "float"}


def test_a_divided_day_has_its_times_and_another_has_none():
    """§9.2.6."""
    divided = build.plan(steroid={"times": {"morning": 2, "midday": 1}})
    each = (divided, build.plan())
    said = [SimpleNamespace(participant="A", kept=Kept.of(made)) for made in each]
    times = [Days().of([entry])[-1].to_pylist() for entry in said]
    expected = [day.get("times") for day in plan_document.as_dict(divided)["days"]]
    assert as_said(times[0]) == expected
    assert set(times[1]) == {None}
    steps = [next(of_steps(entry))[-1] for entry in said]
    assert as_said(steps[0]) == [expected[0]]
    assert steps[1] is None


@pytest.mark.parametrize("since", ["2026-03-01", "2026-03-04", "2026-03-08", "2026-04-01", None])
@pytest.mark.parametrize("number", [0, 1])
def test_days_are_numbered_as_the_plan_numbers_them(since, number):
    plan = plan_file(SAMPLES / "IIM-001-prednisone-25-mg.yaml", today=LATER)
    start = since and date.fromisoformat(since)
    plan = replace(plan, first_infusion=start, infusion_day=number)
    first = date(2026, 3, 1)
    dates = [first + timedelta(days=i) for i in range(14)]
    day = counted(first.toordinal(), 14, since, number, before=True)
    assert day == [NONE if (n := plan.trial_day(d)) is None else n for d in dates]
    if start is None:
        return  # no taper is without its first day
    plan = replace(plan, taper_start=start)
    taper_day = counted(first.toordinal(), 14, since, 1, before=False)
    assert taper_day == [NONE if (n := plan.taper_day(d)) is None else n for d in dates]


# Files ------------------------------------------------------------------------------------------


def test_parquet_alone_writes_no_file_a_participant(run_batch, tmp_path):
    result = run_batch("--format", "parquet")
    assert result.exit_code == 0
    assert result.stdout.endswith("Written to out: 5 parquet.\n")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        *parquet.NAMES,
        *("ledger.jsonl", "manifest.json", "summary.csv", "summary.xlsx", "index.html"),
        *("tablets.csv", "runs"),
    }
    assert audit(tmp_path / "out").found == []


def test_rows_are_by_participant_and_bytes_depend_neither_on_workers_nor_on_groups(
    patients, tmp_path
):
    for workers in (1, 2):
        run(patients, tmp_path / f"out-{workers}", formats=(), parquet=True, workers=workers)
    assert tree(tmp_path / "out-1") == tree(tmp_path / "out-2")
    before = {name: rows(tmp_path / "out-1", name) for name in parquet.NAMES}
    ids = [row["participant"] for row in before[parquet.DAYS]]
    assert ids == sorted(ids)
    (tmp_path / "few").mkdir()
    for name, written_to in parquet.writers(at_a_time=2).items():
        with (tmp_path / "few" / name).open("wb") as table:
            written_to(table, lambda: entries(tmp_path / "out-1"))
    assert pq.ParquetFile(tmp_path / "few" / parquet.PLANS).num_row_groups == 3
    assert {name: rows(tmp_path / "few", name) for name in parquet.NAMES} == before


def test_once_asked_for_the_tables_are_kept_up_to_date(patients, tmp_path):
    out = tmp_path / "out"
    run(patients, out, parquet=True)
    write(patients, "IIM-001", more=FLARE)
    run(patients, out, today=LATER)
    plan = json.loads((out / "IIM-001.json").read_text())
    found = [row for row in rows(out, parquet.DAYS) if row["participant"] == "IIM-001"]
    assert len(found) == len(plan["days"])
    assert rows(out, parquet.PLANS)[0]["revision"] == plan["revision"] == 2
    assert audit(out).found == []


def test_tables_may_be_asked_for_later(patients, tmp_path):
    run(patients, tmp_path / "out")
    run(patients, tmp_path / "out", parquet=True)
    run(patients, tmp_path / "at-once", parquet=True)
    assert tree(tmp_path / "out") == tree(tmp_path / "at-once")


def test_a_table_that_was_touched_or_lost_is_found_and_made_again(patients, tmp_path):
    out = tmp_path / "out"
    run(patients, out, parquet=True)
    right = tree(out)
    (out / parquet.DAYS).write_bytes(b"PAR1")
    (out / parquet.PLANS).unlink()
    assert {(each.file, each.fault) for each in audit(out).found} == {
        (parquet.DAYS, "touched"),
        (parquet.PLANS, "missing"),
    }
    run(patients, out)
    assert differences(tree(out), right) == []


def test_a_run_that_failed_anywhere_is_gone_on_with(patients, tmp_path):
    right, out = tmp_path / "right", tmp_path / "out"
    with Points(right, nothing) as points:
        run(patients, right, parquet=True)
    for point in range(1, points.count, 9):
        shutil.rmtree(out, ignore_errors=True)
        with Points(out, failing_at(point, errno.EIO)), contextlib.suppress(TaperError):
            run(patients, out, parquet=True)
        with Points(out, nothing):
            run(patients, out, parquet=True)
        assert differences(tree(out), tree(right)) == [], point


# What is refused --------------------------------------------------------------------------------


def test_without_pyarrow_one_sentence_says_so_before_anything_is_written(
    run_batch, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    result = run_batch("--format", "parquet")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == f"{parquet.LACKING}\n"
    assert ".[parquet]" in result.stderr
    assert not (tmp_path / "out").exists()


def test_tables_that_could_not_be_kept_up_to_date_end_a_batch_before_it_begins(
    patients, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    run(patients, out, parquet=True)
    before = tree(out)
    write(patients, "IIM-001", more=FLARE)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(EnvironmentLacking):
        run(patients, out)
    assert tree(out) == before


def test_a_plan_alone_is_no_table(taper, patients):
    result = taper("plan", patients / "IIM-001.yaml", "--format", "parquet")
    assert result.exit_code == 2
    assert result.stderr == (
        "--format is parquet, which holds the plans of a whole batch; allowed: "
        f"{dose.join(list(BY_NAME), 'or')}, or taper batch.\n"
    )


@pytest.mark.parametrize("name", ["days.parquet", "summary.csv", "manifest.json"])
def test_a_file_of_the_name_of_a_summary_that_no_batch_wrote_is_left_alone(
    run_batch, tmp_path, name
):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("mine")
    result = run_batch("--format", "parquet")
    assert result.exit_code == 1
    assert f"out/{name} cannot be written: a file that no batch wrote is in the way" in (
        result.stderr
    )
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]
    assert (tmp_path / "out" / name).read_text() == "mine"


def test_of_very_many_neither_page_nor_workbook_is_made(patients, tmp_path):
    """A spreadsheet has a million rows, and leaves the others out without a word."""
    out = tmp_path / "out"
    run(patients, out, parquet=True)
    with keeping.opened(out) as kept:
        finishing.finish(kept, merged=False, tables=True, most_listed=4)
    assert not (out / "summary.xlsx").exists()
    assert not (out / "index.html").exists()
    assert (out / "summary.csv").exists()
    assert audit(out).found == []
