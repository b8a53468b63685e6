"""A whole site: every participant of a folder or table planned, printed and kept, one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from taper.doses import dose
from taper.errors import Refusal
from taper.folder import finishing, keeping, refusals, verdicts
from taper.folder.keeping import OutFolder
from taper.folder.outcomes import MOST_NAMED as MOST_NAMED_ON_SCREEN
from taper.folder.outcomes import Outcome
from taper.folder.tasks import Made, Task, Tasks
from taper.folder.together import USUAL, Together
from taper.folder.verdicts import Verdict
from taper.operations.plans import outputs
from taper.operations.site.asked import Asked, Progress, Remark, claims, watched
from taper.operations.site.carrying_out import carry_out, foreseen
from taper.operations.site.deciding import Job
from taper.paper.documents import Press
from taper.pharmacy.terms import kept as kept_terms
from taper.record.ledger import Entry
from taper.record.plan_document import ENGINE
from taper.record.runs import MOST_NAMED, Refused, Run
from taper.signing.keys import Signer
from taper.sources.claims import without_clashes
from taper.storage import files as writing
from taper.wording.quoting import plain
from taper.workers.pool import Pool

__all__ = ["Asked", "ahead", "batch"]

_MOST_FIELDS = 20
"""How many fields of one refusal a run tells of; `refused.csv` has all."""


def batch(
    asked: Asked,
    *,
    pool: Pool,
    merged: bool = False,
    press: Press | None = None,
    signer: Signer | None = None,
    progress: Progress = lambda *_: None,
    remark: Remark = lambda _: None,
    together: Together = USUAL,
) -> Iterator[Outcome]:
    """Plan and write every participant of a source, an outcome each in the order of the names.

    A table is taken in the order of its rows. What is wrong in a row or file is written to
    `refused.csv` too. Nothing is written before every file has been read once, so that two files
    with one id are both refused. The summaries of the folder follow the last outcome, also when it
    was stopped; `merged` makes one PDF of all calendars. `press` prints where that is not to be the
    process that plans; `signer` signs papers, lines of the ledger and its head; `together` are
    written at a time. `remark` is told of what lies in a folder and is no participant's.
    Papers asked for once are made of later revisions too. Raises `UsageError` where the day lies
    before that of the last run, unless that is meant.
    """
    asked.refuse_what_cannot_be()
    try:
        paths = asked.read(remark)
    except Refusal as wrong:
        _put_if_there(asked.out, refusals.of_source(asked.source.name, asked.today, wrong))
        raise
    writing.refuse_folder_that_cannot_be(asked.out)
    refused: list[Outcome] = []
    with keeping.opened(asked.out) as kept:
        kept.ledger.signer = signer
        asked.refuse_earlier_day(kept.ledger)
        wanted = asked.outputs_with_former(kept.ledger)
        job = Job(
            wanted,
            asked.today,
            press,
            signer,
            asked.accepted,
            asked.days,
            asked.cards,
            terms=asked.terms_or_former(kept.ledger),
            wishes=asked.wishes(kept.ledger, wanted),
        )
        has_tables = finishing.keeps_tables(kept, asked=asked.tables_too)
        read = claims(paths, pool, progress)
        told = 0
        if len(read) == len(paths):  # otherwise it was stopped, and an id may still turn up twice
            tasks = Tasks(without_clashes(read), kept.task)
            made = pool.in_order(partial(carry_out, job), tasks)
            for outcome in kept.all_kept(watched(made, "planning", len(paths), progress), together):
                told += 1
                refused += [outcome] if outcome.refused else []
                yield outcome
        progress("summing up", 0, len(paths))
        pool.dismiss()
        claimed = {claimant.participant for claimant in read}
        absent = [each for each in kept.ledger.ids() if each not in claimed]
        run = _run(asked, job, refused, absent)
        is_over = told == len(paths)
        finishing.finish(kept, merged=merged, tables=has_tables, run=run, is_over=is_over)
        _tell_refused(kept, asked, refused)
        if absent and is_over:
            remark(_said_of_absent(absent))


def ahead(
    asked: Asked,
    *,
    pool: Pool,
    progress: Progress = lambda *_: None,
    remark: Remark = lambda _: None,
) -> Iterator[Verdict]:
    """What `batch` would do with each participant, and who of the folder is not in the source.

    Nothing is printed and nothing written, not even a folder that is not there. What only shows
    when a page is printed is not known before. Raises what `batch` would.
    """
    asked.refuse_what_cannot_be()
    paths = asked.read(remark)
    writing.refuse_folder_that_cannot_be(asked.out)
    with keeping.looked_at(asked.out) as kept:
        asked.refuse_earlier_day(kept.ledger)
        wanted = asked.outputs_with_former(kept.ledger)
        job = Job(
            wanted,
            asked.today,
            accepted=asked.accepted,
            days=asked.days,
            cards=asked.cards,
            terms=asked.terms_or_former(kept.ledger),
            wishes=asked.wishes(kept.ledger, wanted),
        )
        finishing.keeps_tables(kept, asked=asked.tables_too)
        read = claims(paths, pool, progress)
        if len(read) == len(paths):
            tasks = Tasks(without_clashes(read), kept.task)
            seen = pool.in_order(partial(foreseen, job), tasks)
            for each in watched(seen, "planning", len(paths), progress):
                yield _judged(kept, *each, asked)
            yield from _absent(kept, {claimant.participant for claimant in read})


def _judged(kept: OutFolder, task: Task, made: Made, entry: Entry | None, asked: Asked) -> Verdict:
    outcome = kept.unless_in_the_way(made).outcome
    if entry is None or outcome.refused:
        return verdicts.of_refused(task, entry, outcome)
    return verdicts.of_planned(task, entry, outcome, asked.today)


def _absent(kept: OutFolder, claimed: Collection[str | None]) -> Iterator[Verdict]:
    """Of whom the folder has papers and the source does not speak."""
    for entry in kept.ledger.current() if kept.ledger.participants else ():
        if entry.participant not in claimed:
            yield verdicts.of_absent(entry)


# What is told of a run ------------------------------------------------------------------------


def _run(asked: Asked, job: Job, refused: Sequence[Outcome], absent: Sequence[str]) -> Run:
    """What the ledger is to tell of this run."""
    source, named = asked.source, (tuple(refused[:MOST_NAMED]), tuple(absent[:MOST_NAMED]))
    return Run(
        day=asked.today,
        source=plain(source.name or source.resolve().name),
        asked=tuple(each.name("") for each in outputs.ALL if each in job.outputs),
        refused=tuple(map(_refused_in_run, named[0])),
        absent=named[1],
        unnamed=len(refused) + len(absent) - len(named[0]) - len(named[1]),
        engine=ENGINE,
        by=asked.by,
        terms=kept_terms(job.terms),
    )


def _said_of_absent(absent: Sequence[str]) -> str:
    """Whose papers are out and of whom the source does not speak: nobody must miss them."""
    more = len(absent) - MOST_NAMED_ON_SCREEN
    named = [*absent[:MOST_NAMED_ON_SCREEN], *([f"{more} more"] if more > 0 else [])]
    return f"In the folder but not in the source, and left as they were: {dose.join(named)}."


def _refused_in_run(outcome: Outcome) -> Refused:
    return Refused(
        outcome.participant,
        plain(Path(outcome.source).name),
        outcome.row,
        tuple(outcome.fields())[:_MOST_FIELDS],
        outcome.left,
    )


def _tell_refused(kept: OutFolder, asked: Asked, refused: Sequence[Outcome]) -> None:
    """`refused.csv` of this run, where there is something to tell, or somebody looks for it."""
    if asked.is_table or (refused and kept.ledger.participants):
        told = refusals.as_csv(asked.source.name, asked.today, refused)
        finishing.put(kept, refusals.NAME, told)
    else:
        finishing.take_away(kept, refusals.NAME)


def _put_if_there(out: Path, data: bytes) -> None:
    """A list of an earlier run gives way to that of this one; otherwise nothing is written."""
    if (out / refusals.NAME).is_file():
        with keeping.opened(out) as kept:
            finishing.put(kept, refusals.NAME, data)
