"""Words that are no values: `no`, `N/A`, `–` or `0` in the place of a name or a reason."""

from __future__ import annotations

import re

from taper.wording import words

_SIGNS = re.compile(r"[\W_]+")
_NO_VALUE = "no_value"
_MISSING = "missing"


def says_nothing(text: str) -> bool:
    """Whether a text is a word for nothing, for yes or no, or has signs and zeros alone.

    Or a single digit: a code of an export, in which 1 is yes.
    """
    bare = _bare(text)
    is_code = len(bare) == 1 and bare.isdecimal()
    return bare.strip("0") == "" or is_code or bare in words.of(_NO_VALUE)


def is_missing(text: str) -> bool:
    """Whether a text is what programs write where there is nothing: NA, null, none, unknown."""
    return _bare(text) in words.of(_NO_VALUE, _MISSING)


def _bare(text: str) -> str:
    return _SIGNS.sub("", words.folded(text))
