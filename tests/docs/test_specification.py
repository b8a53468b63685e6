"""docs/spec: every rule that is cited exists, and every rule that is built has a test."""

from __future__ import annotations

import re
import runpy
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from spec.build import flare, plan, table

ROOT = Path(__file__).parents[2]
SPEC = runpy.run_path(str(ROOT / "scripts" / "spec.py"))
CHAPTERS = {path.name: path.read_text("utf-8") for path in SPEC["chapters"]()}
RULES = [rule for text in CHAPTERS.values() for rule in SPEC["rules_of"](text)]
BUILT = {rule.number for rule in RULES if rule.is_built}
HEADINGS = [number for text in CHAPTERS.values() for number in SPEC["headings_of"](text)]
INDEX = "README.md"
AN_OLD_CITATION = re.compile(r"\bSPEC (?:section |§)?\d|\bSPEC\.md|§\d[\d.]*–|§§|§ \d")


@cache
def holders() -> dict:
    """The tests that hold each rule."""
    return SPEC["by_rule"](SPEC["holders"]())


def as_numbers(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))


# The chapters ------------------------------------------------------------------------------------


def test_every_section_and_rule_stands_once_and_in_its_order():
    for numbers in ([rule.number for rule in RULES], HEADINGS):
        assert len(numbers) == len(set(numbers))
        assert numbers == sorted(numbers, key=as_numbers)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_rule_stands_in_its_section_of_its_chapter(name: str):
    number, section = int(name[:2]), ""
    for line in CHAPTERS[name].splitlines():
        if found := re.match(r"## ([\d.]+) ", line):
            section = found[1]
            assert section.startswith(f"{number}.")
        if found := re.match(r"\*\*§([\d.]+)\*\*", line):
            assert found[1].startswith(f"{section}.")


def test_there_are_the_eleven_chapters_and_each_has_its_rules():
    assert [int(name[:2]) for name in CHAPTERS] == list(range(1, 13))
    assert all(SPEC["rules_of"](text) for text in CHAPTERS.values())


@pytest.mark.parametrize("page", ["choices.md", *(f"spec/{name}" for name in (*CHAPTERS, INDEX))])
def test_every_link_leads_somewhere(page: str):
    path = ROOT / "docs" / page
    prose = re.sub(r"(?s)```.*?```", "", path.read_text("utf-8"))
    targets = set(re.findall(r"\]\(([^)#]+)\)", prose))
    assert [target for target in targets if not (path.parent / target).exists()] == []


# Citations ---------------------------------------------------------------------------------------


def test_every_number_that_is_cited_exists():
    known = {rule.number for rule in RULES} | set(HEADINGS)
    unknown = {
        f"{path.relative_to(ROOT)}: §{number}"
        for path, text in SPEC["citing"]()
        for number in SPEC["cited_in"](text)
        if number not in known
    }
    assert unknown == set()


def test_every_citation_is_of_one_form():
    old = {
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path, text in SPEC["citing"]()
        if path != Path(__file__)
        for found in AN_OLD_CITATION.finditer(text)
    }
    assert old == set()


def test_a_test_cites_rules_and_no_whole_sections():
    assert holders().keys() & set(HEADINGS) == set()


def test_every_golden_case_cites_the_rules_that_it_is_for():
    cases = {path.name for path in (ROOT / "tests" / "golden" / "cases").glob("*.yaml")}
    assert {
        h.path.name for held in holders().values() for h in held if h.path.name in cases
    } == cases


# Rules and their tests ---------------------------------------------------------------------------


def test_every_rule_that_is_built_has_a_test():
    assert BUILT - holders().keys() == set()


def test_no_rule_that_is_not_built_yet_has_one():
    """Whoever builds a rule takes its mark away."""
    assert {rule.number for rule in RULES if not rule.is_built} & holders().keys() == set()


def test_what_make_spec_writes_is_of_today():
    stale = [path.name for path, text in SPEC["written"]() if path.read_text("utf-8") != text]
    assert stale == [], "make spec"


# The checks would find what they look for --------------------------------------------------------

