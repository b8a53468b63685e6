"""The change notice: from which date the plan is another one, and to destroy the old sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from taper.errors import Refusal
from taper.paper.code import code
from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.paper.pages.environment import environment
from taper.paper.pages.header import PORTRAIT_POINTS, Header, Margins, header, margins, which
from taper.paper.pages.instructions import merged, never_stop, on_day, to_sign
from taper.paper.pages.language import PaperSize
from taper.paper.pages.line_breaks import balanced, broken
from taper.paper.pages.liquids import Heads, heads, measuring
from taper.paper.pages.notice_room import TEXT_PT, dates_width, fits, tablets_width
from taper.paper.pages.times import is_divided
from taper.paper.pages.words import Words, drugs, words
from taper.planning.plan import Kind, Plan, Step
from taper.record.changes import Replaced

_SPECIAL = frozenset({Kind.RESCUE, Kind.STRESS_DOSE, Kind.SET_DOSE})
STEPS = 4
"""How many steps the page shows; the calendar has them all."""


@dataclass(frozen=True, slots=True)
class NewStep:
    """One row of the steps from the change on."""

    first: str
    last: str
    dose: str
    tablets: str

    @property
    def said(self) -> str:
        """The row as it is printed."""
        return " ".join((self.first, self.last, self.dose, self.tablets))


@dataclass(frozen=True, slots=True)
class Notice:
    """Everything a change notice prints."""

    lang: str
    paper: PaperSize
    title: str
    participant: str
    issued: date
    header: Header
    portrait: Margins
    today: str
    since: str
    what: str
    take: str
    tablets: str
    measure: str
    heads: Heads
    no_more: bool
    never: str
    divided: bool
    steps: tuple[NewStep, ...]
    after: str
    destroy: str
    to_sign: tuple[str, ...]

    @property
    def lines(self) -> Iterator[str]:
        """What must stand on the page, in order."""
        yield from (
            self.title,
            self.today,
            self.since,
            self.what,
            self.take,
            self.tablets,
            self.measure,
            self.destroy,
        )
        yield from (step.said for step in self.steps)
        yield self.after


def notice(issue: Issue) -> Notice:
    """The notice that a plan takes the place of the one that its issue replaces.

    Raises `Refusal` where no day is another one.
    """
    plan, old, issued = issue.plan, issue.replaces, issue.issued
    assert old is not None  # `documents.exists` said so, or the command line asked for it
    said = words(plan.locale)
    since = _since(plan, old, issued)
    steps = merged(plan.steps)
    step = next((step for step in steps if since <= step.end), None)
    head = header(issue, said, code(issue, Paper.NOTICE))
    coming = [step for step in steps if issued <= step.end]
    view = Notice(
        lang=said.language.tag,
        paper=issue.paper or said.language.paper,
        title=said.gettext("Your %(drug)s plan has changed")
        % {"drug": said.medicines(drugs(plan))},
        participant=plan.participant,
        issued=issued,
        header=head,
        portrait=margins(head, PORTRAIT_POINTS, large=False),
        # where the change is today's own, the headline is the dose of the day
        today="" if since == issued else on_day(plan, issued, said),
        since=_span(plan, step, since, said),
        what=said.with_colon(said.kind(step.kind))
        if step is not None and step.kind in _SPECIAL
        else "",
        take=_take(plan, step, since, said),
        tablets="" if step is None else said.dated_tablets(step, since),
        measure="",
        heads=heads(said, coming),
        no_more=step is not None and not step.highest_mg,
        never=never_stop(said),
        divided=is_divided(plan),
        steps=(),
        after="",
        destroy=_destroy(old, said),
        to_sign=to_sign(said),
    )
    return _with_steps(view, coming, sum(step.start <= since for step in coming), issue, said)


def _with_steps(
    view: Notice, coming: Sequence[Step], least: int, issue: Issue, said: Words
) -> Notice:
    """The notice with as many steps as one page holds, and more only where no day may lack one.

    They begin on the day of issue, and no day until the change, `least` of them, is without a line.
    """
    most = max(STEPS, least)
    tried = (_showing(view, coming[:n], issue, said) for n in range(most, max(least, 1) - 1, -1))
    return next(filter(fits, tried), _showing(view, coming[:most], issue, said))


def _showing(view: Notice, shown: Sequence[Step], issue: Issue, said: Words) -> Notice:
    plan = issue.plan
    is_all = not shown or shown[-1].end == plan.last_day
    return replace(
        view,
        measure=measuring(said, shown),
        heads=heads(said, shown),
        steps=tuple(_new_step(step, issue, said, view.paper) for step in shown),
        after=said.after_day(plan, plan.last_day) if is_all else _in_calendar(shown[-1], said),
    )


def notice_html(view: Notice, locale: str) -> str:
    """The notice as one HTML document that needs no other file."""
    return environment(locale).get_template("notice/notice.html").render(c=view)


def _since(plan: Plan, old: Replaced, issued: date) -> date:
    """The first day that a reader of the notice can do otherwise."""
    if old.changed_from is None:
        raise Refusal.of(
            plan.participant,
            "the old plan",
            "the same as the new one on every day",
            "an earlier plan that differs on at least one day",
        )
    # days that are past, and those that the new plan has no longer, say nothing
    return max(old.changed_from, issued, plan.steps[0].start)


def _goes_on(plan: Plan, step: Step) -> bool:
    """Whether its dose is that of the days after the plan too: a stress dose's is not."""
    is_same = step.drug == plan.after.drug and sorted(step.daily_mg) == sorted(
        plan.after.pattern_mg
    )
    return step.end == plan.last_day and is_same


def _span(plan: Plan, step: Step | None, since: date, said: Words) -> str:
    """From when until when the dose of the headline is taken; what goes on has no end."""
    full = said.language.full_date
    if step is None or _goes_on(plan, step):
        return said.gettext("From %(date)s on") % {"date": full(since)}
    if since == step.end:
        return said.gettext("On %(date)s") % {"date": full(since)}
    return said.gettext("From %(first)s until %(last)s") % {
        "first": full(since),
        "last": full(step.end),
    }


def _take(plan: Plan, step: Step | None, since: date, said: Words) -> str:
    if step is None:
        return said.after(plan.after)
    return said.take(step, once=since == step.end and not _goes_on(plan, step))


def _new_step(step: Step, issue: Issue, said: Words, paper: PaperSize) -> NewStep:
    full, dose, since = said.language.full_date, said.amounts(step), max(step.start, issue.issued)
    first = said.gettext("from %(date)s") % {"date": full(since)}
    last = said.gettext("until %(date)s") % {"date": full(step.end)}
    several = len(drugs(issue.plan)) > 1
    return NewStep(
        first=balanced(first, dates_width(paper), TEXT_PT),
        last=balanced(last, dates_width(paper), TEXT_PT),
        dose=f"{dose} {said.drug(step.drug)}" if several else dose,
        tablets=broken(said.dated_tablets(step, since), tablets_width(paper), TEXT_PT),
    )


def _in_calendar(last: Step, said: Words) -> str:
    """Where the page has no room for the other steps the calendar has them."""
    return said.gettext("After %(date)s: take what your new calendar says.") % {
        "date": said.language.full_date(last.end)
    }


def _destroy(old: Replaced, said: Words) -> str:
    return said.gettext("Destroy the old sheets: those of %(sheet)s.") % {
        "sheet": which(old.plan_id, old.revision, said)
    }
