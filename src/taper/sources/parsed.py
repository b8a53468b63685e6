"""A file as plain data, and what is wrong with it before it is said of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from taper.errors import Problem, Refusal
from taper.sources.raw import MAX_BYTES, THE_FILE
from taper.wording.identifying import identifies_there
from taper.wording.quoting import KeyPath, field_name

MAX_DEPTH = 20
MAX_NODES = 5_000
"""Ten years of events have fewer; it bounds the time that a hostile file takes."""
_NO_LINE = MAX_BYTES  # sorts after every line there can be
MAX_PROBLEMS = 100
"""More than anybody reads at once; the rest is counted."""

Lines = Mapping[KeyPath, int]
NO_LINES: Lines = {}
LINES_OF_KEYS = "lines of the form `key: value`"


@dataclass(frozen=True)
class Found:
    """A problem at a place in a file, before it is said of anybody."""

    path: KeyPath
    read: str
    allowed: str
    line: int | None = None


@dataclass(frozen=True)
class ParsedFile:
    """A file as plain data: dictionaries, lists and text, with the line of every place."""

    name: str
    data: dict[str, Any]
    lines: Lines


def refusal(who: str, found: list[Found], lines: Lines) -> Refusal:
    """All problems of a file in one refusal, in the order of its lines."""

    def line_of(problem: Found) -> int | None:
        places = (problem.path[:n] for n in range(len(problem.path), 0, -1))
        return problem.line or next((lines[p] for p in places if p in lines), None)

    problems = [Problem(who, field_name(f.path), _read(f), f.allowed, line_of(f)) for f in found]
    problems.sort(key=lambda problem: problem.line or _NO_LINE)
    if len(problems) > MAX_PROBLEMS:
        more = f"wrong in {len(problems) - MAX_PROBLEMS} more places"
        problems[MAX_PROBLEMS:] = [Problem(who, THE_FILE, more, "a file without any")]
    return Refusal(*problems)


def _read(found: Found) -> str:
    """What was read; under a key that would name a person or an arm, only that something was."""
    hides = any(identifies_there(found.path[:i], str(key)) for i, key in enumerate(found.path))
    return "present" if hides else found.read
