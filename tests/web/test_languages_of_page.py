"""The page's texts in every language of the papers, in catalogues of their own."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from taper import sources
from taper.sources.languages import OF_PAGE, SOURCE, catalogue, codes_of_page

ROOT = Path(__file__).parents[2]
TEMPLATE = runpy.run_path(str(ROOT / "scripts" / "messages.py"))["template"](OF_PAGE)
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def forms(text: object) -> list[str]:
    return list(text) if isinstance(text, tuple | list) else [str(text)]


def test_there_is_a_page_in_every_language_of_the_papers():
    assert codes_of_page() == sources.language_codes()


@pytest.mark.parametrize("code", [code for code in codes_of_page() if code != SOURCE])
def test_a_catalogue_of_the_page_says_everything_and_nothing_else(code: str):
    made = catalogue(code, OF_PAGE)
    wanted = {forms(message.id)[0] for message in TEMPLATE if message.id}
    assert {forms(message.id)[0] for message in made if message.id} == wanted, "make messages"
    for message in made:
        if message.id:
            placeholders = sorted(PLACEHOLDER.findall(forms(message.id)[0]))
            for form in forms(message.string):
                assert form.strip(), message.id
                assert sorted(PLACEHOLDER.findall(form)) == placeholders, message.id


def test_no_sentence_of_the_page_is_the_same_in_two_languages():
    """One that was copied into another language's catalogue is no translation."""
    said: dict[str, str] = {}
    for code in (code for code in codes_of_page() if code != SOURCE):
        for message in catalogue(code, OF_PAGE):
            text = forms(message.string)[0]
            if message.id and len(text) > 24:
                assert said.setdefault(text, code) == code, (code, message.id)


def test_a_narrow_table_has_the_signs_of_the_pages_language_between_head_and_cell():
    """§10.2.15: a sheet of styles writes none of its own, and French has its spaces."""
    styles = ROOT / "src" / "taper" / "web" / "static"
    css = "".join(each.read_text("utf-8") for each in sorted(styles.glob("*.css")))
    written = re.findall(r"content: ([^;}]*)", css)
    assert "attr(data-head) var(--colon)" in written
    assert not [each for each in written if re.search(r'"[^"]*[:;?!]', each)]
    assert 'html:lang(fr) { --colon: "\\a0: "; --semicolon: "\\202f; " }' in css


def test_no_text_of_the_page_is_among_those_that_a_translator_of_papers_signs():
    papers = {forms(message.id)[0] for message in catalogue("de") if message.id}
    assert not {"Take it over", "Show the calendar", "Still needed:"} & papers
