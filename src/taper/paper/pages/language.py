"""How one locale writes dates, numbers and lists: the only place that knows.

Names, the order of a date's parts, the decimal mark and the first day of the week are those of
Unicode CLDR, as Babel has them; the translations are the language's catalogue. Doses stay exact:
a locale changes their decimal mark and their unit's sign, and never groups their digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from gettext import NullTranslations
from typing import Any, Literal

from babel import Locale, UnknownLocaleError, localedata
from babel.dates import (
    DateTimePattern,
    get_day_names,
    get_month_names,
    parse_pattern,
    tokenize_pattern,
    untokenize_pattern,
)
from babel.languages import get_official_languages
from babel.numbers import get_decimal_symbol
from babel.units import format_unit

from taper import sources
from taper.doses import dose
from taper.errors import Refusal
from taper.sources.languages import SOURCE

PaperSize = Literal["letter", "A4"]

NBSP = "\N{NO-BREAK SPACE}"
"""Stands between a number and its unit, so that no line ends between them."""
_NARROW = "\N{NARROW NO-BREAK SPACE}"

# Unicode CLDR: where US Letter is the usual paper. Babel leaves this part of it out.
_LETTER = "BZ CA CL CO CR GT MX NI PA PH PR SV US VE"
_ANYWHERE = "001"
"""The territory of a language's forms where CLDR does not know it in the one that was asked for."""
_WEEKDAYS, _MONTHS, _IN_WORDS = frozenset("Ec"), frozenset("ML"), 3
"""Letters of a CLDR date pattern; a month of fewer than so many letters is a number."""
_DAY_OF_MONTH = _MONTHS | {"d"}
_SHORT = {"d": 1}
"""A day of the month has no zero before it, as in the grid of its month."""
_CLDR = "CLDR"
"""What a catalogue says where a date stands within a sentence as CLDR writes it on its own."""
_FULL = {**_SHORT, "E": 4, "c": 4, "M": 4, "L": 4, "y": 1}
"""Weekday and month as whole words, the year with its four digits, whatever CLDR shortens."""


@dataclass(frozen=True, slots=True)
class Language:
    """One locale: its words for dates and numbers, its paper and its translations.

    `is_draft`: no certified translator has signed the translations as they are.
    """

    locale: str
    tag: str
    paper: PaperSize
    first_weekday: int
    translations: NullTranslations
    is_draft: bool
    beside: str | None
    """The locale of the source language where people around the reader speak that, not this one."""
    around: tuple[str, ...]
    """The locale that those speak who are around the reader, where it is another language."""
    full_date: Callable[[date], str]
    """A date with weekday, month in words and four-digit year, within a sentence.

    A line's end parts no day from its month.
    """
    short_day: Callable[[date], str]
    """A day with its short month, without year."""
    _line: Callable[[date], str]
    _month: Callable[[date], str]
    _weekdays: tuple[str, ...]
    _short_months: tuple[str, ...]
    _decimal_mark: str
    _mg: str
    _ml: str

    def line_date(self, day: date) -> str:
        """The same on a line of its own."""
        return _capital(self._line(day))

    def short_month(self, day: date) -> str:
        """The short name of a date's month."""
        return self._short_months[day.month - 1]

    def months(self, days: Iterable[date], join: Callable[[Sequence[str]], str]) -> str:
        """The months of these days with their years, as a heading."""
        return _capital(join(list(dict.fromkeys(map(self._month, days)))))

    def weekday(self, number: int) -> str:
        """The name of a weekday, 0 for Monday, as the head of a column."""
        return _capital(self._weekdays[number])

    def weekday_of(self, day: date) -> str:
        """The name of a date's weekday, within a sentence."""
        return self._weekdays[day.weekday()]

    def weekdays(self) -> tuple[int, ...]:
        """The weekdays in the order of a printed week, 0 for Monday."""
        return tuple((self.first_weekday + i) % 7 for i in range(7))

    def column(self, day: date) -> int:
        """The column of a date in a printed week, from 0."""
        return (day.weekday() - self.first_weekday) % 7

    def number(self, value: Fraction) -> str:
        """A number without trailing zeros, with this language's decimal mark."""
        return dose.text(value).replace(".", self._decimal_mark)

    def mg(self, value: Fraction) -> str:
        """A dose with its unit, never parted by a line's end."""
        return self._mg.format(self.number(value))

    def ml(self, value: Fraction) -> str:
        """A volume with its unit, never parted by a line's end (§7.3.1)."""
        return self._ml.format(self.number(value))


