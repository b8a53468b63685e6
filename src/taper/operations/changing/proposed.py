"""What is to be changed in a participant's file, and what it does to the calendar.

Only the lines that are changed are new: every comment, space and line ending that a person typed
stays. What came of it is read again, and kept only if it says what was said before and the change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from taper import sources
from taper.errors import Refusal
from taper.operations.changing.doubts import Doubt, Known, doubts_of
from taper.operations.plans import outputs
from taper.operations.plans.one import plan_of
from taper.operations.plans.outputs import Output
from taper.operations.plans.taken import Taken, taken
from taper.paper.documents import Issue, Paper, Press
from taper.planning.labels import Finding
from taper.planning.plan import NotTapering, Plan
from taper.record import past, plan_document
from taper.record.changes import Replaced
from taper.record.earlier import replaced_by
from taper.record.forms import Format
from taper.record.kept import Kept
from taper.record.past import Altered
from taper.sources.parsed import ParsedFile
from taper.sources.raw import bytes_of
from taper.storage import files, lock
from taper.storage.open_folder import OpenFolder
from taper.storage.reasons import said_of
from taper.trial.rules import Trial

BACKUP_SUFFIX = ".bak"
"""No ending of a participant's file, so that a batch passes by."""


# What is to be changed ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edited:
    """A file as it would be: `what` was changed in it, what was `done` to that, and the details.

    `remarked` is the same file with a comment beside the change.
    """

    raw: bytes
    what: str
    done: str
    details: tuple[str, ...]
    remarked: Callable[[str], bytes]


class Edit(Protocol):
    """What somebody wants changed."""

    def refuse_unfit(self, name: str, before: Plan | Refusal) -> None:
        """Raise where the file as it is, planned or refused, is not one for this change."""

    def of(self, document: ParsedFile, raw: bytes) -> Edited:
        """The file with it; raises `Refusal` where it does not fit what is there."""


# What that does -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A participant's file with a change and without, and both calendars.

    `before` is why there was none, where the file could not be planned. `altered` are the days
    before today that it alters, and `accepted` who takes it and why. `doubts` are what somebody
    must want.
    """

    path: Path
    today: date
    edited: Edited
    raw_before: bytes
    before: Plan | Refusal
    after: Plan
    altered: Altered | None = None
    accepted: str | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def today_before_and_after(self) -> tuple[Taken, Taken]:
        """What is taken today without the change, and with it; None where no plan says it."""
        before = None if isinstance(self.before, Refusal) else taken(self.before, self.today)
        return before, taken(self.after, self.today)

    @property
    def papers(self) -> list[Paper]:
        """What must be printed because of it: nothing where no paper says anything else."""
        return [each.document for each in self._outputs]

    @property
    def _outputs(self) -> tuple[Output, ...]:
        return outputs.with_emergency_card(
            self.after, outputs.chosen([Format.PDF], self._changed_papers)
        )

    @property
    def _changed_papers(self) -> list[Paper]:
        if isinstance(self.before, Refusal):
            return [Paper.CALENDAR]
        if self.replaced is not None and self.replaced.changed_from is not None:
            return [Paper.CALENDAR, Paper.NOTICE]
        if self.before.after != self.after.after:
            return [Paper.CALENDAR, Paper.NOTICE]
        return [] if _around(self.before) == _around(self.after) else [Paper.CALENDAR]

    @property
    def replaced(self) -> Replaced | None:
        """What the new plan says of the one without the change, where there was one."""
        if isinstance(self.before, Refusal):
            return None
        return replaced_by(self.after, plan_document.as_dict(self.before))

    def printed(self, press: Press | None = None) -> dict[str, bytes]:
        """Those papers, by the names of their files."""
        issue = Issue.of(self.after, self.today, replaces=self.replaced)
        who = self.after.participant
        return {each.name(who): data for each, data in outputs.made(issue, self._outputs, press)}

    @property
    def unanswered(self) -> Altered | None:
        """The days before today that it alters, where nobody has accepted it yet."""
        return None if self.accepted else self.altered

    @property
    def must_be_asked(self) -> bool:
        """Whether days before today would change unaccepted, or something else is doubtful."""
        return bool(self.unanswered or self.doubts)

    @property
    def new_findings(self) -> list[Finding]:
        """What is found and was not without the change."""
        before = () if isinstance(self.before, Refusal) else self.before.findings
        known = {(found.code, found.text) for found in before}
        return [each for each in self.after.findings if (each.code, each.text) not in known]


def _around(plan: Plan) -> tuple[object, ...]:
    """What a patient's paper says beside the days."""
    return plan.contact_site, plan.contact_phone, plan.locale, plan.status, plan.provisional


