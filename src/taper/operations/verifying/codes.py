"""What the code on a paper is worth beside the ledger of a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taper.errors import Refusal
from taper.folder import told
from taper.operations.verifying.ledger import last_told
from taper.operations.verifying.verdict import Proof, Proved, Verdict
from taper.paper.kinds import TITLES
from taper.record.ledger import Entry
from taper.record.plan_document import SHORT_ID
from taper.signing import codes
from taper.signing.codes import Code
from taper.signing.keys import SHORT


@dataclass(frozen=True, slots=True)
class VerifiedCode:
    """A verdict on a code and why, in one sentence."""

    code: Code
    verdict: Verdict
    why: str
    proved: Proved | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same for another program; dates ISO."""
        return {
            "verdict": self.verdict.value,
            "why": self.why,
            "proof": self.proved and self.proved.by.value,
            "proved": self.proved and self.proved.said,
            "participant": self.code.participant,
            "document": self.code.document,
            "plan_id": self.code.plan,
            "revision": self.code.revision,
            "issued": self.code.issued.isoformat(),
        }


def verify(scanned: str, folder: Path | None, keys: frozenset[str] = frozenset()) -> VerifiedCode:
    """What a code is worth beside the ledger of a folder, and by the keys that are known.

    Raises `Refusal` for what is no code, and `TaperError` for a folder that no batch wrote.
    """
    code = codes.read(scanned)
    proved = _signed(code, keys)
    if isinstance(proved, VerifiedCode):
        return proved
    if folder is not None:
        return _by_ledger(code, folder, proved)
    if proved is None:
        why = f"{_said(code)} is proved by no known key, and no folder was named"
        return VerifiedCode(code, Verdict.UNPROVED, why)
    why = f"{_said(code)} was signed; whether it is still the plan, the ledger of its folder tells"
    return VerifiedCode(code, Verdict.UNALTERED, why, proved)


def _said(code: Code) -> str:
    revision = "" if code.revision is None else f", revision {code.revision}"
    return (
        f"the {_called(code)} of {code.participant} (plan {code.plan[:SHORT_ID]}{revision}, issued "
        f"on {code.issued})"
    )


def _called(code: Code) -> str:
    """The paper that a code is on, in words; a code of elsewhere may name any."""
    titles = (title for paper, title in TITLES.items() if paper == code.document)
    return next(titles, code.document)


def _signed(code: Code, keys: frozenset[str]) -> Proved | VerifiedCode | None:
    if code.key is None or not any(key.startswith(code.key) for key in keys):
        return None
    key = f"the known key {code.key[:SHORT]}"
    if not code.is_of(keys):
        return VerifiedCode(code, Verdict.ALTERED, f"{_said(code)} is not what {key} signed")
    return Proved(Proof.SIGNATURE, f"{key} signed what the code says")


def _by_ledger(code: Code, folder: Path, proved: Proved | None) -> VerifiedCode:
    run = None
    try:
        entries, run = told.with_last_run(folder, code.participant)
    except Refusal as unknown:
        if unknown.problems[0].field != "participant":
            raise
        entries = []
    wrote = [each for each in entries if _is_of(code, each)]
    if not wrote:
        why = f"{_said(code)} is no paper that the ledger of {folder.name} knows"
        return VerifiedCode(code, Verdict.ALTERED, why, proved)
    last = entries[-1]
    proved = proved or Proved(Proof.LEDGER, f"the ledger of {folder.name} knows what the code says")
    if wrote[-1].revision == last.revision:
        verdict, why = last_told(last, run, folder)
        return VerifiedCode(code, verdict, f"{_said(code)} {why}", proved)
    why = f"{_said(code)} was replaced by revision {last.revision}, issued on {last.issued}"
    return VerifiedCode(code, Verdict.SUPERSEDED, why, proved)


def _is_of(code: Code, entry: Entry) -> bool:
    is_plan = entry.plan_id.startswith(code.plan) and entry.issued == code.issued
    return is_plan and code.revision in (None, entry.revision)
