"""How the objects of a file are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

TRIED = frozenset({"0.13.0"})
"""The versions of pydyf, which writes the file for WeasyPrint."""


def shortcuts() -> Iterator[tuple[Any, str, Callable[[Any], Any]]]:
    """Whose function, its name, and what makes the shorter one from it."""
    import pydyf

    if pydyf.__version__ in TRIED:
        yield pydyf, "_to_bytes", _to_bytes


def _to_bytes(original: Any) -> Any:
    """Numbers and words by their exact type; they come again and again."""
    as_written = lru_cache(maxsize=16_384, typed=True)(original)
    usual = frozenset({int, float, str})

    def to_bytes(item: Any) -> Any:
        kind = type(item)
        if kind is bytes:
            return item
        return as_written(item) if kind in usual else original(item)

    return to_bytes
