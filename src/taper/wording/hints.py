"""What was meant by something that is no dose, where its form says it."""

from __future__ import annotations

import re

from taper.wording.characters import strange

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_COMMA = re.compile(r"[0-9]+,[0-9]+", re.ASCII)
_HINTS = (
    (r"^\s*[0-9]+,[0-9]+\s*$", "with a point in the place of the comma"),
    (r"mg\s*/\s*kg|per\s*kg", "of mg per kg, the mg of that one body weight"),
    (
        r"mg\s*/\s*[0-9.]*\s*ml",
        "of a liquid, the mg that are taken and not those in so many mL, or '5 mL of 15 mg/5 mL'",
    ),
    (rf"{_NUMBER}\s*[-–]\s*{_NUMBER}", "of a range, the one dose that is taken"),
    (rf"{_NUMBER}\s*\+\s*{_NUMBER}", "of several doses a day, their sum in mg"),
    (rf"{_NUMBER}\s*[x×*]\s*{_NUMBER}", "of several doses a day, their sum in mg"),
    (rf"{_NUMBER}\s*(mcg|ug|µg|μg|micrograms?)\b", "of micrograms, the mg: 750 are 0.75"),
    (rf"{_NUMBER}\s*mg\b", "the number alone, which is mg"),
    (rf"{_NUMBER}\s*g\b", "of grams, the mg: 1 is 1000"),
)


def about_dose(typed: str) -> str:
    """` (…)` with what to type instead, or nothing where that is not known."""
    for pattern, hint in _HINTS:
        if re.search(pattern, typed, re.IGNORECASE):
            return f" ({hint})"
    return ""


def seems(typed: object) -> str:
    """What a value that is refused seems to be, as the end of a clause, or nothing."""
    if not isinstance(typed, str):
        return ""
    if _SUM.fullmatch(typed):
        return ", several doses, of which the total of the day is typed, and times beside it"
    if _RANGE.fullmatch(typed):
        return ", a range, of which one number is to be chosen"
    if _COMMA.search(typed):
        return ", with a comma where a point is needed" if _COMMA.fullmatch(typed) else _BETWEEN
    found = strange(typed)
    if found:
        return f", with {' and '.join(found)} in it"
    return ""


_RANGE = re.compile(r"(?![0-9]{4}-)[0-9]+(\.[0-9]+)? *(-|–|to) *[0-9]+(\.[0-9]+)?", re.ASCII)
_SUM = re.compile(r"[0-9]+(\.[0-9]+)?( *\+ *[0-9]+(\.[0-9]+)?)+", re.ASCII)
_BETWEEN = ", with a comma between digits, which is no decimal point here"
