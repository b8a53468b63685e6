"""What follows from a folder's ledger alone, written when its participants are: manifest last.

Whatever is there already as it should be is left; what was once made and is not to be there any
more goes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count, zip_longest
from typing import BinaryIO

from taper.errors import Refusal
from taper.exports import parquet
from taper.folder import merged_pdf, summary
from taper.folder.keeping import OutFolder, resumable
from taper.folder.last_run import LastRun
from taper.folder.names import DERIVED, MERGED, RUNS, STAGED, page_of
from taper.folder.run_page import run_html
from taper.folder.summary import Wanted, Writers
from taper.record import manifest
from taper.record.ledger import Entries, Entry
from taper.record.manifest import MANIFEST, SUPERSEDED
from taper.record.runs import Run
from taper.storage.open_folder import NewFile
from taper.storage.reasons import said_of


def keeps_tables(kept: OutFolder, *, asked: bool) -> bool:
    """Whether the folder is to have Parquet tables: once asked for, they are kept up to date.

    Raises where that cannot be: without the library, or by the ledger of an older taper.
    """
    if not asked and not any(kept.folder.has(name) for name in parquet.NAMES):
        return False
    parquet.refuse_without_library()
    if kept.ledger.without_tables:
        raise Refusal.of(
            str(kept.ledger.path),
            f"the line of {min(kept.ledger.without_tables)}",
            "of an older taper, without what Parquet tables are made of",
            "--format parquet with a new folder",
        )
    return True


def finish(
    kept: OutFolder,
    *,
    merged: bool = False,
    tables: bool = False,
    run: Run | None = None,
    is_over: bool = True,
    most_listed: int = summary.MOST_LISTED,
) -> None:
    """Tell of the run, and write summaries, tables and manifest, where they are not there already.

    The merged PDF, once asked for, is kept up to date: one that is not would be printed. Of more
    than `most_listed` participants no page and no workbook is made. A `run` that is not over was
    stopped: the ledger tells of it when the same command has gone on to its end.
    """
    if not kept.ledger.participants:
        return
    is_listed = kept.ledger.participants <= most_listed
    if run is not None and is_over and _is_new(kept, run):
        _tell(kept, run, is_listed=is_listed)
    last = LastRun.of(kept.ledger, None if is_over else run)
    wanted = Wanted(
        (merged or kept.folder.has(MERGED)) and _has_sheets(kept.ledger.current()),
        _has_few_sheets(last),
        tables,
        is_listed,
    )
    writers = summary.writers(kept.folder, wanted, last)
    if _is_finished(kept, writers):
        return
    with resumable():
        kept.folder.make_folder(STAGED)
        derived = {name: _write(kept, name, write) for name, write in writers.items()}
        for name in _left_over(kept, writers):
            kept.folder.remove(name)
        kept.folder.flush(SUPERSEDED)
        kept.folder.flush(RUNS)
        kept.folder.flush()
        _write(kept, MANIFEST, lambda out, _: out.writelines(_manifest(kept, derived)))
        kept.folder.flush()


def _is_new(kept: OutFolder, run: Run) -> bool:
    """Whether anything came with the run, or it found anything else than the one before."""
    return run.says_more_than(kept.ledger.last_run) or kept.ledger.has_more_than_runs


def _tell(kept: OutFolder, run: Run, *, is_listed: bool) -> None:
    """Add the line of a run, with its page, where there is one."""
    if not is_listed:
        kept.tell(run)
        return
    last = LastRun.of(kept.ledger, run)
    for ordinal in count(1):
        name, page = page_of(run.day, ordinal), run_html(last, ordinal)
        sha256 = hashlib.sha256(page).hexdigest()
        if name not in kept.ledger.pages and kept.has_room_for(name, sha256):
            kept.tell(replace(run, pages={name: sha256}), {name: page})
            return


def put(kept: OutFolder, name: str, data: bytes) -> None:
    """Write a file of this run alone, of which no ledger tells."""

    def write(out: BinaryIO, _: Entries) -> None:
        out.write(data)

    kept.folder.refuse_in_the_way(name)
    with resumable():
        kept.folder.make_folder(STAGED)
        _write(kept, name, write)


def take_away(kept: OutFolder, name: str) -> None:
    """Remove a file of an earlier run, of which no ledger tells."""
    if kept.folder.has(name):
        with resumable():
            kept.folder.remove(name)


def _has_sheets(entries: Iterable[Entry], *, parts: bool = False) -> bool:
    return any(name for entry in entries for name in merged_pdf.sheets(entry, parts=parts))


def _has_few_sheets(last: LastRun) -> bool:
    """Whether somebody prints the papers of the last run alone: not all of them, nor too many."""
    if last.is_first:
        return False
    most = merged_pdf.MOST_CHANGED
    return len(last.wrote) <= most and _has_sheets(last.printed(), parts=True)


def _is_finished(kept: OutFolder, writers: Writers) -> bool:
    found = {name: kept.folder.sha256_of(name) for name in writers}
    derived = {name: sha256 for name, sha256 in found.items() if sha256 is not None}
    if derived.keys() != writers.keys() or _left_over(kept, writers):
        return False
    there = kept.folder.lines_of(MANIFEST)
    return all(line == other for line, other in zip_longest(_manifest(kept, derived), there))


def _left_over(kept: OutFolder, writers: Writers) -> list[str]:
    """What was once derived and is not to be there any more."""
    others = (name for name in DERIVED if name not in writers)
    return [name for name in others if kept.folder.has(name)]


def _manifest(kept: OutFolder, derived: Mapping[str, str]) -> Iterator[bytes]:
    there = kept.ledger
    sign = there.signer
    signed = None if sign is None else sign("head", there.head.signable)
    return manifest.lines(there.head, derived, there.current(), there.every(), signed)


def _write(kept: OutFolder, name: str, write: Callable[[BinaryIO, Entries], None]) -> str:
    """Write a file beside its place and, where it is another one, into it; its SHA-256."""
    staged = f"{STAGED}/{name}"
    with said_of(kept.folder.path / name):
        with NewFile(kept.folder, staged) as raw, io.BufferedWriter(raw) as out:
            write(out, kept.ledger.current)
        sha256 = raw.sha256
    if kept.folder.sha256_of(name) == sha256:
        kept.folder.remove(staged)
    else:
        kept.folder.move(staged, name)
    return sha256
