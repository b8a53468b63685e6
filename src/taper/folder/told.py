"""What the ledger of an output folder tells, for whoever opens the folder afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from taper.errors import Refusal, TaperError
from taper.folder.ledger_file import refuse_reserved
from taper.folder.looked_at import chained
from taper.record.ledger import LEDGER, Entry, Head, LedgerBroken, LedgerNewer, Line
from taper.record.manifest import MANIFEST
from taper.record.runs import Run
from taper.storage.folder_seen import FolderSeen
from taper.wording.quoting import did_you_mean, plain


def history(folder: Path, participant: str | None = None) -> list[Entry]:
    """What a folder's ledger tells of calendars, in order, or of those of one participant.

    Raises `TaperError` where there is none, or one that is no ledger.
    """
    return [line for line in lines(folder, participant) if isinstance(line, Entry)]


def lines(folder: Path, participant: str | None = None) -> list[Line]:
    """Every line of a folder's ledger, or those about one participant; raises as `history`."""
    with opened(folder) as seen:
        return _lines(seen, participant)[0]


def with_last_run(folder: Path, participant: str) -> tuple[list[Entry], Run | None]:
    """What `history` tells of a participant, and the last run of all; raises as `history`."""
    with opened(folder) as seen:
        found, run = _lines(seen, participant)
        return [line for line in found if isinstance(line, Entry)], run


def _lines(seen: FolderSeen, participant: str | None) -> tuple[list[Line], Run | None]:
    folder = seen.path
    whole = (line for line in seen.lines_of(LEDGER) if line.endswith(b"\n"))
    known: set[str | None] = set()
    entries: list[Line] = []
    last_run = None
    try:
        for _, entry, head in chained(whole, Head()):
            refuse_reserved(entry, head.lines)
            last_run = entry if isinstance(entry, Run) else last_run
            about = None if isinstance(entry, Run) else entry.participant
            known.add(about)
            if participant in (None, about):
                entries.append(entry)
    except LedgerNewer as newer:
        raise TaperError(f"{folder / LEDGER} goes on: {newer}.") from newer
    except LedgerBroken as broken:
        raise TaperError(
            f"{folder / LEDGER} was changed: {broken}; `taper audit` says more."
        ) from broken
    known.discard(None)
    if not known:  # a run that wrote nothing leaves no folder
        there = "has no whole line" if seen.has(LEDGER) else "is missing"
        raise TaperError(f"{folder / LEDGER} {there}; `taper audit` says more.")
    if not entries and participant is not None:
        meant = did_you_mean(participant, {each for each in known if each is not None})
        raise Refusal.of(
            str(folder),
            "participant",
            plain(participant),
            f"one of {len(known)} in the ledger{meant}",
        )
    return entries, last_run


@contextmanager
def opened(folder: Path) -> Iterator[FolderSeen]:
    """A folder that a batch was written to, to be looked at; raises `Refusal` for another."""
    if not folder.is_dir():
        raise Refusal.of(str(folder), "folder", "none", "the folder that a batch was written to")
    with FolderSeen(folder) as seen:
        if not any(seen.has(name) for name in (LEDGER, MANIFEST)):
            raise Refusal.of(
                str(folder), "folder", f"without {LEDGER}", "the folder that a batch was written to"
            )
        yield seen


def unfinished(folder: Path) -> str:
    """That its ledger ends within a line, which nothing is told of; empty where it does not."""
    with opened(folder) as seen:
        *_, last = (b"\n", *seen.lines_of(LEDGER))
    if last.endswith(b"\n"):
        return ""
    return (
        f"{folder / LEDGER} ends within a line, which is not read: a run was ended before its end, "
        "or the file was changed; `taper audit` says more."
    )
