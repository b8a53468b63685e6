"""What the page shows of a plan: today's dose, steps, chart, months, findings, what can be printed.

Every dose and date is the plan's own, said in the words of the papers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from taper.operations.plans import outputs
from taper.operations.plans.outputs import Output
from taper.paper.documents import TITLES, Issue, Paper
from taper.paper.pages.chart import Chart, chart
from taper.paper.pages.finding_lines import most_urgent_first
from taper.paper.pages.front import StepRow, step_rows
from taper.paper.pages.instructions import on_day
from taper.paper.pages.liquids import Heads, heads
from taper.paper.pages.times import is_divided
from taper.paper.pages.words import Words, drugs
from taper.planning.labels import Finding
from taper.planning.plan import Plan
from taper.record.forms import Format
from taper.record.plan_document import SHORT_ID
from taper.web.days import Month, months
from taper.web.planned import Typed
from taper.web.speech import banners_of, said

CHART_PT, CHART_WIDTH, NARROW_WIDTH = 13, 640, 320
"""The letters of the chart, and how wide it is, in pixels: in a wide window and in a narrow one."""


UNBROKEN = 100_000
"""Points, more than any line has: a window breaks its lines itself."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the partials of the calendar show: steps and chart, by the names that they know."""

    steps: tuple[StepRow, ...]
    chart: Chart
    heads: Heads
    after: str
    divided: bool
    brief: bool = False
    large: bool = False
    counts_days: bool = True
    step_width: float = UNBROKEN


@dataclass(frozen=True, slots=True)
class Now:
    """The dose of the day: large where the plan has one, and the sentence of the papers."""

    sentence: str
    date: str
    dose: str = ""
    drug: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """Something that can be had of the plan: its button's value, its ending, and what it is."""

    value: str
    ending: str
    said: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper, in every format that it is made in."""

    title: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that is shown of a plan that has days."""

    participant: str
    banners: tuple[str, ...]
    now: Now
    reached: str
    last: str
    plan_id: str
    shown: str
    sheet: Sheet
    narrow: Sheet
    months: tuple[Month, ...]
    findings: tuple[Finding, ...]
    papers: tuple[Printed, ...]
    files: tuple[File, ...]
    refused: tuple[str, ...]


def result(typed: Typed, issue: Issue, code: str) -> Result:
    """What is shown of the plan, in a language of the page."""
    plan, words = issue.plan, said(code, issue.plan.locale)
    wanted = list(outputs.that_exist(issue, outputs.ALL))
    lacking = [each for each in outputs.ALL if each not in wanted]
    full, sheet = words.language.full_date, sheet_of(plan, words)
    return Result(
        participant=plan.participant,
        banners=banners_of(plan, words),
        now=now(plan, typed.today, words),
        reached=full(plan.target_reached) if plan.target_reached else "",
        last=full(plan.last_day),
        plan_id=issue.plan_id[:SHORT_ID],
        shown=shown_as(issue, plan.participant),
        sheet=sheet,
        narrow=narrow_of(sheet, plan, words),
        months=tuple(months(plan, words, code)),
        findings=tuple(most_urgent_first(plan.findings)),
        papers=tuple(_papers(wanted)),
        files=tuple(_file(each) for each in wanted if not _is_printed(each)),
        refused=tuple(map(str, outputs.refusals(plan, typed.today, lacking))),
    )


def shown_as(issue: Issue | None, who: str) -> str:
    """By what it is known which plan, as of which day, somebody looks at; without days, whose."""
    return who if issue is None else f"{issue.plan_id} {issue.issued}"


def now(plan: Plan, day: date, words: Words) -> Now:
    """What is taken on that day."""
    sentence, when = on_day(plan, day, words), words.language.full_date(day)
    found = next((each for each in plan.days() if each.date == day), None)
    if found is None:
        return Now(sentence, when)
    dose = words.amount(found.dose_mg, found.tablets, in_ml=found.step.in_ml)
    return Now(sentence, when, dose, words.drug(found.step.drug))


def sheet_of(plan: Plan, words: Words) -> Sheet:
    """Steps and chart of a plan, as a wide window shows them."""
    return Sheet(
        steps=tuple(step_rows(plan, words, brief=False)),
        chart=chart(plan, words, CHART_PT, width=CHART_WIDTH),
        heads=heads(words, plan.steps),
        after=words.after_day(plan, plan.last_day),
        divided=is_divided(plan),
    )


def narrow_of(sheet: Sheet, plan: Plan, words: Words) -> Sheet:
    """The same in a narrow window."""
    return replace(sheet, chart=chart(plan, words, CHART_PT, width=NARROW_WIDTH))


def _is_printed(output: Output) -> bool:
    return output.format.is_printed


def _papers(wanted: Sequence[Output]) -> Iterator[Printed]:
    for document in Paper:
        files = tuple(
            _file(each) for each in wanted if _is_printed(each) and each.document is document
        )
        if files:
            yield Printed(TITLES[document], files)


def _file(output: Output) -> File:
    value = f"{output.document}.{output.format}" if _is_printed(output) else output.format.value
    return File(value, output.format.value, output.format.said)


def output_of(value: str) -> Output | None:
    """The file that a button stands for, None where there is no such."""
    return next((each for each in outputs.ALL if _file(each).value == value), None)


def is_for_tab(output: Output) -> bool:
    """Whether a browser shows it by itself."""
    return output.format is Format.PDF


def has_several(plan: Plan) -> bool:
    """Whether more than one drug is taken."""
    return len(drugs(plan)) > 1
