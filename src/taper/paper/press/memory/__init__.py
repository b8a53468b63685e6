"""What the renderer was just asked, remembered: with the versions of WeasyPrint that were tried.

Most of what a month asks of the renderer it has just been asked: how wide "5 mg" is, which of an
element's hundred properties say nothing, or where the lines of the code to scan begin. Five
functions here take the place of the renderer's own and give what those give: each answers the
usual case by itself and hands every other to the original. A test prints every document both ways
and compares the bytes.

They are put in only where a process is taper's own (`ownership`). Without this package, and
`pdf`'s two calls of it, everything works as before, only more slowly.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from taper.paper.press.memory import lines, styles, texts

PARTS = (styles, texts, lines)
_taken: list[tuple[Any, Callable[..., Any], Callable[..., Any]]] = []


def take() -> None:
    """Put all of them into the renderer that is imported; done once, however often asked."""
    if _taken:
        return
    for part in PARTS:
        for owner, name, make in part.shortcuts():
            original = getattr(owner, name)
            _taken.append((owner, original, make(original)))
    for owner, original, shorter in _taken:
        _replace(owner, original, shorter)


def leave() -> None:
    """Give the renderer its own functions back."""
    while _taken:
        owner, original, shorter = _taken.pop()
        _replace(owner, shorter, original)


def _replace(owner: Any, old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Put one function in the place of another, in its class or wherever it was imported to."""
    if isinstance(owner, type):
        for name in _names(vars(owner), old):
            setattr(owner, name, new)
        return
    for table in _tables():
        for name in _names(table, old):
            table[name] = new


def _names(table: Mapping[Any, Any], held: object) -> list[Any]:
    return [name for name, value in table.items() if value is held]


def _tables() -> Iterator[dict[Any, Any]]:
    """What each module of the renderer calls its things, and in which tables it looks them up."""
    for name, module in sys.modules.items():
        if name.partition(".")[0] == "weasyprint":
            yield vars(module)
            yield from (each for each in vars(module).values() if type(each) is dict)
