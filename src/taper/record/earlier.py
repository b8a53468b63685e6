"""An earlier plan in its JSON: read as a stranger wrote it, and what a later plan says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from taper.errors import Refusal
from taper.planning.labels import Finding
from taper.planning.plan import Planned
from taper.record import changes, past, plan_document, vanished
from taper.record.changes import Replaced
from taper.record.document_model import DOCUMENT
from taper.record.kept import Kept
from taper.record.plan_document import ENGINE
from taper.record.strict import MOST_REVISIONS, NotWhole, refuse_other
from taper.wording.quoting import plain, shown

_ALLOWED = "the JSON of an earlier plan, as --format json wrote it"


def json_in(text: str, name: str) -> Any:
    """The plain data of a text; raises `Refusal` where it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal.of(name, "the earlier plan", "no plan in JSON", _ALLOWED) from None


def plan_of(document: Any, name: str) -> Mapping[str, Any]:
    """The earlier plan that such data say; in a refusal it is called `name`."""
    try:
        text = json.dumps(document)
        document = json.loads(text)
        known = document["schema"] == plan_document.SCHEMA
        revision = document["revision"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refusal.of(name, "the earlier plan", "no plan in JSON", _ALLOWED) from None
    if not known:
        raise Refusal.of(name, "the earlier plan", "of another schema", _ALLOWED)
    if revision is not None and not _is_number(revision):
        allowed = "a whole number from 1 on, or null"
        raise Refusal.of(name, "revision", shown(revision), allowed)
    _refuse_other(text, name)
    if plan_document.identity(document) != document["plan_id"]:
        raise Refusal.of(name, "plan_id", "not that of the plan in the file", _ALLOWED)
    return dict(document)


def _refuse_other(text: str, name: str) -> None:
    """Every key by its model: what an earlier plan says comes to stand on the page."""
    try:
        refuse_other(DOCUMENT, text)
    except NotWhole as wrong:
        if wrong.newer is not None:
            read = f"by a newer taper, {wrong.newer}"
            raise Refusal.of(name, "the earlier plan", read, f"up to {ENGINE}") from None
        if not wrong.place:
            raise Refusal.of(name, "the earlier plan", "no plan in JSON", _ALLOWED) from None
        raise Refusal.of(name, plain(wrong.place), shown(wrong.read), _ALLOWED) from None


def _is_number(revision: object) -> bool:
    """Whether it counts: it is printed on the page, where nothing else must come to stand."""
    return type(revision) is int and 1 <= revision <= MOST_REVISIONS


def replaced_by(plan: Planned, old: Mapping[str, Any]) -> Replaced:
    """What `plan` says of the earlier plan `old`, a plan document of the same participant.

    Raises `Refusal` where it is somebody else's.
    """
    if old["participant"] != plan.participant:
        raise Refusal.of(
            plan.participant,
            "the old plan",
            f"one of {old['participant']}",
            f"an earlier plan of {plan.participant}",
        )
    since = changes.changed_from(changes.days_of(old), Kept.of(plan).steps)
    return Replaced(old["revision"], str(old["plan_id"]), None, since)


def with_past(
    plan: Planned, old: Mapping[str, Any], today: date, accepted: str | None = None
) -> Planned:
    """The plan with a finding where days before today differ from the old one's, or less is said.

    Raises `Refusal` where neither an event, the taper's start nor an infusion alters them, and
    where the old one has what is not said any more (§5.4.5), unless somebody `accepted` it
    (§6.16.2 to §6.16.5).
    """
    found = [*_of_lost(plan, old, accepted), *_of_past(plan, old, today, accepted)]
    return replace(plan, findings=(*plan.findings, *found))


def _of_lost(plan: Planned, old: Mapping[str, Any], accepted: str | None) -> Iterator[Finding]:
    lost, where = vanished.of_documents(old, plan_document.as_dict(plan)), "the earlier plan"
    if lost and accepted is None:
        raise vanished.refusal(plan.participant, lost, where)
    if lost and accepted is not None:
        yield vanished.finding(lost, where, accepted)


def _of_past(
    plan: Planned, old: Mapping[str, Any], today: date, accepted: str | None
) -> Iterator[Finding]:
    altered = past.altered(changes.days_of(old), Kept.of(plan).steps, today)
    if altered is None:
        return
    cause = past.cause_by_document(old, plan, altered)
    if cause and accepted is None:
        raise altered.refusal(plan.participant, cause)
    yield altered.finding(accepted)
