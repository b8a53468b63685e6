"""Tablets in words that no printer or eye can mistake: `1 and a half of 5 mg`."""

from __future__ import annotations

from fractions import Fraction

from taper.doses import dose
from taper.doses.solutions import in_words
from taper.doses.tablets import Count, Stock, Strength, Tablets
from taper.wording.layout import NBSP

INTO = {1: "", 2: "halves", 4: "quarters"}
"""What a tablet may be broken into, by the number of parts."""
_PARTS = {
    Fraction(1, 4): "a quarter",
    Fraction(1, 2): "half",
    Fraction(3, 4): "three quarters",
}


def counted(count: Fraction) -> str:
    """A count of tablets in words: `1 and a half`."""
    whole, part = divmod(count, 1)
    words = ([str(whole)] if whole else []) + ([_PARTS[part]] if part else [])
    return " and ".join(words).replace("and half", "and a half")


def in_tablets(tablets: Tablets) -> str:
    """The tablets of a day: `1 of 20 mg, half of 5 mg`; of a solution `5 mL of 3 mg per mL`."""
    each = (f"{_amount(t)} of {in_words(t.strength_mg, in_ml=t.in_ml)}" for t in tablets)
    return ", ".join(taken.replace(" ", NBSP) for taken in each) or "none"


def _amount(taken: Count) -> str:
    return f"{dose.text(taken.count)} mL" if taken.in_ml else counted(taken.count)


def in_stock(stock: Stock) -> str:
    """The tablets at hand: `20 (quarters), 5 (halves) and 1 mg`; or the solution and its steps."""
    if stock.solution is not None:
        return (
            f"a solution of {dose.text(stock.solution.mg)} mg per mL, measured to "
            f"{dose.text(stock.solution.smallest_ml)} mL"
        )
    return f"{dose.join([_splitting(strength) for strength in stock.tablets])} mg"


def _splitting(strength: Strength) -> str:
    into = INTO[strength.split]
    return dose.text(strength.mg) + (f" ({into})" if into else "")
