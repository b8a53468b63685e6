"""An event written into a participant's file, and what it does to the calendar.

Only the lines of the event are new: every comment, space and line ending that a person typed
stays, because the text is cut at the places that the YAML reader names and never laid out again.
What came of it is read again, and kept only if it says what was said before and the event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from taper import sources
from taper.confined.reading import apart
from taper.errors import Refusal
from taper.operations import outputs
from taper.operations.outputs import Format
from taper.operations.plan import plan_of
from taper.paper.documents import Issue, Paper, Press
from taper.planning.plan import NotTapering, Plan
from taper.record import past, plan_document
from taper.record.changes import Replaced
from taper.record.earlier import replaced_by
from taper.record.kept import Kept
from taper.record.past import Altered
from taper.sources.raw import bytes_of
from taper.sources.usual_case import usual_case
from taper.sources.yaml_event import Fields, with_event, with_remark
from taper.storage import files, lock
from taper.storage.open_folder import OpenFolder
from taper.storage.reasons import said_of

BACKUP_SUFFIX = ".bak"
"""No ending of a participant's file, so that a batch passes by."""
CLOSED_BY = {"flare": "resolved", "hold": "until"}
"""The date that ends an event that was entered without an end."""


# What an event changes ------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A participant's file with an event and without, and both calendars.

    `altered` are the days before today that it alters, and `accepted` who takes it and why.
    """

    path: Path
    today: date
    fields: Fields
    closes: bool
    raw_before: bytes
    raw_after: bytes
    before: Plan
    after: Plan
    altered: Altered | None = None
    accepted: str | None = None

    @property
    def today_before_and_after(self) -> tuple[Taken, Taken]:
        """What is taken today without the event, and with it; None before the first day."""
        return _taken(self.before, self.today), _taken(self.after, self.today)

    @property
    def papers(self) -> list[Paper]:
        """What must be printed because of it: nothing where no day differs."""
        replaced = self.replaced
        is_same = replaced.changed_from is None and self.before.after == self.after.after
        return [] if is_same else [Paper.CALENDAR, Paper.NOTICE]

    @property
    def replaced(self) -> Replaced:
        """What the new plan says of the one without the event."""
        return replaced_by(self.after, plan_document.as_dict(self.before))

    def printed(self, press: Press | None = None) -> dict[str, bytes]:
        """Those papers, by the names of their files."""
        issue = Issue.of(self.after, self.today, replaces=self.replaced)
        wanted = outputs.chosen([Format.PDF], self.papers)
        who = self.after.participant
        return {each.name(who): data for each, data in outputs.made(issue, wanted, press)}

    @property
    def unanswered(self) -> Altered | None:
        """The days before today that it alters, where nobody has accepted it yet."""
        return None if self.accepted else self.altered

    @property
    def must_be_asked(self) -> bool:
        """Whether days before today would change unaccepted, or a dose rises far."""
        return bool(self.unanswered or self.large_rises)

    @property
    def large_rises(self) -> list[str]:
        """What is said of doses that rise far, and was not said without the event."""
        known = {found.text for found in self.before.findings}
        after = self.after.findings
        return [f.text for f in after if f.code == "large-rise" and f.text not in known]


Taken = tuple[str, Fraction] | None
"""A drug and its mg on a day, None where nothing is planned."""


def _taken(plan: Plan, day: date) -> Taken:
    """What is taken on a day; after the last printed one that goes on which the plan says."""
    beyond = (day - plan.steps[-1].end).days - 1
    if beyond >= 0:
        return plan.after.drug, plan.after.pattern_mg[beyond % len(plan.after.pattern_mg)]
    step = next((step for step in reversed(plan.steps) if step.start <= day), None)
    if step is None:
        return None
    return step.drug, step.daily_mg[(day - step.start).days % len(step.daily_mg)]


def propose(
    path: Path,
    fields: Fields,
    *,
    today: date,
    regimen: str | None = None,
    accepted: str | None = None,
) -> Proposal:
    """The file with the event and what it makes of the calendar; nothing is written.

    A flare or hold that is open since the same date is closed, any other event is added. Who
    `accepted` that days before today are altered is a remark below the event. Raises `Refusal`
    where the file cannot be planned as it is, or not with the event.
    """
    raw = bytes_of(path)
    before = _plan(raw, path, today, regimen)
    document = sources.parse(raw, path.name)
    events = usual_case(document.data).get("events", [])
    open_at = _open_event(events, fields)
    if open_at is not None:
        _refuse_contradiction(document.name, events[open_at], fields, f"events[{open_at + 1}]")
    new_raw = apart(path.name, with_event, raw, path.name, fields, open_at)
    after = _plan(new_raw, path, today, regimen)
    altered = past.altered(Kept.of(before).steps, Kept.of(after).steps, today)
    if altered:
        after = replace(after, findings=(*after.findings, altered.finding(accepted)))
    if altered and accepted:
        remark = altered.told(accepted)
        new_raw = apart(path.name, with_remark, new_raw, path.name, remark, open_at)
    closes = open_at is not None
    return Proposal(path, today, fields, closes, raw, new_raw, before, after, altered, accepted)


def _plan(raw: bytes, path: Path, today: date, regimen: str | None) -> Plan:
    document = sources.parse(raw, path.name)
    participant = sources.validate_participant(document.data, document.name, document.lines)
    trial = sources.trial_for(participant, path.parent)
    plan = plan_of(trial, participant, today=today, regimen=regimen)
    if isinstance(plan, NotTapering):
        raise Refusal.of(
            plan.participant, "steroid", "none", "a steroid, whose taper an event can change"
        )
    return plan


def add(
    path: Path,
    fields: Fields,
    *,
    today: date,
    regimen: str | None = None,
    accepted: str | None = None,
    ask: bool = True,
) -> tuple[Proposal, Path | None]:
    """Propose an event and write it, with nobody else at the file meanwhile; where it was kept.

    Nothing is written, and None is the path, where somebody must be asked first, unless `ask` says
    that nobody need be.
    """
    with _alone(path):
        proposal = propose(path, fields, today=today, regimen=regimen, accepted=accepted)
        if ask and proposal.must_be_asked:
            return proposal, None
        return proposal, _kept(proposal)


def keep(proposal: Proposal) -> Path:
    """Write the file, and beside it what it was before; the path of the latter.

    Raises `Refusal` where somebody else wrote the file since it was read.
    """
    with _alone(proposal.path):
        return _kept(proposal)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """The file for this process alone; whoever else would write it waits, and reads it again."""
    bytes_of(path)  # what cannot be read is refused before anything lies beside it
    with said_of(path):
        folder = OpenFolder(path.parent)
    with folder:
        folder.refuse_in_the_way(path.name)
        with lock.alone_with(folder, path.name):
            yield


def _kept(proposal: Proposal) -> Path:
    path = proposal.path
    if bytes_of(path) != proposal.raw_before:
        raise Refusal.of(
            path.name, "the file", "changed since it was read", "one who writes it at a time"
        )
    mode = path.stat().st_mode  # who may not read the participant's file, still may not
    backup = _backup_of(path)
    contents = {backup: proposal.raw_before, path: proposal.raw_after}
    files.write_all(contents, new=[backup], like=mode)
    return backup


def _backup_of(path: Path) -> Path:
    """The next free name, such as `IIM-001.yaml.3.bak`: the highest number is the latest."""
    pattern = re.compile(re.escape(path.name) + r"\.([0-9]{1,9})" + re.escape(BACKUP_SUFFIX))
    found = (pattern.fullmatch(other.name) for other in path.parent.iterdir())
    last = max((int(match[1]) for match in found if match), default=0)
    return path.with_name(f"{path.name}.{last + 1}{BACKUP_SUFFIX}")


# Which event ----------------------------------------------------------------------------------


def _open_event(events: list[dict[str, str]], fields: Fields) -> int | None:
    """The place of the event that these fields close, None where they are an event of their own."""
    closing = CLOSED_BY.get(fields["type"])
    if closing is None or closing not in fields:
        return None
    same = ("type", "date")
    return next(
        (i for i, event in enumerate(events) if all(event.get(k) == fields[k] for k in same)), None
    )


def _refuse_contradiction(who: str, event: Mapping[str, str], fields: Fields, place: str) -> None:
    """What is in the file is not written over: neither an end, nor a reason by another."""
    for key, value in fields.items():
        if key in event and (event[key] != value or key in CLOSED_BY.values()):
            raise Refusal.of(
                who,
                f"{place}.{key}",
                f"{event[key]} already",
                f"one {key} for a {fields['type']}; a wrong one is put right in the file itself",
            )
