"""What can go wrong, said in one sentence, and the exit code each kind of wrong ends in.

A clinical problem is a finding on the plan (`taper.planning.labels.Finding`), never an exception.
Only input that cannot be planned, a wrong command line and a missing part of the
environment raise.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Any


class ExitCode(IntEnum):
    """The one table of exit codes; the README prints it."""

    WRITTEN = 0
    REFUSED = 1
    USAGE = 2
    SOME_REFUSED = 3
    ENVIRONMENT = 4
    STOPPED = 5


EXIT_MEANINGS = {
    ExitCode.WRITTEN: "everything asked for was written",
    ExitCode.REFUSED: "nothing was written: the input was refused",
    ExitCode.USAGE: "nothing was written: the command line is wrong",
    ExitCode.SOME_REFUSED: "some participants or forms were refused, all others were written",
    ExitCode.ENVIRONMENT: "nothing was written: the machine lacks something, such as Pango",
    ExitCode.STOPPED: "stopped before the end; what was written is whole, the same command goes on",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input: who, which field, what was read, what is allowed."""

    who: str
    field: str
    read: str
    allowed: str
    line: int | None = None

    def __str__(self) -> str:
        place = f" (line {self.line})" if self.line else ""
        return f"{self.who}: {self.field}{place} is {self.read}; allowed: {self.allowed}."


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What is in the way and no field is wrong: a file of that name, or taper itself failed."""

    said: str

    def __str__(self) -> str:
        return self.said


Ground = Problem | Obstacle
"""Why something is refused; `str()` of it is its sentence."""


class TaperError(Exception):
    """Every error that a user may see; `str()` of it is what is printed."""

    exit_code = ExitCode.REFUSED

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Why, as data: a sentence each."""
        return (Obstacle(str(self)),)

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_elsewhere, (type(self), self.args), self.__dict__ or None


def _from_elsewhere(kind: type[TaperError], said: tuple[Any, ...]) -> TaperError:
    """An error that came from another process, of whatever its kind is made there."""
    return kind.__new__(kind, *said)


class Failed(TaperError):
    """taper itself or a file that it answers for is wrong, and no input is."""


class Refusal(TaperError):
    """Input that is not planned. Nothing is written; every problem found is carried along."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    def __reduce__(self) -> tuple[type[Refusal], tuple[Problem, ...]]:
        return type(self), self.problems

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Every problem."""
        return self.problems

    @classmethod
    def of(cls, who: str, field: str, read: object, allowed: str) -> Refusal:
        """The refusal of a single field."""
        return cls(Problem(who, field, str(read), allowed))

    def at(self, who: str) -> Refusal:
        """The same refusal said of `who`."""
        return Refusal(*(replace(problem, who=who) for problem in self.problems))


class Unaccepted(Refusal):
    """What is refused until somebody says who accepts it, and why."""


class UsageError(TaperError):
    """A command line that cannot be carried out."""

    exit_code = ExitCode.USAGE


class Stopped(TaperError):
    """Ended before it was done, by Ctrl-C or for want of disk; what was written is whole.

    A code of its own and not 130: it says that the same command goes on from there, whatever it
    was that ended it and on whichever system.
    """

    exit_code = ExitCode.STOPPED


class EnvironmentLacking(TaperError):
    """Something outside the package is missing, such as Pango."""

    exit_code = ExitCode.ENVIRONMENT


NO_MEMORY = "The machine has not enough memory free for this; end other programs, or allow it more."


def fault(error: Exception) -> str:
    """What to say where taper itself is wrong: where it happened, and no value of any file."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"taper itself failed ({type(error).__name__} in {Path(place.filename).name}, "
        f"line {place.lineno}); please report this."
    )
