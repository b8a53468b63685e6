"""docs/security.md: every promise names tests, and these exist."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2]))

from fuzz.doors import DOORS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
PROMISES = [
    line.strip("|").split(" | ")
    for line in PAGE.splitlines()
    if line.startswith("| ") and "| held by |" not in line
]
HOLDERS = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)


@pytest.mark.parametrize(("promise", "held_by"), PROMISES, ids=lambda text: text[:40])
def test_a_promise_stands_with_what_holds_it(promise: str, held_by: str):
    assert promise.strip().endswith(".")
    assert all(re.fullmatch(r"`[^`]+::test_\w+`", each.strip()) for each in held_by.split(","))


@pytest.mark.parametrize(("file", "name"), HOLDERS)
def test_what_holds_a_promise_is_a_test(file: str, name: str):
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_every_door_is_named_and_so_is_the_page_in_the_readme():
    assert all(f"`{door}`" in PAGE for door in DOORS)
    assert "(docs/security.md)" in (ROOT / "README.md").read_text("utf-8")
