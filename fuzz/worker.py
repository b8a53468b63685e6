"""The process in which a door is tried: it may die of what it is given, and is begun again.

    python -m fuzz.worker DOOR SECONDS SEED

With atheris inputs are chosen by which lines of taper they reach, without it by what comes out.
Both change inputs by the door's own grammar.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # taper is imported only once it is watched
    from fuzz.door import Door
    from fuzz.runs import Tally

FOR_EVER = 1_000_000
MOST_MEMORY = 4 * 1024**3
"""Of addresses: what asks for more gets a MemoryError, and is a fault."""


def main() -> None:
    """Try one door; the last line on standard output has the figures."""
    name, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    way = _guided if find_spec("atheris") else _by_chance
    way(name, seconds, seed)


def _by_chance(name: str, seconds: float, seed: int) -> None:
    from fuzz import corpus, runs
    from fuzz.doors import DOORS

    door, until = DOORS[name], time.monotonic() + seconds
    folder = corpus.grown(door)
    tally = runs.by_chance(
        door,
        corpus.known(door),
        seed=seed,
        goes_on=lambda _: time.monotonic() < until,
        before=lambda data: corpus.note(door, data),
        new=lambda data: corpus.keep(folder, data),
    )
    _tell(door, tally)


def _guided(name: str, seconds: float, seed: int) -> None:
    """By libFuzzer's loop, which never returns: figures are told when its time is over."""
    import atheris

    with atheris.instrument_imports(include=["taper"]):
        from fuzz import corpus, runs
        from fuzz.doors import DOORS

    door, tally = DOORS[name], runs.Tally()
    seeds = corpus.known(door)
    for data in seeds:
        corpus.keep(corpus.grown(door), data)
    place = TemporaryDirectory(prefix="taper-fuzz-")
    inputs, began = runs.Inputs(door, Path(place.name), tally), time.monotonic()

    def one(data: bytes) -> None:
        corpus.note(door, data)
        inputs.through(data)
        tally.seconds = time.monotonic() - began
        if tally.seconds > seconds:
            place.cleanup()
            _tell(door, tally)
            os._exit(0)

    words = (f"-seed={seed}", f"-max_len={corpus.MOST_BYTES}", "-len_control=0", "-verbosity=0")
    words = (*words, f"-artifact_prefix={corpus.current(door)}-", f"-report_slow_units={FOR_EVER}")
    # time and memory are ours to watch
    words = (*words, f"-timeout={FOR_EVER}", "-rss_limit_mb=0")
    changed = _changed(door, seeds)
    atheris.Setup(["fuzz", *words, str(corpus.grown(door))], one, custom_mutator=changed)
    atheris.Fuzz()


def _changed(door: Door, seeds: list[bytes]) -> Callable[[bytes, int, int], bytes]:
    """The door's own changes, as libFuzzer asks for them."""

    def change(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        donors = random.sample(seeds, min(5, len(seeds)))
        other = door.change(data if data.strip() else random.choice(seeds), random, donors)
        return other if len(other) <= most else data

    return change


def _tell(door: Door, tally: Tally) -> None:
    from fuzz import corpus

    for outcome, data in tally.faults.items():
        corpus.keep_fault(door, data, outcome)
    figures = {
        "inputs": tally.inputs,
        "seconds": tally.seconds,
        "outcomes": sorted(tally.outcomes),
        "faults": sorted(tally.faults),
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
