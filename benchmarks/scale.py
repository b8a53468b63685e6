"""What a batch of JSON or of Parquet costs as it grows, and with a second worker."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Line
from benchmarks.site import batch_command, seconds, used, write_table

FEW, MANY = 500, 5000
MOST_GROWTH = 1.3
ROWS = 1500


def memory() -> Iterator[Line]:
    """JSON, as most batches are."""
    return _growth("JSON", "json")


def parquet() -> Iterator[Line]:
    """Tables of all plans, and no file a participant."""
    return _growth("Parquet", "parquet")


def _growth(called: str, format: str) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        few, many = (_peak(Path(name), rows, format) for rows in (FEW, MANY))
    growth = many / few
    yield Line(
        f"peak memory, {MANY:,} rows of {called} against {FEW}",
        f"{growth:.2f} times ({many:.0f} MB)",
        f"<= {MOST_GROWTH}",
        growth <= MOST_GROWTH,
    )


def _peak(folder: Path, rows: int, format: str) -> float:
    table = write_table(folder / f"{rows}.csv", rows)
    return used(batch_command(table, folder / f"out-{rows}", format, workers=2)).peak_mb


def workers() -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
        folder = Path(name)
        table = write_table(folder / "site.csv", ROWS)
        one, two = (
            seconds(batch_command(table, folder / f"out-{n}", "json", workers=n)) for n in (1, 2)
        )
    yield Line(f"2 workers against 1, {ROWS:,} rows of JSON", f"{one / two:.2f} times as fast")
