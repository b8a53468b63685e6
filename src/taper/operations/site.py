"""A whole site: every participant of a folder or table planned, printed and kept, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from taper import sources
from taper.doses import dose
from taper.errors import (
    NO_MEMORY,
    EnvironmentLacking,
    Ground,
    Obstacle,
    Refusal,
    TaperError,
    UsageError,
    fault,
)
from taper.exports import parquet
from taper.folder import finishing, keeping, refusals
from taper.folder.keeping import Tasks, Together
from taper.folder.names import RESERVED
from taper.folder.outcomes import Outcome
from taper.folder.tasks import Made, Task
from taper.operations import outputs
from taper.operations.batch_parts import parts_for
from taper.operations.outputs import Output
from taper.operations.parts import AskedDays
from taper.operations.plan import plan_of
from taper.paper.documents import Issue, Press, Unprinted
from taper.planning.findings.typed import look_alike, marked_in_table
from taper.planning.plan import NotTapering, Planned
from taper.record import past as past_days
from taper.record import plan_document, revising
from taper.record.changes import Cause, Change, Facts, Revision, facts
from taper.record.kept import Kept
from taper.record.ledger import Entry
from taper.record.past import Altered
from taper.record.plan_document import PlanDocument
from taper.record.vanished import vanished
from taper.signing.keys import Signer
from taper.sources import tables
from taper.sources.claims import Claimant, participant_files, without_clashes
from taper.storage import files as writing
from taper.trial.participant import Participant, parse_id
from taper.trial.rules import Trial
from taper.workers.pool import Pool

Thing = TypeVar("Thing")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a batch makes of each participant."""

    outputs: tuple[Output, ...]
    today: date
    press: Press | None = None
    signer: Signer | None = None
    accepted: str | None = None
    """Who took back events or altered days that are past, and why."""
    days: AskedDays | None = None
    """Of which days there is to be a part beside the whole."""


def batch(
    folder: Path,
    out: Path,
    wanted: Sequence[Output],
    *,
    today: date,
    pool: Pool,
    mapping: Path | None = None,
    sheet: str | None = None,
    days: AskedDays | None = None,
    accepted: str | None = None,
    merged: bool = False,
    tables_too: bool = False,
    press: Press | None = None,
    signer: Signer | None = None,
    progress: Progress = lambda *_: None,
    together: Together = keeping.USUAL,
) -> Iterator[Outcome]:
    """Plan and write every participant of a folder, an outcome each in the order of the names.

    A table is taken in the order of its rows; `mapping` says what the fields of an export mean,
    `sheet` which one of a workbook is read. What is wrong in a row or file is written to
    `refused.csv` too. Events that were there before may be gone where `accepted` says who, and why.
    Of `days` there is a part beside each whole paper.
    Nothing is written before every file has been read once, so that two files with one id are
    both refused. The summaries of the folder follow the last outcome, also when it was stopped;
    `merged` makes one PDF of all calendars, `tables_too` Parquet tables of all plans. `press`
    prints where that is not to be the process that plans; `signer` signs papers, lines of the
    ledger and its head; `together` are written at a time.
    """
    if tables_too:
        parquet.refuse_without_library()
    _refuse_to_replace(folder, out)
    try:
        rows = _rows(folder, mapping, sheet)
        paths: Sequence[Path | tables.ParticipantRow] = (
            participant_files(folder) if rows is None else rows
        )
    except Refusal as wrong:
        _put_if_there(out, refusals.of_source(folder.name, today, wrong))
        raise
    writing.refuse_folder_that_cannot_be(out)
    job = Job(tuple(wanted), today, press, signer, accepted, days)
    refused: list[Outcome] = []
    with keeping.opened(out) as kept:
        kept.ledger.signer = signer
        has_tables = finishing.keeps_tables(kept, asked=tables_too)
        # What a row says was read already, and need not travel for its id.
        claims = pool.in_order(_read, paths) if rows is None else map(_read, paths)
        read = list(_watched(claims, "reading", len(paths), progress))
        if len(read) == len(paths):  # otherwise it was stopped, and an id may still turn up twice
            tasks = Tasks(without_clashes(read), kept)
            made = pool.in_order(partial(_carry_out, job), tasks)
            planned = kept.all_kept(made, together)
            for outcome in _watched(planned, "planning", len(paths), progress):
                refused += [outcome] if outcome.refused else []
                yield outcome
        progress("summing up", 0, len(paths))
        pool.dismiss()
        finishing.finish(kept, merged=merged, tables=has_tables)
        if rows is not None or (refused and kept.ledger.participants):
            finishing.put(kept, refusals.NAME, refusals.as_csv(folder.name, today, refused))
        else:
            finishing.take_away(kept, refusals.NAME)


