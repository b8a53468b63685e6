"""What is kept: inputs that reached something new, and faults.

`fuzz/corpus/DOOR/` belongs to the project: inputs that once came through otherwise than they may,
and some that reached far. What a run finds beyond them lies in `build/fuzz/DOOR/`, and the next run
goes on from there; `make clean` forgets it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from fuzz.door import ROOT, Door

KEPT, GROWN = ROOT / "fuzz" / "corpus", ROOT / "build" / "fuzz"
MOST_BYTES = 200_000
"""A longer input teaches nothing that a shorter one does not."""


def kept(door: Door) -> list[Path]:
    """The inputs of the project for a door, in a fixed order."""
    return sorted(path for path in (KEPT / door.name).glob("*") if path.is_file())


def grown(door: Door) -> Path:
    """The folder of what runs on this machine found."""
    return _folder(GROWN / door.name / "corpus")


def faults(door: Door) -> Path:
    """The folder of what must be mended."""
    return _folder(GROWN / door.name / "faults")


def known(door: Door) -> list[bytes]:
    """Seeds, what is kept and what was grown, in that order."""
    paths = [*kept(door), *sorted(grown(door).iterdir())]
    return [*door.seeds(), *(path.read_bytes() for path in paths)]


def keep(folder: Path, data: bytes) -> Path:
    """An input under the name of its own hash: the same is kept once."""
    path = folder / hashlib.sha256(data).hexdigest()[:16]
    path.write_bytes(data)
    return path


def keep_fault(door: Door, data: bytes, outcome: str) -> None:
    """A fault, and beside it what came out."""
    keep(faults(door), data).with_suffix(".txt").write_text(f"{outcome}\n")


def note(door: Door, data: bytes) -> None:
    """What is tried now, for whoever finds that the process died of it."""
    current(door).write_bytes(data)


def current(door: Door) -> Path:
    """Where that is noted."""
    return _folder(GROWN / door.name) / "current"


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
