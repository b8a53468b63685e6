"""What is installed is locked: names, versions and hashes, for users and for developers apart."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from proving import PROVE

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """The version of each package in a lock."""
    return dict(PIN.findall((ROOT / name).read_text(encoding="utf-8")))


USERS, DEVELOPERS = pins("requirements.lock"), pins("requirements-dev.lock")
PEERS = "tests/exports/peers/requirements.lock"


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~;\[ ]", each)[0].lower().replace(".", "-") for each in requirements}


def declared() -> tuple[set[str], set[str]]:
    """What pyproject.toml asks for on a user's machine, and beyond it for the work on taper."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = names(project["dependencies"])
    for extra in extras.keys() - {"dev"}:
        asked |= names(extras[extra])
    return asked, names(extras["dev"])


def test_users_and_developers_have_the_same_versions():
    assert DEVELOPERS.items() >= USERS.items()
    both = pins(PEERS).keys() & DEVELOPERS.keys()
    assert {name: pins(PEERS)[name] for name in both} == {name: DEVELOPERS[name] for name in both}


def test_the_users_lock_has_all_that_is_asked_for_and_nothing_for_developers():
    asked, for_work = declared()
    assert asked <= USERS.keys()
    assert {"mypy", "pytest", "ruff"} <= for_work - USERS.keys()
    assert for_work <= DEVELOPERS.keys()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", PEERS])
def test_every_pin_has_its_hashes_and_no_address(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = re.split(r"(?m)^(?=[a-z])", text)[1:]
    assert {PIN.match(package)[1] for package in packages} == pins(name).keys()
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


def test_the_bill_of_materials_names_what_a_users_machine_gets(tmp_path: Path):
    out = tmp_path / "taper.cdx.json"
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (line,) = re.findall(r"^\t\.venv/bin/cyclonedx-py (.*)$", recipe, re.MULTILINE)
    words = [str(out) if each == "build/taper.cdx.json" else each for each in line.split()]
    # beside what is asked here the tool looks at the form of what it wrote, for seconds
    briefly = [] if PROVE else ["--no-validate"]
    program = [sys.executable, "-m", "cyclonedx_py", *words, *briefly]
    subprocess.run(program, cwd=ROOT, check=True, capture_output=True)
    bill = json.loads(out.read_text(encoding="utf-8"))
    assert {each["name"]: each["version"] for each in bill["components"]} == USERS
    assert bill["metadata"]["component"]["name"] == "taper"
