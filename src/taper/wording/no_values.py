"""Words that are no values: `no`, `N/A`, `–` or `0` in the place of a name or a reason."""

from __future__ import annotations

import re

from taper.wording import words

_SIGNS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"[,;:()]|\s[-–—]\s")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?", re.ASCII)
_NO_VALUE = "no_value"
_MISSING = "missing"


def says_nothing(text: str) -> bool:
    """Whether a text is a word for nothing, for yes or no, or has signs and zeros alone.

    Or a single digit: a code of an export, in which 1 is yes.
    """
    bare = _bare(text)
    is_code = len(bare) == 1 and bare.isdecimal()
    return bare.strip("0") == "" or is_code or bare in words.of(_NO_VALUE)


def is_code(text: str) -> bool:
    """Whether a text is a number alone, such as `999` of an export: it says nothing of why."""
    return _NUMBER.fullmatch(text.strip()) is not None


def waives(text: str) -> bool:
    """Whether a text may say who waived something: it has a word, and none that says nobody did.

    A date, signs, a single letter and a word for nothing are none (`no, 2026-01-20`).
    """
    found = [words.folded(word) for word in _WORD.findall(text)]
    first, refused = words.of("not_waived", "first"), words.of("not_waived", "any")
    parts = ("".join(_WORD.findall(part)) for part in _PARTS.split(text))
    return (
        any(len(word) > 1 for word in found)
        and found[0] not in first
        and refused.isdisjoint(found)
        and not all(map(says_nothing, parts))
    )


def is_missing(text: str) -> bool:
    """Whether a text is what programs write where there is nothing: NA, null, none, unknown."""
    return _bare(text) in words.of(_NO_VALUE, _MISSING)


def _bare(text: str) -> str:
    return _SIGNS.sub("", words.folded(text))
