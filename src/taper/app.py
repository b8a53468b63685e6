"""The operations of taper, without a word on any screen: plan, put into a format, write, batch."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from taper import (
    contract,
    dispensing,
    documents,
    dose,
    files,
    ledger,
    load,
    outfolder,
    parquet,
    summary,
    terminal,
)
from taper import refused as refusals
from taper.batch import Outcome, Pool, Source, sources, without_clashes
from taper.dispensing import Terms, dispense
from taper.documents import Document
from taper.errors import EnvironmentLacking, Refusal, TaperError, UsageError
from taper.ledger import Replaced
from taper.load import tables
from taper.load.wording import did_you_mean, quoted
from taper.outfolder import Tasks
from taper.participant import Participant, parse_id
from taper.plan import Finding, Plan, Severity
from taper.planner import make_plan
from taper.task import Made, Task
from taper.trial import Trial

if TYPE_CHECKING:
    from taper.render import Replaces

USUAL_TARGET_MG = "5"
"""The target where a regimen's sheet suggests none."""


class Format(StrEnum):
    """What a plan can be written as; also the ending of the file."""

    TABLE = "table"
    JSON = "json"
    PDF = "pdf"
    HTML = "html"

    @property
    def is_text(self) -> bool:
        """Whether a terminal can show it."""
        return self is not Format.PDF

    @property
    def is_calendar(self) -> bool:
        """Whether it is the printed calendar, which not every plan has."""
        return self in {Format.PDF, Format.HTML}


