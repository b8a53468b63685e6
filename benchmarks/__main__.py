"""`python -m benchmarks [PART ...]`: measure what is named, or everything."""

from __future__ import annotations

import argparse
from itertools import chain

from benchmarks import calendars, cost, engine, scale, startup, web
from benchmarks.report import HEADING

PARTS = (
    "startup",
    "engine",
    "memory",
    "parquet",
    "workers",
    "calendar",
    "limits",
    "naive",
    "web",
    "cost",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument(
        "--participants",
        type=int,
        default=60,
        help="calendars of workers, limits, naive",
    )
    chosen = parser.parse_args()
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    measures = {
        "startup": startup.measure,
        "engine": engine.measure,
        "memory": scale.memory,
        "parquet": scale.parquet,
        "workers": lambda: chain(calendars.workers(chosen.participants), scale.workers()),
        "calendar": calendars.over_bare,
        "limits": lambda: calendars.limits(chosen.participants),
        "naive": lambda: calendars.against_naive(chosen.participants),
        "web": web.measure,
        "cost": cost.measure,
    }
    print(HEADING, flush=True)
    for part in PARTS:
        if part in (chosen.parts or PARTS):
            for line in measures[part]():
                print(line, flush=True)


if __name__ == "__main__":
    main()
