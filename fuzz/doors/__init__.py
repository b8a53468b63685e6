"""Every door, by its name."""

from fuzz.door import Door
from fuzz.doors.ods import ODS
from fuzz.doors.papers import PDF
from fuzz.doors.participants import PARTICIPANT, PROTOCOL
from fuzz.doors.records import LEDGER_LINES, PLAN
from fuzz.doors.requests import REQUESTS
from fuzz.doors.steps import STEPS
from fuzz.doors.tables import CSV, REDCAP, TSV, XLSX

DOORS: dict[str, Door] = {
    door.name: door
    for door in (
        *(PARTICIPANT, PROTOCOL, CSV, TSV, REDCAP, XLSX, ODS, PDF, PLAN, LEDGER_LINES, REQUESTS),
        STEPS,
    )
}