def _put_if_there(out: Path, data: bytes) -> None:
    """A list of an earlier run gives way to that of this one; otherwise nothing is written."""
    if (out / refusals.NAME).is_file():
        with keeping.opened(out) as kept:
            finishing.put(kept, refusals.NAME, data)


def _watched(
    things: Iterator[Thing], doing: str, total: int, progress: Progress
) -> Iterator[Thing]:
    progress(doing, 0, total)
    for done, thing in enumerate(things, start=1):
        progress(doing, done, total)
        yield thing


def _refuse_to_replace(source: Path, out: Path) -> None:
    """Raise where the table lies in the output folder, under a name that a batch writes to."""
    if source.name.casefold() in RESERVED and source.resolve().parent == out.resolve():
        raise UsageError(f"{source} would be written over; allowed: another --out or name.")


def _rows(
    source: Path, mapping: Path | None, sheet: str | None
) -> list[tables.ParticipantRow] | None:
    """The rows of a table, None for a folder."""
    if tables.is_table(source):
        return tables.read(source, mapping, sheet)
    if mapping is not None:
        raise UsageError("--mapping is given with a folder; allowed: with a CSV or XLSX file.")
    if sheet is not None:
        raise UsageError("--sheet is given with a folder; allowed: with a workbook.")
    return None


def _read(path: Path | tables.ParticipantRow) -> Claimant:
    """Whose file it claims to be. What is wrong with it is told when it is planned.

    A file that will be refused claims its id all the same: beside it, an older copy that is in
    order must not be taken for the participant's file.
    """
    if isinstance(path, tables.ParticipantRow):
        return Claimant(path.table.path, path.claim, row=path)
    try:
        return Claimant(path, parse_id(sources.read(path).data.get("participant")))
    except (TaperError, ValueError):
        return Claimant(path)


def _carry_out(job: Job, task: Task) -> Made:
    """Plan one participant, and put that into every format; what is wrong concerns no other.

    Nothing is written here, so that it may be done anywhere, and again.
    """
    claimant = task.claimant
    if claimant.refused:
        return Made(_refused(task, *claimant.refused, *refusals.also_wrong(claimant)))
    try:
        return _made(job, task)
    except EnvironmentLacking:
        raise  # so would it be for all others
    except MemoryError as lacking:
        raise EnvironmentLacking(NO_MEMORY) from lacking
    except TaperError as error:
        return Made(_refused(task, *refusals.in_its_words(claimant, error).grounds))
    except Exception as error:  # a fault met with one must not cost the others their night
        return Made(_refused(task, Obstacle(fault(error))))


