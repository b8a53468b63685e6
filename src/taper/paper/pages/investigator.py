"""The investigator's page: the ladder, what was applied to it, and what must be seen in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.doses import dose
from taper.doses.conversion import SourcedTable
from taper.doses.solutions import Solution
from taper.doses.tablets import Strength
from taper.paper.issue import Issue
from taper.paper.pages.calendar import NORMAL_PT
from taper.paper.pages.chart import Chart, chart
from taper.paper.pages.finding_lines import FindingLine, finding_lines, sources
from taper.paper.pages.header import PORTRAIT_POINTS, Header, Margins, margins, typed
from taper.paper.pages.language import NBSP
from taper.paper.pages.staff import (
    Fact,
    StaffStep,
    StaffWords,
    Worked,
    facts,
    is_open,
    several,
    staff_header,
    staff_html,
    staff_steps,
    staff_words,
    unparted,
    worked_out,
)
from taper.paper.pages.words import drugs
from taper.planning.effects import Did, did, protocols_since, steps_of_event
from taper.planning.entered import Entered
from taper.planning.labels import InfusionMark, VisitMark
from taper.planning.plan import Plan, Step
from taper.record.changes import Revision
from taper.record.differing import in_shares
from taper.record.plan_document import SHORT_ID

NAME = "Investigator's page"
TO_SIGN = ("Investigator (name, signature, date)", "Checked by (name, signature, date)")
NO_HISTORY = "None is known: this page was not made by a batch, which counts revisions."
_PARTS = {1: "", 2: " in halves", 4: " in quarters"}
_OPEN = {"flare": "not resolved", "hold": "without an end"}


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
    facts: tuple[Fact, ...]
    to_sign: tuple[str, ...]
    chart: Chart
    worked: Worked
    events: tuple[str, ...]
    steps: tuple[StaffStep, ...]
    in_ml: bool
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
        portrait=margins(head, PORTRAIT_POINTS, large=False),
        facts=tuple(facts(plan, words)),
        to_sign=TO_SIGN,
        chart=chart(plan, words, NORMAL_PT),
        worked=worked_out(plan, by, words),
        events=tuple(_events(plan, words)),
        steps=tuple(staff_steps(plan, words)),
        in_ml=any(step.in_ml for step in plan.steps),
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
    """The infusions, the visits and every event as it was entered, by date, with what it did."""
    told = [(mark.date, _infusion(mark)) for mark in plan.infusions]
    told += [(visit.date, _visit(visit)) for visit in plan.visits]
    for number, event in enumerate(plan.events, start=1):
        told.append((event.day, f"{_entered(event, words)} {_did(plan, number, words)}"))
    for day, said in sorted(told, key=lambda each: each[0]):
        yield f"{words.language.full_date(day)}: {said}"


def _infusion(mark: InfusionMark) -> str:
    return f"infusion {mark.number}{', planned' if mark.planned else ''}."


def _visit(mark: VisitMark) -> str:
    return f"{typed(mark.name)}{', planned' if mark.planned else ''}."


def _entered(event: Entered, words: StaffWords) -> str:
    """An event in the words of the file: what, how much, until when, why."""
    said = [event.what.replace("-", " ")]
    if event.dose_mg is not None:
        of = f" of {words.drug(event.drug)}" if event.drug else ""
        said.append(f"{words.mg(event.dose_mg)}{of} for {several(event.days or 0, 'day')}")
    if event.onset:
        said.append(f"began on {words.language.full_date(event.onset)}")
    if event.strengths:
        said.append(dose.join([_strength(each, words) for each in event.strengths]))
    if event.times:
        said.append(in_shares(dict(event.times)))
    if event.protocol:
        said.append(f"protocol {typed(event.protocol)}")
    if event.regimen:
        said.append(f"then by regimen {typed(event.regimen)}")
    if event.kg is not None:
        said.append(f"{dose.text(event.kg)}{NBSP}kg")
    if event.until is not None:
        ends = "resolved on" if event.what == "flare" else "until"
        said.append(f"{ends} {words.language.full_date(event.until)}")
    elif event.what in _OPEN:
        said.append(_OPEN[event.what])
    if event.reason:
        said.append(f"because of {typed(event.reason)}")
    told = ", ".join(said)
    return told if told.endswith(".") else f"{told}."


def _strength(tablet: Strength | Solution, words: StaffWords) -> str:
    if isinstance(tablet, Solution):
        steps = words.ml(tablet.smallest_ml)
        return f"a solution of {words.strength(tablet.mg, in_ml=True)}, measured to {steps}"
    return f"{words.mg(tablet.mg)}{_PARTS[tablet.split]}"


def _did(plan: Plan, number: int, words: StaffWords) -> str:
    """The steps that an event made, or what it changes of all that come."""
    match did(plan, number):
        case Did.ENDED_TAPER:
            return f"The taper ended there, not the steroid: {words.after(plan.after)}"
        case Did.MADE_STEPS:
            return " ".join(_made(plan, step, words) for step in steps_of_event(plan, number))
        case Did.OTHER_TABLETS:
            return "From that day on every dose of the taper is made of them."
        case Did.OTHER_WEIGHT:
            return "Doses by weight are by it from the next one on."
        case Did.OTHER_PROTOCOL:
            labels = protocols_since(plan, plan.events[number - 1])
            named = [f"{typed(each.id)}, version {typed(each.version)}" for each in labels]
            return f"From that day on by {dose.join(named)}."
    return "It changed no day."


def _made(plan: Plan, step: Step, words: StaffWords) -> str:
    full = words.language.full_date
    what = f"{words.kind(step.kind)} of {words.doses(step.daily_mg, step.tablets, step.start)}"
    if len(drugs(plan)) > 1:
        what += f" of {words.drug(step.drug)}"
    if is_open(plan, step):
        return f"{what} from {full(step.start)} on, with no end yet (step {step.number})."
    return f"{what}, {full(step.start)} to {full(step.end)} (step {step.number})."


def _quantities(plan: Plan, words: StaffWords) -> Iterator[str]:
    for each in plan.quantities:
        count = "1 tablet" if each.tablets == 1 else f"{each.tablets} tablets"
        if each.in_ml:
            count = words.ml(Fraction(each.tablets))
        named = words.tablet_of(each.drug, each.strength_mg, in_ml=each.in_ml)
        yield unparted(f"{named}: {count} for every printed day.")


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
