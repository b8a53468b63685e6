"""An earlier plan, read from its JSON: what a new one replaces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from taper.errors import Refusal
from taper.planning.plan import Plan
from taper.record import changes, plan_document
from taper.record.changes import Replaced
from taper.sources.raw import bytes_of, text_of

_ALLOWED = "the JSON of an earlier plan, as --format json wrote it"


def earlier_plan(path: Path) -> Mapping[str, Any]:
    """An earlier plan's JSON; refused where it is none, or was altered since it was written."""
    return plan_in(text_of(bytes_of(path), path.name), path.name)


def plan_in(text: str, name: str) -> Mapping[str, Any]:
    """The same of a text that `name` holds."""
    try:
        document = json.loads(text)
        known = document["schema"] == plan_document.SCHEMA
        own = plan_document.identity(document) if known else None
        _ = document["revision"], [day["tablets"] for day in document["days"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refusal.of(name, "the earlier plan", "no plan in JSON", _ALLOWED) from None
    if not known:
        raise Refusal.of(name, "the earlier plan", "of another schema", _ALLOWED)
    if own != document["plan_id"]:
        raise Refusal.of(name, "plan_id", "not that of the plan in the file", _ALLOWED)
    return dict(document)


def replaced_by(plan: Plan, old: Mapping[str, Any]) -> Replaced:
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
    since = changes.changed_from(changes.course_of(old), changes.course(plan))
    return Replaced(old["revision"], str(old["plan_id"]), None, since)
