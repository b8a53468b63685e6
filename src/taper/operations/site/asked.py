"""What a run over a whole site is asked: which source, which folder, which papers, as of which day.

A run and the look ahead at it are asked the same, and read the same source in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TypeVar

from taper.errors import UsageError
from taper.exports import parquet
from taper.exports.fhir import Style
from taper.folder.ledger_file import LedgerFile
from taper.folder.names import RESERVED
from taper.operations.plans import outputs
from taper.operations.plans.outputs import Output, Wishes
from taper.operations.plans.parts import AskedDays
from taper.pharmacy.terms import Terms, terms_from
from taper.record.forms import Format
from taper.sources import tables
from taper.sources.claims import Claimant, claims_of_files, of_row, participant_files
from taper.workers.pool import Pool

Thing = TypeVar("Thing")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""
Remark = Callable[[str], None]
"""Told of what is no refusal and is to be seen."""
Source = Path | tables.ParticipantRow
"""A participant's file, or a row of a table."""
_TOGETHER = 20
"""How many files are read together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run is asked.

    Of a table, `mapping` says what the fields of an export mean and `sheet` which one of a workbook
    is read. Of `days` there is a part beside each whole paper. `accepted` says who took back events
    or altered days that are past, and why; `tables_too` asks for Parquet tables of all plans.
    `earlier`: the day may lie before that of the folder's last run. `cards`: an emergency card goes
    with the papers of whom it is found to need one. `by` is who runs it, for the ledger. `terms`
    are those on which a pharmacy hands out, which papers and plans in JSON then count by. `style`
    is how medication requests are told; None where that is left to those that are there.
    """

    source: Path
    out: Path
    outputs: tuple[Output, ...]
    today: date
    mapping: Path | None = None
    sheet: str | None = None
    days: AskedDays | None = None
    accepted: str | None = None
    tables_too: bool = False
    earlier: bool = False
    cards: bool = True
    by: str = ""
    terms: Terms | None = None
    style: Style | None = None

    @property
    def is_table(self) -> bool:
        """Whether the source is a table, and no folder of files."""
        return tables.is_table(self.source)

    def read(self, remark: Remark) -> Sequence[Source]:
        """The files or rows of the source; raises `UsageError` or `Refusal` as a whole."""
        if not self.is_table:
            self._refuse_of_tables()
            return participant_files(self.source, remark, self.out)
        rows = tables.read(self.source, self.mapping, self.sheet)
        for said in rows[0].table.remarks if rows else ():
            remark(f"{rows[0].table.path.name}: {said}.")
        return rows

    def _refuse_of_tables(self) -> None:
        if self.mapping is not None:
            raise UsageError("--mapping is given with a folder; allowed: with a CSV or XLSX file.")
        if self.sheet is not None:
            raise UsageError("--sheet is given with a folder; allowed: with a workbook.")

    def refuse_what_cannot_be(self) -> None:
        """Raise where a library lacks, or the table would be written over."""
        if self.tables_too:
            parquet.refuse_without_library()
        is_reserved = self.source.name.casefold() in RESERVED
        if is_reserved and self.source.resolve().parent == self.out.resolve():
            raise UsageError(
                f"{self.source} would be written over; allowed: another --out or name."
            )

    def refuse_earlier_day(self, ledger: LedgerFile) -> None:
        """Raise for a day before that of the last run: its plans would replace newer ones."""
        newest = ledger.newest_day()
        if not self.earlier and newest is not None and self.today < newest:
            raise UsageError(
                f"--today is {self.today}, and the last run in {ledger.folder.path} was as of "
                f"{newest}; allowed: that day or a later one, or --allow-earlier-day where it is "
                "meant."
            )

    def outputs_with_former(self, ledger: LedgerFile) -> tuple[Output, ...]:
        """What is asked for now, and what was in any run before."""
        before = ledger.last_run.asked if ledger.last_run else ()
        more = (each for each in outputs.ALL if each.name("") in before)
        return (*self.outputs, *(each for each in more if each not in self.outputs))

    def terms_or_former(self, ledger: LedgerFile) -> Terms | None:
        """The terms of handing out that are said now, else those of the run before."""
        before = ledger.last_run.terms if ledger.last_run else None
        if self.terms is not None or before is None:
            return self.terms
        return terms_from(before)

    def wishes(self, ledger: LedgerFile, wanted: Iterable[Output]) -> Wishes:
        """What is wanted of the files for other systems, as those that are there were made.

        Raises `UsageError` for another style of requests than theirs: nobody would cancel them.
        """
        there = _style_there(ledger) if any(x.format is Format.FHIR for x in wanted) else None
        if self.style and there and self.style is not there:
            raise UsageError(
                f"--fhir-style is {self.style}, and the medication requests in "
                f"{ledger.folder.path} are {there}; allowed: {there}, or another folder, as no "
                "request of one style cancels those of the other."
            )
        return Wishes(requests=self.style or there or Style.SEQUENCE)


def _style_there(ledger: LedgerFile) -> Style | None:
    """The style of the medication requests in a folder, which is one; None where it has none."""
    marks = (
        mark
        for entry in (ledger.current() if ledger.participants else ())
        for name, mark in entry.files.items()
        if name.endswith(f".{Format.FHIR}")
    )
    return next((Style(mark.style or Style.SEQUENCE) for mark in marks), None)


def claims(paths: Sequence[Source], pool: Pool, progress: Progress) -> list[Claimant]:
    """Who claims which id; what a row says was read already, and need not travel for it."""
    files = [path for path in paths if isinstance(path, Path)]
    rows = (of_row(row) for row in paths if not isinstance(row, Path))
    of_files = pool.in_groups(claims_of_files, files, _TOGETHER)
    return list(watched(chain(of_files, rows), "reading", len(paths), progress))


def watched(things: Iterator[Thing], doing: str, total: int, progress: Progress) -> Iterator[Thing]:
    """The same things, each told as done."""
    progress(doing, 0, total)
    for done, thing in enumerate(things, start=1):
        progress(doing, done, total)
        yield thing
