"""What is printed of a plan, and the record of it that the paper carries.

Whoever holds only the file can make the same pages again from that record, and compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from taper import sources
from taper.pharmacy import dispensing
from taper.pharmacy.dispensing import Terms
from taper.planning.plan import Part, Plan
from taper.record import reading
from taper.record.changes import Replaced, Revision

if TYPE_CHECKING:
    from taper.paper.pages import PaperSize


class Paper(StrEnum):
    """What can be printed of a plan."""

    CALENDAR = "calendar"
    LARGE_PRINT = "large-print"
    PHARMACY = "pharmacy"
    INVESTIGATOR = "investigator"
    WALLET = "wallet"
    NOTICE = "notice"

    @property
    def lists_days(self) -> bool:
        """Whether it says every day, so that a part of the plan can be printed."""
        return self in {Paper.CALENDAR, Paper.LARGE_PRINT}

    @property
    def is_for_staff(self) -> bool:
        """Whether it must not lie among a patient's sheets."""
        return self in {Paper.PHARMACY, Paper.INVESTIGATOR}


TITLES = {
    Paper.CALENDAR: "calendar",
    Paper.LARGE_PRINT: "large-print calendar",
    Paper.PHARMACY: "pharmacy sheet",
    Paper.INVESTIGATOR: "investigator's page",
    Paper.WALLET: "wallet card",
    Paper.NOTICE: "change notice",
}
"""What each is called in a sentence."""
BETWEEN = "+"
"""Stands between a participant and a document in a file's name, and in no participant's id."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a document is made from, beside the plan.

    `paper` is by the plan's locale where none is given. A `part` is for what lists days,
    `terms` and `history` for the pages for staff. `replaces` is the plan that a calendar tells
    its reader to destroy, and that a notice is about.
    """

    issued: date
    terms: Terms | None = None
    replaces: Replaced | None = None
    history: tuple[Revision, ...] = ()
    paper: PaperSize | None = None
    part: Part | None = None


def stem(participant: str, document: Paper) -> str:
    """The name of a document's file, without its ending."""
    if document is Paper.CALENDAR:
        return participant
    return f"{participant}{BETWEEN}{document}"


# The record -------------------------------------------------------------------------------------


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
            terms=dispensing.terms_from(document["dispensing"])
            if "dispensing" in document
            else None,
            replaces=printed["replaces"] and Replaced.of(printed["replaces"]),
            history=tuple(Revision.of(each) for each in printed["history"]),
            paper=printed["paper"],
            part=part and Part(*map(date.fromisoformat, part)),
        )
        plan = reading.plan_from(document, printed["beside"])
        return plan, Paper(printed["document"]), order
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("no record of what was printed") from wrong
