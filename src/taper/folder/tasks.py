"""One participant of a batch, between the ledger's last word and its next.

Whoever plans gets a `Task` and returns what was `Made`; neither reads nor writes the folder, so
that it may be done by any process, and again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import overload

from taper.folder.outcomes import Outcome
from taper.pharmacy.returns import Forerunner
from taper.pharmacy.terms import terms_from
from taper.planning.plan import Part, Planned
from taper.record import revising
from taper.record.changes import Revision
from taper.record.ledger import Entry
from taper.record.marks import Mark
from taper.sources.claims import Claimant


@dataclass(frozen=True, slots=True)
class Former:
    """What the ledger last told of a participant.

    `gone` are its files that are no longer there, `before` the revisions before it, `days` those
    that each of them, and this one, had. `untold`: by a run that was ended before it was finished,
    so that nobody may have seen what it said on the screen.
    """

    entry: Entry
    gone: frozenset[str]
    untold: bool
    before: tuple[Revision, ...] = ()
    days: tuple[Forerunner, ...] = ()

    @classmethod
    def of(
        cls, entry: Entry, gone: frozenset[str], before: Sequence[Entry], *, untold: bool
    ) -> Former:
        """An entry after those before it."""
        told = tuple(each.told for each in before)
        days = tuple(map(_forerunner, (*before, entry)))
        return cls(entry, gone, untold, told, days)


def _forerunner(entry: Entry) -> Forerunner:
    terms = None if entry.terms is None else terms_from(entry.terms)
    return Forerunner(entry.issued, entry.kept.steps, terms, entry.kept.after)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of one task: what to tell, the line to add, the files to write."""

    outcome: Outcome
    entry: Entry | None = None
    contents: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """Whom to plan, and what the ledger last told of them."""

    claimant: Claimant
    former: Former | None = None

    @property
    def gone(self) -> frozenset[str]:
        """The former files that are no longer there."""
        return self.former.gone if self.former else frozenset()

    def lacks(self, names: Iterable[str]) -> list[str]:
        """Which of the files asked for the former revision does not have, or not any more."""
        if self.former is None:
            return list(names)
        there = self.former.entry.files.keys() - self.gone
        return [each for each in dict.fromkeys([*names, *sorted(self.gone)]) if each not in there]

    def is_former(self, entry: Entry) -> bool:
        """Whether that is the revision that there was, with whatever more is told of it."""
        return self.former is not None and entry.revision == self.former.entry.revision

    def history_with(self, entry: Entry) -> tuple[Revision, ...]:
        """Every revision up to that of `entry`, which may be the former one."""
        before = () if self.former is None else (*self.former.before, self.former.entry.told)
        return (*(each for each in before if each.number < entry.revision), entry.told)

    def forerunners(self, entry: Entry) -> tuple[Forerunner, ...]:
        """The days of every revision before that of `entry`, which may be the former one."""
        if self.former is None:
            return ()
        return self.former.days[:-1] if self.is_former(entry) else self.former.days

    def made(
        self,
        plan: Planned,
        now: Entry,
        entry: Entry,
        contents: Mapping[str, bytes],
        parts: Mapping[str, Part],
        styles: Mapping[str, str],
    ) -> Made:
        """What came of it: `entry` is the former one or a new one, `contents` its new files.

        `parts` has the days of those that show a part of them, `styles` how those say them that
        are not in the usual style.
        """
        marks = {
            name: Mark(
                hashlib.sha256(data).hexdigest(),
                now.inputs_sha256,
                now.engine,
                parts.get(name),
                styles.get(name, ""),
            )
            for name, data in contents.items()
        }
        outcome = Outcome.of(self.claimant, plan, map(Path, contents))
        if self.former is None or not self.is_former(entry):
            return Made(_told(outcome, entry), revising.with_files(entry, marks), contents)
        kept = tuple(name for name in entry.files if name not in marks)
        if self.former.untold:  # by this same command, before it was ended
            outcome = _told(replace(outcome, written=(*kept, *outcome.written)), entry)
        else:
            noted = tuple(map(str, entry.why[len(self.former.entry.why) :]))
            outcome = replace(outcome, revision=entry.revision, kept=kept, noted=noted)
        is_same = entry is self.former.entry and all(
            entry.files.get(name) == mark for name, mark in marks.items()
        )
        return Made(outcome, None if is_same else revising.with_more_files(entry, marks), contents)


class Tasks(Sequence[Task]):
    """Claimants with what the ledger last told of each, looked up only when they are asked for."""

    def __init__(self, claimants: Sequence[Claimant], task_of: Callable[[Claimant], Task]) -> None:
        self._claimants, self._task_of = claimants, task_of

    def __len__(self) -> int:
        return len(self._claimants)

    @overload
    def __getitem__(self, place: int) -> Task: ...
    @overload
    def __getitem__(self, place: slice) -> list[Task]: ...
    def __getitem__(self, place: int | slice) -> Task | list[Task]:
        if isinstance(place, int):
            return self._task_of(self._claimants[place])
        return [self._task_of(claimant) for claimant in self._claimants[place]]


def _told(outcome: Outcome, entry: Entry) -> Outcome:
    """The outcome with what it replaces, and why."""
    return replace(
        outcome,
        revision=entry.revision,
        replaces=entry.replaces,
        why=tuple(map(str, entry.why)),
    )
