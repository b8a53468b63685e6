"""What a paper says of itself: the record that rides along in the file.

Whoever holds only the file can make the same pages again from it, and compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from taper import sources
from taper.paper import code
from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.pharmacy import returns, terms
from taper.planning.plan import NotTapering, Part
from taper.record import reading
from taper.record.changes import Replaced, Revision
from taper.signing import codes
from taper.signing.keys import AsSaid


def record(issue: Issue, document: Paper) -> dict[str, Any]:
    """What was printed, and what its pages say beyond the plan's document, as JSON.

    Reasons of events are a person's own words: only the page that prints them carries them.
    """
    part, beside = issue.part, reading.beside(issue.plan)
    if document is not Paper.INVESTIGATOR:
        beside["reasons"], beside["events"] = {}, []
        beside.pop("idle_flares", None)
    signed = code.signature(issue, document)
    return {
        "document": document.value,
        "issued": issue.issued.isoformat(),
        "paper": issue.paper,
        "part": part and [part.first.isoformat(), part.last.isoformat()],
        "replaces": issue.replaces and issue.replaces.as_dict(),
        "history": [revision.as_dict() for revision in issue.history],
        "draft_translation": not document.is_for_staff and sources.is_draft(issue.plan.locale),
        "beside": beside,
        **_returns(issue, document),
    } | ({"code": dict(signed)} if signed else {})


def _returns(issue: Issue, document: Paper) -> dict[str, Any]:
    """What the pharmacy sheet says of earlier revisions, which nothing else in the file knows."""
    if issue.returns is None or document is not Paper.PHARMACY:
        return {}
    return {"returns": returns.as_dict(issue.returns)}


def recalled(document: Mapping[str, Any]) -> tuple[Issue, Paper]:
    """What was issued, and which paper of it the file is, by what rides along in the file.

    Raises `ValueError` where that is not what `record` and `taper.record.plan_document` wrote.
    """
    try:
        printed, part = document["printed"], document["printed"]["part"]
        plan = reading.plan_from(document, printed["beside"])
        if isinstance(plan, NotTapering):
            raise ValueError("a plan without a day, of which nothing is printed")
        issue = Issue.of(
            plan,
            date.fromisoformat(printed["issued"]),
            terms=terms.terms_from(document["dispensing"]) if "dispensing" in document else None,
            replaces=printed["replaces"] and Replaced.of(printed["replaces"]),
            history=tuple(Revision.of(each) for each in printed["history"]),
            paper=printed["paper"],
            part=part and Part(*map(date.fromisoformat, part)),
            signer=_as_said(document),
            returns=returns.returns_from(printed["returns"]) if "returns" in printed else None,
        )
        _ = issue.shown  # a part of days that nobody knows is none of ours
        return issue, Paper(printed["document"])
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("no record of what was printed") from wrong


def _as_said(document: Mapping[str, Any]) -> AsSaid | None:
    """Who signed the file and its code: of a paper from before it had one, the file alone."""
    if "signed" not in document:
        return None
    of_code = {codes.KIND: document["printed"]["code"]} if "code" in document["printed"] else {}
    return AsSaid({"plan": document["signed"], **of_code})
