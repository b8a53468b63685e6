"""What YAML reads otherwise than it was meant: commas between digits, and texts that a `#` cuts.

`[20, 2,5]` is a list of three numbers to YAML, and of two to whoever writes decimals with a comma;
`site: Ward #3` is `Ward`, and a comment. Which was meant nobody can tell from what YAML makes of
it, so that the text of the file is looked at (§5.1.10, §5.1.11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ruamel.yaml.events import Event, ScalarEvent

from taper.wording.quoting import KeyPath, quoted

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_COMMENT = re.compile(r"[ \t]+#(?P<tight>\S)?")
_FREE_TEXT = frozenset(
    {"site", "phone", "reason", "eligibility_waived", "title", "registry", "sources", "document"}
)
_NAMES = frozenset({"participant", "protocol", "drug", "name", "id", "version", "regimen"})
"""No free text; but `A #3` is a name that was cut, and `A  # who came first` one with a comment."""
CUT = "the whole text in quotation marks, or the comment on a line of its own"


def decimal(left: Event | None, right: Event, text: str) -> str | None:
    """`2,5` where these two stand in the text as one number would, None otherwise."""
    first, second = _digits(left), _digits(right)
    if left is None or first is None or second is None:
        return None
    between = text[left.end_mark.index : right.start_mark.index]
    return f"{first},{second}" if between == "," else None


def _digits(event: Event | None) -> str | None:
    """The digits that an event is written in, without quotation marks; None for any other."""
    if isinstance(event, ScalarEvent) and event.style is None and _DIGITS.fullmatch(event.value):
        return str(event.value)
    return None


def decimals(items: Sequence[Event], text: str, *, by_a_program: bool) -> Iterator[tuple[str, int]]:
    """Numbers with a decimal comma among the items of a list in brackets, each with its line.

    A program writes all commas alike and its numbers with a point.
    """
    pairs = list(pairwise(items))
    found = [(decimal(a, b, text), b.start_mark.line + 1) for a, b in pairs]
    if by_a_program and all(text[b.start_mark.index - 1] == "," for _, b in pairs):
        return
    yield from ((typed, line) for typed, line in found if typed is not None)


def two_readings(typed: str) -> tuple[str, str]:
    """What was read at `2,5` in a list, and what is allowed."""
    point, both = typed.replace(",", "."), typed.replace(",", " and ")
    read = f"{quoted(typed)}, a comma between digits, which is {both}, or {point}"
    spaced = typed.replace(",", ", ")
    return read, f"a point in one number ({point}), a space after the comma of two ({spaced})"


def with_point(typed: str) -> tuple[str, str]:
    """What was read at `1,5` where one number stands, and what is allowed."""
    return (
        f"{quoted(typed)}, with a comma where a point is needed",
        f"the number with a point: {typed.replace(',', '.')}",
    )


def is_cut(event: ScalarEvent, path: KeyPath, text: str) -> bool:
    """Whether a comment follows a text in which a # may have been meant."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if event.style is not None or event.value == "":
        return False
    comment = _COMMENT.match(text, event.end_mark.index)
    return comment is not None and (
        key in _FREE_TEXT or (key in _NAMES and comment["tight"] is not None)
    )
