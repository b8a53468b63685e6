"""Writes the map: `make rooms`."""

from __future__ import annotations

from pathlib import Path

from scripts.rooms.house import ROOT, Circle, rooms
from scripts.rooms.picture import PICTURE, drawing
from scripts.rooms.table import PAGE, page


def files() -> dict[Path, str]:
    """What is drawn, and where it is kept."""
    all_rooms = rooms()
    return {PICTURE: drawing(all_rooms), PAGE: page(all_rooms)}


if __name__ == "__main__":
    try:
        drawn = files()
    except Circle as circle:
        raise SystemExit(f"{circle}") from None
    for where, content in drawn.items():
        where.write_text(content, encoding="utf-8")
        print(f"Wrote {where.relative_to(ROOT)}")
