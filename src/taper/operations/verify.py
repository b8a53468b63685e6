"""A printed file looked at later: does it still say what was computed, and is that still the plan.

The file carries its plan and a record of how it was printed. The pages are read and compared with
what both say, as they were before the file was kept; and where the same libraries are at hand, the
whole file is made again and must be the same bytes. Nothing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from taper import sources
from taper.errors import Refusal
from taper.folder import audit
from taper.operations.plan import plan_file
from taper.operations.printed_file import MOST_BYTES, WANTED, PrintedFile, plan_attached
from taper.paper import documents, record
from taper.planning.plan import Planned
from taper.record import changes, ledger, plan_document
from taper.record.kept import Kept
from taper.record.ledger import LEDGER, Entry
from taper.record.manifest import SUPERSEDED
from taper.record.plan_document import SHORT_ID
from taper.sources.raw import bytes_of


class Verdict(StrEnum):
    """What a printed file is worth."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    ALTERED = "altered"
    UNALTERED = "unaltered"

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against the paper."""
        return self in {Verdict.CURRENT, Verdict.UNALTERED}


@dataclass(frozen=True, slots=True)
class Verified:
    """A verdict and why, in one sentence; `paper` is None where no plan could be read."""

    file: str
    verdict: Verdict
    why: str
    paper: PrintedFile | None = None
    changed_from: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same for another program; dates ISO."""
        paper = self.paper
        return {
            "file": self.file,
            "verdict": self.verdict.value,
            "why": self.why,
            "participant": paper and paper.plan.participant,
            "document": paper and paper.document.value,
            "plan_id": paper and paper.issue.plan_id,
            "revision": paper and paper.plan.revision,
            "issued": paper and paper.issue.issued.isoformat(),
            "changed_from": self.changed_from and self.changed_from.isoformat(),
        }


def verify(
    path: Path,
    participant: Path | None = None,
    *,
    today: date,
    protocol: str | None = None,
    regimen: str | None = None,
) -> Verified:
    """Whether a printed file is unaltered, and whether it is current.

    Current is what the participant's file gives as of `today`, or, without one, what the ledger
    of the folder says in which the file lies. Raises `Refusal` for what is no printed plan, and
    for the file of another participant.
    """
    now = None
    if participant is not None:
        planned = partial(plan_file, participant, today=today, protocol=protocol, regimen=regimen)
        now = Now(participant.name, today, planned)
    return verify_bytes(bytes_of(path, MOST_BYTES, WANTED), path.name, now, path)


@dataclass(frozen=True, slots=True)
class Now:
    """What a paper is set beside: the plan that `name` gives as of `today`, made when needed."""

    name: str
    today: date
    plan: Callable[[], Planned]


def verify_bytes(
    data: bytes, name: str, now: Now | None = None, path: Path | None = None
) -> Verified:
    """The same of a file's bytes; `path` is where it lies, if a ledger is to be asked there."""
    found = _paper(name, data)
    if isinstance(found, Verified):
        return found
    spoiled = _of_another_translation(found) or _altered(found)
    if spoiled is not None:
        return spoiled
    by_ledger = None if path is None else _by_ledger(path, found)
    if now is None or (by_ledger and by_ledger.verdict is not Verdict.CURRENT):
        return by_ledger or _unaltered(found)
    return _beside(found, now)


# What the file says ---------------------------------------------------------------------------


def _paper(name: str, data: bytes) -> PrintedFile | Verified:
    """The plan that a file carries; a verdict where that is not the one that was attached."""
    document = plan_attached(name, data)
    try:
        own = plan_document.identity(document)
        issue, kind = record.recalled(document)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        return Verified(name, Verdict.ALTERED, f"the plan in it is not whole ({wrong})")
    if own != document["plan_id"]:
        why = f"the plan in it is not plan {str(document['plan_id'])[:SHORT_ID]}, as it says"
        return Verified(name, Verdict.ALTERED, why)
    return PrintedFile(
        name,
        data,
        issue,
        kind,
        engine=str(document.get("engine")),
        draft_translation=document["printed"].get("draft_translation") is True,
    )


def _of_another_translation(paper: PrintedFile) -> Verified | None:
    """The verdict where DRAFT TRANSLATION stands, or does not, as it would not today."""
    is_draft = not paper.document.is_for_staff and sources.is_draft(paper.plan.locale)
    if paper.draft_translation == is_draft:
        return None
    now = "is not signed any more" if is_draft else "was signed since"
    why = f"{paper.said} is of a translation that {now}"
    return Verified(paper.name, Verdict.SUPERSEDED, why, paper)


