"""What is remembered from page to page changes no byte, and is given back where it must be."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from itertools import cycle
from types import FrameType

import pytest
from cases import golden_plans
from pdf.papers import PAIRS, PAPERS, PLANS, paper, printed
from pdf.plans import ISSUED
from proving import PROVE, every

from taper import sources
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.press import memory, ownership, pdf
from taper.paper.press.memory import lines, texts
from taper.paper.press.renderer import TRIED
from taper.planning.plan import Part

SOME_CASES = every(18, golden_plans(), in_prove=8)
plainly = partial(pdf.write_calendar, tried=frozenset())
"""As with a version of the renderer that was not tried."""


# The same bytes ---------------------------------------------------------------------------------


def test_no_paper_and_no_plan_is_left_out() -> None:
    plans, kinds = zip(*PAIRS, strict=True)
    assert (set(plans), set(kinds)) == (set(PLANS), set(PAPERS))


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_every_paper_has_the_same_bytes_with_nothing_remembered(name: str, kind: str) -> None:
    """§10.8.1."""
    assert printed(PLANS[name], kind, plainly) == paper(name, kind)


@pytest.mark.parametrize(
    ("case", "language"),
    list(zip(SOME_CASES, cycle(sources.language_codes()), strict=False)),
)
def test_a_golden_calendar_has_the_same_bytes_with_nothing_remembered(
    case: str, language: str
) -> None:
    """§10.8.1: of six weeks, or in the long run of all."""
    plan = golden_plans()[case]
    six_weeks = Part(plan.first_day, min(plan.last_day, plan.first_day + timedelta(days=41)))
    issue = Issue.of(replace(plan, locale=language), ISSUED, part=None if PROVE else six_weeks)
    quickly = documents.as_pdf(issue, Paper.CALENDAR)
    assert documents.as_pdf(issue, Paper.CALENDAR, plainly) == quickly


UNUSUAL = """<!DOCTYPE html><html lang="en"><head><title>Unusual</title><style>
@page { size: A6; margin: 5%; @bottom-center { content: counter(page) } }
:root { --gap: 3pt } * { box-sizing: border-box }
body { font: 10pt/1.4 "Taper Sans"; text-align: justify }
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
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><title>Lines</title>
<marker id="m" viewBox="0 0 2 2"><path d="M0 0h2v2z"/></marker>
<path stroke="#000" d="M1 2.5h3M0 3.5h10"/><path stroke="#000" marker-end="url(#m)" d="M1 2.5h3"/>
<path d="M0 0h3v3zM1.25 4.5h1M2 2.5h1 2"/></svg>
<pre>1  2</pre><ul><li>5 mg</li><li>5 mg</li></ul></body></html>"""


@pytest.mark.parametrize("direction", ["", 'dir="rtl"', 'dir="ltr"'])
def test_what_no_paper_has_yet_has_the_same_bytes_with_nothing_remembered(direction: str) -> None:
    html = UNUSUAL.replace("DIR", direction)
    quickly = pdf.write_calendar(html, who="IIM-001", issued=ISSUED)
    assert pdf.write_calendar(html, who="IIM-001", issued=ISSUED) == quickly
    assert plainly(html, who="IIM-001", issued=ISSUED) == quickly


# Where it is remembered -------------------------------------------------------------------------


def replaced() -> dict[str, bool]:
    """Of each of the five functions, whether ours stands in the place of the renderer's."""
    return {
        name: getattr(owner, name).__module__.startswith(memory.__name__)
        for part in memory.PARTS
        for owner, name, _ in part.shortcuts()
    }


def test_the_pinned_renderer_was_tried() -> None:
    """When a newer one is pinned, ADR 5 says what is to be looked at, and how to drop all of it."""
    assert version("weasyprint") in TRIED


def test_a_process_of_tapers_own_remembers_styles_texts_and_lines() -> None:
    with ownership.owned():
        printed(PLANS["provisional"], PAPERS[0])
        five = ("__missing__", "strut", "split_first_line", "draw_text", "path")
        assert replaced() == dict.fromkeys(five, True)


def test_no_module_of_the_renderer_is_left_with_the_longer_way() -> None:
    import weasyprint.draw
    import weasyprint.layout.inline
    import weasyprint.layout.preferred
    import weasyprint.svg

    with ownership.owned():
        printed(PLANS["provisional"], PAPERS[0])
        assert weasyprint.layout.inline.split_first_line.__module__ == texts.__name__
        assert weasyprint.layout.preferred.split_first_line.__module__ == texts.__name__
        assert weasyprint.layout.inline.strut.__module__ == texts.__name__
        assert weasyprint.draw.draw_text.__module__ == texts.__name__
        assert weasyprint.svg.TAGS["path"].__module__ == lines.__name__


def test_a_version_that_was_not_tried_keeps_its_own_functions() -> None:
    with ownership.owned():
        printed(PLANS["provisional"], PAPERS[0])
        printed(PLANS["provisional"], PAPERS[0], plainly)
        assert not any(replaced().values())


def test_two_threads_never_take_each_others_steps() -> None:
    """Whatever another thread asks for between any two lines: a font learns its letters where
    they are drawn, so that each document's texts are its own."""
    drawn, mine, another = texts._Drawn(), object(), object()

    def in_between(frame: FrameType, *_: object) -> object:
        if frame.f_code is texts._Drawn.of.__code__:
            drawn.of(another)["whose"] = another
        return in_between

    before = sys.gettrace()
    sys.settrace(in_between)
    try:
        found = [drawn.of(mine).setdefault("whose", mine) for _ in range(2)]
    finally:
        sys.settrace(before)
    assert found == [mine, mine]
