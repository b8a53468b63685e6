"""Random protocols and participants, in the form of the golden cases.

`cases()` draws (protocol, participant, today). Events are placed where rules meet: on the first
and last days of the steps that the plan has so far, in the run-in, inside holds, in the
maintenance and after the last printed day. Most cases can be planned; a few are refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from oracle import EQUIVALENCE, Drug, OraclePlan, Refused, oracle, read_drug, text

Fields = dict[str, Any]
Case = tuple[Fields, Fields, dt.date]

REGIMENS = ("bands", "percent", "linear", "steps", "tables")
EVENTS = ("flare", "hold", "stress-dose", "set-dose", "withdraw")
FLARE_ACTIONS = ("hold", "step-back", "rescue")

LONG_AGO = dt.date(2020, 1, 1)
LATER = dt.date(2040, 1, 1)


def half(mg: str) -> Fields:
    return {"mg": mg, "split": 2}


def quarter(mg: str) -> Fields:
    return {"mg": mg, "split": 4}


# What a participant may have of each drug, fine to coarse.
STRENGTHS: dict[str, list[list[Any]]] = {
    "prednisone": [
        ["20", "10", "5", "2.5", "1"],
        ["50", "20", "10", "5", "2.5", "1"],
        [half("5"), "1"],
        [quarter("20"), half("5"), {"mg": "1", "split": 1}],
        ["25", "20", half("1")],
        [half("5")],
        ["5", "2.5"],
        [half("10"), "2.5"],
        ["20", "5"],
    ],
    "prednisolone": [["25", "5", "2.5", "1"], [quarter("20"), "1"], [half("5")]],
    "methylprednisolone": [["32", "16", "8", "4", "2"], [half("4"), "16"], [quarter("4")]],
    "triamcinolone": [[half("4"), half("1")], ["8", "4", "2", "1"]],
    "hydrocortisone": [["20", "10", "5"], [half("10")], [quarter("20")]],
    "cortisone": [[quarter("25")], [half("25"), half("5")]],
    "dexamethasone": [
        ["4", "1.5", "0.75", "0.5"],
        ["0.75", "0.5"],
        [half("0.75"), half("0.5"), "6"],
        [quarter("0.5")],
    ],
    "betamethasone": [[half("0.6")], [quarter("0.5")]],
    "paramethasone": [[half("2"), half("1")], [quarter("2")]],
    "deflazacort": [["30", half("6")], ["6", "1"]],
}
OVER_10 = ["60", "50", "45", "40", "35", "30", "25", "20", "17.5", "15", "12.5"]
UP_TO_10 = ["10", "9", "8", "7.5", "7", "6", "5", "4", "3", "2.5", "2", "1.5", "1", "0.5", "0"]
LADDER = OVER_10 + UP_TO_10
STEP_DAYS = st.sampled_from([1, 2, 3, 5, 7, 10, 14, 21, 28])


# ---------------------------------------------------------------- drugs


@st.composite
def steroids(draw: st.DrawFn, equivalence: str) -> tuple[str, list[Any]]:
    names = [name for name in STRENGTHS if name in EQUIVALENCE[equivalence]]
    usual = draw(st.booleans())
    name = "prednisone" if usual else draw(st.sampled_from(names))
    return name, draw(st.sampled_from(STRENGTHS[name]))


@st.composite
def makeable_doses(draw: st.DrawFn, drug: Drug, low: Fraction, high: Fraction) -> str:
    """A dose of the drug, over `low` and up to `high` mg prednisone-equivalent if there is one."""
    fitting = [mg for mg in drug.makeable(drug.from_prednisone(high)) if mg > 0]
    inside = [mg for mg in fitting if low < drug.to_prednisone(mg) <= high]
    return text(draw(st.sampled_from(inside or fitting[:1])))


# ---------------------------------------------------------------- regimens


@st.composite
def bands(draw: st.DrawFn, target: Fraction) -> Fields:
    edges = [
        mg for mg in ("40", "30", "20", "15", "10", "7.5", "5", "2.5") if Fraction(mg) > target
    ]
    upper = draw(st.sets(st.sampled_from(edges), max_size=4))
    lowest = draw(st.sampled_from([mg for mg in ("5", "2.5", "0") if Fraction(mg) <= target]))
    chosen = sorted({*upper, lowest}, key=Fraction, reverse=True)
    return {
        "kind": "bands",
        "bands": [
            {
                "above_mg": edge,
                "decrease_mg": draw(st.sampled_from(["10", "5", "4", "2.5", "2", "1"])),
                "every_days": draw(STEP_DAYS),
            }
            for edge in chosen
        ],
    }


@st.composite
def percents(draw: st.DrawFn, target: Fraction) -> Fields:
    of = draw(st.sampled_from([None, "current", "baseline"]))
    percent = draw(st.sampled_from(["8", "10", "12.5", "20", "25", "33.3", "50"]))
    regimen: Fields = {
        "kind": "percent",
        "decrease_percent": percent,
        "every_days": draw(STEP_DAYS),
    }
    if of is not None:
        regimen["of"] = of
    needed = target == 0 and of != "baseline"
    if needed or draw(st.booleans()):
        regimen["min_decrease_mg"] = draw(st.sampled_from(["0.5", "1", "2.5"]))
    return regimen


@st.composite
def linears(draw: st.DrawFn) -> Fields:
    return {"kind": "linear", "every_days": draw(st.sampled_from([1, 5, 7, 10, 14, 15, 28]))}


@st.composite
def rows(draw: st.DrawFn, target: Fraction, weight: Fraction | None) -> list[Fields]:
    """A table that never rises: doses over the target, then one whose every day is at or under."""
    over = [mg for mg in LADDER if Fraction(mg) > target]
    under = [mg for mg in LADDER if Fraction(mg) <= target]
    table: list[Fields] = []
    if weight is not None and draw(st.booleans()):
        table.append(draw(rows_by_weight()))
        first = min(Fraction(table[0]["mg_per_kg"]) * weight, Fraction(table[0]["max_mg"]))
        over = [mg for mg in over if Fraction(mg) <= first]
    chosen = draw(st.sets(st.sampled_from(over), min_size=1, max_size=9)) if over else set()
    for mg in sorted(chosen, key=Fraction, reverse=True):
        table.extend(draw(rows_at(mg)))
    for mg in draw(st.lists(st.sampled_from(under), min_size=1, max_size=2, unique=True)):
        last = mg if draw(st.booleans()) else under[0]
        table.append({"mg": draw(cycles(last)), "days": draw(STEP_DAYS)})
    return sorted_tail(table, target)


def sorted_tail(table: list[Fields], target: Fraction) -> list[Fields]:
    """The rows at or under the target, in falling order of their highest day."""

    def highest(row: Fields) -> Fraction:
        return max(Fraction(mg) for mg in as_list(row["mg"])) if "mg" in row else Fraction(1000)

    head = [row for row in table if highest(row) > target]
    tail = [row for row in table if highest(row) <= target]
    return head + sorted(tail, key=highest, reverse=True)


def as_list(mg: Any) -> list[str]:
    return mg if isinstance(mg, list) else [mg]


@st.composite
def rows_by_weight(draw: st.DrawFn) -> Fields:
    return {
        "mg_per_kg": draw(st.sampled_from(["0.25", "0.5", "0.75", "1"])),
        "max_mg": draw(st.sampled_from(["20", "40", "60"])),
        "days": draw(STEP_DAYS),
    }


@st.composite
def rows_at(draw: st.DrawFn, mg: str) -> list[Fields]:
    """One row, sometimes followed by a cycle with the same highest day."""
    row = {"mg": mg, "days": draw(STEP_DAYS)}
    shape = draw(st.integers(0, 7))
    cycle = {"mg": draw(cycles(mg)), "days": draw(STEP_DAYS)} if shape < 2 else row
    return [[cycle], [row, cycle]][shape] if shape < 2 else [row]


@st.composite
def cycles(draw: st.DrawFn, highest: str) -> Any:
    lower = [mg for mg in LADDER if Fraction(mg) < Fraction(highest)]
    if not lower or draw(st.integers(0, 2)):
        return highest
    others = draw(st.lists(st.sampled_from(lower), min_size=1, max_size=2))
    return draw(st.permutations([highest, *others]))


@st.composite
def tables(draw: st.DrawFn, target: Fraction, weight: Fraction) -> Fields:
    """Two or three tables; every value belongs to exactly one of them."""
    by = draw(st.sampled_from(["start_mg", "weight_kg"]))
    edges = ["10", "15", "20", "30", "40"] if by == "start_mg" else ["50", "60", "75"]
    cuts = draw(st.lists(st.sampled_from(edges), min_size=1, max_size=2, unique=True))
    lower_key, upper_key = draw(st.sampled_from([("from", "below"), ("above", "up_to")]))
    bounds: list[Fields] = [{} for _ in range(len(cuts) + 1)]
    for index, cut in enumerate(sorted(cuts, key=Fraction)):
        bounds[index][upper_key] = cut
        bounds[index + 1][lower_key] = cut
    by_weight = weight if by == "weight_kg" else None
    return {
        "kind": "steps",
        "choose_by": by,
        "tables": [{**bound, "steps": draw(rows(target, by_weight))} for bound in bounds],
    }


@st.composite
def regimens(draw: st.DrawFn, kind: str, target: Fraction, weight: Fraction) -> Fields:
    if kind == "bands":
        return draw(bands(target))
    if kind == "percent":
        return draw(percents(target))
    if kind == "linear":
        return draw(linears())
    if kind == "tables":
        regimen = draw(tables(target, weight))
    else:
        regimen = {"kind": "steps", "steps": draw(rows(target, weight))}
    entry = draw(st.sampled_from([None, "below", "join", "first"]))
    return regimen if entry is None else {**regimen, "entry": entry}


# ---------------------------------------------------------------- protocols


@st.composite
def windows(draw: st.DrawFn) -> Fields:
    months = st.fixed_dictionaries({"months": st.integers(1, 9)})
    weeks = st.fixed_dictionaries({"weeks": st.integers(4, 40)})
    days = st.fixed_dictionaries({"days": st.integers(28, 300)})
    return draw(months | weeks | days)


@st.composite
def flare_rules(draw: st.DrawFn, actions: Sequence[str]) -> Fields:
    action = draw(st.sampled_from(actions))
    rule: Fields = {"action": action}
    for key, values in (
        ("min_days", [1, 5, 7, 14, 28]),
        ("stable_days", [0, 1, 7, 14]),
        ("review_days", [1, 7, 28]),
    ):
        if draw(st.booleans()):
            rule[key] = draw(st.sampled_from(values))
    if action == "hold" and draw(st.booleans()):
        rule["resume"] = draw(st.sampled_from(["continue", "restart-step"]))
    if action == "step-back" and draw(st.booleans()):
        rule["step_back"] = draw(st.integers(1, 3))
    if action == "rescue":
        rule["rescue"] = draw(st.lists(rescue_rows(), min_size=1, max_size=3))
    if draw(st.booleans()):
        rule["max_flares"] = draw(st.sampled_from([1, 1, 2]))
    return rule


@st.composite
def rescue_rows(draw: st.DrawFn) -> Fields:
    mg = draw(st.sampled_from(["5", "7.5", "12", "20", "30", "37.5", "40", "60"]))
    return {"mg": mg, "days": draw(st.integers(1, 7))}


@st.composite
def taper_rules(draw: st.DrawFn, kinds: Sequence[str], weight: Fraction) -> Fields:
    target = draw(st.sampled_from(["5", "0", "2.5", "7.5"]))
    rules: Fields = {
        "after_infusion": draw(st.integers(1, 3)),
        "offset_days": draw(st.sampled_from([14, 0, 1, 2, 7, 28])),
        "target_mg": target,
        "complete_within": draw(windows()),
        "maintenance_days": draw(st.sampled_from([7, 1, 2, 28])),
        "drug": "as-baseline",
    }
    rules["regimen"] = draw(regimens(draw(st.sampled_from(kinds)), Fraction(target), weight))
    rounding = draw(st.sampled_from([None, "nearest", "up"]))
    if rounding is not None:
        rules["rounding"] = rounding
    if draw(st.integers(0, 5)) == 0:
        rules["max_rounding_mg"] = draw(st.sampled_from(["5", "2.5", "1"]))
    # What has a default may be left out.
    for key in ("complete_within", "maintenance_days", "offset_days", "drug"):
        if draw(st.integers(0, 9)) == 0:
            del rules[key]
    return rules


def protocol_around(taper: Fields, equivalence: str) -> Fields:
    return {
        "id": "p",
        "title": "p",
        "version": "1.0",
        "status": "illustrative",
        "sources": ["generated case"],
        "infusion_day": 0,
        "infusions": [
            {"number": 1, "months": 0},
            {"number": 2, "months": 3, "window_days": 7},
            {"number": 3, "months": 6, "window_days": 14},
        ],
        "equivalence": equivalence,
        "market": "US",
        "taper": taper,
    }


# ---------------------------------------------------------------- participants


@st.composite
def infusions(draw: st.DrawFn, anchor_number: int) -> tuple[list[Fields], dt.date]:
    """The listed infusions, and a today: the anchor happened, is booked, is planned, is missed."""
    first = draw(st.dates(dt.date(2023, 1, 1), dt.date(2029, 12, 31)) | month_ends())
    gaps = draw(st.lists(st.integers(60, 120), min_size=2, max_size=2))
    dates = [first, first + dt.timedelta(gaps[0]), first + dt.timedelta(sum(gaps))]
    shape = draw(
        st.sampled_from(
            ["happened"] * 5 + ["under way"] * 2 + ["booked", "planned", "planned", "missed"]
        )
    )
    listed: list[Fields] = [
        {"number": number, "date": date.isoformat()} for number, date in enumerate(dates, start=1)
    ][:anchor_number]
    if shape == "under way":
        return listed, dates[anchor_number - 1] + dt.timedelta(draw(st.integers(0, 200)))
    if shape == "booked":
        return listed, dates[anchor_number - 1] - dt.timedelta(draw(st.integers(1, 40)))
    if shape == "planned" and anchor_number > 1:
        # An infusion between may have been missed; it dates nothing.
        return listed[:1], draw(st.sampled_from([LATER, first]))
    if shape == "missed" and anchor_number > 1 and draw(st.booleans()):
        return [*listed[:-1], {"number": anchor_number, "missed": True}], LATER
    if anchor_number == 3 and draw(st.booleans()):
        return [listed[0], {"number": 2, "missed": True}, listed[2]], LATER
    # Infusion 1 is needed only where nothing else dates the anchor.
    return listed[-1:] if draw(st.integers(0, 5)) == 0 else listed, LATER


def month_ends() -> st.SearchStrategy[dt.date]:
    return st.sampled_from(
        [dt.date(2024, 2, 29), dt.date(2026, 1, 31), dt.date(2027, 11, 30), dt.date(2028, 8, 31)]
    )


@st.composite
def participants_without_events(
    draw: st.DrawFn, protocol: Fields, weight: Fraction, *, drug_change: bool | None
) -> tuple[Fields, dt.date]:
    """A participant who fits the protocol; writes the taper's drug into the protocol."""
    taper, equivalence = protocol["taper"], protocol["equivalence"]
    name, strengths = draw(steroids(equivalence))
    target = Fraction(taper["target_mg"])
    low = Fraction(0) if draw(st.integers(0, 7)) == 0 else target
    high = draw(st.sampled_from([Fraction(20), Fraction(30), Fraction(60)]))
    drug = read_drug(name, strengths, protocol)
    steroid = {"drug": name, "dose_mg": draw(makeable_doses(drug, low, high))}
    listed, today = draw(infusions(taper["after_infusion"]))
    participant: Fields = {
        "participant": "A1",
        "protocol": "p",
        "steroid": {**steroid, "strengths": strengths},
        "infusions": listed,
        "events": [],
    }
    if needs_weight(taper["regimen"]):
        participant["weight_kg"] = text(weight)
    changes = draw(st.integers(0, 3)) == 0 if drug_change is None else drug_change
    if changes:
        other, other_strengths = draw(steroids(equivalence))
        taper["drug"] = other
        if other != name:
            participant["taper_strengths"] = other_strengths
    return participant, today


