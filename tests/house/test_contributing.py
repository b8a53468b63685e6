"""CONTRIBUTING.md names places, commands and rooms that there are, and all of them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2]))

from scripts.rooms.house import PACKAGE, ROOT, rooms

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
_, CHAPTER = PAGE.split("## Which change wants which test\n")
ROWS = [line for line in CHAPTER.split("\n## ")[0].splitlines() if line.startswith("| ")]
CHANGES = [[cell.strip() for cell in line.strip("|").split("|")] for line in ROWS[1:]]
TARGETS = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_command_stands_in_the_makefile_and_every_target_of_work_on_the_page():
    named = set(re.findall(r"`make ([a-z]+)", PAGE))
    assert named <= TARGETS
    assert {"help", "install", "clean", "picture"} >= TARGETS - named


def test_every_target_has_a_line_of_its_own_that_says_what_it_does():
    for target, said in re.findall(r"^([a-z]+):.*?## (.*)$", MAKEFILE, re.MULTILINE):
        assert 10 < len(said) < 120, target
        assert re.match(r"[a-z]", said), target
    declared = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert set(declared[1].split()) == TARGETS


def places(cell: str) -> list[str]:
    return [each for each in quoted(cell) if not each.startswith("make ")]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[0])
def test_every_change_leads_to_a_room_a_test_and_a_page_that_are_there(change: list[str]):
    _, room, test, docs = change
    for place in places(room):
        found = [ROOT / place, PACKAGE / place, PACKAGE / f"{place}.py"]
        assert any(each.exists() for each in found) or place.startswith("import "), place
    assert quoted(test)
    for place in [*places(test), *places(docs)]:
        assert (ROOT / place).exists(), place


def test_every_room_stands_in_the_table_of_changes():
    named = {place.split("/")[0] for _, room, *_ in CHANGES for place in places(room)}
    assert {room.name for room in rooms()} - named == {"fingerprint"}


def test_every_folder_of_tests_is_explained():
    (row,) = [line for line in PAGE.splitlines() if line.startswith("| `tests/` |")]
    there = {each.name for each in (ROOT / "tests").iterdir() if any(each.glob("**/test_*.py"))}
    assert there <= {name.strip("/") for name in quoted(row)}
