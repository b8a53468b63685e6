"""What is installed: a wheel, imported where no checkout is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from library.given import PARTICIPANT, TODAY

CHECKOUT = Path(__file__).parents[2]
PROGRAM = f"""
import sys
import taper

assert taper.__file__.startswith(sys.argv[1]), taper.__file__
plan = taper.plan("iimpact", {PARTICIPANT!r}, today={TODAY!r})
print(plan.state, len(plan.records()), taper.pdf(plan)[:5].decode())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    offline = ["--no-deps", "--no-index", "--disable-pip-version-check", "--quiet"]
    install = [sys.executable, "-m", "pip", "install", *offline, "--target", str(folder)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    return folder


def test_a_wheel_says_that_it_is_typed(wheel):
    assert "taper/py.typed" in ZipFile(wheel).namelist()


def test_a_wheel_plans_from_a_dict_and_prints(installed, tmp_path):
    looked = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(installed)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (looked.stdout, looked.stderr) == ("tapering 140 %PDF-\n", "")
