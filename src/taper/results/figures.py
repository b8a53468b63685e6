"""Numbers as they are shown: exact until here, rounded half away from zero, and never a float."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

DECIMALS = 4
"""As doses have at most; a program reads these."""
UNDEFINED = "undefined"
"""What stands where there is no number."""
_DIGITS = 40


def text(number: Fraction | int, decimals: int = DECIMALS) -> str:
    """A number that may be below 0, with at most so many decimals and no trailing zeros."""
    exact = Fraction(number)
    scaled = abs(exact) * 10**decimals
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, rest = divmod(rounded, 10**decimals)
    sign = "-" if exact < 0 and rounded else ""
    return (
        f"{sign}{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".")
        if decimals
        else (f"{sign}{whole}")
    )


def told(number: Fraction | int | None, decimals: int = 1, *, signed: bool = False) -> str:
    """The same for a reader, and that there is none where there is none."""
    if number is None:
        return UNDEFINED
    plus = "+" if signed and number > 0 else ""
    return f"{plus}{text(number, decimals)}"


def or_none(number: Fraction | int | None) -> str | None:
    """The same for a program, None where there is none."""
    return None if number is None else text(number)


def root(number: Fraction) -> Fraction:
    """The square root, true to more digits than are ever shown."""
    with localcontext() as precise:
        precise.prec = _DIGITS
        return Fraction((Decimal(number.numerator) / Decimal(number.denominator)).sqrt())
