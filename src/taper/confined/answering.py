"""What a process does that works for another one: it answers until nobody asks any more.

It reads what is asked from standard input and writes what came of it to standard output, both as
pickles: first how much memory it may take (MB, or None) and None or why that cannot be, then one
question after the other and its answer.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from taper.confined.limits import limit_memory
from taper.errors import Failed, TaperError, fault

__all__ = ["answer_all", "answers_of", "serve_all"]

Answer = Callable[..., Any]


def answer_all(begin: Callable[[], None], answer: Answer) -> None:
    """Answer until nobody asks any more, or the memory is used up.

    `begin` loads what every answer needs, before the memory is limited.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which is for whoever asks
    serve_all(begin, answer, sys.stdin.buffer, _answers())


def serve_all(
    begin: Callable[[], None], answer: Answer, asked: BinaryIO, answers: BinaryIO
) -> None:
    """The same for questions that come, and answers that go, by these streams."""
    requests = _requests(asked)
    _write(answers, _begun(begin, next(requests)))
    for request in requests:
        answered = answers_of(answer, request)
        _write(answers, answered)
        if isinstance(answered, MemoryError):
            return


def answers_of(answer: Answer, request: tuple[Any, ...]) -> Any:
    """What comes of a question: the answer, or the error that it ends in."""
    try:
        return answer(*request)
    except TaperError as error:
        return error
    except MemoryError:
        return MemoryError()  # without what it holds
    except Exception as error:  # where it was is known here only
        return Failed(fault(error))


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
    """What is asked. When nobody asks any more this process ends, also in the midst of its work."""
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


def _begun(begin: Callable[[], None], memory_mb: int | None) -> TaperError | None:
    """Load what every answer needs, and keep to so much memory; why that cannot be."""
    try:
        begin()
        if memory_mb is not None:
            limit_memory(memory_mb)
    except TaperError as lacking:
        return lacking
    return None
