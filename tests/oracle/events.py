"""Events in the order of their dates, and what no event may say (§6.7)."""

from __future__ import annotations

from itertools import pairwise

from oracle.case import Case
from oracle.reading import Fields, date, refuse


def sorted_events(case: Case) -> list[Fields]:
    # "Events, in date order, whatever their order in the file"; a withdrawal last on its day.
    events = sorted(
        case.participant.get("events") or [],
        key=lambda event: (date(event["date"]), event["type"] == "withdraw"),
    )
    for event in events:
        check_event(case, event)
    # "Refused: two on one day (a withdrawal excepted); anything after a withdrawal."
    for event, following in pairwise(events):
        same_day = date(event["date"]) == date(following["date"])
        if event["type"] == "withdraw" or (same_day and following["type"] != "withdraw"):
            refuse("two events on one day, or an event after a withdrawal")
    return events


def check_event(case: Case, event: Fields) -> None:
    # §6.7.8: an event on or before the anchor; §5.4.2: reason is required where it is shown.
    if date(event["date"]) <= case.anchor:
        refuse("an event on or before the anchor")
    if event["type"] in ("hold", "set-dose", "withdraw") and not event.get("reason"):
        refuse("a reason is required")