def propose(
    path: Path,
    edit: Edit,
    *,
    today: date,
    regimen: str | None = None,
    accepted: str | None = None,
) -> Proposal:
    """The file with the change and what it makes of the calendar; nothing is written.

    Who `accepted` that days before today are altered is a remark beside it. Raises `Refusal`
    where the file cannot be planned as it is, unless that is mended, or not with the change.
    """
    return proposed_of(bytes_of(path), path, edit, today=today, regimen=regimen, accepted=accepted)


def proposed_of(
    raw: bytes,
    path: Path,
    edit: Edit,
    *,
    today: date,
    regimen: str | None = None,
    accepted: str | None = None,
) -> Proposal:
    """The same of a file's bytes, whose name `path` is: it need not be there."""
    known = _before(raw, path, today, regimen)
    before = known if isinstance(known, Refusal) else known.plan
    edit.refuse_unfit(path.name, before)
    edited = edit.of(sources.parse(raw, path.name), raw)
    trial, made = _planned(edited.raw, path, today, regimen)
    doubts, after = doubts_of(trial, known, made), made.plan
    if isinstance(before, Refusal):
        return Proposal(path, today, edited, raw, before, after, doubts=doubts)
    altered = past.altered(Kept.of(before).steps, Kept.of(after).steps, today)
    if altered:
        after = replace(after, findings=(*after.findings, altered.finding(accepted)))
    if altered and accepted:
        edited = replace(edited, raw=edited.remarked(altered.told(accepted)))
    return Proposal(path, today, edited, raw, before, after, altered, accepted, doubts)


def _before(raw: bytes, path: Path, today: date, regimen: str | None) -> Known | Refusal:
    try:
        return _planned(raw, path, today, regimen)[1]
    except Refusal as refused:
        return refused


def _planned(raw: bytes, path: Path, today: date, regimen: str | None) -> tuple[Trial, Known]:
    document = sources.parse(raw, path.name)
    participant = sources.validate_participant(document.data, document.name, document.lines)
    trial = sources.trial_for(participant, path.parent)
    plan = plan_of(trial, participant, today=today, regimen=regimen)
    if isinstance(plan, NotTapering):
        raise Refusal.of(
            plan.participant, "steroid", "none", "a steroid, whose taper is changed here"
        )
    return trial, Known(participant, plan)


# Writing it -----------------------------------------------------------------------------------


def write(
    path: Path,
    edit: Edit,
    *,
    today: date,
    regimen: str | None = None,
    accepted: str | None = None,
    ask: bool = True,
) -> tuple[Proposal, Path | None]:
    """Propose a change and write it, with nobody else at the file meanwhile; where it was kept.

    Nothing is written, and None is the path, where somebody must be asked first, unless `ask` says
    that nobody need be.
    """
    with _alone(path):
        proposal = propose(path, edit, today=today, regimen=regimen, accepted=accepted)
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
    contents = {backup: proposal.raw_before, path: proposal.edited.raw}
    files.write_all(contents, new=[backup], like=mode)
    return backup


def _backup_of(path: Path) -> Path:
    """The next free name, such as `IIM-001.yaml.3.bak`: the highest number is the latest."""
    pattern = re.compile(re.escape(path.name) + r"\.([0-9]{1,9})" + re.escape(BACKUP_SUFFIX))
    found = (pattern.fullmatch(other.name) for other in path.parent.iterdir())
    last = max((int(match[1]) for match in found if match), default=0)
    return path.with_name(f"{path.name}.{last + 1}{BACKUP_SUFFIX}")
