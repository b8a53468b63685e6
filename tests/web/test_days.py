"""The days of the page: said once for all like them, and each as if it were the only one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases import golden_plans
from markupsafe import escape

from taper.paper.pages.environment import environment_in
from taper.paper.pages.grid import Cell, cells
from taper.paper.pages.words import drugs, words
from taper.planning.labels import VisitMark
from taper.planning.plan import Instruction, Kind, Plan
from taper.sources.languages import translation_of_page
from taper.web.days import months
from taper.web.speech import rendered

NAMES = (
    "a-cycle-cut-short",
    "a-solution-gives-way-to-tablets",
    "alternate-days-to-stop",
    "divided-by-shares",
    "falls-on-mondays",
    "hold-restart-step",
    "nothing-at-one-time",
    "open-flare-after-rescue",
    "stress-dose",
)


def plan_in(name: str) -> Plan:
    """The plan of a golden case."""
    return golden_plans()[name]


def said_alone(plan: Plan, locale: str) -> dict[date, Cell]:
    """Each day made by itself: what it says without knowing of any like it."""
    spoken, made, before = words(locale), {}, None
    for day in plan.days():
        with_month = not made or day.date.day == 1
        number = spoken.language.short_day(day.date) if with_month else str(day.date.day)
        events = [spoken.kind(day.step.kind)] * (day.step.kind in (Kind.RESCUE, Kind.STRESS_DOSE))
        events += ["Do not reduce"] * (day.step.kind is Kind.HOLD and day.is_first_of_step)
        events += [spoken.infusion(each) for each in plan.infusions if each.date == day.date]
        events += [spoken.visit(each) for each in plan.visits if each.date == day.date]
        is_open = plan.after.instruction is Instruction.DO_NOT_REDUCE
        events += ["Review"] * (is_open and day.date == (plan.whole_until or plan.last_day))
        made[day.date] = Cell(
            day=day.date,
            number=number,
            mark=spoken.mark(day, before),
            dose=spoken.amount(day.dose_mg, day.tablets, in_ml=day.step.in_ml),
            drug=spoken.drug(day.step.drug) if len(drugs(plan)) > 1 else "",
            tablets=spoken.tablets(day.tablets, in_ml=day.step.in_ml),
            parts=spoken.parts(day.tablets),
            when=spoken.when(day.tablets),
            events=tuple(events),
            is_new=day.date == day.step.start,
        )
        before = day
    return made


def html_alone(cell: Cell, head: str) -> str:
    """The place of a day, from the template of what it says."""
    names = ("mark", "dose", "drug", "tablets", "parts", "when", "events")
    said = rendered("_day.html", "en", **{name: getattr(cell, name) for name in names})
    kind = ' class="new"' if cell.is_new else ""
    return (
        f'<td{kind} data-day="{escape(head)}"><time datetime="{cell.day}">{escape(cell.number)}'
        f"</time>{said}</td>"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_day_says_what_it_says_alone(name: str):
    """Of cycles, divided doses, solutions, holds and rescues, too."""
    plan = plan_in(name)
    alone = said_alone(plan, "en_US")
    assert cells(plan, words("en_US")) == alone
    shown = "".join(week for month in months(plan, words("en_US"), "en") for week in month.weeks)
    for day, cell in alone.items():
        head = words("en_US").language.weekday(day.weekday())
        assert html_alone(cell, head) in shown
    assert shown.count("<td") == 7 * sum(
        len(month.weeks) for month in months(plan, words("en_US"), "en")
    )


def test_some_cases_have_days_of_each_kind():
    """Otherwise the test above would hold less than it says."""
    plans = list(map(plan_in, NAMES))
    assert {Kind.HOLD, Kind.RESCUE} <= {step.kind for plan in plans for step in plan.steps}
    assert any(step.is_cycle for plan in plans for step in plan.steps)
    assert any(step.times for plan in plans for step in plan.steps)
    assert any(step.in_ml for plan in plans for step in plan.steps)


def test_a_name_of_a_visit_is_shown_literally():
    plan = plan_in("a-solution")
    visit = VisitMark("<b>Week & 2</b>", plan.first_day, planned=False)
    shown = "".join(
        week
        for month in months(replace(plan, visits=(visit,)), words("en_US"), "en")
        for week in month.weeks
    )
    assert "&lt;b&gt;Week &amp; 2&lt;/b&gt;" in shown
    assert "<b>Week" not in shown


def test_a_template_is_compiled_once_for_all_languages():
    """Its texts are looked up as it is shown."""
    first, other = (
        environment_in(translation_of_page(code)).get_template("web/_papers.html")
        for code in ("en", "de")
    )
    assert first.root_render_func.__code__ is other.root_render_func.__code__
