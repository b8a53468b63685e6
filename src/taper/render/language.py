"""How one locale writes dates, numbers and lists: the only place that knows.

A language is one entry of `_LANGUAGES` and one catalogue of translations; a territory only
chooses the paper, the first day of the week and the order of a date's parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from gettext import NullTranslations
from typing import Literal

from taper import dose
from taper.errors import Refusal

Paper = Literal["letter", "A4"]

NBSP = "\N{NO-BREAK SPACE}"
"""Stands between a number and its unit, so that no line ends between them."""

MONDAY, SUNDAY = 0, 6

# Unicode CLDR: where US Letter is the usual paper, and where a week begins on Sunday.
_LETTER = "BZ CA CL CO CR GT MX NI PA PH PR SV US VE"
_SUNDAY = (
    "BD BR BZ CA CO DO ET GT HK HN ID IL IN JM JP KE KR LA MM MX NI NP PA PE PH PK PR PY SA SG SV"
    " TH TT TW US VE VI YE ZA ZW"
)


@dataclass(frozen=True, slots=True)
class _Names:
    """A language's own words for dates and its decimal mark; Monday and January come first."""

    weekdays: str
    months: str
    short_months: str
    decimal_mark: str
    # by territory, "" for all others: a full date, and a day with its short month
    full_date: dict[str, str]
    short_day: dict[str, str]


_ENGLISH = _Names(
    weekdays="Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    months=(
        "January February March April May June July August September October November December"
    ),
    short_months="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    decimal_mark=".",
    full_date={"": "{weekday} {day} {month} {year}", "US": "{weekday}, {month} {day}, {year}"},
    short_day={"": "{day} {month}", "US": "{month} {day}"},
)
_LANGUAGES = {"en": _ENGLISH}


@dataclass(frozen=True, slots=True)
class Language:
    """One locale: its words for dates and numbers, its paper and its translations."""

    locale: str
    tag: str
    paper: Paper
    first_weekday: int
    translations: NullTranslations
    _names: _Names
    _territory: str

    def full_date(self, day: date) -> str:
        """A date with weekday, month in words and four-digit year."""
        form = self._names.full_date.get(self._territory, self._names.full_date[""])
        return form.format(
            weekday=self.weekday(day.weekday()),
            day=day.day,
            month=self._names.months.split()[day.month - 1],
            year=f"{day.year:04}",
        )

    def short_day(self, day: date) -> str:
        """A day with its short month, without year."""
        form = self._names.short_day.get(self._territory, self._names.short_day[""])
        return form.format(day=day.day, month=self.short_month(day))

    def short_month(self, day: date) -> str:
        """The short name of a date's month."""
        return self._names.short_months.split()[day.month - 1]

    def month(self, day: date) -> str:
        """A date's month with its year."""
        return f"{self._names.months.split()[day.month - 1]} {day.year:04}"

    def weekday(self, number: int) -> str:
        """The name of a weekday, 0 for Monday."""
        return self._names.weekdays.split()[number]

    def weekdays(self) -> tuple[int, ...]:
        """The weekdays in the order of a printed week, 0 for Monday."""
        return tuple((self.first_weekday + i) % 7 for i in range(7))

    def column(self, day: date) -> int:
        """The column of a date in a printed week, from 0."""
        return (day.weekday() - self.first_weekday) % 7

    def number(self, value: Fraction) -> str:
        """A number without trailing zeros, with this language's decimal mark."""
        return dose.text(value).replace(".", self._names.decimal_mark)

    def mg(self, value: Fraction) -> str:
        """A dose with its unit, never parted by a line's end."""
        return f"{self.number(value)}{NBSP}mg"


@lru_cache(maxsize=64)
def language(locale: str) -> Language:
    """The locale `xx` or `xx_YY`; refused where its language has not been translated."""
    code, _, territory = locale.partition("_")
    names = _LANGUAGES.get(code)
    if names is None:
        known = dose.join(sorted(_LANGUAGES), "or")
        raise Refusal.of("the calendar", "locale", locale, f"a locale in the language {known}")
    return Language(
        locale=locale,
        tag=locale.replace("_", "-"),
        paper="letter" if territory in _LETTER.split() else "A4",
        first_weekday=SUNDAY if territory in _SUNDAY.split() else MONDAY,
        translations=NullTranslations(),
        _names=names,
        _territory=territory,
    )
