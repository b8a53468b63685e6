"""The board of a site: of each participant what is taken today, and what is to be seen to.

It is read from a folder's ledger alone, as of any day; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from taper.folder import told
from taper.folder.last_run import LastRun, Standing
from taper.folder.ledger_file import LedgerFile
from taper.record.ledger import Entry
from taper.record.on_a_day import next_change, taken_on
from taper.record.recalls import Recall
from taper.storage.folder_seen import FolderSeen
from taper.wording.banner import of_several


@dataclass(frozen=True, slots=True)
class Open:
    """A flare or a hold without an end: since when, and on which day of it the board is read."""

    kind: str
    since: date
    days: int


@dataclass(frozen=True, slots=True)
class Line:
    """One participant on a day.

    `today` is the dose, None where the plan says none; `is_printed` whether a printed day says it.
    `undated` are infusions that were due and have no date, `undated_visits` the days
    of such visits; `last_day` is the last printed day.
    `papers` says what is to be done with paper, the most urgent first. `last_run` is the day of the
    folder's last run, by whose plan all of it is said.
    """

    participant: str
    state: str
    protocol_status: str
    provisional: bool
    today: str | None
    is_printed: bool
    change_on: date | None
    change_to: str | None
    undated: tuple[tuple[int | None, date], ...]
    undated_visits: tuple[date, ...]
    open: tuple[Open, ...]
    last_day: date | None
    days_left: int | None
    papers: tuple[str, ...]
    last_run: date

    def as_dict(self) -> dict[str, Any]:
        """The same for another program; dates ISO."""
        return {
            "participant": self.participant,
            "state": self.state,
            "protocol_status": self.protocol_status,
            "provisional": self.provisional,
            "today": self.today,
            "is_printed": self.is_printed,
            "change_on": self.change_on and self.change_on.isoformat(),
            "change_to": self.change_to,
            "infusions_undated": [
                {"number": number, "due": due.isoformat()} for number, due in self.undated
            ],
            "visits_undated": [{"due": due.isoformat()} for due in self.undated_visits],
            "open": [
                {"type": each.kind, "since": each.since.isoformat(), "days": each.days}
                for each in self.open
            ],
            "last_day": self.last_day and self.last_day.isoformat(),
            "days_left": self.days_left,
            "papers": list(self.papers),
            "last_run": self.last_run.isoformat(),
        }


def board(folder: Path, today: date) -> list[Line]:
    """A line for each participant of a folder, by id.

    Raises `TaperError` where there is no ledger, or one that is none.
    """
    told.lines(folder)  # every line looked at, and said what is wrong
    with FolderSeen(folder) as seen:
        ledger = LedgerFile(seen)
        ledger.look()
        last = LastRun.of(ledger)
        recalls = {each.participant: each for each in last.recalls()}
        return [_line(entry, today, last, recalls) for entry in ledger.current()]


def _line(entry: Entry, today: date, last: LastRun, recalls: dict[str, Recall]) -> Line:
    kept = entry.kept
    taken, change = taken_on(kept, today), next_change(kept, today)
    last_day = None if kept.last_day is None else date.fromisoformat(kept.last_day)
    return Line(
        participant=entry.participant,
        state=kept.state,
        protocol_status=entry.status,
        provisional=entry.provisional,
        today=None if taken is None else taken.said,
        is_printed=taken is not None and taken.tablets is not None,
        change_on=change and change.date,
        change_to=change and change.said,
        undated=tuple(_undated(entry, today)),
        undated_visits=tuple(_undated_visits(entry)),
        open=tuple(_open(entry, today)),
        last_day=last_day,
        days_left=None if last_day is None else (last_day - today).days,
        papers=tuple(_papers(entry, today, last, recalls.get(entry.participant))),
        last_run=last.run.day,
    )


def _undated(entry: Entry, today: date) -> Iterator[tuple[int | None, date]]:
    """Infusions that were due by today: the anchor's, and those that a finding names."""
    anchor = entry.kept.anchor
    planned = None if anchor is None or not entry.provisional else anchor
    if planned is not None and date.fromisoformat(planned.date) <= today:
        yield planned.infusion, date.fromisoformat(planned.date)
    for finding in entry.kept.findings:
        is_anchor = planned is not None and finding.date == planned.date
        if finding.code == "infusion-undated" and finding.date is not None and not is_anchor:
            yield None, date.fromisoformat(finding.date)


def _undated_visits(entry: Entry) -> Iterator[date]:
    for finding in entry.kept.findings:
        if finding.code == "visit-undated" and finding.date is not None:
            yield date.fromisoformat(finding.date)


def _open(entry: Entry, today: date) -> Iterator[Open]:
    """Flares and holds that have no end yet."""
    ends = {"flare": "resolved", "hold": "until"}
    for event in entry.facts.get("events", ()):
        kind, since = event["type"], date.fromisoformat(event["date"])
        if kind in ends and ends[kind] not in event and since <= today:
            yield Open(kind, since, (today - since).days + 1)


def _papers(entry: Entry, today: date, last: LastRun, recall: Recall | None) -> Iterator[str]:
    back = last.back(entry.participant) >= entry.revision
    standing = last.standing(entry)
    if recall is not None:
        former = ", ".join(map(str, recall.revisions))
        yield f"hand out revision {recall.current}, take back {former}"
    if back:
        yield "taken back" if standing else "was taken back: hand it out again"
    elif standing is not Standing.HOLDS:
        yield str(standing)
    if entry.kept.last_day is not None and date.fromisoformat(entry.kept.last_day) < today:
        yield "print again: its days are over"


def banners(lines: Iterable[Line]) -> tuple[str, ...]:
    """What stands over a board: plans of which no patient may take tablets, and of how many."""
    shown = (line for line in lines if line.today is not None)
    plans = ((line.protocol_status, line.provisional) for line in shown)
    return tuple(of_several(plans, "whose plan says a dose for this day"))


def before_last_run(lines: Sequence[Line], today: date) -> str:
    """What is said of a day before the last run, whose plans are not those of that day; or ""."""
    if not lines or lines[0].last_run <= today:
        return ""
    return (
        f"{today} is before the last run, which was as of {lines[0].last_run}: what stands here is "
        "by the plans of that run, and papers that were out before it may say otherwise."
    )


def over(lines: Sequence[Line], today: date) -> tuple[str, ...]:
    """Everything that stands over a board."""
    return tuple(filter(None, (*banners(lines), before_last_run(lines, today))))


def page(
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    today: date,
    over: Sequence[str] = (),
) -> str:
    """The board as a page that needs no other file: its titles, cells and what is `over` it."""
    from taper.paper.pages.environment import environment

    template = environment("en_US").get_template("batch/board.html")
    return template.render(titles=titles, rows=list(rows), day=today.isoformat(), over=over)
