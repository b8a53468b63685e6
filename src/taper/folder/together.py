"""How many participants are written together: a disk flushes many in the time of a few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from taper.folder.tasks import Made


@dataclass(frozen=True, slots=True)
class Together:
    """How many participants, and how many bytes of files, are flushed together at most.

    About a dozen plans or five calendars, and many where nothing but the ledger is written.
    """

    participants: int = 128
    size: int = 512 * 1024


USUAL = Together()


def groups(made: Iterable[Made], most: Together) -> Iterator[list[Made]]:
    """A few at a time, so that nobody waits for long.

    `A.fhir.json` may be of A and of A.fhir: the second to have a name meets the first as a file
    that lies there.
    """
    group: list[Made] = []
    size = 0
    names: set[str] = set()
    for one in made:
        if names & one.contents.keys():
            yield group
            group, size, names = [], 0, set()
        group.append(one)
        names |= one.contents.keys()
        size += sum(map(len, one.contents.values()))
        if len(group) >= most.participants or size >= most.size:
            yield group
            group, size, names = [], 0, set()
    if group:
        yield group