A_CHAPTER = """# 2. Dogs

Prose of §2.1.

## 2.1 Feet

**§2.1.1** A dog has four feet.

**§2.1.2** *not yet* It has a tail,
which it wags.

## 2.2 Nose

**§2.2.1** It is wet.
"""
A_MODULE = '''"""§2: dogs."""

def test_a_dog_has_four_feet():
    """§2.1.1, §2.2.1: two in front."""

def helper():
    """§2.1.2."""

class TestEveryBigDog:
    def test_has_a_wet_nose(self):
        """§2.2.1."""

    def test_barks(self):
        pass
'''


def test_rules_and_headings_are_read_from_a_chapter():
    rules = SPEC["rules_of"](A_CHAPTER)
    assert [(rule.number, rule.is_built) for rule in rules] == [
        ("2.1.1", True),
        ("2.1.2", False),
        ("2.2.1", True),
    ]
    assert SPEC["headings_of"](A_CHAPTER) == ["2", "2.1", "2.2"]


def test_tests_are_read_from_a_module_and_nothing_else_of_it():
    held = SPEC["by_rule"](SPEC["holders_in"](A_MODULE, ROOT / "tests" / "test_dogs.py"))
    assert {number: [holder.sentence for holder in found] for number, found in held.items()} == {
        "2.1.1": ["a dog has four feet"],
        "2.2.1": ["a dog has four feet", "every big dog has a wet nose"],
    }


def test_the_tests_stand_under_their_rule_and_are_written_anew_each_time():
    held = SPEC["by_rule"](SPEC["holders_in"](A_MODULE, ROOT / "tests" / "test_dogs.py"))
    once = SPEC["with_tests"](A_CHAPTER, held)
    shown = (
        "<details><summary>1 test</summary>\n\n- [a dog has four feet](../../tests/test_dogs.py)"
    )
    assert f"four feet.\n\n<!-- tests -->\n{shown}\n\n</details>\n<!-- /tests -->\n" in once
    assert "which it wags.\n\n## 2.2" in once
    assert once.endswith("</details>\n<!-- /tests -->\n")
    assert SPEC["with_tests"](once, held) == once
    assert SPEC["with_tests"](once, {}) == A_CHAPTER


@pytest.mark.parametrize(
    "written",
    ["SPEC section 6", "SPEC §6", "SPEC 10.2", "SPEC.md", "§6.1–6.3", "§§6.1", "§ 6"],
)
def test_another_form_of_citation_is_found(written: str):
    assert AN_OLD_CITATION.search(f"as {written} says")


# The findings ------------------------------------------------------------------------------------


def test_the_table_of_findings_has_each_code_at_the_rule_that_says_when():
    """The severity of the table is the one that the rule says."""
    chapter = CHAPTERS["08-findings.md"]
    rows = re.findall(r"^\| (`.+`) \| (.+?) \| (.+?) \|$", chapter, re.MULTILINE)
    codes = [code for row in rows for code in re.findall(r"`([\w-]+)`", row[0])]
    assert [code for code, times in Counter(codes).items() if times > 1] == []
    everything = re.sub(r"\s+", " ", "\n".join(CHAPTERS.values()))
    for said, severity, rules in rows:
        number = rules.split(", ")[0]
        (rule,) = re.findall(rf"\*\*{re.escape(number)}\*\* (.*?)(?=\*\*§|<!--|$)", everything)
        for code in re.findall(r"`([\w-]+)`", said):
            assert f"`{code}`" in rule
        assert severity in rule


def test_findings_stand_in_the_order_of_the_table():
    """§8.1.4: of a plan with a finding of nearly every rule that there is."""
    found = plan(
        "100",
        regimen=table((["15", "10"], 14), ("5", 7)),
        steroid={"drug": "hydrocortisone", "strengths": [{"mg": "40", "split": 4}]},
        taper={"drug": "dexamethasone"},
        events=[flare("2026-02-10")],
    ).findings
    codes = [finding.code for finding in found]
    table_of_codes = re.findall(r"`([\w-]+)`", CHAPTERS["08-findings.md"].split("## 8.1")[0])
    assert len(set(codes)) > 8
    assert codes == sorted(codes, key=table_of_codes.index)
