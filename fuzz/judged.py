"""What came out of a door, and whether that may be: an answer or a sentence, and in time."""

from __future__ import annotations

import re
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb

from taper.confined.reading import reading_here
from taper.errors import Refusal, TaperError

MOST_SECONDS = 5
"""Of the processor, not of the clock: a busy machine makes nothing slow here."""
MOST_SENTENCE = 2000
Run = Callable[[bytes, Path], str]


class Disagreement(Exception):
    """Two readers of the same bytes say different things."""


class TooSlow(BaseException):
    """Past its time; no `Exception`, which a door might take for its own."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out, with everything left out that the input chose; and whether it may."""

    outcome: str
    is_good: bool


def judged(run: Run, data: bytes, folder: Path) -> Judged:
    """One input through one door."""
    try:
        with warnings.catch_warnings(), reading_here(), _in_time():
            warnings.simplefilter("error")
            return Judged(f"answer: {run(data, folder)}", is_good=True)
    except TaperError as error:
        wrong = _no_sentence(error)
        return Judged(wrong or f"sentence: {shape(str(error))}", is_good=not wrong)
    except TooSlow:
        return Judged(f"over {MOST_SECONDS} seconds", is_good=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a fault within a parser written in Rust is no Exception
        return Judged(_fault(error), is_good=False)


def _fault(error: BaseException) -> str:
    ours = [each for each in extract_tb(error.__traceback__) if "taper" in each.filename]
    place = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    said = f": {error}" if isinstance(error, Disagreement) else ""
    return f"{type(error).__name__}{place}{said}"


def _no_sentence(error: TaperError) -> str:
    """What is wrong with the words of an error; empty where they are sentences."""
    lines = str(error).split("\n")
    if isinstance(error, Refusal) and len(lines) != len(error.problems):
        return "a problem of several lines"
    if any(not line.isprintable() for line in lines):
        return "a sentence that is not printable"
    if any(len(line) > MOST_SENTENCE for line in lines):
        return "a sentence without end"
    return "taper itself failed" if "taper itself failed" in str(error) else ""


def shape(text: str) -> str:
    """The first sentence of a text, without what the input chose in it."""
    first = text.partition("\n")[0].partition(": ")[2] or text
    return re.sub(r"'[^']*'|“[^”]*”|\d+", "…", first)[:200]


@contextmanager
def _in_time() -> Iterator[None]:
    if not hasattr(signal, "setitimer"):  # Windows has no such clock
        yield
        return

    def on_alarm(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, on_alarm)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
