"""What a thousand participants cost in each form, and a million by that: docs/scale.md."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.site import batch_command, used, write_table

THOUSAND, MILLION = 1_000, 1_000_000
HEADING = f"{'What':<46}  {'For 1,000, measured':<42}  {'For a million, computed':<22}"


@dataclass(frozen=True)
class Run:
    what: str
    format: str
    workers: int
    participants: int
    more: tuple[str, ...] = ()


RUNS = (
    Run("JSON, 1 worker", "json", 1, 2000),
    Run("JSON, 2 workers", "json", 2, 2000),
    Run("JSON, Dask local, 2 workers", "json", 2, 2000, ("--dask", "local")),
    Run("Parquet alone, 1 worker", "parquet", 1, 2000),
    Run("Parquet alone, 2 workers", "parquet", 2, 2000),
    Run("Parquet alone, 2 workers, 10,000 of them", "parquet", 2, 10_000),
    Run("PDF, 1 worker", "pdf", 1, 60),
    Run("PDF, 2 workers", "pdf", 2, 60),
)


def measure() -> Iterator[str]:
    yield HEADING
    for run in RUNS:
        with tempfile.TemporaryDirectory(prefix="taper-bench-") as name:
            yield _line(run, Path(name))


def _line(run: Run, folder: Path) -> str:
    table = write_table(folder / "site.csv", run.participants)
    out = folder / "out"
    command = batch_command(table, out, run.format, run.workers, *run.more)
    took = used(command)
    each, cpu = (n / run.participants for n in (took.seconds, took.cpu_seconds))
    size = sum(path.stat().st_size for path in out.iterdir()) / run.participants
    here = (
        f"{each * THOUSAND:.1f} s (CPU {cpu * THOUSAND:.1f}), {size * THOUSAND / 1e6:.1f} MB, "
        f"{took.peak_mb:.0f} MB peak"
    )
    million = f"{each * MILLION / 3600:.1f} h, {size * MILLION / 1e9:.1f} GB"
    return f"{run.what:<46}  {here:<42}  {million:<22}"
