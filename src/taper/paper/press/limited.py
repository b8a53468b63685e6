"""A press that can be ended: a process of its own prints, within so many seconds and megabytes.

It is kept and asked again while it behaves. A page that never ends, or that wants more memory
than is allowed, ends with its process; its participant is refused, and the next one is printed by
a new one.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from taper.errors import EnvironmentLacking, Refusal, TaperError

CHILD = "taper.paper.press.child"
START_SECONDS = 120
"""How long a process may take to begin, whatever a page may take."""
_ALONE = threading.RLock()


@dataclass(frozen=True, slots=True)
class Limited:
    """What printing one paper may take: seconds of the clock, and MB of memory; None for no limit.

    The memory is all that the process holds, of which some 50 MB are the program itself. `python`
    runs it, the one that runs this where none is named.
    """

    seconds: int | None = None
    memory_mb: int | None = None
    python: str | None = None

    def __call__(
        self, html: str, *, who: str, issued: date, attachment: bytes | None = None
    ) -> bytes:
        """The finished PDF, or the refusal of `who` where it takes more than is allowed.

        Raises what `taper.paper.press.pdf.write_calendar` raises too, and `EnvironmentLacking`
        where no process can be started or its memory cannot be limited.
        """
        request = html, who, issued, attachment
        with _ALONE:
            while True:
                child = _child_for(self)
                is_new, child.is_new = child.is_new, False
                try:
                    return _printed(child.answer(request, self.seconds))
                except Ended as ended:
                    # what earlier pages left in a process is not held against this one
                    if is_new or ended.is_late:
                        raise self._refusal(who, ended) from None

    def _refusal(self, who: str, ended: Ended) -> TaperError:
        if ended.is_late:
            most = f"{self.seconds} second{'' if self.seconds == 1 else 's'}"
            return Refusal.of(who, "the time to print", f"more than {most}", f"at most {most}")
        if self.memory_mb is not None:
            most = f"{self.memory_mb} MB"
            return Refusal.of(who, "the memory to print", f"more than {most}", f"at most {most}")
        return TaperError(
            f"{who}: the process that prints was ended from outside, perhaps for want of memory; "
            "allowed: one that can finish its page."
        )


def _printed(answer: bytes | BaseException) -> bytes:
    if isinstance(answer, BaseException):
        raise answer
    return answer


class Ended(Exception):
    """The process is no more, and gave no answer; `is_late` where it was ended for that."""

    def __init__(self, *, is_late: bool) -> None:
        super().__init__()
        self.is_late = is_late


def _started(python: str) -> subprocess.Popen[bytes]:
    """A process that finds the same taper, and nothing in the folder where it happens to begin."""
    return subprocess.Popen(
        [python, "-P", "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(each or "." for each in sys.path)},
    )


class _Child:
    """A process that prints, for as long as it lives."""

    def __init__(self, limits: Limited) -> None:
        self.limits = limits
        self.is_new = True
        try:
            self._process = _started(limits.python or sys.executable)
            refused = self.answer(limits.memory_mb, START_SECONDS)
        except (OSError, Ended):
            raise EnvironmentLacking(
                "The process that prints did not begin; allowed: a machine that can start one, or "
                "no limit to what printing may take."
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

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        # closes the pipes and waits; what it was still to be told concerns nobody
        with suppress(OSError), self._process:
            pass


_kept: _Child | None = None


def _child_for(limits: Limited) -> _Child:
    """The process that waits, or a new one."""
    global _kept
    if _kept is None or _kept.limits != limits or not _kept.is_alive:
        end_kept()
        _kept = _Child(limits)
    return _kept


@atexit.register
def end_kept() -> None:
    """End the process that waits to be asked again, if there is one."""
    global _kept
    if _kept is not None:
        _kept.end()
        _kept = None
