"""Who is in a batch and in which order, who claims which id, and those that may not share one."""

from __future__ import annotations

import pickle
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from taper.doses import dose
from taper.errors import EnvironmentLacking, Ground, Problem, Refusal, TaperError
from taper.sources.parsed import ParsedFile
from taper.sources.participants import claim_of
from taper.sources.raw import bytes_of
from taper.sources.unread import is_yaml, other_kind, unread
from taper.sources.yaml import Scanned, scan_each
from taper.storage.reasons import reason
from taper.wording.characters import is_hidden
from taper.wording.quoting import plain

if TYPE_CHECKING:  # who plans files waits for no reader of tables
    from taper.sources.tables import ParticipantRow

_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Claimant:
    """A participant's file, or row, as it was read first: whose it is, or why it is refused."""

    path: Path
    participant: str | None = None
    refused: tuple[Ground, ...] = ()
    row: ParticipantRow | None = None
    packed: bytes | None = None
    """What its file said, as it was read first; None where it is to be read again."""
    alike: tuple[str, ...] = ()
    """Other ids of the batch that the eye takes for this one."""
    seen_as: str | None = None
    """The id that somebody reads where what is typed is none."""

    @property
    def name(self) -> str:
        """What a message calls it."""
        return self.path.name if self.row is None else self.row.name

    @property
    def document(self) -> ParsedFile | None:
        """What its file said, where that is still known."""
        return None if self.packed is None else pickle.loads(self.packed)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What somebody marked in its row."""
        return () if self.row is None else self.row.remarks

    @property
    def row_number(self) -> int | None:
        """Where it stands in its table, None for a file."""
        return None if self.row is None else self.row.number


def participant_files(
    folder: Path, remark: Callable[[str], None] = lambda _: None, out: Path | None = None
) -> list[Path]:
    """The participants' files of a folder, by name; not those of folders within it.

    Protocols, regimens and mappings that lie beside them are passed over, and whatever else is not
    read; `remark` is told of both once. A batch is written to `out`, which may lie there too.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise Refusal.of(
            str(folder), "folder", f"unreadable: {reason(error)}", "a folder of YAML files"
        ) from error
    found = [path for path in entries if is_yaml(path)]
    others = {path: kind for path in found if (kind := other_kind(path)) is not None}
    files = [path for path in found if path not in others]
    if not files:
        read = "without a participant's file" if others else "without a YAML file"
        raise Refusal.of(str(folder), "folder", read, "a folder with a YAML file a participant")
    if others:
        named = dose.join([f"{plain(path.name)} (a {kind})" for path, kind in others.items()])
        remark(f"{plain(str(folder))}: passed over, as no participant's file: {named}.")
    if said := unread(folder, (path for path in entries if not is_yaml(path)), out):
        remark(said)
    return files


MOST_PACKED = 8192
"""Bytes of what a file said that are kept until it is planned; an ordinary one has 1000."""


def claims_of_files(paths: Sequence[Path]) -> list[Claimant]:
    """Whose file each claims to be. What is wrong with it is told when it is planned.

    A file that will be refused claims its id all the same: beside it, an older copy that is in
    order must not be taken for the participant's file.
    """
    raws = [_raw(path) for path in paths]
    readable = [(raw, plain(path.name)) for path, raw in zip(paths, raws, strict=True) if raw]
    scanned = scan_each(readable)
    return [
        _claim(path, next(scanned)) if raw else Claimant(path)
        for path, raw in zip(paths, raws, strict=True)
    ]


def _raw(path: Path) -> bytes:
    """Its bytes, none where it cannot be read."""
    try:
        return bytes_of(path)
    except Refusal:
        return b""


def _claim(path: Path, scanned: Scanned | TaperError) -> Claimant:
    if isinstance(scanned, EnvironmentLacking):
        raise scanned
    if isinstance(scanned, TaperError):
        return Claimant(path)
    document, found = scanned
    claim = claim_of(document.data)
    nearly = seen_as(document.data.get("participant")) if claim is None else None
    if found:
        return Claimant(path, claim, seen_as=nearly)
    packed = pickle.dumps(document)
    small = packed if len(packed) <= MOST_PACKED else None
    return Claimant(path, claim, packed=small, seen_as=nearly)


