"""Keys that would name a person or a trial arm: refused by name, their values never repeated.

A key is looked at word by word, so that `treatment_arm`, `Randomisation No` and `patientName`
are caught while `armature` is only a key that nobody knows. The words are data
(`data/words.toml`); keys that files do have are never among them, which a test holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from taper.wording import words

ARM, PERSON = "arm", "person"
"""The kinds of word, as the sheet has them."""
_NAME_OF_A_VISIT = ("visits", "name")

_BREAKS = re.compile(
    r"(?<=[a-z])(?=[A-Z])"  # patient|Name
    r"|(?<=[A-Z])(?=[A-Z][a-z])"  # DOB|Date
    r"|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"  # arm|2
)
_SHOUTED = re.compile(r"(?<=[A-Z]{2})(?=[a-z])")  # NHS|number
_LETTERS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def identifies(key: str) -> bool:
    """Whether a key or column of this name would name a person or an arm."""
    return not _identifying().isdisjoint(_words(key))


def identifies_there(place: Sequence[str | int], key: str) -> bool:
    """Whether a key at this place of a file would do so: the name of a visit is none of a person.

    It is a visit of the protocol, or it is refused.
    """
    return identifies(key) and (*place[:1], key) != _NAME_OF_A_VISIT


def may_be_excepted(key: str) -> bool:
    """Whether a key only seems to name a person or an arm, so that somebody may say it does not.

    `site_name` and `treatment_date` may; a key with a word that means nothing else never may.
    """
    found = _words(key)
    telling = found & _identifying()
    seeming = [
        telling & words.of("excepted", kind)
        for kind, beside in (("person", "things"), ("arm", "no_arm"))
        if not words.of("excepted", beside).isdisjoint(found)
    ]
    is_never = not words.of("excepted", "never").isdisjoint(found)
    return bool(telling) and not is_never and telling == frozenset().union(*seeming)


@lru_cache(maxsize=1024)
def names_arm(name: str) -> bool:
    """Whether an id of this form tells which arm its bearer is in."""
    return not words.of(ARM).isdisjoint(_words(name))


@lru_cache(maxsize=1024)
def tells_arm(text: str) -> bool:
    """Whether a sentence tells of an arm: by a word that means nothing else, or by `arm B`."""
    spoken = _spoken(text)
    numbered = words.of("told", "numbered")
    return not words.of("told", "any").isdisjoint(spoken) or any(
        word in numbered and (len(after) == 1 or after.isdecimal())
        for word, after in pairwise(spoken)
    )


@cache
def _identifying() -> frozenset[str]:
    return words.of(ARM) | words.of(PERSON)


def _spoken(text: str) -> list[str]:
    """The words of a sentence in their order."""
    return _LETTERS.findall(words.folded(text))


def _words(key: str) -> set[str]:
    found: set[str] = set()
    for breaks in (_BREAKS, _SHOUTED):
        parts = _LETTERS.findall(breaks.sub(" ", _visible(key)))
        found.update(map(words.folded, parts))
        found.add(words.folded("".join(parts)))  # d.o.b. and first_name
    return found


def _visible(key: str) -> str:
    """Accents, full-width letters and characters of no width do not hide a word."""
    folded = unicodedata.normalize("NFKD", key)
    return "".join(c for c in folded if unicodedata.category(c) not in {"Cf", "Mn"})
