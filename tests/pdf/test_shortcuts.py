"""The quicker ways through the renderer give what its own ways give, byte for byte."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from cases import GOLDEN
from cases import plan_of as golden_plan
from pdf.papers import PAPERS, PLANS, paper, printed
from pdf.plans import ISSUED
from ruamel.yaml import YAML

from taper import sources
from taper.paper import documents
from taper.paper.documents import Order, Paper
from taper.paper.press import memory, pdf
from taper.paper.press.memory import boxes, files, styles, texts


def is_printed(case: Path) -> bool:
    return not YAML(typ="base", pure=True).load(case)["expected"].get("refused")


PARTS = (styles, boxes, texts, files)
SOME_CASES = [path for path in sorted(GOLDEN.glob("*.yaml"))[::4] if is_printed(path)]


@pytest.fixture
def the_plain_way(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The renderer as it is with a version that was not tried."""
    monkeypatch.setattr(pdf, "TRIED", frozenset())
    yield
    monkeypatch.undo()
    printed(PLANS["provisional"], PAPERS[0])  # takes the shortcuts again


def the_functions() -> list[object]:
    return [getattr(owner, name) for part in PARTS for owner, name, _ in part.shortcuts()]


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("kind", PAPERS)
def test_every_paper_has_the_same_bytes_without_shortcuts(
    kind: str, name: str, request: pytest.FixtureRequest
) -> None:
    quickly = paper(name, kind)
    request.getfixturevalue("the_plain_way")
    assert printed(PLANS[name], kind) == quickly


@pytest.mark.parametrize("language", sources.language_codes())
@pytest.mark.parametrize("case", SOME_CASES, ids=lambda path: path.stem)
def test_a_golden_calendar_has_the_same_bytes_without_shortcuts(
    case: Path, language: str, request: pytest.FixtureRequest
) -> None:
    told = YAML(typ="base", pure=True).load(case)
    today = dt.date.fromisoformat(told["today"])
    plan = replace(golden_plan(told["protocol"], told["participant"], today), locale=language)
    quickly = documents.as_pdf(plan, Paper.CALENDAR, Order(ISSUED))
    request.getfixturevalue("the_plain_way")
    assert documents.as_pdf(plan, Paper.CALENDAR, Order(ISSUED)) == quickly


UNUSUAL = """<!DOCTYPE html><html lang="en"><head><title>Unusual</title><style>
@page { size: A6; margin: 5%; @bottom-center { content: counter(page) } }
:root { --gap: 3pt } * { box-sizing: border-box }
body { font: 10pt/1.4 "Atkinson Hyperlegible"; text-align: justify }
p { hyphens: auto; hyphenate-character: "-" }
.float { float: left; width: 30%; margin: 0 var(--gap) 0 0; border: 1pt solid }
.after { float: right; margin-inline-start: 4pt; padding-block: calc(1pt + 2%) }
.spaced { letter-spacing: 1pt; word-spacing: 3pt; text-decoration: underline line-through }
.round { border: 2pt dotted #333; border-radius: 5pt 10%; padding: 2pt; min-width: 40% }
.short { width: 60pt; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.narrow { width: 40pt; overflow-wrap: anywhere; box-sizing: content-box; max-height: 90pt }
.turned { direction: rtl } .raised { position: relative; top: -2pt; font-variant: small-caps }
.placed { position: absolute; right: 3%; top: 2pt; visibility: hidden }
.flex { display: flex; gap: 2pt } .columns { columns: 2; column-rule: 1pt solid #000 }
p::first-line { font-weight: bold } p::first-letter { font-size: 14pt }
table { border-collapse: collapse; width: 80% } td { border: 1pt solid; padding: 1% }
</style></head><body DIR><p class="float">Beside the text.</p><p class="after">After it.</p>
<p>A line that goes on for rather longer than the paper is wide, continued, with
<span class="spaced">letters set apart</span> and <span class="raised">raised LETTERS</span>.</p>
<p class="round">Round.</p><p class="short">Shortened where it no longer fits.</p>
<p class="narrow">Wordswithoutanyspacetobreakat 5 mg</p><p class="turned">Turned, 5 mg.</p>
<p class="placed">Hidden.</p><div class="flex"><div>One</div><div>Two</div></div>
<div class="columns"><p>First column.</p><p>Second column.</p></div>
<table><tbody><tr><td>5 mg</td><td>5 mg</td></tr><tr><td>2.5 mg</td><td></td></tr></tbody></table>
<pre>1  2</pre><ul><li>5 mg</li><li>5 mg</li></ul></body></html>"""


@pytest.mark.parametrize("direction", ["", 'dir="rtl"', 'dir="ltr"'])
def test_what_no_paper_has_yet_has_the_same_bytes_without_shortcuts(
    direction: str, request: pytest.FixtureRequest
) -> None:
    html = UNUSUAL.replace("DIR", direction)
    quickly = pdf.write_calendar(html, who="IIM-001", issued=ISSUED)
    assert pdf.write_calendar(html, who="IIM-001", issued=ISSUED) == quickly
    request.getfixturevalue("the_plain_way")
    assert pdf.write_calendar(html, who="IIM-001", issued=ISSUED) == quickly


def test_the_shortcuts_are_in_force_with_the_pinned_versions() -> None:
    printed(PLANS["provisional"], PAPERS[0])
    assert version("weasyprint") in pdf.TRIED
    assert version("pydyf") in files.TRIED
    assert {function.__module__.rpartition(".")[0] for function in the_functions()} == {
        memory.__name__
    }


def test_another_version_keeps_all_of_its_own_functions(the_plain_way: None) -> None:
    printed(PLANS["provisional"], PAPERS[0])
    modules = {function.__module__.partition(".")[0] for function in the_functions()}
    assert modules == {"weasyprint", "pydyf"}


def test_no_module_of_the_renderer_is_left_with_the_longer_way() -> None:
    import weasyprint.draw
    import weasyprint.layout.inline
    import weasyprint.layout.preferred
    import weasyprint.layout.table

    printed(PLANS["provisional"], PAPERS[0])
    assert weasyprint.layout.inline.split_first_line.__module__ == texts.__name__
    assert weasyprint.layout.preferred.split_first_line.__module__ == texts.__name__
    assert weasyprint.layout.inline.strut.__module__ == texts.__name__
    assert weasyprint.draw.draw_text.__module__ == texts.__name__
    assert weasyprint.layout.table.resolve_percentages.__module__ == boxes.__name__
