"""The anchor and the first taper day."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from oracle.reading import ONE_DAY, Fields, Refused, date, refuse


def find_anchor(protocol: Fields, participant: Fields, today: dt.date) -> tuple[dt.date, bool]:
    # §6.1.1: anchor = date of infusion `after_infusion`.
    number_of_anchor = str(protocol["taper"]["after_infusion"])
    listed = {str(infusion["number"]): infusion for infusion in participant["infusions"]}
    check_infusions(protocol, participant["infusions"])
    infusion = listed.get(number_of_anchor)
    if infusion is None:
        # "not listed (then infusion 1 + the protocol's months), it is planned"
        return planned_date(protocol, listed.get("1"), number_of_anchor), True
    if "date" not in infusion:
        refuse("the infusion was missed: no infusion, no taper")
    # "Listed with a date after today": planned, the plan is provisional.
    return date(infusion["date"]), date(infusion["date"]) > today


def planned_date(protocol: Fields, first: Fields | None, wanted: str) -> dt.date:
    if first is None or "date" not in first:
        refuse("infusion 1 is needed where nothing else dates the anchor")
    for infusion in protocol["infusions"]:
        if str(infusion["number"]) == wanted:
            return date(first["date"]) + relativedelta(months=int(str(infusion["months"])))
    raise Refused(f"the protocol has no infusion {wanted}")


def check_infusions(protocol: Fields, infusions: list[Fields]) -> None:
    # §5.3.2, §5.3.3: infusion numbers are not repeated, infusion dates rise with their numbers.
    numbers = [int(str(infusion["number"])) for infusion in infusions]
    if len(set(numbers)) < len(numbers):
        refuse("an infusion number is repeated")
    known = {int(str(infusion["number"])) for infusion in protocol["infusions"]}
    if not set(numbers) <= known:
        refuse("the protocol has no such infusion")
    dated = {int(str(i["number"])): date(i["date"]) for i in infusions if "date" in i}
    in_order = [dated[key] for key in sorted(dated)]
    if any(later <= earlier for earlier, later in pairwise(in_order)):
        refuse("infusion dates rise with their numbers")


def find_taper_start(
    protocol: Fields, participant: Fields, anchor: dt.date, today: dt.date
) -> dt.date:
    # §6.2.1, §6.2.2: anchor + offset_days, or `taper_started`, which may be neither earlier nor
    # after today.
    offset = int(str(protocol["taper"].get("offset_days", 14)))
    planned = anchor + offset * ONE_DAY
    if "taper_started" not in participant:
        return planned
    started = date(participant["taper_started"])
    if started < planned or started > today:
        refuse("taper_started is earlier than planned, or after today")
    return started
