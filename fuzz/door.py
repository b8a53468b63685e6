"""What a door is: how it begins, how its inputs are changed, and how one is brought through it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Door:
    """One place where foreign bytes come in."""

    name: str
    seeds: Callable[[], list[bytes]]
    """Valid inputs, of the samples of this project."""
    change: Callable[[bytes, Random, Sequence[bytes]], bytes]
    """Another input from one, with others to borrow from."""
    run: Callable[[bytes, Path], str]
    """What taper makes of it, in an empty folder: a word for the answer, or its error."""
    cost: int = 1
    """How much dearer an input is than that of the cheapest door."""
