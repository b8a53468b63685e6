"""The two streams that a command speaks on, which may be closed, full or read by nobody.

What was written to files is written before it is spoken of. So a stream that fails ends nothing: it
is remembered, what is still to be said goes nowhere, and at the end the exit code says the truth.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from taper.errors import ExitCode


@dataclass(slots=True)
class _Heard:
    """What became of standard output, and whether files were written, in one command."""

    lost: OSError | None = None
    is_answer_lost: bool = False
    has_written: bool = False
    is_asked: bool = False


_heard = _Heard()


def begin() -> None:
    """Make both streams such that nothing said on them ends a command; nothing is lost yet."""
    global _heard
    _heard = _Heard()
    _hold_the_first_three()
    if sys.stdout is None:  # it was closed before Python began
        sys.stdout = _nowhere()
        _heard.lost = OSError(errno.EBADF, "closed")
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that it cannot show ends nothing
            stream.reconfigure(errors="backslashreplace")


def note_written() -> None:
    """Files were written: whatever cannot be said of them, they are there."""
    _heard.has_written = True


def output(say: Callable[[], object], *, is_answer: bool = True) -> None:
    """Say something on standard output; an answer is what was asked for, a report is not."""
    _heard.is_asked |= is_answer
    if _heard.lost is not None:
        _heard.is_answer_lost |= is_answer
        return
    try:
        say()
    except (OSError, ValueError) as error:
        _lose(error if isinstance(error, OSError) else OSError(errno.EBADF, "closed"))


def aside(sentence: str) -> None:
    """Say something to whoever is watching, if anybody can hear it."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{sentence}\n")


def ended(code: int) -> tuple[int, str]:
    """What the command ends in, and what is to be said of its output; nothing of a closed pipe."""
    output(sys.stdout.flush, is_answer=False)
    lost = _heard.lost
    if lost is None:
        return code, ""
    said = "" if isinstance(lost, BrokenPipeError) else _why(lost)
    if code == ExitCode.WRITTEN and _heard.is_answer_lost:
        code = ExitCode.STOPPED if _heard.has_written else ExitCode.REFUSED
    return code, said


def _why(lost: OSError) -> str:
    from taper.storage.reasons import reason  # only who fails waits for it

    whole = "; what was written to files is whole" if _heard.has_written else ""
    return f"The output cannot be written: {reason(lost)}{whole}."


def _lose(error: OSError) -> None:
    """What is still to be flushed goes nowhere; what was said before may not have come through."""
    _heard.lost, _heard.is_answer_lost = error, _heard.is_asked
    with contextlib.suppress(OSError, ValueError):  # a stream within this process has no number
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _hold_the_first_three() -> None:
    """Where a shell closed one of them, the next file would be taken for it and written to."""
    while (handle := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(handle)


def _nowhere() -> io.TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - as long as the process
