"""A file that was printed once, as it is read again: its plan, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from taper.errors import Refusal
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.planning.plan import Plan
from taper.record import plan_document
from taper.record.plan_document import SHORT_ID

MOST_BYTES = 64 * 1024 * 1024


WANTED = "a PDF that taper wrote"


MOST_ATTACHED = 16 * 1024 * 1024
"""A calendar of ten years takes 2 MB, its plan 1 MB."""


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """A file as it was read: what was issued, and which paper of it the file is."""

    name: str
    data: bytes
    issue: Issue
    document: Paper
    engine: str
    draft_translation: bool

    @property
    def plan(self) -> Plan:
        """The plan that it carries."""
        return self.issue.plan

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


def plan_attached(name: str, data: bytes) -> Mapping[str, Any]:
    """The plan that rides along in a PDF; raises `Refusal` where there is none."""
    from taper.paper.press import pdf
    from taper.paper.readback.pdf import Differs, attached

    try:
        found = attached(data, pdf.ATTACHMENT_NAME, MOST_ATTACHED)
        document = json.loads(found) if found is not None else None
    except Differs as differs:
        raise _refused(name, str(differs).removeprefix("it is ")) from None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("schema") != plan_document.SCHEMA:
        raise _refused(name, "a PDF without a plan in it")
    if "printed" not in document:
        raise _refused(name, "a PDF that does not say how it was printed")
    return document


def _refused(name: str, read: str) -> Refusal:
    return Refusal.of(name, "the file", read, f"{WANTED}, with the plan in it")
