"""Every command that the documentation shows is run, and every promise it makes is looked up."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from proving import PROVE
from typer.testing import CliRunner

from taper.cli import app
from taper.errors import EXIT_MEANINGS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [
    block.splitlines()
    for block in re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
]
TAPER = [lines for lines in BLOCKS if lines[0].startswith("taper ")]
MAKE = [line for lines in BLOCKS for line in lines if line.startswith("make ")]
INSTALL = [line for lines in BLOCKS for line in lines if line.split()[0] not in {"taper", "make"}]


NAMED = {*re.findall(r"IIM-\d{3}", " ".join(line for lines in TAPER for line in lines)), "IIM-009"}
"""The samples that commands name, and one without a calendar; the others print more of the same."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The parts of a clone that commands read, where they may write."""
    for name in ("sample_patients", "sample_sites", "sample_results"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tmp_path / name)
    for sample in (tmp_path / "sample_patients").glob("IIM-*.yaml"):
        if not PROVE and sample.name[:7] not in NAMED:
            sample.unlink()
    return tmp_path


@pytest.mark.parametrize("lines", TAPER, ids=lambda lines: lines[0])
def test_the_commands_of_the_readme_work_in_their_order(
    lines: list[str], checkout: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(checkout)
    for line in lines:
        done = CliRunner().invoke(app, shlex.split(line)[1:], input="yes\n")
        assert done.exit_code == 0, f"{line}: {done.stderr}"


@pytest.mark.parametrize("line", MAKE)
def test_a_make_target_of_the_readme_exists(line: str):
    dry = subprocess.run(["make", "-n", *line.split()[1:]], cwd=ROOT, capture_output=True)
    assert dry.returncode == 0, dry.stderr


def test_the_install_commands_build_a_wheel_that_runs(tmp_path: Path):
    """What `uv tool install .` and `pipx install .` do, without the network."""
    assert INSTALL == ["uv tool install .", "pipx install ."]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = _unpacked(wheel)
    for name, said in (
        ("IIM-001-prednisone-25-mg", "Your prednisone calendar"),
        ("IIM-010-in-spanish", "Su calendario de prednisona"),
    ):
        sample = ROOT / "sample_patients" / f"{name}.yaml"
        made = subprocess.run(
            [sys.executable, "-m", "taper", "plan", str(sample), "--format", "html"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(unpacked), "PATH": ""},
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        assert said in made.stdout


def _unpacked(wheel: Path) -> Path:
    import zipfile

    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_exit_codes_are_those_of_the_code():
    rows = dict(re.findall(r"^\| (\d) \| (.*) \|$", README, re.MULTILINE))
    assert rows == {str(int(code)): meaning for code, meaning in EXIT_MEANINGS.items()}


def test_the_participant_of_the_readme_is_the_sample():
    (shown,) = re.findall(r"^```yaml\n(participant: .*?)^```$", README, re.MULTILINE | re.DOTALL)
    sample = ROOT / "sample_patients" / "IIM-006-flare-resolved.yaml"
    assert sample.read_text(encoding="utf-8").endswith(shown)


def test_the_protocol_of_the_readme_is_valid():
    from taper import sources

    (shown,) = re.findall(r"^```yaml\n(id: .*?)^```$", README, re.MULTILINE | re.DOTALL)
    document = sources.parse(shown.encode(), "README")
    assert sources.validate_trial(document.data, "README").protocol.id == "my-trial"


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_a_link_of_the_readme_leads_somewhere(target: str):
    assert (ROOT / target).exists()
