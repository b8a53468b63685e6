"""Every door, by its name."""

from fuzz.door import Door
from fuzz.doors.papers import PDF
from fuzz.doors.participants import PARTICIPANT, PROTOCOL
from fuzz.doors.records import LEDGER_LINES, PLAN
from fuzz.doors.tables import CSV, REDCAP, XLSX

DOORS: dict[str, Door] = {
    door.name: door for door in (PARTICIPANT, PROTOCOL, CSV, REDCAP, XLSX, PDF, PLAN, LEDGER_LINES)
}