def needs_weight(regimen: Fields) -> bool:
    all_rows = [row for table in regimen.get("tables", [regimen]) for row in table.get("steps", [])]
    return regimen.get("choose_by") == "weight_kg" or any("mg_per_kg" in row for row in all_rows)


@st.composite
def eligibilities(draw: st.DrawFn, participant: Fields) -> tuple[Fields | None, Fields]:
    """Limits, sometimes outside; then mostly waived."""
    if draw(st.integers(0, 4)):
        return None, {}
    high = draw(st.sampled_from(["25", "40", "1000"]))
    limits = {"max_mg": high, **({"min_mg": "5"} if draw(st.booleans()) else {})}
    waived = {"eligibility_waived": "sponsor, 2026-01-02"} if draw(st.integers(0, 3)) else {}
    return limits, waived


# ---------------------------------------------------------------- events


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
    if kind == "set-dose":
        low = draw(st.sampled_from([Fraction(0), Fraction(5), Fraction(10)]))
        high = draw(st.sampled_from([Fraction(12), Fraction(25), Fraction(60)]))
        event |= {"days": draw(days), "dose_mg": draw(makeable_doses(drugs[taper], low, high))}
    if kind in ("hold", "set-dose", "withdraw"):
        event["reason"] = "infection"
    return event


