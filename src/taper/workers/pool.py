"""Many participants, over any `concurrent.futures.Executor`, in the order of the input.

A batch reads every participant first, because two files with one id must both be refused before
anything is written; only then does it plan. Outcomes leave one by one and none is kept, so that
memory does not grow with plans or pages.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from multiprocessing.connection import wait
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

from taper.errors import EnvironmentLacking, ExitCode, Problem, Refusal
from taper.planning.plan import Plan, State
from taper.record.changes import Replaced
from taper.sources.tables import Row
from taper.storage.files import reason

SUFFIXES = frozenset({".yaml", ".yml"})
MOST_A_CHUNK = 32
"""The most participants in one task; more would only make the progress jump."""
CHUNKS_A_WORKER = 16
"""How finely the work is cut, so that no worker waits long for the last calendars of another."""
MOST_NAMED = 20
"""How many participants whose paper must be recalled are named again at the end."""

_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")

Item = TypeVar("Item")
Result = TypeVar("Result")


# Sources --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A participant's file, or row, as it was read first: whose it is, or why it is refused."""

    path: Path
    participant: str | None = None
    refused: tuple[str, ...] = ()
    row: Row | None = None

    @property
    def name(self) -> str:
        """What a message calls it."""
        return self.path.name if self.row is None else self.row.name

    @property
    def row_number(self) -> int | None:
        """Where it stands in its table, None for a file."""
        return None if self.row is None else self.row.number


def participant_files(folder: Path) -> list[Path]:
    """The participants' files of a folder, by name; not those of folders within it."""
    try:
        found = sorted(path for path in folder.iterdir() if _is_participant_file(path))
    except OSError as error:
        raise Refusal.of(
            str(folder), "folder", f"unreadable: {reason(error)}", "a folder of YAML files"
        ) from error
    if not found:
        raise Refusal.of(
            str(folder), "folder", "without a YAML file", "a folder with a YAML file a participant"
        )
    return found


def _is_participant_file(path: Path) -> bool:
    """By its name alone: what is no file all the same must be refused and not passed over."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def without_clashes(read: Sequence[Source]) -> list[Source]:
    """The same sources, those that share an id refused."""
    counts = Counter(sameness(each.participant) for each in read if each.participant is not None)
    shared = {same for same, count in counts.items() if count > 1}
    holders: dict[str, list[Source]] = defaultdict(list)
    for source in read if shared else ():
        if source.participant is not None and sameness(source.participant) in shared:
            holders[sameness(source.participant)].append(source)
    return [_unless_shared(source, holders) for source in read]


def sameness(participant: str) -> str:
    """What two ids have in common that a person or a file system takes for one."""
    folded = unicodedata.normalize("NFC", participant).casefold()
    return _LEADING_ZEROS.sub("", folded)


def _unless_shared(source: Source, holders: Mapping[str, list[Source]]) -> Source:
    if source.participant is None or not holders:
        return source
    alike = holders.get(sameness(source.participant), ())
    others = [other for other in alike if other is not source]
    if not others:
        return source
    also = " and ".join(f"{other.name} has {other.participant}" for other in others)
    kind = "file" if source.row is None else "row"
    problem = Problem(
        source.name,
        "participant",
        f"{source.participant}, and {also}",
        f"one {kind} a participant, with ids that differ in more than case or leading zeros",
    )
    return replace(source, refused=(*source.refused, str(problem)))


# Outcomes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source, small enough to travel between processes by the million."""

    source: str
    participant: str | None = None
    refused: tuple[str, ...] = ()
    state: State | None = None
    provisional: bool = False
    taper_start: date | None = None
    target_reached: date | None = None
    findings: tuple[tuple[str, str], ...] = ()
    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    revision: int | None = None
    replaces: Replaced | None = None
    why: tuple[str, ...] = ()
    row: int | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, source: Source, plan: Plan, written: Iterable[Path]) -> Outcome:
        """The outcome of a source that was planned."""
        return cls(
            source=source.name,
            participant=plan.participant,
            state=plan.state,
            provisional=plan.provisional,
            taper_start=plan.taper_start,
            target_reached=plan.target_reached,
            findings=tuple((f.code, f.severity.value) for f in plan.findings),
            written=tuple(path.name for path in written),
            row=source.row_number,
        )

    def as_dict(self) -> dict[str, Any]:
        """The outcome for another program; dates ISO."""
        return {
            "participant": self.participant,
            "source": self.source,
            "state": self.state and self.state.value,
            "provisional": self.provisional,
            "taper_start": self.taper_start and self.taper_start.isoformat(),
            "target_reached": self.target_reached and self.target_reached.isoformat(),
            "findings": [{"code": code, "severity": level} for code, level in self.findings],
            "written": list(self.written),
            "kept": list(self.kept),
            "revision": self.revision,
            "replaces": self.replaces and self.replaces.as_dict(),
            "why": list(self.why),
            "refused": list(self.refused),
        }


@dataclass(slots=True)
class Tally:
    """The sums of a batch, kept while its outcomes go by."""

    participants: int = 0
    refused: int = 0
    states: Counter[State] = field(default_factory=Counter)
    suffixes: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    recalls: int = 0
    recalled: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.participants += 1
        self.refused += bool(outcome.refused)
        if outcome.state is not None:
            self.states[outcome.state] += 1
        self.suffixes.update(Path(name).suffix.removeprefix(".") for name in outcome.written)
        self.kept.update(Path(name).suffix.removeprefix(".") for name in outcome.kept)
        if outcome.replaces is not None:
            self.recalls += 1
            if len(self.recalled) < MOST_NAMED:
                self.recalled.append(f"{outcome.participant} revision {outcome.replaces.revision}")

    @property
    def exit_code(self) -> ExitCode:
        """What the whole batch ends in."""
        if not self.refused:
            return ExitCode.WRITTEN
        return ExitCode.REFUSED if self.refused == self.participants else ExitCode.SOME_REFUSED


# Work over a pool -----------------------------------------------------------------------------


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

    @classmethod
    def of(cls, workers: int, stop: Event | None = None) -> Pool:
        """So many processes, or none for one worker.

        They are spawned, not forked: they begin alike on every system, and a fork of a process
        with threads (a progress bar has one) may hang.
        """
        spawn = multiprocessing.get_context("spawn")
        executor = (
            InProcess()
            if workers == 1
            else ProcessPoolExecutor(workers, spawn, initializer=_begin_work)
        )
        return cls(executor, workers, stop or Event())

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
        chunks = _chunks(items, self._chunk_size(len(items)))
        pending: deque[Future[list[Result]]] = deque()
        try:
            while True:
                more = 0 if self.stop.is_set() else self._ahead - len(pending)
                for chunk in islice(chunks, more):
                    pending.append(self.executor.submit(_work_through, work, chunk))
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
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
