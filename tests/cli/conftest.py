"""The command line as a person and as a program would call it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from taper.cli import app
from taper.cli.speech import OneSentence

TODAY = "2026-11-23"
USUAL = """\
participant: {id}
protocol: iimpact
steroid: {{drug: prednisone, dose_mg: 25, strengths: [20, 5, 2.5, 1]}}
infusions:
  - {{number: 1, date: 2026-01-31}}
  - {{number: 2, date: 2026-04-30}}
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`taper` within this process and an empty folder, as of one day unless told otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for each in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(each, raising=False)

    def taper(*words: object, today: str | None = TODAY) -> Result:
        command = [str(word) for word in words]
        return CliRunner().invoke(app, [*command, "--today", today] if today else command)

    return taper


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the usual participant, or another text, into a folder of participants."""

    def written(
        name: str = "IIM-001.yaml",
        text: str | None = None,
        *,
        id: str | None = None,
        folder: str = "patients",
    ) -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        usual = USUAL.format(id=id or path.stem)
        path.write_text(usual if text is None else text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def batch(run: Run) -> Run:
    """`taper batch` of the folder that `write` writes to, into a folder called out."""

    def of_folder(*words: object, workers: int = 1) -> Result:
        return run("batch", "patients", "--out", "out", "--workers", workers, *words)

    return of_folder


@pytest.fixture
def ending_in() -> Callable[[BaseException], Result]:
    """A command of `taper`'s kind that ends in an error, which no other has to be broken for."""

    def invoke(error: BaseException) -> Result:
        commands = typer.Typer(cls=OneSentence, add_completion=False)
        commands.callback()(lambda: None)

        @commands.command()
        def ends() -> None:
            raise error

        return CliRunner().invoke(commands, ["ends"])

    return invoke


@pytest.fixture
def process() -> Callable[..., subprocess.Popen[bytes]]:
    """`taper` as a process of its own."""

    def started(*words: object, **options: object) -> subprocess.Popen[bytes]:
        code = "from taper.cli import main; main()"
        command = [sys.executable, "-c", code, *(str(word) for word in words)]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            **options,  # type: ignore[call-overload]
        )

    return started


@pytest.fixture
def at_terminal() -> Callable[..., tuple[int, str]]:
    """`taper` at a terminal where something may be typed: its exit code, and all it showed."""
    import pty  # Windows has none, nor such terminals

    def started(*words: object, typed: str = "") -> tuple[int, str]:
        code = "from taper.cli import main; main()"
        ours, theirs = pty.openpty()
        os.write(ours, typed.encode())
        with subprocess.Popen(
            [sys.executable, "-c", code, *(str(word) for word in words)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "COLUMNS": "80"},
        ) as running:
            os.close(theirs)
            shown = _all_of(ours)
        os.close(ours)
        return running.returncode, shown.replace("\r\n", "\n")

    return started


def _all_of(terminal: int) -> str:
    shown = b""
    try:
        while read := os.read(terminal, 65536):
            shown += read
    except OSError:  # how Linux says that the other end is closed
        pass
    return shown.decode()
