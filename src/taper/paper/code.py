"""The code to scan on a patient's pages: its text, and the squares that spell it (§10.12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno

from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.signing import codes
from taper.signing.keys import Signature

MODULE = 1.134
"""How wide a square is, in points: 0.4 mm, which phones and scanner guns read on any paper."""
QUIET = 4
"""So many squares around a code must be white (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is drawn: `runs` of dark squares, each its row, its first column, its length."""

    text: str
    modules: int
    runs: tuple[tuple[int, int, int], ...]

    @property
    def side(self) -> float:
        """How wide and high it is, in points, without the white around it."""
        return self.modules * MODULE

    @property
    def path(self) -> str:
        """The middle lines of the runs, to be drawn as wide as a square."""
        return "".join(f"M{first} {row}.5h{length}" for row, first, length in self.runs)


def text(issue: Issue, document: Paper) -> str:
    """What is drawn on a paper as a code to scan; signed where the issue has a key."""
    revision, who = issue.plan.revision, issue.plan.participant
    made = codes.code(who, issue.plan_id, revision, issue.issued, document.value, issue.signer)
    return made.text


def signature(issue: Issue, document: Paper) -> Signature | None:
    """Who signed the code of a patient's paper, for the record by which the file is made again."""
    if issue.signer is None or document.is_for_staff:
        return None
    return issue.signer(codes.KIND, codes.read(text(issue, document)).said.encode())


def code(issue: Issue, document: Paper) -> Code:
    """The code of a paper, which is the same on each of its pages."""
    return drawn(text(issue, document))


@lru_cache(maxsize=64)
def drawn(said: str) -> Code:
    """A text as the squares of a QR code, of which a seventh may be lost.

    Of its eight masks the one that ISO/IEC 18004 wants is looked for: poor paper forgives it most.
    """
    matrix = segno.make_qr(said, error="m").matrix
    return Code(said, len(matrix), tuple(_runs(matrix)))


def _runs(matrix: tuple[bytearray, ...]) -> Iterator[tuple[int, int, int]]:
    for row, squares in enumerate(matrix):
        at = 0
        for is_dark, same in groupby(squares, bool):
            length = len(list(same))
            if is_dark:
                yield row, at, length
            at += length
