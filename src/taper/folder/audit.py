"""An output folder looked at afterwards: do files, manifest and ledger agree, and if not, where.

Nothing is written, and nothing is put right. A hash proves that a file is the one that was
written, not who wrote it: whoever can rewrite files, manifest and the whole ledger is not found
out. For that, keep a copy of the manifest's `ledger` hash elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from taper.errors import TaperError
from taper.folder import looked_at
from taper.folder.discrepancies import Audit, Fault
from taper.folder.ledger_file import refuse_reserved
from taper.folder.names import DERIVED, FILES, FOLDERS, RUNS, STAGED
from taper.folder.told import opened
from taper.record import ledger, manifest
from taper.record.ledger import LEDGER, Entry, Head, LedgerBroken, LedgerNewer, Line, LineKind
from taper.record.manifest import MANIFEST, SUPERSEDED, ManifestBroken
from taper.record.runs import Recalled, Run
from taper.signing.keys import SHORT, Signature, is_signed
from taper.storage import lock
from taper.storage.folder_seen import FolderSeen
from taper.storage.reasons import CannotRead
from taper.storage.within import Bearer

UNVOUCHED = frozenset({"refused.csv", ".DS_Store", "Thumbs.db", "desktop.ini"})
"""What may lie there although no ledger tells of it: the refusals of the last run, which are not
kept, and what file managers leave behind."""


def audit(folder: Path, known: frozenset[str] | None = None) -> Audit:
    """Everything in an output folder compared with its ledger and its manifest.

    Where a line is signed, or keys are `known`, what is not signed is told, and what is signed by
    another key than a known one; without known keys by whichever key, which then proves only that
    lines belong together.
    """
    with opened(folder) as seen:
        if lock.is_held(seen):
            raise TaperError(f"{folder} is being written by a batch; audit it when that has ended.")
        return _Auditor(seen, known).audit()


class _Auditor:
    def __init__(self, folder: FolderSeen, known: frozenset[str] | None) -> None:
        self.folder = folder
        self.known = known
        self.result = Audit()
        self.entries: dict[str, Entry] = {}
        self.every: list[Line] = []
        self.expected: dict[str, tuple[str, str]] = {}
        self.head = Head()
        self.is_whole = True
        self.knows_summaries = False
        self.strange: set[str] = set()

    def audit(self) -> Audit:
        self._find_strange()
        self._read_ledger()
        self._expect()
        is_finished = self._compare_manifest()
        staged = set(self._names(STAGED))
        if staged or not is_finished:
            self.result.add(
                str(self.folder.path),
                Fault.UNFINISHED,
                "a run was ended before its end; the same command goes on from there",
            )
        self._compare_signatures()
        self._compare_files(staged)
        self._find_extra()
        return self.result

    # What is of another kind --------------------------------------------------------------

    def _find_strange(self) -> None:
        """Links, pipes and the like under the folder's own names: nothing is read through them."""
        for name in (*FOLDERS, *FILES):
            right = Bearer.FOLDER if name in FOLDERS else Bearer.FILE
            if not self._is_under_strange(name) and self.folder.bearer(name) not in {None, right}:
                self.strange.add(name)
                what = "folder" if name in FOLDERS else "file"
                self.result.add(name, Fault.TOUCHED, f"it is no plain {what}")

    def _is_under_strange(self, name: str) -> bool:
        return any(name == other or name.startswith(f"{other}/") for other in self.strange)

    def _names(self, folder: str) -> list[str]:
        """What lies in a folder within, where that is a real one."""
        return [] if self._is_under_strange(folder) else self.folder.names(folder)

    # Ledger -------------------------------------------------------------------------------

    def _read_ledger(self) -> None:
        """Every line that can be read; what does not hang together is noted once a line."""
        # a last line that was written in part: that run is unfinished, and its manifest behind
        whole = (line for line in self._ledger_lines() if line.endswith(b"\n"))
        for number, (line, wrong) in enumerate(looked_at.looked_at(whole), start=1):
            try:
                if wrong is not None:
                    raise wrong
                entry = ledger.entry_again(line, number)
                refuse_reserved(entry, number)
                self._take(entry, number)
            except LedgerNewer as newer:
                raise TaperError(f"{self.folder.path / LEDGER} goes on: {newer}.") from newer
            except LedgerBroken as broken:
                self._note(broken)
            self.head = Head(number, self.head.size + len(line), ledger.digest(line))
            self.result.lines = number
        self.result.participants = len(self.entries)

    def _ledger_lines(self) -> Iterator[bytes]:
        if LEDGER in self.strange:
            self.is_whole = False
            return
        try:
            yield from self.folder.lines_of(LEDGER)
        except CannotRead as unread:
            self.is_whole = False
            self.result.add(LEDGER, Fault.TOUCHED, str(unread).rstrip("."))

    def _take(self, line: Line, number: int) -> None:
        self.every.append(line)
        if line.previous != self.head.sha256:
            said = f"does not follow from line {number - 1}: one of them was changed"
            self._note(LedgerBroken(number, said))
        elif line.number != number:
            self._note(LedgerBroken(number, f"calls itself line {line.number}"))
        elif not isinstance(line, Run) and not _follows(self.entries.get(line.participant), line):
            what = "revision that follows" if isinstance(line, Entry) else "recall of a paper"
            self._note(LedgerBroken(number, f"is no {what} for {line.participant}"))
        if isinstance(line, Entry):
            self.entries[line.participant] = line

    def _note(self, broken: LedgerBroken) -> None:
        self.is_whole = False
        self.result.add(LEDGER, Fault.TOUCHED, str(broken))

    def _expect(self) -> None:
        """What each file has to be, by the ledger."""
        for line in self.every:
            if isinstance(line, Run):
                about = f"the run of {line.day}"
                self.expected |= {name: (mark, about) for name, mark in line.pages.items()}
            if isinstance(line, Entry):
                self._expect_superseded(line)
        for entry in self.entries.values():
            for name, mark in entry.files.items():
                about = f"revision {entry.revision} of {entry.participant}"
                self.expected[name] = (mark.sha256, about)

    def _expect_superseded(self, entry: Entry) -> None:
        for name, sha256 in entry.superseded.items():
            of = entry.replaces.revision if entry.replaces else 0
            about = f"revision {of} of {entry.participant}"
            self.expected[f"{SUPERSEDED}/{name}"] = (sha256, about)

    # Manifest -----------------------------------------------------------------------------

    def _compare_manifest(self) -> bool:
        """Whether the manifest is as far as the ledger; notes where they differ."""
        if MANIFEST in self.strange:
            return True
        if not self.folder.has(MANIFEST):
            return False
        try:
            told = looked_at.head_of(self.folder.lines_of(MANIFEST))
        except (ManifestBroken, CannotRead) as broken:
            self.result.add(MANIFEST, Fault.TOUCHED, str(broken).rstrip("."))
            return True
        if not self.folder.has(LEDGER):
            self.result.add(LEDGER, Fault.MISSING, f"{MANIFEST} knows of {told.lines} lines")
            return True
        if LEDGER in self.strange:
            return True
        if told.lines > self.head.lines:
            self.result.add(LEDGER, Fault.TOUCHED, f"it has lost lines: there were {told.lines}")
        if told.lines != self.head.lines:
            return told.lines > self.head.lines
        if self.is_whole and told != self.head:
            said = f"is not the one that {MANIFEST} knows"
            self._note(LedgerBroken(self.head.lines, said))
        if self.is_whole:
            self._compare_lines()
        return True

    def _compare_lines(self) -> None:
        names = set(DERIVED)
        items = looked_at.items_of(self.folder.lines_of(MANIFEST))
        derived = {i["name"]: i["sha256"] for i in items if i["name"] in names}
        self.expected |= {name: (sha256, "the summaries") for name, sha256 in derived.items()}
        self.knows_summaries = True
        current = (self.entries[participant] for participant in sorted(self.entries))
        signed = looked_at.signed_of(self.folder.lines_of(MANIFEST))
        right = manifest.lines(self.head, derived, current, self.every, signed)
        both = zip_longest(right, self.folder.lines_of(MANIFEST), fillvalue=b"")
        for number, (line, there) in enumerate(both, start=1):
            if line != there:
                self.result.add(
                    MANIFEST, Fault.TOUCHED, f"line {number} is not what the ledger says{_of(line)}"
                )
                return

    # Signatures ---------------------------------------------------------------------------

    def _compare_signatures(self) -> None:
        """What is not signed, in a folder that has a key, or not by a known one."""
        head = None if MANIFEST in self.strange else self._signed_head()
        if self.known is None and head is None and not any(each.signed for each in self.every):
            return
        for line in self.every:
            about = f"line {line.number}, {_about(line)},"
            self._compare_signature(LEDGER, about, line.signed, "line", ledger.signable(line))
        if self.is_whole:
            self._compare_signature(MANIFEST, "its head", head, "head", self.head.signable)

    def _signed_head(self) -> Signature | None:
        try:
            return looked_at.signed_of(self.folder.lines_of(MANIFEST))
        except CannotRead:
            return None

    def _compare_signature(
        self, file: str, about: str, signed: Signature | None, kind: str, content: bytes
    ) -> None:
        if signed is None:
            self.result.add(file, Fault.UNSIGNED, f"{about} has no signature")
        elif not is_signed(signed, kind, content):
            self.result.add(file, Fault.TOUCHED, f"{about} is not what was signed")
        elif self.known is not None and signed["key"] not in self.known:
            key = signed["key"][:SHORT]
            self.result.add(file, Fault.UNSIGNED, f"{about} is signed by {key}, no known key")

    # Files --------------------------------------------------------------------------------

    def _compare_files(self, staged: set[str]) -> None:
        for name, (sha256, about) in sorted(self.expected.items()):
            self.result.files += 1
            if self._is_under_strange(name):
                continue
            try:
                found = self.folder.sha256_of(name)
            except TaperError:
                self.result.add(name, Fault.TOUCHED, f"it is no plain file, and was of {about}")
                continue
            if found is None and name not in staged:
                self.result.add(name, Fault.MISSING, f"it was written for {about}")
            elif found not in (None, sha256):
                self.result.add(name, Fault.TOUCHED, f"it is not what was written for {about}")

    def _find_extra(self) -> None:
        ours = {LEDGER, MANIFEST, SUPERSEDED, RUNS, lock.FOLDER, *UNVOUCHED, *self.expected}
        if not self.knows_summaries:
            ours |= set(DERIVED)
        for name in self.folder.names():
            if name not in ours:
                self.result.add(name, Fault.EXTRA, "no batch wrote it")
        for folder in (SUPERSEDED, RUNS):
            for each in self._names(folder):
                name = f"{folder}/{each}"
                if name not in ours and each not in UNVOUCHED:
                    self.result.add(name, Fault.EXTRA, "no batch wrote it")


def _about(line: Line) -> str:
    """What a line tells of, in a sentence."""
    if isinstance(line, Run):
        return f"the run of {line.day}"
    return f"revision {line.revision} of {line.participant}"


def _follows(before: Entry | None, entry: Entry | Recalled) -> bool:
    """Whether a line may come after the entry before of the same participant."""
    if isinstance(entry, Recalled):
        return before is not None and entry.revision <= before.revision
    if before is None:
        return entry.revision == 1
    if entry.kind is LineKind.FILES:
        return entry.revision == before.revision
    return entry.revision == before.revision + 1


def _of(line: bytes) -> str:
    name = next((item["name"] for item in manifest.items_of([line])), None)
    return f" of {name}" if name else ""
