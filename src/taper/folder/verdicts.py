"""What a batch would do with each participant of a source and of its folder, told beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from taper.folder.outcomes import Outcome
from taper.folder.tasks import Task
from taper.planning.plan import State
from taper.record.ledger import Entry
from taper.record.past import Altered, altered
from taper.wording.quoting import plain


class Fate(StrEnum):
    """What becomes of a participant's papers."""

    NEW = "new"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    NOT_IN_SOURCE = "not in the source"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of one participant.

    `outcome` is what the batch would tell, its `written` what it would write. `recalled` are the
    papers that are out and would not hold any more, `unfollowed` those of them that nothing would
    take the place of. `past` are the days that are over and would read otherwise.
    """

    fate: Fate
    outcome: Outcome
    recalled: tuple[str, ...] = ()
    unfollowed: tuple[str, ...] = ()
    past: Altered | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same for another program: what the batch would say, and what would become of it."""
        return {
            "would_be": self.fate.value,
            **self.outcome.as_dict(),
            "left": self.outcome.left,
            "recalled": list(self.recalled),
            "without_successor": list(self.unfollowed),
            "past_altered": None if self.past is None else _past(self.past),
        }


def _past(altered: Altered) -> dict[str, Any]:
    return {
        "days": altered.days,
        "first": altered.first.isoformat(),
        "was": altered.before,
        "now": altered.after,
    }


def of_planned(task: Task, entry: Entry, outcome: Outcome, today: date) -> Verdict:
    """The verdict on one who would be planned, and have this line in the ledger."""
    if task.former is None:
        return Verdict(Fate.NEW, outcome)
    former = task.former.entry
    if former.revision == entry.revision:
        return Verdict(Fate.UNCHANGED, outcome)
    is_withdrawn = outcome.state is State.WITHDRAWN and former.kept.state != State.WITHDRAWN
    out = tuple(_out(former, task.gone))
    return Verdict(
        Fate.WITHDRAWN if is_withdrawn else Fate.REVISED,
        outcome,
        recalled=out,
        unfollowed=tuple(name for name in out if name not in outcome.written),
        past=altered(former.kept.steps, entry.kept.steps, today),
    )


def of_refused(task: Task, entry: Entry | None, outcome: Outcome) -> Verdict:
    """The verdict on one who would be refused: the papers that are out no longer fit the data.

    They do where `entry` says the same as they, and something only lies in the way of a file.
    """
    former = task.former.entry if task.former else None
    if former is None or (entry is not None and entry.revision == former.revision):
        return Verdict(Fate.REFUSED, outcome)
    out = tuple(_out(former, task.gone))
    left = former.revision if out else None
    return Verdict(Fate.REFUSED, replace(outcome, left=left), recalled=out, unfollowed=out)


def of_absent(entry: Entry) -> Verdict:
    """The verdict on one of whom the folder has papers and the source does not speak."""
    outcome = Outcome("", entry.participant, left=entry.revision)
    return Verdict(Fate.NOT_IN_SOURCE, outcome, unfollowed=tuple(_out(entry, frozenset())))


def _out(entry: Entry, gone: frozenset[str]) -> Iterator[str]:
    return (name for name in sorted(entry.files) if name not in gone)


# In words -------------------------------------------------------------------------------------


def sentences(verdict: Verdict) -> Iterator[str]:
    """What somebody must do about it, or look at before the batch is run."""
    who = verdict.outcome.participant or plain(verdict.outcome.source)
    out = ", ".join(verdict.recalled or verdict.unfollowed)
    if verdict.past is not None:
        yield f"{who}: what is past would be altered, {verdict.past}."
    match verdict.fate:
        case Fate.REFUSED if out:
            yield (
                f"{who}: the paper of revision {verdict.outcome.left} no longer fits its data, "
                f"and nothing takes its place: {out}."
            )
        case Fate.NOT_IN_SOURCE:
            papers = f" ({out})" if out else ""
            yield (
                f"{who}: in the folder but not in the source; revision {verdict.outcome.left} "
                f"would stay as it is{papers}."
            )
        case Fate.UNCHANGED if verdict.outcome.noted:
            said = "; ".join(verdict.outcome.noted)
            yield f"{who}: said otherwise, and the paper would stay. {said}."
        case Fate.REVISED | Fate.WITHDRAWN:
            yield from _replaced(verdict, who)


def _replaced(verdict: Verdict, who: str) -> Iterator[str]:
    outcome, old = verdict.outcome, verdict.outcome.replaces
    assert old is not None  # a later revision replaces one
    since = f", other from {old.changed_from} on" if old.changed_from else ""
    out = f", recall {', '.join(verdict.recalled)}" if verdict.recalled else ""
    yield (
        f"{who}: revision {outcome.revision} would replace revision {old.revision}, issued "
        f"{old.issued}{since}{out}. {'; '.join(outcome.why)}."
    )
    if verdict.unfollowed:
        yield f"{who}: without a successor: {', '.join(verdict.unfollowed)}."
