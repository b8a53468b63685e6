"""The files that are made of one plan: in which format, of which document, under which name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from taper.exports import text
from taper.paper import documents
from taper.paper.documents import Issue, Paper, Press, Unprinted
from taper.planning.plan import Part
from taper.record import plan_document
from taper.storage import files as writing
from taper.wording.layout import WIDTH, within


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
    def is_printed(self) -> bool:
        """Whether it is a printed document, which not every plan has."""
        return self in {Format.PDF, Format.HTML}


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
    issue: Issue | Unprinted, wanted: Iterable[Output], press: Press | None = None
) -> Iterator[tuple[Output, bytes]]:
    """What is wanted and can be made: a plan without steroid has nothing to print.

    PDFs are printed by `press`, in this process where none is given.
    """
    for each in that_exist(issue, wanted):
        yield each, _content(issue, each, press)


def that_exist(issue: Issue | Unprinted, wanted: Iterable[Output]) -> Iterator[Output]:
    """Those of the files that there can be of this plan."""
    for each in wanted:
        has_it = isinstance(issue, Issue) and documents.exists(issue, each.document)
        if has_it or not each.format.is_printed:
            yield each


def _content(issue: Issue | Unprinted, output: Output, press: Press | None) -> bytes:
    if isinstance(issue, Issue) and output.format.is_printed:
        return _printed(replace(issue, part=output.part), output, press)
    return _as_text(issue, output.format).encode()


def _as_text(issue: Issue | Unprinted, format: Format) -> str:
    if format is Format.TABLE:
        with within(WIDTH):  # a file's text, whatever screen is at hand
            return text.plan_text(issue.plan)
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