@lru_cache(maxsize=64)
def language(locale: str) -> Language:
    """The locale `xx` or `xx_YY`; refused where its language has not been translated."""
    if not sources.is_locale(locale):
        raise Refusal.of("the calendar", "locale", locale, sources.locale_allowed(locale))
    code, _, territory = locale.partition("_")
    known, translation = _known(code, territory), sources.translation(code)
    alone = _full(known)
    weekdays = get_day_names("wide", "stand-alone", known)
    months = get_month_names("abbreviated", "stand-alone", known)
    return Language(
        locale=locale,
        tag=locale.replace("_", "-"),
        paper="letter" if territory in _LETTER.split() else "A4",
        first_weekday=_first_weekday(known, territory),
        translations=translation.messages,
        is_draft=translation.is_draft,
        beside=_beside(code, territory),
        around=_around(code, territory),
        full_date=_written(_in_sentence(translation.messages, alone), known),
        short_day=_written(_pattern(known.datetime_skeletons["MMMd"], _SHORT), known),
        _line=_written(alone, known),
        _month=_written(_pattern(known.datetime_skeletons["yMMMM"], _FULL), known),
        _weekdays=tuple(weekdays[i] for i in range(7)),
        _short_months=tuple(months[i] for i in range(1, 13)),
        _decimal_mark=get_decimal_symbol(known, numbering_system="latn"),
        _mg=_unparted(format_unit("{}", "mass-milligram", "short", locale=known)),
        _ml=_ml(_unparted(format_unit("{}", "volume-milliliter", "short", locale=known))),
    )


def _beside(code: str, territory: str) -> str | None:
    spoken = get_official_languages(territory, de_facto=True) if territory else ()
    return f"{SOURCE}_{territory}" if code != SOURCE and SOURCE in spoken else None


def _around(code: str, territory: str) -> tuple[str, ...]:
    """The first official language of the country that there is a catalogue of, or else English."""
    spoken = get_official_languages(territory, de_facto=True) if territory else ()
    if code in spoken:  # it is understood all over the country, or English is
        others = [SOURCE] if SOURCE in spoken else []
    else:
        others = [each for each in spoken if each in sources.language_codes()] or [SOURCE]
    return tuple(f"{each}_{territory}".rstrip("_") for each in others[:1] if each != code)


def _written(pattern: DateTimePattern, known: Locale) -> Callable[[date], str]:
    """Dates as the pattern has them; the same ones stand on many pages."""
    return lru_cache(maxsize=4096)(lambda day: _with_plain_spaces(pattern.apply(day, known)))


def _with_plain_spaces(text: str) -> str:
    """CLDR's narrow spaces, which few fonts have, as those that every font has."""
    return text.replace(_NARROW, NBSP)


def _ml(said: str) -> str:
    """As CLDR says it, but in Latin letters with the capital that no 1 is mistaken for."""
    return said[:-2] + "mL" if said.lower().endswith("ml") else said


def _unparted(text: str) -> str:
    return NBSP.join(text.split())


def _capital(text: str) -> str:
    """A line begins with a capital, also where weekdays and months are written small."""
    return text[:1].upper() + text[1:]


# What CLDR says -------------------------------------------------------------------------------


def _known(code: str, territory: str) -> Locale:
    """The nearest locale that CLDR describes: English in Mexico is English as in most countries."""
    asked = (f"{code}_{territory}", f"{code}_{_ANYWHERE}") if territory else ()
    return Locale.parse(next(filter(localedata.exists, asked), code))


def _first_weekday(known: Locale, territory: str) -> int:
    """The weekday on which a week begins, 0 for Monday: a matter of the territory."""
    with suppress(UnknownLocaleError):  # of a few islands CLDR knows no language
        known = Locale.parse(f"und_{territory}") if territory else known
    return known.first_week_day


def _pattern(cldr: DateTimePattern, lengths: Mapping[str, int]) -> DateTimePattern:
    """CLDR's order of a date's parts, each part as long as a patient needs it."""
    parts = [
        (kind, value if isinstance(value, str) else _part(*value, lengths))
        for kind, value in tokenize_pattern(cldr.pattern)
    ]
    return _whole(parts)


def _whole(parts: Sequence[tuple[str, Any]]) -> DateTimePattern:
    """The same pattern, in which no line ends between the day of a month and its month."""
    at = [
        i for i, (kind, value) in enumerate(parts) if kind == "field" and value[0] in _DAY_OF_MONTH
    ]
    return parse_pattern(
        untokenize_pattern(
            (kind, value.replace(" ", NBSP) if kind == "chars" and at[0] < i < at[-1] else value)
            for i, (kind, value) in enumerate(parts)
        )
    )


def _part(letter: str, length: int, lengths: Mapping[str, int]) -> tuple[str, int]:
    if letter in _MONTHS and length < _IN_WORDS:
        return letter, length  # `5月` is this month's word
    return letter, lengths.get(letter, length)


def _full(known: Locale) -> DateTimePattern:
    """The pattern of a full date; a few have no weekday, which goes before the rest."""
    full = _pattern(known.date_formats["full"], _FULL)
    letters = {value[0] for kind, value in tokenize_pattern(full.pattern) if kind == "field"}
    return full if letters & _WEEKDAYS else parse_pattern(f"EEEE, {full.pattern}")


def _in_sentence(said: NullTranslations, alone: DateTimePattern) -> DateTimePattern:
    """The pattern of a full date within a sentence.

    A language that declines its weekdays puts them elsewhere: "с 3 мая 2026 г. (воскресенье)".
    """
    # translators: CLDR, or a date pattern as CLDR writes them, where a weekday would be declined
    pattern = said.pgettext("how a date stands within a sentence", "CLDR")
    return alone if pattern == _CLDR else _whole(list(tokenize_pattern(pattern)))
