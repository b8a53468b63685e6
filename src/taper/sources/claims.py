"""Who is in a batch and in which order, who claims which id, and those that may not share one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from taper.errors import Ground, Problem, Refusal
from taper.sources.yaml import SUFFIXES
from taper.storage.files import reason

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

    @property
    def name(self) -> str:
        """What a message calls it."""
        return self.path.name if self.row is None else self.row.name

    @property
    def row_number(self) -> int | None:
        """Where it stands in its table, None for a file."""
        return None if self.row is None else self.row.number


def participant_files(folder: Path) -> list[Path]:
    """The participants' files of a folder, by name; not those of folders within it."""
    try:
        found = sorted(path for path in folder.iterdir() if _is_participant_file(path))
    except OSError as error:
        raise Refusal.of(
            str(folder), "folder", f"unreadable: {reason(error)}", "a folder of YAML files"
        ) from error
    if not found:
        raise Refusal.of(
            str(folder), "folder", "without a YAML file", "a folder with a YAML file a participant"
        )
    return found


def _is_participant_file(path: Path) -> bool:
    """By its name alone: what is no file all the same must be refused and not passed over."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def without_clashes(read: Sequence[Claimant]) -> list[Claimant]:
    """The same claimants, those that share an id refused."""
    counts = Counter(sameness(each.participant) for each in read if each.participant is not None)
    shared = {same for same, count in counts.items() if count > 1}
    holders: dict[str, list[Claimant]] = defaultdict(list)
    for claimant in read if shared else ():
        if claimant.participant is not None and sameness(claimant.participant) in shared:
            holders[sameness(claimant.participant)].append(claimant)
    return [_unless_shared(claimant, holders) for claimant in read]


def sameness(participant: str) -> str:
    """What two ids have in common that a person or a file system takes for one."""
    folded = unicodedata.normalize("NFC", participant).casefold()
    return _LEADING_ZEROS.sub("", folded)


def _unless_shared(claimant: Claimant, holders: Mapping[str, list[Claimant]]) -> Claimant:
    if claimant.participant is None or not holders:
        return claimant
    alike = holders.get(sameness(claimant.participant), ())
    others = [other for other in alike if other is not claimant]
    if not others:
        return claimant
    also = " and ".join(f"{other.name} has {other.participant}" for other in others)
    kind = "file" if claimant.row is None else "row"
    problem = Problem(
        claimant.name,
        "participant",
        f"{claimant.participant}, and {also}",
        f"one {kind} a participant, with ids that differ in more than case or leading zeros",
    )
    return replace(claimant, refused=(*claimant.refused, problem))
