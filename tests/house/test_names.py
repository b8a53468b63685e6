"""A name leads to one thing, whatever was imported before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import taper

PACKAGE = Path(taper.__file__).parent
MODULES = [
    each.name
    for each in walk_packages([str(PACKAGE)], "taper.")
    if not each.name.endswith("__main__")
]
ROOMS = [path.parent.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("__init__.py"))]


def offered(room: Path) -> Iterator[tuple[str, str, str]]:
    """What a room's face takes from modules: the module, the name there, and the name here.

    Some are imported only when they are asked for, and stand below `if TYPE_CHECKING`.
    """
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
    asked_for = [node for each in tree.body if isinstance(each, ast.If) for node in each.body]
    for node in (*tree.body, *asked_for):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, each.name, each.asname or each.name) for each in node.names)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.as_posix())
def test_no_module_takes_the_name_of_something_else_that_its_room_offers(room: Path):
    """A module that is imported later would stand in the place of the function of its name."""
    for module in MODULES:
        import_module(module)
    face = import_module(".".join(("taper", *room.parts)))
    for module, name, here in offered(room):
        assert getattr(face, here) is getattr(import_module(module), name), here
