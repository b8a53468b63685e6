"""Whether a word is another one with a letter amiss."""

from __future__ import annotations

from difflib import SequenceMatcher


def is_slip(typed: str, name: str) -> bool:
    """Whether a letter is wrong, missing, too many, or in another place."""
    if abs(len(typed) - len(name)) > 1:
        return False
    changes = [
        change
        for change in SequenceMatcher(None, typed, name, autojunk=False).get_opcodes()
        if change[0] != "equal"
    ]
    replaced = {(typed[i:j], name[k:m]) for _, i, j, k, m in changes}
    is_exchange = len(changes) == 2 and {(b, a) for a, b in replaced} == replaced
    is_short = all(max(j - i, m - k) == 1 for _, i, j, k, m in changes)
    return is_short and (len(changes) == 1 or is_exchange)
