"""How sure the figures of a shipped sheet are; `docs/sources.md` explains it to a reader."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Whether a figure is the one that its source printed, the surest first."""

    LOOKED_UP = "looked-up"
    HIGH_CONFIDENCE = "high-confidence"
    UNVERIFIED = "unverified"

    @property
    def meaning(self) -> str:
        """What it says of a figure, as the end of a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Status.LOOKED_UP: "read on the page that is cited",
    Status.HIGH_CONFIDENCE: (
        "read on a secondary page or remembered, and the primary source was not reached"
    ),
    Status.UNVERIFIED: "remembered and checked against nothing",
}


def least_sure(*statuses: Status) -> Status:
    """The status of an answer that rests on several figures."""
    return max(statuses, key=list(Status).index)
