"""Every golden case and 300 generated people as iCalendar, expanded by readers that others wrote.

Each is read in a zone far west and one far east, where a day that is a moment would be another
one. What each reader finds must be the days of the plan, one event each, and of an earlier plan's
days those that the plan has not, as cancelled.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.peers.people import generated, golden
from exports.peers.places import HERE, PYTHON

from taper.doses import dose
from taper.exports import ics
from taper.planning.plan import Plan
from taper.record.plan_document import plan_id

ZONES = ("America/Los_Angeles", "Pacific/Auckland")
READERS = (("node", "read_events.mjs"), (str(PYTHON), "read_events.py"))
LONGER = 3
"""How many days an earlier plan had that this one has not."""
NAMED = 10
"""How many of what is wrong are shown."""
Days = list[list[str]]
"""A day, its event's status and its title, each."""


def look() -> int:
    """0 where every reader finds the days of every plan, and each once."""
    plans = [*golden(), *generated()]
    expected = list(map(_days, plans))
    right: Counter[str] = Counter()
    wrong: list[str] = []
    with TemporaryDirectory() as folder:
        paths = [_written(plan, Path(folder, f"{n}.ics")) for n, plan in enumerate(plans)]
        ways = [(words, zone) for zone in ZONES for words in READERS]
        with ThreadPoolExecutor() as at_once:
            read = at_once.map(lambda way: list(_read(*way, paths)), ways)
        for (_, zone), said_of_all in zip(ways, read, strict=True):
            for path, days, found in zip(paths, expected, said_of_all, strict=True):
                for reader, said in found.items():
                    right[reader] += sorted(said) == days
                    if sorted(said) != days:
                        wrong.append(f"{reader}, {zone}, {path.stem}: {_differing(said, days)}")
    for each in wrong[:NAMED]:
        print(f"ics: {each}")
    for reader, number in right.items():
        print(f"ics: {reader} finds the days of {number} of {len(plans) * len(ZONES)}.")
    return 1 if wrong else 0


def _written(plan: Plan, path: Path) -> Path:
    gone = [plan.last_day + timedelta(days=n) for n in range(1, LONGER + 1)]
    path.write_bytes(
        ics.calendar_of(plan, plan_id(plan), plan.first_day, sequence=1, earlier_days=gone)
    )
    return path


def _days(plan: Plan) -> Days:
    """What a reader must find, said here again: not by what writes it."""
    named = f"plan {plan_id(plan)[:8]}"
    said = [
        [
            day.date.isoformat(),
            "CONFIRMED",
            f"{day.step.drug} {dose.text(day.dose_mg)} mg ({named})"
            if day.dose_mg
            else f"No {day.step.drug} today ({named})",
        ]
        for day in plan.days()
    ]
    gone = [
        [(plan.last_day + timedelta(days=n)).isoformat(), "CANCELLED", f"Replaced: see {named}"]
        for n in range(1, LONGER + 1)
    ]
    return said + gone


def _read(words: Sequence[str], zone: str, paths: Sequence[Path]) -> Iterator[dict[str, Days]]:
    program, script = words
    run = subprocess.run(
        [program, str(HERE / script), *map(str, paths)],
        env={**os.environ, "TZ": zone},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in run.stdout.splitlines():
        said = json.loads(line)
        del said["file"]
        yield said


def _differing(said: Days, days: Days) -> str:
    """The first days that are not alike."""
    found, expected = set(map(tuple, said)), set(map(tuple, days))
    return f"found {sorted(found - expected)[:2]}, expected {sorted(expected - found)[:2]}"
