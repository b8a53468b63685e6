"""A printed file looked at later: does it still say what was computed, and is that still the plan.

Three things prove a paper, and whoever made it chooses none of them: its bytes are those that are
made again of the plan that holds today; or the ledger of its folder knows them; or a known key
signed them. What a file says of itself, which libraries made it among that, proves nothing. Where
nothing proves it, it is compared with its own plan, to find what was altered. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from taper import sources
from taper.errors import Refusal
from taper.operations.plans.one import plan_file
from taper.operations.verifying.ledger import by_ledger
from taper.operations.verifying.likeness import alone, compared, unproved
from taper.operations.verifying.printed_file import MOST_BYTES, WANTED, PrintedFile
from taper.operations.verifying.verdict import Proof, Proved, Verdict, Verified
from taper.paper import documents, record
from taper.paper.issue import Issue
from taper.paper.proof import asked
from taper.paper.proof.found import Found, Likeness
from taper.planning.plan import NotTapering, Plan, Planned
from taper.record import changes, plan_document
from taper.record.changes import Replaced
from taper.record.kept import Kept
from taper.record.plan_document import SHORT_ID
from taper.signing.keys import SHORT, is_signed
from taper.sources.raw import bytes_of

__all__ = ["Now", "Proof", "Verdict", "Verified", "verify", "verify_bytes"]


@dataclass(frozen=True, slots=True)
class Now:
    """What a paper is set beside: the plan that `name` gives as of `today`, made when needed.

    `replaced` is what that plan is known to replace.
    """

    name: str
    today: date
    plan: Callable[[], Planned]
    replaced: Callable[[Plan], Replaced | None] = lambda _: None


def verify(
    path: Path,
    participant: Path | None = None,
    *,
    today: date,
    protocol: str | None = None,
    regimen: str | None = None,
    replaced: Callable[[Plan], Replaced | None] = lambda _: None,
    folder: Path | None = None,
    keys: frozenset[str] = frozenset(),
) -> Verified:
    """Whether a printed file is proved, and whether it is current.

    Current is what the participant's file gives as of `today`, or, without one, what the ledger of
    `folder` says, which is the one in which the file lies unless another is named. `keys` are those
    that are known. Raises `Refusal` for what is no printed plan, and for the file of another
    participant.
    """
    now = None
    if participant is not None:
        planned = partial(plan_file, participant, today=today, protocol=protocol, regimen=regimen)
        now = Now(participant.name, today, planned, replaced)
    data = bytes_of(path, MOST_BYTES, WANTED)
    return verify_bytes(data, path.name, now, path, folder, keys)


def verify_bytes(
    data: bytes,
    name: str,
    now: Now | None = None,
    path: Path | None = None,
    folder: Path | None = None,
    keys: frozenset[str] = frozenset(),
) -> Verified:
    """The same of a file's bytes; `path` is where it lies, if a ledger is to be asked there."""
    found = asked.found_in(name, data)
    paper = _paper(name, data, found)
    if isinstance(paper, Verified):
        return paper
    if found.added is not None and not found.added.is_update:
        return Verified(name, Verdict.ALTERED, found.added.said[0], paper)
    verified = _judged(paper, now, path, folder, keys)
    if found.added is None:
        return verified
    return verified.added_to(found.added.said, is_unseen=found.added.is_unseen)


def _judged(
    paper: PrintedFile,
    now: Now | None,
    path: Path | None,
    folder: Path | None,
    keys: frozenset[str],
) -> Verified:
    """The verdict on what the press wrote, whatever stands behind it."""
    replaced = _of_another_translation(paper)
    if replaced is not None:
        return replaced
    known = by_ledger(paper, path, folder)
    is_last = known is not None and known.verdict in {Verdict.CURRENT, Verdict.UNFIT}
    if known is not None and (now is None or not is_last):
        return known
    signed = _by_key(paper, keys) if known is None else known.proved
    if isinstance(signed, Verified):
        return signed
    if now is not None:
        return _beside(paper, now, signed)
    return alone(paper) if signed is None else _unaltered(paper, signed)


# What the file says ---------------------------------------------------------------------------


def _paper(name: str, data: bytes, found: Found) -> PrintedFile | Verified:
    """The plan that a file carries; a verdict where that is not the one that was attached."""
    document = found.document
    if document is None:
        return Verified(name, Verdict.ALTERED, found.spoiled or "it carries no plan of taper's")
    if plan_document.identity(document) != document["plan_id"]:
        why = f"the plan in it is not plan {document['plan_id'][:SHORT_ID]}, as it says"
        return Verified(name, Verdict.ALTERED, why)
    issue, kind = record.recalled(document)
    return PrintedFile(name, data[: found.end], issue, kind, document)


def _of_another_translation(paper: PrintedFile) -> Verified | None:
    """The verdict where DRAFT TRANSLATION stands, or does not, as it would not today."""
    is_draft = not paper.document.is_for_staff and sources.is_draft(paper.plan.locale)
    if paper.draft_translation == is_draft:
        return None
    now = "is not signed any more" if is_draft else "was signed since"
    why = f"{paper.said} is of a translation that {now}"
    return Verified(paper.name, Verdict.SUPERSEDED, why, paper)


