"""What docs/accessibility.md says is what the checkers say, and its commands are real."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from outloud.registry import load_catalogue

from taper.paper.press import versions

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")
[BLOCK] = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_known_warnings_are_those_that_the_tests_pass_over():
    told = set(re.findall(r"^\| `([A-Z]+-\d+)`", PAGE, re.MULTILINE))
    tests = (ROOT / "tests" / "pdf" / "test_accessibility.py").read_text(encoding="utf-8")
    assert told == set(re.findall(r'finding\.rule == "([A-Z]+-\d+)"', tests))
    assert told <= load_catalogue().keys()


def test_the_versions_that_a_file_tells_are_named():
    [example] = re.findall(r"^Creator: (.*)$", PAGE, re.MULTILINE)
    names = [
        [part.split()[0] for part in each.split(", ")] for each in (example, versions.made_with())
    ]
    assert names[0] == names[1]


def test_the_checker_finds_nothing_in_a_sample(tmp_path: Path):
    [check] = [line for line in BLOCK.splitlines() if "outloud" in line]
    sample = "sample_patients/IIM-003-already-at-5-mg.yaml"
    for words in (
        ["-m", "taper", "plan", sample, "--today", "2026-11-23", "--format", "pdf", "--out", "{}"],
        ["-m", "outloud.cli", *shlex.split(check.replace(" calendars ", " {} "))[1:]],
    ):
        command = [sys.executable, *(word.format(tmp_path) for word in words)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_that_it_names_exist():
    for path in re.findall(r"tests/\S+?\.py", PAGE):
        assert (ROOT / path).is_file()
