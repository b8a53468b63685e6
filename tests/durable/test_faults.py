"""A disk that refuses ends a run with a sentence and breaks nothing.

Each thing that a batch does to its folder is refused once: by a full disk, by a fault, by a disk
that became read-only. Afterwards the same command, on a disk in order, ends as if nothing had
been. A few points in every run, all of them in `make prove`.
"""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path

import pytest
from durable.folders import FLARE, LATER, differences, run, tree, write
from durable.points import Points, failing_at, nothing
from proving import PROVE

from taper.errors import TaperError
from taper.folder.keeping import Together

EVERY = 1 if PROVE else 8
FEW = Together(participants=3)
REFUSALS = {
    errno.ENOSPC: "the disk is full",
    errno.EIO: "the disk reports a fault",
    errno.EROFS: "the disk is read-only",
}


@pytest.fixture
def before(patients, tmp_path) -> Path:
    """A folder as an earlier batch left it, before two calendars changed."""
    run(patients, tmp_path / "before", together=FEW)
    write(patients, "IIM-001", more=FLARE)
    write(patients, "IIM-003", second="date: 2026-05-07")
    write(patients, "IIM-005")
    return tmp_path / "before"


@pytest.mark.parametrize("number", REFUSALS, ids=errno.errorcode.__getitem__)
def test_whatever_is_refused_is_a_sentence_and_breaks_nothing(number, before, patients, tmp_path):
    out = tmp_path / "out"

    def anew() -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(before, out)

    anew()
    with Points(out, nothing) as points:
        run(patients, out, today=LATER, together=FEW)
    right = tree(out)
    for point in range(0, points.count, EVERY):
        anew()
        with Points(out, failing_at(point, number)):
            said = refused_by(patients, out)
        assert said is None or (len(said.splitlines()) == 1 and REFUSALS[number] in said), point
        for name, data in tree(out).items():
            if name.endswith(".json") and not name.startswith(".taper"):
                json.loads(data)
        with Points(out, nothing):
            run(patients, out, today=LATER, together=FEW)
        assert differences(tree(out), right) == [], f"at point {point}, which said {said}"


def refused_by(patients: Path, out: Path) -> str | None:
    """What the batch said; None where it could do without, as with the flush of a folder."""
    try:
        outcomes = run(patients, out, today=LATER, together=FEW)
    except TaperError as error:
        return str(error)
    assert not any(outcome.refused for outcome in outcomes)
    return None


def test_a_full_disk_says_what_to_do_and_how_far_it_came(run_batch, patients, tmp_path):
    run_batch()
    write(patients, "IIM-001", more=FLARE)
    with Points(tmp_path / "out", failing_at(5, errno.ENOSPC)):
        result = run_batch()
    assert result.stderr == (
        "out/.taper/staged cannot be written: the disk is full; what was done before is whole, "
        "and the same command goes on from there.\n"
    )
    assert result.exit_code == 1


def test_what_was_written_before_the_disk_was_full_is_told(run_batch, patients, tmp_path):
    for number in range(10, 40):  # more than are flushed together
        write(patients, f"IIM-{number:03}")
    (tmp_path / "out").mkdir()
    with Points(tmp_path / "out", failing_at(80, errno.ENOSPC)):
        result = run_batch()
    assert result.stdout.startswith("Participant")
    assert "IIM-001" in result.stdout
    assert "IIM-039" not in result.stdout
    assert "the disk is full" in result.stderr
    assert result.exit_code == 5


# What stands in the way ------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["ledger.jsonl", "manifest.json", "summary.csv", "summary.xlsx", "index.html", "superseded"],
)
def test_a_link_in_the_place_of_a_file_of_the_batch_is_refused(run_batch, tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir() if name == "superseded" else elsewhere.write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to(elsewhere)
    result = run_batch()
    assert result.exit_code == 1
    assert f"out/{name} cannot be written: a symbolic link of that name is in the way" in (
        result.stderr
    )
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]
    assert elsewhere.is_dir() or elsewhere.read_text() == "mine"


def test_a_link_in_the_place_of_a_participant_concerns_no_other(run_batch, tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "IIM-001.json").symlink_to(tmp_path / "mine")
    result = run_batch()
    assert result.exit_code == 3
    assert result.stderr == (
        "IIM-001.yaml: out/IIM-001.json cannot be written: a symbolic link of that name is in the "
        "way.\n"
    )
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "out" / "IIM-002.json").is_file()


def test_the_folder_of_the_lock_may_be_no_link(run_batch, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".taper").symlink_to(tmp_path / "elsewhere")
    result = run_batch()
    assert result.exit_code == 1
    assert "a symbolic link of that name is in the way" in result.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_no_batch_wrote_is_never_written_over(run_batch, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "IIM-001.json").write_text("mine")
    result = run_batch()
    assert result.exit_code == 3
    assert "out/IIM-001.json cannot be written: a file that no batch wrote is in the way" in (
        result.stderr
    )
    assert (tmp_path / "out" / "IIM-001.json").read_text() == "mine"


@pytest.mark.parametrize("name", ["manifest", "INDEX"])
def test_a_participant_named_like_a_summary_is_refused(run_batch, patients, tmp_path, name):
    write(patients, name)
    suffix = "json" if name == "manifest" else "html"
    result = run_batch("--format", suffix)
    assert result.exit_code == 3
    assert "a summary of the batch has that name" in result.stderr
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_nothing_is_left_where_nothing_was_written(run_batch, patients, tmp_path):
    for path in patients.iterdir():
        path.write_text("participant: X\n")
    assert run_batch().exit_code == 1
    assert not (tmp_path / "out").exists()