# What the plan of today proves ----------------------------------------------------------------


def _beside(paper: PrintedFile, current: Now, proved: Proved | None) -> Verified:
    """The paper beside the plan that the participant's file gives today."""
    plan = current.plan()
    if plan.participant != paper.plan.participant:
        read, whose = paper.plan.participant, f"{plan.participant}, whose file {current.name} is"
        raise Refusal.of(paper.name, "participant", read, whose)
    if isinstance(plan, NotTapering) or _face(plan) != _face(paper.plan):
        return _no_longer(paper, current, plan, proved)
    says = f"{paper.said} says what {current.name} gives as of {current.today}"
    if proved is not None:
        return Verified(paper.name, Verdict.CURRENT, says, paper, proved=proved)
    if not _is_made_of(plan, paper):
        return unproved(paper, f"{says}, but is not byte for byte what is made of it")
    claims = _claims(paper, current, plan)
    if claims:
        return unproved(paper, f"{says}; {claims} only the file itself says")
    said = f"its bytes were made again of what {current.name} gives as of {current.today}"
    made_again = Proved(Proof.MADE_AGAIN, said)
    return Verified(paper.name, Verdict.CURRENT, says, paper, proved=made_again)


def _face(plan: Planned) -> tuple[str, bool, str, str]:
    """What a reader sees of a plan: its id, and the banners and the language, no part of that."""
    return plan_document.plan_id(plan), plan.provisional, plan.status, plan.locale


def _no_longer(paper: PrintedFile, current: Now, plan: Planned, proved: Proved | None) -> Verified:
    """Superseded, unless it never was what it says."""
    since = changes.changed_from(Kept.of(paper.plan).steps, Kept.of(plan).steps)
    other = f", other from {since} on" if since else ", with the same doses"
    why = (
        f"{paper.said} is not what {current.name} gives as of {current.today}: plan "
        f"{plan_document.plan_id(plan)[:SHORT_ID]}{other}"
    )
    if proved is None:
        judged = unproved(paper, why)
        if judged.verdict is Verdict.ALTERED:
            return judged
    return Verified(paper.name, Verdict.SUPERSEDED, why, paper, since, proved)


def _is_made_of(plan: Plan, paper: PrintedFile) -> bool:
    """Whether the paper's bytes are those made of this plan, printed in the way that it names.

    Of the file's own record only that way is taken: which paper and size, which days, the date of
    issue, a pharmacy's terms; and what it claims of the past, which `_claims` then tells.
    """
    issue = Issue.of(
        replace(plan, revision=paper.plan.revision),
        paper.issue.issued,
        paper.issue.terms,
        paper.issue.replaces,
        paper.issue.history,
        paper.issue.paper,
        paper.issue.part,
        paper.issue.signer,
        paper.issue.returns,
    )
    if not documents.exists(issue, paper.document):
        return False
    return documents.unread_pdf(issue, paper.document) == paper.data


def _claims(paper: PrintedFile, current: Now, plan: Plan) -> str:
    """What the paper says of the past, which today's plan does not know."""
    issue, revision = paper.issue, paper.plan.revision
    claims = []
    if revision != plan.revision:
        claims.append(f"that it is revision {revision}")
    if issue.replaces is not None and issue.replaces != current.replaced(plan):
        claims.append(f"that it replaces plan {issue.replaces.plan_id[:SHORT_ID]}")
    if issue.history or issue.returns:
        claims.append("what came before it")
    if issue.issued > current.today:
        claims.append(f"that it was issued on {issue.issued}, a day to come,")
    return " and ".join(claims)


# What a signature proves ----------------------------------------------------------------------


def _by_key(paper: PrintedFile, keys: frozenset[str]) -> Proved | Verified | None:
    """The proof by a known key, or the verdict on what it did not sign; None without one.

    It signed the plan and the record; the pages are proved where they are made again of both.
    """
    signature = paper.attached.get("signed")
    if signature is None or signature["key"] not in keys:
        return None
    key = f"the known key {signature['key'][:SHORT]}"
    if not is_signed(signature, "plan", documents.signable(paper.attached)):
        why = f"its plan and record are not what was signed by {key}"
        return Verified(paper.name, Verdict.ALTERED, why, paper)
    found = asked.compared(paper.data, paper.attached)
    if found.likeness is not Likeness.SAME:
        why = f"{paper.said} has a plan and a record signed by {key}, from which its pages differ"
        return compared(paper, found, why)
    said = f"{key} signed its plan and its record, and its bytes were made again of both"
    return Proved(Proof.SIGNATURE, said)


def _unaltered(paper: PrintedFile, proved: Proved) -> Verified:
    why = f"{paper.said} says what was planned; whether it still is, the participant's file tells"
    return Verified(paper.name, Verdict.UNALTERED, why, paper, proved=proved)
