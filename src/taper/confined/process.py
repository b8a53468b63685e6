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
        assert self._process.stdout is not None
        with self._ended_after(seconds) as late:
            try:
                pickle.dump(request, self._process.stdin)
                self._process.stdin.flush()
                answer = pickle.load(self._process.stdout)
            except (EOFError, OSError, pickle.UnpicklingError):
                self.end()
                raise Ended(is_late=late.is_set()) from None
            except BaseException:  # Ctrl-C: the answer to come would be taken for another's
                self.end()
                raise
        if isinstance(answer, MemoryError):
            self.end()
            raise Ended(is_late=False)
        return answer

    @contextmanager
    def _ended_after(self, seconds: int | None) -> Iterator[threading.Event]:
        """Ended from another thread, so that this one may wait for an answer in any system."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds or 0, end)
        if seconds is not None:
            timer.start()
        try:
            yield late
        finally:
            timer.cancel()
            if seconds is not None:
                timer.join()  # while it lasts this process has two threads

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


@atexit.register
def _end_all() -> None:
    for module in list(_kept):
        end_kept(module)
