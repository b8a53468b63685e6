"""The batch that the page has begun: a process of the command line, one at a time.

It is the same command that somebody at a terminal gives: its lock, its refusals, its ledger. The
page reads along: a line of JSON a participant, sentences beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import IO

from taper.errors import EXIT_MEANINGS, EnvironmentLacking, ExitCode
from taper.web.status import Writing


@dataclass
class Run:
    """A batch that writes, or has written: what it has told, and what it ended with."""

    many: int
    done: int = 0
    refused: int = 0
    said: list[str] = field(default_factory=list)
    code: int | None = None

    @property
    def meaning(self) -> str:
        """What its exit code means; nothing while it works."""
        if self.code is None:
            return ""
        known = {each.value: said for each, said in EXIT_MEANINGS.items()}
        return known.get(self.code, "it was ended from outside; the same again goes on from there")

    @property
    def is_good(self) -> bool:
        """Whether everything was written."""
        return self.code == ExitCode.WRITTEN


class Runner:
    """Who begins the batches of the page; the last one stays to be looked at."""

    def __init__(self) -> None:
        self.last: Run | None = None
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()

    def begin(self, arguments: Sequence[str], many: int) -> None:
        """Begin a batch; raises `Writing` while another one works."""
        with self._lock:
            if self.last is not None and self.last.code is None:
                raise Writing(
                    "A batch of this page is being written; allowed: another one once it has ended."
                )
            self._process = _started(arguments)
            self.last = Run(many)
            self._done.clear()
            threading.Thread(
                target=self._watch, args=(self._process, self.last), daemon=True
            ).start()

    def seen(self) -> Run | None:
        """What the last one has told until now."""
        return self.last and replace(self.last, said=list(self.last.said))

    def wait(self, seconds: float) -> None:
        """Until it has ended, or so many seconds are over."""
        self._done.wait(seconds)

    def close(self) -> None:
        """End what works: what was written is whole, and the same batch goes on from there."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def _watch(self, process: subprocess.Popen[str], run: Run) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        beside = threading.Thread(target=_listen, args=(process.stderr, run), daemon=True)
        beside.start()
        for line in process.stdout:
            try:
                refused = json.loads(line)["refused"]
            except ValueError:  # the half of a line, of a process that was ended while it wrote
                continue
            run.done += 1
            run.refused += bool(refused)
            run.said += refused
        beside.join()
        run.code = process.wait()
        process.stdout.close()
        process.stderr.close()
        self._done.set()


def _listen(stream: IO[str], run: Run) -> None:
    for line in stream:
        run.said.append(line.rstrip("\n"))


def _started(arguments: Sequence[str]) -> subprocess.Popen[str]:
    path = os.pathsep.join(each or "." for each in sys.path)
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "taper", "batch", *arguments, "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONPATH": path, "COLUMNS": "1000"},
        )
    except OSError:
        raise EnvironmentLacking(
            "The process that writes did not begin; allowed: a machine that can start one."
        ) from None
