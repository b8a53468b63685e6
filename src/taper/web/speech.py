"""The language of the page: its own texts, and those of the papers that it shows.

The texts of the page are no patient's: they have catalogues of their own, so that another word on
a button leaves a translator's signature under the papers as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale
from jinja2 import Environment
from markupsafe import Markup, escape

from taper import sources
from taper.paper.pages.environment import environment_in
from taper.paper.pages.language import NBSP
from taper.paper.pages.words import Words, words
from taper.planning.plan import Plan
from taper.sources.languages import SOURCE, codes_of_page, translation_of_page
from taper.web.attended import visit_of
from taper.web.form import Form, carried, packed, sheets_of
from taper.wording.banner import on_paper


@lru_cache(maxsize=16)
def environment(code: str) -> Environment:
    """The templates in a language of the page."""
    made = environment_in(translation_of_page(code))
    made.filters.update(
        packed=packed,
        carried=carried,
        sheet_names=sheet_names,
        loose=loose,
        visit_of=visit_of,
        unparted=unparted,
    )
    return made


def rendered(template: str, code: str, **given: object) -> str:
    """A template of the page in a language."""
    return environment(code).get_template(f"web/{template}").render(**given)


def sheet_names(form: Form) -> list[str]:
    """The names of the regimens of one's own that a form carries along."""
    return list(sheets_of(form))


@lru_cache(maxsize=4096)
def loose(tablets: str) -> str:
    """Tablets that may go over several lines, each strength with the word before it on one."""
    return _STRENGTH.sub(rf"\1{NBSP}\2{NBSP}\3", tablets.replace(NBSP, " "))


def unparted(html: str) -> Markup:
    """The same with every date, dose and option in one piece.

    A browser would break a date or an option behind its hyphens, and a dose before its unit.
    """
    return Markup(_IN_ONE_PIECE.sub(_whole, escape(html)))


def _whole(found: re.Match[str]) -> str:
    """What was found, in one piece where it stands between tags that may hold more than text."""
    before = found.string.rfind("<", 0, found.start())
    is_in_tag = found.string.rfind(">", 0, found.start()) < before
    if is_in_tag or found.string.startswith(_TEXT_ALONE, before):
        return found[0]
    return f'<span class="whole">{found[0]}</span>'


def said(code: str, locale: str) -> Words:
    """What papers say in the page's language, with dates as the participant's country has them."""
    return words(locale if locale.partition("_")[0] == code else code)


def banners_of(plan: Plan, words: Words) -> tuple[str, ...]:
    """What stands over every page that shows the doses of a plan, in the page's language."""
    return tuple(map(words.gettext, on_paper(plan.status, provisional=plan.provisional)))


def language_of(asked: str | None, accepted: str) -> str:
    """The language that was asked for, or the first that a browser accepts and there is."""
    codes = codes_of_page()
    if asked in codes:
        return str(asked)
    ranked = sorted(_accepted(accepted), key=lambda each: -each[1])
    return next((code for code, _ in ranked if code in codes), SOURCE)


def _accepted(header: str) -> list[tuple[str, float]]:
    """The languages of an `Accept-Language` header, each with how much it is wanted."""
    found = []
    for each in header[:1000].split(","):
        tag, _, quality = each.partition(";")
        try:
            wanted = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        found.append((tag.strip().casefold().partition("-")[0], wanted))
    return found


@lru_cache(maxsize=1)
def languages() -> tuple[tuple[str, str], ...]:
    """Every language of the page: its code, and its name in itself."""
    return tuple((code, _name(code)) for code in codes_of_page())


def _name(code: str) -> str:
    name = Locale.parse(code).get_display_name(code) or code
    return f"{name[:1].upper()}{name[1:]}"


_STRENGTH = re.compile(r"(\S+) ([0-9][0-9.,]*) (\w+)")
_IN_ONE_PIECE = re.compile(
    r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"
    r"|\b[0-9]+(?:[.,][0-9]+)? (?:mg|mL|kg)\b"
    r"|(?<![\w-])--[a-z][a-z-]*",
    re.ASCII,
)
_TEXT_ALONE = ("<textarea", "<option", "<title", "<text", "<tspan", '<span class="whole"')
"""What holds text and no tags, the words of a drawing among it; and a date that is whole."""
_USUAL = (
    "en_US", "en_GB", "es_US", "es_MX", "es_ES", "fr_FR", "fr_CA", "de_DE", "de_CH", "pt_BR",
    "ru_RU",
)  # fmt: skip
"""Countries that are offered first; a file may name any."""


def locales(own: str = "") -> list[tuple[str, str]]:
    """The languages and countries of papers that can be chosen, each by its name in itself.

    A file's `own` is among them, and so is each language that has no usual country.
    """
    codes = {each.partition("_")[0] for each in _USUAL}
    more = [code for code in sources.language_codes() if code not in codes]
    listed = dict.fromkeys([*_USUAL, *more, *([own] if sources.is_locale(own) else [])])
    return [(each, _named_locale(each)) for each in listed]


@lru_cache(maxsize=64)
def _named_locale(locale: str) -> str:
    code, _, territory = locale.partition("_")
    known = Locale.parse(code)
    where = known.territories.get(territory, territory)
    return f"{_name(code)} ({where})" if territory else _name(code)
