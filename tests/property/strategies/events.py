"""Random events, placed where rules meet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st
from oracle import oracle
from oracle.drugs import Drug, read_drug
from oracle.plans import OraclePlan
from oracle.reading import Refused
from oracle.told import text
from property.strategies.drugs import SOLUTIONS, makeable_doses, times
from property.strategies.protocols import SHIPPED
from property.strategies.words import Case, Fields

LONG_AGO = dt.date(2020, 1, 1)


def try_plan(case: Case) -> OraclePlan | None:
    try:
        return oracle(*case)
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


@st.composite
def event_dates(draw: st.DrawFn, plan: OraclePlan, events: Sequence[Fields]) -> dt.date:
    """Mostly after the events so far; the file may hold them in any order."""
    any_day = st.sampled_from([day.date for day in plan.days])
    latest = max((dt.date.fromisoformat(event["date"]) for event in events), default=LONG_AGO)
    later = [date for date in interesting_days(plan) if date > latest]
    choices = [any_day, st.sampled_from(interesting_days(plan))]
    if later:
        choices += [st.sampled_from(later)] * 4
    date: dt.date = draw(st.one_of(*choices))
    return date


@st.composite
def events_on(draw: st.DrawFn, kind: str, date: dt.date, case: Case, plan: OraclePlan) -> Fields:
    drugs, taper = drugs_of(*case[:2])
    event: Fields = {"type": kind, "date": date.isoformat()}
    days = st.sampled_from([1, 2, 3, 7, 10, 21])
    if kind == "flare" and draw(st.integers(0, 4)):
        later = draw(st.sampled_from([0, 1, 3, 8, 20]))
        event["resolved"] = (date + dt.timedelta(later)).isoformat()
    if kind == "hold" and draw(st.integers(0, 4)):
        event["until"] = (date + dt.timedelta(draw(days))).isoformat()
    if kind == "stress-dose":
        before = [day for day in plan.days if day.date < date][-1:] or plan.days[:1]
        drug = drugs[before[0].drug]
        low = drug.to_prednisone(before[0].dose)
        low = low * Fraction(4, 5) if draw(st.booleans()) else low
        event |= {"days": draw(days), "dose_mg": draw(makeable_doses(drug, low, low + 40))}
        event |= {"drug": drug.name} if len(drugs) > 1 else {}
    if kind == "set-dose by another regimen":
        event |= {"type": "set-dose", "regimen": draw(st.sampled_from(sorted(SHIPPED)))}
        kind = "set-dose"
    if kind == "tablets at other times":
        event |= {"type": "tablets", "times": draw(times())}
        kind = "tablets"
    if kind == "set-dose":
        low = draw(st.sampled_from([Fraction(0), Fraction(5), Fraction(10)]))
        high = draw(st.sampled_from([Fraction(12), Fraction(25), Fraction(60)]))
        event |= {"days": draw(days), "dose_mg": draw(makeable_doses(drugs[taper], low, high))}
        event |= {"drug": taper} if len(drugs) > 1 else {}
    if kind == "tablets":
        event["strengths"] = draw(st.sampled_from(other_tablets(drugs[taper])))
    if kind == "a solution":
        event |= {"type": "tablets", "strengths": [draw(st.sampled_from(SOLUTIONS))]}
    if kind == "amendment":
        event["protocol"] = draw(st.sampled_from(sorted(case[0]["amendments"])))
    if kind == "weight":
        event["kg"] = draw(st.sampled_from(["40", "50", "62.5", "75", "100"]))
    if kind in ("hold", "set-dose", "withdraw"):
        event["reason"] = "infection"
    return event


@st.composite
def event_lists(draw: st.DrawFn, case: Case, kinds: Sequence[str], max_events: int) -> list[Fields]:
    """Events that can follow each other; one in many cannot, and the case is refused."""
    protocol, participant, today = case
    # A withdrawal ends everything, so it is drawn less often than the rest; flares are counted.
    often = {"withdraw": 1, "flare": 6, "amendment": 9}
    lacks = {"flare": "flare", "amendment": "amendments"}
    allowed = [kind for kind in kinds if lacks.get(kind, "taper") in protocol]
    weighted = [kind for kind in allowed for _ in range(often.get(kind, 3))]
    plan = try_plan(case)
    events: list[Fields] = []
    wanted = draw(st.integers(0, max_events)) if allowed else 0
    for _ in range(2 * wanted):
        if plan is None or len(events) == wanted:
            break
        kind = draw(st.sampled_from(weighted))
        event = draw(events_on(kind, draw(event_dates(plan, events)), case, plan))
        longer = try_plan((protocol, {**participant, "events": [*events, event]}, today))
        if longer is not None or draw(st.integers(0, 14)) == 7:
            events.append(event)
            plan = longer
    return draw(st.permutations(events))


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
