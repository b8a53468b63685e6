"""§10.7: what stands in another place, or under a shape that no page of ours has, is refused."""

from __future__ import annotations

from functools import cache

import pytest
from pdf.plans import ISSUED, SIX_MONTHS, plan_of, steps_of

from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.press import pdf
from taper.paper.readback import ReadbackFailed
from taper.planning.plan import Plan
from taper.record import earlier, plan_document

MOVED = '<span style="{}">{}</span>'
DOWN = "line-height: 0; vertical-align: -14pt"
NBSP = "\N{NO-BREAK SPACE}"


@cache
def plan() -> Plan:
    return plan_of(steps_of([*SIX_MONTHS[:3], SIX_MONTHS[-1]]))


@cache
def issue() -> Issue:
    """Of a plan that replaces one with another dose on its last days."""
    old = plan_document.as_dict(plan())
    days = [*old["days"][:-9], *({**day, "dose_mg": "9"} for day in old["days"][-9:])]
    return Issue.of(plan(), ISSUED, replaces=earlier.replaced_by(plan(), {**old, "days": days}))


def refused(paper: Paper, html: str) -> str:
    """Why the paper is refused when it is read back."""
    printed = pdf.write_calendar(html, who="IIM-001", issued=ISSUED)
    with pytest.raises(ReadbackFailed) as found:
        documents.verify(printed, issue(), paper)
    return str(found.value)


@pytest.mark.parametrize(
    ("paper", "said", "before", "to"),
    [
        (Paper.WALLET, f"20{NBSP}mg", "<b>", "margin-left: 60pt"),
        (Paper.WALLET, f"20{NBSP}mg", "<b>", "margin-left: -60pt"),
        (Paper.EMERGENCY, "Fluid into a vein", "<p>", "margin-left: 255pt"),
        (Paper.NOTICE, f"20{NBSP}mg", "<td><b>", DOWN),
        (Paper.NOTICE, f"20{NBSP}mg", "<td><b>", "margin-left: -60pt"),
        (Paper.PHARMACY, f"20{NBSP}mg", "<strong>", "margin-left: 50pt"),
        (Paper.INVESTIGATOR, f"20{NBSP}mg", "<strong>", "margin-left: 50pt"),
        (Paper.CALENDAR, f"20{NBSP}mg", "<b>", "margin-left: -50pt"),
    ],
)
def test_what_stands_in_another_place_is_refused_though_it_reads_alike(
    paper: Paper, said: str, before: str, to: str
):
    """§10.7.6: a dose in another row, another column, or beside another date."""
    html = documents.as_html(issue(), paper)
    assert before + said in html
    moved = html.replace(before + said, before + MOVED.format(to, said), 1)
    assert "in another place" in refused(paper, moved)


SHAPE = (
    '<div style="height: 0"><svg style="display: block; width: 300pt; height: 40pt" '
    'viewBox="0 0 300 40" xmlns="http://www.w3.org/2000/svg"><title></title>{}</svg></div>'
)
FRAME = '<div style="height: 0"><div style="width: 200pt; height: 21pt; border: {}"></div></div>'


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (SHAPE.format('<path fill="#fff" d="M0 0L300 0L280 40Z"/>'), "no rectangle"),
        (SHAPE.format('<path fill="#fff" d="M0 0L150 5L300 0L300 40L0 40Z"/>'), "no rectangle"),
        (SHAPE.format('<circle fill="#fff" cx="20" cy="20" r="20"/>'), "no rectangle"),
        (FRAME.format("20pt solid #fff"), "no frame"),
        (FRAME.format("2pt solid #000"), "a frame goes through"),
    ],
    ids=["a triangle", "a polygon", "a circle", "a broad frame", "a frame through letters"],
)
def test_a_shape_that_no_page_of_ours_has_is_refused(shape: str, why: str):
    """§10.7.7: whatever it may hide."""
    html = documents.as_html(issue(), Paper.WALLET)
    assert why in refused(
        Paper.WALLET, html.replace('<p class="phone">', shape + '<p class="phone">')
    )
