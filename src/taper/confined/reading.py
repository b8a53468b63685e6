"""What comes from elsewhere, read by a process that can be ended, and what came of it.

A crash there, a fault and a limit are a word about what was read. The process is kept for the next
file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from taper.confined.limits import can_limit_memory
from taper.confined.process import Confined, Ended
from taper.errors import Refusal, TaperError

CHILD = "taper.confined.reader"
SECONDS = 20
"""Of the clock; the longest file that a person writes takes 1."""
MEMORY_MB = 2048
"""What the process may hold; the longest table that is opened takes half of it."""
THE_FILE = "the file"
Read = TypeVar("Read")
_is_here = False


@dataclass(frozen=True, slots=True)
class Puzzled:
    """Its reader can make nothing of what was read; `by` is the kind of its fault."""

    by: str


def apart(name: str, read: Callable[..., Read], *given: Any, seconds: int | None = None) -> Read:
    """What `read` makes of what it is given, in another process; it is found by its name there.

    Raises the errors of `read`, `Refusal` of the file `name` where its reader ends, fails, or takes
    more than `seconds` of the clock or `MEMORY_MB`, and `EnvironmentLacking` where no process can
    be begun.
    """
    if _is_here:
        return read(*given)
    most = SECONDS if seconds is None else seconds
    try:
        found = _reader(most).answer(Path.cwd(), most, read, *given)
    except Ended as ended:
        allowed = f"one that is read within {most} seconds and {MEMORY_MB // 1024} GB"
        raise Refusal.of(name, THE_FILE, _ended(ended, most), allowed) from None
    if isinstance(found, Puzzled):
        read_as = f"one that its reader can make nothing of ({found.by})"
        raise Refusal.of(name, THE_FILE, read_as, "one that another program wrote anew")
    if isinstance(found, TaperError):
        raise found
    return cast(Read, found)


def _ended(ended: Ended, seconds: int) -> str:
    if ended.is_late:
        return f"one that is not read within {seconds} seconds"
    return f"one that ends its reader, or takes more than {MEMORY_MB // 1024} GB to read"


def _reader(seconds: int) -> Confined:
    memory = MEMORY_MB if can_limit_memory() else None
    return Confined(CHILD, "reads files", seconds, memory, forks=True)


def read_here() -> None:
    """From now on everything is read in this process: it is the one that can be ended."""
    global _is_here
    _is_here = True


@contextmanager
def reading_here() -> Iterator[None]:
    """The same for a while: for who watches the lines of the program that a file reaches."""
    global _is_here
    before, _is_here = _is_here, True
    try:
        yield
    finally:
        _is_here = before
