"""What `docs/languages.md` shows is what the papers print."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from babel import Locale

from taper import sources
from taper.paper.pages import language

PAGE = (Path(__file__).parents[2] / "docs" / "languages.md").read_text(encoding="utf-8")
NBSP = "\N{NO-BREAK SPACE}"
ROWS = re.findall(r"^\| `(\w\w_\w\w)`.*? \| .+? \| (.+?) \| (.+?) \| (\w+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("locale", "dose", "day", "paper"), ROWS)
def test_a_locale_of_the_page_prints_what_its_row_says(
    locale: str, dose: str, day: str, paper: str
):
    known = language(locale)
    assert known.mg(Fraction("12.5")).replace(NBSP, " ") == dose
    assert known.full_date(date(2026, 5, 3)).replace(NBSP, " ") == day
    assert known.paper == paper.replace("Letter", "letter")


def test_the_page_shows_every_language():
    assert {locale[:2] for locale, *_ in ROWS} == set(sources.language_codes())


def test_the_page_says_which_languages_are_not_signed():
    (said,) = re.findall(
        r"\*\*No translation is signed yet:\*\*(.*?) are drafts\.", PAGE, re.DOTALL
    )
    drafts = [code for code in sources.language_codes() if sources.is_draft(code)]
    assert {Locale.parse(code).english_name for code in drafts} == set(
        re.findall("[A-Z][a-z]+", said)
    )
