"""What is said of a paper that nothing proves: it was altered, or it merely reads alike."""

from __future__ import annotations

from taper.operations.verifying.printed_file import PrintedFile
from taper.operations.verifying.verdict import Verdict, Verified
from taper.paper.proof import asked
from taper.paper.proof.found import Compared, Likeness
from taper.record import plan_document

_PROVERS = "the participant's file, the folder of its batch or a known key"


def alone(paper: PrintedFile) -> Verified:
    """What is to be said of a paper that only its own plan speaks for."""
    return unproved(
        paper,
        f"{paper.said} says what its own plan says, which anybody can write; allowed as "
        f"proof: {_PROVERS}",
    )


def unproved(paper: PrintedFile, why: str) -> Verified:
    """The verdict where nothing proves a paper: it was altered, or it merely reads alike."""
    return compared(paper, asked.compared(paper.data, paper.attached), why)


def compared(paper: PrintedFile, found: Compared, why: str) -> Verified:
    """The same where the paper was already `found` to be like its own plan, or not."""
    if found.likeness is None:
        return Verified(paper.name, Verdict.ALTERED, _differs(paper, found.differs), paper)
    if found.likeness is Likeness.LOOKS:
        why += (
            "; its bytes are not those that are made here of its plan, so what can be read was "
            "compared, and each page as it is drawn, to half a point"
        )
    return Verified(paper.name, Verdict.UNPROVED, why, paper)


def _differs(paper: PrintedFile, how: str) -> str:
    if paper.engine == plan_document.ENGINE:
        return how
    return f"{how}; it is of {paper.engine}, whose words may differ from {plan_document.ENGINE}'s"
