"""The columns of `summary.csv` and `summary.xlsx`: one row a participant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from taper.planning.labels import Severity
from taper.record.ledger import Entry
from taper.record.past import said_of_past
from taper.record.plan_document import SHORT_ID


@dataclass(frozen=True, slots=True)
class SummaryColumn:
    """A column of a summary: its title, its value of a row, and how a sheet shows it."""

    title: str
    value: Callable[[Any], str | int | None]
    kind: str = "text"


def _baseline_drug(entry: Entry) -> str | None:
    return None if entry.kept.baseline is None else entry.kept.baseline.drug


def _baseline_mg(entry: Entry) -> str | None:
    return None if entry.kept.baseline is None else entry.kept.baseline.dose_mg


def severe(entry: Entry, severity: Severity) -> int:
    """How many findings of that severity a participant has."""
    return sum(finding.severity == severity for finding in entry.kept.findings)


def tablets_said(entry: Entry) -> str:
    """The tablets of a participant in a cell: `21 of prednisone 20 mg; 30 of prednisone 5 mg`."""
    return "; ".join(each.said for each in entry.kept.quantities)


def _findings(entry: Entry) -> str:
    return "; ".join(dict.fromkeys(finding.code for finding in entry.kept.findings))


def _replaced(entry: Entry) -> int | None:
    return entry.replaces.revision if entry.replaces else None


def _past(entry: Entry, part: str) -> str | None:
    """What a revision altered of the days that were past, as far as its ledger line says it."""
    said = (said_of_past(change) for change in entry.why)
    return next((each[part] for each in said if each is not None), None)


def why_said(entry: Entry) -> str:
    """Why a revision replaced the one before, in a cell."""
    return "; ".join(map(str, entry.why))


def columns(standing: Callable[[Entry], str]) -> tuple[SummaryColumn, ...]:
    """The columns, with what the last run found of each paper beside its state."""
    paper = SummaryColumn("paper", lambda entry: str(standing(entry)))
    return (*_WHAT, paper, *_PLAN)


_WHAT = (
    SummaryColumn("participant", lambda entry: entry.participant),
    SummaryColumn("revision", lambda entry: entry.revision, "number"),
    SummaryColumn("issued", lambda entry: entry.issued.isoformat(), "date"),
    SummaryColumn("plan", lambda entry: entry.plan_id[:SHORT_ID]),
    SummaryColumn("site", lambda entry: entry.kept.site),
    SummaryColumn("protocol", lambda entry: entry.kept.protocol),
    SummaryColumn("version", lambda entry: entry.kept.version),
    SummaryColumn("protocol_status", lambda entry: entry.status),
    SummaryColumn("state", lambda entry: entry.kept.state),
)
_PLAN = (
    SummaryColumn("provisional", lambda entry: "yes" if entry.provisional else "no"),
    SummaryColumn("baseline_drug", _baseline_drug),
    SummaryColumn("baseline_mg", _baseline_mg, "number"),
    SummaryColumn("drug", lambda entry: entry.kept.drug),
    SummaryColumn("taper_start", lambda entry: entry.kept.taper_start, "date"),
    SummaryColumn("target_reached", lambda entry: entry.kept.target_reached, "date"),
    SummaryColumn("last_day", lambda entry: entry.kept.last_day, "date"),
    SummaryColumn("steps", lambda entry: len(entry.kept.steps), "number"),
    SummaryColumn("cumulative_prednisone_mg", lambda entry: entry.kept.cumulative_mg, "number"),
    SummaryColumn("tablets", tablets_said),
    SummaryColumn("warnings", partial(severe, severity=Severity.WARNING), "number"),
    SummaryColumn("cautions", partial(severe, severity=Severity.CAUTION), "number"),
    SummaryColumn("findings", _findings),
    SummaryColumn("replaces", _replaced, "number"),
    SummaryColumn("why", why_said),
    SummaryColumn("past_days_altered", partial(_past, part="days"), "number"),
    SummaryColumn("past_first", partial(_past, part="first"), "date"),
    SummaryColumn("past_before", partial(_past, part="before")),
    SummaryColumn("past_after", partial(_past, part="after")),
)
