"""Small participants, a batch within this process, and a folder as its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from taper.folder.outcomes import Outcome
from taper.operations import site
from taper.operations.outputs import Format, Output
from taper.workers.pool import Pool

TODAY = date(2026, 11, 23)
LATER = date(2026, 11, 25)
PARTICIPANT = """\
participant: {id}
protocol: {protocol}
steroid: {{drug: prednisone, dose_mg: {dose_mg}, strengths: {strengths}}}
infusions:
  - {{number: 1, date: {first}}}
  - {{number: 2, {second}}}
{more}"""
USUAL = {
    "protocol": "iimpact",
    "dose_mg": "25",
    "strengths": "[20, 5, 2.5, 1]",
    "first": "2026-01-31",
    "second": "date: 2026-04-30",
    "more": "",
}
FLARE = "events: [{type: flare, date: 2026-06-11, resolved: 2026-06-20}]\n"


def write(folder: Path, id: str, **other: str) -> Path:
    """A participant's file, the usual one but for what is said."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{id}.yaml"
    path.write_text(PARTICIPANT.format(id=id, **(USUAL | other)), encoding="utf-8")
    return path


def run(
    source: Path,
    out: Path,
    *,
    today: date = TODAY,
    formats: Iterable[str] = ("json",),
    merged: bool = False,
    parquet: bool = False,
    workers: int = 1,
) -> list[Outcome]:
    """A whole batch."""
    with Pool.of(workers) as pool:
        outcomes = site.batch(
            source,
            out,
            [Output(Format(each)) for each in formats],
            today=today,
            pool=pool,
            merged=merged,
            tables_too=parquet,
        )
        return list(outcomes)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder and of those within it; an empty folder too."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The names of what is not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
