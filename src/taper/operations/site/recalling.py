"""A paper that came back, told to the ledger of its folder, so that nobody asks for it again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from taper.errors import Refusal
from taper.folder import finishing, keeping, told
from taper.folder.last_run import LastRun
from taper.folder.ledger_file import LedgerFile
from taper.record.ledger import Entry
from taper.record.plan_document import ENGINE
from taper.record.runs import Recalled
from taper.signing.keys import Signer
from taper.wording.quoting import did_you_mean, plain


def recalled(
    folder: Path,
    participant: str,
    *,
    on: date,
    by: str,
    today: date,
    signer: Signer | None = None,
) -> Recalled:
    """Note that every paper of a participant which is to come back is back, or destroyed.

    That is each that a revision replaced, and where the last run found that the current one no
    longer fits the data or the source, that one too. Raises `Refusal` where there is none, and for
    a day before the paper was replaced or after `today`. `signer` signs the line.
    """
    with told.opened(folder):  # of no other folder a ledger is begun
        pass
    with keeping.opened(folder) as kept:
        kept.ledger.signer = signer
        entry = _last_of(kept.ledger, participant, folder)
        _refuse_later_than(today, participant, on)
        revision = _revision(LastRun.of(kept.ledger), entry)
        _refuse_earlier_than(entry.issued, participant, on, today)
        line = Recalled(participant, revision, on, by, ENGINE)
        kept.tell(line)
        try:
            finishing.finish(kept, tables=finishing.keeps_tables(kept, asked=False))
        except keeping.Interrupted as stopped:
            then = f"the papers of {participant} are noted as back: the next taper batch goes on"
            raise keeping.Interrupted(stopped.error, then) from stopped
        return line


def _last_of(ledger: LedgerFile, participant: str, folder: Path) -> Entry:
    entry = ledger.last_of(participant)
    if entry is None:
        meant = did_you_mean(participant, set(ledger.ids()))
        allowed = f"one of {ledger.participants} in the ledger{meant}"
        raise Refusal.of(str(folder), "participant", plain(participant), allowed)
    return entry


def _revision(last: LastRun, entry: Entry) -> int:
    """Up to which revision papers are out that should not be."""
    back = last.back(entry.participant)
    if last.standing(entry) and back < entry.revision:
        return entry.revision
    if any(each.participant == entry.participant for each in last.recalls()):
        return entry.revision - 1
    raise Refusal.of(
        entry.participant,
        "recall",
        f"none that is open{_since(last, entry)}",
        "a participant with a paper that was replaced or no longer fits",
    )


def _since(last: LastRun, entry: Entry) -> str:
    """What came back when, so that nobody looks for papers that somebody has ticked off."""
    current = f"revision {entry.revision} is current"
    said = last.ledger.recalled.get(entry.participant)
    if said is None:
        return f", {current}"
    back = f": up to revision {said.revision} all came back on {said.on}"
    return back if said.revision >= entry.revision else f"{back}, and {current}"


def _refuse_later_than(today: date, participant: str, on: date) -> None:
    if on > today:
        raise Refusal.of(participant, "--on", on, f"a day up to today, {today}")


def _refuse_earlier_than(issued: date, participant: str, on: date, today: date) -> None:
    if on < issued:
        allowed = f"a day from {issued}, when the paper in its place was issued, to {today}"
        raise Refusal.of(participant, "--on", on, allowed)
