"""Brings every language's catalogue up to date with what the patient's pages say.

`make messages` after a change of a text; `make messages ARGS=fr` begins another language. What
was translated is kept, a new text has no translation yet and fails the tests until it has one,
and what no page says any more goes. At the end stands the hash that a translator signs.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from taper import sources
from taper.sources.languages import SOURCE, TURNED, catalogue, right_to_left, text_sha256

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "src" / "taper" / "data" / "languages"
PLACES = {
    "src/taper/paper/pages": (("**.py",), "python", {}),
    "src/taper/wording": (("banner.py",), "python", {}),
    "templates": (("**.html", "**.css"), "jinja2", {"trimmed": "true", "silent": "false"}),
}
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
def template() -> Catalog:
    """Every text of the patient's pages, without translations."""
    found = Catalog(fuzzy=False)
    for message, place, comments, context in _extracted():
        found.add(message, locations=[(place, None)], auto_comments=comments, context=context)
    for drug in dict.fromkeys(sources.drug_names().values()):
        found.add(drug, locations=[("src/taper/data/drugs.yaml", None)], auto_comments=[MEDICINE])
    return found


def _extracted() -> Iterator[tuple[object, str, list[str], str | None]]:
    for folder, (files, method, options) in PLACES.items():
        found = extract_from_dir(
            ROOT / folder,
            [(pattern, method) for pattern in files],
            dict.fromkeys(files, options),
            comment_tags=["translators:"],
            strip_comment_tags=True,
        )
        for name, _, message, comments, context in found:
            yield message, f"{folder}/{name}", comments, context


def updated(code: str) -> Catalog:
    """The catalogue of a language with the texts of today; nothing is guessed."""
    kept = catalogue(code) if code in sources.language_codes() else _begun(code)
    kept.update(template(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    return kept


def _begun(code: str) -> Catalog:
    if turned := right_to_left(code):
        raise SystemExit(f"{code} is not begun: {turned} {TURNED}.")
    name = Locale.parse(code).english_name
    return Catalog(locale=code, header_comment=f"# The patient's pages in {name}.", fuzzy=False)


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
            (CATALOGUES / f"{code}.po").write_bytes(as_text(updated(code)))
            made = catalogue(code)
            print(f"{code}: {len(made)} texts, {untranslated(made)} of them not translated;")
            print(f"  text {text_sha256(made)}")


if __name__ == "__main__":
    main(sys.argv[1:])
