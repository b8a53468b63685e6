"""`taper batch`: whoever does the work, and what is told on the way."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from cli.batch.folders import BAD, PLAN, TODAY, names

from taper.errors import EnvironmentLacking, ExitCode, Obstacle
from taper.folder.outcomes import Outcome, Tally
from taper.operations.site import runs
from taper.operations.site.asked import Asked, watched
from taper.planning.plan import State
from taper.workers.pool import Pool

# Whoever does the work ----------------------------------------------------------------------------


class LastFirst(Executor):
    """Does its tasks only when asked for a result, and then the newest first."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future, object, tuple]] = []

    def submit(self, fn, /, *args):
        executor = self

        class Asked(Future):
            def result(self, timeout=None):
                while executor.waiting:
                    future, work, with_these = executor.waiting.pop()
                    future.set_result(work(*with_these))
                return super().result(timeout)

        future = Asked()
        self.waiting.append((future, fn, args))
        return future


@pytest.fixture
def twelve(write) -> Path:
    for number in range(12):
        path = write(f"IIM-{number:03}.yaml")
    write("IIM-005.yaml", BAD)
    return path.parent


@pytest.mark.parametrize(
    "executor", [LastFirst, lambda: ThreadPoolExecutor(3)], ids=["last first", "threads"]
)
def test_outcomes_come_in_the_order_of_the_files_from_any_executor(executor, twelve, tmp_path):
    def outcomes(folder: str, pool: Pool) -> list[Outcome]:
        with pool:
            out = tmp_path / folder
            asked = Asked(source=twelve, out=out, outputs=(PLAN,), today=TODAY)
            return list(runs.batch(asked, pool=pool))

    expected = outcomes("alone", Pool.of(workers=1))
    assert outcomes("many", Pool(executor(), workers=3)) == expected
    assert [outcome.source for outcome in expected] == names(twelve)
    assert all(
        (tmp_path / "many" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()
        for name in names(tmp_path / "alone")
    )


def test_few_participants_wait_for_no_process_to_begin():
    """Each takes longer to begin than all of them to be planned."""

    class Nobody(Executor):
        def submit(self, *_: object):
            raise AssertionError("a process was asked")

    pool = Pool(Nobody(), workers=2, few=3)
    assert list(pool.in_order(str, range(3))) == ["0", "1", "2"]
    with pytest.raises(AssertionError, match="a process was asked"):
        next(pool.in_order(str, range(4)))


def test_a_bar_moves_with_each_participant():
    told = []
    each = watched(iter("ab"), "planning", 2, lambda *said: told.append(said))
    assert [(next(each), told[-1]), (next(each), told[-1])] == [
        ("a", ("planning", 1, 2)),
        ("b", ("planning", 2, 2)),
    ]


def test_neither_bytes_nor_words_depend_on_the_number_of_processes(run, twelve, tmp_path):
    """§10.8.1."""
    said = {}
    for workers in (1, 3):
        out = tmp_path / "out"
        result = run("batch", twelve, "--out", out, "--format", "json", "--workers", workers)
        bytes_of = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        said[workers] = (result.exit_code, result.stdout, result.stderr, bytes_of)
        out.rename(tmp_path / f"out-{workers}")
    assert said[1] == said[3]


def test_no_more_is_begun_than_will_soon_be_read(tmp_path):
    begun: list[int] = []
    pool = Pool(ThreadPoolExecutor(2), workers=2)
    with pool:
        results = pool.in_order(lambda n: begun.append(n) or n, range(10_000))
        assert next(results) == 0
        assert len(begun) < 1_000
        results.close()


def test_a_worker_that_is_killed_is_one_sentence(tmp_path):
    with Pool.of(workers=2) as pool, pytest.raises(EnvironmentLacking, match="fewer --workers"):
        list(pool.in_order(os._exit, [1, 1]))


# Told to a program, or to nobody ------------------------------------------------------------------


def test_json_is_one_line_a_participant_and_nothing_else(batch, write):
    write("IIM-001.yaml")
    write("IIM-002.yaml", BAD)
    result = batch("--format", "json", "--json")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert result.stderr == ""
    assert first["participant"] == "IIM-001"
    assert first["written"] == ["IIM-001.json"]
    assert first["taper_start"] == "2026-05-14"
    assert {"code": "protocol-not-approved", "severity": "warning"} in first["findings"]
    assert second["participant"] == "BAD-1"
    assert second["written"] == []
    assert "sugar" in second["refused"][0]


def test_quiet_says_only_what_was_refused(batch, write):
    write("IIM-001.yaml")
    write("IIM-002.yaml", BAD)
    result = batch("--format", "json", "--quiet")
    assert result.stdout == ""
    assert all("BAD-1" in line for line in result.stderr.splitlines())
    assert result.exit_code == ExitCode.SOME_REFUSED


def test_no_bar_is_drawn_where_nobody_watches(batch, write):
    write()
    assert batch("--format", "json").stderr == ""


def test_the_longest_id_keeps_within_80_columns(batch, write):
    write("long.yaml", id="A" * 64)
    result = batch("--format", "json")
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


# Sums and stops -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refused", "planned", "code"),
    [(0, 2, ExitCode.WRITTEN), (2, 0, ExitCode.REFUSED), (1, 1, ExitCode.SOME_REFUSED)],
)
def test_the_exit_code_of_a_batch_is_by_who_was_refused(refused, planned, code):
    tally = Tally()
    for _ in range(refused):
        tally.add(Outcome("a.yaml", refused=(Obstacle("A sentence."),)))
    for _ in range(planned):
        tally.add(Outcome("b.yaml", "b", state=State.TAPERING, written=("b.pdf",)))
    assert tally.exit_code == code
    assert tally.suffixes == ({"pdf": planned} if planned else {})


def test_once_told_to_stop_nothing_new_begins():
    pool = Pool.of(workers=1)
    done = []
    for number in pool.in_order(lambda n: n, range(100)):
        done.append(number)
        if number == 4:
            pool.stop.set()
    assert done == [0, 1, 2, 3, 4]


@pytest.mark.skipif(os.name == "nt", reason="Windows has another Ctrl-C")
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_after_what_has_begun_and_leaves_whole_files(process, write, tmp_path, workers):
    for number in range(150):
        write(f"IIM-{number:03}.yaml")
    out = tmp_path / "out"
    running = process(
        "batch", tmp_path / "patients", "--out", out, "--format", "json", "--workers", workers
    )
    assert running.stdout.readline().startswith(b"Participant")
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == ExitCode.STOPPED
    assert said.splitlines()[-1].startswith(b"Stopped: ")
    assert 0 < len(names(out)) < 150
    for name in names(out):
        assert name.endswith(".json")
        json.loads((out / name).read_bytes())
