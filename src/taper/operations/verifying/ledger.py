"""What the ledger of a folder proves of a printed file, and what the last run found of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from taper.folder import told
from taper.operations.verifying.likeness import unproved
from taper.operations.verifying.printed_file import PrintedFile
from taper.operations.verifying.verdict import Proof, Proved, Verdict, Verified
from taper.record import ledger
from taper.record.ledger import LEDGER, Entry
from taper.record.manifest import SUPERSEDED
from taper.record.runs import Run


def by_ledger(paper: PrintedFile, path: Path | None, asked_in: Path | None) -> Verified | None:
    """What a ledger says of a file; None where none answers for it.

    In its own folder a file must be the one that is known under its name; a folder that was named
    may know it under any.
    """
    if asked_in is not None:
        return _known_in(paper, asked_in, None)
    if path is None:
        return None
    folder = path.resolve().parent
    is_put_away = folder.name == SUPERSEDED
    folder = folder.parent if is_put_away else folder
    if not (folder / LEDGER).exists():
        return None
    was = ledger.superseded_from(path.name) if is_put_away else path.name
    found = _known_in(paper, folder, was)
    if is_put_away and found.verdict in {Verdict.CURRENT, Verdict.UNFIT}:
        why = f"{paper.said} was put away; the ledger of {folder.name} knows it as current"
        return replace(found, verdict=Verdict.SUPERSEDED, why=why)
    return found


def _known_in(paper: PrintedFile, folder: Path, name: str | None) -> Verified:
    who = paper.plan.participant
    entries, run = told.with_last_run(folder, who)
    sha256 = hashlib.sha256(paper.data).hexdigest()
    wrote = [e for e in entries if _is_known(e, sha256, name)]
    if not wrote:
        what = "file" if name is None else name
        why = f"{paper.said} is not the {what} that the ledger of {folder.name} knows"
        return _unknown(paper, why, is_here=name is not None)
    proved = Proved(Proof.LEDGER, f"the ledger of {folder.name} knows its SHA-256, {sha256}")
    if wrote[-1].revision == entries[-1].revision:
        verdict, why = last_told(entries[-1], run, folder)
        return Verified(paper.name, verdict, f"{paper.said} {why}", paper, proved=proved)
    return _replaced(paper, entries, wrote[-1].revision, proved)


def last_told(entry: Entry, run: Run | None, folder: Path) -> tuple[Verdict, str]:
    """The verdict on what the ledger of a folder says last, by what the last run found of it."""
    says = f"is what the ledger of {folder.name} says last"
    who = entry.participant
    unfit = run.doubt_of(who, entry.revision) if run else ""
    if unfit:
        return Verdict.UNFIT, f"{says}, and {unfit}"
    if run and who in run.absent:
        says += f"; {who} was not in the source of the run of {run.day}"
    return Verdict.CURRENT, says


def _is_known(entry: Entry, sha256: str, name: str | None) -> bool:
    names = entry.files if name is None else [name]
    return any(each in entry.files and entry.files[each].sha256 == sha256 for each in names)


def _unknown(paper: PrintedFile, why: str, *, is_here: bool) -> Verified:
    """Under its name in the folder another file was written; elsewhere it may be of elsewhere."""
    if is_here:
        return Verified(paper.name, Verdict.ALTERED, why, paper)
    return unproved(paper, why)


def _replaced(paper: PrintedFile, entries: list[Entry], revision: int, proved: Proved) -> Verified:
    """Superseded, and from the first day on that any later revision changed."""
    later = [entry for entry in entries if entry.revision > revision]
    changed = [e.replaces.changed_from for e in later if e.replaces and e.replaces.changed_from]
    last, since = later[-1], min(changed, default=None)
    other = f", other from {since} on" if since else ""
    why = f"{paper.said} was replaced by revision {last.revision}, issued on {last.issued}{other}"
    return Verified(paper.name, Verdict.SUPERSEDED, why, paper, since, proved)
