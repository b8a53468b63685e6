"""The shipped sheets as text, read without the planner."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from plain import texts_of

DATA = Path(__file__).resolve().parents[3] / "src" / "taper" / "data"
# What the fields of a REDCap project mean is no sheet, nor is who signed a translation: no number
# is in either.
WITHOUT_NUMBERS = ("redcap", "languages")
PATHS = sorted(path for path in DATA.rglob("*.yaml") if path.parent.name not in WITHOUT_NUMBERS)

Sheet = dict[str, Any]


@cache
def load(path: Path) -> Sheet:
    """A sheet with every scalar as text; read once, so no test may change it."""
    sheet: Sheet = texts_of(path)
    return sheet


def kind_of(path: Path) -> str:
    return path.parent.name if path.parent != DATA else path.stem


def sheets(kind: str) -> list[Sheet]:
    return [load(path) for path in PATHS if kind_of(path) == kind]


def sheet(kind: str, name: str) -> Sheet:
    return load(DATA / kind / f"{name}.yaml")


def by_id(value: Any) -> str:
    """A sheet's name among the tests."""
    return value["id"] if isinstance(value, dict) and "id" in value else ""