def fault(error: Exception) -> str:
    """What to say where taper itself is wrong: where it happened, and no value of any file."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"taper itself failed ({type(error).__name__} in {Path(place.filename).name}, "
        f"line {place.lineno}); please report this."
    )


# One participant ------------------------------------------------------------------------------


def plan_file(
    path: Path,
    *,
    today: date,
    protocol: str | None = None,
    beside: Path | None = None,
    regimen: str | None = None,
) -> Plan:
    """The plan of a participant's file.

    `protocol`, an id or a path from `beside`, is used in place of the one that the file names;
    `regimen`, an id, where that protocol prescribes no taper.
    """
    participant = load.participant(path)
    who = participant.participant
    if protocol is None:
        trial = load.trial(participant.protocol, path.parent, who)
    else:
        trial = load.trial(protocol, beside)
    return plan_of(trial, participant, today=today, regimen=regimen)


def plan_of(
    trial: Trial, participant: Participant, *, today: date, regimen: str | None = None
) -> Plan:
    """The plan of a participant, by a chosen regimen where the protocol prescribes no taper."""
    if regimen is not None:
        trial = _with_regimen(trial, regimen)
        plan = make_plan(trial, participant, today)
        return replace(plan, findings=(_regimen_chosen(trial, regimen), *plan.findings))
    if trial.protocol.taper is None and participant.steroid is not None:
        raise Refusal.of(
            participant.participant,
            "protocol",
            f"{trial.protocol.id}, which prescribes no taper",
            "a regimen chosen with --regimen ID (taper regimens lists them), or a protocol that "
            "prescribes a taper",
        )
    return make_plan(trial, participant, today)


def _with_regimen(trial: Trial, regimen: str) -> Trial:
    """The trial with a taper by this regimen and by the defaults of a protocol file.

    Nobody approved that taper, whatever approval the protocol has.
    """
    protocol = trial.protocol
    if protocol.taper is not None:
        raise UsageError(
            f"--regimen is {regimen}, and protocol {protocol.id} prescribes its own taper; "
            "allowed: --regimen with a protocol that prescribes none."
        )
    if regimen not in load.regimen_ids():
        meant = did_you_mean(regimen, load.regimen_ids())
        raise UsageError(
            f"--regimen is {quoted(regimen)}; allowed: an id that taper regimens lists{meant}."
        )
    data = protocol.model_dump(mode="json", by_alias=True, exclude_none=True)
    data.pop("approval", None)
    target = load.regimen_sheet(regimen).get("suggested_target_mg", USUAL_TARGET_MG)
    taper = {"after_infusion": 1, "target_mg": target, "regimen": regimen}
    return load.validate_trial({**data, "status": "illustrative", "taper": taper}, protocol.id)


def _regimen_chosen(trial: Trial, regimen: str) -> Finding:
    """What the protocol does not say and somebody chose."""
    rule = trial.protocol.taper
    assert rule is not None  # `_with_regimen` put it there
    said = (
        f"Protocol {trial.protocol.id} prescribes no taper: regimen {regimen} was chosen, from "
        f"{rule.offset_days} days after infusion {rule.after_infusion} down to "
        f"{dose.text(rule.target_mg)} mg prednisone a day, within {rule.complete_within}."
    )
    sheet = load.regimen_sheet(regimen)
    return Finding("regimen-chosen", Severity.WARNING, said, sheet["sources"][0]["citation"])


def outputs(
    plan: Plan,
    formats: Sequence[Format],
    *,
    issued: date,
    terms: Terms | None = None,
    replaced: Replaced | None = None,
) -> dict[Format, bytes]:
    """The plan in each format; not in the calendar ones where the plan has no calendar.

    With `terms` of a pharmacy, its JSON says what to dispense. `replaced` is the revision that
    a calendar tells its reader to destroy.
    """
    added = None if terms is None else {"dispensing": dispensing.as_dict(dispense(plan, terms))}
    html = _html(plan, issued, replaced) if any(each.is_calendar for each in formats) else ""
    makers: dict[Format, Callable[[], bytes]] = {
        Format.TABLE: lambda: terminal.plan_text(plan).encode(),
        Format.JSON: lambda: contract.to_json(plan, added).encode(),
        Format.PDF: lambda: _pdf(plan, html, issued, replaced),
        Format.HTML: html.encode,
    }
    possible = [each for each in formats if html or not each.is_calendar]
    return {each: makers[each]() for each in dict.fromkeys(possible)}


def _html(plan: Plan, issued: date, replaced: Replaced | None) -> str:
    """The calendar as HTML, empty where the plan has none: who takes no steroid needs none."""
    from taper.render import calendar_html, has_calendar  # templates are slow to import

    if not has_calendar(plan):
        return ""
    try:
        return calendar_html(
            plan, plan_id=contract.plan_id(plan), issued=issued, replaces=_replaces(replaced)
        )
    except Refusal as refusal:  # a page knows its words, the plan whose it is
        raise refusal.at(plan.participant) from refusal


def _pdf(plan: Plan, html: str, issued: date, replaced: Replaced | None) -> bytes:
    """The calendar as PDF, read back before anyone sees it."""
    from taper import pdf, readback  # WeasyPrint is paid for only by who prints

    attached = contract.to_json(plan).encode()
    data = pdf.write_calendar(html, who=plan.participant, issued=issued, attachment=attached)
    readback.verify(
        data,
        plan,
        plan_id=contract.plan_id(plan),
        issued=issued,
        replaces=_replaces(replaced),
    )
    return data


def _replaces(replaced: Replaced | None) -> Replaces | None:
    """What the ledger knows of the revision before, for its reader."""
    from taper.render import Replaces

    if replaced is None:
        return None
    return Replaces(replaced.plan_id, replaced.issued, replaced.revision, replaced.changed_from)


def document_outputs(
    plan: Plan, document: Document, formats: Sequence[Format], order: documents.Order
) -> dict[Format, bytes]:
    """A document beside the calendar in each format; none where the plan has no calendar."""
    from taper.render import has_calendar

    if not has_calendar(plan):
        return {}
    makers: dict[Format, Callable[[], bytes]] = {
        Format.PDF: lambda: documents.as_pdf(plan, document, order),
        Format.HTML: lambda: documents.as_html(plan, document, order).encode(),
    }
    return {each: makers[each]() for each in dict.fromkeys(formats)}


def write(made: Mapping[Format, bytes], participant: str, folder: Path) -> dict[Format, Path]:
    """Write every format as `<participant>.<format>` into `folder`, or none of them.

    A file that a batch answers for is not written over: its ledger would no longer be right.
    """
    paths = {each: folder / f"{participant}.{each}" for each in made}
    if paths:
        if (folder / outfolder.LEDGER).exists():
            outfolder.refuse_kept(paths.values())
        files.make_folder(folder)
        files.write_all({paths[each]: data for each, data in made.items()})
    return paths


# Many participants ----------------------------------------------------------------------------

Thing = TypeVar("Thing")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch makes of each participant."""

    formats: tuple[Format, ...]
    today: date


def batch(
    folder: Path,
    out: Path,
    formats: Sequence[Format],
    *,
    today: date,
    pool: Pool,
    mapping: Path | None = None,
    merged: bool = False,
    tables_too: bool = False,
    progress: Progress = lambda *_: None,
) -> Iterator[Outcome]:
    """Plan and write every participant of a folder, an outcome each in the order of the names.

    A table is taken in the order of its rows; `mapping` says what the fields of an export mean,
    and what is wrong in a row is written to `refused.csv` too.
    Nothing is written before every file has been read once, so that two files with one id are
    both refused. The summaries of the folder follow the last outcome, also when it was stopped;
    `merged` makes one PDF of all calendars, `tables_too` Parquet tables of all plans.
    """
    if tables_too:
        parquet.refuse_without_library()
    _refuse_to_replace(folder, out)
    rows = _rows(folder, mapping)
    paths: Sequence[Path | tables.Row] = sources(folder) if rows is None else rows
    files.refuse_folder_that_cannot_be(out)
    order = Order(tuple(formats), today)
    refused: list[Outcome] = []
    with outfolder.opened(out) as kept:
        has_tables = kept.keeps_tables(asked=tables_too)
        # What a row says was read already, and need not travel for its id.
        claims = pool.in_order(_read, paths) if rows is None else map(_read, paths)
        read = list(_watched(claims, "reading", len(paths), progress))
        if len(read) == len(paths):  # otherwise it was stopped, and an id may still turn up twice
            tasks = Tasks(without_clashes(read), kept)
            planned = kept.all_kept(pool.in_order(partial(_carry_out, order), tasks))
            for outcome in _watched(planned, "planning", len(paths), progress):
                refused += [outcome] if outcome.refused and rows is not None else []
                yield outcome
        progress("summing up", 0, len(paths))
        kept.finish(merged=merged, tables=has_tables)
        if rows is not None:
            kept.put(refusals.NAME, refusals.as_csv(refused))


