"""The front pages: the plan in sentences and as a table of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from taper.paper.issue import Issue
from taper.paper.pages.forms import changes_form
from taper.paper.pages.header import which
from taper.paper.pages.instructions import merged
from taper.paper.pages.liquids import strengths
from taper.paper.pages.words import Words, drugs
from taper.planning.plan import Kind, Part, Plan, Step
from taper.record.changes import Replaced


@dataclass(frozen=True, slots=True)
class StepRow:
    """One row of the step table."""

    label: str
    first: str
    last: str
    days: int
    dose: str
    drug: str
    tablets: str
    special: bool


def summary(plan: Plan, words: Words, issued: date) -> Iterator[str]:
    """The plan in sentences: what until when, what then, and what lasts; nothing that is past."""
    _, full = words.gettext, words.language.full_date
    tapering = _tapering(plan)
    for step in merged(plan.steps):
        if step.kind is Kind.RUN_IN and step.end >= issued:
            yield _span(step, words)
    if tapering and tapering[-1].end >= issued:
        yield _(
            "From %(first)s until %(last)s the dose changes step by step, as the table and the "
            "pages of this calendar say."
        ) % {"first": full(tapering[0].start), "last": full(tapering[-1].end)}
    yield from _changes_of_drug(plan, words)
    yield from _changes_of_form(plan, words)
    last = plan.steps[-1]
    if last.kind is Kind.MAINTENANCE:
        yield _maintenance(last, words)
    yield words.after_day(plan, last.end)


def brief_summary(plan: Plan, words: Words, issued: date) -> Iterator[str]:
    """The same beside the table on the first page, which says what comes after."""
    _, full = words.gettext, words.language.full_date
    tapering, first, last = _tapering(plan), merged(plan.steps)[0], plan.steps[-1]
    if first.kind is Kind.RUN_IN and first.is_cycle and first.end >= issued:
        yield _span(first, words)
    elif first.kind is Kind.RUN_IN and first.end >= issued:
        yield _("Until %(date)s take %(dose)s of %(drug)s every day.") % {
            "date": full(first.end),
            "dose": words.doses(first.daily_mg, first.tablets),
            "drug": words.drug(first.drug),
        }
    if tapering and tapering[-1].end >= issued:
        yield _("From %(date)s the dose changes step by step, as the table says.") % {
            "date": full(tapering[0].start)
        }
    yield from _changes_of_drug(plan, words)
    yield from _changes_of_form(plan, words)
    if last.kind is Kind.MAINTENANCE and last.is_cycle:
        yield _maintenance(last, words)
    elif last.kind is Kind.MAINTENANCE and last.highest_mg:
        yield _("From %(date)s on take %(dose)s of %(drug)s.") % {
            "date": full(last.start),
            "dose": words.doses(last.daily_mg, last.tablets),
            "drug": words.drug(last.drug),
        }


def _maintenance(last: Step, words: Words) -> str:
    return words.gettext("From %(first)s on, %(take)s.") % {
        "first": words.language.full_date(last.start),
        "take": words.take(last),
    }


def part_summary(plan: Plan, part: Part, words: Words) -> Iterator[str]:
    """What the pages of a part show of the plan."""
    full = words.language.full_date
    yield words.gettext(
        "These pages are a part of your plan: the days from %(first)s until %(last)s."
    ) % {"first": full(part.first), "last": full(part.last)}
    yield from _changes_of_drug(plan, words, part)
    yield from _changes_of_form(plan, words, part)


def after_part(plan: Plan, part: Part, words: Words) -> str:
    """What follows the last day of a part: the end of the plan, or its next day.

    Who waits for the next pages must not stop, and must know at least that day's dose.
    """
    following = part.last + timedelta(days=1)
    day = next((day for day in plan.days() if day.date == following), None)
    if day is None:
        return words.after_day(plan, part.last)
    last = next(step for step in plan.steps if step.start <= part.last <= step.end)
    said = {
        "date": words.language.full_date(part.last),
        "dose": words.doses((day.dose_mg,), (day.tablets,)),
        "drug": words.drug(day.step.drug),
        "old": words.drug(last.drug),
    }
    if not day.step.highest_mg and day.step.in_ml:
        return words.gettext("After %(date)s take no more %(drug)s.") % said
    if not day.step.highest_mg:
        return words.gettext("After %(date)s take no more %(drug)s tablets.") % said
    form = words.gettext(
        "After %(date)s your plan goes on, the next day with %(dose)s of %(drug)s."
    )
    if last.drug != day.step.drug:
        form = words.gettext(
            "After %(date)s take no more %(old)s: your plan goes on, the next day with %(dose)s of "
            "%(drug)s, a new medicine."
        )
    ask = words.gettext("Ask the study team for the next pages before then, and do not stop.")
    return f"{form % said} {ask}"


def _changes_of_drug(plan: Plan, words: Words, part: Part | None = None) -> Iterator[str]:
    """Who takes the new medicine and goes on with the old one takes too much."""
    for before, step in pairwise(plan.steps):
        if before.drug != step.drug and (part is None or part.holds(step.start)):
            yield words.gettext(
                "From %(date)s take no more %(old)s: take %(new)s instead, never both."
            ) % {
                "date": words.language.full_date(step.start),
                "old": words.drug(before.drug),
                "new": words.drug(step.drug),
            }


def _changes_of_form(plan: Plan, words: Words, part: Part | None = None) -> Iterator[str]:
    """Who has two bottles, or a bottle and tablets, must know which is over (§7.3.5)."""
    for before, step in pairwise(plan.steps):
        if not changes_form(before, step) or (part is not None and not part.holds(step.start)):
            continue
        form = words.gettext("From %(date)s take tablets, and no more of the liquid.")
        if step.in_ml:
            form = words.gettext(
                "From %(date)s take the liquid of %(strength)s, and nothing of what you took "
                "before."
            )
        yield form % {
            "date": words.language.full_date(step.start),
            "strength": words.join(strengths(words, [step])),
        }


def _tapering(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if step.kind not in (Kind.RUN_IN, Kind.MAINTENANCE)]


def _span(step: Step, words: Words) -> str:
    full = words.language.full_date
    if step.days == 1:
        return words.gettext("On %(first)s %(take)s.") % {
            "first": full(step.start),
            "take": words.take(step, once=True),
        }
    return words.gettext("From %(first)s until %(last)s %(take)s.") % {
        "first": full(step.start),
        "last": full(step.end),
        "take": words.take(step),
    }


def step_rows(
    plan: Plan, words: Words, *, brief: bool, part: Part | None = None, listed: bool = False
) -> Iterator[StepRow]:
    """The step table; in brief with the first day only, as the next row's says the last."""
    several = len(drugs(plan)) > 1
    for before, step in pairwise((None, *merged(plan.steps))):
        assert step is not None
        if part is None or part.meets(step):
            tablets = words.step_tablets(step, listed=listed)
            yield _step_row(step, before, words, tablets, brief=brief, several=several)


