"""The folder that a batch writes to: never half a file, and what follows after a run was killed.

A participant is written in four moves, and a run may end between any two of them:

1. the new files are written to `.taper/staged/` and flushed,
2. the line that tells of them is added to `ledger.jsonl` and flushed: from here on it counts,
3. the files that they replace are moved to `superseded/`,
4. the new files are moved into their places.

Whoever opens the folder next does again what a line tells of and was not done, throws away what
no line tells of, and goes on. When all participants are done, the summaries are written from the
ledger alone, and `manifest.json` last of all. One process writes; those that plan never do.
"""

from __future__ import annotations

import contextlib
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, overload

from taper.errors import Refusal, Stopped, TaperError
from taper.exports import parquet
from taper.folder import columns, summary
from taper.folder import merged_pdf as merging
from taper.folder.outcomes import Outcome
from taper.folder.tasks import Former, Made, Task
from taper.record import ledger, manifest
from taper.record.changes import Revision
from taper.record.ledger import Entry, Head, LedgerBroken
from taper.record.manifest import SUPERSEDED
from taper.sources.claims import Source, sameness
from taper.storage import disk, files, lock
from taper.storage.files import CannotWrite, refuse_in_the_way, said_of

LEDGER, MANIFEST = "ledger.jsonl", "manifest.json"
STAGED = Path(lock.FOLDER) / "staged"
RESERVED = frozenset({LEDGER, MANIFEST, SUPERSEDED, *summary.DERIVED})
"""Names that no participant's file may have."""

MOST_TOGETHER = 128
LARGEST_TOGETHER = 512 * 1024
"""How many participants, and how many bytes of files, are flushed together: about a dozen plans
or five calendars, and many where nothing but the ledger is written."""


class Tasks(Sequence[Task]):
    """Sources with what the ledger last told of each, looked up only when they are asked for."""

    def __init__(self, sources: Sequence[Source], kept: OutFolder) -> None:
        self._sources, self._kept = sources, kept

    def __len__(self) -> int:
        return len(self._sources)

    @overload
    def __getitem__(self, place: int) -> Task: ...
    @overload
    def __getitem__(self, place: slice) -> list[Task]: ...
    def __getitem__(self, place: int | slice) -> Task | list[Task]:
        if isinstance(place, int):
            return self._kept.task(self._sources[place])
        return [self._kept.task(source) for source in self._sources[place]]


class Interrupted(Stopped):
    """The folder cannot be written any more; what is in it is whole."""

    def __init__(self, error: TaperError) -> None:
        super().__init__(
            f"{str(error).rstrip('.')}; what was done before is whole, and the same command goes "
            "on from there."
        )


class Damaged(TaperError):
    """The ledger is not what was written."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(
            f"{folder / LEDGER} was changed: {what}. Nothing was written; `taper audit` says more."
        )


@contextmanager
def opened(folder: Path) -> Iterator[OutFolder]:
    """The folder for one run, with what a run before it left undone now done."""
    is_new = not folder.exists()
    files.make_folder(folder)
    try:
        with lock.held(folder):
            kept = OutFolder(folder)
            try:
                with _resumable():
                    kept.resume()
                yield kept
            finally:
                with contextlib.suppress(OSError):  # what is to be done again stays
                    (folder / STAGED).rmdir()
    finally:
        if is_new:
            with contextlib.suppress(OSError):  # unless something was written
                folder.rmdir()


def refuse_kept(paths: Iterable[Path]) -> None:
    """Raise where a file of a batch's folder would be written by something else."""
    for path in paths:
        if path.exists():
            raise CannotWrite(path, "a batch wrote it, and its ledger answers for it")


@contextmanager
def _resumable() -> Iterator[None]:
    try:
        yield
    except CannotWrite as error:
        raise Interrupted(error) from error


