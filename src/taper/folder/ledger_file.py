"""A folder's ledger as the file that it is: read, mended, added to, and lines found in it again.

Only where a participant's lines begin is held, so that a folder of any size needs little memory.
What a line says and how lines hang together is the matter of `taper.record.ledger`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from taper.errors import Failed, TaperError
from taper.folder.looked_at import chained
from taper.folder.names import RESERVED
from taper.record import ledger
from taper.record.ledger import LEDGER, Entry, Head, LedgerBroken, LedgerNewer, Line, LineKind
from taper.record.manifest import MANIFEST
from taper.record.runs import Recalled, Run
from taper.signing.keys import Signer
from taper.sources.claims import sameness
from taper.storage.folder_seen import FolderSeen
from taper.storage.open_folder import OpenFolder
from taper.storage.reasons import CannotWrite


class Damaged(Failed):
    """The ledger is not what was written."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"{path} was changed: {what}. Nothing was written; `taper audit` says more."
        )


def refuse_kept(paths: Iterable[Path]) -> None:
    """Raise where a file of a batch's folder would be written by something else."""
    for path in paths:
        if os.path.lexists(path) and os.path.lexists(path.parent / LEDGER):
            raise CannotWrite(path, "a batch wrote it, and its ledger answers for it")


def refuse_reserved(line: Line, number: int) -> None:
    """Raise `LedgerBroken` for a line whose files have the names of the folder's own."""
    for name in line.files if isinstance(line, Entry) else ():
        if name.casefold() in RESERVED:
            raise LedgerBroken(number, f"tells of {name} as the file of a participant")


@dataclass(frozen=True, slots=True)
class NextLine:
    """A line to be added: as it is written, what it says, and how far the ledger goes with it."""

    written: bytes
    said: Line
    head: Head


def _whole(lines: Iterable[bytes], tail: list[bytes]) -> Iterator[bytes]:
    """The lines that were written to their end; the last one, which was not, goes to the `tail`."""
    for line in lines:
        if line.endswith(b"\n"):
            yield line
        else:
            tail.append(line)


