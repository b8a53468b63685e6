"""A folder of participants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from durable.folders import write
from typer.testing import CliRunner, Result

from taper.cli import app


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    """Five participants, three of them alike."""
    folder = tmp_path / "patients"
    for id in ("IIM-001", "IIM-002", "IIM-003"):
        write(folder, id)
    write(folder, "IIM-004", dose_mg="15", strengths="[5, 1]")
    (folder / "IIM-009.yaml").write_text(
        "participant: IIM-009\nprotocol: iimpact\nsteroid: none\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def taper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def called(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return called


@pytest.fixture
def run_batch(taper: Callable[..., Result], patients: Path) -> Callable[..., Result]:
    """`taper batch` from `patients` to `out`, to JSON and as of one day unless told otherwise."""

    def called(*words: object, today: str = "2026-11-23") -> Result:
        usual = () if "--format" in words else ("--format", "json")
        command = ("batch", patients, "--out", "out", "--workers", 1, "--today", today)
        return taper(*command, *usual, *words)

    return called
