"""The sheet of words by which keys and texts are known for what they say (`data/words.toml`).

It stands below the reader of YAML, whose messages need it: hence its own form and its own reader.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache


@cache
def _sheet() -> Mapping[str, Mapping[str, str]]:
    import tomllib  # an answer that quotes no one's words does not wait for them
    from importlib.resources import files

    return tomllib.loads(files("taper").joinpath("data", "words.toml").read_text("utf-8"))


@cache
def of(kind: str, group: str | None = None) -> frozenset[str]:
    """The words of a kind, of all languages or of one group of them."""
    groups = _sheet()[kind]
    chosen = groups.values() if group is None else [groups[group]]
    return frozenset(folded(word) for words in chosen for word in words.split())


def kinds() -> Mapping[str, Mapping[str, str]]:
    """The sheet as it is written."""
    return _sheet()


def folded(text: str) -> str:
    """The text without case and accents, in which words are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Mn"})
