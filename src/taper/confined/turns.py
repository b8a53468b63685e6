"""Turns at something of which there are only so many, in the order in which they were asked for."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """So many at a time; whoever waits longest is next.

    A semaphore gives what comes free to whoever asks just then, and who waited waits on: of many
    who ask again and again some would wait several times as long as the others.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def take(self, seconds: float) -> bool:
        """Wait for a turn, at most so many seconds; whether it came."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        return mine.wait(seconds) or self._came_after_all(mine)

    def _came_after_all(self, mine: threading.Event) -> bool:
        """Whether it was given away in the moment in which nobody waited for it any more."""
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
            return mine.is_set()

    def give_back(self) -> None:
        """The turn is over: it is the next one's."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
