"""The investigator's page: the ladder, what was applied to it, and what must be seen in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from taper.doses.conversion import SourcedTable
from taper.paper.issue import Issue
from taper.paper.pages.calendar import NORMAL_PT
from taper.paper.pages.chart import Chart, chart
from taper.paper.pages.finding_lines import FindingLine, finding_lines, sources
from taper.paper.pages.header import PORTRAIT_CHARACTERS, Header, Margins, margins, typed
from taper.paper.pages.staff import (
    Fact,
    StaffStep,
    StaffWords,
    Worked,
    facts,
    staff_header,
    staff_html,
    staff_steps,
    staff_words,
    unparted,
    worked_out,
)
from taper.paper.pages.words import drugs
from taper.planning.plan import Kind, Plan
from taper.record.changes import Revision
from taper.record.plan_document import SHORT_ID

NAME = "Investigator's page"
TO_SIGN = ("Investigator (name, signature, date)", "Checked by (name, signature, date)")
NO_HISTORY = "None is known: this page was not made by a batch, which counts revisions."
_BY_EVENT = frozenset({Kind.HOLD, Kind.RESCUE, Kind.STRESS_DOSE, Kind.SET_DOSE})


@dataclass(frozen=True, slots=True)
class InvestigatorPage:
    """Everything an investigator's page prints."""

    lang: str
    paper: str
    title: str
    participant: str
    issued: date
    protocol_title: str
    header: Header
    portrait: Margins
    landscape: Margins
    facts: tuple[Fact, ...]
    to_sign: tuple[str, ...]
    chart: Chart
    worked: Worked
    events: tuple[str, ...]
    steps: tuple[StaffStep, ...]
    after: str
    quantities: tuple[str, ...]
    findings: tuple[FindingLine, ...]
    sources: tuple[str, ...]
    history: tuple[str, ...]

    @property
    def lines(self) -> Iterator[str]:
        """What must stand on the pages, in order and each on one page."""
        yield from (f"{fact.label} {fact.text}" for fact in self.facts)
        yield from self.worked.lines
        yield from self.events
        yield from (step.said for step in self.steps)
        yield self.after
        yield from self.quantities
        yield from (line.said for line in self.findings)
        yield from self.history


def investigator_page(issue: Issue, by: SourcedTable) -> InvestigatorPage:
    """The investigator's page of a plan; `by` is the table that the plan was made with."""
    plan = issue.plan
    words = staff_words(plan.locale)
    head = staff_header(issue, words, NAME)
    return InvestigatorPage(
        lang=words.language.tag,
        paper=issue.paper or words.language.paper,
        title=f"{words.medicines(drugs(plan))}, step by step",
        participant=plan.participant,
        issued=issue.issued,
        protocol_title=typed(plan.protocol.title),
        header=head,
        portrait=margins(head, PORTRAIT_CHARACTERS, large=False),
        landscape=margins(head, PORTRAIT_CHARACTERS, large=False),
        facts=tuple(facts(plan, words)),
        to_sign=TO_SIGN,
        chart=chart(plan, words, NORMAL_PT),
        worked=worked_out(plan, by, words),
        events=tuple(_events(plan, words)),
        steps=tuple(staff_steps(plan, words)),
        after=words.after_day(plan, plan.last_day),
        quantities=tuple(_quantities(plan, words)),
        findings=tuple(finding_lines(plan, words)),
        sources=sources(plan),
        history=tuple(_history(issue.history, words)) or (NO_HISTORY,),
    )


def investigator_html(view: InvestigatorPage) -> str:
    """The page as one HTML document that needs no other file."""
    return staff_html("investigator/investigator.html", view)


def _events(plan: Plan, words: StaffWords) -> Iterator[str]:
    """The infusions, and each step that an event made, with its reason."""
    full = words.language.full_date
    for mark in plan.infusions:
        yield f"{full(mark.date)}: infusion {mark.number}{', planned' if mark.planned else ''}."
    for step in plan.steps:
        if step.kind in _BY_EVENT or step.reason:
            what = f"{words.kind(step.kind)} of {words.doses(step.daily_mg)}"
            span = f"{full(step.start)} to {full(step.end)} (step {step.number})"
            why = f" because of {typed(step.reason)}" if step.reason else ""
            yield f"{span}: {what}{why}."


def _quantities(plan: Plan, words: StaffWords) -> Iterator[str]:
    for each in plan.quantities:
        count = "1 tablet" if each.tablets == 1 else f"{each.tablets} tablets"
        yield unparted(
            f"{words.tablet_of(each.drug, each.strength_mg)}: {count} for every printed day."
        )


def _history(revisions: Sequence[Revision], words: StaffWords) -> Iterator[str]:
    """Each revision: when it was issued, what changed from which day, and why."""
    full = words.language.full_date
    for each in revisions:
        since = f", other from {full(each.changed_from)} on" if each.changed_from else ""
        why = "; ".join(each.why) or "the first one"
        yield (
            f"Revision {each.number}, issued on {full(each.issued)}, "
            f"plan {each.plan_id[:SHORT_ID]}{since}: {typed(why)}."
        )
