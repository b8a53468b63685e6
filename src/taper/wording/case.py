"""The one rule for case (§5.1.12): a word that has one meaning here is read in any case."""

from __future__ import annotations

from collections.abc import Iterable


def known(typed: str, words: Iterable[str]) -> str | None:
    """The word that was typed, in its usual case; None where it is none of them."""
    listed = tuple(words)
    if typed in listed:
        return typed
    folded = typed.casefold()
    return next((word for word in listed if word.casefold() == folded), None)


def as_known(typed: str, words: Iterable[str]) -> str:
    """The same, and what was typed where it is none of them."""
    word = known(typed, words)
    return typed if word is None else word
