"""The answers of another process, each waited for until its time is up."""

from __future__ import annotations

import io
import os
import pickle
import select
import time
from typing import IO, Any

CAN_WAIT = hasattr(select, "poll")
"""Whether this system can wait for a pipe, and stop waiting; Windows cannot."""


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
        left = None if self._until is None else max(0.0, self._until - time.monotonic()) * 1000
        if not self._waiting.poll(left):
            raise TimeoutError
        return os.readv(self._pipe.fileno(), [buffer])
