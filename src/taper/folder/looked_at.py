"""What lies in an output folder, looked at by a process that can be ended before it is read here.

Whoever can write to a folder can write its ledger and its manifest. Each line is tried there, and
what comes back is whether it is one, or plain values; what is read here was looked at whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, tee
from typing import Any, TypeVar

from taper.confined.reading import apart, each_apart
from taper.errors import Refusal, TaperError
from taper.record import ledger, manifest
from taper.record.ledger import LEDGER, Head, LedgerBroken, Line
from taper.record.manifest import MANIFEST, ManifestBroken
from taper.signing.keys import Signature

Said = TypeVar("Said")


def looked_at(lines: Iterable[bytes]) -> Iterator[tuple[bytes, LedgerBroken | None]]:
    """Each line of a ledger from its first on, and why it is none."""
    for line, _, broken in _looked_at(lines, 1):
        yield line, broken


def chained(lines: Iterable[bytes], head: Head) -> Iterator[tuple[bytes, Line, Head]]:
    """Each line behind that head, what it says, and the head behind it.

    Raises `LedgerBroken` for a broken chain.
    """
    for line, _, broken in _looked_at(lines, head.lines + 1):
        if broken is not None:
            raise broken
        ((said, head),) = ledger.chained([line], head, ledger.entry_again)
        yield line, said, head


def _looked_at(
    lines: Iterable[bytes], first: int
) -> Iterator[tuple[bytes, int, LedgerBroken | None]]:
    here, there = tee((line, number) for number, line in enumerate(lines, start=first))
    tried = each_apart(lambda number: f"{LEDGER} (line {number})", ledger.refuse_no_line, there)
    for (line, number), found in zip(here, tried, strict=True):
        yield line, number, None if found is None else _broken(found, number)


def _broken(found: TaperError, number: int) -> LedgerBroken:
    """What was found of a line; raised where it is not said of the line."""
    if isinstance(found, LedgerBroken):
        return found
    if isinstance(found, Refusal):
        return LedgerBroken(number, f"is {found.problems[0].read}")
    raise found


def head_of(lines: Iterable[bytes]) -> Head:
    """How far the ledger went, by the lines of a manifest; raises `ManifestBroken`."""
    return _of_head(manifest.head_of, lines)


def signed_of(lines: Iterable[bytes]) -> Signature | None:
    """The signature over that; None where there is none, or no head that can be read."""
    try:
        return _of_head(manifest.signed_of, lines)
    except ManifestBroken:
        return None


def _of_head(read: Callable[[list[bytes]], Said], lines: Iterable[bytes]) -> Said:
    try:
        return apart(MANIFEST, read, list(islice(lines, manifest.SIZE_OF_HEAD)))
    except Refusal:  # its reader had to be ended
        raise ManifestBroken from None


def items_of(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The files that a manifest lists, as far as it can be read."""
    numbered = ((line, number) for number, line in enumerate(lines, start=1))
    for found in each_apart(lambda number: f"{MANIFEST} (line {number})", _items, numbered):
        if not isinstance(found, TaperError):
            yield from found


def _items(line: bytes, _: int) -> list[dict[str, Any]]:
    return list(manifest.items_of([line]))
