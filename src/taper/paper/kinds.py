"""Which papers there are of a plan, what each is called, and what its file is."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Paper(StrEnum):
    """What can be printed of a plan."""

    CALENDAR = "calendar"
    LARGE_PRINT = "large-print"
    DIARY = "diary"
    LARGE_DIARY = "large-print-diary"
    PHARMACY = "pharmacy"
    INVESTIGATOR = "investigator"
    WALLET = "wallet"
    EMERGENCY = "emergency"
    NOTICE = "notice"

    @property
    def lists_days(self) -> bool:
        """Whether it says every day."""
        return self in {Paper.CALENDAR, Paper.LARGE_PRINT} or self.is_diary

    @property
    def is_large(self) -> bool:
        """Whether it is in large print."""
        return self in {Paper.LARGE_PRINT, Paper.LARGE_DIARY}

    @property
    def is_diary(self) -> bool:
        """Whether it is a calendar with boxes to tick."""
        return self in {Paper.DIARY, Paper.LARGE_DIARY}

    @property
    def as_diary(self) -> Paper:
        """The diary that a calendar becomes; itself where it lists no days."""
        return {Paper.CALENDAR: Paper.DIARY, Paper.LARGE_PRINT: Paper.LARGE_DIARY}.get(self, self)

    @property
    def has_part(self) -> bool:
        """Whether there can be one of some days of the plan alone."""
        return self.lists_days or self is Paper.PHARMACY

    @property
    def is_for_staff(self) -> bool:
        """Whether it must not lie among a patient's sheets."""
        return self in {Paper.PHARMACY, Paper.INVESTIGATOR}


def listing(*, large: bool, diary: bool) -> Paper:
    """The paper that lists the days so."""
    whole = Paper.LARGE_PRINT if large else Paper.CALENDAR
    return whole.as_diary if diary else whole


TITLES = {
    Paper.CALENDAR: "calendar",
    Paper.LARGE_PRINT: "large-print calendar",
    Paper.DIARY: "diary",
    Paper.LARGE_DIARY: "large-print diary",
    Paper.PHARMACY: "pharmacy sheet",
    Paper.INVESTIGATOR: "investigator's page",
    Paper.WALLET: "wallet card",
    Paper.EMERGENCY: "emergency card",
    Paper.NOTICE: "change notice",
}
"""What each is called in a sentence."""
BETWEEN = "+"
"""Stands between a participant and a document in a file's name, and in no participant's id."""
_SINCE = "from-"


def stem(participant: str, document: Paper, since: date | None = None) -> str:
    """The name of a document's file, without its ending; `since` is the first day of a part."""
    kind = "" if document is Paper.CALENDAR else f"{BETWEEN}{document}"
    days = "" if since is None else f"{BETWEEN}{_SINCE}{since}"
    return f"{participant}{kind}{days}"


def named(stem: str, participant: str) -> tuple[Paper, str]:
    """Which document a file's name tells of, and the first day of its part, empty of the whole."""
    _, *words = stem.removeprefix(participant).split(BETWEEN)
    kinds = [each for each in words if not each.startswith(_SINCE)]
    days = [each.removeprefix(_SINCE) for each in words if each.startswith(_SINCE)]
    return Paper(*kinds or [Paper.CALENDAR]), "".join(days)
