"""The columns of the summary: one row a participant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from taper.planning.plan import Severity
from taper.record.ledger import Entry
from taper.record.plan_document import SHORT_ID

Entries = Callable[[], Iterable[Entry]]
"""The current entry of each participant, by id; asked for as often as needed."""


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


def severe(entry: Entry, severity: Severity) -> int:
    """How many findings of that severity a participant has."""
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
    Column("warnings", partial(severe, severity=Severity.WARNING), "number"),
    Column("cautions", partial(severe, severity=Severity.CAUTION), "number"),
    Column("findings", _findings),
    Column("replaces", _replaced, "number"),
    Column("why", why_said),
)