def _made(job: Job, task: Task) -> Made:
    """The next revision of a participant, or what the former one lacks."""
    participant, trial = _read_again(task.claimant)
    plan = plan_of(trial, participant, today=job.today)
    former = task.former.entry if task.former else None
    told = facts(trial, participant)
    past = None if former is None else _past(former, plan, told, job)
    found = (*look_alike(task.claimant.alike), *marked_in_table(task.claimant.remarks))
    found += (past.finding(job.accepted),) if past else ()
    plan = replace(plan, findings=(*plan.findings, *found))
    kept = Kept.of(plan)
    document = plan_document.as_dict(plan, kept)
    now = revising.first_of(
        plan,
        trial,
        participant,
        issued=job.today,
        document=document,
        kept=kept,
        draft_translation=sources.is_draft(plan.locale),
    )
    gone = [] if former is None else vanished(former.facts, now.facts)
    if former is not None and gone and job.accepted is None:
        raise _without(plan.participant, gone, former.revision)
    entry = revising.after(former, now, task.gone)
    if gone and entry is not former:
        entry = replace(entry, why=(*entry.why, Change(Cause.EVENT, f"accepted by {job.accepted}")))
    if past and entry is not former:
        entry = replace(entry, why=(*entry.why, past.change(job.accepted)))
    is_same = entry is former
    wanted = {each.name(plan.participant): each for each in outputs.ALL}
    names = [each.name(plan.participant) for each in job.outputs]
    lacking = task.lacks(names) if is_same else names
    parts = parts_for(plan, job.days, job.outputs, former if is_same else None, task.gone)
    made = _printed(
        _issue(plan, document, entry, task.history_with(entry), job.signer),
        [wanted[name] for name in wanted if name in lacking],
        parts.wanted,
        job,
    )
    contents = {each.name(plan.participant): data for each, data in made.items()}
    shown = {each.name(plan.participant): each.part for each in made if each.part}
    done = task.made(plan, now, entry, contents, shown)
    return replace(done, outcome=replace(done.outcome, unprinted=parts.refused))


def _printed(
    issue: Issue | Unprinted, whole: Sequence[Output], parts: Sequence[Output], job: Job
) -> dict[Output, bytes]:
    """What is made of a plan. A part bears the day on which it is printed: it begins with that."""
    made = dict(outputs.made(issue, whole, job.press))
    if isinstance(issue, Issue):
        today = replace(issue, issued=job.today)
        made |= dict(outputs.made(today, parts, job.press))
    return made


def _past(former: Entry, plan: Planned, told: Facts, job: Job) -> Altered | None:
    """How days before today are altered; refused where nothing that happened does it (§6.16)."""
    altered = past_days.altered(former.kept.steps, Kept.of(plan).steps, job.today)
    cause = past_days.cause_by_facts(former.facts, told) if altered else None
    if altered and cause and job.accepted is None:
        raise altered.refusal(plan.participant, cause)
    return altered


def _without(participant: str, gone: list[str], revision: int) -> Refusal:
    """The refusal of a source that says nothing of events which were there before."""
    read = f"without {dose.join(gone)}, which revision {revision} has"
    allowed = 'a source that has all events, or --accept-past "WHO, WHY" where they were taken back'
    return Refusal.of(participant, "events", read, allowed)


def _issue(
    plan: Planned,
    document: PlanDocument,
    entry: Entry,
    history: tuple[Revision, ...],
    signer: Signer | None,
) -> Issue | Unprinted:
    """What is issued of a plan as the entry has it."""
    if isinstance(plan, NotTapering):
        return Unprinted(plan, document).revised(entry.revision)
    issue = Issue(plan, document, entry.issued, signer=signer)
    return issue.revised(entry.revision, entry.issued, entry.replaces, history)


def _refused(task: Task, *grounds: Ground) -> Outcome:
    claimant = task.claimant
    former = task.former.entry if task.former else None
    left = former.revision if former and former.files else None
    return Outcome(
        claimant.name, claimant.participant, refused=grounds, left=left, row=claimant.row_number
    )


def _read_again(claimant: Claimant) -> tuple[Participant, Trial]:
    if claimant.row is not None:
        participant = tables.participant(claimant.row)
        return participant, sources.trial_for(participant, claimant.path.parent)
    participant = sources.participant(claimant.path)
    if participant.participant != claimant.participant:
        raise Refusal.of(
            claimant.path.name,
            "participant",
            f"{participant.participant}, and was {claimant.participant} a moment ago",
            "a file that is not changed while it is read",
        )
    return participant, sources.trial_for(participant, claimant.path.parent)