class OutFolder:
    """An output folder that this process holds the lock of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ledger = folder / LEDGER
        self._staged = folder / STAGED
        self._head = Head()
        self._told = Head()
        self._places: dict[str, int] = {}
        self._earlier: dict[str, list[int]] = defaultdict(list)  # of those revised, who are few
        self._ids: dict[str, str] = {}
        self._without_tables: set[str] = set()

    # What there is --------------------------------------------------------------------------

    def task(self, source: Source) -> Task:
        """The source with what the ledger last told, or refused because of what lies there."""
        if source.participant is None:
            return Task(source)
        try:
            return Task(source, self.former(source.participant))
        except TaperError as refused:
            return Task(replace(source, refused=(*source.refused, str(refused))))

    def former(self, participant: str) -> Former | None:
        """What the ledger last told of a participant; raises where that is not what lies there."""
        other = self._ids.get(sameness(participant), participant)
        if other != participant:
            raise Refusal.of(
                participant,
                "participant",
                f"{participant}, and {self.folder} has calendars of {other}",
                "ids that differ in more than case or leading zeros",
            )
        place = self._places.get(participant)
        if place is None:
            return None
        line = next(disk.lines_of(self._ledger, place))
        entry = ledger.entry_of(line, 0)
        untold = entry.number > self._told.lines
        return Former(entry, frozenset(self._gone(entry)), untold, tuple(self._before(entry)))

    def _before(self, entry: Entry) -> Iterator[Revision]:
        """The revisions before that of `entry`, in order."""
        for place in self._earlier.get(entry.participant, ()):
            line = next(disk.lines_of(self._ledger, place))
            yield ledger.entry_of(line, 0).told

    def _gone(self, entry: Entry) -> Iterator[str]:
        for name, mark in entry.files.items():
            found = disk.sha256_of(self.folder / name)
            if found is None:
                yield name
            elif found != mark.sha256:
                raise TaperError(
                    f"{self.folder / name} is not the file that revision {entry.revision} wrote; "
                    "put that back, or remove this one to have it made again."
                )

    def current(self) -> Iterator[Entry]:
        """The last entry of each participant, by id."""
        places = (self._places[participant] for participant in sorted(self._places))
        for line in disk.lines_at(self._ledger, places):
            yield ledger.entry_of(line, 0)

    def every(self) -> Iterator[Entry]:
        """Every entry, in the order of the ledger."""
        return (entry for entry, _ in ledger.chained(disk.lines_of(self._ledger)))

    # After a run that was ended -------------------------------------------------------------

    def resume(self) -> None:
        """Read the ledger, and do again what it tells of and was not done."""
        for name in (LEDGER, MANIFEST, *summary.DERIVED):
            refuse_in_the_way(self.folder / name)
        disk.refuse_no_folder(self.folder / SUPERSEDED)
        self._told = manifest.head_of(disk.lines_of(self.folder / MANIFEST))
        try:
            self._read()
        except LedgerBroken as broken:
            raise Damaged(self.folder, str(broken)) from broken
        if not self._head.lines:
            self._refuse_what_no_batch_wrote()
        behind = disk.lines_of(self._ledger, self._told.size)
        for entry, _ in ledger.chained(behind, self._told):
            self._put_in_place(entry)
        disk.remove_folder(self._staged)

    def _refuse_what_no_batch_wrote(self) -> None:
        """Where there is no ledger, whatever bears the name of a summary is somebody's."""
        for name in (MANIFEST, *summary.DERIVED):
            if (self.folder / name).exists():
                raise CannotWrite(self.folder / name, "a file that no batch wrote is in the way")

    def _read(self) -> None:
        """Index the ledger; a last line that was not written to its end is none."""
        tail = b""
        for line in disk.lines_of(self._ledger):
            if not line.endswith(b"\n"):
                tail = line
                break
            ((entry, head),) = ledger.chained([line], self._head)
            self._index(entry, head)
        if self._head.lines < self._told.lines:
            raise LedgerBroken(self._head.lines + 1, f"is missing, and {MANIFEST} knows of it")
        if tail:
            self._mend(tail)

    def _index(self, entry: Entry, head: Head) -> None:
        if head.lines == self._told.lines and head != self._told:
            raise LedgerBroken(head.lines, f"is not the one that {MANIFEST} knows")
        if entry.kind is ledger.LineKind.REVISION and entry.participant in self._places:
            self._earlier[entry.participant].append(self._places[entry.participant])
        self._places[entry.participant] = self._head.size
        self._ids[sameness(entry.participant)] = entry.participant
        if parquet.has_what_it_takes(entry):
            self._without_tables.discard(entry.participant)
        else:
            self._without_tables.add(entry.participant)
        self._head = head

    def _mend(self, tail: bytes) -> None:
        """A line that lacks only its end gets it; one that lacks more was never told."""
        line = tail + b"\n"
        try:
            ((entry, head),) = ledger.chained([line], self._head)
        except LedgerBroken:
            disk.cut(self._ledger, self._head.size)
        else:
            disk.append(self._ledger, b"\n")
            self._index(entry, head)

    # Participants ---------------------------------------------------------------------------

    def all_kept(self, made: Iterable[Made]) -> Iterator[Outcome]:
        """Everything that is made, written in its order; told when it lies in its place."""
        for group in _together(made):
            with _resumable():
                yield from self._keep(group)

    def _keep(self, group: Sequence[Made]) -> list[Outcome]:
        checked = [self._unless_in_the_way(made) for made in group]
        lines: list[bytes] = []
        entries: list[tuple[Entry, Head]] = []
        head = self._head
        for made in checked:
            if made.entry is not None:
                line = ledger.line_of(head.numbered(made.entry))
                ((entry, head),) = ledger.chained([line], head)
                lines.append(line)
                entries.append((entry, head))
        self._stage_and_tell(checked, b"".join(lines))
        for entry, head in entries:
            self._index(entry, head)
            self._put_in_place(entry)
        for made in checked:
            if made.entry is None:
                self._put_back(made.contents)
        return [made.outcome for made in checked]

    def _stage_and_tell(self, group: Sequence[Made], lines: bytes) -> None:
        """The files beside their places, then the lines; where either fails, neither is there."""
        contents = {self._staged / n: data for made in group for n, data in made.contents.items()}
        try:
            if contents:
                disk.make_folder(self._staged)
                disk.stage(contents)
            if lines:
                disk.append(self._ledger, lines)
        except CannotWrite:
            disk.remove_folder(self._staged)
            raise

    def _unless_in_the_way(self, made: Made) -> Made:
        """The same, or its refusal where something that no batch wrote has one of its names."""
        replaced = made.entry.superseded if made.entry else {}
        expected = {ledger.superseded_from(name) for name in replaced}
        try:
            for name in made.contents:
                self._refuse_foreign(name, is_expected=name in expected)
            for name in replaced:
                self._refuse_foreign(f"{SUPERSEDED}/{name}", is_expected=False)
        except CannotWrite as refused:
            was = made.outcome
            return Made(Outcome(was.source, was.participant, refused=(str(refused),), row=was.row))
        return made

    def _refuse_foreign(self, name: str, *, is_expected: bool) -> None:
        path = self.folder / name
        if name.casefold() in RESERVED:
            raise CannotWrite(path, "a summary of the batch has that name")
        refuse_in_the_way(path)
        if not is_expected and path.exists():
            raise CannotWrite(path, "a file that no batch wrote is in the way")

    def _put_in_place(self, entry: Entry) -> None:
        """Do what an entry tells of, or what is left to do of it."""
        if entry.superseded:
            disk.make_folder(self.folder / SUPERSEDED)
        for name, sha256 in entry.superseded.items():
            old = self.folder / ledger.superseded_from(name)
            new = self.folder / SUPERSEDED / name
            if disk.sha256_of(new) is None and disk.sha256_of(old) == sha256:
                disk.move(old, new)
        for name in entry.wrote:
            if disk.sha256_of(self._staged / name) == entry.files[name].sha256:
                self._put_back([name])

    def _put_back(self, names: Iterable[str]) -> None:
        for name in names:
            if disk.sha256_of(self.folder / name) is not None:
                raise CannotWrite(self.folder / name, "a file that no batch wrote is in the way")
            disk.move(self._staged / name, self.folder / name)

    # The whole folder -----------------------------------------------------------------------

    def keeps_tables(self, *, asked: bool) -> bool:
        """Whether the folder is to have Parquet tables: once asked for, they are kept up to date.

        Raises where that cannot be: without the library, or by the ledger of an older taper.
        """
        if not asked and not any((self.folder / name).exists() for name in parquet.NAMES):
            return False
        parquet.refuse_without_library()
        if self._without_tables:
            raise Refusal.of(
                str(self._ledger),
                f"the line of {min(self._without_tables)}",
                "of an older taper, without what Parquet tables are made of",
                "--format parquet with a new folder",
            )
        return True

    def finish(self, *, merged: bool, tables: bool = False) -> None:
        """Write what follows from the ledger, where it is not there already, manifest last.

        The merged PDF, once asked for, is kept up to date: one that is not would be printed.
        """
        if not self._head.lines:
            return
        merge = (merged or (self.folder / summary.MERGED).exists()) and self._has_sheets()
        wanted = summary.Wanted(merge, tables, len(self._places))
        writers = summary.writers(self.folder, wanted)
        if self._is_finished(writers):
            return
        with _resumable():
            disk.make_folder(self._staged)
            derived = {name: self._write(name, write) for name, write in writers.items()}
            for name in self._left_over(writers):
                disk.remove(self.folder / name)
            for folder in (self.folder / SUPERSEDED, self.folder):
                disk.flush(folder)
            self._write(MANIFEST, lambda out, _: out.writelines(self._manifest(derived)))
            disk.flush(self.folder)

    def _has_sheets(self) -> bool:
        return any(name for entry in self.current() for name in merging.sheets(entry))

    def _is_finished(self, writers: summary.Writers) -> bool:
        found = {name: disk.sha256_of(self.folder / name) for name in writers}
        derived = {name: sha256 for name, sha256 in found.items() if sha256 is not None}
        if derived.keys() != writers.keys() or self._left_over(writers):
            return False
        there = disk.lines_of(self.folder / MANIFEST)
        return all(line == other for line, other in zip_longest(self._manifest(derived), there))

    def _left_over(self, writers: summary.Writers) -> list[str]:
        """What was once derived and is not to be there any more."""
        others = (name for name in summary.DERIVED if name not in writers)
        return [name for name in others if (self.folder / name).exists()]

    def _manifest(self, derived: Mapping[str, str]) -> Iterator[bytes]:
        return manifest.lines(self._head, derived, self.current(), self.every())

    def put(self, name: str, data: bytes) -> None:
        """Write a file of this run alone, of which no ledger tells."""

        def write(out: BinaryIO, _: columns.Entries) -> None:
            out.write(data)

        refuse_in_the_way(self.folder / name)
        with _resumable():
            disk.make_folder(self._staged)
            self._write(name, write)

    def _write(self, name: str, write: Callable[[BinaryIO, columns.Entries], None]) -> str:
        """Write a file beside its place and, where it is another one, into it; its SHA-256."""
        path, staged = self.folder / name, self._staged / name
        with said_of(path):
            with disk.NewFile(staged) as raw, io.BufferedWriter(raw) as out:
                write(out, self.current)
            sha256 = raw.sha256
        if disk.sha256_of(path) == sha256:
            disk.remove(staged)
        else:
            disk.move(staged, path)
        return sha256


def _together(made: Iterable[Made]) -> Iterator[list[Made]]:
    """A few at a time: a disk flushes many in the time of a few, and nobody waits for long."""
    group: list[Made] = []
    size = 0
    for one in made:
        group.append(one)
        size += sum(map(len, one.contents.values()))
        if len(group) >= MOST_TOGETHER or size >= LARGEST_TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group
