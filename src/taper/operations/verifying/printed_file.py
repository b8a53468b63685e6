"""A file that was printed once, as it is read again: its plan, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.proof.found import WANTED
from taper.planning.plan import Plan
from taper.record.plan_document import SHORT_ID

__all__ = ["MOST_BYTES", "WANTED", "PrintedFile"]

MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """A file as it was read: what was issued, and which paper of it the file is.

    `data` is what the press wrote, without what was added behind it; `attached` is what rides
    along in it.
    """

    name: str
    data: bytes
    issue: Issue
    document: Paper
    attached: Mapping[str, Any]

    @property
    def plan(self) -> Plan:
        """The plan that it carries."""
        return self.issue.plan

    @property
    def engine(self) -> str:
        """Which taper it says that it is of."""
        return str(self.attached["engine"])

    @property
    def draft_translation(self) -> bool:
        """Whether it says that its translation is a draft."""
        return self.attached["printed"].get("draft_translation") is True

    @property
    def said(self) -> str:
        """What it is, as the beginning of a sentence."""
        issue, revision = self.issue, self.plan.revision
        days = f", {issue.part.first} to {issue.part.last} only" if issue.part else ""
        return (
            f"the {documents.TITLES[self.document]} of {self.plan.participant} (plan "
            f"{issue.plan_id[:SHORT_ID]}{'' if revision is None else f', revision {revision}'}, "
            f"issued on {issue.issued}{days})"
        )