@st.composite
def event_lists(draw: st.DrawFn, case: Case, kinds: Sequence[str], max_events: int) -> list[Fields]:
    """Events that can follow each other; one in many cannot, and the case is refused."""
    protocol, participant, today = case
    # A withdrawal ends everything, so it is drawn less often than the rest; flares are counted.
    often = {"withdraw": 1, "flare": 6}
    allowed = [kind for kind in kinds if kind != "flare" or "flare" in protocol]
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


def drugs_of(protocol: Fields, participant: Fields) -> tuple[dict[str, Drug], str]:
    steroid = participant["steroid"]
    drugs = {steroid["drug"]: read_drug(steroid["drug"], steroid["strengths"], protocol)}
    taper = protocol["taper"].get("drug", "as-baseline")
    if taper in ("as-baseline", steroid["drug"]):
        return drugs, steroid["drug"]
    return {**drugs, taper: read_drug(taper, participant["taper_strengths"], protocol)}, taper


# ---------------------------------------------------------------- cases


@st.composite
def cases(
    draw: st.DrawFn,
    regimens: Sequence[str] = REGIMENS,
    events: Sequence[str] = EVENTS,
    flare_actions: Sequence[str] = FLARE_ACTIONS,
    max_events: int = 4,
    drug_change: bool | None = None,
    taper_started: bool = True,
) -> Case:
    """(protocol, participant, today).

    `drug_change`: False never, True wherever another drug is drawn, None sometimes.
    `taper_started`: whether some participants took the first reduced dose late.
    """
    weight = Fraction(draw(st.sampled_from(["48", "50", "62.5", "75", "90"])))
    equivalence = draw(st.sampled_from(sorted(EQUIVALENCE)))
    protocol = protocol_around(draw(taper_rules(regimens, weight)), equivalence)
    if draw(st.integers(0, 9)):
        protocol["flare"] = draw(flare_rules(flare_actions))
    participant, today = draw(
        participants_without_events(protocol, weight, drug_change=drug_change)
    )
    limits, waived = draw(eligibilities(participant))
    participant |= waived
    if limits is not None:
        protocol["eligibility"] = limits
    if taper_started and draw(st.integers(0, 9)) == 0:
        plan = try_plan((protocol, participant, today))
        if plan is not None and plan.taper_start <= today:
            late = draw(st.integers(0, min(10, (today - plan.taper_start).days)))
            participant["taper_started"] = str(plan.taper_start + dt.timedelta(late))
    participant["events"] = draw(event_lists((protocol, participant, today), events, max_events))
    return protocol, participant, today
