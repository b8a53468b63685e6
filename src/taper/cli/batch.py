"""`taper batch`: every participant of a folder, a table or a REDCap export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from taper.cli import streams
from taper.cli.batch_lines import (
    json_line,
    line,
    no_longer_fits,
    recalled_only,
    recalls,
    summary,
)
from taper.cli.foretold import tell_ahead, tell_slips
from taper.cli.options import dask as dasks
from taper.cli.options.common import named_out, named_source
from taper.cli.options.days import (
    Since,
    Until,
    Weeks,
    asked_days,
    days_named,
    refuse_no_days,
)
from taper.cli.options.formats import BatchFormats, Xpt, batch_formats, with_transport
from taper.cli.options.papers import (
    Diary,
    NoCard,
    Papers,
    PrintMemory,
    PrintSeconds,
    papers,
    press,
    refuse_no_printed,
)
from taper.cli.options.past import AcceptPast, accepted
from taper.cli.options.pharmacy import DiscardHalves, Dispense, Packs, SpareDays
from taper.cli.options.planning import Today, day
from taper.cli.options.requests import FhirStyle, style
from taper.cli.options.sheets import read_option
from taper.cli.options.signing import Key, signer
from taper.cli.options.workers import Workers, pool_of
from taper.cli.progress import progress, stop_on_interrupt
from taper.cli.speech import tell
from taper.confined.reading import begin as begin_reading
from taper.errors import EnvironmentLacking, ExitCode, UsageError
from taper.exports import parquet, redcap
from taper.folder.keeping import Interrupted
from taper.folder.outcomes import Outcome, Tally
from taper.operations.pharmacy.handing_out import terms_of
from taper.operations.plans import outputs
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.record.forms import Format
from taper.trial.fields import parse_role
from taper.workers.access import Access


def batch(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            parser=named_source,
            help="A folder with a YAML file a participant, or a table: CSV, TSV, XLSX or ODS.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            parser=named_out,
            help="The folder to write to, made where missing.",
        ),
    ],
    today: Today = None,
    format: BatchFormats = None,
    xpt: Xpt = False,
    fhir_style: FhirStyle = None,
    document: Papers = None,
    diary: Diary = False,
    no_card: NoCard = False,
    since: Since = None,
    until: Until = None,
    weeks: Weeks = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", metavar="FILE", help="What the fields of a REDCap export mean, as YAML."
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", metavar="NAME", help="Which sheet of a workbook is read."),
    ] = None,
    accept_past: AcceptPast = None,
    workers: Workers = None,
    dask: dasks.Address = None,
    dask_ca: dasks.Authority = None,
    dask_cert: dasks.Certificate = None,
    dask_key: dasks.Key = None,
    dask_unencrypted: dasks.Unencrypted = False,
    print_seconds: PrintSeconds = None,
    print_memory: PrintMemory = None,
    key: Key = None,
    every: Dispense = None,
    spare_days: SpareDays = None,
    packs: Packs = None,
    discard_halves: DiscardHalves = False,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="ROLE", help="Who runs it, for the ledger: a role, and no name."
        ),
    ] = None,
    merged: Annotated[
        bool,
        typer.Option("--merged", help="One PDF of all papers for patients too, for the printer."),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", help="Say nothing but what was refused or must be recalled."),
    ] = False,
    allow_earlier_day: Annotated[
        bool,
        typer.Option(
            "--allow-earlier-day", help="Plan as of a day before that of the folder's last run."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One line of JSON a participant.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say what the batch would do, and write nothing.")
    ] = False,
) -> None:
    """Plan every participant of a folder, a table or a REDCap export.

    Writes <participant>.<format> for each, a PDF calendar without --format. A participant who is
    refused never stops the others. The same folder again keeps what is still right, and gives a
    plan that changed its next revision; taper history DIR tells which.
    """
    (wanted, tables_too), chosen = batch_formats(format, Format.PDF), papers(document, diary=diary)
    wanted = with_transport(wanted, xpt=xpt)
    refuse_no_printed(chosen, wanted)
    if merged and Format.PDF not in wanted:
        raise UsageError("--merged is given without --format pdf; allowed: both, or neither.")
    if merged and days_named(since, until, weeks):
        raise UsageError(
            "--merged is given with --from, --until or --weeks; allowed: it alone, as merged.pdf "
            "holds whole papers."
        )
    printing = press(print_seconds, print_memory, wanted)
    asked = Asked(
        source=folder,
        out=out,
        outputs=outputs.chosen(wanted, chosen),
        today=(as_of := day(today)),
        mapping=mapping,
        sheet=sheet,
        days=asked_days(since, until, weeks, as_of),
        accepted=accepted(accept_past),
        tables_too=tables_too,
        earlier=allow_earlier_day,
        cards=not no_card,
        by="" if by is None else read_option("--by", by, parse_role),
        terms=terms_of(every, spare_days, packs, discard_halves=discard_halves),
        style=style(fhir_style, wanted),
    )
    refuse_no_days(asked.days, chosen, wanted)
    signing = signer(key, out)
    access = dasks.access(dask, Access("", dask_ca, dask_cert, dask_key, dask_unencrypted))
    _refuse_key_elsewhere(signing, access)
    tell_one = json_line if as_json else recalled_only if quiet else line
    remark = _silent if quiet else tell
    tally = Tally()
    if Format.REDCAP in wanted:
        remark(redcap.FIRST)
    begin_reading()  # before the bar, which moves by a thread
    with ExitStack() as during:
        stop = during.enter_context(stop_on_interrupt())
        bar = during.enter_context(progress(wanted=not quiet and not as_json))
        few = FEW_PRINTED if any(each.is_printed for each in wanted) else FEW
        pool = during.enter_context(pool_of(access, folder, workers, stop, few))
        if check:
            verdicts = runs.ahead(asked, pool=pool, progress=bar, remark=remark)
            raise typer.Exit(tell_ahead(verdicts, out, quiet=quiet, as_json=as_json, stop=stop))
        outcomes = runs.batch(
            asked,
            pool=pool,
            merged=merged,
            press=printing,
            signer=signing,
            progress=bar,
            remark=remark,
        )
        interrupted = _tell_each(outcomes, tally, tell_one)
    if not interrupted and not quiet and not as_json:
        summary(tally, out, tables=len(parquet.NAMES) * tables_too)
    if not quiet:
        tell_slips(tally)
    recalls(tally)
    no_longer_fits(tally)
    if interrupted:
        tell(interrupted)
    elif stop.is_set():
        tell(f"Stopped: {tally.participants} participants were done before.")
    raise typer.Exit(_exit_code(tally, stopped=stop.is_set(), interrupted=bool(interrupted)))


def _silent(_: str) -> None:
    """Who asked for silence is told of no remark."""


def _refuse_key_elsewhere(signing: object, access: Access | None) -> None:
    """A key is read by who prints, and must not be wanted on another machine."""
    if signing is not None and access is not None and not access.is_ours:
        raise UsageError(
            f"--key is given with --dask {access.address}; allowed: a key with the processes of "
            "this machine alone, which it must not leave."
        )


FEW, FEW_PRINTED = 500, 2
"""How many participants one process plans, or prints, before a second one has begun to help."""


def _tell_each(
    outcomes: Iterator[Outcome], tally: Tally, tell_one: Callable[[Outcome, Tally], None]
) -> str:
    """Tell each outcome; why there are no more, where the folder could not be written further."""
    try:
        for outcome in outcomes:
            tally.add(outcome)
            if outcome.written or outcome.kept:
                streams.note_written()
            tell_one(outcome, tally)
    except Interrupted as interrupted:
        return str(interrupted)
    except EnvironmentLacking as lost:
        if not tally.participants:
            raise
        return str(lost)
    return ""


def _exit_code(tally: Tally, *, stopped: bool, interrupted: bool) -> ExitCode:
    if stopped or (interrupted and tally.participants):
        return ExitCode.STOPPED
    return ExitCode.REFUSED if interrupted else tally.exit_code
