"""Several processes that can be ended, for a program that is asked by many at once.

Each question has a process to itself, and waits for one where all are at work.
"""

from __future__ import annotations

import atexit
import threading
from typing import Any

from taper.confined.process import Confined, Ended, _Child
from taper.confined.turns import Turns
from taper.errors import TaperError


class Busy(TaperError):
    """Nobody had time to answer."""


class Crew:
    """At most so many processes that answer alike; one that is ended gives way to a new one.

    `wait` is how many seconds a question waits for its turn.
    """

    def __init__(self, limits: Confined, most: int, wait: float) -> None:
        self.limits = limits
        self.wait = wait
        self._turns = Turns(most)
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._is_closed = False
        self._lock = threading.Lock()
        atexit.register(self.close)

    def begin(self, many: int) -> None:
        """Begin so many before anybody asks; raises `EnvironmentLacking` where none can be."""
        for child in [self._taken() for _ in range(many)]:
            self._give_back(child)

    def answer(self, *request: Any) -> Any:
        """What one of them answers, an error too; raises `Ended` where it takes more than allowed.

        Raises `Busy` where no turn comes, and `EnvironmentLacking` where no process can be begun.
        """
        if not self._turns.take(self.wait):
            raise Busy("Too much is asked at once; allowed: the same again in a while.")
        try:
            return self._answered(request)
        finally:
            self._turns.give_back()

    def _answered(self, request: tuple[Any, ...]) -> Any:
        while True:
            child = self._taken()
            is_new, child.is_new = child.is_new, False
            try:
                answer = child.answer(request, self.limits.seconds)
            except Ended as ended:
                self._forget(child)
                # what earlier questions left in a process is not held against this one
                if is_new or ended.is_late:
                    raise
            except BaseException:
                self._forget(child)
                raise
            else:
                self._give_back(child)
                return answer

    def _taken(self) -> _Child:
        """One that waits, or a new one."""
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.is_alive:
                    return child
                self._all.discard(child)
        child = _Child(self.limits)
        with self._lock:
            self._all.add(child)
        return child

    def _give_back(self, child: _Child) -> None:
        with self._lock:
            if not self._is_closed and child.is_alive:
                self._idle.append(child)
                return
        self._forget(child)

    def _forget(self, child: _Child) -> None:
        with self._lock:
            self._all.discard(child)
        child.end()

    def close(self) -> None:
        """End them all, whatever they are doing."""
        with self._lock:
            self._is_closed = True
            ended, self._all, self._idle = self._all, set(), []
        for child in ended:
            child.end()
        atexit.unregister(self.close)
