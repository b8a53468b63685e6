"""Lists the days of iCalendar files by readers that the authors of taper did not write.

`python read_events.py FILE...`, with what requirements.lock names, prints a line of JSON a file
with what each of them finds. A day is one of the time zone that this process has (TZ).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

ZONE = ZoneInfo(os.environ["TZ"])
ONE_DAY = timedelta(days=1)
Found = tuple[str, str, str]
"""A day, the event's status and its title."""


def main() -> None:
    for name in sys.argv[1:]:
        text = Path(name).read_text(encoding="utf-8")
        found = {reader: list(read(text)) for reader, read in READERS.items()}
        print(json.dumps({"file": name, **found}))


def _by_recurring(text: str) -> Iterator[Found]:
    """Expanded over every day that there can be, as an agenda asks for them."""
    calendar = icalendar.Calendar.from_ical(text)
    for event in recurring_ical_events.of(calendar).between((1990, 1, 1), (2100, 1, 1)):
        for day in _days(event["DTSTART"].dt, event["DTEND"].dt):
            yield day, str(event["STATUS"]), str(event["SUMMARY"])


def _by_ical(text: str) -> Iterator[Found]:
    calendar = IcsCalendarStream.calendar_from_ics(text)
    for event in calendar.timeline_tz(ZONE):
        for day in _days(event.dtstart, event.dtend):
            yield day, event.status.value, str(event.summary)


def _days(start: date, end: date) -> Iterator[str]:
    """Each local day that an event touches, as a calendar draws it."""
    first, behind = _local(start), _local(end)
    for number in range((behind - first).days):
        yield (first + number * ONE_DAY).isoformat()


def _local(moment: date) -> date:
    return moment.astimezone(ZONE).date() if isinstance(moment, datetime) else moment


READERS: Mapping[str, Callable[[str], Iterator[Found]]] = {
    "recurring-ical-events": _by_recurring,
    "ical": _by_ical,
}

if __name__ == "__main__":
    main()
