"""A slow and obvious planner, written from docs/spec alone: the fast engine is held to it.

It walks one day at a time. Before each day it looks whether an event is dated that day, then asks
"what is taken today?": a stress dose if one is running, else the first stretch of a hold or a
rescue that waits in front of the ladder, else the ladder's own day. Comments quote the rule.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

from dateutil.relativedelta import relativedelta

Fields = dict[str, Any]
ONE_DAY = dt.timedelta(days=1)

# §3.1.1: mg equivalent to 5 mg prednisone, never derived from a potency ratio.
COMMON = {
    "prednisone": "5",
    "prednisolone": "5",
    "methylprednisolone": "4",
    "triamcinolone": "4",
    "hydrocortisone": "20",
    "cortisone": "25",
    "dexamethasone": "0.75",
}
EQUIVALENCE = {
    "us-label": {**COMMON, "betamethasone": "0.75", "paramethasone": "2"},
    "bnf": {**COMMON, "betamethasone": "0.75", "deflazacort": "6"},
    "axelrod": {**COMMON, "betamethasone": "0.6"},
}


class Refused(Exception):
    """Bad input: no plan (§1.1.4)."""


class Day(NamedTuple):
    date: dt.date
    drug: str
    dose: Fraction
    kind: str


class After(NamedTuple):
    drug: str
    dose: str
    instruction: str


@dataclass(frozen=True)
class OraclePlan:
    anchor: dt.date
    taper_start: dt.date
    provisional: bool
    state: str
    target_reached: dt.date | None = None
    after: After | None = None
    days: list[Day] = field(default_factory=list)
    tablets: dict[dt.date, dict[Fraction, Fraction]] = field(default_factory=dict)
    quantities: dict[tuple[str, Fraction], int] = field(default_factory=dict)


def oracle(protocol: Fields, participant: Fields, today: dt.date) -> OraclePlan:
    """The whole plan of one participant, or `Refused`."""
    check_protocol(protocol)
    anchor, provisional = find_anchor(protocol, participant, today)
    taper_start = find_taper_start(protocol, participant, anchor, today)
    if participant["steroid"] == "none":
        return OraclePlan(anchor, taper_start, provisional, "not-on-steroid")
    case = read_case(protocol, participant, today, anchor, taper_start)
    walk = Walk(case)
    days = walk.all_days()
    tablets = {day.date: tablets_of(case, day) for day in days}
    return OraclePlan(
        anchor,
        taper_start,
        provisional,
        walk.state(),
        target_reached(case, walk.state(), days),
        walk.after(days[-1]),
        days,
        tablets,
        quantities(days, tablets),
    )


# ---------------------------------------------------------------- reading


def refuse(message: str) -> NoReturn:
    raise Refused(message)


def number(value: object) -> Fraction:
    # §2.3.3: plain decimals, ASCII digits, no sign, no exponent.
    text = str(value)
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        refuse(f"{text!r} is not a plain decimal")
    return Fraction(text)


def dose(value: object) -> Fraction:
    # §2.3.4: at most 1000 mg.
    mg = number(value)
    return mg if mg <= 1000 else refuse(f"{value} is over 1000 mg")


def taken_dose(value: object) -> Fraction:
    # §2.3.5: what a participant takes is above 0.
    mg = dose(value)
    return mg if mg > 0 else refuse("a dose that is taken is above 0")


def duration(value: object) -> int:
    # §4.7.6: a duration of 0 is refused.
    days = int(str(value))
    return days if days >= 1 else refuse(f"a duration of {value}")


def date(value: object) -> dt.date:
    # §2.3.1: YYYY-MM-DD and nothing else.
    text = str(value)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        refuse(f"{text!r} is not YYYY-MM-DD")
    return dt.date.fromisoformat(text)


# ---------------------------------------------------------------- drugs and tablets


class Tablet(NamedTuple):
    mg: Fraction
    split: int  # 1 whole only, 2 may be halved, 4 quartered


@dataclass(frozen=True)
class Drug:
    name: str
    mg_for_5: Fraction
    tablets: tuple[Tablet, ...]  # largest first

    # §3.2.1: dose_in_B = dose_in_A × B / A.
    def to_prednisone(self, mg: Fraction) -> Fraction:
        return mg * 5 / self.mg_for_5

    def from_prednisone(self, mg: Fraction) -> Fraction:
        return mg * self.mg_for_5 / 5

    def makeable(self, beyond: Fraction) -> list[Fraction]:
        """What the tablets can make, in order, at least one dose over `beyond` included."""
        limit = math.ceil((beyond + self.tablets[0].mg) / 50) * 50
        return makeable_up_to(self.tablets, limit)

    def can_make(self, mg: Fraction) -> bool:
        return mg in self.makeable(mg)


def read_drug(name: str, strengths: list[Any] | None, protocol: Fields) -> Drug:
    table = EQUIVALENCE[protocol.get("equivalence", "us-label")]
    if name not in table:
        refuse(f"{name} is not in the equivalence table")
    if not strengths:
        refuse("oracle needs strengths")
    tablets = [read_tablet(strength) for strength in strengths]
    if len({tablet.mg for tablet in tablets}) < len(tablets):
        refuse("a strength is repeated")  # §5.2.2
    return Drug(name, Fraction(table[name]), tuple(sorted(tablets, reverse=True)))


def read_tablet(strength: Any) -> Tablet:
    # §5.2.2: {mg: 5, split: 2} may be halved, split: 4 quartered, a bare number is whole only.
    if isinstance(strength, dict):
        return Tablet(taken_dose(strength["mg"]), int(str(strength.get("split", 1))))
    return Tablet(taken_dose(strength), 1)


@cache
def makeable_up_to(tablets: tuple[Tablet, ...], limit: int) -> list[Fraction]:
    pieces = [tablet.mg / tablet.split for tablet in tablets]
    found = {Fraction(0)}
    open_ends = [Fraction(0)]
    while open_ends:
        made = open_ends.pop()
        for piece in pieces:
            if made + piece <= limit and made + piece not in found:
                found.add(made + piece)
                open_ends.append(made + piece)
    return sorted(found)


@cache
def best_counts(tablets: tuple[Tablet, ...], mg: Fraction) -> tuple[Fraction, ...] | None:
    """The count of each strength, every possibility tried; None where the dose cannot be made."""
    if not tablets:
        return () if mg == 0 else None
    first, rest = tablets[0], tablets[1:]
    ways = []
    for parts in range(math.floor(mg / first.mg * first.split) + 1):
        count = Fraction(parts, first.split)
        others = best_counts(rest, mg - count * first.mg)
        if others is not None:
            ways.append((count, *others))
    return min(ways, key=tablet_order, default=None)


def tablet_order(counts: tuple[Fraction, ...]) -> tuple[int, int, int, list[Fraction]]:
    # §7.1.2 to §7.1.5: fewest strengths with a broken tablet, fewest pieces (a broken part, three
    # quarters too, is one piece), fewest different strengths, more of the larger strength.
    broken = sum(count.denominator > 1 for count in counts)
    pieces = sum(math.ceil(count) for count in counts)
    different = sum(count > 0 for count in counts)
    return broken, pieces, different, [-count for count in counts]


# ---------------------------------------------------------------- one participant's numbers


@dataclass(frozen=True)
class Case:
    protocol: Fields
    participant: Fields
    today: dt.date
    anchor: dt.date
    taper_start: dt.date
    target: Fraction  # prednisone-equivalent
    baseline_drug: Drug
    taper_drug: Drug
    baseline_mg: Fraction

    @property
    def taper(self) -> Fields:
        rules: Fields = self.protocol["taper"]
        return rules

    @property
    def baseline(self) -> Fraction:
        return self.baseline_drug.to_prednisone(self.baseline_mg)

    @property
    def at_target(self) -> bool:
        return self.baseline <= self.target


def read_case(
    protocol: Fields, participant: Fields, today: dt.date, anchor: dt.date, taper_start: dt.date
) -> Case:
    steroid, taper = participant["steroid"], protocol["taper"]
    baseline_drug = read_drug(steroid["drug"], steroid.get("strengths"), protocol)
    case = Case(
        protocol,
        participant,
        today,
        anchor,
        taper_start,
        target=dose(taper["target_mg"]),
        baseline_drug=baseline_drug,
        taper_drug=read_taper_drug(baseline_drug, protocol, participant),
        baseline_mg=taken_dose(steroid["dose_mg"]),
    )
    # §6.4.17: a baseline that its own tablets cannot make is refused.
    if not baseline_drug.can_make(case.baseline_mg):
        refuse("the tablets cannot make the baseline")
    check_eligibility(case)
    return case


def read_taper_drug(baseline_drug: Drug, protocol: Fields, participant: Fields) -> Drug:
    name = protocol["taper"].get("drug", "as-baseline")
    strengths = participant.get("taper_strengths")
    if name in ("as-baseline", baseline_drug.name):
        # §5.2.4: taper_strengths without a change of drug is refused.
        return baseline_drug if strengths is None else refuse("taper_strengths without a change")
    return read_drug(name, strengths, protocol)


def check_eligibility(case: Case) -> None:
    # §6.3.1, §6.3.2: outside is refused, unless waived; §4.3.1: both ends allowed.
    limits = case.protocol.get("eligibility", {})
    low, high = limits.get("min_mg"), limits.get("max_mg")
    below = low is not None and case.baseline < dose(low)
    above = high is not None and case.baseline > dose(high)
    if (below or above) and not case.participant.get("eligibility_waived"):
        refuse("the baseline is outside eligibility")


# ---------------------------------------------------------------- anchor and taper start


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
    refuse(f"the protocol has no infusion {wanted}")


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


# ---------------------------------------------------------------- what a protocol may not say


def check_protocol(protocol: Fields) -> None:
    # §4.7: a protocol that can never reach its target is refused when it is loaded.
    taper = protocol["taper"]
    target, regimen = dose(taper["target_mg"]), taper["regimen"]
    kind = regimen["kind"]
    if kind == "bands":
        check_bands(regimen["bands"], target)
    if kind in ("percent", "linear"):
        duration(regimen["every_days"])
    if kind == "percent":
        check_percent(regimen, target)
    if kind == "steps":
        for table in regimen.get("tables", [regimen]):
            check_table(table["steps"], target)


def check_bands(bands: list[Fields], target: Fraction) -> None:
    if min(dose(band["above_mg"]) for band in bands) > target:
        refuse("the lowest band ends above the target")
    for band in bands:
        taken_dose(band["decrease_mg"])
        duration(band["every_days"])


def check_percent(regimen: Fields, target: Fraction) -> None:
    percent, minimum = number(regimen["decrease_percent"]), regimen.get("min_decrease_mg", 0)
    of_current = regimen.get("of", "current") == "current"
    shrinks_for_ever = of_current and target == 0 and percent < 100
    if number(minimum) == 0 and (percent == 0 or shrinks_for_ever):
        refuse("the percentage never reaches the target")


def check_table(rows: list[Fields], target: Fraction) -> None:
    if any("mg_per_kg" in row and "max_mg" not in row for row in rows):
        refuse("mg_per_kg without max_mg")
    for row in rows:
        duration(row["days"])
    last = rows[-1]
    highest = dose(last["max_mg"]) if "mg_per_kg" in last else max(row_cycle(last, Fraction(0)))
    if highest > target:
        refuse("the table ends above the target")


# ---------------------------------------------------------------- the ideal ladder (§4.8 to §4.11)


class Ideal(NamedTuple):
    """One ideal dose level, prednisone-equivalent; several doses are a cycle of days."""

    cycle: tuple[Fraction, ...]
    days: int | None  # None: without end, the maintenance


def ideal_ladder(case: Case, start: Fraction) -> list[Ideal]:
    """The levels below `start` (which is over the target), the maintenance last."""
    regimen = case.taper["regimen"]
    # §6.11.6: `percent of baseline`, `linear` and `choose_by: start_mg` keep the original
    # baseline's numbers, or the set dose's where the original was at or under the target.
    reference = start if case.at_target else case.baseline
    if regimen["kind"] == "steps":
        return table_ladder(case, regimen, start, reference)
    rule = {"bands": bands_rule, "percent": percent_rule, "linear": linear_rule}[regimen["kind"]]
    return list(walk_down(start, case.target, *rule(case, regimen, reference)))


Next = Callable[[Fraction], Fraction]
Length = Callable[[Fraction], int]


def walk_down(
    start: Fraction, target: Fraction, next_dose: Next, length: Length
) -> Iterator[Ideal]:
    level = start
    while level > target:
        level = max(next_dose(level), target)  # never under the target
        yield Ideal((level,), length(level) if level > target else None)


def bands_rule(case: Case, regimen: Fields, reference: Fraction) -> tuple[Next, Length]:
    bands = sorted(regimen["bands"], key=lambda band: dose(band["above_mg"]), reverse=True)

    def band_of(mg: Fraction) -> Fields:
        # "A dose belongs to the highest band with dose > above_mg."
        return next(band for band in bands if mg > dose(band["above_mg"]))

    def next_dose(mg: Fraction) -> Fraction:
        # "a reduction never jumps over a band edge or the target"
        band = band_of(mg)
        return max(mg - taken_dose(band["decrease_mg"]), dose(band["above_mg"]))

    # "A dose level lasts every_days of the band that dose itself is in."
    return next_dose, lambda mg: duration(band_of(mg)["every_days"])


def percent_rule(case: Case, regimen: Fields, reference: Fraction) -> tuple[Next, Length]:
    percent = number(regimen["decrease_percent"])
    minimum = dose(regimen.get("min_decrease_mg", 0))
    of_baseline = regimen.get("of", "current") == "baseline"

    def next_dose(mg: Fraction) -> Fraction:
        # "Next = dose - max(percentage, minimum), not under the target."
        return mg - max((reference if of_baseline else mg) * percent / 100, minimum)

    return next_dose, lambda _: duration(regimen["every_days"])


def linear_rule(case: Case, regimen: Fields, reference: Fraction) -> tuple[Next, Length]:
    # "n = whole intervals that fit in complete_within, decrease = (baseline - target) / n."
    every = duration(regimen["every_days"])
    intervals = (window_end(case) - case.taper_start).days // every
    if intervals == 0:
        refuse("no whole interval fits in complete_within")
    decrease = (reference - case.target) / intervals
    return lambda mg: mg - decrease, lambda _: every


def window_end(case: Case) -> dt.date:
    # §4.4.3: complete_within: months | weeks | days, counted from the first taper day.
    window = case.taper.get("complete_within", {"months": 4})
    lengths = {unit: duration(value) for unit, value in window.items()}
    return case.taper_start + relativedelta(
        months=lengths.get("months", 0), weeks=lengths.get("weeks", 0), days=lengths.get("days", 0)
    )


def table_ladder(case: Case, regimen: Fields, start: Fraction, reference: Fraction) -> list[Ideal]:
    rows = choose_table(case, regimen, reference)
    weight = weight_of(case) if any("mg_per_kg" in row for row in rows) else Fraction(0)
    levels: list[Ideal] = []
    for row in rows[entry_row(rows, regimen.get("entry", "below"), start, weight) :]:
        # "A row never raises a dose: each is min(row, baseline)."
        cycle = tuple(min(mg, start) for mg in row_cycle(row, weight))
        # "The first row whose every day is ≤ target becomes the maintenance."
        if max(cycle) <= case.target:
            return [*levels, Ideal(cycle, None)]
        levels.append(Ideal(cycle, duration(row["days"])))
    refuse("the table ends above the target")


def weight_of(case: Case) -> Fraction:
    weight = case.participant.get("weight_kg")
    return refuse("weight_kg is needed") if weight is None else number(weight)


def row_cycle(row: Fields, weight: Fraction) -> tuple[Fraction, ...]:
    if "mg_per_kg" in row:
        # "{mg_per_kg: 0.5, max_mg: 40} (the lesser of the two)"
        return (min(number(row["mg_per_kg"]) * weight, dose(row["max_mg"])),)
    # "mg as a list is a cycle of days, starting on the step's first day"
    cycle = row["mg"] if isinstance(row["mg"], list) else [row["mg"]]
    return tuple(dose(mg) for mg in cycle)


def entry_row(rows: list[Fields], entry: str, start: Fraction, weight: Fraction) -> int:
    # "Entry, by a row's highest day: below starts at the first row under the baseline, join at the
    # first row not above it, first at row 1; where there is no such row: refused."
    for index, row in enumerate(rows):
        highest = max(row_cycle(row, weight))
        under = highest < start
        if under or (entry == "join" and highest == start) or entry == "first":
            return index
    refuse("no row to enter the table at")


def choose_table(case: Case, regimen: Fields, reference: Fraction) -> list[Fields]:
    if "choose_by" not in regimen:
        rows: list[Fields] = regimen["steps"]
        return rows
    value = reference if regimen["choose_by"] == "start_mg" else weight_of(case)
    fitting: list[list[Fields]] = [
        table["steps"] for table in regimen["tables"] if table_fits(table, value)
    ]
    # "exactly one table must fit, else the participant is refused"
    return fitting[0] if len(fitting) == 1 else refuse(f"{len(fitting)} tables fit")


def table_fits(table: Fields, value: Fraction) -> bool:
    # "from ≥, above >, below <, up_to ≤"
    return (
        ("from" not in table or value >= number(table["from"]))
        and ("above" not in table or value > number(table["above"]))
        and ("below" not in table or value < number(table["below"]))
        and ("up_to" not in table or value <= number(table["up_to"]))
    )


# ---------------------------------------------------------------- the printed ladder (§6.4)


@dataclass(frozen=True)
class Level:
    drug: Drug
    cycle: tuple[Fraction, ...]  # mg of the drug
    days: int | None  # None: without end
    kind: str

    @property
    def highest(self) -> Fraction:
        return max(self.cycle)

    @property
    def highest_prednisone(self) -> Fraction:
        return self.drug.to_prednisone(self.highest)


def build_ladder(case: Case, level_0: Level) -> list[Level]:
    """§6.4.1, §6.4.12: level 0, then the ideal doses, each converted, rounded, and merged if
    equal.
    """
    if level_0.highest_prednisone <= case.target:
        # §6.3.3, §6.11.10: run-in, then the baseline as maintenance, in its own drug; a set dose
        # likewise.
        return [level_0, replace(level_0, days=None, kind="maintenance")]
    ladder = [level_0]
    # "the baseline's exact equivalent for level 1; a cycle's highest day"
    before = case.taper_drug.from_prednisone(level_0.highest_prednisone)
    for ideal in ideal_ladder(case, level_0.highest_prednisone):
        cycle = tuple(printed_dose(case, mg, before) for mg in ideal.cycle)
        kind = "maintenance" if ideal.days is None else "taper"
        add_level(ladder, Level(case.taper_drug, shortest_cycle(cycle), ideal.days, kind))
        before = max(cycle)
    return ladder


def add_level(ladder: list[Level], level: Level) -> None:
    # "Consecutive equal doses become one step, durations added (what equals the maintenance is
    # already maintenance); if level 1 equals the baseline in the same drug it lengthens the
    # run-in."
    last = ladder[-1]
    if (last.drug, last.cycle) != (level.drug, level.cycle):
        ladder.append(level)
    elif last.days is not None and level.days is not None:
        ladder[-1] = replace(last, days=last.days + level.days)
    else:
        ladder[-1] = level


def shortest_cycle(cycle: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """5, 5 is 5; 5, 0, 5, 0 is 5, 0."""
    lengths = [n for n in range(1, len(cycle) + 1) if len(cycle) % n == 0]
    return next(cycle[:n] for n in lengths if cycle[:n] * (len(cycle) // n) == cycle)


def printed_dose(case: Case, ideal_prednisone: Fraction, before: Fraction) -> Fraction:
    drug = case.taper_drug
    ideal = drug.from_prednisone(ideal_prednisone)
    target = drug.from_prednisone(case.target)
    makeable = drug.makeable(max(ideal, target, before))
    printed = round_up(makeable, ideal)
    if case.taper.get("rounding", "nearest") == "nearest":
        printed = round_nearest(makeable, ideal)
    # "An ideal dose ≤ target never prints above the target: then the largest makeable ≤ target."
    if ideal <= target < printed:
        printed = round_down(makeable, target)
    # "An ideal dose over the target never prints at or under it: then the next makeable dose up."
    if printed <= target < ideal:
        printed = round_up(makeable, ideal)
    # "Never above the dose before: then the largest makeable not above it. Wins over the others."
    if printed > before:
        printed = round_down(makeable, before)
    check_rounding(case, ideal_prednisone, drug.to_prednisone(printed))
    return printed


def check_rounding(case: Case, ideal: Fraction, printed: Fraction) -> None:
    # "A dose above 0 that would print as 0 is refused; so is a ladder dose (a cycle's day too)
    # further from its ideal than max_rounding_mg."
    if printed == 0 < ideal:
        refuse("a dose above 0 would print as 0")
    limit = case.taper.get("max_rounding_mg")
    if limit is not None and abs(printed - ideal) > number(limit):
        refuse("a dose is rounded by more than max_rounding_mg")


def round_up(makeable: list[Fraction], mg: Fraction) -> Fraction:
    return makeable[bisect_left(makeable, mg)]


def round_down(makeable: list[Fraction], mg: Fraction) -> Fraction:
    return makeable[bisect_right(makeable, mg) - 1]


def round_nearest(makeable: list[Fraction], mg: Fraction) -> Fraction:
    # "a tie goes up (slower)"
    down, up = round_down(makeable, mg), round_up(makeable, mg)
    return up if up - mg <= mg - down else down


# ---------------------------------------------------------------- the walk


@dataclass
class Stretch:
    """Days of one dose that stand in front of the ladder: a hold, a rescue row, a stress dose."""

    kind: str
    drug: Drug
    mg: Fraction
    days: int | None  # None: an open hold


class Walk:
    """Where the participant is, on the morning of each day."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.flare_rule: Fields = case.protocol.get("flare") or {}
        self.events = sorted_events(case)
        run_in = (case.taper_start - case.anchor).days
        baseline = (case.baseline_mg,)
        level_0 = Level(case.baseline_drug, baseline, run_in, "run-in")
        self.ladder = build_ladder(case, level_0)
        self.level = 0  # the ladder level of the day before
        self.served = 0  # how many of that level's days have been taken
        self.stress: Stretch | None = None
        self.waiting: list[Stretch] = []  # holds and rescues in front of the ladder
        self.flares = 0
        self.stopped = False
        self.withdrawn = False
        self.reductions = not case.at_target
        self.endless_days = 0  # days in a row of the maintenance or of the open hold

    def all_days(self) -> list[Day]:
        days: list[Day] = []
        today = self.case.anchor
        while True:
            self.take_events_of(today)
            if self.withdrawn or (not self.events and self.printed_enough()):
                return days
            days.append(self.take_day(today))
            today += ONE_DAY

    def printed_enough(self) -> bool:
        # §6.5.1, §6.5.2: maintenance is printed for maintenance_days from its first day, or from
        # the end of the last event that interrupted it; an open hold in the same way for
        # review_days.
        if self.waiting:
            return self.endless_days >= duration(self.flare_rule.get("review_days", 28))
        return self.endless_days >= duration(self.case.taper.get("maintenance_days", 28))

    # -------- one day

    def take_day(self, today: dt.date) -> Day:
        """What is taken today; the clock of what was taken goes on by one day."""
        if self.stress is not None:
            self.endless_days = 0
            day = self.take_stretch(today, self.stress)
            self.stress = self.stress if self.stress.days else None
            return day
        if self.waiting:
            self.endless_days = self.endless_days + 1 if self.waiting[0].days is None else 0
            day = self.take_stretch(today, self.waiting[0])
            self.waiting = [stretch for stretch in self.waiting if stretch.days != 0]
            return day
        return self.take_ladder_day(today)

    def take_stretch(self, today: dt.date, stretch: Stretch) -> Day:
        if stretch.days is not None:
            stretch.days -= 1
        return Day(today, stretch.drug.name, stretch.mg, stretch.kind)

    def take_ladder_day(self, today: dt.date) -> Day:
        self.level, self.served = self.next_position()
        level = self.ladder[self.level]
        mg = level.cycle[self.served % len(level.cycle)]
        self.served += 1
        self.endless_days = self.endless_days + 1 if level.days is None else 0
        return Day(today, level.drug.name, mg, level.kind)

    def next_position(self) -> tuple[int, int]:
        """The level of the ladder's next day and how much of it has been served."""
        level, served = self.level, self.served
        while served == self.ladder[level].days:
            level, served = level + 1, 0
        return level, served

    # -------- events (§6.7 to §6.12)

    def take_events_of(self, today: dt.date) -> None:
        actions = {
            "flare": self.flare,
            "hold": self.hold,
            "stress-dose": self.stress_dose,
            "set-dose": self.set_dose,
            "withdraw": self.withdraw,
        }
        while self.events and date(self.events[0]["date"]) == today:
            event = self.events.pop(0)
            actions[event["type"]](event)
            self.endless_days = 0

    @property
    def in_effect(self) -> Level:
        # "The step in effect is that of the day before; hold, rescue and stress days count as the
        # ladder level under them, a step-back hold as its own level; where a step ended the day
        # before, that finished step is the one in effect."
        return self.ladder[self.level]

    def flare(self, event: Fields) -> None:
        if "flare" not in self.case.protocol:
            refuse("a flare in a protocol without a flare rule")  # §4.6.6
        self.refuse_when_interrupted()
        resolved = self.resolved_date(event)
        self.flares += 1
        # "More than max_flares: no rescue, an open hold (at the step-back dose where that is the
        # action), resolved or not, state stopped."
        allowed = self.flare_rule.get("max_flares")
        self.stopped = allowed is not None and self.flares > int(str(allowed))
        action = self.flare_rule.get("action", "hold")
        if action == "step-back":
            self.step_back()
        if action == "rescue" and not self.stopped:
            self.waiting.extend(self.rescue_rows())
        if resolved is None or self.stopped:
            # "No resolved: after the rescue table if there is one, an open hold."
            self.add_hold(None)
            return
        # "then the dose in effect until r if r is later"
        rescued = sum(stretch.days or 0 for stretch in self.waiting)
        until_r = (self.resume_day(event, resolved) - date(event["date"])).days
        self.add_hold(max(until_r - rescued, 0))
        if action == "rescue" or (action == "hold" and self.restarts):
            self.restart_step()

    def refuse_when_interrupted(self) -> None:
        # "refused while a hold, rescue or stress dose lasts, after an unresolved flare or hold,
        # after a stopped taper": an open hold waits until a set-dose takes it away.
        if self.stress is not None or self.waiting:
            refuse("a flare or hold inside a hold, a rescue, a stress dose or a stopped taper")

    def resolved_date(self, event: Fields) -> dt.date | None:
        if "resolved" not in event:
            return None
        resolved = date(event["resolved"])
        if resolved < date(event["date"]) or resolved > self.case.today:
            refuse("resolved is before the flare or after today")
        return resolved

    def resume_day(self, event: Fields, resolved: dt.date) -> dt.date:
        # "resume day r = max(date + min_days, resolved + stable_days)"
        min_days = int(str(self.flare_rule.get("min_days", 14)))
        stable_days = int(str(self.flare_rule.get("stable_days", 14)))
        return max(date(event["date"]) + min_days * ONE_DAY, resolved + stable_days * ONE_DAY)

    @property
    def restarts(self) -> bool:
        return bool(self.flare_rule.get("resume", "continue") == "restart-step")

    def add_hold(self, days: int | None) -> None:
        # "the dose in effect (a cycle's highest day)"
        if days != 0:
            level = self.in_effect
            self.waiting.append(Stretch("hold", level.drug, level.highest, days))

    def step_back(self) -> None:
        # "A run-in and a set-dose period are never restarted nor stepped back from."
        if self.level == 0:
            return
        # "the hold is at the dose n levels up (level 0 at most), and from r the ladder is walked
        # again from the level below the hold's": the hold's level counts as served.
        self.level = max(self.level - int(str(self.flare_rule.get("step_back", 1))), 0)
        self.served = self.in_effect.days or 0

    def restart_step(self) -> None:
        # "the step in effect is served again in full"; "A run-in and a set-dose period are never
        # restarted, and maintenance is never restarted: what was left of it follows."
        if self.level > 0 and self.in_effect.days is not None:
            self.served = 0

    def rescue_rows(self) -> list[Stretch]:
        # "the table's doses, each rounded to the nearest makeable (tie up) and at least the dose
        # in effect"
        level = self.in_effect
        rows = []
        for row in self.flare_rule["rescue"]:
            ideal = level.drug.from_prednisone(dose(row["mg"]))
            mg = max(round_nearest(level.drug.makeable(ideal), ideal), level.highest)
            if mg == 0 < ideal:
                refuse("a rescue dose above 0 would print as 0")
            rows.append(Stretch("rescue", level.drug, mg, duration(row["days"])))
        return rows

    def hold(self, event: Fields) -> None:
        # "the dose in effect until the day before `until`, then continue; without it the hold is
        # open. Not counted as a flare; refused where a flare would be."
        self.refuse_when_interrupted()
        if "until" not in event:
            self.add_hold(None)
            return
        days = (date(event["until"]) - date(event["date"])).days
        self.add_hold(days if days > 0 else refuse("until is not later than date"))

    def stress_dose(self, event: Fields) -> None:
        # "on any day after the anchor, also in a hold, an open flare or a stopped taper (not
        # inside another stress dose): that dose of the drug being taken, makeable and not below
        # what that day would have had (of a cycle, its highest day)"
        if self.stress is not None:
            refuse("a stress dose inside another")
        drug = self.waiting[0].drug if self.waiting else self.in_effect.drug
        mg = taken_dose(event["dose_mg"])
        if not drug.can_make(mg):
            refuse("the tablets cannot make the stress dose")
        if drug.to_prednisone(mg) < self.dose_without_stress():
            refuse("the stress dose is below what that day would have had")
        self.stress = Stretch("stress-dose", drug, mg, duration(event["days"]))

    def dose_without_stress(self) -> Fraction:
        if self.waiting:
            return self.waiting[0].drug.to_prednisone(self.waiting[0].mg)
        level, _ = self.next_position()
        return self.ladder[level].highest_prednisone

    def set_dose(self, event: Fields) -> None:
        # "it ends every hold, rescue, stress dose, open flare and stop"; "flares stay counted"
        self.stress, self.waiting, self.stopped = None, [], False
        # "The clinician's dose of the taper's drug (makeable) for those days, at least until
        # taper_start; then the regimen from that dose as level 0 of a new ladder."
        drug, mg = self.case.taper_drug, taken_dose(event["dose_mg"])
        if not drug.can_make(mg):
            refuse("the tablets cannot make the set dose")
        days = max(duration(event["days"]), (self.case.taper_start - date(event["date"])).days)
        self.ladder = build_ladder(self.case, Level(drug, (mg,), days, "set-dose"))
        self.level, self.served = 0, 0
        self.reductions = self.reductions or drug.to_prednisone(mg) > self.case.target

    def withdraw(self, _: Fields) -> None:
        # "the taper ends the day before, not the steroid"
        self.withdrawn = True

    # -------- the end

    def state(self) -> str:
        if self.withdrawn:
            return "withdrawn"
        if self.stopped:
            return "stopped"
        if self.waiting:
            return "open-flare"  # §9.3.1: an open hold too
        return "tapering" if self.reductions else "already-at-target"

    def after(self, last: Day) -> After:
        # §6.17, "What comes after the last printed day".
        if self.withdrawn:
            return After(last.drug, text(last.dose), "keep-taking-and-call")
        if self.waiting:
            return After(last.drug, text(last.dose), "do-not-reduce-until-told")
        maintenance = "/".join(text(mg) for mg in self.in_effect.cycle)
        stop = self.in_effect.highest == 0
        return After(last.drug, maintenance, "no-tablets" if stop else "continue-until-told")


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


