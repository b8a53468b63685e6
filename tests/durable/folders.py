"""Small participants, a batch within this process, and a folder as its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from taper.folder import keeping
from taper.folder.keeping import Together
from taper.folder.outcomes import Outcome
from taper.operations.plans.outputs import Format, Output
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.record import ledger, plan_document
from taper.record.ledger import LEDGER, Entry, Head
from taper.record.manifest import MANIFEST
from taper.record.marks import Mark
from taper.storage.folder_seen import FolderSeen
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
    together: Together = keeping.USUAL,
    accepted: str | None = None,
) -> list[Outcome]:
    """A whole batch."""
    with Pool.of(workers) as pool:
        outcomes = runs.batch(
            Asked(
                source=source,
                out=out,
                outputs=tuple(Output(Format(each)) for each in formats),
                today=today,
                tables_too=parquet,
                accepted=accepted,
            ),
            pool=pool,
            merged=merged,
            together=together,
        )
        return list(outcomes)


def entries(out: Path) -> list[Entry]:
    """What the ledger of a folder says of calendars, line by line."""
    with FolderSeen(out) as seen:
        lines = [line for line, _ in ledger.chained(seen.lines_of(LEDGER))]
    return [line for line in lines if isinstance(line, Entry)]


def as_if(out: Path, change: Callable[[Entry], Entry]) -> None:
    """The folder as if each line of its ledger had said something else; no manifest knows it."""
    head, written = Head(), b""
    for entry in entries(out):
        line = ledger.line_of(head.numbered(change(entry)))
        head, written = head.then(line), written + line
    (out / LEDGER).write_bytes(written)
    (out / MANIFEST).unlink()


def as_if_by(engine: str, out: Path) -> None:
    """The folder as if another engine had written it, whose plans are other bytes."""
    for path in out.glob("IIM-*.json"):
        path.write_text(path.read_text().replace(plan_document.ENGINE, engine))

    def other(entry: Entry) -> Entry:
        marks = {name: Mark(digest(out / name), "0" * 64, engine) for name in entry.files}
        return replace(entry, engine=engine, files=marks)

    as_if(out, other)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder and of those within it; an empty folder too."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The names of what is not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
