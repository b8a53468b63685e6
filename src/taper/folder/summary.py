"""What is said of all participants of an output folder at once, from the ledger's entries alone.

A table to read and one to calculate with, the tablets to order for the site, a page to look
through, and one PDF for the printer. Each is written row by row, so that a site of ten thousand
needs no more memory than one of ten; the PDF alone is held whole.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from taper.doses import dose
from taper.exports import parquet
from taper.folder import merged_pdf
from taper.paper.documents import BETWEEN
from taper.planning.plan import Plan, Severity
from taper.record import kept
from taper.record.ledger import Entry
from taper.record.plan_document import SHORT_ID
from taper.wording.cells import neutral

SUMMARY_CSV, SUMMARY_XLSX, INDEX = "summary.csv", "summary.xlsx", "index.html"
TABLETS_CSV, MERGED = "tablets.csv", merged_pdf.NAME
DERIVED = (SUMMARY_CSV, SUMMARY_XLSX, TABLETS_CSV, INDEX, MERGED, *parquet.NAMES)
"""The files that follow from the ledger alone."""
MOST_LISTED = 100_000
"""The most participants that a page and a workbook list: no browser opens more, and no
spreadsheet has rows for a million."""

_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook knows no zone
_UNIX, _FOR_ITS_OWNER = 3, 0o600 << 16

Entries = Callable[[], Iterable[Entry]]
"""The current entry of each participant, by id; asked for as often as needed."""


# A participant's row --------------------------------------------------------------------------


def row_of(plan: Plan) -> dict[str, Any]:
    """What the ledger keeps of a plan for the summaries, as JSON."""
    return {
        "site": plan.contact_site,
        "protocol": [plan.protocol.id, plan.protocol.version],
        "state": plan.state.value,
        "drug": plan.drug,
        "baseline": plan.baseline and [plan.baseline.drug, dose.text(plan.baseline.dose_mg)],
        "taper_start": plan.taper_start and plan.taper_start.isoformat(),
        "target_reached": plan.target_reached and plan.target_reached.isoformat(),
        "last_day": plan.last_day and plan.last_day.isoformat(),
        "steps": len(plan.steps),
        "cumulative_mg": dose.text(_cumulative(plan)),
        "quantities": [[q.drug, dose.text(q.strength_mg), q.tablets] for q in plan.quantities],
        "findings": [[finding.severity.value, finding.code] for finding in plan.findings],
        kept.KEY: kept.kept_of(plan),
    }


def _cumulative(plan: Plan) -> Fraction:
    """The sum over all printed days, mg prednisone-equivalent."""
    mg = none = Fraction(0)
    for step in plan.steps:
        rounds, rest = divmod(step.days, len(step.daily_mg))
        taken = rounds * sum(step.daily_mg, none) + sum(step.daily_mg[:rest], none)
        mg += plan.prednisone_equivalent(taken, step.drug)
    return mg


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the summary: its title, its value, and how a sheet shows it."""

    title: str
    value: Callable[[Entry], str | int | None]
    kind: str = "text"


def _row(key: str) -> Callable[[Entry], Any]:
    return lambda entry: entry.row[key]


def _baseline(entry: Entry, place: int) -> str | None:
    baseline = entry.row["baseline"]
    return baseline and str(baseline[place])


def _severe(entry: Entry, severity: Severity) -> int:
    return sum(level == severity for level, _ in entry.row["findings"])


def tablets_said(entry: Entry) -> str:
    """The tablets of a participant in a cell: `21 of prednisone 20 mg; 30 of prednisone 5 mg`."""
    return "; ".join(f"{n} of {drug} {mg} mg" for drug, mg, n in entry.row["quantities"])


def _findings(entry: Entry) -> str:
    return "; ".join(dict.fromkeys(code for _, code in entry.row["findings"]))


def _replaced(entry: Entry) -> int | None:
    return entry.replaces.revision if entry.replaces else None


def why_said(entry: Entry) -> str:
    """Why a revision replaced the one before, in a cell."""
    return "; ".join(map(str, entry.why))


