"""Quicker ways through WeasyPrint, for the versions with which they were tried.

Most of what a month asks of the renderer it has just been asked: how wide "5 mg" is, or which of
an element's hundred properties say nothing. Each function here takes the place of one of the
renderer's own and gives what that one gives: it answers the usual case by itself and hands every
other to the original. A test prints every document both ways and compares the bytes.

Without this package, and `pdf`'s calls of it, everything works as before, only more slowly.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from taper.paper.press.memory import boxes, files, styles, texts

_taken: list[tuple[Any, Callable[..., Any], Callable[..., Any]]] = []


def take() -> None:
    """Put every shortcut into the renderer that is imported; done once, however often asked."""
    if _taken:
        return
    for part in (styles, boxes, texts, files):
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
    holders = [owner] if isinstance(owner, type) else list(_modules())
    for holder in holders:
        for name in [name for name, value in vars(holder).items() if value is old]:
            setattr(holder, name, new)


def _modules() -> list[Any]:
    mine = ("weasyprint", "pydyf")
    return [module for name, module in sys.modules.items() if name.partition(".")[0] in mine]
