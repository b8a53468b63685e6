"""Texts that a reader might take for a dose, or for the line that tells sheets apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from taper.wording import words

_WORDS = re.compile(r"[0-9]+(?:[.,/][0-9]+)*|[½¼¾]|[^\W\d_]+")
_FEW_WORDS = 3
_DOTS = ("MIDDLE DOT", "BULLET", "DOT OPERATOR", "HYPHENATION POINT")


@lru_cache(maxsize=1024)
def names_dose(text: str) -> bool:
    """Whether a text names a dose: `40 mg`, `two tablets`, `take 40`."""
    spoken = [words.folded(word) for word in _WORDS.findall(text)]
    units = words.of("dose", "units")
    if any(_is_number(one) and other in units for one, other in pairwise(spoken)):
        return True
    return any(
        word in words.of("dose", "verbs")
        and any(after[0].isdecimal() for after in spoken[i + 1 : i + 1 + _FEW_WORDS])
        for i, word in enumerate(spoken)
    )


def _is_number(word: str) -> bool:
    return word[0].isnumeric() or word in words.of("dose", "numbers")


def looks_like_header(text: str) -> bool:
    """Whether a text holds the dot between spaces by which the line on each sheet is divided."""
    return any(
        _is_dot(c) and text[i - 1 : i].isspace() and text[i + 1 : i + 2].isspace()
        for i, c in enumerate(text)
    )


def _is_dot(character: str) -> bool:
    name = unicodedata.name(character, "")
    return character != "." and any(dot in name for dot in _DOTS)
