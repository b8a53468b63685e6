"""An earlier plan, read from its JSON: what a new one replaces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from taper import changes, contract
from taper.changes import Replaced
from taper.errors import Refusal
from taper.load.source import bytes_of, text_of
from taper.planning.plan import Plan

_ALLOWED = "the JSON of an earlier plan, as --format json wrote it"


def earlier_plan(path: Path) -> Mapping[str, Any]:
    """An earlier plan's JSON; refused where it is none, or was altered since it was written."""
    return plan_document(text_of(bytes_of(path), path.name), path.name)


def plan_document(text: str, name: str) -> Mapping[str, Any]:
    """The same of a text that `name` holds."""
    try:
        document = json.loads(text)
        known = document["schema"] == contract.SCHEMA
        own = contract.identity(document) if known else None
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
