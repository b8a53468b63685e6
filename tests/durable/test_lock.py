"""A lock keeps a second run out; a dead run keeps nobody out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from durable.folders import run, tree
from durable.points import Points

from taper.errors import TaperError
from taper.folder.audit import audit
from taper.storage import lock
from taper.storage.open_folder import OpenFolder

HOLD = """\
import sys
from pathlib import Path
from taper.storage import lock
from taper.storage.open_folder import OpenFolder
with OpenFolder(Path(sys.argv[1])) as folder, lock.held(folder):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that has the folder."""
    (tmp_path / "out").mkdir()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "out"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_second_run_is_kept_out_with_a_sentence(holder, run_batch, tmp_path):
    before = tree(tmp_path / "out")
    result = run_batch()
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(
        f"out is being written by another run of taper (process {holder.pid} on "
    )
    assert result.stderr.endswith("); wait until it has ended.\n")
    assert len(result.stderr.splitlines()) == 1
    assert tree(tmp_path / "out") == before


def test_a_folder_that_is_being_written_is_not_audited(run_batch, tmp_path, patients):
    run(patients, tmp_path / "out")
    with (
        OpenFolder(tmp_path / "out") as folder,
        lock.held(folder),
        pytest.raises(TaperError, match="is being written by a batch"),
    ):
        audit(tmp_path / "out")
    assert audit(tmp_path / "out").found == []


def test_a_run_that_was_killed_keeps_nobody_out(holder, run_batch, tmp_path):
    holder.kill()
    holder.wait(timeout=30)
    assert (tmp_path / "out" / ".taper" / "lock").is_file()
    assert run_batch().exit_code == 0
    assert not (tmp_path / "out" / ".taper").exists()


def test_what_a_dead_run_wrote_into_the_lock_is_nobody(run_batch, tmp_path):
    (tmp_path / "out" / ".taper").mkdir(parents=True)
    (tmp_path / "out" / ".taper" / "lock").write_text(f"process {os.getpid()} on this machine")
    assert run_batch().exit_code == 0


def test_a_run_leaves_no_lock_behind(run_batch, tmp_path):
    run_batch()
    assert not (tmp_path / "out" / ".taper").exists()


def test_a_lock_that_its_holder_has_just_removed_is_taken_anew(tmp_path):
    """Between opening the file and locking it, the run before may have removed it."""
    removed: list[str] = []

    def slow(name: str, real: Callable[..., Any], args: tuple[Any, ...], before: int) -> Any:
        done = real(*args)
        if name == "open" and not removed:
            removed.append(name)
            (tmp_path / lock.FILE).unlink()
        return done

    with Points(tmp_path, slow), OpenFolder(tmp_path) as folder:
        with lock.held(folder):
            assert removed
            assert lock.is_held(folder)
        assert not lock.is_held(folder)
