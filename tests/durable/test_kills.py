"""A run killed at any moment is resumed by the same command and ends as if it had not been.

A few points in every run, and a batch of tables killed at random; all points, and many batches
of either kind, in `make prove`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from durable.folders import FLARE, differences, run, tree, write
from proving import PROVE, every

from taper.folder.audit import audit

KILLED = Path(__file__).with_name("killed.py")
EVERY = 1 if PROVE else 11
RANDOM_KILLS = PROVE or 2
COMMAND = "from taper.cli import main; main()"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows knows no fork and no SIGKILL")


def of_its_own(*words: object) -> list[str]:
    return [sys.executable, *(str(word) for word in words)]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@pytest.fixture
def changed(patients, tmp_path) -> Path:
    """A folder as an earlier batch left it, before two calendars changed and a third was lost."""
    out = tmp_path / "before"
    run(patients, out)
    write(patients, "IIM-001", more=FLARE)
    write(patients, "IIM-003", second="date: 2026-05-07")
    (out / "IIM-002.json").unlink()
    return out


@pytest.mark.parametrize("start", range(2))
@pytest.mark.parametrize("before", ["empty", "changed"])
def test_a_run_killed_while_it_changes_anything_is_gone_on_with(
    before, start, patients, tmp_path, request
):
    former = request.getfixturevalue("changed") if before == "changed" else tmp_path / "none"
    done = subprocess.run(
        of_its_own(KILLED, patients, former, tmp_path, 2 * EVERY, start * EVERY),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert done.stderr == ""
    points = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(points) >= 2
    right = {"ended": 9, "differs": [], "half": [], "told": True}
    assert [point for point in points if point | right != point] == []


@pytest.mark.parametrize("format", every(2, ["parquet", "json"], in_prove=1))
def test_processes_killed_at_random_end_as_one_that_was_not(patients, tmp_path, format):
    for number in range(100, 125 if PROVE else 112):
        write(patients, f"IIM-{number}")
    each = {"json": {"formats": ["json"]}, "parquet": {"formats": [], "parquet": True}}
    run(patients, tmp_path / "right", **each[format])
    right = tree(tmp_path / "right")
    seed = random.randrange(1 << 30)
    chance = random.Random(seed)
    out, killed = tmp_path / "out", 0
    while killed < RANDOM_KILLS:
        if kill_one(patients, out, format, workers=1 + killed % 2, chance=chance):
            killed += 1
        else:  # it was faster: right already, and nothing is left to be killed in
            assert differences(tree(out), right) == [], f"seed {seed}, after {killed} kills"
            shutil.rmtree(out)
    finish(patients, out, format, workers=2)
    assert differences(tree(out), right) == [], f"seed {seed}"
    assert audit(out).found == []


def started(source: Path, out: Path, format: str, workers: int) -> subprocess.Popen[bytes]:
    words = ("batch", source, "--out", out, "--format", format, "--today", "2026-11-23")
    return subprocess.Popen(
        of_its_own("-c", COMMAND, *words, "--workers", workers, "--quiet"),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(source: Path, out: Path, format: str, workers: int) -> None:
    running = started(source, out, format, workers)
    _, said = running.communicate(timeout=120)
    assert (running.returncode, said) == (0, b"")


def kill_one(source: Path, out: Path, format: str, workers: int, chance: random.Random) -> bool:
    """Kill a batch some moment after it has begun; whether that was before its end."""
    running = started(source, out, format, workers)
    lock = out / ".taper" / "lock"
    while running.poll() is None and not lock.exists():
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.6 if workers == 1 else 1.5))
    running.send_signal(signal.SIGKILL)
    _, said = running.communicate(timeout=60)
    assert running.returncode in (0, -signal.SIGKILL), said
    return running.returncode != 0
