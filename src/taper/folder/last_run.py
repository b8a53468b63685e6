"""What the last run of a folder found: whose papers hold, whose do not, what must come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from taper.folder.ledger_file import LedgerFile
from taper.record.ledger import Entry
from taper.record.recalls import Recall, open_recall
from taper.record.runs import Run


class Standing(StrEnum):
    """What becomes of a paper that no revision replaced."""

    HOLDS = ""
    UNFIT = "no longer fits its data"
    ABSENT = "not in the source"


@dataclass(frozen=True)
class LastRun:
    """A run with the ledger behind it, and the lines that came with it.

    `is_first` where no run before it came to its end: all of the folder is new then.
    """

    run: Run
    ledger: LedgerFile
    came: Callable[[], Iterator[Entry]]
    is_first: bool

    @classmethod
    def of(cls, ledger: LedgerFile, run: Run | None = None) -> LastRun:
        """The last run of the ledger, or one that is about to be told of, or ended too early."""
        if run is not None:
            return cls(run, ledger, ledger.of_this_run, is_first=ledger.last_run is None)
        if ledger.last_run is not None:
            return cls(ledger.last_run, ledger, ledger.of_last_run, is_first=ledger.runs == 1)
        never = Run(ledger.newest_day() or date.min, "")  # a ledger of 0.1.0
        return cls(never, ledger, ledger.every_entry, is_first=True)

    @cached_property
    def _unfit(self) -> frozenset[str]:
        return frozenset(self.run.unfit)

    @cached_property
    def _absent(self) -> frozenset[str]:
        return frozenset(self.run.absent)

    def standing(self, entry: Entry) -> Standing:
        """What the run found of a participant's current paper."""
        if entry.participant in self._unfit:
            return Standing.UNFIT
        return Standing.ABSENT if entry.participant in self._absent else Standing.HOLDS

    def changed(self) -> Iterator[Entry]:
        """Whoever got papers with it, by the current entry, by id."""
        ids = sorted({entry.participant for entry in self.came()})
        found = (self.ledger.last_of(each) for each in ids)
        return (entry for entry in found if entry is not None)

    @cached_property
    def wrote(self) -> Mapping[str, Mapping[str, None]]:
        """The names of the files that came with it, by participant."""
        wrote: dict[str, dict[str, None]] = {}
        for entry in self.came():
            wrote.setdefault(entry.participant, {}).update(dict.fromkeys(entry.wrote))
        return wrote

    def printed(self) -> Iterator[Entry]:
        """The same, each with the files alone that came with it: all others are out already."""
        for entry in self.changed():
            came = self.wrote[entry.participant]
            files = {name: mark for name, mark in entry.files.items() if name in came}
            yield replace(entry, files=files)

    def recalls(self) -> list[Recall]:
        """What is to come back, the most urgent first."""
        every = (
            open_recall(revisions, self.back(revisions[-1].participant))
            for revisions in self.ledger.revised()
        )
        return sorted((each for each in every if each is not None), key=lambda each: each.order)

    def back(self, participant: str) -> int:
        """Up to which revision a participant's papers are back."""
        said = self.ledger.recalled.get(participant)
        return 0 if said is None else said.revision

    def unfit(self) -> list[tuple[str, int]]:
        """Whose paper is out and no longer fits the data, with its revision."""
        out = self.run.unfit.items()
        return [(who, revision) for who, revision in sorted(out) if self.back(who) < revision]

    def absent(self) -> Iterator[Entry]:
        """Whose papers are out although the source does not name them any more."""
        found = (self.ledger.last_of(each) for each in self.run.absent)
        return (e for e in found if e is not None and self.back(e.participant) < e.revision)
