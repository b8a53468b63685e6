"""A process that can be ended: it is asked, and answers within so many seconds and megabytes.

It is kept and asked again while it behaves. What never ends, or wants more memory than is allowed,
ends with its process; the next question goes to a new one.
"""

from __future__ import annotations

import atexit
import os
import pickle
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taper.confined.forked import Forked, can_fork
from taper.confined.patience import CAN_WAIT, Patient, tell
from taper.errors import EnvironmentLacking

if TYPE_CHECKING:
    import subprocess

START_SECONDS = 120
"""How long a process may take to begin, whatever an answer may take."""
_ALONE = threading.RLock()


class Ended(Exception):
    """The process is no more, and gave no answer; `is_late` where it was ended for that."""

    def __init__(self, *, is_late: bool) -> None:
        super().__init__()
        self.is_late = is_late


@dataclass(frozen=True, slots=True)
class Confined:
    """A process that runs `module`, and what one answer may take; None for no limit.

    `seconds` are of the clock, `memory_mb` is all that the process holds, of which some 50 MB are
    the program itself. `work` is what it does, in a sentence. `python` runs it, the one that runs
    this where none is named. `forks`: it may be a copy of this process where that is safe; then
    its memory is what it holds on top.
    """

    module: str
    work: str
    seconds: int | None = None
    memory_mb: int | None = None
    python: str | None = None
    forks: bool = False

    def answer(self, *request: Any) -> Any:
        """What it answers, an error too; raises `Ended` where it takes more than is allowed.

        Raises `EnvironmentLacking` where no process can be started or its memory cannot be
        limited.
        """
        with _ALONE:
            while True:
                child = _child_for(self)
                is_new, child.is_new = child.is_new, False
                try:
                    return child.answer(request, self.seconds)
                except Ended as ended:
                    # what earlier questions left in a process is not held against this one
                    if is_new or ended.is_late:
                        raise

    def begin(self) -> None:
        """Begin the process, unless it waits already; raises `EnvironmentLacking` as above."""
        with _ALONE:
            _child_for(self)


def _begun(limits: Confined) -> subprocess.Popen[bytes] | Forked:
    if limits.forks and can_fork():
        return Forked(limits.module)
    return _started(limits.python or sys.executable, limits.module)


def _started(python: str, module: str) -> subprocess.Popen[bytes]:
    """A process that finds the same taper, and nothing in the folder where it happens to begin."""
    import subprocess  # a copy of this process does not wait for it

    return subprocess.Popen(
        [python, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(each or "." for each in sys.path)},
    )


class _Child:
    """A process that works, for as long as it lives."""

    def __init__(self, limits: Confined) -> None:
        self.limits = limits
        self.is_new = True
        try:
            self._process = _begun(limits)
            assert self._process.stdout is not None
            self._answers = Patient(self._process.stdout) if CAN_WAIT else None
            refused = self.answer(limits.memory_mb, START_SECONDS)
        except (OSError, Ended):
            raise EnvironmentLacking(
                f"The process that {limits.work} did not begin; allowed: a machine that can start "
                "one, or no limit to what it may take."
            ) from None
        if refused is not None:
            self.end()
            raise refused

    @property
    def process_id(self) -> int:
        """The number by which the system knows it."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def answer(self, request: object, seconds: int | None) -> Any:
        """What it answers; raises `Ended` where it does not, or not in time."""
        assert self._process.stdin is not None
        late = threading.Event()
        try:
            answer = self._asked(pickle.dumps(request), seconds, late)
        except (EOFError, OSError, pickle.UnpicklingError) as none:
            self.end()
            is_late = late.is_set() or isinstance(none, TimeoutError)
            raise Ended(is_late=is_late) from None
        except BaseException:  # Ctrl-C: the answer to come would be taken for another's
            self.end()
            raise
        if isinstance(answer, MemoryError):
            self.end()
            raise Ended(is_late=False)
        return answer

    def _asked(self, request: bytes, seconds: int | None, late: threading.Event) -> Any:
        """Both may take for ever: one that does not listen leaves its pipe full."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self._answers is not None:
            tell(self._process.stdin, request, seconds)
            return self._answers.answer(seconds)
        with self._killed_after(seconds, late):
            self._process.stdin.write(request)
            self._process.stdin.flush()
            return pickle.load(self._process.stdout)

    @contextmanager
    def _killed_after(self, seconds: int | None, late: threading.Event) -> Iterator[None]:
        """Ended from another thread, where a system cannot wait for a pipe for so long only."""

        def end() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds or 0, end)
        if seconds is not None:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()
            if seconds is not None:
                timer.join()

    def let_go(self) -> None:
        """Leave it to another process, whose it is, and ask it nothing any more."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            os.dup2(nowhere, stream.fileno(), inheritable=False)
        os.close(nowhere)

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        # closes the pipes and waits; what it was still to be told concerns nobody
        with suppress(OSError), self._process:
            pass


_kept: dict[str, _Child] = {}
"""The processes that wait to be asked again, one for each module."""


def _child_for(limits: Confined) -> _Child:
    """The process that waits, or a new one."""
    kept = _kept.get(limits.module)
    if kept is not None and kept.is_alive and _are_same(kept.limits, limits):
        return kept
    end_kept(limits.module)
    child = _kept[limits.module] = _Child(limits)
    return child


def _are_same(one: Confined, other: Confined) -> bool:
    """Whether one process serves both: how long it may take is told with each question."""
    return (one.memory_mb, one.python) == (other.memory_mb, other.python)


def kept(module: str) -> int | None:
    """The number of the process that waits to be asked again, None where none does."""
    return _kept[module].process_id if module in _kept else None


def end_kept(module: str) -> None:
    """End the process that waits to be asked again, if there is one."""
    waiting = _kept.pop(module, None)
    if waiting is not None:
        waiting.end()


_others: list[_Child] = []
"""Those of the process that this one is a copy of: an answer that is meant for it must not be
taken for one of ours, and nothing of theirs is ended from here."""


def _begin_anew() -> None:
    """After a program was copied (`os.fork`): the copy asks processes of its own."""
    global _ALONE
    _ALONE = threading.RLock()  # whoever held it is not in the copy
    _others.extend(_kept.values())
    _kept.clear()
    for child in _others:
        with suppress(OSError, ValueError):  # one that was being ended
            child.let_go()


if hasattr(os, "register_at_fork"):  # Windows copies no process
    os.register_at_fork(after_in_child=_begin_anew)


@atexit.register
def _end_all() -> None:
    for module in list(_kept):
        end_kept(module)