COLUMNS = (
    Column("participant", lambda entry: entry.participant),
    Column("revision", lambda entry: entry.revision, "number"),
    Column("issued", lambda entry: entry.issued.isoformat(), "date"),
    Column("plan", lambda entry: entry.plan_id[:SHORT_ID]),
    Column("site", _row("site")),
    Column("protocol", lambda entry: entry.row["protocol"][0]),
    Column("version", lambda entry: entry.row["protocol"][1]),
    Column("protocol_status", lambda entry: entry.status),
    Column("state", _row("state")),
    Column("provisional", lambda entry: "yes" if entry.provisional else "no"),
    Column("baseline_drug", lambda entry: _baseline(entry, 0)),
    Column("baseline_mg", lambda entry: _baseline(entry, 1), "number"),
    Column("drug", _row("drug")),
    Column("taper_start", _row("taper_start"), "date"),
    Column("target_reached", _row("target_reached"), "date"),
    Column("last_day", _row("last_day"), "date"),
    Column("steps", _row("steps"), "number"),
    Column("cumulative_prednisone_mg", _row("cumulative_mg"), "number"),
    Column("tablets", tablets_said),
    Column("warnings", partial(_severe, severity=Severity.WARNING), "number"),
    Column("cautions", partial(_severe, severity=Severity.CAUTION), "number"),
    Column("findings", _findings),
    Column("replaces", _replaced, "number"),
    Column("why", why_said),
)


# Tablets to order -----------------------------------------------------------------------------

TABLET_COLUMNS = ("site", "drug", "strength_mg", "tablets", "of_these_provisional", "participants")


@dataclass(frozen=True, slots=True)
class TabletsToOrder:
    """How many tablets of a strength a site needs for every printed day, and for how many."""

    site: str
    drug: str
    strength_mg: str
    tablets: int
    provisional: int
    participants: int

    @property
    def cells(self) -> tuple[str | int, ...]:
        """In the order of `TABLET_COLUMNS`."""
        return (
            self.site,
            self.drug,
            self.strength_mg,
            self.tablets,
            self.provisional,
            self.participants,
        )


def to_order(entries: Iterable[Entry]) -> list[TabletsToOrder]:
    """The tablets of all entries, by site and drug, the larger strengths first."""
    tablets: Counter[tuple[str, str, str]] = Counter()
    provisional: Counter[tuple[str, str, str]] = Counter()
    participants: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        for drug, mg, count in entry.row["quantities"]:
            key = (entry.row["site"] or "", drug, mg)
            tablets[key] += count
            provisional[key] += count * entry.provisional
            participants[key] += 1
    keys = sorted(tablets, key=lambda key: (key[0], key[1], -Fraction(key[2])))
    return [TabletsToOrder(*key, tablets[key], provisional[key], participants[key]) for key in keys]


# Files ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the summaries, and of how many participants they are."""

    merged: bool = False
    parquet: bool = False
    participants: int = 0


Writers = Mapping[str, Callable[[BinaryIO, Entries], None]]


def writers(folder: Path, wanted: Wanted) -> Writers:
    """What writes each of the derived files, by name."""
    made: Writers = {SUMMARY_CSV: summary_csv, TABLETS_CSV: tablets_csv}
    if wanted.participants <= MOST_LISTED:
        made = {**made, SUMMARY_XLSX: summary_xlsx, INDEX: index_html}
    if wanted.merged:
        made = {**made, MERGED: partial(merged_pdf.write, folder)}
    return {**made, **parquet.writers()} if wanted.parquet else made


def summary_csv(out: BinaryIO, entries: Entries) -> None:
    """A row a participant."""
    rows = ([column.value(entry) for column in COLUMNS] for entry in entries())
    _csv(out, [column.title for column in COLUMNS], rows)


def tablets_csv(out: BinaryIO, entries: Entries) -> None:
    """A row for each site, drug and strength."""
    _csv(out, TABLET_COLUMNS, (order.cells for order in to_order(entries())))


