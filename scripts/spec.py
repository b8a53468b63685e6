"""Shows under each rule of the specification the tests that hold it.

`make spec` after a test cites another rule, or a rule another number. A rule is a paragraph of a
chapter in `docs/spec` that begins with its number, `**§6.4.3**`, and with *not yet* after it where
nobody has built it. A test holds the rules that its docstring cites; a golden case those of its
line `rules:`. What this writes stands between markers, and the tests fail where it is stale.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "docs" / "spec"
PLACES = (
    "src",
    "tests",
    "templates",
    "docs",
    "scripts",
    "benchmarks",
    "sample_patients",
    "sample_results",
)
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
READ = frozenset({".css", ".html", ".md", ".po", ".py", ".yaml"})
"""What may cite a rule."""

_CITED = re.compile(r"§(\d+(?:\.\d+)*)")
_RULE = re.compile(r"^\*\*§(\d+\.\d+\.\d+)\*\*( \*not yet\*)?", re.MULTILINE)
_HEADING = re.compile(r"^##? (\d+(?:\.\d+)?)\.? ", re.MULTILINE)
_ENDS_A_RULE = re.compile(r"^(?:\*\*§|#)", re.MULTILINE)
_WRITTEN = re.compile(r"\n<!-- tests -->\n.*?<!-- /tests -->\n", re.DOTALL)
_INDEX = re.compile(r"(?<=<!-- chapters -->\n).*?(?=<!-- /chapters -->)", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """A numbered rule; `is_built` where the program keeps it already."""

    number: str
    is_built: bool


@dataclass(frozen=True)
class Holder:
    """A test as its sentence, the file it stands in, and the numbers that it cites."""

    sentence: str
    path: Path
    cites: tuple[str, ...]


# The chapters -----------------------------------------------------------------------------------


def chapters() -> list[Path]:
    """The chapters in their order."""
    return sorted(SPEC.glob("[0-9][0-9]-*.md"))


def rules_of(text: str) -> list[Rule]:
    """The rules of a chapter, in the order in which they stand."""
    return [Rule(found[1], is_built=not found[2]) for found in _RULE.finditer(text)]


def headings_of(text: str) -> list[str]:
    """The numbers of a chapter and of its sections: cited where no single rule is meant."""
    return _HEADING.findall(text)


def cited_in(text: str) -> list[str]:
    """Every number that a text cites, each once, in their order."""
    return list(dict.fromkeys(_CITED.findall(text)))


# Who holds a rule, and who cites one ------------------------------------------------------------


def holders() -> Iterator[Holder]:
    """Every test and every golden case that cites something."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        yield from holders_in(path.read_text("utf-8"), path)
    for path in sorted((ROOT / "tests" / "golden" / "cases").glob("*.yaml")):
        said = " ".join(re.findall(r"^rules: (.*)$", path.read_text("utf-8"), re.MULTILINE))
        yield Holder(path.stem.replace("-", " "), path, tuple(cited_in(said)))


def holders_in(source: str, path: Path) -> Iterator[Holder]:
    """The tests of a module whose docstrings cite something; the module is not imported."""
    for name, test in _tests(ast.parse(source).body):
        cites = cited_in(ast.get_docstring(test) or "")
        if cites:
            yield Holder(_words(name), path, tuple(cites))


def _tests(body: Iterable[ast.stmt], about: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for part in body:
        if isinstance(part, ast.FunctionDef) and part.name.startswith("test_"):
            yield about + part.name.removeprefix("test_"), part
        elif isinstance(part, ast.ClassDef):
            yield from _tests(part.body, f"{_spaced(part.name)}_")


def _spaced(camel: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", camel.removeprefix("Test")).lower()


def _words(name: str) -> str:
    return name.replace("_", " ")


def citing() -> Iterator[tuple[Path, str]]:
    """Every file that may cite a rule, with its text."""
    found = (path for place in PLACES for path in sorted((ROOT / place).rglob("*")))
    for path in (*found, *(ROOT / page for page in PAGES)):
        if path.suffix in READ and path.is_file():
            yield path, path.read_text("utf-8")


# What is written --------------------------------------------------------------------------------


def by_rule(found: Iterable[Holder]) -> dict[str, list[Holder]]:
    """Each number with the tests that cite it."""
    held: dict[str, list[Holder]] = {}
    for holder in found:
        for number in holder.cites:
            held.setdefault(number, []).append(holder)
    return held


def with_tests(text: str, held: Mapping[str, list[Holder]]) -> str:
    """A chapter with the tests of today under each of its rules."""
    parts, end = [], 0
    text = _WRITTEN.sub("", text)
    for rule in _RULE.finditer(text):
        follows = _ENDS_A_RULE.search(text, rule.end())
        stop = follows.start() if follows else len(text)
        parts.append(text[end:stop].rstrip("\n") + "\n")
        parts.append(_list_of(held.get(rule[1], [])))
        parts.append("\n" if follows else "")
        end = stop
    return "".join([*parts, text[end:]])


def _list_of(found: list[Holder]) -> str:
    if not found:
        return ""
    count = f"{len(found)} test{'s' if len(found) > 1 else ''}"
    lines = "\n".join(f"- [{holder.sentence}]({_link(holder.path)})" for holder in found)
    return (
        f"\n<!-- tests -->\n<details><summary>{count}</summary>\n\n{lines}\n\n"
        "</details>\n<!-- /tests -->\n"
    )


def _link(path: Path) -> str:
    return f"../../{path.relative_to(ROOT).as_posix()}"


def with_chapters(text: str) -> str:
    """The index with a line for each chapter: how many rules, and which nobody has built."""
    rows = ["| chapter | rules | not yet |", "|---|---|---|"]
    for path in chapters():
        chapter = path.read_text("utf-8")
        rules = rules_of(chapter)
        missing = ", ".join(f"§{rule.number}" for rule in rules if not rule.is_built)
        title = chapter.splitlines()[0].removeprefix("# ")
        rows.append(f"| [{title}]({path.name}) | {len(rules)} | {missing} |")
    return _INDEX.sub("\n".join(rows) + "\n", text)


def written() -> Iterator[tuple[Path, str]]:
    """Every page of the specification as it should be."""
    held = by_rule(holders())
    for path in chapters():
        yield path, with_tests(path.read_text("utf-8"), held)
    index = SPEC / "README.md"
    yield index, with_chapters(index.read_text("utf-8"))


def main() -> None:
    """Write every page again, and name those that changed."""
    for path, text in written():
        if path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
