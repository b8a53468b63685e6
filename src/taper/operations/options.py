"""Options as they are typed: the value, or one sentence that says what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from taper.errors import UsageError
from taper.wording.case import known
from taper.wording.quoting import did_you_mean, one_of, quoted, shown

Value = TypeVar("Value")


def read_word(option: str, typed: str, words: Iterable[str]) -> str:
    """The one of these words, in upper or lower case; raises `UsageError` for any other."""
    listed = tuple(words)
    word = known(typed, listed)
    if word is None:
        meant = did_you_mean(typed, listed)
        raise UsageError(f"{option} is {quoted(typed)}; allowed: {one_of(listed)}{meant}.")
    return word


def read_list(option: str, typed: str, parse: Callable[[str], Value]) -> Value:
    """What may be several values, between which a comma is no slip for a decimal point.

    `parse` raises `ValueError` whose text is what is allowed, and this `UsageError`.
    """
    try:
        return parse(typed)
    except ValueError as allowed:
        raise UsageError(f"{option} is {shown(typed)}; allowed: {allowed}.") from None
