"""A made-up site of any size, as a table or as a folder, and `taper batch` over it."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TODAY = "2026-06-01"
FIRST = dt.date(2026, 1, 5)
DOSES = ["25", "20", "17.5", "15", "12.5", "10", "22.5", "7.5"]
STRENGTHS = [["20", "5", "2.5", "1"], ["10", "5", "2.5", "1"], ["5", "2.5", "1"]]


def rows(count: int) -> Iterator[dict[str, str]]:
    """So many participants; few doses and tablets, as at a site, on many dates."""
    for i in range(count):
        first = FIRST + dt.timedelta(days=i % 60)
        yield {
            "participant": f"BEN-{i:05d}",
            "protocol": "iimpact",
            "drug": "prednisone",
            "dose_mg": DOSES[i % len(DOSES)],
            "strengths": "; ".join(STRENGTHS[i % len(STRENGTHS)]),
            "infusion_1": first.isoformat(),
            "infusion_2": (first + dt.timedelta(days=88)).isoformat(),
            "site": "Riverside Myositis Clinic",
            "phone": "555-0101",
        }


def write_table(path: Path, count: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(next(rows(1))))
        table.writeheader()
        table.writerows(rows(count))
    return path


def write_folder(folder: Path, count: int) -> Path:
    folder.mkdir()
    for row in rows(count):
        text = (
            f"participant: {row['participant']}\nprotocol: {row['protocol']}\n"
            f"steroid: {{drug: {row['drug']}, dose_mg: {row['dose_mg']}, "
            f"strengths: [{row['strengths'].replace(';', ',')}]}}\n"
            f"infusions:\n  - {{number: 1, date: {row['infusion_1']}}}\n"
            f"  - {{number: 2, date: {row['infusion_2']}}}\n"
            f"contact: {{site: {row['site']}, phone: {row['phone']}}}\n"
        )
        (folder / f"{row['participant']}.yaml").write_text(text, encoding="utf-8")
    return folder


def batch_command(source: Path, out: Path, format: str, workers: int, *more: str) -> list[str]:
    options = ["--format", format, "--workers", str(workers), "--today", TODAY, "--quiet", *more]
    return [sys.executable, "-m", "taper", "batch", str(source), "--out", str(out), *options]


# ru_maxrss of a child begins with its parent's, so the one who measures must be small.
_USED = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
    "print(used.ru_maxrss, used.ru_utime + used.ru_stime)"
)


@dataclass(frozen=True)
class Used:
    """What a command and its processes took: the peak is that of the largest of them."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def used(command: list[str]) -> Used:
    began = time.perf_counter()
    measured = subprocess.run(
        [sys.executable, "-c", _USED, *command], check=True, capture_output=True, text=True
    )
    peak_kb, cpu_seconds = measured.stdout.split()
    return Used(time.perf_counter() - began, float(cpu_seconds), int(peak_kb) / 1024)


def seconds(command: list[str]) -> float:
    """How long a command takes, by the clock on the wall."""
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began
