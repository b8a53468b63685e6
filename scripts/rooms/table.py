"""The map as a page: every room with its sentence, and each of its modules with its own."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.rooms.house import FACE, GROUND, ROOT, Module, Room, ground

PAGE = ROOT / "docs" / "rooms.md"
HEAD = """\
<!-- Made by `make rooms` from the code; what is wrong here is wrong in a docstring. -->
# The rooms

![The rooms, what is in them, and which imports from which](images/rooms.svg)"""


def page(all_rooms: list[Room]) -> str:
    """The whole page."""
    lines = [HEAD]
    for room in all_rooms:
        lines += ["", f"## {room.name}", "", _told(room)]
        if room.parts:
            lines += ["", "| module | what it is |", "|---|---|"]
            lines += [_row(each, room) for part in room.parts for each in part]
    lines += ["", "## What is no code", ""]
    lines += [f"- {_link(ground(name))}: {sentence}" for name, sentence in GROUND.items()]
    return "\n".join(lines) + "\n"


def _told(room: Room) -> str:
    pure = " It reads no file and talks to nobody." if room.is_pure else ""
    return f"{_link(room.place)}: {room.face.sentence}{pure}"


def _link(where: Path, name: str = "") -> str:
    shown = name or where.relative_to(ROOT).as_posix()
    return f"[`{shown}`]({Path(os.path.relpath(where, PAGE.parent)).as_posix()})"


def _row(module: Module, room: Room) -> str:
    where = module.path.parent if module.path.name == FACE else module.path
    name = where.relative_to(room.place).with_suffix("").as_posix()
    name += "/" * (where != module.path)
    return f"| {_link(where, name)} | {module.sentence.replace('|', '&#124;')} |"
