"""What a printed file is worth, what was proved of it, and by what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from taper.operations.verifying.printed_file import PrintedFile


class Verdict(StrEnum):
    """What a printed file is worth.

    `UNFIT` is the last paper of a participant whose data the last run refused: nothing replaced it.
    """

    CURRENT = "current"
    SUPERSEDED = "superseded"
    UNFIT = "unfit"
    ALTERED = "altered"
    UNALTERED = "unaltered"
    UNPROVED = "unproved"

    @property
    def is_good(self) -> bool:
        """Whether the paper was proved, is not known to be replaced, and fits its data."""
        return self in {Verdict.CURRENT, Verdict.UNALTERED}


class Proof(StrEnum):
    """By what a file was proved to be one that taper printed; there is no other way."""

    MADE_AGAIN = "made again"
    LEDGER = "ledger"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Proved:
    """A proof, and in words what it is the proof of."""

    by: Proof
    said: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A verdict and why, in one sentence; `paper` is None where no plan could be read.

    `additions` are what another program appended to the file, a sentence each: of them nothing was
    proved.
    """

    file: str
    verdict: Verdict
    why: str
    paper: PrintedFile | None = None
    changed_from: date | None = None
    proved: Proved | None = None
    additions: tuple[str, ...] = ()

    @property
    def proof(self) -> Proof | None:
        """By what it was proved, None where nothing proves it."""
        return None if self.proved is None else self.proved.by

    def added_to(self, additions: tuple[str, ...], *, is_unseen: bool) -> Verified:
        """The verdict on a file to which something was appended: what is seen of it is unproved."""
        if is_unseen or not self.verdict.is_good:
            return replace(self, additions=additions)
        why = (
            f"beneath what was added it is {self.verdict}, and the rest was not proved: {self.why}"
        )
        return replace(self, verdict=Verdict.UNPROVED, why=why, additions=additions)

    def as_dict(self) -> dict[str, Any]:
        """The same for another program; dates ISO."""
        paper = self.paper
        return {
            "file": self.file,
            "verdict": self.verdict.value,
            "why": self.why,
            "proof": self.proof and self.proof.value,
            "proved": self.proved and self.proved.said,
            "additions": list(self.additions),
            "participant": paper and paper.plan.participant,
            "document": paper and paper.document.value,
            "plan_id": paper and paper.issue.plan_id,
            "revision": paper and paper.plan.revision,
            "issued": paper and paper.issue.issued.isoformat(),
            "changed_from": self.changed_from and self.changed_from.isoformat(),
        }
