"""The process that prints for another one, and can be ended without losing anything.

`python -m taper.paper.press.child` reads what is asked from standard input and writes what came
of it to standard output, both as pickles: first how much memory it may take (MB, or None) and
None or why that cannot be, then page after page and its file or its refusal.
"""

from __future__ import annotations

import os
import pickle
import platform
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

from taper.errors import EnvironmentLacking, TaperError, fault
from taper.paper.press import pdf
from taper.paper.press.fonts import font_configuration
from taper.paper.press.ownership import own_this_process
from taper.paper.press.renderer import ALONE

_NO_LIMITS = frozenset({"Windows", "Darwin"})
"""Systems that have no limit of memory for a process, or take one and do not keep to it."""
NO_LIMIT = (
    "The memory of a process cannot be limited on this system; allowed: a limit of seconds alone."
)


def main() -> None:
    """Answer until nobody asks any more, or the memory is used up."""
    own_this_process()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which is for whoever asks
    answers, requests = _answers(), _requests(sys.stdin.buffer)
    _write(answers, _begun(next(requests)))
    for html, who, issued, attachment in requests:
        answer = _printed(html, who=who, issued=issued, attachment=attachment)
        _write(answers, answer)
        if isinstance(answer, MemoryError):
            return


def _answers() -> BinaryIO:
    """Standard output, for answers alone: what a library prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answers


def _write(answers: BinaryIO, answer: object) -> None:
    pickle.dump(answer, answers)
    answers.flush()


def _requests(asked: BinaryIO) -> Iterator[Any]:
    """What is asked. When nobody asks any more this process ends, also in the midst of a page."""
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def read() -> None:
        try:
            while True:
                waiting.put(pickle.load(asked))
        finally:
            os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield waiting.get()


def _begun(memory_mb: int | None) -> TaperError | None:
    """Load what every page needs, and keep to so much memory; why that cannot be."""
    try:
        with ALONE:
            font_configuration()
        if memory_mb is not None:
            limit_memory(memory_mb)
    except TaperError as lacking:
        return lacking
    return None


def limit_memory(mb: int, system: str = platform.system()) -> None:
    """Let this process hold no more than so many MB; raises `EnvironmentLacking` where none can."""
    if system in _NO_LIMITS:
        raise EnvironmentLacking(NO_LIMIT)
    import resource  # which Windows lacks

    # what it holds for itself; elsewhere than on Linux that is counted with what it shares
    kind = resource.RLIMIT_DATA if system == "Linux" else resource.RLIMIT_AS
    most = mb * 2**20
    resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _printed(html: str, **asked: Any) -> bytes | Exception:
    try:
        return pdf.write_calendar(html, **asked)
    except TaperError as error:
        return error
    except MemoryError:
        return MemoryError()  # without what it holds of the page
    except Exception as error:  # where it was is known here only
        return TaperError(fault(error))


if __name__ == "__main__":
    main()
