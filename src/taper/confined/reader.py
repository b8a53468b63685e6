"""The process that reads what comes from elsewhere for another one, and can be ended."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from taper.confined.answering import answer_all, serve_all
from taper.confined.limits import limit_processor
from taper.confined.reading import Puzzled, read_here
from taper.errors import TaperError


def main() -> None:
    """Answer until nobody asks any more, in a process of its own."""
    answer_all(read_here, answer)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """The same in a copy of the one that asks."""
    serve_all(read_here, answer, requests, answers)


def answer(folder: Path | None, seconds: int, read: Callable[..., Any], *given: Any) -> Any:
    """What is read, by paths from this folder; a fault is an answer too, for it is of the bytes."""
    limit_processor(seconds)
    try:
        if folder is not None:
            os.chdir(folder)
        return read(*given)
    except (TaperError, MemoryError):
        raise
    except BaseException as fault:  # one within a library written in Rust is no Exception
        return Puzzled(type(fault).__name__)


if __name__ == "__main__":
    main()
