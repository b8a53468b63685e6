"""The ledger of an output folder: what a line says, how lines hang together, what is new. Pure.

Each line is one JSON object and carries the SHA-256 of the line before it. Whatever else a
folder holds follows from its ledger: which file is current, what was replaced and why, and every
row of the summaries. Nothing here reads or writes a file; `taper.folder.keeping` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from taper.errors import TaperError
from taper.planning.plan import Plan
from taper.record import plan_document
from taper.record.changes import (
    Cause,
    Change,
    Facts,
    Replaced,
    Revision,
    Stretches,
    changed_from,
    course,
    facts,
    said_otherwise,
)
from taper.trial.participant import Participant
from taper.trial.rules import Trial

FIRST = "0" * 64
"""What the first line carries in the place of the hash of the line before."""


class LedgerBroken(TaperError):
    """A line that is not what was written."""

    def __init__(self, line: int, what: str) -> None:
        self.line, self.what = line, what
        super().__init__(f"line {line} {what}")


class LineKind(StrEnum):
    """What a line tells of."""

    REVISION = "revision"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file is known by: its SHA-256, that of what was said, and what made it."""

    sha256: str
    inputs_sha256: str
    engine: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a revision of one participant's calendar, or further files of it.

    `files` are all the current files of the participant, `wrote` those of them that came with
    this line, `superseded` the former ones by their new names, with their SHA-256.
    """

    participant: str
    revision: int
    issued: date
    plan_id: str
    provisional: bool
    status: str
    locale: str
    replaces: Replaced | None
    why: tuple[Change, ...]
    files: Mapping[str, Mark]
    wrote: tuple[str, ...]
    superseded: Mapping[str, str]
    inputs_sha256: str
    engine: str
    facts: Facts
    course: Stretches
    row: Mapping[str, Any]
    draft_translation: bool = False  # lines from before there were translations lack it
    kind: LineKind = LineKind.REVISION
    number: int = 0
    previous: str = FIRST

    @property
    def told(self) -> Revision:
        """The revision, for a page that lists all there were."""
        since = self.replaces.changed_from if self.replaces else None
        return Revision(self.revision, self.issued, self.plan_id, since, tuple(map(str, self.why)))

    @property
    def face(self) -> tuple[str, bool, str, str, bool]:
        """What makes it another paper in the eyes of its reader.

        Banners and language are no part of the plan's id, but a sheet that says DRAFT must not
        stay once the infusion was given or the translation signed, nor the other way round.
        """
        return self.plan_id, self.provisional, self.status, self.locale, self.draft_translation


# Lines ----------------------------------------------------------------------------------------


def line_of(entry: Entry) -> bytes:
    """The entry as its line, with the newline at the end."""
    said = {
        "number": entry.number,
        "kind": entry.kind.value,
        "participant": entry.participant,
        "revision": entry.revision,
        "issued": entry.issued.isoformat(),
        "plan_id": entry.plan_id,
        "provisional": entry.provisional,
        "status": entry.status,
        "locale": entry.locale,
        "replaces": entry.replaces and entry.replaces.as_dict(),
        "why": [[change.cause.value, change.said] for change in entry.why],
        "files": {name: asdict(mark) for name, mark in entry.files.items()},
        "wrote": list(entry.wrote),
        "superseded": dict(entry.superseded),
        "inputs_sha256": entry.inputs_sha256,
        "engine": entry.engine,
        "facts": entry.facts,
        "course": entry.course,
        "row": entry.row,
        "draft_translation": entry.draft_translation,
        "previous": entry.previous,
    }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def entry_of(line: bytes, number: int) -> Entry:
    """The entry that a line says; raises `LedgerBroken` where it says none."""
    try:
        said = json.loads(line)
        return Entry(
            **{
                **said,
                "kind": LineKind(said["kind"]),
                "issued": date.fromisoformat(said["issued"]),
                "replaces": said["replaces"] and Replaced.of(said["replaces"]),
                "files": {name: Mark(**mark) for name, mark in said["files"].items()},
                "why": tuple(Change(Cause(cause), text) for cause, text in said["why"]),
                "wrote": tuple(said["wrote"]),
            }
        )
    except (ValueError, TypeError, KeyError) as wrong:
        raise LedgerBroken(number, "is no line of a ledger") from wrong


def digest(line: bytes) -> str:
    """The hash of a line, which the next one carries."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """How far a ledger goes: its lines, their bytes, and the hash of the last one."""

    lines: int = 0
    size: int = 0
    sha256: str = FIRST

    def then(self, line: bytes) -> Head:
        """The head when that line has been added."""
        return Head(self.lines + 1, self.size + len(line), digest(line))

    def numbered(self, entry: Entry) -> Entry:
        """The entry as the next line."""
        return replace(entry, number=self.lines + 1, previous=self.sha256)


def chained(lines: Iterable[bytes], head: Head = Head()) -> Iterator[tuple[Entry, Head]]:
    """Each entry with the head behind it; raises `LedgerBroken` where the chain is broken."""
    for line in lines:
        number = head.lines + 1
        entry = entry_of(line, number)
        if entry.previous != head.sha256:
            raise LedgerBroken(
                number, f"does not follow from line {number - 1}: one of them was changed"
            )
        if entry.number != number:
            raise LedgerBroken(number, f"calls itself line {entry.number}")
        head = head.then(line)
        yield entry, head


# What is new ----------------------------------------------------------------------------------


def first_of(
    plan: Plan,
    trial: Trial,
    participant: Participant,
    *,
    issued: date,
    plan_id: str,
    row: Mapping[str, Any],
    draft_translation: bool = False,
) -> Entry:
    """The entry of a plan as if nothing had been there before."""
    return Entry(
        participant=plan.participant,
        revision=1,
        issued=issued,
        plan_id=plan_id,
        provisional=plan.provisional,
        status=plan.protocol.status,
        locale=plan.locale,
        replaces=None,
        why=(),
        files={},
        wrote=(),
        superseded={},
        inputs_sha256=plan.inputs_sha256,
        engine=plan_document.ENGINE,
        facts=facts(trial, participant),
        course=course(plan),
        row=row,
        draft_translation=draft_translation,
    )


def after(former: Entry | None, now: Entry, gone: frozenset[str] = frozenset()) -> Entry:
    """What a new plan makes of the former entry: itself, or the next revision.

    `gone` are files of the former entry that are no longer there, and so cannot be moved away.
    """
    if former is None:
        return now
    if former.face == now.face:
        return former
    return replace(
        now,
        revision=former.revision + 1,
        replaces=Replaced(
            former.revision,
            former.plan_id,
            former.issued,
            changed_from(former.course, now.course),
        ),
        why=tuple(changes(former, now)),
        superseded={
            superseded_name(name, former.revision): mark.sha256
            for name, mark in former.files.items()
            if name not in gone
        },
    )


def with_files(entry: Entry, made: Mapping[str, Mark]) -> Entry:
    """The entry with the files that were made for it."""
    return replace(entry, files={**entry.files, **made}, wrote=tuple(made))


def with_more_files(former: Entry, made: Mapping[str, Mark]) -> Entry:
    """A further line of the same revision: files that it did not have, or that were made again."""
    return replace(with_files(former, made), kind=LineKind.FILES, superseded={})


def superseded_name(name: str, revision: int) -> str:
    """What a file is called once its revision was replaced."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-r{revision}.{suffix}"


