"""Who does the work behind the page: processes that can be ended, each with one answer at a time.

The server itself reads no file, plans nobody and prints nothing: what a stranger typed that never
ends, or wants all memory there is, costs its own answer and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, cast

from taper.confined.crew import Crew
from taper.confined.forked import can_fork
from taper.confined.limits import can_limit_memory
from taper.confined.process import Confined, Ended
from taper.confined.reading import reading_here
from taper.errors import Problem, TaperError
from taper.web import rehearsal
from taper.web.child import answer
from taper.web.settings import Settings
from taper.web.status import TakesTooLong
from taper.workers.pool import cores

CHILD = "taper.web.child"
PATIENCE = 30
"""How many seconds a question waits for its turn."""
PRESSES = 2
MOST_AT_FIRST = 8
"""How many processes wait for the first who ask, at most."""
Answer = TypeVar("Answer")


class Work(Protocol):
    """Who is asked for a function of its arguments, each of which is plain data."""

    def quick(self, do: Callable[..., Answer], *given: Any) -> Answer:
        """What comes of it; no file of this machine is read for it."""

    def printed(self, who: str, do: Callable[..., Answer], *given: Any) -> Answer:
        """The same where a paper of `who` is printed, which takes longer."""

    def in_files(self, do: Callable[..., Answer], *given: Any) -> Answer:
        """The same where files of this machine are read, as whoever serves the page has said."""

    def close(self) -> None:
        """End whatever is done."""


class Here:
    """This process does it, at once, and looks at no clock: for tests of what is answered."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def quick(self, do: Callable[..., Answer], *given: Any) -> Answer:
        """As `Work` says."""
        with reading_here(watched=False):
            done: Answer = answer(self.settings.protocols, do, *given)
        return done

    def printed(self, who: str, do: Callable[..., Answer], *given: Any) -> Answer:  # noqa: ARG002
        """As `Work` says."""
        return self.quick(do, *given)

    def in_files(self, do: Callable[..., Answer], *given: Any) -> Answer:
        """As `Work` says."""
        with reading_here(watched=False):
            return do(*given)

    def close(self) -> None:
        """Nothing is left."""


class Crews:
    """Two crews, so that nobody who looks at a plan waits for somebody's papers."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        memory = settings.memory_mb if can_limit_memory() else None
        quick = Confined(CHILD, "answers", settings.seconds, memory, forks=True)
        press = Confined(CHILD, "prints", settings.print_seconds, memory, forks=True)
        self._quick = Crew(quick, cores(), PATIENCE)
        self._press = Crew(press, PRESSES, 2 * PATIENCE)

    def begin(self) -> None:
        """Begin who answers before anybody asks, while this process has a single thread.

        Copies of it cost next to nothing and know what a rehearsal has read; where there can be
        none one process begins, and more when they are needed.
        """
        if can_fork():
            rehearsal.rehearse(self.settings.protocols)
            self._quick.begin(min(cores(), MOST_AT_FIRST))
            self._press.begin(1)
        else:
            self._quick.begin(1)

    def quick(self, do: Callable[..., Answer], *given: Any) -> Answer:
        """As `Work` says."""
        try:
            return _done(self._quick, self.settings.protocols, do, *given)
        except Ended as ended:
            raise TakesTooLong(_too_much(ended, self.settings.seconds)) from None

    def printed(self, who: str, do: Callable[..., Answer], *given: Any) -> Answer:
        """As `Work` says."""
        try:
            return _done(self._press, self.settings.protocols, do, *given)
        except Ended as ended:
            raise self._unprinted(who, ended) from None

    def in_files(self, do: Callable[..., Answer], *given: Any) -> Answer:
        """As `Work` says."""
        try:
            return _done(self._press, None, do, *given)
        except Ended as ended:
            raise TakesTooLong(_too_much(ended, self.settings.print_seconds)) from None

    def _unprinted(self, who: str, ended: Ended) -> TakesTooLong:
        if not ended.is_late:
            return TakesTooLong(_too_much(ended, self.settings.print_seconds))
        most = _counted(self.settings.print_seconds)
        told = Problem(who, "the time to print", f"more than {most}", f"at most {most}")
        return TakesTooLong(str(told))

    def close(self) -> None:
        """As `Work` says."""
        self._quick.close()
        self._press.close()


def _done(
    crew: Crew, files: Mapping[str, bytes] | None, do: Callable[..., Answer], *given: Any
) -> Answer:
    answered = crew.answer(files, do, *given)
    if isinstance(answered, TaperError):
        raise answered
    return cast(Answer, answered)


def _too_much(ended: Ended, seconds: int) -> str:
    if ended.is_late:
        most = _counted(seconds)
        return f"The answer took more than {most}; allowed: what is answered in that time."
    return (
        "The process that answers was ended, perhaps for want of memory; allowed: what it can hold."
    )


def _counted(seconds: int) -> str:
    return f"{seconds} second{'' if seconds == 1 else 's'}"
