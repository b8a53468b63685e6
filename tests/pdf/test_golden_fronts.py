"""The first page of every golden calendar has what a patient must find there."""

from __future__ import annotations

import pytest
from cases import golden_plans
from pdf.plans import ISSUED
from proving import every
from pypdfium2 import PdfDocument

from taper.paper import readback
from taper.paper.issue import Issue
from taper.paper.pages import calendar_html
from taper.paper.press import pdf

COLUMN = {
    frozenset({False}): "Tablets",
    frozenset({True}): "Liquid",
    frozenset({True, False}): "Tablets or liquid",
}
"""The head of the tablets in the step table, by whether steps are in mL."""


@pytest.mark.parametrize("name", every(9, golden_plans(), in_prove=1))
def test_the_first_page_of_a_golden_calendar(name: str):
    """§10.4.4, and the step table where it has room: up to eleven rows."""
    plan = golden_plans()[name]
    issue = Issue.of(plan, ISSUED)
    html = calendar_html(issue)
    printed = pdf.write_calendar(html, who=plan.participant, issued=ISSUED)
    readback.verify(printed, issue)
    with PdfDocument(printed) as document:
        page = " ".join(document[0].get_textpage().get_text_range().split())
    for said in ("Do not stop suddenly.", "double dose", "Call at once", "Prescriber", "Checked"):
        assert said in page
    column = COLUMN[frozenset(step.in_ml for step in plan.steps)]
    is_brief = 'class="front brief"' in html
    if any(step.times for step in plan.steps):  # one head for a table in brief and a whole one
        assert f"{column} at each time" in page or not is_brief
    else:
        assert (f"{column} each day " in page) == is_brief
    if len(plan.steps) <= 11:
        assert is_brief
