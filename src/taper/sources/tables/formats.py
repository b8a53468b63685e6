"""Number formats: whether what a cell shows is what it holds.

A format may show any number as any other, a date without its year, or a text as another one.
Whoever looks at the sheet believes what it shows, so that only formats which show the whole value
are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

GENERAL = "General"
BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    14: "m/d/yyyy",
    15: "d-mmm-yy",
    22: "m/d/yyyy h:mm",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    49: "@",
}
"""The formats without a code in the file that may show a value whole; others go by their number."""
TEXT_SECTION = 3
_ZERO_SECTION = 2
_OTHERS = {
    5: "Currency", 6: "Currency", 7: "Currency", 8: "Currency",
    9: "Percentage", 10: "Percentage", 11: "Scientific", 12: "Fraction", 13: "Fraction",
    16: "Date", 17: "Date", 18: "Time", 19: "Time", 20: "Time", 21: "Time",
    37: "Number", 38: "Number", 39: "Number", 40: "Number",
    42: "Accounting", 44: "Accounting", 45: "Time", 46: "Time", 47: "Time", 48: "Scientific",
}  # fmt: skip
"""What Excel calls the formats that stand in no file, by their number."""

_COLOR = r"\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow)\]"
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^";])*)(?:;|$)')
_DECORATION = re.compile(rf"{_COLOR}|_.|\* |\\ ", re.IGNORECASE)
"""A colour, room as wide as a character, spaces that fill the cell, a space."""
_PLAIN_NUMBER = re.compile(r"(General|@|(?:#,#)?#*0?(?:\.([0#?]+))?)", re.IGNORECASE)
_PLAIN_TEXT = frozenset({"@", "general"})


def _sections(code: str) -> list[str]:
    """The parts of a format: for numbers above 0, below 0, 0, and for texts."""
    return [match[1] for match in _SECTION.finditer(code)][: code.count(";") + 1]


@lru_cache(maxsize=4096)
def shows_number(code: str, text: str) -> bool:
    """Whether a number of 0 or above in that format looks like the number that it is."""
    first, *others = _sections(code) or [""]
    if text == "0" and len(others) >= _ZERO_SECTION:
        first = others[_ZERO_SECTION - 1]
    shown = _PLAIN_NUMBER.fullmatch(_DECORATION.sub("", first).strip())
    if shown is None or not shown[0] or _is_conditional(others):
        return False
    if shown[0].lower() in _PLAIN_TEXT:
        return True
    return len(text.partition(".")[2]) <= len(shown[2] or "")


def _is_conditional(sections: list[str]) -> bool:
    """Whether it depends on the value itself which section counts."""
    return any("[" in _DECORATION.sub("", section) for section in sections)


@lru_cache(maxsize=256)
def shows_text(code: str) -> bool:
    """Whether a text in that format is shown as it is."""
    sections = _sections(code)
    if len(sections) > TEXT_SECTION:
        return _DECORATION.sub("", sections[TEXT_SECTION]).strip().lower() in _PLAIN_TEXT
    about_text = [section for section in sections if "@" in re.sub(r'"[^"]*"|\\.', "", section)]
    return all(_DECORATION.sub("", section).strip() == "@" for section in about_text)


# Dates ----------------------------------------------------------------------------------------

_DATE_PARTS = re.compile(
    rf'(?P<quoted>"[^"]*"|\\.)|(?P<none>{_COLOR}|\[\$-(?:[0-9A-F]{{1,4}}|[a-z-]+)\]|_.|[-/., \':])'
    r"|(?P<part>y+|m+|d+|h+|s+)|(?P<noon>AM/PM|A/P)",
    re.IGNORECASE,
)
_YEAR, _MONTH, _DAY = {"yy", "yyyy"}, {"m", "mm", "mmm", "mmmm"}, {"d", "dd"}


@lru_cache(maxsize=256)
def shows_date(code: str) -> bool:
    """Whether a day in that format is shown with day, month and year, and with nothing else.

    Another calendar, a number among the words and a condition on the value are something else.
    """
    first, *others = _sections(code) or [""]
    parts = _date_parts(first)
    if parts is None or _is_conditional(others):
        return False
    return all(not parts.isdisjoint(each) for each in (_YEAR, _MONTH, _DAY))


def _date_parts(section: str) -> set[str] | None:
    """Years, months and days that are shown; None where something else is."""
    found: list[str] = []
    at = 0
    while at < len(section):
        match = _DATE_PARTS.match(section, at)
        if match is None or any(c.isnumeric() for c in match["quoted"] or ""):
            return None
        if match["part"]:
            found.append(match["part"].lower())
        at = match.end()
    return set(_without_clock(found))


def _without_clock(parts: list[str]) -> Iterator[str]:
    """Years, months and days; minutes, after hours or before seconds, are written as months."""
    for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
        is_minutes = part[0] == "m" and (before.startswith("h") or after.startswith("s"))
        if part[0] not in "hs" and not is_minutes:
            yield part


# Names ----------------------------------------------------------------------------------------


def unknown(number: int) -> str:
    """What stands for a format of which only the number is known."""
    return f"number {number}"


def seen(code: str) -> str:
    """The code of a format as it is told; where only its number is known, what Excel calls it."""
    return name_of(code) if code.startswith("number ") and code[7:].isdecimal() else code


@lru_cache(maxsize=256)
def name_of(code: str) -> str:
    """What Excel calls a format of that code, in its list of categories."""
    if code.startswith("number "):
        known = code.removeprefix("number ").partition(" ")[0]
        return _OTHERS.get(int(known), "Custom") if known.isdecimal() else "Custom"
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code).lower()
    for name, marks in _MARKS:
        if re.search(marks, code if name in _SEEN_WHOLE else bare, re.IGNORECASE):
            return name
    return "Custom"


_SEEN_WHOLE = frozenset({"Accounting", "Currency"})
_MARKS = (
    ("Text", r"^@$"),
    ("General", r"^general$"),
    ("Percentage", "%"),
    ("Scientific", r"e[+-]"),
    ("Fraction", r"\?/|/[0-9?]"),
    ("Accounting", r"_\S?.*\*."),
    ("Currency", r"[$€£¥]|\[\$[^-\]]"),
    ("Time", r"h|s{1,2}|am/pm"),
    ("Date", r"[ymd]"),
    ("Number", r"^[#,]*0(\.0+)?(;|$)"),
)
"""By which signs each is known, the more telling first; of a text in it none is a sign."""
