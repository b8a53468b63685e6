"""Every point at which a batch changes its folder, and what may happen there instead.

The functions of `os` are replaced while a batch runs; only what is done to its folder counts.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

BY_NAME = ("open", "replace", "unlink", "mkdir", "rmdir", "link")
BY_HANDLE = ("write", "fsync", "ftruncate")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
GROWING = frozenset({"open", "write", "mkdir", "fsync", "link"})
"""What a full disk refuses; it may still shorten, rename and remove."""

Instead = Callable[[str, Callable[..., Any], tuple[Any, ...], int], Any]
"""Called with the name, the real function, its arguments, and how many came before."""


class Points:
    """Counts the points and lets `instead` answer at each of them."""

    def __init__(self, folder: Path, instead: Instead) -> None:
        self.folder, self.instead = str(folder.absolute()), instead
        self.count = 0
        self._real = {name: getattr(os, name) for name in (*BY_NAME, *BY_HANDLE)}
        self._handles: set[int] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Points:
        for name in self._real:
            setattr(os, name, self._patched(name))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name, real in self._real.items():
            setattr(os, name, real)

    def _patched(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def called(*args: Any, **more: Any) -> Any:
            if not self._concerns(name, args, more):
                done = real(*args, **more)
                if name == "open":
                    self._handles.discard(done)
                return done
            if name == "open" and not args[1] & WRITING:  # it changes nothing
                self._handles.add(done := real(*args, **more))
                return done
            with self._lock:
                before = self.count
                self.count += 1
            done = self.instead(name, lambda *a: real(*a, **more), args, before)
            if name == "open":
                self._handles.add(done)
            return done

        return called

    def _concerns(self, name: str, args: tuple[Any, ...], more: dict[str, Any]) -> bool:
        if name in BY_HANDLE:
            return args[0] in self._handles
        within = more.get("dir_fd", more.get("src_dir_fd"))
        if within is not None:
            return within in self._handles
        return str(Path(args[0]).absolute()).startswith(self.folder)


def nothing(name: str, real: Callable[..., Any], args: tuple[Any, ...], before: int) -> Any:
    """Only count; nothing needs to reach a disk in a test."""
    return None if name == "fsync" else real(*args)


def killed_at(point: int) -> Instead:
    """The process ends there, a write in the middle of it; no `finally` runs."""

    def instead(name: str, real: Callable[..., Any], args: tuple[Any, ...], before: int) -> Any:
        if before == point:
            if name == "write":
                real(args[0], bytes(args[1])[: len(args[1]) // 2])
            os._exit(9)
        return nothing(name, real, args, before)

    return instead


def failing_at(point: int, number: int) -> Instead:
    """The system refuses there: a fault once, a full or read-only disk from then on."""

    def instead(name: str, real: Callable[..., Any], args: tuple[Any, ...], before: int) -> Any:
        if number == errno.ENOSPC:
            fails = before >= point and name in GROWING
            if fails and before == point and name == "write":
                return real(args[0], bytes(args[1])[: max(len(args[1]) // 2, 1)])
        else:
            fails = before == point if number == errno.EIO else before >= point
        if fails:
            raise OSError(number, os.strerror(number), str(args[0]))
        return nothing(name, real, args, before)

    return instead
