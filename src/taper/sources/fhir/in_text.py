"""What the text of a dosage says, as far as it says it plainly: a dose, how many days, which dates.

English, as the standard's own examples and the English service write it, and taper too. What is
not found is not guessed: then nothing is compared with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.doses.dose import exact

_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen"),
)
_WORDS = {word: Fraction(i) for i, word in enumerate(_NUMBERS, start=1)} | {
    "half": Fraction(1, 2),
    "a half": Fraction(1, 2),
    "half a": Fraction(1, 2),
    "a": Fraction(1),
}
_NUMBER = rf"(?:[0-9]{{1,4}}(?:\.[0-9]{{1,4}})?|half a|a half|half|{'|'.join(_NUMBERS)})"
_I = re.IGNORECASE
_TABLETS = re.compile(
    rf"(?<![\w.])(?<![0-9],)(?P<word>{_NUMBER})\s*(?:\((?P<digits>[0-9]{{1,4}})\)\s*)?tab(?:let)?s?\b",
    _I,
)
_MG = re.compile(
    r"(?<![\w.])(?<![0-9],)([0-9]{1,5}(?:\.[0-9]{1,4})?)\s*(?:mg|milligrams?)\b(?!\s*(?:/|tab))", _I
)
_DAYS = re.compile(rf"(?:\bfor|,)\s+(?:a further\s+)?({_NUMBER})\s+(days?|weeks?)\b", _I)
_OFTEN = rf"(?P<often>once|twice|(?P<many>{_NUMBER})\s+times)"
_EACH = r"(?:a|per|each|every)"
_A_DAY = rf"(?:daily|nightly|{_EACH}\s+(?:day|morning|evening|night))"
_TIMES = re.compile(rf"\b{_OFTEN}\s+(?:{_A_DAY}\b|every\s+(?:other|second)\s+day\b)", _I)
_LATIN = re.compile(
    r"\b(?:(?P<twice>b\.?i?\.?d)|(?P<thrice>t\.?i\.?d|t\.?d\.?s)|(?P<four>q\.?i\.?d|q\.?d\.?s))\b",
    _I,
)
_AS_NEEDED = re.compile(
    r"\b(?:(?:as|if|when|where)\s+(?:needed|required|necessary)|p\.?r\.?n\b\.?)", _I
)
_AFTER = rf"\s+after\s+{_NUMBER}\b"
_STOPPED = re.compile(
    rf"\b(?:cancell?ed|discontinued?|withh[eo]ld|on\s+hold|suspended|stopped)\b(?!{_AFTER})"
    rf"|\bdo\s+not\s+(?:take|give)\s*(?:$|[.;!])|^\s*stop\b(?!{_AFTER}|\s+date\b)",
    _I,
)
_CLAUSE = re.compile(r"[^.,;:!\n]*\Z")
_NOT_YET = re.compile(r"\b(?:then|until|till|unless|not|never|if|when|once|(?:to|will)\s+be)\b", _I)
"""Before a word of an end: that it is one to come, or none. Most tapers say how they end."""
_TO_SWALLOW = re.compile(r"\b(?:crush(?:ed)?|halved|broken|dissolved|dispersed)\b", _I)
"""Before `if needed`: that it is about the tablets and not the dose."""
_DAILY = re.compile(rf"\b(?:{_OFTEN}\s+)?{_A_DAY}\b", _I)
_EVERY_SO_MANY = re.compile(
    rf"\b(?:every|each)\s+(?P<n>other|second|third|fourth|{_NUMBER})\s+(?P<unit>hour|day|week)s?\b"
    r"|\balternat(?:e|ing)\s+(?P<alternate>day|week)s?\b|\b(?P<fortnight>fortnightly)\b",
    _I,
)
_WEEKLY = re.compile(
    rf"\b(?:{_OFTEN}\s+(?:weekly|{_EACH}\s+week)|weekly|(?:per|each|every)\s+week)\b"
    rf"|\b(?P<days>{_NUMBER})\s+days?\s+(?:weekly|{_EACH}\s+week)\b",
    _I,
)
_MONTHLY = re.compile(rf"\b(?:monthly|{_EACH}\s+month)\b", _I)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_ON_WEEKDAYS = re.compile(rf"\b(?:(?:every|each)\s+{_WEEKDAY}|{_WEEKDAY}s)\b", _I)
_ORDINALS = {"other": 2, "second": 2, "third": 3, "fourth": 4}
_LISTED = re.compile(r"\bon ((?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:, )?)+)$")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTHS = "january february march april may june july august september october november december"
_MONTH = "|".join(rf"{m[:3]}(?:{m[3:]})?" if m[3:] else m for m in _MONTHS.split())
_BEGINS = r"\b(?:from|starting|start|beginning|begin)(?:\s+on)?\s+"
_STARTS = (
    re.compile(rf"{_BEGINS}(?P<iso>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})", _I),
    re.compile(
        rf"{_BEGINS}(?P<month>{_MONTH})\.?\s+(?P<day>[0-9]{{1,2}}),?\s+(?P<year>[0-9]{{4}})", _I
    ),
    re.compile(
        rf"{_BEGINS}(?P<day>[0-9]{{1,2}})\s+(?P<month>{_MONTH})\.?,?\s+(?P<year>[0-9]{{4}})", _I
    ),
)
_MADE_UP = re.compile(r"\(((?:[0-9]{1,3} of [0-9]{1,4}(?:\.[0-9]{1,4})? mg(?:, )?)+)\)")
_PART = re.compile(r"([0-9]+) of ([0-9.]+) mg", re.ASCII)
_NOTHING = re.compile(r"^\s*(?:no|none|nothing|take no(?:thing|ne)?)\b", _I)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """On how many of its days something is taken, every other day on a half, and in which words."""

    words: str
    rate: Fraction


@dataclass(frozen=True, slots=True)
class InText:
    """What a text says plainly; None where it does not.

    `mg` or `tablets` are taken so many `times` on each day of the `rhythm`. `dates` are all of its
    days where it lists them; `digits` the number of tablets that stands in brackets behind another
    one in words.
    """

    mg: Fraction | None = None
    tablets: Fraction | None = None
    times: Fraction | None = None
    rhythm: Rhythm | None = None
    digits: Fraction | None = None
    made_up_mg: Fraction | None = None
    """The dose of all tablets that stand in brackets behind one in mg."""
    other_mg: tuple[Fraction, ...] = ()
    """What it says in mg beside `mg`, such as another time's dose or the next step's."""
    days: Fraction | None = None
    start: date | None = None
    dates: tuple[date, ...] = ()
    is_nothing: bool = False
    against: str = ""
    """Words by which it is taken only as needed, or not any more."""

    @property
    def times_a_day(self) -> Fraction | None:
        """How often on a day; what is simply taken daily is taken once."""
        is_daily = self.rhythm is not None and self.rhythm.rate == 1
        return self.times or (Fraction(1) if is_daily else None)


def told_in(text: str) -> InText:
    """What is said; what stands in brackets is how a dose is made up."""
    tablets = _TABLETS.search(text)
    outside = re.sub(r"\([^()]*\)", "", text)
    mg = [exact(each) for each in _MG.findall(outside)]
    return InText(
        mg=mg[0] if mg else None,
        other_mg=tuple(dict.fromkeys(each for each in mg if each != mg[0])),
        tablets=_number(tablets["word"]) if tablets else None,
        times=_times(outside),
        rhythm=_rhythm(outside),
        digits=exact(tablets["digits"]) if tablets and tablets["digits"] else None,
        made_up_mg=_made_up(text),
        days=_days(outside),
        start=_start(outside),
        dates=_dates(outside),
        is_nothing=_NOTHING.match(text) is not None,
        against=_against(text),
    )


def _against(text: str) -> str:
    found = _meant(_AS_NEEDED, _TO_SWALLOW, text) or _meant(_STOPPED, _NOT_YET, text)
    return "" if found is None else found[0].strip(" .;!").lower()


def _meant(words: re.Pattern[str], turned: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first such words whose clause does not turn them into something else."""
    for found in words.finditer(text):
        before = _CLAUSE.search(text[: found.start()])
        if before is None or turned.search(before[0]) is None:
            return found
    return None