def _watched(
    things: Iterator[Thing], doing: str, total: int, progress: Progress
) -> Iterator[Thing]:
    progress(doing, 0, total)
    for done, thing in enumerate(things, start=1):
        progress(doing, done, total)
        yield thing


def _refuse_to_replace(source: Path, out: Path) -> None:
    """Raise where the table lies in the output folder, under a name that a batch writes to."""
    names = {*outfolder.RESERVED, refusals.NAME}
    if source.name.casefold() in names and source.resolve().parent == out.resolve():
        raise UsageError(f"{source} would be written over; allowed: another --out or name.")


def _rows(source: Path, mapping: Path | None) -> list[tables.Row] | None:
    """The rows of a table, None for a folder."""
    if tables.is_table(source):
        return tables.read(source, mapping)
    if mapping is not None:
        raise UsageError("--mapping is given with a folder; allowed: with a CSV or XLSX file.")
    return None


def _read(path: Path | tables.Row) -> Source:
    """Whose file it claims to be. What is wrong with it is told when it is planned.

    A file that will be refused claims its id all the same: beside it, an older copy that is in
    order must not be taken for the participant's file.
    """
    if isinstance(path, tables.Row):
        return Source(path.table.path, path.claim, row=path)
    try:
        return Source(path, parse_id(load.read(path).data.get("participant")))
    except (TaperError, ValueError):
        return Source(path)


def _carry_out(order: Order, task: Task) -> Made:
    """Plan one source, and put it into every format. Whatever is wrong with it concerns no other.

    Nothing is written here, so that it may be done anywhere, and again.
    """
    source = task.source
    if source.refused:
        also = refusals.also_wrong(source)
        return Made(replace(_refused(task, *source.refused, *map(str, also)), problems=also))
    try:
        return _made(order, task)
    except EnvironmentLacking:
        raise  # so would it be for all others
    except TaperError as error:
        refused = refusals.of_source(source, error)
        outcome = _refused(task, *str(refused).splitlines())
        return Made(replace(outcome, problems=refusals.problems_of(refused)))
    except Exception as error:  # a fault met with one must not cost the others their night
        return Made(_refused(task, fault(error)))


def _made(order: Order, task: Task) -> Made:
    """The next revision of a participant, or what the former one lacks."""
    participant, trial = _read_again(task.source)
    plan = plan_of(trial, participant, today=order.today)
    now = ledger.first_of(plan, trial, participant, issued=order.today, row=summary.row_of(plan))
    former = task.former.entry if task.former else None
    entry = ledger.after(former, now, task.gone)
    is_same = entry is former
    lacking = task.lacks(order.formats) if is_same else order.formats
    made = outputs(
        # Which revision a plan is, is known only once it is planned, and changes nothing in it.
        replace(plan, revision=entry.revision),
        [each for each in Format if each in lacking],
        issued=entry.issued,
        replaced=entry.replaces,
    )
    contents = {f"{plan.participant}.{each}": data for each, data in made.items()}
    return task.made(plan, now, entry, contents)


def _refused(task: Task, *sentences: str) -> Outcome:
    if task.former is not None and task.former.entry.files:
        former = f"The calendar of revision {task.former.entry.revision} is left as it was."
        sentences = (*sentences[:-1], f"{sentences[-1]} {former}")
    source = task.source
    return Outcome(source.name, source.participant, refused=sentences, row=source.row_number)


def _read_again(source: Source) -> tuple[Participant, Trial]:
    if source.row is not None:
        participant = tables.participant(source.row)
        return participant, load.trial(
            participant.protocol, source.path.parent, participant.participant
        )
    participant = load.participant(source.path)
    if participant.participant != source.participant:
        raise Refusal.of(
            source.path.name,
            "participant",
            f"{participant.participant}, and was {source.participant} a moment ago",
            "a file that is not changed while it is read",
        )
    return participant, load.trial(participant.protocol, source.path.parent, source.participant)
