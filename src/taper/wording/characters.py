"""Characters that nobody sees, or that turn others round: they are read nowhere.

Which they are is a matter of their Unicode properties and not of examples: the general category,
`Default_Ignorable_Code_Point`, `Bidi_Class`, and what is drawn as nothing although it counts as a
letter or a sign.
"""

from __future__ import annotations

import unicodedata
from itertools import chain

# Control, format, surrogate, private and unknown characters; line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset({"R", "AL", "AN"})
_IGNORABLE = frozenset(
    chain(
        range(0x034F, 0x0350),
        range(0x115F, 0x1161),
        range(0x17B4, 0x17B6),
        range(0x180B, 0x1810),
        range(0x3164, 0x3165),
        range(0xFE00, 0xFE10),
        range(0xFFA0, 0xFFA1),
        range(0xE0100, 0xE01F0),
    )
)
"""`Default_Ignorable_Code_Point` beyond the categories above: Unicode 16.0,
DerivedCoreProperties.txt, read in November 2026. What is not assigned there is unknown anyhow."""
_BLANK = frozenset({0x2800, 0x16FE4, 0x1D159})
"""Drawn as nothing although their properties do not say so: the empty Braille cell, the Khitan
filler, the null notehead."""


def is_hidden(character: str) -> bool:
    """Whether nobody sees it, or what it does to others."""
    code = ord(character)
    if 0x20 <= code < 0x7F:  # nearly all
        return False
    return unicodedata.category(character) in _UNSEEN or code in _IGNORABLE or code in _BLANK


def turns(character: str) -> bool:
    """Whether it is written from right to left, so that numbers beside it change places."""
    return unicodedata.bidirectional(character) in _TURNING


def first_hidden(text: str) -> str | None:
    """The first character that nobody sees, None where all are seen."""
    return next(filter(is_hidden, text), None)


def first_turning(text: str) -> str | None:
    """The first character that is written from right to left, None where none is."""
    return next(filter(turns, text), None)


def is_seen(text: str) -> bool:
    """Whether a text prints as it is, with nothing hidden in it."""
    return text.isprintable() and first_hidden(text) is None


_IN_WORDS = {
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a line break",
    "\u00a0": "a no-break space",
    "\u00ad": "a soft hyphen",
    "\u200b": "a space of no width",
    "\u2028": "a line break",
    "\u2029": "a line break",
    "\u202f": "a narrow no-break space",
    "\ufeff": "a byte order mark",
}


def named(character: str) -> str:
    """A character in words: `a soft hyphen`."""
    is_control = unicodedata.category(character) == "Cc"
    usual = "a control character" if is_control else "a character without a name"
    name = unicodedata.name(character, usual).lower()
    article = "" if name.startswith("a ") else "an " if name[0] in "aeiou" else "a "
    return _IN_WORDS.get(character, article + name)


def strange(text: str) -> list[str]:
    """Every character of a text that is hidden, or a space that is no plain one, in words."""
    found = (c for c in text if is_hidden(c) or (c.isspace() and c != " "))
    return list(dict.fromkeys(named(c) for c in found))


def escaped(text: str) -> str:
    """The text with each hidden or unprintable character by its number, as a program writes it."""
    return "".join(
        c if c.isprintable() and not is_hidden(c) else c.encode("unicode_escape").decode()
        for c in text
    )
