"""Many participants, over any `concurrent.futures.Executor`, in the order of the input.

A batch reads every participant first, because two files with one id must both be refused before
anything is written; only then does it plan. Outcomes leave one by one and none is kept, so that
memory does not grow with plans or pages.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from multiprocessing.connection import wait
from threading import Event
from typing import Any, TypeVar

from taper.confined.reading import begin as begin_reading
from taper.errors import EnvironmentLacking, ExitCode
from taper.paper.press.ownership import own_this_process

MOST_A_CHUNK = 32
"""The most participants in one task; more would only make the progress jump."""
CHUNKS_A_WORKER = 16
"""How finely the work is cut, so that no worker waits long for the last calendars of another."""
Item = TypeVar("Item")
Result = TypeVar("Result")


class WorkersLost(EnvironmentLacking):
    """Nobody is left to do the work; what was written before is whole."""


class InProcess(Executor):
    """An executor that does the work itself, at once: one worker, and no process to start."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now. Ctrl-C is not a result of the work: it goes straight to the caller."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def cores() -> int:
    """How many processes this one may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows do not tell
        return os.cpu_count() or 1


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise WorkersLost(
            "A worker process was ended from outside, perhaps for want of memory; "
            "fewer --workers need less."
        ) from error


@dataclass(frozen=True)
class Pool:
    """Who does the work, how many at a time, the wish to stop, and how a result is waited for."""

    executor: Executor
    workers: int
    stop: Event = field(default_factory=Event)
    result: Callable[[Future[Any]], Any] = _result
    few: int = 0
    """So many items are done by this process: others would take longer to begin than to work."""

    @classmethod
    def of(cls, workers: int, stop: Event | None = None, *, few: int = 0) -> Pool:
        """So many processes, or none for one worker; no more than a `few` items wait for none.

        They are spawned, not forked: they begin alike on every system, and a fork of a process
        with threads (a progress bar has one) may hang.
        """
        spawn = multiprocessing.get_context("spawn")
        executor = (
            InProcess()
            if workers == 1
            else ProcessPoolExecutor(workers, spawn, initializer=_begin_work)
        )
        return cls(executor, workers, stop or Event(), few=few)

    def __enter__(self) -> Pool:
        return self

    def dismiss(self) -> None:
        """Let the workers go: what is left is done by this process, and they need not wait."""
        self.executor.shutdown(wait=False)

    def __exit__(self, *_: object) -> None:
        self.executor.shutdown(cancel_futures=True)

    def in_order(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """`work` of each item, in the order of the items, a few tasks ahead of who reads it.

        Once `stop` is set nothing new begins, and what has begun is still told.
        """
        return self.in_groups(partial(_work_through, work), items)

    def in_groups(
        self, work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], least: int = 1
    ) -> Iterator[Result]:
        """The same where `work` takes several items together, at `least` so many if there are."""
        if 0 < len(items) <= self.few and not self._is_at_once:
            yield from replace(self, executor=InProcess()).in_groups(work, items, least)
            return
        chunks = _chunks(items, max(least, self._chunk_size(len(items))))
        pending: deque[Future[list[Result]]] = deque()
        try:
            while True:
                more = 0 if self.stop.is_set() else self._ahead - len(pending)
                for chunk in islice(chunks, more):
                    pending.append(self.executor.submit(work, chunk))
                if not pending:
                    return
                yield from self.result(pending.popleft())
        finally:
            for future in pending:
                future.cancel()

    @property
    def _is_at_once(self) -> bool:
        """Whether nothing is gained by handing out more than one at a time."""
        return isinstance(self.executor, InProcess)

    @property
    def _ahead(self) -> int:
        return 1 if self._is_at_once else 4 * self.workers

    def _chunk_size(self, items: int) -> int:
        if self._is_at_once:
            return 1
        return max(1, min(MOST_A_CHUNK, items // (self.workers * CHUNKS_A_WORKER)))


def _begin_work() -> None:
    """Ctrl-C reaches every process of a terminal; only the first decides what it means."""
    own_this_process()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin_reading()  # while there is one thread
    threading.Thread(target=_end_with_the_first, daemon=True).start()


def _end_with_the_first() -> None:
    """A worker whose first process was killed would wait for work for ever."""
    first = multiprocessing.parent_process()
    if first is not None:
        wait([first.sentinel])
        os._exit(ExitCode.ENVIRONMENT)


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[i : i + size] for i in range(0, len(items), size))


def _work_through(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [work(item) for item in items]