def _altered(paper: PrintedFile) -> Verified | None:
    """The verdict where the pages do not say what the plan in the file says."""
    from taper.paper.readback import ReadbackFailed

    try:
        documents.verify(paper.data, paper.issue, paper.document)
    except (ReadbackFailed, Refusal) as differs:
        why = str(differs).rstrip(".")
        if paper.engine != plan_document.ENGINE:
            why += (
                f"; it is of {paper.engine}, whose words may differ from {plan_document.ENGINE}'s"
            )
        return Verified(paper.name, Verdict.ALTERED, why, paper)
    if _is_of_this_place(paper) and _made_again(paper) != paper.data:
        why = f"{paper.said} is not byte for byte what is made of its plan, though it reads alike"
        return Verified(paper.name, Verdict.ALTERED, why, paper)
    return None


def _is_of_this_place(paper: PrintedFile) -> bool:
    """Whether the same libraries made it that would make it here, and so the same bytes."""
    from taper.paper.press import versions
    from taper.paper.readback.pdf import creator

    return creator(paper.data) == versions.made_with()


def _made_again(paper: PrintedFile) -> bytes:
    """The file as it would be now: what cannot be read, such as a font's shapes, is in it too."""
    return documents.unread_pdf(paper.issue, paper.document)


def _judged(paper: PrintedFile) -> str:
    """How far the pages were proved, where that is less than byte for byte."""
    return "" if _is_of_this_place(paper) else ", by what can be read: other libraries made it"


def _unaltered(paper: PrintedFile) -> Verified:
    return Verified(
        paper.name,
        Verdict.UNALTERED,
        f"{paper.said} says what was planned{_judged(paper)}; whether that is still the plan, the "
        "participant's file tells",
        paper,
    )


# Whether it is current ------------------------------------------------------------------------


def _beside(paper: PrintedFile, current: Now) -> Verified:
    """The paper beside the plan that the participant's file gives today."""
    old, now, name, today = paper.plan, current.plan(), current.name, current.today
    if now.participant != old.participant:
        raise Refusal.of(
            paper.name, "participant", old.participant, f"{now.participant}, whose file {name} is"
        )
    if _face(now) == _face(old):
        why = f"{paper.said} says what {name} gives as of {today}{_judged(paper)}"
        return Verified(paper.name, Verdict.CURRENT, why, paper)
    since = changes.changed_from(Kept.of(old).steps, Kept.of(now).steps)
    other = f", other from {since} on" if since else ", with the same doses"
    why = (
        f"{paper.said} is not what {name} gives as of {today}: plan "
        f"{plan_document.plan_id(now)[:SHORT_ID]}{other}"
    )
    return Verified(paper.name, Verdict.SUPERSEDED, why, paper, since)


def _face(plan: Planned) -> tuple[str, bool, str, str]:
    """What a reader sees of a plan: its id, and the banners and the language, no part of that."""
    return plan_document.plan_id(plan), plan.provisional, plan.protocol.status, plan.locale


def _by_ledger(path: Path, paper: PrintedFile) -> Verified | None:
    """What the ledger says of a file in a batch's folder; None where none answers for it."""
    folder = path.resolve().parent
    is_put_away = folder.name == SUPERSEDED
    folder = folder.parent if is_put_away else folder
    if not (folder / LEDGER).exists():
        return None
    entries = audit.history(folder, paper.plan.participant)
    sha256 = hashlib.sha256(paper.data).hexdigest()
    was = ledger.superseded_from(path.name) if is_put_away else path.name
    wrote = [e for e in entries if was in e.files and e.files[was].sha256 == sha256]
    if not wrote:
        why = f"{paper.said} is not the {path.name} that the ledger of {folder.name} knows"
        return Verified(paper.name, Verdict.ALTERED, why, paper)
    last = entries[-1]
    if wrote[-1].revision == last.revision and not is_put_away:
        why = f"{paper.said} is what the ledger of {folder.name} says last"
        return Verified(paper.name, Verdict.CURRENT, why, paper)
    return _replaced(paper, entries, wrote[-1].revision)


def _replaced(paper: PrintedFile, entries: list[Entry], revision: int) -> Verified:
    """Superseded, and from the first day on that any later revision changed."""
    later = [entry for entry in entries if entry.revision > revision]
    changed = [e.replaces.changed_from for e in later if e.replaces and e.replaces.changed_from]
    last, since = later[-1], min(changed, default=None)
    other = f", other from {since} on" if since else ""
    why = f"{paper.said} was replaced by revision {last.revision}, issued on {last.issued}{other}"
    return Verified(paper.name, Verdict.SUPERSEDED, why, paper, since)
