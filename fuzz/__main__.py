"""`python -m fuzz [DOOR ...]`: hostile inputs through what is named, or through every door.

Exit code 1 where something was found; it lies in `build/fuzz/DOOR/faults/` with its outcome
beside it. `python -m fuzz DOOR --try FILE` tells what one input comes to.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz import corpus
from fuzz.door import ROOT, Door
from fuzz.doors import DOORS
from fuzz.judged import judged
from fuzz.runs import Tally

STUCK = 60
"""Seconds without a new input after which a process is ended: it is in native code."""
BEGINS = 600
"""Seconds that a process may take before its first input: on a busy machine it takes minutes until
every module counts its lines."""


def main() -> None:
    """Try the doors one after the other, and print their figures."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("doors", nargs="*", metavar="DOOR", help=f"of {', '.join(DOORS)}")
    parser.add_argument("--seconds", type=float, default=60, help="for each door")
    parser.add_argument("--seed", type=int, default=1, help="of chance")
    parser.add_argument("--try", dest="file", type=Path, help="one input, and what it comes to")
    said = parser.parse_args()
    if unknown := set(said.doors) - DOORS.keys():
        parser.error(f"no door is called {', '.join(sorted(unknown))}")
    if said.file:
        sys.exit(_try(DOORS[said.doors[0]], said.file))
    if not find_spec("atheris"):
        print("atheris is not installed: inputs are chosen by what comes out, not by coverage")
    totals = [_tried(DOORS[name], said.seconds, said.seed) for name in said.doors or DOORS]
    sys.exit(any(tally.faults for tally in totals))


def _try(door: Door, file: Path) -> int:
    with TemporaryDirectory(prefix="taper-fuzz-") as folder:
        found = judged(door.run, file.read_bytes(), Path(folder))
    print(found.outcome)
    return not found.is_good


def _tried(door: Door, seconds: float, seed: int) -> Tally:
    """One door for so long; a process that dies is begun again with another seed."""
    total, until = Tally(), time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        _add(total, door, _worker(door, left, seed))
        seed += 1
    print(f"{door.name}: {total}", flush=True)
    for outcome in total.faults:
        print(f"  {outcome}", flush=True)
    return total


def _worker(door: Door, seconds: float, seed: int) -> str:
    """What a process says at its end; empty where it had none."""
    corpus.current(door).unlink(missing_ok=True)
    words = [sys.executable, "-m", "fuzz.worker", door.name, str(seconds), str(seed)]
    log = corpus.current(door).with_name("log")
    with (
        log.open("wb") as errors,
        subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        began = time.time()
        while process.poll() is None:
            time.sleep(0.2)
            if _is_stuck(door, began):
                process.kill()
        assert process.stdout is not None
        return process.stdout.read().decode() if process.returncode == 0 else ""


def _is_stuck(door: Door, began: float) -> bool:
    try:
        return time.time() - corpus.current(door).stat().st_mtime > STUCK
    except FileNotFoundError:
        return time.time() - began > BEGINS


def _add(total: Tally, door: Door, said: str) -> None:
    if not said:
        _add_death(total, door)
        return
    figures = json.loads(said.splitlines()[-1])
    total.inputs += figures["inputs"]
    total.seconds += figures["seconds"]
    total.outcomes.update(figures["outcomes"])
    total.faults.update(dict.fromkeys(figures["faults"], b""))


def _add_death(total: Tally, door: Door) -> None:
    """What was being tried when the process died is the fault."""
    current = corpus.current(door)
    if not current.exists():
        raise SystemExit(f"The door {door.name} could not be tried: {current.with_name('log')}.")
    outcome = "the process died, or did not come back"
    total.faults[outcome] = current.read_bytes()
    corpus.keep_fault(door, current.read_bytes(), outcome)


if __name__ == "__main__":
    main()
