"""A copy of this process that works for it, and begins sooner than a new one.

It takes some milliseconds, where a new one takes half a second. Only on Linux, and
only while this process has a single thread: of others a copy keeps the locks and not the holders.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, NoReturn

from taper.confined.limits import inherit

_THREADS = Path("/proc/self/task")
_HANDLES = Path("/proc/self/fd")


def can_fork() -> bool:
    """Whether a copy of this process would be whole: it has one thread, of Python's or not."""
    if sys.platform != "linux":
        return False
    try:
        return len(list(_THREADS.iterdir())) == 1
    except OSError:  # a machine that does not tell
        return False


class Forked:
    """The copy: what it is asked and what it answers, and how it is ended."""

    def __init__(self, module: str) -> None:
        """Run `serve` of that module in a copy; raises `OSError` where there can be none."""
        asked, ask = os.pipe()
        answered, answer = os.pipe()
        try:
            self.pid = os.fork()
        except OSError:
            for each in (asked, ask, answered, answer):
                os.close(each)
            raise
        if self.pid == 0:
            _serve(module, asked, answer)
        os.close(asked)
        os.close(answer)
        self.stdin: BinaryIO = os.fdopen(ask, "wb")
        self.stdout: BinaryIO = os.fdopen(answered, "rb")
        self._ended: int | None = None

    def poll(self) -> int | None:
        """What it ended in, None while it lives."""
        return self._waited(os.WNOHANG)

    def wait(self) -> None:
        """Wait for its end: nothing is left of it then."""
        self._waited(0)

    def _waited(self, how: int) -> int | None:
        if self._ended is None:
            try:
                pid, status = os.waitpid(self.pid, how)
            except ChildProcessError:  # another part of this program waits for all children
                pid, status = self.pid, 0
            if pid:
                self._ended = status
        return self._ended

    def kill(self) -> None:
        """End it, whatever it is doing."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        try:
            self.stdin.close()  # what it was still to be told
        finally:
            self.wait()


def _serve(module: str, asked: int, answer: int) -> NoReturn:
    """Be the copy. Nothing of what this process had begun is gone on with, nor ended, in it."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # which is for whoever asks
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # what is to be done at the end of something is not for a copy to do
        _let_go_of_all_but(asked, answer)
        inherit()
        with os.fdopen(asked, "rb") as requests, os.fdopen(answer, "wb") as answers:
            import_module(module).serve(requests, answers)
    finally:
        os._exit(0)


def _let_go_of_all_but(*handles: int) -> None:
    """A lock that a copy holds too would be held longer than by who took it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for each in (0, 1, 2):
        os.dup2(nowhere, each)
    for each in [int(handle.name) for handle in _HANDLES.iterdir()]:
        if each > 2 and each not in handles:
            with contextlib.suppress(OSError):  # that of the list itself is closed
                os.close(each)
