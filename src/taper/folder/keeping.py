"""The folder that a batch writes to: never half a file, and what follows after a run was killed.

A participant is written in four moves, and a run may end between any two of them:

1. the new files are written to `.taper/staged/` and flushed,
2. the line that tells of them is added to `ledger.jsonl` and flushed: from here on it counts,
3. the files that they replace are moved to `superseded/`,
4. the new files are moved into their places.

Whoever opens the folder next does again what a line tells of and was not done, throws away what
no line tells of, and goes on. When all participants are done, `taper.folder.finishing` writes what
follows from the ledger. One process writes; those that plan never do.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from taper.errors import Refusal, Stopped, TaperError
from taper.folder import names
from taper.folder.ledger_file import Damaged, LedgerFile, NextLine
from taper.folder.looked_at import head_of
from taper.folder.names import RESERVED, RUNS, STAGED, last_name
from taper.folder.outcomes import Outcome
from taper.folder.tasks import Former, Made, Task
from taper.folder.together import USUAL, Together, groups
from taper.record import ledger
from taper.record.ledger import LEDGER, Entry, Head, Line, LineKind
from taper.record.manifest import MANIFEST, SUPERSEDED, ManifestBroken
from taper.record.runs import Recalled, Run
from taper.sources.claims import Claimant
from taper.storage import files, lock
from taper.storage.open_folder import NoFolder, OpenFolder
from taper.storage.reasons import CannotWrite
from taper.storage.within import Bearer


class Interrupted(Stopped):
    """The folder cannot be written any more; what is in it is whole. `then` is what comes next."""

    def __init__(self, error: TaperError, then: str = "the same command goes on from there"):
        self.error = error
        super().__init__(f"{str(error).rstrip('.')}; what was done before is whole, and {then}.")


@contextmanager
def opened(folder: Path) -> Iterator[OutFolder]:
    """The folder for one run, with what a run before it left undone now done."""
    is_new = not folder.exists()
    files.make_folder(folder)
    try:
        with OpenFolder(folder) as there, lock.held(there):
            kept = OutFolder(there)
            try:
                with resumable():
                    kept.resume()
                yield kept
            finally:
                there.remove_empty(STAGED)  # what is to be done again stays
    finally:
        if is_new:
            with contextlib.suppress(OSError):  # unless something was written
                folder.rmdir()


@contextmanager
def looked_at(folder: Path) -> Iterator[OutFolder]:
    """The folder as a run would find it, to be asked and not written: nothing of it is changed.

    Raises what a run would raise, also where another one has the folder.
    """
    with OpenFolder(folder) if folder.is_dir() else NoFolder(folder) as there:
        if lock.is_held(there):
            raise lock.Held(folder, "")
        kept = OutFolder(there)
        with resumable():
            kept.read(mends=False)
        yield kept


@contextmanager
def resumable() -> Iterator[None]:
    """Whatever cannot be written within interrupts the run, which the same command goes on with."""
    try:
        yield
    except CannotWrite as error:
        raise Interrupted(error) from error


class OutFolder:
    """An output folder that this process holds the lock of."""

    def __init__(self, folder: OpenFolder) -> None:
        self.folder = folder
        self.ledger = LedgerFile(folder)

    # After a run that was ended ---------------------------------------------------------------

    def resume(self) -> None:
        """Read the ledger, and do again what it tells of and was not done."""
        self.read()
        for said in self.ledger.untold():
            self._put_in_place(said)
        self.folder.remove_folder(STAGED)

    def _told(self) -> Head:
        """How far the ledger went, by the manifest."""
        try:
            return head_of(self.folder.lines_of(MANIFEST))
        except ManifestBroken as broken:
            if not self.folder.has(LEDGER):  # then it is somebody's
                return Head()
            said = f"{broken}; put it back, or remove it to have it made again"
            raise Damaged(self.folder.path / MANIFEST, said) from broken

    def read(self, *, mends: bool = True) -> None:
        """Read the ledger; refused where something that no batch wrote lies in the way."""
        names.refuse_in_the_way(self.folder)
        self.ledger.read(self._told(), mends=mends)
        for page in self.ledger.pages:
            self.folder.refuse_in_the_way(page)
        if not self.ledger.participants:
            self._refuse_what_no_batch_wrote()

    def _refuse_what_no_batch_wrote(self) -> None:
        """Where there is no ledger, whatever bears the name of a summary is somebody's."""
        for name in (MANIFEST, *names.DERIVED):
            if self.folder.has(name):
                raise CannotWrite(
                    self.folder.path / name, "a file that no batch wrote is in the way"
                )

    # What there is of a participant -----------------------------------------------------------

    def task(self, claimant: Claimant) -> Task:
        """The claimant with what the ledger last told, or refused because of what lies there."""
        if claimant.participant is None:
            return Task(claimant)
        try:
            return Task(claimant, self.former(claimant.participant))
        except TaperError as refused:
            return Task(replace(claimant, refused=(*claimant.refused, *refused.grounds)))

    def former(self, participant: str) -> Former | None:
        """What the ledger last told of a participant; raises where that is not what lies there."""
        other = self.ledger.known_as(participant)
        if other != participant:
            raise Refusal.of(
                participant,
                "participant",
                f"{participant}, and {self.folder.path} has calendars of {other}",
                "ids that differ in more than case or leading zeros",
            )
        entry = self.ledger.last_of(participant)
        if entry is None:
            return None
        untold = entry.number > self.ledger.told.lines
        gone = frozenset(self._gone(entry, untold=untold))
        return Former.of(entry, gone, self.ledger.before(entry), untold=untold)

    def _gone(self, entry: Entry, *, untold: bool) -> Iterator[str]:
        for name, mark in entry.files.items():
            if untold and self.folder.sha256_of(f"{STAGED}/{name}") == mark.sha256:
                continue  # the next run puts it in its place
            found = self.folder.sha256_of(name)
            if found is None:
                yield name
            elif found != mark.sha256:
                path = self.folder.path / name
                raise TaperError(
                    f"{path} is not the file that revision {entry.revision} wrote; put that back, "
                    "or remove this one to have it made again."
                )

    # What is made of them ---------------------------------------------------------------------

    def all_kept(self, made: Iterable[Made], together: Together = USUAL) -> Iterator[Outcome]:
        """Everything that is made, written in its order; told when it lies in its place."""
        for group in groups(made, together):
            with resumable():
                yield from self._keep(group)

    def _keep(self, group: Sequence[Made]) -> list[Outcome]:
        checked = [self.unless_in_the_way(made) for made in group]
        lines = self.ledger.lines_of(made.entry for made in checked if made.entry is not None)
        self._stage_and_tell(checked, lines)
        for line in lines:
            self.ledger.index(line)
            self._put_in_place(line.said)
        for made in checked:
            if made.entry is None:
                self._put_back(made.contents)
        return [made.outcome for made in checked]

    def _stage_and_tell(self, group: Sequence[Made], lines: Sequence[NextLine]) -> None:
        """The files beside their places, then the lines; where either fails, neither is there."""
        contents = {f"{STAGED}/{n}": data for made in group for n, data in made.contents.items()}
        try:
            if contents:
                self.folder.make_folder(STAGED)
                self.folder.stage(contents)
            if lines:
                self.ledger.add(lines)
        except CannotWrite:
            self.folder.remove_folder(STAGED)
            raise

    def unless_in_the_way(self, made: Made) -> Made:
        """The same, or its refusal where something that no batch wrote has one of its names."""
        replaced = made.entry.superseded if made.entry else {}
        expected = {ledger.superseded_from(name) for name in replaced}
        try:
            for name in made.contents:
                self._refuse_foreign(name, is_expected=name in expected)
            for name in replaced:
                self._refuse_foreign(f"{SUPERSEDED}/{name}", is_expected=False)
        except CannotWrite as refused:
            return Made(_in_the_way(made, refused))
        return made

    def _refuse_foreign(self, name: str, *, is_expected: bool) -> None:
        path = self.folder.path / name
        if name.casefold() in RESERVED:
            raise CannotWrite(path, "a summary of the batch has that name")
        self.folder.refuse_in_the_way(name)
        if not is_expected and self.folder.has(name):
            raise CannotWrite(path, "a file that no batch wrote is in the way")

    def has_room_for(self, page: str, sha256: str) -> bool:
        """Whether nothing bears its name, or what does is that page: a ledger may lose a line."""
        bearer = self.folder.bearer(page)
        return bearer is None or (bearer is Bearer.FILE and self.folder.sha256_of(page) == sha256)

    def tell(self, said: Run | Recalled, pages: Mapping[str, bytes] | None = None) -> None:
        """Add a line that is no participant's calendar, with the pages that it tells of."""
        pages = pages or {}
        lines = self.ledger.lines_of([said])
        with resumable():
            self._stage_and_tell([Made(Outcome(""), contents=_by_last_name(pages))], lines)
            for line in lines:
                self.ledger.index(line)
                self._put_in_place(line.said)

    def _put_in_place(self, said: Line) -> None:
        """Do what a line tells of, or what is left to do of it."""
        match said:
            case Entry():
                self._put_papers(said)
            case Run():
                self._put_pages(said)

    def _put_pages(self, run: Run) -> None:
        for name, sha256 in run.pages.items():
            staged = f"{STAGED}/{last_name(name)}"
            if self.folder.sha256_of(staged) == sha256:
                self.folder.make_folder(RUNS)
                self.folder.move(staged, name)

    def _put_papers(self, entry: Entry) -> None:
        if entry.superseded:
            self.folder.make_folder(SUPERSEDED)
        for name, sha256 in entry.superseded.items():
            old, new = ledger.superseded_from(name), f"{SUPERSEDED}/{name}"
            if self.folder.sha256_of(new) is None and self.folder.sha256_of(old) == sha256:
                self.folder.move(old, new)
        for name in entry.wrote:
            if self.folder.sha256_of(f"{STAGED}/{name}") == entry.files[name].sha256:
                self._put_back([name])

    def _put_back(self, names: Iterable[str]) -> None:
        for name in names:
            if self.folder.sha256_of(name) is not None:
                said = "a file that no batch wrote is in the way"
                raise CannotWrite(self.folder.path / name, said)
            self.folder.move(f"{STAGED}/{name}", name)


def _in_the_way(made: Made, refused: CannotWrite) -> Outcome:
    """Of one of whose files cannot be written: a paper that is out holds where its plan does."""
    was, entry = made.outcome, made.entry
    is_other = entry is not None and entry.kind is LineKind.REVISION
    left = entry.replaces.revision if is_other and entry and entry.replaces else None
    return Outcome(
        was.source,
        was.participant,
        refused=refused.grounds,
        left=left,
        holds=None if is_other else was.revision,
        row=was.row,
    )


def _by_last_name(pages: Mapping[str, bytes]) -> dict[str, bytes]:
    return {last_name(name): data for name, data in pages.items()}