def _made_up(text: str) -> Fraction | None:
    """The mg of `(1 of 20 mg, 1 of 5 mg)`; None without such brackets, or of several."""
    found = _MADE_UP.findall(text)
    if len(found) != 1:
        return None
    parts = ((exact(many), exact(mg)) for many, mg in _PART.findall(found[0]))
    return sum((many * mg for many, mg in parts), Fraction(0))


def _number(word: str) -> Fraction:
    return _WORDS[word.lower()] if word.lower() in _WORDS else exact(word)


def _times(text: str) -> Fraction | None:
    """How often on a day that has it, where it is counted."""
    found = _TIMES.search(text)
    if found is not None:
        return _often(found)
    latin = _LATIN.search(text)
    if latin is not None:
        return Fraction({"twice": 2, "thrice": 3, "four": 4}[str(latin.lastgroup)])
    every = _EVERY_SO_MANY.search(text)
    if every is None or (every["unit"] or "").lower() != "hour":
        return None
    hours = _so_many(every["n"])
    return 24 / hours if 0 < hours <= 24 else None


def _often(found: re.Match[str]) -> Fraction:
    if found["many"]:
        return _number(found["many"])
    return Fraction(2 if (found["often"] or "").lower() == "twice" else 1)


def _so_many(word: str) -> Fraction:
    return Fraction(_ORDINALS[word.lower()]) if word.lower() in _ORDINALS else _number(word)