def superseded_from(name: str) -> str:
    """What a superseded file was called before."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem.rpartition('-r')[0]}.{suffix}"


# Why it is another one ------------------------------------------------------------------------


def changes(old: Entry, new: Entry) -> list[Change]:
    """Why the new plan is another one, by what was said then and now."""
    found = [*said_otherwise(old.facts, new.facts), *_seen_only(old, new)]
    return found or [_by_itself(old, new)]


def _seen_only(old: Entry, new: Entry) -> Iterator[Change]:
    """What a reader sees although no day differs."""
    if old.provisional and not new.provisional:
        yield Change(Cause.INFUSION, "no longer provisional")
    if new.provisional and not old.provisional:
        yield Change(Cause.INFUSION, "provisional again")
    if old.status != new.status:
        yield Change(Cause.STATUS, f"the protocol is {new.status}, was {old.status}")
    if old.locale != new.locale:
        yield Change(Cause.LANGUAGE, f"{old.locale} to {new.locale}")
    elif old.draft_translation and not new.draft_translation:
        yield Change(Cause.LANGUAGE, "the translation is signed")
    elif new.draft_translation and not old.draft_translation:
        yield Change(Cause.LANGUAGE, "the translation is a draft again")


def _by_itself(old: Entry, new: Entry) -> Change:
    """Nothing that was said differs: then the program does, or the day."""
    if old.engine != new.engine:
        return Change(Cause.ENGINE, f"{old.engine} to {new.engine}")
    if old.issued != new.issued:
        return Change(Cause.DAY, f"{old.issued} to {new.issued}")
    return Change(Cause.ENGINE, f"other data sheets in {new.engine}")
