"""What is printed of a plan, and the record of it that the paper carries.

Whoever holds only the file can make the same pages again from that record, and compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from taper.pharmacy.terms import Terms
from taper.planning.plan import Part
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