# ---------------------------------------------------------------- what is told about the days


def target_reached(case: Case, state: str, days: list[Day]) -> dt.date | None:
    # §9.3.2: the first day from which all printed days are ≤ target, null in an open or stopped
    # plan.
    if state in ("open-flare", "stopped"):
        return None
    reached = None
    for day in reversed(days):
        if drug_of(case, day).to_prednisone(day.dose) > case.target:
            break
        reached = day.date
    return reached


def drug_of(case: Case, day: Day) -> Drug:
    return case.baseline_drug if day.drug == case.baseline_drug.name else case.taper_drug


def tablets_of(case: Case, day: Day) -> dict[Fraction, Fraction]:
    # §7.1.1: each day's dose is made exactly.
    tablets = drug_of(case, day).tablets
    counts = best_counts(tablets, day.dose)
    assert counts is not None, day
    return {tablet.mg: count for tablet, count in zip(tablets, counts, strict=True) if count}


def quantities(
    days: list[Day], tablets: dict[dt.date, dict[Fraction, Fraction]]
) -> dict[tuple[str, Fraction], int]:
    # §7.2.1: sum of counts, rounded up to whole tablets once; §9.2.5: unused strengths left out.
    sums: dict[tuple[str, Fraction], Fraction] = {}
    for day in days:
        for strength, count in tablets[day.date].items():
            key = (day.drug, strength)
            sums[key] = sums.get(key, Fraction(0)) + count
    return {key: math.ceil(total) for key, total in sums.items()}


def text(mg: Fraction) -> str:
    # §2.4.1: without trailing zeros: 5, 7.5, 0.75.
    decimals = f"{mg.numerator * 10**9 // mg.denominator:010d}"
    return f"{decimals[:-9]}.{decimals[-9:]}".rstrip("0").rstrip(".")