class LedgerFile:
    """The ledger of a folder, and how far its manifest knew it when the folder was opened."""

    def __init__(self, folder: FolderSeen) -> None:
        self.folder = folder
        self.path = folder.path / LEDGER
        self.signer: Signer | None = None
        self.head = Head()
        self.told = Head()
        self.without_tables: set[str] = set()
        """Whose last line is of an older taper, and lacks what Parquet tables are made of."""
        self._places: dict[str, int] = {}
        self._earlier: dict[str, list[int]] = defaultdict(list)  # of those revised, who are few
        self._ids: dict[str, str] = {}
        self.last_run: Run | None = None
        self.runs = 0
        self.pages: dict[str, str] = {}
        """The pages of all runs, in order, with their SHA-256."""
        self.recalled: dict[str, Recalled] = {}
        """Of whom papers are known to be back: the last that was said."""
        self._told_by: tuple[int, int] = (0, 0)
        """Where the lines of the last run begin, and where they end."""

    @property
    def _writable(self) -> OpenFolder:
        assert isinstance(self.folder, OpenFolder)  # whoever only looks adds nothing
        return self.folder

    @property
    def participants(self) -> int:
        """How many it tells of."""
        return len(self._places)

    # Reading ----------------------------------------------------------------------------------

    def read(self, told: Head, *, mends: bool = True) -> None:
        """Find every line; raises `Damaged` where they are not those that were written.

        A last line that was not written to its end is none; it is cut off where `mends`.
        """
        self.told = told
        try:
            tail = self._index_whole_lines()
            if self.head.lines < told.lines:
                raise LedgerBroken(self.head.lines + 1, f"is missing, and {MANIFEST} knows of it")
            if tail and mends:
                self._mend(tail)
        except LedgerNewer as newer:
            raise TaperError(f"{self.path} goes on: {newer}. Nothing was written.") from newer
        except LedgerBroken as broken:
            raise Damaged(self.path, str(broken)) from broken

    def look(self) -> None:
        """Find every line of a ledger that nothing is to be added to."""
        self._index_whole_lines()

    def _index_whole_lines(self) -> bytes:
        """What is left behind the last whole line."""
        tail: list[bytes] = []
        for line in self._next(_whole(self.folder.lines_of(LEDGER), tail)):
            self.index(line)
        return b"".join(tail)

    def _next(self, lines: Iterable[bytes]) -> Iterator[NextLine]:
        """What is written, as the lines behind the last one."""
        for written, said, head in chained(lines, self.head):
            refuse_reserved(said, head.lines)
            yield NextLine(written, said, head)

    def index(self, line: NextLine) -> None:
        """Take a line as the last one."""
        head = line.head
        if head.lines == self.told.lines and head != self.told:
            raise LedgerBroken(head.lines, f"is not the one that {MANIFEST} knows")
        match line.said:
            case Entry():
                self._index_entry(line.said)
            case Run():
                self.runs += 1
                self.last_run, self._told_by = line.said, (self._told_by[1], head.size)
                self.pages |= line.said.pages
            case Recalled():
                self.recalled[line.said.participant] = line.said
        self.head = head

    def _index_entry(self, entry: Entry) -> None:
        if entry.kind is LineKind.REVISION and entry.participant in self._places:
            self._earlier[entry.participant].append(self._places[entry.participant])
        self._places[entry.participant] = self.head.size
        self._ids[sameness(entry.participant)] = entry.participant
        if entry.kept.is_whole:
            self.without_tables.discard(entry.participant)
        else:
            self.without_tables.add(entry.participant)

    def _mend(self, tail: bytes) -> None:
        """A line that lacks only its end gets it; one that lacks more was never told."""
        try:
            (line,) = self._next([tail + b"\n"])
        except LedgerBroken:
            self._writable.cut(LEDGER, self.head.size)
        else:
            self._writable.append(LEDGER, b"\n")
            self.index(line)

    # What it tells ----------------------------------------------------------------------------

    def known_as(self, participant: str) -> str:
        """The id by which a person or a file system would take that participant for known."""
        return self._ids.get(sameness(participant), participant)

    def last_of(self, participant: str) -> Entry | None:
        """The last entry of a participant."""
        place = self._places.get(participant)
        return None if place is None else self._entry_at(place)

    def before(self, entry: Entry) -> tuple[Entry, ...]:
        """The revisions before that of a participant's last entry, in order."""
        return tuple(map(self._entry_at, self._earlier.get(entry.participant, ())))

    def _entry_at(self, place: int) -> Entry:
        return next(self._again([place]))

    def _again(self, places: Iterable[int]) -> Iterator[Entry]:
        """The entries of lines that were looked at when the folder was opened."""
        for line in self.folder.lines_at(LEDGER, places):
            entry = ledger.entry_again(line, 0)
            assert isinstance(entry, Entry)  # no other line has a place
            yield entry

    def current(self) -> Iterator[Entry]:
        """The last entry of each participant, by id."""
        places = (self._places[participant] for participant in sorted(self._places))
        return self._again(places)

    def revised(self) -> Iterator[list[Entry]]:
        """All revisions of each participant who has more than one, each by its last line, by id."""
        for participant in sorted(self._earlier):
            yield list(self._again([*self._earlier[participant], self._places[participant]]))

    def ids(self) -> Iterator[str]:
        """The ids that it tells of, in order."""
        return iter(sorted(self._places))

    def newest_day(self) -> date | None:
        """The day of the last run; of a ledger without runs the newest date of issue."""
        if self.last_run is not None:
            return self.last_run.day
        return max((entry.issued for entry in self.every_entry()), default=None)

    @property
    def has_more_than_runs(self) -> bool:
        """Whether lines stand behind that of the last run."""
        return self._told_by[1] < self.head.size

    def of_last_run(self) -> Iterator[Entry]:
        """The entries that came with the last run, or with those before it that did not end."""
        return self._between(*self._told_by)

    def of_this_run(self) -> Iterator[Entry]:
        """The entries behind the last run."""
        return self._between(self._told_by[1], self.head.size)

    def every_entry(self) -> Iterator[Entry]:
        """Every entry, in order."""
        return self._between(0, self.head.size)

    def _between(self, start: int, end: int) -> Iterator[Entry]:
        place = start  # of a folder without a ledger there are no lines
        for line in self.folder.lines_of(LEDGER, start):
            if place >= end:
                return
            place += len(line)
            said = ledger.entry_again(line, 0)
            if isinstance(said, Entry):
                yield said

    def every(self) -> Iterator[Line]:
        """What every line says, in order."""
        return (ledger.entry_again(line, 0) for line in self.folder.lines_of(LEDGER))

    def untold(self) -> Iterator[Line]:
        """The lines that the manifest does not know of, which may not all have been done."""
        behind = self.folder.lines_of(LEDGER, self.told.size)
        return (said for _, said, _ in chained(behind, self.told))

    # What is new ------------------------------------------------------------------------------

    def lines_of(self, said: Iterable[Line]) -> list[NextLine]:
        """What is to be said as the next lines; nothing is written yet."""
        lines: list[NextLine] = []
        head = self.head
        for each in said:
            numbered = head.numbered(each)
            if self.signer is not None:
                signed = self.signer("line", ledger.signable(numbered))
                numbered = replace(numbered, signed=signed)
            written = ledger.line_of(numbered)
            ((read, head),) = ledger.chained([written], head)
            refuse_reserved(read, head.lines)
            lines.append(NextLine(written, read, head))
        return lines

    def add(self, lines: Iterable[NextLine]) -> None:
        """Write lines behind the others; from here on they count."""
        self._writable.append(LEDGER, b"".join(line.written for line in lines))
