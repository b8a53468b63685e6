"""The ledger of an output folder: what a line says, and how lines hang together. Pure.

Each line is one JSON object and carries the SHA-256 of the line before it. Whatever else a
folder holds follows from its ledger: which file is current, what was replaced and why, and every
row of the summaries. Nothing here reads or writes a file; `taper.folder.keeping` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from taper import __version__
from taper.errors import Failed
from taper.record.changes import Cause, Change, Facts, Replaced, Revision
from taper.record.kept import Kept
from taper.record.kept_line import course_of, kept_of, row_of
from taper.record.ledger_line import LINE, refuse_contradiction
from taper.record.marks import Mark
from taper.record.runs import Recalled, Run
from taper.record.strict import NotWhole, refuse_other

LEDGER = "ledger.jsonl"
FIRST = "0" * 64
"""What the first line carries in the place of the hash of the line before."""


class LedgerBroken(Failed):
    """A line that is not what was written."""

    def __init__(self, line: int, what: str) -> None:
        self.line, self.what = line, what
        super().__init__(f"line {line} {what}")

    def __reduce__(self) -> tuple[type[LedgerBroken], tuple[int, str]]:
        return type(self), (self.line, self.what)


class LedgerNewer(LedgerBroken):
    """A line that a later taper wrote, and that this one does not know how to read."""

    def __init__(self, line: int, engine: str) -> None:
        self.engine = engine
        super().__init__(
            line, f"was written by a newer taper, {engine}, and this is taper {__version__}"
        )

    def __reduce__(self) -> tuple[type[LedgerBroken], tuple[int, str]]:
        return type(self), (self.line, self.engine)


class LineKind(StrEnum):
    """What a line about a participant's papers tells of."""

    REVISION = "revision"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a revision of one participant's calendar, or further files of it.

    `files` are all the current files of the participant, `wrote` those of them that came with
    this line, `superseded` the former ones by their new names, with their SHA-256. `terms` are
    those of handing out by which its files count tablets (`taper.record.handing_out`), if any.
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
    kept: Kept
    draft_translation: bool = False  # lines from before there were translations lack it
    terms: Mapping[str, Any] | None = None
    kind: LineKind = LineKind.REVISION
    number: int = 0
    previous: str = FIRST
    signed: Mapping[str, str] | None = None

    @property
    def told(self) -> Revision:
        """The revision, for a page that lists all there were."""
        since = self.replaces.changed_from if self.replaces else None
        return Revision(self.revision, self.issued, self.plan_id, since, tuple(map(str, self.why)))

    @property
    def face(self) -> tuple[object, ...]:
        """What makes it another paper in the eyes of its reader, the plan's id first.

        Banners and language are no part of the plan's id, but a sheet that says DRAFT must not
        stay once the infusion was given or the translation signed, nor the other way round; nor a
        pharmacy's sheet whose counts are by other terms.
        """
        marks = self.provisional, self.status, self.locale, self.draft_translation
        return self.plan_id, *marks, self.terms


Line = Entry | Run | Recalled
"""What a line says."""
AnyLine = TypeVar("AnyLine", bound=Line)
Entries = Callable[[], Iterable[Entry]]
"""The current entry of each participant, by id; asked for as often as needed."""


def superseded_name(name: str, revision: int) -> str:
    """What a file is called once its revision was replaced."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-r{revision}.{suffix}"


def superseded_from(name: str) -> str:
    """What a superseded file was called before."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem.rpartition('-r')[0]}.{suffix}"


# Lines ----------------------------------------------------------------------------------------


def line_of(line: Line) -> bytes:
    """What a line says as it is written, with the newline at the end; a signature is over all."""
    said = _said_of(line) if isinstance(line, Entry) else line.as_dict()
    if line.signed is not None:
        said["signed"] = dict(line.signed)
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def signable(line: Line) -> bytes:
    """What the signature of a line is over: the line without it, and so all lines before too."""
    return line_of(replace(line, signed=None))


def _said_of(entry: Entry) -> dict[str, Any]:
    return {
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
        "files": {name: mark.as_dict() for name, mark in entry.files.items()},
        "wrote": list(entry.wrote),
        "superseded": dict(entry.superseded),
        "inputs_sha256": entry.inputs_sha256,
        "engine": entry.engine,
        "facts": entry.facts,
        "course": course_of(entry.kept),
        "row": row_of(entry.kept),
        "draft_translation": entry.draft_translation,
        **({"terms": dict(entry.terms)} if entry.terms is not None else {}),
        "previous": entry.previous,
    }


def entry_of(line: bytes, number: int) -> Line:
    """What a line says; raises `LedgerBroken` where it is not exactly one."""
    refuse_no_line(line, number)
    return entry_again(line, number)


def refuse_no_line(line: bytes, number: int) -> None:
    """Raise `LedgerBroken` for bytes that are not exactly a line."""
    try:
        refuse_other(LINE, line)
        refuse_contradiction(json.loads(line))
    except NotWhole as wrong:
        if wrong.newer is not None:
            raise LedgerNewer(number, wrong.newer) from wrong
        raise LedgerBroken(number, "is no line of a ledger") from wrong
    except ValueError as wrong:
        raise LedgerBroken(number, f"is no line of a ledger: {wrong}") from wrong


def entry_again(line: bytes, number: int) -> Line:
    """What a line says that was looked at before: each summary is a pass over all of them."""
    try:
        said = json.loads(line)
        if said["kind"] in _OTHERS:
            return _OTHERS[said["kind"]](said)
        kept = kept_of(said.pop("course"), said.pop("row"))
        return Entry(
            **{
                **said,
                "kept": kept,
                "kind": LineKind(said["kind"]),
                "issued": date.fromisoformat(said["issued"]),
                "replaces": said["replaces"] and Replaced.of(said["replaces"]),
                "files": {name: Mark.of(mark) for name, mark in said["files"].items()},
                "why": tuple(Change(Cause(cause), text) for cause, text in said["why"]),
                "wrote": tuple(said["wrote"]),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
        raise LedgerBroken(number, "is no line of a ledger") from wrong


_OTHERS: Mapping[str, Callable[[Mapping[str, Any]], Run | Recalled]] = {
    "run": Run.of,
    "recalled": Recalled.of,
}


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

    def numbered(self, line: AnyLine) -> AnyLine:
        """The same as the next line, which is yet to be signed."""
        return replace(line, number=self.lines + 1, previous=self.sha256, signed=None)

    @property
    def signable(self) -> bytes:
        """What the signature of a head is over."""
        return f"{self.lines} {self.size} {self.sha256}".encode()


def chained(
    lines: Iterable[bytes],
    head: Head = Head(),
    read: Callable[[bytes, int], Line] = entry_of,
) -> Iterator[tuple[Line, Head]]:
    """What each line says, with the head behind it; raises `LedgerBroken` for a broken chain.

    `read` says what a line says, `entry_again` where it was looked at already.
    """
    for line in lines:
        number = head.lines + 1
        entry = read(line, number)
        if entry.previous != head.sha256:
            raise LedgerBroken(
                number, f"does not follow from line {number - 1}: one of them was changed"
            )
        if entry.number != number:
            raise LedgerBroken(number, f"calls itself line {entry.number}")
        head = head.then(line)
        yield entry, head
