"""docs/glossary.md: sorted, one meaning a word, and what it points to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
TABLE = PAGE.split("## All words")[1]
ROWS = re.findall(r"^\| (.+?) \| (.+?) \| (.+) \|$", TABLE, re.MULTILINE)[1:]
WORDS = [word.strip("`").lower() for word, _, _ in ROWS]
HOMES = set(re.findall(r"\*(\w+)\*", PAGE.split("## Four words")[0]))


def test_the_words_are_sorted_and_each_stands_once():
    assert sorted(set(WORDS)) == WORDS
    assert len(WORDS) == len([line for line in TABLE.splitlines() if line.startswith("| ")]) - 1


def test_every_word_has_a_home_of_those_that_the_page_names():
    assert {home for _, home, _ in ROWS} == HOMES


def test_every_word_for_looking_is_among_the_words():
    """Check, read back, verify and audit: each stands above with what it looks at."""
    looking = PAGE.split("## Four words for looking")[1].split("##")[0]
    words = re.findall(r"^\| ([\w ]+?) \| ", looking, re.MULTILINE)[1:]
    assert words == ["check", "read back", "verify", "audit"]
    assert set(words) <= set(WORDS)


def test_every_word_of_the_first_chapter_is_explained():
    chapter = (ROOT / "docs" / "spec" / "01-words.md").read_text("utf-8")
    words = re.findall(r"^\| ([a-z-]+) \| ", chapter, re.MULTILINE)[1:]
    assert len(words) > 10
    assert set(words) <= set(WORDS)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)]+)\)", PAGE))))
def test_a_link_leads_somewhere(target: str):
    path, _, heading = target.partition("#")
    page = ROOT / "docs" / path if path else ROOT / "docs" / "glossary.md"
    assert page.is_file()
    assert not heading or heading in _headings_of(page)


def _headings_of(page: Path) -> set[str]:
    """The headings of a page as a link names them."""
    found = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in found}


def test_every_name_of_the_code_is_in_the_code():
    """A name that was changed is changed here too."""
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    names = re.findall(r"`([A-Z][A-Za-z]+)`", PAGE)
    classes = set(re.findall(r"^class (\w+)", source, re.MULTILINE))
    aliases = set(re.findall(r"^([A-Z]\w+) = ", source, re.MULTILINE))
    assert [name for name in names if name not in classes | aliases] == []
