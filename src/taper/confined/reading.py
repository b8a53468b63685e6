"""What comes from elsewhere, read by a process that can be ended, and what came of it.

A crash there, a fault and a limit are a word about what was read. The process is kept for the next
file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from taper.confined.forked import can_fork
from taper.confined.limits import can_limit_memory
from taper.confined.process import Confined, Ended
from taper.errors import Refusal, TaperError

CHILD = "taper.confined.reader"
SECONDS = 20
"""Of the clock; the longest file that a person writes takes 1."""
MEMORY_MB = 2048
"""What the process may hold; the longest table that is opened takes half of it."""
THE_FILE = "the file"
MOST_AT_A_TIME, MOST_BYTES_AT_A_TIME = 100, 1 << 20
"""How many small things are asked for together."""
Called = TypeVar("Called")
Read = TypeVar("Read")
_is_here = _is_watched = False


@dataclass(frozen=True, slots=True)
class Puzzled:
    """Its reader can make nothing of what was read; `by` is the kind of its fault."""

    by: str

    def refused(self, name: str) -> Refusal:
        """The same of a file of this name."""
        read = f"one that its reader can make nothing of ({self.by})"
        return Refusal.of(name, THE_FILE, read, "one that another program wrote anew")


def apart(name: str, read: Callable[..., Read], *given: Any, seconds: int | None = None) -> Read:
    """What `read` makes of what it is given, in another process; it is found by its name there.

    Raises the errors of `read`, `Refusal` of the file `name` where its reader ends, fails, or takes
    more than `seconds` of the clock or `MEMORY_MB`, and `EnvironmentLacking` where no process can
    be begun.
    """
    if _is_here:
        return _here(name, read, *given)
    most = SECONDS if seconds is None else seconds
    try:
        found = _reader(most).answer(_folder(), most, read, *given)
    except Ended as ended:
        allowed = f"one that is read within {most} seconds and {MEMORY_MB // 1024} GB"
        raise Refusal.of(name, THE_FILE, _ended(ended, most), allowed) from None
    if isinstance(found, Puzzled):
        raise found.refused(name)
    if isinstance(found, TaperError):
        raise found
    return cast(Read, found)


def _here(name: str, read: Callable[..., Read], *given: Any) -> Read:
    """The same in this process: a fault is a word about what was read here too."""
    try:
        return read(*given)
    except (TaperError, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # one within a library written in Rust is no Exception
        if _is_watched:
            raise
        raise Puzzled(type(fault).__name__).refused(name) from None


def each_apart(
    name_of: Callable[[Called], str],
    read: Callable[[bytes, Called], Read],
    things: Iterable[tuple[bytes, Called]],
) -> Iterator[Read | TaperError]:
    """What `read` makes of each of many small things, its bytes and what it is called; or why not.

    What a question costs is shared by those that are asked together. One that ends the reader
    takes no other along: they are asked again, one by one.
    """
    for some in _some(things):
        try:
            answers = apart(name_of(some[0][1]), _each, read, some)
        except Refusal:
            answers = [_alone(name_of, read, *thing) for thing in some]
        for (_, called), answer in zip(some, answers, strict=True):
            yield answer.refused(name_of(called)) if isinstance(answer, Puzzled) else answer


def _alone(
    name_of: Callable[[Called], str],
    read: Callable[[bytes, Called], Read],
    raw: bytes,
    called: Called,
) -> Any:
    try:
        return apart(name_of(called), read, raw, called)
    except TaperError as error:
        return error


def _each(read: Callable[[bytes, Called], Read], things: Iterable[tuple[bytes, Called]]) -> Any:
    """There: what is wrong with one is in its place, and the others are read all the same."""
    return [_answer(read, *thing) for thing in things]


def _answer(read: Callable[[bytes, Called], Read], raw: bytes, called: Called) -> Any:
    try:
        return read(raw, called)
    except TaperError as error:
        return error
    except MemoryError:
        raise
    except Exception as fault:
        return Puzzled(type(fault).__name__)


def _some(things: Iterable[tuple[bytes, Called]]) -> Iterator[list[tuple[bytes, Called]]]:
    some: list[tuple[bytes, Called]] = []
    size = 0
    for thing in things:
        some.append(thing)
        size += len(thing[0])
        if len(some) == MOST_AT_A_TIME or size > MOST_BYTES_AT_A_TIME:
            yield some
            some, size = [], 0
    if some:
        yield some


def begin() -> None:
    """Begin the process, where that is a copy of this one: threads that follow would forbid it.

    Where it can be none, or not now, it begins when something is read.
    """
    if not _is_here and can_fork():
        with suppress(TaperError):
            _reader(SECONDS).begin()


def _folder() -> Path | None:
    """Where paths are meant from; None where that folder was removed, and so are all paths."""
    try:
        return Path.cwd()
    except OSError:
        return None


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
def reading_here(*, watched: bool = True) -> Iterator[None]:
    """The same for a while.

    It is `watched` by who looks at the lines of the program that a file reaches, and at its faults.
    """
    global _is_here, _is_watched
    before, _is_here, _is_watched = (_is_here, _is_watched), True, watched
    try:
        yield
    finally:
        _is_here, _is_watched = before
