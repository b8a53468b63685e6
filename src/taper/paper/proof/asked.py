"""Foreign bytes handed to a process that can be ended, and what came of it.

Whatever goes wrong there, a crash, a fault or a limit, is a word about the file: no paper of ours
makes a reader fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taper.confined.limits import can_limit_memory
from taper.confined.process import Confined, Ended
from taper.errors import EnvironmentLacking, Refusal
from taper.paper.proof.found import Compared, Found

CHILD = "taper.paper.proof.child"
READ_SECONDS = 20
"""Of the clock, to take a file apart; a calendar of ten years takes 1."""
COMPARE_SECONDS = 180
"""To make it again, to read and to draw both; the same calendar takes 30 on a slow machine."""
MEMORY_MB = 1024
"""What the process may hold; the same calendar takes 400 MB."""


def found_in(name: str, data: bytes) -> Found:
    """What a file holds; raises `Refusal` where that is no plan."""
    try:
        found = _answer(READ_SECONDS, "found", name, data)
    except Ended as ended:
        return Found(None, f"to read it takes {_too_much(ended, READ_SECONDS)}", len(data))
    if isinstance(found, Refusal | EnvironmentLacking):
        raise found
    if not isinstance(found, Found):
        return Found(None, str(found).rstrip("."), len(data))
    return found


def compared(data: bytes, document: Mapping[str, Any]) -> Compared:
    """What a file is like beside the one that is made of its own plan."""
    try:
        found = _answer(COMPARE_SECONDS, "compared", data, document)
    except Ended as ended:
        return Compared(None, f"to read it takes {_too_much(ended, COMPARE_SECONDS)}")
    if isinstance(found, EnvironmentLacking):
        raise found
    if not isinstance(found, Compared):
        return Compared(None, str(found).rstrip("."))
    return found


def _answer(seconds: int, *question: Any) -> Any:
    memory = MEMORY_MB if can_limit_memory() else None
    return Confined(CHILD, "reads", seconds, memory).answer(*question)


def _too_much(ended: Ended, seconds: int) -> str:
    most = f"{seconds} seconds" if ended.is_late else f"{MEMORY_MB} MB, or ends its reader"
    return f"more than {most}, as no file of taper's does"
