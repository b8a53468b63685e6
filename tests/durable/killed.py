"""Kill a batch at given points, let the same command go on, and compare with one never killed.

    python killed.py SOURCE BEFORE WORK EVERY START

`BEFORE` is the folder as it was before the batch, which may be none. A process of its own,
because it forks: a forked child that ends at once is the nearest thing to a killed process.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from durable.folders import LATER, differences, run, tree
from durable.points import Points, killed_at, nothing

from taper.folder.keeping import Together
from taper.folder.outcomes import Outcome

FEW = Together(participants=3)
"""So that several lines are added at once, several times."""


def _fresh(before: Path, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    if before.exists():
        shutil.copytree(before, out)


def _run_killed(source: Path, out: Path, point: int) -> int:
    child = os.fork()
    if not child:
        with Points(out, killed_at(point)):
            run(source, out, today=LATER, together=FEW)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """Print a line of JSON a point: how the killed run ended, and what differs afterwards."""
    source, before, work = (Path(each) for each in sys.argv[1:4])
    every, start = (int(each) for each in sys.argv[4:])
    out = work / "out"
    _fresh(before, out)
    with Points(out, nothing) as points:
        told = run(source, out, today=LATER, together=FEW)
    right = tree(out)
    for point in range(start, points.count, every):
        _fresh(before, out)
        ended = _run_killed(source, out, point)
        after = tree(out)
        with Points(out, nothing):
            told_again = run(source, out, today=LATER, together=FEW)
        found = {
            "point": point,
            "of": points.count,
            "ended": ended,
            "differs": differences(tree(out), right),
            # Until the manifest is there, nobody may have seen what must be recalled.
            "told": _said(told) == _said(told_again)
            or after.get("manifest.json") == right["manifest.json"],
            "half": [name for name in after if not _is_whole(name, after[name])],
        }
        print(json.dumps(found))


def _said(outcomes: list[Outcome]) -> list[object]:
    """What a person must know; a file that was put back is no news."""
    return [(each.participant, each.revision, each.replaces, each.why) for each in outcomes]


def _is_whole(name: str, data: bytes) -> bool:
    """Whether what a person would open is a whole file; nobody opens what is staged."""
    if name.startswith(".taper") or not name.endswith(".json"):
        return True
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()
