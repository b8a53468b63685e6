"""What a line of the ledger tells of a participant, as a row for whoever shows it."""

from __future__ import annotations

from taper.record.ledger import Entry, LineKind
from taper.record.plan_document import SHORT_ID
from taper.record.runs import Recalled
from taper.wording.layout import printable


def row_of(line: Entry | Recalled) -> tuple[str, str, str]:
    """The day, the plan, and what became of it then."""
    if isinstance(line, Recalled):
        return line.on.isoformat(), "", printable(f"back up to this revision, by {line.by}")
    return line.issued.isoformat(), line.plan_id[:SHORT_ID], printable(_became(line))


def _became(entry: Entry) -> str:
    if entry.kind is LineKind.FILES:
        return f"files: {', '.join(entry.wrote)}" if entry.wrote else "; ".join(map(str, entry.why))
    if entry.replaces is None:
        return "first calendar"
    since = entry.replaces.changed_from
    why = "; ".join(map(str, entry.why))
    return f"{why} (other from {since} on)" if since else why
