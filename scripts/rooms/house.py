"""The rooms, what is in them, and which imports from which."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path
from typing import Any

import grimp

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "taper"
FACE = "__init__.py"
GROUND = {
    "data": "Sheets: every number with its unit, source and date. sources/shipped reads them.",
    "templates": "What is printed, as Jinja2 and CSS. paper/pages fills them in.",
}
"""What is no code: folders, and who takes what lies in them."""


@dataclass(frozen=True)
class Module:
    """A file of code, or a room or part of one by its face."""

    path: Path

    @property
    def name(self) -> str:
        """As whoever looks for it calls it."""
        return self.path.parent.name if self.path.name == FACE else self.path.stem

    @cached_property
    def sentence(self) -> str:
        """What its docstring begins with."""
        told = ast.get_docstring(ast.parse(self.path.read_text(encoding="utf-8"))) or ""
        paragraph = " ".join(told.split("\n\n")[0].split())
        return f"{paragraph.split('. ')[0].removesuffix('.')}."


@dataclass(frozen=True)
class Room:
    """A package under `taper`, or one of the modules that stand beside them."""

    name: str
    floor: int
    is_pure: bool

    @property
    def place(self) -> Path:
        """Where it is."""
        return self.face.path.parent if self.face.path.name == FACE else self.face.path

    @property
    def face(self) -> Module:
        """What says in a sentence what the room is."""
        return Module(_face(self.name))

    @property
    def parts(self) -> list[list[Module]]:
        """Its modules, then those of each part of it, whose face stands first."""
        folders = sorted(each.parent for each in self.place.rglob(FACE))
        return [[*_faces(each, self.place), *_modules(each)] for each in folders]


def _faces(folder: Path, room: Path) -> Iterator[Module]:
    if folder != room:
        yield Module(folder / FACE)


def _modules(folder: Path) -> list[Module]:
    return [Module(each) for each in sorted(folder.glob("*.py")) if each.name != FACE]


def rooms() -> list[Room]:
    """Every room, from the highest floor down."""
    contracts = _contracts()
    pure = contracts["pure"]["source_modules"]
    floors = list(filter(None, map(_standing, contracts["floors"]["layers"])))
    return [
        Room(name, len(floors) - i, is_pure=f"taper.{name}" in pure)
        for i, names in enumerate(floors)
        for name in names
    ]


def _standing(layer: str) -> list[str]:
    """The rooms of a floor; in the contract one that need not be there is in brackets."""
    names = [each.strip(" ()") for each in layer.split("|")]
    return [name for name in names if _face(name).is_file()]


def _face(name: str) -> Path:
    alone = PACKAGE / f"{name}.py"
    return alone if alone.is_file() else PACKAGE / name / FACE


def _contracts() -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {each["id"]: each for each in settings["tool"]["importlinter"]["contracts"]}


Uses = dict[str, set[str]]
"""Each room with the rooms that it imports from."""


def uses(all_rooms: list[Room]) -> Uses:
    """Which room imports from which."""
    graph = grimp.build_graph("taper", cache_dir=None)
    known = {room.name for room in all_rooms}
    for name in known:
        graph.squash_module(f"taper.{name}")
    return {
        name: {
            used
            for each in graph.find_modules_directly_imported_by(f"taper.{name}")
            if (used := each.removeprefix("taper.")) in known - {name}
        }
        for name in known
    }


class Circle(ValueError):
    """Rooms that import from each other in a circle, so that none is above the others."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"the rooms import in a circle, {' from '.join(names)}; allowed: imports that go one "
            "way, downwards."
        )


def needed(all_uses: Uses) -> Uses:
    """Without those that a longer way of others leads to as well; raises `Circle`."""
    try:
        TopologicalSorter(all_uses).prepare()
    except CycleError as found:
        raise Circle(found.args[1][::-1]) from None
    return {
        name: used - set(chain.from_iterable(_reached(each, all_uses) for each in used))
        for name, used in all_uses.items()
    }


def _reached(name: str, all_uses: Uses) -> set[str]:
    """Every room that a room rests on."""
    return all_uses[name].union(*(_reached(each, all_uses) for each in all_uses[name]))


def ground(name: str) -> Path:
    """Where such a folder is."""
    return next(each for each in (PACKAGE / name, ROOT / name) if each.is_dir())


def lying_in(folder: Path) -> list[str]:
    """What is kept in it."""
    return sorted(each.name for each in folder.iterdir() if each.name[0] not in "._")
