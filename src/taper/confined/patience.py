"""What another process is asked and answers, each waited for until its time is up."""

from __future__ import annotations

import io
import os
import pickle
import select
import time
from typing import IO, Any

CAN_WAIT = hasattr(select, "poll")
"""Whether this system can wait for a pipe, and stop waiting; Windows cannot."""


def tell(pipe: IO[bytes], request: bytes, seconds: int | None) -> None:
    """Write all of it; raises `TimeoutError` where nobody reads it within so many seconds."""
    until = None if seconds is None else time.monotonic() + seconds
    os.set_blocking(pipe.fileno(), False)
    free = select.poll()
    free.register(pipe.fileno(), select.POLLOUT)
    left = memoryview(request)
    while left:
        if not free.poll(_milliseconds(until)):
            raise TimeoutError
        left = left[os.write(pipe.fileno(), left) :]


def _milliseconds(until: float | None) -> float | None:
    """How long is left, None for ever."""
    return None if until is None else max(0.0, until - time.monotonic()) * 1000


class Patient(io.RawIOBase):
    """A pipe that answers come from, which is read without a thread that looks at the clock."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._waiting = select.poll()
        self._waiting.register(pipe.fileno(), select.POLLIN)
        self._until: float | None = None
        self._read = io.BufferedReader(self)

    def answer(self, seconds: int | None) -> Any:
        """The next answer; raises `TimeoutError` where it does not come within so many seconds."""
        self._until = None if seconds is None else time.monotonic() + seconds
        return pickle.load(self._read)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What has come, at least a byte unless nothing more will."""
        if not self._waiting.poll(_milliseconds(self._until)):
            raise TimeoutError
        return os.readv(self._pipe.fileno(), [buffer])
