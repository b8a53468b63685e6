"""What a paper says of itself: the record that rides along in the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from taper import sources
from taper.paper.orders import Order, Paper
from taper.pharmacy import terms
from taper.planning.plan import Part, Plan
from taper.record import reading
from taper.record.changes import Replaced, Revision

if TYPE_CHECKING:
    pass


def record(plan: Plan, document: Paper, order: Order) -> dict[str, Any]:
    """What was printed, and what its pages say beyond the plan's document, as JSON.

    Reasons of events are a person's own words: only the page that prints them carries them.
    """
    part, beside = order.part, reading.beside(plan)
    if document is not Paper.INVESTIGATOR:
        beside["reasons"] = {}
    return {
        "document": document.value,
        "issued": order.issued.isoformat(),
        "paper": order.paper,
        "part": part and [part.first.isoformat(), part.last.isoformat()],
        "replaces": order.replaces and order.replaces.as_dict(),
        "history": [revision.as_dict() for revision in order.history],
        "draft_translation": not document.is_for_staff and sources.is_draft(plan.locale),
        "beside": beside,
    }


def recalled(document: Mapping[str, Any]) -> tuple[Plan, Paper, Order]:
    """The plan of a file, which document of it the file is, and how it was made.

    Raises `ValueError` where that is not what `record` and `taper.record.plan_document` wrote.
    """
    try:
        printed, part = document["printed"], document["printed"]["part"]
        order = Order(
            issued=date.fromisoformat(printed["issued"]),
            terms=terms.terms_from(document["dispensing"]) if "dispensing" in document else None,
            replaces=printed["replaces"] and Replaced.of(printed["replaces"]),
            history=tuple(Revision.of(each) for each in printed["history"]),
            paper=printed["paper"],
            part=part and Part(*map(date.fromisoformat, part)),
        )
        plan = reading.plan_from(document, printed["beside"])
        return plan, Paper(printed["document"]), order
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("no record of what was printed") from wrong
