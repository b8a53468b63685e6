"""What `taper read-fhir` shows: a row for days on which the same is taken, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from taper.doses import dose
from taper.sources.fhir import Contradiction, DatedDose, Schedule
from taper.wording.layout import printable, table, wrapped
from taper.wording.severity import MOST_URGENT_FIRST


def schedule_text(schedule: Schedule) -> str:
    """The days as runs of one dose, then every contradiction, the most urgent first."""
    return printable(f"{runs_text(schedule)}\n{found_text(schedule.contradictions)}")


def runs_text(schedule: Schedule) -> str:
    """A row for days on which the same is taken."""
    rows = [_row(run) for run in schedule.runs()]
    heading = ["From", "To", "Days", "Drug", "A day"]
    return table(heading, rows, right=["Days"], whole=heading) if rows else "No day is listed.\n"


def found_text(contradictions: Iterable[Contradiction]) -> str:
    """What contradicts, the most urgent first."""
    found = "\n".join(map(_found, _ordered(contradictions)))
    return f"{found or 'Nothing in it contradicts.'}\n"


def _ordered(found: Iterable[Contradiction]) -> list[Contradiction]:
    return sorted(found, key=lambda each: MOST_URGENT_FIRST.index(each.severity))


def _found(each: Contradiction) -> str:
    return wrapped(f"{each.code}: {each.text}", f"{each.severity.upper():<9}")


def _row(run: Sequence[DatedDose]) -> list[str]:
    first, last = run[0], run[-1]
    mg = f"{dose.text(first.dose_mg)} mg"
    return [_when(first), _when(last), str(len(run)), first.drug, mg]


def _when(day: DatedDose) -> str:
    return f"day {day.day}" if day.date is None else day.date.isoformat()
