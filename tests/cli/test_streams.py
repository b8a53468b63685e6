"""What goes where: pipes, full disks, Ctrl-C, start-up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from taper.errors import ExitCode

SRC = Path(__file__).resolve().parents[2] / "src"


def test_a_process_shows_the_same_table(process, run, write):
    path = write()
    shown, said = process("plan", path, "--today", "2026-11-23").communicate(timeout=60)
    assert said == b""
    assert shown.decode() == run("plan", path).stdout


def test_a_pipe_that_closes_early_ends_it_without_a_word(process, write):
    running = process("plan", write(), "--today", "2026-11-23")
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait(timeout=60) == ExitCode.REFUSED
    assert said == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
@pytest.mark.parametrize("form", ["table", "json"])
def test_a_full_disk_behind_standard_output_is_one_sentence(process, write, form):
    with Path("/dev/full").open("wb") as full:
        code = "from taper.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, "plan", write(), "--format", form],
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
    assert done.returncode == ExitCode.REFUSED
    assert done.stderr == b"The output cannot be written: the disk is full.\n"


def into_full(*words: object) -> tuple[int, bytes]:
    """What a command ends in, and says, where its standard output is a full disk."""
    with Path("/dev/full").open("wb") as full:
        code = "from taper.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, words), "--today", "2026-11-23"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
@pytest.mark.parametrize(
    ("more", "code"), [((), ExitCode.WRITTEN), (("--json",), ExitCode.STOPPED)], ids=["", "json"]
)
def test_a_batch_that_nobody_can_be_told_of_is_written_all_the_same(write, tmp_path, more, code):
    """Lines for people are a report, and lines for a program an answer that was asked for."""
    for number in range(3):
        write(f"IIM-00{number}.yaml")
    words = ["batch", tmp_path / "patients", "--out", tmp_path / "out", "--format", "json"]
    assert into_full(*words, "--workers", 1, *more) == (
        code,
        b"The output cannot be written: the disk is full; what was written to files is whole.\n",
    )
    assert len(list((tmp_path / "out").glob("IIM-*.json"))) == 3
    assert (tmp_path / "out" / "manifest.json").is_file()


@pytest.mark.skipif(os.name == "nt", reason="its shell closes no streams")
@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_closed_stream_is_no_file_that_is_written_to(write, tmp_path, closed):
    write()
    code = f"{sys.executable} -c 'from taper.cli import main; main()'"
    done = subprocess.run(
        f"{code} batch patients --out out --format json --workers 1 --today 2026-11-23 {closed}",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == ExitCode.WRITTEN
    entry, _of_the_run = (tmp_path / "out" / "ledger.jsonl").read_text().splitlines()
    assert json.loads(entry)["number"] == 1


def test_ctrl_c_is_one_sentence(ending_in):
    result = ending_in(KeyboardInterrupt())
    assert result.exit_code == ExitCode.STOPPED
    assert result.stderr == "Stopped; what was written so far is whole.\n"


def test_there_is_one_clock():
    """§2.2.1: `--today` is the only one; what it defaults to is asked for in one place."""
    clocks = re.compile(r"\b(date\.today|datetime\.now|utcnow|time\.time|monotonic)\(")
    asking = {
        path.relative_to(SRC).as_posix(): set(found)
        for path in SRC.rglob("*.py")
        if (found := clocks.findall(path.read_text(encoding="utf-8")))
    }
    # a stopwatch knows no day: by it a process is ended that takes too long
    assert asking.pop("taper/confined/patience.py") == {"monotonic"}
    assert asking.keys() == {"taper/cli/options/planning.py"}


def test_every_command_says_what_it_is_for(run):
    for command in ("plan", "batch"):
        result = run(command, "--help", today=None)
        assert result.exit_code == ExitCode.WRITTEN
        assert max(len(line) for line in result.stdout.splitlines()) <= 80
        assert "--today DATE" in result.stdout


def test_a_terminal_that_lacks_a_letter_is_told_all_the_same(process, write, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONUTF8", "0")
    path = write("Zoë.yaml", "nothing")
    _, said = process("plan", path).communicate(timeout=60)
    assert b"Zo\\xeb.yaml" in said
    assert len(said.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_a_progress_bar_steps_aside_for_every_line(at_terminal, write, tmp_path):
    for number in range(3):
        write(f"IIM-00{number}.yaml")
    words = ["batch", tmp_path / "patients", "--out", tmp_path / "out", "--format", "json"]
    code, shown = at_terminal(*words, "--workers", 1)
    assert code == ExitCode.WRITTEN
    assert "planning" in shown
    drawn = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", shown)
    lines = [part for line in drawn.splitlines() for part in line.split("\r") if "IIM-" in part]
    assert [line.split()[0] for line in lines] == ["IIM-000", "IIM-001", "IIM-002"]
