"""What a command about sheets shows, or why it shows nothing."""

from __future__ import annotations

import pytest
from cli.sheets.own import NO_TAPER

from taper.errors import ExitCode


@pytest.fixture
def shown(run):
    """What a command of this page shows; it needs no day."""

    def show(*words: object) -> str:
        result = run(*words, today=None)
        assert (result.exit_code, result.stderr) == (ExitCode.WRITTEN, "")
        return str(result.stdout)

    return show


@pytest.fixture
def refused(run):
    def refuse(*words: object) -> str:
        result = run(*words, today=None)
        assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
        return str(result.stderr)

    return refuse


@pytest.fixture
def plan(run, tmp_path):
    def taper_plan(*words: object, protocol: str = "ulsc-phase1"):
        (tmp_path / "A1.yaml").write_text(NO_TAPER.format(protocol=protocol), encoding="utf-8")
        return run("plan", "A1.yaml", *words)

    return taper_plan
