"""Ledgers that lie in folders today are read for ever: two of 0.1.0, as it wrote them.

The older of the two is from before there were tables and translations.
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from durable.folders import LATER, run, tree, write

from taper.errors import Refusal
from taper.exports import parquet
from taper.folder.audit import audit
from taper.folder.told import history
from taper.record import ledger

LEDGERS = Path(__file__).with_name("ledgers")
WITH_TABLES = LEDGERS / "0.1.0.jsonl"
BEFORE_TABLES = LEDGERS / "0.1.0-before-tables.jsonl"
WITHDRAWN = "events: [{type: withdraw, date: 2026-06-11, reason: Anna asked}]\n"
OWN = """\
id: own
title: own
version: "1.0"
status: illustrative
sources: [a test]
infusions: [{number: 1, months: 0}, {number: 2, months: 3}]
market: US
taper:
  after_infusion: 2
  target_mg: 5
  regimen:
    kind: steps
    steps: [{mg: [10, 7.5], days: 15}, {mg: [7.5, 5, 5], days: 2}, {mg: 5, days: 14}]
flare: {}
"""


@pytest.fixture
def patients(tmp_path) -> Path:
    """The participants that the ledgers tell of, as they were said last."""
    folder = tmp_path / "patients"
    (folder / "protocols").mkdir(parents=True)
    (folder / "protocols" / "own.yaml").write_text(OWN)
    write(folder, "IIM-001", more=WITHDRAWN)
    write(
        folder,
        "IIM-002",
        protocol="protocols/own.yaml",
        dose_mg="12.5",
        strengths="[{mg: 5, split: 2}]",
        second="date: 2027-01-31",
    )
    (folder / "IIM-009.yaml").write_text("participant: IIM-009\nprotocol: iimpact\nsteroid: none\n")
    return folder


def begun_by(kept: Path, out: Path) -> Path:
    """A folder of which this ledger alone is left."""
    out.mkdir()
    (out / "ledger.jsonl").write_bytes(kept.read_bytes())
    return out


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_line_is_read_and_said_again_to_the_byte():
    assert [ledger.line_of(entry) for entry, _ in ledger.chained(lines(WITH_TABLES))] == (
        lines(WITH_TABLES)
    )


def test_a_line_from_before_there_were_tables_says_again_what_it_said():
    for entry, line in zip(history_of(BEFORE_TABLES), lines(BEFORE_TABLES), strict=True):
        assert json.loads(ledger.line_of(entry)) == json.loads(line) | {"draft_translation": False}


def history_of(path: Path) -> list[ledger.Entry]:
    return [entry for entry, _ in ledger.chained(lines(path))]


@pytest.mark.parametrize("kept", [WITH_TABLES, BEFORE_TABLES], ids=["tables", "before"])
def test_a_batch_goes_on_with_it(kept, patients, tmp_path):
    out = begun_by(kept, tmp_path / "out")
    outcomes = run(patients, out, today=LATER)
    assert [(each.participant, each.refused) for each in outcomes] == [
        ("IIM-001", ()),
        ("IIM-002", ()),
        ("IIM-009", ()),
    ]
    assert (out / "ledger.jsonl").read_bytes().startswith(kept.read_bytes())
    assert [each.file for each in audit(out).found] == ["superseded/IIM-001-r1.json"]
    assert history(out, "IIM-001")[1].replaces.changed_from.isoformat() == "2026-06-11"


def test_its_tables_are_made_of_it_alone(patients, tmp_path):
    out = begun_by(WITH_TABLES, tmp_path / "out")
    run(patients, out, today=LATER, parquet=True)
    steps = pq.read_table(out / parquet.STEPS).to_pylist()
    own = [row for row in steps if row["participant"] == "IIM-002"]
    assert [[str(mg.normalize()) for mg in row["daily_mg"]] for row in own] == [
        ["12.5"],
        ["1E+1", "7.5"],
        ["7.5", "5"],
        ["5"],
    ]
    assert [(row["step"], row["kind"], row["days"], str(row["end"])) for row in own] == [
        (0, "run-in", 14, "2027-02-13"),
        (1, "taper", 15, "2027-02-28"),
        (2, "taper", 2, "2027-03-02"),
        (3, "maintenance", 28, "2027-03-30"),
    ]


def test_the_ledger_of_an_older_taper_is_read_and_has_no_tables(patients, tmp_path):
    out = begun_by(BEFORE_TABLES, tmp_path / "out")
    run(patients, out, today=LATER)
    before = tree(out)
    with pytest.raises(Refusal, match=r"ledger\.jsonl: the line of IIM-001 is of an older taper"):
        run(patients, out, today=LATER, parquet=True)
    assert tree(out) == before
