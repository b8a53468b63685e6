"""What a batch of JSON costs as it grows, and with a second worker."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Line
from benchmarks.site import batch_command, seconds, write_table

FEW, MANY = 500, 5000
MOST_GROWTH = 1.3
ROWS = 1500
# ru_maxrss of a child begins with its parent's, so the one who measures must be small.
_PEAK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def memory() -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        few, many = (_peak(Path(name), rows) for rows in (FEW, MANY))
    growth = many / few
    yield Line(
        f"peak memory, {MANY:,} rows of JSON against {FEW}",
        f"{growth:.2f} times ({many / 1024:.0f} MB)",
        f"<= {MOST_GROWTH}",
        growth <= MOST_GROWTH,
    )


def _peak(folder: Path, rows: int) -> int:
    table = write_table(folder / f"{rows}.csv", rows)
    command = batch_command(table, folder / f"out-{rows}", "json", workers=2)
    measured = subprocess.run(
        [sys.executable, "-c", _PEAK, *command], check=True, capture_output=True, text=True
    )
    return int(measured.stdout)


def workers() -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        folder = Path(name)
        table = write_table(folder / "site.csv", ROWS)
        one, two = (
            seconds(batch_command(table, folder / f"out-{n}", "json", workers=n)) for n in (1, 2)
        )
    yield Line(f"2 workers against 1, {ROWS:,} rows of JSON", f"{one / two:.2f} times as fast")
