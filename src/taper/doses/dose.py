"""The one door for doses: the only place that reads, rounds for print, or writes a dose.

A dose is a `fractions.Fraction` of milligrams a day. Nothing here or below is a float, so
that a rounding tie is still a tie after a conversion between drugs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

MAX_MG = 1000
"""The largest dose that is read, mg a day (§2.3.4)."""

PRINTED_DECIMALS = 4
ALLOWED = (
    f"a plain decimal from 0 to {MAX_MG} with at most {PRINTED_DECIMALS} decimals, such as 7.5"
)
ALLOWED_POSITIVE = ALLOWED.replace("from 0", "above 0 and up")

_EXACT = re.compile(r"[0-9]{1,200}([./][0-9]{1,200})?", re.ASCII)
_THOUSAND = "1.000"
"""1 mg, or 1000 mg of a pulse; with other digits it is over the most that is read."""
_PLAIN = re.compile(r"(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?", re.ASCII)


def parse(text: object) -> Fraction:
    """Read a dose in mg: ASCII digits with an optional decimal part, 0 to 1000 (§2.3.3, §2.3.4).

    Integers and `Decimal`s are taken at their text; a float is refused because its text is
    not what was written. Raises `ValueError` whose text is what is allowed.
    """
    if isinstance(text, Fraction):
        return _in_range(text)
    if isinstance(text, bool) or not isinstance(text, str | int | Decimal):
        raise ValueError(ALLOWED)
    if not _PLAIN.fullmatch(str(text)):
        raise ValueError(ALLOWED)
    if text == _THOUSAND:
        raise ValueError(f"{ALLOWED}; 1 or {MAX_MG}, as a point parts thousands in many countries")
    return _in_range(Fraction(str(text)))


def parse_positive(text: object) -> Fraction:
    """Read a dose above 0 (§2.3.5); raises `ValueError` whose text is what is allowed."""
    try:
        dose = parse(text)
    except ValueError as wrong:
        raise ValueError(str(wrong).replace(ALLOWED, ALLOWED_POSITIVE)) from wrong
    if dose == 0:
        raise ValueError(ALLOWED_POSITIVE)
    return dose


def exact(text: str) -> Fraction:
    """Read a dose, an equivalent or a count as a document of our own says it.

    It may be a ratio and have any size, but no exponent: that would write a number without end.
    Raises `ValueError` for anything else, `TypeError` for what is no text.
    """
    if not _EXACT.fullmatch(text):
        raise ValueError("a number that no document of taper has")
    return Fraction(text)


def _in_range(dose: Fraction) -> Fraction:
    if not 0 <= dose <= MAX_MG:
        raise ValueError(ALLOWED)
    return dose


def text(dose: Fraction, *, decimals: int = PRINTED_DECIMALS) -> str:
    """A dose as text without unit: at most 4 decimals, half up, no trailing zeros (§2.4).

    A sum of many days may be told with fewer `decimals`.
    """
    numerator, denominator = dose.as_integer_ratio()
    return str(numerator) if denominator == 1 else _half_up(numerator, denominator, decimals)


@lru_cache(maxsize=4096)
def _half_up(numerator: int, denominator: int, decimals: int) -> str:
    """The text of a ratio; remembered, because every plan says the same few doses many times."""
    half_up = (2 * numerator * 10**decimals + denominator) // (2 * denominator)
    whole, rest = divmod(half_up, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".")


def whole_text(dose: Fraction) -> str:
    """The same with all its decimals, and the ratio of one that never ends: no dose is rounded."""
    return text(dose) if Fraction(text(dose)) == dose else str(dose)


def listed(doses: Iterable[Fraction]) -> str:
    """Doses as `20, 10 and 2.5 mg`."""
    texts = [text(dose) for dose in doses]
    return f"{join(texts)} mg"


def join(words: list[str], last: str = "and") -> str:
    """Words as `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
