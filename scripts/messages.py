"""Brings every language's catalogues up to date with what papers and page say.

`make messages` after a change of a text; `make messages ARGS=fr` begins another language. What
was translated is kept, a new text has no translation yet and fails the tests until it has one,
and what nothing says any more goes. At the end stands the hash that a translator signs: that of the
papers' texts. The page, which no patient reads, has catalogues of its own.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from taper import sources
from taper.paper.kinds import TITLES
from taper.sources.languages import (
    OF_PAGE,
    SOURCE,
    TURNED,
    catalogue,
    right_to_left,
    text_sha256,
)

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "templates" / "web"
CATALOGUES = ROOT / "src" / "taper" / "data" / "languages"
_JINJA = {"trimmed": "true", "silent": "false"}
PLACES = {
    "src/taper/paper/pages": (("**.py",), "python", {}),
    "src/taper/wording": (("banner.py",), "python", {}),
    "templates": (("**.html", "**.css"), "jinja2", _JINJA),
}
OF_THE_PAGE = {"templates/web": (("**.html",), "jinja2", _JINJA)}
HEAD = r"""{comment}
msgid ""
msgstr ""
"Language: {language}\n"
"Plural-Forms: {forms}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
"""Without a clock and without anybody's name: the same texts give the same file."""
MEDICINE = "The generic name of a medicine."
_WIDTH = 96


@cache
def template(of: str = "") -> Catalog:
    """Every text of the papers, or of the page, without translations."""
    found = Catalog(fuzzy=False)
    for message, place, comments, context in _extracted(OF_THE_PAGE if of else PLACES):
        found.add(message, locations=[(place, None)], auto_comments=comments, context=context)
    if of:
        for title in TITLES.values():
            found.add(title, locations=[("src/taper/paper/kinds.py", None)])
        return found
    for drug in dict.fromkeys(sources.drug_names().values()):
        found.add(drug, locations=[("src/taper/data/drugs.yaml", None)], auto_comments=[MEDICINE])
    return found


def _extracted(
    places: Mapping[str, tuple[tuple[str, ...], str, dict[str, str]]],
) -> Iterator[tuple[object, str, list[str], str | None]]:
    for folder, (files, method, options) in places.items():
        found = extract_from_dir(
            ROOT / folder,
            [(pattern, method) for pattern in files],
            dict.fromkeys(files, options),
            comment_tags=["translators:"],
            strip_comment_tags=True,
            directory_filter=lambda path: Path(path) != PAGE,
        )
        for name, _, message, comments, context in found:
            yield message, f"{folder}/{name}", comments, context


def updated(code: str, of: str = "") -> Catalog:
    """The catalogue of a language with the texts of today; nothing is guessed."""
    kept = catalogue(code, of) if (CATALOGUES / of / f"{code}.po").exists() else _begun(code, of)
    kept.update(template(of), no_fuzzy_matching=True)
    kept.obsolete.clear()
    return kept


def _begun(code: str, of: str) -> Catalog:
    if turned := right_to_left(code):
        raise SystemExit(f"{code} is not begun: {turned} {TURNED}.")
    name = Locale.parse(code).english_name
    what = "page" if of else "patient's pages"
    return Catalog(locale=code, header_comment=f"# The {what} in {name}.", fuzzy=False)


def as_text(catalog: Catalog) -> bytes:
    """The catalogue as its file has it."""
    head = HEAD.format(
        comment=catalog.header_comment, language=catalog.locale, forms=_forms(catalog)
    )
    written = io.BytesIO()
    write_po(written, catalog, width=_WIDTH, include_lineno=False, omit_header=True)
    return head.encode() + written.getvalue()


def _forms(catalog: Catalog) -> str:
    return f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"


def untranslated(catalog: Catalog) -> int:
    """How many texts have no translation."""
    forms = (m.string if isinstance(m.string, tuple) else (m.string,) for m in catalog if m.id)
    return sum(not all(form) for form in forms)


def main(codes: list[str]) -> None:
    """Write every catalogue again, and those that are to be begun."""
    for code in dict.fromkeys([*sources.language_codes(), *codes]):
        if code != SOURCE:
            for of in ("", OF_PAGE):
                (CATALOGUES / of / f"{code}.po").write_bytes(as_text(updated(code, of)))
                made, what = catalogue(code, of), f"{code}, {of or 'papers'}"
                print(f"{what}: {len(made)} texts, {untranslated(made)} of them not translated")
            print(f"  text of the papers {text_sha256(catalogue(code))}")


if __name__ == "__main__":
    main(sys.argv[1:])
