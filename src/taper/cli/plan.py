"""`taper plan`: one participant's file to a table, JSON, a calendar or another document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper.cli import streams
from taper.cli.options.days import Since, Until, Weeks, asked_days, refuse_no_days
from taper.cli.options.events import Discreet, Reminder, events
from taper.cli.options.formats import Formats, Out, Xpt, formats, with_transport
from taper.cli.options.papers import (
    Diary,
    Earlier,
    NoCard,
    Papers,
    PrintMemory,
    PrintSeconds,
    Sheet,
    paper,
    papers,
    press,
    refuse_no_printed,
    replaced_plan,
    usual_format,
)
from taper.cli.options.past import AcceptPast, accepted
from taper.cli.options.pharmacy import (
    DiscardHalves,
    Dispense,
    Packs,
    SpareDays,
    tell_what_is_unused,
)
from taper.cli.options.planning import Protocol, Regimen, Today, day
from taper.cli.options.requests import FhirStyle, requests
from taper.cli.options.signing import Key, signer
from taper.cli.speech import put_text, tell
from taper.errors import ExitCode, TaperError, UsageError
from taper.exports import handed_out, redcap
from taper.exports.text import findings_text, plan_text
from taper.operations.pharmacy.handing_out import terms_of
from taper.operations.plans import outputs
from taper.operations.plans.one import plan_file
from taper.operations.plans.outputs import Output
from taper.operations.verifying.overwritten import other_forms
from taper.paper.documents import TITLES, Issue, Paper, Unprinted
from taper.pharmacy.terms import Terms
from taper.planning.plan import Plan, Planned
from taper.record import changes, earlier
from taper.record.forms import Format


def plan(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A participant's YAML file.")],
    protocol: Protocol = None,
    regimen: Regimen = None,
    document: Papers = None,
    diary: Diary = False,
    no_card: NoCard = False,
    sheet: Sheet = None,
    since: Since = None,
    until: Until = None,
    weeks: Weeks = None,
    replaces: Earlier = None,
    accept_past: AcceptPast = None,
    every: Dispense = None,
    spare_days: SpareDays = None,
    packs: Packs = None,
    discard_halves: DiscardHalves = False,
    print_seconds: PrintSeconds = None,
    print_memory: PrintMemory = None,
    key: Key = None,
    reminder: Reminder = None,
    discreet: Discreet = False,
    fhir_style: FhirStyle = None,
    today: Today = None,
    format: Formats = None,
    xpt: Xpt = False,
    out: Out = None,
) -> None:
    """Plan one participant.

    Without --format a table of the steps and the findings is shown, or a PDF written of each
    --document. One text format (all but pdf and xlsx) is shown too unless --out is given; a PDF or
    workbook is written to the --out folder or here.
    """
    chosen = papers(document, diary=diary)
    wanted = with_transport(formats(format, usual_format(chosen, document)), xpt=xpt)
    asked = outputs.chosen(wanted, chosen)
    _refuse_two_texts(asked, out)
    refuse_no_printed(chosen, wanted)
    printing = press(print_seconds, print_memory, wanted)
    wishes = outputs.Wishes(events(reminder, discreet, wanted), requests(fhir_style, wanted))
    size, old = paper(sheet, wanted), replaced_plan(chosen, replaces)
    as_of, signing = day(today), signer(key, out or Path())
    days = asked_days(since, until, weeks, as_of)
    refuse_no_days(days, chosen, wanted)
    terms = terms_of(every, spare_days, packs, discard_halves=discard_halves)
    planned = plan_file(path, today=as_of, protocol=protocol, beside=Path(), regimen=regimen)
    replaced = earlier.replaced_by(planned, old) if old else None
    if old:
        planned = earlier.with_past(planned, old, as_of, accepted(accept_past))
    issue = (
        Issue.of(planned, as_of, terms, replaced, paper=size, signer=signing)
        if isinstance(planned, Plan)
        else Unprinted.of(planned, terms)
    )
    if old and isinstance(issue, Issue):
        issue = replace(issue, earlier=changes.steps_of(old))
    if days is not None and isinstance(planned, Plan):
        asked = outputs.printed_in_part(asked, days.part_of(planned))
    asked = asked if no_card else outputs.with_emergency_card(planned, asked)
    made = dict(outputs.made(issue, asked, printing, wishes))
    if terms is not None:
        tell_what_is_unused(terms, [planned])
    is_whole = _say_what_there_is_not(planned, as_of, asked, made)
    shown = {each: data for each, data in made.items() if each.format.is_text and out is None}
    kept = {each: made[each] for each in made if each not in shown}
    _write(issue, kept, out or Path())
    for each, data in shown.items():
        put_text(_on_screen(each, data, planned, terms))
    if not shown and planned.findings:  # what is shown has them
        tell(findings_text(planned.findings).rstrip())
    raise typer.Exit(ExitCode.WRITTEN if is_whole else ExitCode.SOME_REFUSED)


def _on_screen(output: Output, data: bytes, planned: Planned, terms: Terms | None) -> str:
    """What a file would say, as wide as the screen where it is a table."""
    if output.format is not Format.TABLE:
        return data.decode()
    return plan_text(planned) + handed_out.below(planned, terms)


def _write(issue: Issue | Unprinted, made: Mapping[Output, bytes], folder: Path) -> None:
    """Write every file, and say which takes the place of one of another form."""
    notes = list(other_forms(issue, made, folder)) if isinstance(issue, Issue) else []
    contents = {each.name(issue.plan.participant): made[each] for each in made}
    for written in outputs.write(contents, folder):
        streams.note_written()
        tell(f"Wrote {written}")
    if any(each.format is Format.REDCAP for each in made):
        tell(redcap.FIRST)
    for note in notes:
        tell(note)


def _refuse_two_texts(asked: tuple[Output, ...], out: Path | None) -> None:
    texts = [each for each in asked if each.format.is_text]
    if len(texts) > 1 and out is None:
        said = " and ".join(dict.fromkeys(each.format for each in texts))
        raise UsageError(
            f"--format is {said}; allowed: one text format of one document, or a folder to write "
            "them to with --out."
        )


def _say_what_there_is_not(
    planned: Planned, issued: date, asked: tuple[Output, ...], made: dict[Output, bytes]
) -> bool:
    """Say it, and whether no form was refused beside others; refused where nothing was made."""
    lacking = [each for each in asked if each not in made]
    refused = [str(each) for each in outputs.refusals(planned, issued, lacking)]
    others = [each for each in lacking if outputs.refusal(planned, issued, each) is None]
    none = [_why_not(planned, document) for document in dict.fromkeys(x.document for x in others)]
    sentences = [*none, *refused]
    if not made:
        raise TaperError("\n".join(sentences))
    for sentence in sentences:
        tell(sentence)
    return not refused


def _why_not(planned: Planned, document: Paper) -> str:
    what = TITLES[document]
    if isinstance(planned, Plan):
        return f"{planned.participant} takes the same as before on every day: there is no {what}."
    return f"{planned.participant} takes no steroid: there is no {what} to write."