def _rhythm(text: str) -> Rhythm | None:
    """The rarest that is said: a dose that is taken daily every other day is no daily one."""
    said = _every_so_many(text) or _weekly(text)
    if said is not None:
        return said
    for pattern, rate in ((_MONTHLY, Fraction(1, 30)), (_DAILY, Fraction(1))):
        found = pattern.search(text)
        if found:
            return Rhythm(found[0], rate)
    return None


def _every_so_many(text: str) -> Rhythm | None:
    found = _EVERY_SO_MANY.search(text)
    if found is None:
        return None
    n = Fraction(14) if found["fortnight"] else _so_many(found["n"] or "other")
    unit = (found["unit"] or found["alternate"] or "day").lower()
    days = n * {"hour": Fraction(1, 24), "day": Fraction(1), "week": Fraction(7)}[unit]
    return Rhythm(found[0], 1 / max(Fraction(1), days)) if days else None


def _weekly(text: str) -> Rhythm | None:
    found = _WEEKLY.search(text)
    if found is not None:
        days = _number(found["days"]) if found["days"] else _often(found)
        return Rhythm(found[0], days / 7)
    found = _ON_WEEKDAYS.search(text)
    if found is None:
        return None
    named = {each.lower() for each in re.findall(rf"\b{_WEEKDAY}", text, _I)}
    return Rhythm(found[0], Fraction(len(named), 7))


def _days(text: str) -> Fraction | None:
    found = _DAYS.search(text)
    if found is None:
        return None
    return _number(found[1]) * (7 if found[2].lower().startswith("w") else 1)


def _start(text: str) -> date | None:
    for pattern in _STARTS:
        found = pattern.search(text)
        if found:
            return _date(found)
    return None


def _date(found: re.Match[str]) -> date | None:
    groups = found.groupdict()
    try:
        if groups.get("iso"):
            return date.fromisoformat(groups["iso"])
        month = [m[:3] for m in _MONTHS.split()].index(groups["month"][:3].lower()) + 1
        return date(int(groups["year"]), month, int(groups["day"]))
    except ValueError:  # a date that there is not: it is nothing to compare with
        return None


def _dates(text: str) -> tuple[date, ...]:
    found = _LISTED.search(text)
    try:
        return tuple(map(date.fromisoformat, _ISO.findall(found[1]))) if found else ()
    except ValueError:
        return ()
