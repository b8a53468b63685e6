"""Random events, placed where rules meet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from oracle import days_alone
from oracle.drugs import Drug, read_drug
from oracle.plans import OraclePlan
from oracle.reading import Refused
from oracle.told import text
from property.strategies.drugs import SOLUTIONS, makeable_doses, times
from property.strategies.protocols import SHIPPED
from property.strategies.words import Case, Chance, Fields

LONG_AGO = dt.date(2020, 1, 1)


def try_plan(case: Case) -> OraclePlan | None:
    try:
        return days_alone(*case)
    except Refused:
        return None


def interesting_days(plan: OraclePlan) -> list[dt.date]:
    """Each first day of a step or a dose, the days beside it, and some after the last day."""
    one = dt.timedelta(1)
    dates = {plan.anchor + one, plan.taper_start - one, plan.taper_start}
    for before, day in zip(plan.days, plan.days[1:], strict=False):
        if (before.drug, before.dose, before.kind) != (day.drug, day.dose, day.kind):
            dates |= {before.date, day.date, day.date + one}
    last = plan.days[-1].date
    dates |= {last, last + one, last + 9 * one}
    return sorted(date for date in dates if date > plan.anchor)


def event_dates(chance: Chance, plan: OraclePlan, events: Sequence[Fields]) -> dt.date:
    """Mostly after the events so far; the file may hold them in any order."""
    latest = max((dt.date.fromisoformat(event["date"]) for event in events), default=LONG_AGO)
    later = [date for date in interesting_days(plan) if date > latest]
    if later and not chance.one_in(3):
        return chance.one_of(later)
    return chance.one_of(interesting_days(plan)) if chance.half() else chance.one_of(plan.days).date


def events_on(chance: Chance, kind: str, date: dt.date, case: Case, plan: OraclePlan) -> Fields:
    drugs, taper = drugs_of(*case[:2])
    event: Fields = {"type": kind, "date": date.isoformat()}
    days = chance.one_of([1, 2, 3, 7, 10, 21])
    if kind == "flare" and not chance.one_in(5):
        later = chance.one_of([0, 1, 3, 8, 20])
        event["resolved"] = (date + dt.timedelta(later)).isoformat()
    if kind == "hold" and not chance.one_in(5):
        event["until"] = (date + dt.timedelta(days)).isoformat()
    if kind == "stress-dose":
        before = [day for day in plan.days if day.date < date][-1:] or plan.days[:1]
        drug = drugs[before[0].drug]
        low = drug.to_prednisone(before[0].dose)
        low = low * Fraction(4, 5) if chance.half() else low
        event |= {"days": days, "dose_mg": makeable_doses(chance, drug, low, low + 40)}
        event |= {"drug": drug.name} if len(drugs) > 1 else {}
    if kind == "set-dose by another regimen":
        event |= {"type": "set-dose", "regimen": chance.one_of(sorted(SHIPPED))}
        kind = "set-dose"
    if kind == "tablets at other times":
        event |= {"type": "tablets", "times": times(chance)}
        kind = "tablets"
    if kind == "set-dose":
        low = chance.one_of([Fraction(0), Fraction(5), Fraction(10)])
        high = chance.one_of([Fraction(12), Fraction(25), Fraction(60)])
        event |= {"days": days, "dose_mg": makeable_doses(chance, drugs[taper], low, high)}
        event |= {"drug": taper} if len(drugs) > 1 else {}
    if kind == "tablets":
        event["strengths"] = chance.one_of(other_tablets(drugs[taper]))
    if kind == "a solution":
        event |= {"type": "tablets", "strengths": [chance.one_of(SOLUTIONS)]}
    if kind == "amendment":
        event["protocol"] = chance.one_of(sorted(case[0]["amendments"]))
    if kind == "weight":
        event["kg"] = chance.one_of(["40", "50", "62.5", "75", "100"])
    if kind in ("hold", "set-dose", "withdraw"):
        event["reason"] = "infection"
    return event


def event_lists(chance: Chance, case: Case, kinds: Sequence[str], max_events: int) -> list[Fields]:
    """Events that can follow each other; one in many cannot, and the case is refused."""
    protocol, participant, today = case
    # A withdrawal ends everything, so it is drawn less often than the rest; flares are counted.
    often = {"withdraw": 1, "flare": 6, "amendment": 9}
    lacks = {"flare": "flare", "amendment": "amendments"}
    allowed = [kind for kind in kinds if lacks.get(kind, "taper") in protocol]
    weighted = [kind for kind in allowed for _ in range(often.get(kind, 3))]
    plan = try_plan(case)
    events: list[Fields] = []
    wanted = chance.whole(0, max_events) if allowed else 0
    for _ in range(2 * wanted):
        if plan is None or len(events) == wanted:
            break
        kind = chance.one_of(weighted)
        event = events_on(chance, kind, event_dates(chance, plan, events), case, plan)
        longer = try_plan((protocol, {**participant, "events": [*events, event]}, today))
        if longer is not None or chance.one_in(15):
            events.append(event)
            plan = longer
    return chance.in_any_order(events)


def other_tablets(drug: Drug) -> list[list[Fields]]:
    """Finer ones, coarser ones, some more and some fewer."""
    mg = [tablet.mg for tablet in drug.tablets]
    choices = [
        [{"mg": text(each / 2)} for each in mg],
        [{"mg": text(each), "split": 2} for each in mg],
        [{"mg": text(each)} for each in mg[:1]],
        [{"mg": text(each)} for each in mg[-1:]],
        [{"mg": text(each)} for each in {*mg, mg[-1] / 2}],
        [{"mg": text(mg[0] * 2)}, *({"mg": text(each)} for each in mg)],
    ]
    return [each for each in choices if each]


def drugs_of(protocol: Fields, participant: Fields) -> tuple[dict[str, Drug], str]:
    steroid = participant["steroid"]
    drugs = {steroid["drug"]: read_drug(steroid["drug"], steroid["strengths"], protocol)}
    taper = protocol["taper"].get("drug", "as-baseline")
    if taper in ("as-baseline", steroid["drug"]):
        return drugs, steroid["drug"]
    return {**drugs, taper: read_drug(taper, participant["taper_strengths"], protocol)}, taper