def of_row(row: ParticipantRow) -> Claimant:
    """Whose row it claims to be."""
    nearly = seen_as(row.said.get("participant")) if row.claim is None else None
    return Claimant(row.table.path, row.claim, row=row, seen_as=nearly)


_DRAWN_AS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο\u2010\u2011\u2012\u2013\u2014\u2212",
    "ABESIJKMHOPCTYXabesijkmhopctyxABEZHIKMNOPTYXo------",
)
"""Letters of other alphabets and lines that are drawn as those of an id."""


def seen_as(typed: object) -> str | None:
    """The id that is seen in a text which is none: without spaces, in the letters of an id."""
    if not isinstance(typed, str):
        return None
    drawn = unicodedata.normalize("NFKC", typed).translate(_DRAWN_AS)
    return claim_of({"participant": "".join(c for c in drawn if c != " " and not is_hidden(c))})


def without_clashes(read: Sequence[Claimant]) -> list[Claimant]:
    """The same claimants, those that share an id refused.

    So are they beside one whose id is none for a character that nobody sees: what it says of them
    would be left out.
    """
    ids = [each.participant or each.seen_as for each in read]
    counts = Counter(sameness(id_) for id_ in ids if id_ is not None)
    shared = {same for same, count in counts.items() if count > 1}
    holders: dict[str, list[Claimant]] = defaultdict(list)
    for claimant, id_ in zip(read, ids, strict=True) if shared else ():
        if id_ is not None and sameness(id_) in shared:
            holders[sameness(id_)].append(claimant)
    return _with_look_alikes([_unless_shared(claimant, holders) for claimant in read])


def sameness(participant: str) -> str:
    """What two ids have in common that a person or a file system takes for one."""
    folded = unicodedata.normalize("NFC", participant).casefold()
    return _LEADING_ZEROS.sub("", folded)


_LOOK_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "s": "5", "z": "2", "b": "8"})
_SEPARATORS = re.compile(r"[-_.]+")
MOST_ALIKE = 3
"""How many look-alikes are named: more are of a scheme that somebody chose."""


def skeleton(participant: str) -> str:
    """What the eye sees of an id: 1, l and I are one, 0 and O, rn and m, hyphen and underscore.

    The pairs are those of Unicode's confusables among the characters of an id, and those that
    are known from handwriting: 5 and S, 2 and Z, 8 and B.
    """
    drawn = sameness(participant).replace("rn", "m").replace("vv", "w").translate(_LOOK_ALIKE)
    return _LEADING_ZEROS.sub("", _SEPARATORS.sub("-", drawn))


def _with_look_alikes(read: list[Claimant]) -> list[Claimant]:
    """The same claimants, each told of the ids that look like its own."""
    by_look: dict[str, set[str]] = defaultdict(set)
    for each in read:
        if each.participant is not None:
            by_look[skeleton(each.participant)].add(each.participant)
    alike = {id_: ids - {id_} for ids in by_look.values() if len(ids) > 1 for id_ in ids}
    return [
        replace(each, alike=tuple(sorted(alike[each.participant])[:MOST_ALIKE]))
        if each.participant in alike
        else each
        for each in read
    ]


def _unless_shared(claimant: Claimant, holders: Mapping[str, list[Claimant]]) -> Claimant:
    if claimant.participant is None or not holders:
        return claimant
    alike = holders.get(sameness(claimant.participant), ())
    others = [other for other in alike if other is not claimant]
    if not others:
        return claimant
    also = " and ".join(f"{_beside(claimant, other)} has {_called(other)}" for other in others)
    kind = "file" if claimant.row is None else "row"
    problem = Problem(
        claimant.name,
        "participant",
        f"{claimant.participant}, and {also}",
        f"one {kind} a participant, with ids that differ in more than case or leading zeros",
    )
    return replace(claimant, refused=(*claimant.refused, problem))


def _called(other: Claimant) -> str:
    return other.participant or f"{other.seen_as} in other characters"


def _beside(claimant: Claimant, other: Claimant) -> str:
    """What the other is called beside one: a file of the same name says in which folder it is."""
    return str(other.path) if other.name == claimant.name else other.name
