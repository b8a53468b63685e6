"""The pinned font: where its files are, what it can draw, and how wide a text is in it.

`scripts/faces.py` makes the files. A script that the font does not draw will want another family
beside it, and faces of that here; every page asks for its family by this name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from fontTools.ttLib import TTFont

import taper

FAMILY = "Taper Sans"
FACES = ("Regular", "Bold")


def font_dir() -> Path:
    """The folder of the font's files."""
    return Path(taper.__file__).parent / "data" / "faces"


def face_file(face: str) -> Path:
    """The file of one of `FACES`."""
    return font_dir() / f"{FAMILY.replace(' ', '')}-{face}.ttf"


@lru_cache(maxsize=1)
def printable() -> frozenset[str]:
    """The characters that every face draws, and the line end of markup."""
    drawn = set.intersection(*(set(_advances(face)) for face in FACES))
    return frozenset(c for c in drawn if unicodedata.category(c) not in ("Cc", "Cf")) | {"\n"}


def width(text: str, points: float, face: str = "Regular") -> float:
    """How wide a text is, in points: the faces set no pair of letters closer together.

    A character that the font lacks counts as nothing: what holds one is not printed.
    """
    advances = _advances(face)
    return points * sum(advances.get(c, 0) for c in text)


@lru_cache(maxsize=len(FACES))
def _advances(face: str) -> Mapping[str, float]:
    """How wide each character of a face is, as a share of the font's size."""
    with TTFont(face_file(face)) as font:
        metrics, unit = font["hmtx"], font["head"].unitsPerEm
        drawn = font.getBestCmap().items()
        return MappingProxyType({chr(code): metrics[name][0] / unit for code, name in drawn})
