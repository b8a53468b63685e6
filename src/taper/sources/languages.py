"""The languages of the patient's pages: English, and each that has a catalogue of translations.

A language is one file, `data/languages/<code>.po`; which languages there are follows from the
files. `signatures.yaml` beside them records who stands behind which text. Babel is imported only
by who needs it: most participants' pages are in English, and `taper convert` prints none.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from taper.errors import Failed
from taper.sources.shipped import sheet
from taper.wording.quoting import one_of

if TYPE_CHECKING:
    from babel.messages import Catalog, Message

SOURCE = "en"
"""The language in which the pages are written; it needs neither a translation nor a signature."""
_NOWHERE = "ZZ"
"""Stands in CLDR for a territory that is not known."""
TURNED = "runs from right to left, and every page, its weeks and its read-back from left to right"
"""Why no page is printed in a language such as Arabic or Hebrew."""
OF_PAGE = "page"
"""The folder of the catalogues of the page."""
_FOLDER, _SUFFIX, _SIGNATURES = "languages", ".po", "signatures"


class Untranslated(Failed):
    """A text without a translation. Another language in its place would be read as if it fitted."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A language's translations; a draft until a certified translator has signed this very text."""

    messages: NullTranslations
    is_draft: bool


@cache
def language_codes() -> tuple[str, ...]:
    """The codes of the languages there are, such as `en`."""
    names = (file.name for file in _folder().iterdir())
    return tuple(sorted({SOURCE, *(n.removesuffix(_SUFFIX) for n in names if _is_catalogue(n))}))


def _folder() -> Traversable:
    return files("taper").joinpath("data", _FOLDER)


def _is_catalogue(name: str) -> bool:
    return name.endswith(_SUFFIX)


# Locales ----------------------------------------------------------------------------------------


def is_locale(typed: str) -> bool:
    """Whether `xx` or `xx_YY` is a language there is, and the territory one that exists."""
    code, _, territory = typed.partition("_")
    return code in language_codes() and (not territory or _is_territory(territory))


def locale_allowed(typed: str = "") -> str:
    """What is allowed in the place of a locale that is none, or is in no language there is."""
    allowed = f"the language {one_of(language_codes())}, alone or with a country, such as en_US"
    name = right_to_left(typed.partition("_")[0]) if typed else None
    return f"{allowed}: {name} {TURNED}" if name else allowed


def right_to_left(code: str) -> str | None:
    """The English name of a language that is written from right to left; None of any other."""
    from babel.core import Locale, UnknownLocaleError

    try:
        known = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return None
    return known.english_name if known.text_direction == "rtl" else None


@cache
def _is_territory(code: str) -> bool:
    if code == "US":
        return True  # the usual one, known without the time that Babel takes
    from babel.core import get_global

    return code != _NOWHERE and code in get_global("territory_languages")


# Catalogues -------------------------------------------------------------------------------------


@cache
def translation(code: str) -> Translation:
    """The translations of a language; raises `KeyError` where there is no such language."""
    if code == SOURCE:
        return Translation(NullTranslations(), is_draft=False)
    if code not in language_codes():
        raise KeyError(code)
    read = catalogue(code)
    messages = _compiled(read)
    messages.add_fallback(_Missing(code))
    return Translation(messages, is_draft=not is_signed(code, read, signatures()))


def is_draft(locale: str) -> bool:
    """Whether pages in a locale say that their translation is a draft."""
    return translation(locale.partition("_")[0]).is_draft


@cache
def codes_of_page() -> tuple[str, ...]:
    """The codes of the languages that there is a page in: those of papers that have one."""
    there = {file.name for file in _folder().joinpath(OF_PAGE).iterdir()}
    return tuple(c for c in language_codes() if c == SOURCE or f"{c}{_SUFFIX}" in there)


@cache
def translation_of_page(code: str) -> NullTranslations:
    """The texts of the page in a language, behind which stand those of the papers.

    They are no patient's and have no signature. Raises `KeyError` where there is no such language.
    """
    papers = translation(code).messages
    if code == SOURCE:
        return papers
    messages = _compiled(catalogue(code, OF_PAGE))
    messages.add_fallback(papers)
    return messages


def catalogue(code: str, of: str = "") -> Catalog:
    """The catalogue of a language as its file has it: of the papers, or of what `of` names."""
    from babel.messages.pofile import read_po

    raw = _folder().joinpath(of, f"{code}{_SUFFIX}").read_bytes()
    return read_po(io.BytesIO(raw), locale=code, abort_invalid=True)


def _compiled(read: Catalog) -> GNUTranslations:
    """Compiled in memory: a compiled file beside the text could be another text."""
    from babel.messages.mofile import write_mo

    compiled = io.BytesIO()
    write_mo(compiled, read)  # without what is fuzzy or empty
    return GNUTranslations(io.BytesIO(compiled.getvalue()))


def text_sha256(read: Catalog) -> str:
    """The hash of what a translator signs: each English text with its translation.

    Comments, order and layout of the file do not count.
    """
    said = sorted(_said(message) for message in read if message.id)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _said(message: Message) -> list[Any]:
    forms = [message.id, message.string]
    listed = [list(form) if isinstance(form, list | tuple) else [form] for form in forms]
    return [message.context or "", *listed, message.fuzzy]


class _Missing(NullTranslations):
    """Where gettext falls back to English, which a patient may not read."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def gettext(self, message: str) -> str:
        """Never the message itself."""
        raise Untranslated(f"The pages in {self._code} have no translation of {message!r}.")

    def ngettext(self, msgid1: str, _msgid2: str, _n: int) -> str:
        """The same of a text that has a plural."""
        return self.gettext(msgid1)

    def pgettext(self, _context: str, message: str) -> str:
        """The same of a text whose translation depends on its place."""
        return self.gettext(message)

    def npgettext(self, _context: str, msgid1: str, _msgid2: str, _n: int) -> str:
        """The same of one that has a plural and depends on its place."""
        return self.gettext(msgid1)


# Signatures -------------------------------------------------------------------------------------


def is_signed(code: str, read: Catalog, signed: Iterable[Mapping[str, str]]) -> bool:
    """Whether one of these signatures is that of a language's very text."""
    sha256 = text_sha256(read)
    return any((each["language"], each["sha256"]) == (code, sha256) for each in signed)


def signatures() -> Iterator[Mapping[str, str]]:
    """Who signed which text: language, role, organisation, date and hash."""
    yield from sheet(_FOLDER, _SIGNATURES).data["signatures"]
