"""A run of one door, by chance alone: the same inputs for the same seed, on every machine.

An input that comes out as none before is borrowed from and changed further.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from fuzz.corpus import MOST_BYTES
from fuzz.door import Door
from fuzz.judged import Judged, judged


@dataclass(slots=True)
class Tally:
    """What came out of so many inputs, and an input for each outcome that may not be."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 0

    def add(self, data: bytes, found: Judged) -> bool:
        """Count one; whether its outcome is new."""
        self.inputs += 1
        self.outcomes[found.outcome] += 1
        if not found.is_good:
            self.faults.setdefault(found.outcome, data)
        return self.outcomes[found.outcome] == 1

    def __str__(self) -> str:
        rate = self.inputs / self.seconds if self.seconds else 0
        return (
            f"{self.inputs:,} inputs, {rate:,.1f} a second, {len(self.outcomes)} outcomes, "
            f"{len(self.faults)} faults"
        )


class Inputs:
    """Brings inputs of one door through it, each in a folder that is empty."""

    def __init__(self, door: Door, place: Path, tally: Tally) -> None:
        self.door, self.place, self.tally = door, place, tally

    def through(self, data: bytes) -> bool:
        """Whether the outcome is one that is good and was not seen before."""
        folder = self.place / "folder"
        folder.mkdir()
        try:
            found = judged(self.door.run, data, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return self.tally.add(data, found) and found.is_good


def by_chance(
    door: Door,
    begun_with: Iterable[bytes],
    *,
    seed: int,
    goes_on: Callable[[Tally], bool],
    before: Callable[[bytes], None] = lambda _: None,
    new: Callable[[bytes], None] = lambda _: None,
) -> Tally:
    """Inputs for as long as `goes_on`; `before` hears of each, `new` of those that go further."""
    tally, random, began = Tally(), Random(f"{door.name} {seed}"), time.monotonic()
    with TemporaryDirectory(prefix="taper-fuzz-") as place:
        inputs, population = Inputs(door, Path(place), tally), list(begun_with)
        first = tuple(population)
        for data in chain(first, _changed(door, population, random)):
            if tally.inputs >= len(first) and not goes_on(tally):
                break
            before(data)
            if inputs.through(data) and tally.inputs > len(first):
                population.append(data)
                new(data)
    tally.seconds = time.monotonic() - began
    return tally


def _changed(door: Door, population: list[bytes], random: Random) -> Iterator[bytes]:
    while True:
        data = door.change(random.choice(population), random, population)
        if len(data) <= MOST_BYTES:
            yield data
