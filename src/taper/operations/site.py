"""A whole site: every participant of a folder or table planned, printed and kept, one by one.

Longer than other modules: a run and the look ahead at it go the same way, read side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

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
from taper.folder import finishing, keeping, refusals, verdicts
from taper.folder.keeping import OutFolder, Tasks, Together
from taper.folder.ledger_file import LedgerFile
from taper.folder.names import RESERVED
from taper.folder.outcomes import Outcome
from taper.folder.tasks import Made, Task
from taper.folder.verdicts import Verdict
from taper.operations import outputs
from taper.operations.deciding import Decision, Job, decide
from taper.operations.outputs import Output
from taper.operations.parts import AskedDays
from taper.paper.documents import Issue, Press
from taper.record.ledger import Entry
from taper.record.plan_document import ENGINE
from taper.record.runs import MOST_NAMED, Refused, Run
from taper.signing.keys import Signer
from taper.sources import tables
from taper.sources.claims import Claimant, claims_of_files, participant_files, without_clashes
from taper.storage import files as writing
from taper.wording.quoting import plain
from taper.workers.pool import Pool

Thing = TypeVar("Thing")
_TOGETHER = 20
"""How many files are read together."""
_MOST_FIELDS = 20
"""How many fields of one refusal a run tells of; `refused.csv` has all."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""


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
    remark: Callable[[str], None] = lambda _: None,
    together: Together = keeping.USUAL,
    earlier: bool = False,
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
    ledger and its head; `together` are written at a time. `remark` is told of what lies in a
    folder and is no participant's.
    Papers asked for once are made of later revisions too. Raises `UsageError` where `today` lies
    before the day of the last run, unless that is meant: `earlier`.
    """
    if tables_too:
        parquet.refuse_without_library()
    _refuse_to_replace(folder, out)
    try:
        rows = _rows(folder, mapping, sheet)
        paths = participant_files(folder, remark) if rows is None else rows
    except Refusal as wrong:
        _put_if_there(out, refusals.of_source(folder.name, today, wrong))
        raise
    writing.refuse_folder_that_cannot_be(out)
    refused: list[Outcome] = []
    with keeping.opened(out) as kept:
        kept.ledger.signer = signer
        if not earlier:
            _refuse_earlier(kept.ledger, today)
        asked = _asked(kept.ledger, wanted)
        job = Job(asked, today, press, signer, accepted, days)
        has_tables = finishing.keeps_tables(kept, asked=tables_too)
        read = _claims(paths, pool, progress)
        told = 0
        if len(read) == len(paths):  # otherwise it was stopped, and an id may still turn up twice
            tasks = Tasks(without_clashes(read), kept)
            made = pool.in_order(partial(_carry_out, job), tasks)
            watched = _watched(made, "planning", len(paths), progress)
            for outcome in kept.all_kept(watched, together):
                told += 1
                refused += [outcome] if outcome.refused else []
                yield outcome
        progress("summing up", 0, len(paths))
        pool.dismiss()
        run = _run(folder, today, asked, refused, _not_named(read, kept.ledger))
        finishing.finish(
            kept, merged=merged, tables=has_tables, run=run, is_over=told == len(paths)
        )
        if rows is not None or (refused and kept.ledger.participants):
            finishing.put(kept, refusals.NAME, refusals.as_csv(folder.name, today, refused))
        else:
            finishing.take_away(kept, refusals.NAME)


def _refuse_earlier(ledger: LedgerFile, today: date) -> None:
    """Raise for a day before that of the last run: its plans would replace newer ones."""
    newest = ledger.newest_day()
    if newest is not None and today < newest:
        raise UsageError(
            f"--today is {today}, and the last run in {ledger.folder.path} was as of {newest}; "
            "allowed: that day or a later one, or --allow-earlier-day where it is meant."
        )


def _asked(ledger: LedgerFile, wanted: Sequence[Output]) -> tuple[Output, ...]:
    """What is asked for now, and what was in any run before."""
    before = ledger.last_run.asked if ledger.last_run else ()
    more = (each for each in outputs.ALL if each.name("") in before and each not in wanted)
    return (*wanted, *more)


def _not_named(read: Sequence[Claimant], ledger: LedgerFile) -> list[str]:
    """Of whom the folder has papers, and the source says nothing."""
    claimed = {claimant.participant for claimant in read}
    return [participant for participant in ledger.ids() if participant not in claimed]


def _run(
    source: Path,
    today: date,
    asked: Sequence[Output],
    refused: Sequence[Outcome],
    absent: Sequence[str],
) -> Run:
    """What the ledger is to tell of this run."""
    named = (tuple(refused[:MOST_NAMED]), tuple(absent[:MOST_NAMED]))
    return Run(
        day=today,
        source=plain(source.name or source.resolve().name),
        asked=tuple(each.name("") for each in outputs.ALL if each in asked),
        refused=tuple(map(_refused_in_run, named[0])),
        absent=named[1],
        unnamed=len(refused) + len(absent) - len(named[0]) - len(named[1]),
        engine=ENGINE,
    )


def _refused_in_run(outcome: Outcome) -> Refused:
    return Refused(
        outcome.participant,
        plain(Path(outcome.source).name),
        outcome.row,
        tuple(outcome.fields())[:_MOST_FIELDS],
        outcome.left,
    )


def _put_if_there(out: Path, data: bytes) -> None:
    """A list of an earlier run gives way to that of this one; otherwise nothing is written."""
    if (out / refusals.NAME).is_file():
        with keeping.opened(out) as kept:
            finishing.put(kept, refusals.NAME, data)


def ahead(
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
    tables_too: bool = False,
    progress: Progress = lambda *_: None,
    remark: Callable[[str], None] = lambda _: None,
    earlier: bool = False,
) -> Iterator[Verdict]:
    """What `batch` would do with each participant, and who of the folder is not in the source.

    Nothing is printed and nothing written, not even a folder that is not there. What only shows
    when a page is printed is not known before. Raises what `batch` would.
    """
    if tables_too:
        parquet.refuse_without_library()
    _refuse_to_replace(folder, out)
    rows = _rows(folder, mapping, sheet)
    paths = participant_files(folder, remark) if rows is None else rows
    writing.refuse_folder_that_cannot_be(out)
    with keeping.looked_at(out) as kept:
        if not earlier:
            _refuse_earlier(kept.ledger, today)
        job = Job(_asked(kept.ledger, wanted), today, accepted=accepted, days=days)
        finishing.keeps_tables(kept, asked=tables_too)
        read = _claims(paths, pool, progress)
        if len(read) == len(paths):
            tasks = Tasks(without_clashes(read), kept)
            foreseen = pool.in_order(partial(_foreseen, job), tasks)
            for each in _watched(foreseen, "planning", len(paths), progress):
                yield _judged(kept, *each, today)
            yield from _absent(kept, {claimant.participant for claimant in read})


def _judged(kept: OutFolder, task: Task, made: Made, entry: Entry | None, today: date) -> Verdict:
    outcome = kept.unless_in_the_way(made).outcome
    if entry is None or outcome.refused:
        return verdicts.of_refused(task, entry, outcome)
    return verdicts.of_planned(task, entry, outcome, today)


def _absent(kept: OutFolder, claimed: Collection[str | None]) -> Iterator[Verdict]:
    """Of whom the folder has papers and the source does not speak."""
    for entry in kept.ledger.current() if kept.ledger.participants else ():
        if entry.participant not in claimed:
            yield verdicts.of_absent(entry)


def _claims(
    paths: Sequence[Path | tables.ParticipantRow], pool: Pool, progress: Progress
) -> list[Claimant]:
    """Who claims which id; what a row says was read already, and need not travel for it."""
    files = [path for path in paths if isinstance(path, Path)]
    rows = (_of_row(row) for row in paths if not isinstance(row, Path))
    of_files = pool.in_groups(claims_of_files, files, _TOGETHER)
    return list(_watched(chain(of_files, rows), "reading", len(paths), progress))


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


def _of_row(row: tables.ParticipantRow) -> Claimant:
    """Whose row it claims to be, which was read already."""
    return Claimant(row.table.path, row.claim, row=row)


def _carry_out(job: Job, task: Task) -> Made:
    """Plan one participant, and put that into every format; what is wrong concerns no other.

    Nothing is written here, so that it may be done anywhere, and again.
    """
    return _unless_refused(task, lambda: _made(job, task))


def _foreseen(job: Job, task: Task) -> tuple[Task, Made, Entry | None]:
    """The same with empty files, and the line that the ledger would end with, or ends with."""
    entries: list[Entry] = []

    def make() -> Made:
        decided = decide(job, task)
        entries.append(decided.entry)
        return _with(decided, ((each, b"") for each in decided.existing))

    made = _unless_refused(task, make)
    return task, made, entries[0] if entries else None


def _unless_refused(task: Task, make: Callable[[], Made]) -> Made:
    claimant = task.claimant
    if claimant.refused:
        return Made(_refused(task, *claimant.refused, *refusals.also_wrong(claimant)))
    try:
        return make()
    except EnvironmentLacking:
        raise  # so would it be for all others
    except MemoryError as lacking:
        raise EnvironmentLacking(NO_MEMORY) from lacking
    except TaperError as error:
        return Made(_refused(task, *refusals.in_its_words(claimant, error).grounds))
    except Exception as error:  # a fault met with one must not cost the others their night
        return Made(_refused(task, Obstacle(fault(error))))


def _made(job: Job, task: Task) -> Made:
    decided = decide(job, task)
    return _with(decided, _printed(decided, job))


def _printed(decided: Decision, job: Job) -> Iterator[tuple[Output, bytes]]:
    """What is made of a plan. A part bears the day on which it is printed: it begins with that."""
    yield from outputs.made(decided.issue, decided.lacking, job.press)
    if isinstance(decided.issue, Issue):
        today = replace(decided.issue, issued=job.today)
        yield from outputs.made(today, decided.parts.wanted, job.press)


def _with(decided: Decision, files: Iterable[tuple[Output, bytes]]) -> Made:
    who, made = decided.plan.participant, dict(files)
    contents = {each.name(who): data for each, data in made.items()}
    parts = {each.name(who): each.part for each in made if each.part}
    done = decided.task.made(decided.plan, decided.now, decided.entry, contents, parts)
    return replace(done, outcome=replace(done.outcome, unprinted=decided.parts.refused))


def _refused(task: Task, *grounds: Ground) -> Outcome:
    claimant = task.claimant
    former = task.former.entry if task.former else None
    left = former.revision if former and former.files else None
    return Outcome(
        claimant.name, claimant.participant, refused=grounds, left=left, row=claimant.row_number
    )
