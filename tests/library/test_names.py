"""The package's names, as Python finds them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
ROOMS = sorted((SRC / "taper").rglob("__init__.py"))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: ".".join(room.parent.parts[-2:]))
def test_no_module_takes_the_place_of_something_else_in_its_package(room):
    """A module that is imported later stands in its package under its own name, for everybody.

    Where the package imports that module itself, what it names so afterwards stays.
    """
    package = ".".join(room.parent.relative_to(SRC).parts)
    modules = {each.stem for each in room.parent.iterdir()}
    nodes = ast.parse(room.read_text(encoding="utf-8")).body
    taken = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    names = {
        each.asname or each.name for node in taken for each in node.names if node.module != package
    }
    names |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    imported_first = {node.module for node in taken}
    assert {each for each in names & modules if f"{package}.{each}" not in imported_first} == set()
