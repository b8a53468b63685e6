"""What tablets in brackets behind a dose come to: `20 mg (4 x 5 mg)`."""

from __future__ import annotations

import re
from fractions import Fraction

MARK = "\ue000"
"""Stands where brackets with tablets were; no text has it, which is not one of its own."""
_BRACKETS = re.compile(r"\(([^()]*)\)")
_AMOUNTS = (
    (re.compile(r"([0-9]+) (?:and a half|und eine halbe|y media|et demi)\b"), r"\1.5"),
    (re.compile(r"\b(?:half an?|half|eine halbe|media|une demi)\b"), "0.5"),
    (re.compile(r"\b(?:a quarter of an?|ein viertel einer)\b"), "0.25"),
    (re.compile(r"\bone\b"), "1"),
    (re.compile(r"\btwo\b"), "2"),
    (re.compile(r"\bthree\b"), "3"),
    (re.compile(r"\bfour\b"), "4"),
)
_APART = re.compile(r"\s*(?:,|\+|&|\band\b|\bund\b|\by\b|\bet\b)\s*")
_EACH = re.compile(
    r"([0-9]+(?:\.[0-9]+)?)\s*"
    r"(?:x|×|(?:tab|tabs|tablets?|tabletten?|comprimidos?|comprimes?)?\s*(?:of|zu|de|x|×))\s*"
    r"([0-9]+(?:\.[0-9]+)?)\s*mg(?:\s+tablets?)?"
)


def marked(said: str) -> tuple[str, list[Fraction]]:
    """The line with a mark for each bracket of tablets, and what the tablets of each come to, mg.

    Brackets with anything else stay as they are.
    """
    found: list[Fraction] = []

    def mark(brackets: re.Match[str]) -> str:
        mg = _made(brackets[1])
        if mg is None:
            return brackets[0]
        found.append(mg)
        return f"{MARK}{len(found) - 1}{MARK}"

    return _BRACKETS.sub(mark, said.replace(MARK, "?")), found


def _made(said: str) -> Fraction | None:
    for pattern, amount in _AMOUNTS:
        said = pattern.sub(amount, said)
    each = [_EACH.fullmatch(part.strip()) for part in _APART.split(said)]
    if not all(each):
        return None
    return sum((Fraction(one[1]) * Fraction(one[2]) for one in each if one), Fraction(0))
