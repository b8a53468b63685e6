"""The files that are made of one plan: in which format, of which document, under which name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from taper.errors import Ground, Refusal
from taper.exports import csv, fhir, handed_out, ics, redcap, sig, text, xlsx
from taper.exports.cdisc import domains
from taper.exports.cdisc.dataset import Dataset
from taper.exports.cdisc.dataset_json import as_json
from taper.exports.cdisc.define import define_of
from taper.exports.cdisc.given import Subject
from taper.exports.cdisc.transport import as_transport
from taper.paper import documents
from taper.paper.documents import Issue, Paper, Press, Unprinted
from taper.planning.labels import EMERGENCY_CARD
from taper.planning.plan import Part, Plan, Planned
from taper.record import plan_document
from taper.record.forms import Format
from taper.storage import files as writing
from taper.wording.layout import WIDTH, within


@dataclass(frozen=True, slots=True)
class Output:
    """One file of a plan; a `document`, and a `part` of its days, are of the printed formats."""

    format: Format
    document: Paper = Paper.CALENDAR
    part: Part | None = None

    def name(self, participant: str) -> str:
        """What the file of a participant is called."""
        since = None if self.part is None else self.part.first
        return f"{documents.stem(participant, self.document, since)}.{self.format}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants of the files for other systems, beside what the plan says."""

    events: ics.Wishes = field(default_factory=ics.Wishes)
    requests: fhir.Style = fhir.Style.SEQUENCE

    def style_of(self, output: Output) -> str:
        """How that file says the days, as a ledger remembers it; empty for the usual way."""
        is_other = output.format is Format.FHIR and self.requests is not USUAL.requests
        return self.requests.value if is_other else ""


USUAL = Wishes()


def chosen(formats: Iterable[Format], papers: Iterable[Paper]) -> tuple[Output, ...]:
    """Each document in each printed format, and the plan in the others."""
    every = tuple(dict.fromkeys(papers))
    wanted = (
        Output(each, document)
        for each in formats
        for document in (every if each.is_printed else (Paper.CALENDAR,))
    )
    return tuple(dict.fromkeys(wanted))


ALL = chosen(Format, Paper)
"""Every file that there can be of a whole plan."""


def with_emergency_card(plan: Planned, wanted: Iterable[Output]) -> tuple[Output, ...]:
    """The same, and an emergency card beside a PDF of days where one is found to be carried."""
    asked = tuple(wanted)
    is_found = any(found.code == EMERGENCY_CARD for found in plan.findings)
    lists_days = any(x.format is Format.PDF and x.document.lists_days for x in asked)
    more = (Output(Format.PDF, Paper.EMERGENCY),) if is_found and lists_days else ()
    return tuple(dict.fromkeys((*asked, *more)))


def printed_in_part(outputs: Iterable[Output], part: Part) -> tuple[Output, ...]:
    """What is printed with those days alone, whatever else is made with all of them."""
    return tuple(replace(each, part=part) if each.format.is_printed else each for each in outputs)


def in_part(outputs: Iterable[Output], part: Part) -> tuple[Output, ...]:
    """The same files of some days alone, of whatever can be printed so."""
    return tuple(
        replace(each, part=part)
        for each in outputs
        if each.format.is_printed and each.document.has_part
    )


def made(
    issue: Issue | Unprinted,
    wanted: Iterable[Output],
    press: Press | None = None,
    wishes: Wishes = USUAL,
) -> Iterator[tuple[Output, bytes]]:
    """What is wanted and can be made: a plan without steroid has nothing to print.

    PDFs are printed by `press`, in this process where none is given.
    """
    for each in that_exist(issue, wanted):
        yield each, _content(issue, each, press, wishes)


def that_exist(issue: Issue | Unprinted, wanted: Iterable[Output]) -> Iterator[Output]:
    """Those of the files that there can be of this plan."""
    return (each for each in wanted if _exists(issue, each))


def _exists(issue: Issue | Unprinted, output: Output) -> bool:
    if not output.format.needs_days:
        return True
    if not isinstance(issue, Issue):
        return False
    if output.format.is_printed:
        return documents.exists(issue, output.document)
    return refusal(issue.plan, issue.issued, output, issue.earlier_days) is None


def refusal(
    plan: Planned, issued: date, output: Output, earlier_days: Sequence[date] = ()
) -> Refusal | None:
    """Why that file is refused of a plan that has days: no patient may act by the plan."""
    refuse = _REFUSALS.get(output.format)
    return refuse(plan, issued, earlier_days) if refuse and isinstance(plan, Plan) else None


