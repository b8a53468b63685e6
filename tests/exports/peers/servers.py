"""A plan as iCalendar on a server and in a program that others wrote, revised and withdrawn.

Radicale is given each revision in both ways in which calendars come to a server: as a whole, and
event by event, as a program does that imports a file. No day may say two doses. calcurse is the bad
case that docs/telephone.md speaks of: importing there only adds.
"""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.peers.people import for_patients
from exports.peers.places import PYTHON
from icalendar import Calendar

import taper
from taper.exports import ics
from taper.operations.programs.planned import computed_of
from taper.planning.plan import Plan
from taper.record.plan_document import plan_id

STARTS = 60
"""For how many tenths of a second a server may not answer yet."""
WHOLE, BY_EVENT = "as a whole", "event by event"
ASKING = {"Authorization": f"Basic {b64encode(b'site:site').decode()}"}
"""Anybody's name: the server asks nobody, and makes a place for who has one."""
FILE = {"Content-Type": "text/calendar; charset=utf-8"}
CALENDAR = (
    '<mkcol xmlns="DAV:"><set><prop><resourcetype><collection/>'
    '<C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/></resourcetype></prop></set></mkcol>'
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A revision as it was handed out on a day."""

    plan: Plan
    data: bytes
    day: date

    @property
    def doses(self) -> dict[date, str]:
        """What each day says, from the day of issue on."""
        return _doses(self.data)


def look() -> int:
    """0 where no day on the server says two doses, and the bad case is as it is documented."""
    revisions = list(_revisions())
    return max(_on_a_server(revisions), _imported_twice(revisions))


def _revisions() -> Iterator[Issued]:
    """A plan; one with other tablets that ends earlier; and one of somebody who withdrew."""
    whole = {
        "participant": "IIM-001",
        "protocol": "iimpact",
        "steroid": {"drug": "prednisone", "dose_mg": "20", "strengths": ["20", "5", "2.5", "1"]},
        "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
    }
    lower = {
        "type": "set-dose",
        "date": "2026-06-01",
        "dose_mg": "10",
        "days": "7",
        "reason": "ill",
    }
    withdrawn = {"type": "withdraw", "date": "2026-06-20", "reason": "ill"}
    told = [
        ("2026-05-14", []),
        ("2026-05-30", [lower]),
        ("2026-06-20", [lower, withdrawn]),
    ]
    earlier: set[date] = set()
    for number, (day, events) in enumerate(told, start=1):
        plan = for_patients(
            computed_of(taper.plan("iimpact", {**whole, "events": events}, today=day))
        )
        issued = date.fromisoformat(day)
        data = ics.calendar_of(
            plan, plan_id(plan), issued, sequence=number, earlier_days=sorted(earlier)
        )
        earlier |= {each.date for each in plan.days()}
        yield Issued(plan, data, issued)


# Radicale ---------------------------------------------------------------------------------------


def _on_a_server(revisions: Sequence[Issued]) -> int:
    wrong = []
    with TemporaryDirectory() as folder, _radicale(Path(folder)) as port:
        for way in (WHOLE, BY_EVENT):
            server = http.client.HTTPConnection("127.0.0.1", port)
            place = f"/site/{way.replace(' ', '-')}/"
            for number, revision in enumerate(revisions, start=1):
                _put(server, place, revision.data, way)
                found = _doses_of_days(_answer(server, "GET", place))
                wrong += _differing(
                    f"Radicale, {way}, revision {number}", found, revisions[:number]
                )
    for each in wrong:
        print(f"ics: {each}")
    told = f"{len(revisions)} revisions, the last withdrawn, each in 2 ways"
    print(f"ics: Radicale, {told}: {len(wrong)} days that say two doses or another one.")
    return 1 if wrong else 0


@contextmanager
def _radicale(folder: Path) -> Iterator[int]:
    """A server of its own on this machine alone, until it is not needed any more."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [str(PYTHON), "-m", "radicale", "--config", "", "--auth-type", "none"]
    words += ["--server-hosts", f"127.0.0.1:{port}", "--storage-filesystem-folder", str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(STARTS):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("Radicale does not answer.")


def _put(server: http.client.HTTPConnection, place: str, data: bytes, way: str) -> None:
    if way == WHOLE:
        _answer(server, "PUT", place, data)
        return
    _answer(server, "MKCOL", place, CALENDAR.encode(), allowed=(201, 405, 409))
    for event in Calendar.from_ical(data).walk("VEVENT"):
        alone = Calendar()
        alone.add("prodid", "-//a program that imports//")
        alone.add("version", "2.0")
        alone.add_component(event)
        _answer(server, "PUT", f"{place}{event['UID']}.ics", alone.to_ical())


def _answer(
    server: http.client.HTTPConnection,
    method: str,
    place: str,
    data: bytes = b"",
    allowed: Sequence[int] = (200, 201, 204),
) -> bytes:
    server.request(method, place, data, ASKING | (FILE if method == "PUT" else {}))
    answer = server.getresponse()
    said = answer.read()
    if answer.status not in allowed:
        raise SystemExit(f"Radicale answers {answer.status} to {method} {place}: {said[:200]!r}")
    return said


def _differing(where: str, found: dict[date, list[str]], told: Sequence[Issued]) -> Iterator[str]:
    """Each day with two doses, and each from the last day of issue on that is not the plan's."""
    last = told[-1]
    for day, said in sorted(found.items()):
        if len(said) > 1:
            yield f"{where}: {day} says {said}"
    ahead = {day: said[0] for day, said in found.items() if day >= last.day}
    if ahead != last.doses:
        yield f"{where}: {sorted(set(ahead.items()) ^ set(last.doses.items()))[:3]}"


def _doses(data: bytes) -> dict[date, str]:
    return {day: said[0] for day, said in _doses_of_days(data).items()}


def _doses_of_days(data: bytes) -> dict[date, list[str]]:
    """What is said of each day by events that hold."""
    found: dict[date, list[str]] = {}
    for event in Calendar.from_ical(data).walk("VEVENT"):
        if event["STATUS"] != "CANCELLED":
            found.setdefault(event["DTSTART"].dt, []).append(str(event["SUMMARY"]))
    return found


# calcurse ---------------------------------------------------------------------------------------


def _imported_twice(revisions: Sequence[Issued]) -> int:
    """How many days say two doses in a program that only adds: it is documented that some do."""
    if not shutil.which("calcurse"):
        print(
            "ics: calcurse is not here, the bad case was not looked at (apt-get install calcurse)."
        )
        return 0
    with TemporaryDirectory() as folder:
        for number, revision in enumerate(revisions, start=1):
            path = Path(folder, f"{number}.ics")
            path.write_bytes(revision.data)
            _calcurse(folder, "-i", str(path))
        last = revisions[-1].plan.last_day
        span = (last - revisions[0].day + timedelta(days=1)).days
        shown = _calcurse(
            folder, "-Q", "--from", f"{revisions[0].day:%m/%d/%Y}", "--days", str(span)
        )
    twice = sum(number > 1 for number in _events_a_day(shown).values())
    print(f"ics: calcurse, imported one after the other: {twice} days say two doses.")
    if not twice:
        print("ics: docs/telephone.md says that calcurse only adds, and it does not any more.")
    return 0 if twice else 1


def _calcurse(folder: str, *words: str) -> str:
    run = subprocess.run(
        ["calcurse", "-D", folder, "-q", *words], check=True, capture_output=True, text=True
    )
    return run.stdout


def _events_a_day(shown: str) -> Counter[str]:
    """How many events stand under each day."""
    day, found = "", Counter()
    for line in shown.splitlines():
        if line.endswith(":"):
            day = line
        elif line.startswith(" * "):
            found[day] += 1
    return found
