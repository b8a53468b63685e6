"""The package's names, as Python finds them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
ROOMS = sorted((SRC / "taper").rglob("__init__.py"))
LOOK = """
import importlib, sys
from types import ModuleType
package, *names = sys.argv[1:]
room = importlib.import_module(package)
before = {name: vars(room)[name] for name in names}
for name in names:
    importlib.import_module(f"{package}.{name}")
for name, each in before.items():
    if isinstance(each, ModuleType) or vars(room)[name] is not each:
        print(package, name)
"""


def named_like_a_module(room: Path, package: str) -> set[str]:
    """The names that a package gives to something else, and one of its modules bears."""
    names: set[str] = set()
    for node in ast.parse(room.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom) and node.module != package:
            names.update(each.asname or each.name for each in node.names)
    return names & {each.stem for each in room.parent.iterdir()}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.parent.name)
def test_no_module_takes_the_place_of_something_else_in_its_package(room):
    """A module that is imported later stands in its package under its own name, for everybody.

    Only where it was imported before does what the package names so stay.
    """
    package = ".".join(room.parent.relative_to(SRC).parts)
    names = named_like_a_module(room, package)
    if names:
        looked = subprocess.run(
            [sys.executable, "-c", LOOK, package, *names],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(SRC)},
        )
        assert looked.stdout == ""
