"""One participant of a site carried out, or foreseen: planned, printed, or refused in its words.

Nothing is written here, so that it may be done in any process, and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from taper.errors import (
    NO_MEMORY,
    EnvironmentLacking,
    Ground,
    Obstacle,
    TaperError,
    Unaccepted,
    fault,
)
from taper.folder import refusals
from taper.folder.outcomes import Outcome
from taper.folder.tasks import Made, Task
from taper.operations.pharmacy.handing_out import unused_by
from taper.operations.plans import outputs
from taper.operations.plans.outputs import Output
from taper.operations.site.deciding import Decision, Job, decide
from taper.paper.documents import Issue
from taper.pharmacy.slips import without_visits
from taper.record.ledger import Entry

Thing = TypeVar("Thing")


def carry_out(job: Job, task: Task) -> Made:
    """Plan one participant, and put that into every format; what is wrong concerns no other.

    Where the plan is the same again, papers that are out hold though another cannot be printed.
    """
    decided = _unless_refused(task, lambda: decide(job, task))
    if isinstance(decided, Made):
        return decided
    holds = task.is_former(decided.entry)
    return _unless_refused(task, lambda: _with(decided, _printed(decided, job), job), holds=holds)


def foreseen(job: Job, task: Task) -> tuple[Task, Made, Entry | None]:
    """The same with empty files, and the line that the ledger would end with, or ends with."""
    decided = _unless_refused(task, lambda: decide(job, task))
    if isinstance(decided, Made):
        return task, decided, None
    made = _unless_refused(task, lambda: _with(decided, ((x, b"") for x in decided.existing), job))
    return task, made, decided.entry


def _unless_refused(task: Task, make: Callable[[], Thing], *, holds: bool = False) -> Thing | Made:
    claimant = task.claimant
    if claimant.refused:
        return _refused(task, *claimant.refused, *refusals.also_wrong(claimant))
    try:
        return make()
    except EnvironmentLacking:
        raise  # so would it be for all others
    except MemoryError as lacking:
        raise EnvironmentLacking(NO_MEMORY) from lacking
    except TaperError as error:
        made = _refused(task, *refusals.in_its_words(claimant, error).grounds, holds=holds)
        is_open = isinstance(error, Unaccepted)
        return replace(made, outcome=replace(made.outcome, may_be_accepted=is_open))
    except Exception as error:  # a fault met with one must not cost the others their night
        return _refused(task, Obstacle(fault(error)), holds=holds)


def _printed(decided: Decision, job: Job) -> Iterator[tuple[Output, bytes]]:
    """What is made of a plan. A part bears the day on which it is printed: it begins with that."""
    yield from outputs.made(decided.issue, decided.lacking, job.press, job.wishes)
    if isinstance(decided.issue, Issue):
        today = replace(decided.issue, issued=job.today)
        yield from outputs.made(today, decided.parts.wanted, job.press)


def _with(decided: Decision, files: Iterable[tuple[Output, bytes]], job: Job) -> Made:
    who, made = decided.plan.participant, dict(files)
    contents = {each.name(who): data for each, data in made.items()}
    parts = {each.name(who): each.part for each in made if each.part}
    styles = {each.name(who): job.wishes.style_of(each) for each in made}
    done = decided.task.made(decided.plan, decided.now, decided.entry, contents, parts, styles)
    outcome = replace(done.outcome, unprinted=decided.unmade(job.outputs))
    if job.terms is not None and outcome.has_days:
        unused = tuple(unused_by(job.terms, [decided.plan]))
        at_once = any(without_visits(job.terms, [decided.plan]))
        outcome = replace(outcome, unused=unused, at_once=at_once)
    return replace(done, outcome=outcome)


def _refused(task: Task, *grounds: Ground, holds: bool = False) -> Made:
    claimant = task.claimant
    former = task.former.entry if task.former else None
    revision = former.revision if former and former.files else None
    return Made(
        Outcome(
            claimant.name,
            claimant.participant,
            refused=grounds,
            left=None if holds else revision,
            holds=revision if holds else None,
            row=claimant.row_number,
        )
    )