def _step_row(
    step: Step, before: Step | None, words: Words, tablets: str, *, brief: bool, several: bool
) -> StepRow:
    _, full = words.gettext, words.language.full_date
    return StepRow(
        label="" if brief and _is_plainly_new(step, before) else words.step_label(step, before),
        first=words.language.line_date(step.start)
        if brief
        else _("from %(date)s") % {"date": full(step.start)},
        last="" if brief else _("until %(date)s") % {"date": full(step.end)},
        days=step.days,
        dose=words.amounts(step),
        drug=words.drug(step.drug) if several else "",
        tablets=tablets,
        special=step.kind in (Kind.HOLD, Kind.RESCUE, Kind.STRESS_DOSE),
    )


def _is_plainly_new(step: Step, before: Step | None) -> bool:
    """A reduction like any other: its row needs no name."""
    return (
        step.kind is Kind.TAPER
        and before is not None
        and before.kind is not Kind.HOLD
        and before.drug == step.drug
        and not changes_form(before, step)
    )


def replaced(old: Replaced | None, words: Words) -> str:
    """Which calendar this one replaces, and what to do with that."""
    if old is None:
        return ""
    sheet = which(old.plan_id, old.revision, words)
    if old.issued is None:
        form = words.gettext("This calendar replaces %(sheet)s.") % {"sheet": sheet}
    else:
        form = words.gettext("This calendar replaces %(sheet)s, issued on %(issued)s.") % {
            "sheet": sheet,
            "issued": words.language.full_date(old.issued),
        }
    destroy = words.gettext("Destroy the old sheets.")
    return f"{form} {destroy}"


def changes(issue: Issue, words: Words) -> str:
    """From which date the plan differs, and the dose of that day or, if it is past, of today."""
    old = issue.replaces
    if old is None or old.changed_from is None:
        return ""
    _, full, day = words.gettext, words.language.full_date, max(old.changed_from, issue.issued)
    form = _("It is different from %(date)s on.") % {"date": full(old.changed_from)}
    found = next((each for each in issue.plan.days() if each.date == day), None)
    if found is None:
        return form
    said = {
        "date": full(day),
        "dose": words.doses((found.dose_mg,), (found.tablets,)),
        "drug": words.drug(found.step.drug),
    }
    now = _("On %(date)s take no %(drug)s tablets.")
    if found.step.in_ml:
        now = _("On %(date)s take no %(drug)s.")
    if found.dose_mg:
        now = _("On %(date)s take %(dose)s of %(drug)s.")
    return f"{form} {now % said}"