def refusals(
    plan: Planned, issued: date, wanted: Iterable[Output], earlier_days: Sequence[date] = ()
) -> tuple[Ground, ...]:
    """The same of all that are wanted."""
    refused = (refusal(plan, issued, each, earlier_days) for each in wanted)
    return tuple(ground for each in refused if each for ground in each.grounds)


def _content(
    issue: Issue | Unprinted, output: Output, press: Press | None, wishes: Wishes
) -> bytes:
    if isinstance(issue, Issue) and output.format.needs_days:
        if output.format.is_printed:
            return _printed(replace(issue, part=output.part), output, press)
        return WRITERS[output.format](issue, wishes)
    return _as_text(issue, output.format).encode()


def _as_events(issue: Issue, wishes: Wishes) -> bytes:
    return ics.calendar_of(
        issue.plan,
        issue.plan_id,
        issue.issued,
        sequence=_sequence(issue),
        earlier_days=issue.earlier_days,
        wishes=wishes.events,
    )


def _as_requests(issue: Issue, wishes: Wishes) -> bytes:
    return fhir.bundle_of(
        issue.plan, issue.plan_id, issue.issued, style=wishes.requests, earlier=issue.earlier
    )


def _as_exposure(issue: Issue) -> Dataset:
    return domains.planned(Subject(issue.plan, issue.plan_id))


def _as_dataset_json(issue: Issue, _: Wishes) -> bytes:
    dataset, define = _as_exposure(issue), Output(Format.DEFINE).name(issue.plan.participant)
    return as_json(dataset, issue.plan.protocols[0].id, issue.issued, define)


def _as_define(issue: Issue, _: Wishes) -> bytes:
    study, prefix = issue.plan.protocols[0].id, f"{issue.plan.participant}."
    return define_of([_as_exposure(issue)], study, issue.issued, prefix)


def _sequence(issue: Issue) -> int:
    """The number of the revision; outside a batch one more than that of the plan before."""
    if issue.plan.revision is not None or issue.replaces is None:
        return issue.plan.revision or 0
    return (issue.replaces.revision or 0) + 1


WRITERS: Mapping[Format, Callable[[Issue, Wishes], bytes]] = {
    Format.ICS: _as_events,
    Format.DAYS: lambda issue, _: csv.days_table(issue.plan, issue.plan_document),
    Format.STEPS: lambda issue, _: csv.steps_table(issue.plan, issue.plan_document),
    Format.FHIR: _as_requests,
    Format.XLSX: lambda issue, _: xlsx.workbook_of(issue.plan, issue.plan_id, issue.issued),
    Format.REDCAP: lambda issue, _: redcap.rows_of(
        issue.plan, issue.plan_id, issue.issued, issue.earlier
    ),
    Format.EC: _as_dataset_json,
    Format.DEFINE: _as_define,
    Format.EC_XPT: lambda issue, _: as_transport(_as_exposure(issue), issue.issued),
    Format.SIG: lambda issue, _: sig.file_of(issue.plan, issue.plan_id, issue.issued).encode(),
}
"""Who writes each form that another program reads."""
_REFUSALS: Mapping[Format, Callable[[Plan, date, Sequence[date]], Refusal | None]] = {
    Format.ICS: ics.refusal,
    Format.SIG: lambda plan, issued, _: sig.refusal(plan, issued),
}
"""Who says of a form, a day of issue and the days of earlier plans, that there is none."""


def _as_text(issue: Issue | Unprinted, format: Format) -> str:
    if format is Format.TABLE:
        with within(WIDTH):  # a file's text, whatever screen is at hand
            return text.plan_text(issue.plan) + handed_out.below(issue.plan, issue.terms)
    added = documents.dispensed(issue.plan, issue.terms)
    return plan_document.text_of({**issue.plan_document, **added})


def _printed(issue: Issue, output: Output, press: Press | None) -> bytes:
    if output.format is Format.PDF:
        return documents.as_pdf(issue, output.document, press)
    return documents.as_page(issue, output.document).encode()


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write every file, by its name, into `folder`, or none of them; where they are.

    A file that a batch answers for is not written over: its ledger would no longer be right.
    """
    contents = {folder / name: data for name, data in files.items()}
    if contents:
        from taper.folder.ledger_file import refuse_kept  # who is only shown a plan needs no folder

        refuse_kept(contents)
        writing.make_folder(folder)
        writing.write_all(contents)
    return list(contents)
