"""Whatever ends the reader of a file is a word about that file, and concerns no other.

Every door through which bytes come from elsewhere has its case; tables have theirs beside them.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import taper
from taper import sources
from taper.cli import app
from taper.confined import process, reading
from taper.errors import ExitCode, Refusal
from taper.record import ledger, manifest
from taper.signing import making, rotation
from taper.sources import yaml_event, yaml_parser

SAMPLES = Path(__file__).parents[2] / "sample_patients"
TODAY = ("--today", "2026-11-23")
ENDS = "one that ends its reader, or takes more than 2 GB to read"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def ends_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Let the process that reads end in a function of a module, where something is in its bytes.

    A copy of this process has what was changed here; this one must not call what is changed.
    """
    monkeypatch.setattr(process, "can_fork", lambda: True)

    def change(module: ModuleType, name: str, trigger: str = "") -> None:
        right, here = getattr(module, name), os.getpid()

        def spoilt(*given: Any, **named: Any) -> Any:
            if os.getpid() != here and any(trigger in _text(each) for each in given):
                os.kill(os.getpid(), signal.SIGSEGV)
            return right(*given, **named)

        monkeypatch.setattr(module, name, spoilt)
        process.end_kept(reading.CHILD)

    yield change
    process.end_kept(reading.CHILD)


def _text(given: object) -> str:
    return given.decode() if isinstance(given, bytes) else str(given)


@pytest.fixture
def patient(tmp_path: Path) -> Path:
    path = tmp_path / "patients" / "IIM-001.yaml"
    path.parent.mkdir()
    path.write_bytes((SAMPLES / "IIM-001-prednisone-25-mg.yaml").read_bytes())
    return path


@pytest.fixture
def out(patient: Path, tmp_path: Path) -> Path:
    """The folder of a batch that is over."""
    run("batch", patient.parent, "--out", tmp_path / "out", *TODAY, "--format", "json")
    return tmp_path / "out"


def test_a_participants_file(ends_at, patient):
    ends_at(yaml_parser, "scan")
    for words in (["plan", patient, *TODAY], ["check", patient]):
        found = run(*words)
        assert found.exit_code == ExitCode.REFUSED
        assert f"the file is {ENDS}; allowed: " in " ".join(found.output.split())


def test_the_text_that_a_program_hands_over(ends_at, patient):
    ends_at(yaml_parser, "scan")
    with pytest.raises(Refusal, match=f"^the participant: the file is {ENDS}"):
        taper.plan("iimpact", patient.read_text(), today="2026-11-23")


def test_one_file_of_a_batch_and_no_other(ends_at, patient, tmp_path):
    hurts = patient.with_name("IIM-002.yaml")
    hurts.write_text(patient.read_text() + "# hurts\n")
    ends_at(yaml_parser, "scan", "hurts")
    found = run("batch", patient.parent, "--out", tmp_path / "out", *TODAY, "--format", "json")
    assert found.exit_code == ExitCode.SOME_REFUSED
    assert (tmp_path / "out" / "IIM-001.json").exists()
    assert "IIM-002.yaml: the file is one that ends its reader" in " ".join(found.output.split())


def test_a_file_that_an_event_is_written_into(ends_at, patient):
    before = patient.read_bytes()
    ends_at(yaml_event, "edited")
    found = run("event", patient, "flare", "--date", "2026-11-24", *TODAY, "--yes")
    assert found.exit_code == ExitCode.REFUSED
    assert "the file is one that ends its reader" in " ".join(found.output.split())
    assert patient.read_bytes() == before


def test_an_earlier_plan(ends_at, patient, out):
    ends_at(json, "loads")
    found = run("plan", patient, *TODAY, "--replaces", out / "IIM-001.json", "--format", "html")
    assert found.exit_code == ExitCode.REFUSED
    assert "IIM-001.json: the file is one that ends its reader" in " ".join(found.output.split())


def test_medication_requests_of_another_system(ends_at, tmp_path):
    path = tmp_path / "request.json"
    path.write_text('{"resourceType": "MedicationRequest"}')
    ends_at(json, "loads")
    found = run("read-fhir", path)
    assert found.exit_code == ExitCode.REFUSED
    assert "request.json: the file is one that ends its reader" in " ".join(found.output.split())


def test_a_ledger_is_said_to_be_changed(ends_at, patient, out):
    ends_at(ledger, "refuse_other", '"kind":"run"')
    audited = run("audit", out)
    assert audited.exit_code == ExitCode.REFUSED
    assert f"line 2 is {ENDS}" in " ".join(audited.output.split())
    again = run("batch", patient.parent, "--out", out, *TODAY, "--format", "json")
    assert again.exit_code == ExitCode.REFUSED
    assert f"was changed: line 2 is {ENDS}" in " ".join(again.output.split())


def test_a_manifest_is_said_not_to_tell(ends_at, out):
    ends_at(manifest, "refuse_other")
    found = run("audit", out)
    assert found.exit_code == ExitCode.REFUSED
    assert "it does not say how far the ledger went" in " ".join(found.output.split())


def test_a_public_key(ends_at, tmp_path):
    made = making.new_key(tmp_path / "trial.key")
    ends_at(rotation, "public_key")
    found = run("key", "page", "--known-key", made.public, "--out", tmp_path / "page.html")
    assert found.exit_code == ExitCode.REFUSED
    assert not (tmp_path / "page.html").exists()


def test_where_no_process_can_begin_the_machine_lacks_something(monkeypatch, patient):
    process.end_kept(reading.CHILD)
    monkeypatch.setattr(process, "can_fork", lambda: False)
    monkeypatch.setattr(process.sys, "executable", "/nonexistent/python")
    found = run("plan", patient, *TODAY)
    assert found.exit_code == ExitCode.ENVIRONMENT
    assert "The process that reads files did not begin; allowed: " in " ".join(found.output.split())


def test_without_a_copy_of_this_process_a_new_one_reads(monkeypatch, patient):
    """As where there is no fork, and no waiting for a pipe: on Windows, and beside threads."""
    process.end_kept(reading.CHILD)
    monkeypatch.setattr(process, "can_fork", lambda: False)
    monkeypatch.setattr(process, "CAN_WAIT", False)
    with reading.reading_here():
        expected = sources.read(patient)
    assert sources.read(patient) == expected
    monkeypatch.setattr(reading, "SECONDS", 0)
    with pytest.raises(Refusal, match="the file is one that is not read within 0 seconds"):
        sources.read(patient)


def test_a_file_is_read_though_the_current_folder_was_removed(monkeypatch, patient, tmp_path):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert sources.read(patient).data["participant"] == "IIM-001"


def test_a_copy_of_a_program_asks_a_process_of_its_own(patient):
    """An answer that is meant for another must never be taken for one's own."""
    mine = sources.read(patient)
    reader = process.kept(reading.CHILD)
    asked, answer = os.pipe()
    if (copy := os.fork()) == 0:
        try:
            same = sources.read(patient) == mine and process.kept(reading.CHILD) != reader
            os.write(answer, json.dumps(same).encode())
            process.end_kept(reading.CHILD)
        finally:
            os._exit(0)
    os.waitpid(copy, 0)
    assert os.read(asked, 10) == b"true"
    assert sources.read(patient) == mine
    assert process.kept(reading.CHILD) == reader
    os.close(asked)
    os.close(answer)
