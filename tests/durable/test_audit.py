"""`taper audit` and `taper history`: what was touched is named, and nothing else."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from durable.folders import FLARE, LATER, run, tree, write

from taper.folder.audit import audit
from taper.folder.discrepancies import Fault


@pytest.fixture
def out(patients, tmp_path):
    """A folder with a revision behind it."""
    run(patients, tmp_path / "out")
    write(patients, "IIM-001", more=FLARE)
    run(patients, tmp_path / "out", today=LATER)
    return tmp_path / "out"


def found(out) -> list[tuple[str, Fault]]:
    return [(each.file, each.fault) for each in audit(out).found]


EVERY_FILE = [
    "IIM-001.json",
    "IIM-009.json",
    "superseded/IIM-001-r1.json",
    "summary.csv",
    "summary.xlsx",
    "tablets.csv",
    "index.html",
]


def test_a_folder_that_nobody_touched_agrees(out):
    result = audit(out)
    assert (result.found, result.participants, result.lines) == ([], 5, 8)
    assert result.files == len([p for p in out.rglob("*") if p.is_file()]) - 2


def test_an_audit_writes_nothing(out, taper):
    before = tree(out)
    taper("audit", out)
    taper("history", out)
    assert tree(out) == before


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_file_that_was_touched_is_named(out, name):
    data = bytearray((out / name).read_bytes())
    data[len(data) // 2] ^= 1
    (out / name).write_bytes(data)
    assert found(out) == [(name, Fault.TOUCHED)]


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_file_that_is_missing_is_named(out, name):
    (out / name).unlink()
    assert found(out) == [(name, Fault.MISSING)]


@pytest.mark.parametrize("name", ["IIM-777.json", "notes.txt", "superseded/IIM-002-r1.json"])
def test_a_file_that_no_batch_wrote_is_named(out, name):
    (out / name).write_text("{}")
    assert found(out) == [(name, Fault.EXTRA)]


def test_a_link_to_the_same_bytes_is_not_the_file(out, tmp_path):
    shutil.move(out / "IIM-001.json", tmp_path / "elsewhere")
    (out / "IIM-001.json").symlink_to(tmp_path / "elsewhere")
    assert found(out) == [("IIM-001.json", Fault.TOUCHED)]


@pytest.mark.parametrize("place", range(8))
def test_a_line_of_the_ledger_that_was_changed_is_named(out, place):
    path = out / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[place] = lines[place].replace(b':"2026-11-2', b':"2026-11-1', 1)
    path.write_bytes(b"".join(lines))
    (one,) = audit(out).found
    assert (one.file, one.fault) == ("ledger.jsonl", Fault.TOUCHED)
    assert f"line {min(place + 2, 8)} " in one.said


def test_a_line_that_is_taken_out_is_named(out):
    path = out / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert ("ledger.jsonl", Fault.TOUCHED) in found(out)


def test_a_ledger_that_ends_early_is_named(out):
    path = out / "ledger.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert ("ledger.jsonl", Fault.TOUCHED) in found(out)


def test_a_ledger_that_is_missing_is_named(out):
    (out / "ledger.jsonl").unlink()
    assert ("ledger.jsonl", Fault.MISSING) in found(out)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"revision": 2', '"revision": 3'), ('"taper 0', '"taper 1'), ("IIM-002", "IIM-022")],
)
def test_a_manifest_that_was_changed_is_named(out, old, new):
    path = out / "manifest.json"
    path.write_text(path.read_text().replace(old, new, 1))
    assert found(out) == [("manifest.json", Fault.TOUCHED)]


def test_a_run_that_was_ended_is_unfinished_and_nothing_worse(out):
    (out / "manifest.json").unlink()
    assert found(out) == [(str(out), Fault.UNFINISHED)]


@pytest.mark.parametrize("name", ["refused.csv", ".DS_Store"])
def test_what_no_ledger_could_tell_of_is_nobodys_fault(out, name):
    (out / name).write_text("")
    assert found(out) == []


# On the command line ----------------------------------------------------------------------------


def test_agreement_ends_with_0_and_one_line(taper, out):
    result = taper("audit", out.name)
    assert (result.exit_code, result.stdout) == (
        0,
        "out: 5 participants, 12 files, 8 lines of the ledger; all agree.\n",
    )


def test_disagreement_ends_with_1_and_a_sentence_each(taper, out):
    (out / "IIM-002.json").write_text("{}")
    (out / "IIM-003.json").unlink()
    result = taper("audit", out.name)
    assert result.exit_code == 1
    assert result.stdout == (
        "IIM-002.json is touched: it is not what was written for revision 1 of IIM-002.\n"
        "IIM-003.json is missing: it was written for revision 1 of IIM-003.\n"
        "out: 5 participants, 12 files, 8 lines of the ledger; 2 of them do not agree.\n"
    )


def test_a_program_is_told_as_json(taper, out):
    (out / "IIM-002.json").unlink()
    told = json.loads(taper("audit", out, "--format", "json").stdout)
    assert (told["agrees"], told["found"][0]["file"]) == (False, "IIM-002.json")
    assert told["found"][0]["fault"] == "missing"


@pytest.mark.parametrize("command", ["audit", "history"])
@pytest.mark.parametrize("place", ["nowhere", "patients", "patients/IIM-001.yaml"])
def test_a_folder_that_no_batch_wrote_is_refused(taper, patients, command, place):
    result = taper(command, place)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "the folder that a batch was written to" in result.stderr


def test_history_tells_each_revision_and_why_within_80_columns(taper, out):
    result = taper("history", out)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["Participant", "Rev", "Issued", "Plan", "Why"]
    assert lines[2].startswith("IIM-001        1  2026-11-23  ")
    assert lines[3].startswith("               2  2026-11-25  ")
    assert "event: flare of 2026-06-11 added; past" in lines[3]


def test_history_of_one_tells_its_files(taper, out):
    said = taper("history", out, "IIM-001").stdout
    assert "superseded/IIM-001-r1.json, until revision 2\n" in said
    assert "IIM-001.json, current, made by taper" in said
    assert "IIM-002" not in said


def test_history_of_nobody_names_who_may_be_meant(taper, out):
    result = taper("history", out.name, "IIM-0001")
    assert result.exit_code == 1
    assert "IIM-0001" in result.stderr
    assert "5 in the ledger" in result.stderr


@pytest.mark.parametrize("words", [(), ("IIM-001",), ("--format", "json")])
@pytest.mark.parametrize(
    ("left", "said"),
    [
        (b"", "has no whole line"),
        (b"\x00\xff garbage", "has no whole line"),
        (b"garbage\n", "was changed: line 1 is no line of a ledger"),
        (None, "is missing"),
    ],
    ids=["emptied", "garbage", "a line of garbage", "removed"],
)
def test_history_of_a_ledger_that_is_none_says_so(taper, out, left, said, words):
    path = out / "ledger.jsonl"
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    result = taper("history", out, *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{path} {said}; `taper audit` says more.\n"


def test_history_as_json_is_the_ledger_itself(taper, out):
    said = taper("history", out, "--format", "json").stdout
    assert said.encode() == (out / "ledger.jsonl").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_folder_that_may_only_be_read_can_be_audited(out):
    out.chmod(0o555)
    try:
        assert found(out) == []
    finally:
        out.chmod(0o755)