def _csv(out: BinaryIO, titles: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    text.detach()


def _harmless(cell: str | int | None) -> str | int | None:
    return neutral(cell) if isinstance(cell, str) else cell


def summary_xlsx(out: BinaryIO, entries: Entries) -> None:
    """The same as a workbook: participants, and the tablets to order."""
    import xlsxwriter

    whole = io.BytesIO()  # a few bytes a row once it is packed; the rows themselves are not kept
    book = xlsxwriter.Workbook(
        whole,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # Nothing of the file may tell when or by whom it was made: the same rows, the same bytes.
    book.set_properties({"created": _EPOCH, "author": "", "title": "taper"})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "title": book.add_format({"bold": True, "bottom": 1}),
    }
    participants = book.add_worksheet("Participants")
    _titles(participants, [column.title for column in COLUMNS], formats)
    for i, entry in enumerate(entries(), start=1):
        for j, column in enumerate(COLUMNS):
            _cell(participants, i, j, column.value(entry), column.kind, formats)
    tablets = book.add_worksheet("Tablets to order")
    _titles(tablets, TABLET_COLUMNS, formats)
    for i, order in enumerate(to_order(entries()), start=1):
        for j, cell in enumerate(order.cells):
            _cell(tablets, i, j, cell, "text" if j < 2 else "number", formats)
    book.close()
    out.write(_repacked(whole))


def _repacked(book: BinaryIO) -> bytes:
    """The same workbook without what its temporary files had from this user and machine."""
    packed = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system, part.external_attr = _UNIX, _FOR_ITS_OWNER
            with old.open(name) as source, new.open(part, "w") as target:
                shutil.copyfileobj(source, target)
    return packed.getvalue()


def _titles(sheet: Any, titles: Sequence[str], formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    for j, title in enumerate(titles):
        sheet.set_column(j, j, max(len(title), 11) + 1)
        sheet.write_string(0, j, title, formats["title"])


def _cell(
    sheet: Any, i: int, j: int, value: str | int | None, kind: str, formats: Mapping[str, Any]
) -> None:
    """A cell by its kind, never guessed: an id such as 001 stays what it is."""
    if value is None or value == "":
        return
    if kind == "date":
        sheet.write_datetime(i, j, date.fromisoformat(str(value)), formats["date"])
    elif kind == "number":
        sheet.write_number(i, j, Fraction(value))
    else:
        sheet.write_string(i, j, str(value))


def index_html(out: BinaryIO, entries: Entries) -> None:
    """The page to look through the files."""
    from taper.paper.pages.environment import environment

    template = environment("en_US").get_template("batch/index.html")
    parts = template.generate(
        entries=map(_shown, entries()),
        orders=to_order(entries()),
        protocols=_protocols(entries()),
    )
    for part in parts:
        out.write(part.encode())


def _shown(entry: Entry) -> Mapping[str, Any]:
    """An entry as the page shows it."""
    return {
        "participant": entry.participant,
        "files": [(_called(name, entry.participant), name) for name in sorted(entry.files)],
        "revision": entry.revision,
        "issued": entry.issued.isoformat(),
        "plan": entry.plan_id[:SHORT_ID],
        "state": entry.row["state"],
        "provisional": entry.provisional,
        "start": entry.row["taper_start"] or "",
        "target": entry.row["target_reached"] or "",
        "warnings": _severe(entry, Severity.WARNING),
        "replaces": entry.replaces and entry.replaces.revision,
        "why": why_said(entry),
    }


def _called(name: str, participant: str) -> str:
    """What a file is called beside its participant: `pdf`, `wallet.pdf`."""
    return name.removeprefix(participant).lstrip(f".{BETWEEN}")


def _protocols(entries: Iterable[Entry]) -> list[tuple[str, str, str, int]]:
    """The protocols in use: id, version, status, and by how many."""
    counts = Counter((*entry.row["protocol"], entry.status) for entry in entries)
    return [(*protocol, count) for protocol, count in sorted(counts.items())]
