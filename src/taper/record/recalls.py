"""Papers that were replaced and must come back: how urgently, and since when they err. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from taper.planning.plan import State
from taper.record.changes import OFF_PAPER, Cause
from taper.record.kept import KeptQuantity
from taper.record.ledger import Entry
from taper.record.on_a_day import tablets_from

_IN_PASSING = frozenset(
    {Cause.CONTACT, Cause.LANGUAGE, Cause.ENGINE, Cause.DAY, Cause.TERMS, *OFF_PAPER}
)


class Urgency(IntEnum):
    """What somebody who goes on by the old paper gets wrong; the worst first."""

    DOSE = 1
    PLAN = 2
    DETAILS = 3

    @property
    def said(self) -> str:
        """In words."""
        return _SAID[self]


_SAID = {
    Urgency.DOSE: "another dose, or other tablets",
    Urgency.PLAN: "the same doses; other dates, rules or marks",
    Urgency.DETAILS: "the same doses; another phone, site or language, or other hand-outs",
}


def urgency_of(entry: Entry) -> Urgency | None:
    """How urgently the paper before this revision must come back; None where there was none."""
    if entry.replaces is None:
        return None
    if entry.replaces.changed_from is not None:
        return Urgency.DOSE
    causes = {change.cause for change in entry.why}
    return Urgency.DETAILS if causes <= _IN_PASSING else Urgency.PLAN


@dataclass(frozen=True, slots=True)
class Recall:
    """The papers of one participant that are to come back, and what is right instead.

    `since` is the first day of which they say something else, None where they say the same doses.
    `papers` are the files that were handed out of them, by the names they had; `unfollowed` those
    of which the current revision has none. `back` are the tablets for the days from `since` on,
    where the taper was left: those may come back with the paper.
    """

    participant: str
    revisions: tuple[int, ...]
    current: int
    issued: date
    urgency: Urgency
    since: date | None
    why: tuple[str, ...]
    papers: tuple[str, ...]
    unfollowed: tuple[str, ...]
    back: tuple[KeptQuantity, ...]

    @property
    def order(self) -> tuple[int, date, str]:
        """The worst first, then whoever is wrong since when, then by id."""
        return self.urgency, self.since or self.issued, self.participant


def open_recall(revisions: Sequence[Entry], back: int) -> Recall | None:
    """What is to come back of all revisions of a participant, each by its last line.

    Papers up to the revision `back` are back already. A revision of which no file was made is out
    nowhere.
    """
    *former, current = revisions
    out = [entry for entry in former if entry.revision > back and entry.files]
    if not out:
        return None
    later = [entry for entry in revisions if entry.revision > out[0].revision]
    since = min(
        (e.replaces.changed_from for e in later if e.replaces and e.replaces.changed_from),
        default=None,
    )
    papers = tuple(dict.fromkeys(name for entry in out for name in sorted(entry.files)))
    return Recall(
        participant=current.participant,
        revisions=tuple(entry.revision for entry in out),
        current=current.revision,
        issued=current.issued,
        urgency=min(found for entry in later if (found := urgency_of(entry)) is not None),
        since=since,
        why=tuple(dict.fromkeys(str(change) for entry in later for change in entry.why)),
        papers=papers,
        unfollowed=tuple(n for n in papers if n not in current.files and not _is_spent(n)),
        back=_tablets_back(former, current, since),
    )


def _is_spent(name: str) -> bool:
    """Whether it told of a change that is made: nothing needs to follow it."""
    return name.rpartition(".")[0].endswith("+notice")


def _tablets_back(
    former: Sequence[Entry], current: Entry, since: date | None
) -> tuple[KeptQuantity, ...]:
    """Who left the taper has tablets by the revisions before, unknown to the new plan."""
    tapering = [entry for entry in former if entry.kept.state != State.WITHDRAWN]
    if current.kept.state != State.WITHDRAWN or since is None or not tapering:
        return ()
    return tuple(tablets_from(tapering[-1].kept, since))
