"""Random regimens."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from oracle.drugs import EQUIVALENCE
from oracle.rows import WEEK
from oracle.told import text
from property.strategies.words import Chance, Fields

OVER_10 = ["60", "50", "45", "40", "35", "30", "25", "20", "17.5", "15", "12.5"]

UP_TO_10 = ["10", "9", "8", "7.5", "7", "6", "5", "4", "3", "2.5", "2", "1.5", "1", "0.5", "0"]

LADDER = OVER_10 + UP_TO_10

STEP_DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 28)


def bands(chance: Chance, target: Fraction) -> Fields:
    edges = [
        mg
        for mg in ("50", "40", "30", "20", "15", "10", "7.5", "5", "2.5")
        if Fraction(mg) > target
    ]
    upper = chance.some_of(edges, 0, 4)
    lowest = chance.one_of([mg for mg in ("5", "2.5", "0") if Fraction(mg) <= target])
    chosen = sorted({*upper, lowest}, key=Fraction, reverse=True)
    return {
        "kind": "bands",
        "bands": [
            {
                "above_mg": edge,
                "decrease_mg": chance.one_of(["10", "5", "4", "2.5", "2", "1"]),
                "every_days": chance.one_of(STEP_DAYS),
            }
            for edge in chosen
        ],
    }


def percents(chance: Chance, target: Fraction) -> Fields:
    of = chance.one_of([None, "current", "baseline"])
    percent = chance.one_of(["8", "10", "12.5", "20", "25", "33.3", "50"])
    regimen: Fields = {
        "kind": "percent",
        "decrease_percent": percent,
        "every_days": chance.one_of(STEP_DAYS),
    }
    if of is not None:
        regimen["of"] = of
    needed = target == 0 and of != "baseline"
    if needed or chance.half():
        regimen["min_decrease_mg"] = chance.one_of(["0.5", "1", "2.5"])
    return regimen


def linears(chance: Chance) -> Fields:
    return {"kind": "linear", "every_days": chance.one_of([1, 5, 7, 10, 14, 15, 28])}


def lengths(chance: Chance) -> Fields:
    """How long a row lasts (§4.12.1)."""
    if chance.one_in(5):
        return {"weeks": chance.one_of([1, 2, 4])}
    return {"days": chance.one_of(STEP_DAYS)}


def rows(
    chance: Chance, target: Fraction, weight: Fraction | None, *, ends: bool = True
) -> list[Fields]:
    """Doses over the target, then one whose every day is at or under; mostly they fall.

    A table that need not end at the target (a phase) may have none of these last rows.
    """
    over = [mg for mg in LADDER if Fraction(mg) > target]
    under = [mg for mg in LADDER if Fraction(mg) <= target]
    table: list[Fields] = []
    if weight is not None and chance.half():
        table += [rows_by_weight(chance) for _ in range(chance.whole(1, 2 if ends else 3))]
        first = weight * max(Fraction(mg) for mg in as_list(table[-1]["mg_per_kg"]))
        over = [mg for mg in over if Fraction(mg) <= first]
    chosen = chance.some_of(over, 1, 9)
    falling = sorted(chosen, key=Fraction, reverse=True)
    for mg in chance.in_any_order(falling) if chance.one_in(10) else falling:
        table.extend(rows_at(chance, mg))
    at_target = chance.some_of(under, 1, 2)
    if ends or not table or chance.one_in(6):
        for mg in at_target:
            last = mg if chance.half() else under[0]
            table.append({**cycles(chance, last), **lengths(chance)})
    return sorted_tail(table, target)


def sorted_tail(table: list[Fields], target: Fraction) -> list[Fields]:
    """The rows at or under the target come last, in falling order of their highest day."""

    def highest(row: Fields) -> Fraction:
        if "mg_per_kg" in row:
            return Fraction(row.get("max_mg", 1000))
        return max(Fraction(mg) for mg in row.get("by_weekday", {}).values() or as_list(row["mg"]))

    head = [row for row in table if highest(row) > target]
    tail = [row for row in table if highest(row) <= target]
    return head + sorted(tail, key=highest, reverse=True)


def as_list(mg: Any) -> list[str]:
    return mg if isinstance(mg, list) else [mg]


def rows_by_weight(chance: Chance) -> Fields:
    """§4.12.3: a dose or a cycle, with bounds or without."""
    mg = chance.one_of([*PER_KG, "12"] if chance.one_in(40) else PER_KG)
    row: Fields = {"mg_per_kg": mg, **lengths(chance)}
    if chance.one_in(3):
        others = [chance.one_of([*PER_KG, "0", "0"]) for _ in range(chance.whole(1, 3))]
        row["mg_per_kg"] = chance.in_any_order([mg, *others])
        row |= {"compare": "mean"} if chance.half() else {}
    if not chance.one_in(4):
        row["max_mg"] = chance.one_of(["20", "40", "60"])
    if chance.one_in(4):
        row["min_mg"] = chance.one_of(["4", "10", "20"])
    return row


PER_KG = ["0.2", "0.25", "0.5", "0.75", "1"]


def rows_at(chance: Chance, mg: str) -> list[Fields]:
    """One row; sometimes a cycle with the same highest day follows, or one with the same mean."""
    row = {"mg": mg, **lengths(chance)}
    shape = chance.whole(0, 9)
    if shape < 2:
        cycle = {**cycles(chance, mg), **lengths(chance)}
        return [[cycle], [row, cycle]][shape]
    if shape < 4:
        by_mean = {**cycles_of_mean(chance, mg), "compare": "mean", **lengths(chance)}
        return [[by_mean], [row, by_mean]][shape - 2]
    return [row]


def cycles_of_mean(chance: Chance, mean: str) -> Fields:
    """§4.12.6: as much on the mean of its days, mostly."""
    twice, half = text(Fraction(mean) * 2), text(Fraction(mean) / 2)
    shape = chance.whole(0, 3)
    if shape == 0:
        return cycles(chance, mean)
    doses = [[twice, "0"], [twice, mean, "0"], [text(Fraction(mean) * 3 / 2), half]][shape - 1]
    return {"mg": chance.in_any_order(doses)}


def cycles(chance: Chance, highest: str) -> Fields:
    """A dose, a short or a long cycle, or a week, of which this is the highest day."""
    lower = [mg for mg in LADDER if Fraction(mg) < Fraction(highest)]
    if not lower or not chance.one_in(3):
        return {"mg": highest}
    if chance.half():
        return {"by_weekday": weeks(chance, highest, lower)}
    most = 41 if chance.one_in(8) else 2
    others = [chance.one_of(lower) for _ in range(chance.whole(1, most))]
    return {"mg": chance.in_any_order([highest, *others])}


def weeks(chance: Chance, highest: str, lower: list[str]) -> Fields:
    """§4.12.4: some days of the week, and all others alike."""
    days = chance.some_of(WEEK, 1, 7)
    week = {day: chance.one_of([highest, *lower[:4]]) for day in days}
    week[days[0]] = highest
    return week if len(days) == 7 else {**week, "else": chance.one_of(lower)}


def tables(chance: Chance, target: Fraction, weight: Fraction) -> Fields:
    """Two or three tables; every value belongs to exactly one of them."""
    by = chance.one_of(["start_mg", "weight_kg"])
    edges = ["10", "15", "20", "30", "40"] if by == "start_mg" else ["50", "60", "75"]
    cuts = chance.some_of(edges, 1, 2)
    lower_key, upper_key = chance.one_of([("from", "below"), ("above", "up_to")])
    bounds: list[Fields] = [{} for _ in range(len(cuts) + 1)]
    for index, cut in enumerate(sorted(cuts, key=Fraction)):
        bounds[index][upper_key] = cut
        bounds[index + 1][lower_key] = cut
    by_weight = weight if by == "weight_kg" else None
    return {
        "kind": "steps",
        "choose_by": by,
        "tables": [{**bound, "steps": rows(chance, target, by_weight)} for bound in bounds],
    }


def phases(chance: Chance, target: Fraction, weight: Fraction, equivalence: str) -> Fields:
    """§4.14: two to four rules, one after another."""
    earlier = [
        earlier_phases(chance, target, weight, equivalence) for _ in range(chance.whole(1, 3))
    ]
    kind = chance.one_of(["bands", "percent", "linear", "steps", "tables"])
    last = regimens(chance, kind, target, weight, equivalence)
    return {"kind": "phases", "phases": [*earlier, last]}


def earlier_phases(chance: Chance, target: Fraction, weight: Fraction, equivalence: str) -> Fields:
    kind = chance.one_of(["bands", "percent", "steps", "steps"])
    if kind == "steps":
        table = {"kind": "steps", "steps": rows(chance, target, weight, ends=False)}
        return entered(chance, table, equivalence)
    to_mg = chance.one_of(["40", "30", "25", "20", "17.5", "15", "10", "7.5", "2.5"])
    end = max(Fraction(to_mg), target)
    rule = bands(chance, end) if kind == "bands" else percents(chance, end)
    return {**rule, "to_mg": to_mg}


def entered(chance: Chance, regimen: Fields, equivalence: str) -> Fields:
    """A table as it stands, or with an entry, or in the mg of another drug (§4.12.5)."""
    entry = chance.one_of([None, "below", "join", "first"])
    regimen = regimen if entry is None else {**regimen, "entry": entry}
    if not chance.one_in(5):
        return regimen
    drug = chance.one_of(sorted(EQUIVALENCE[equivalence]))
    share = Fraction(EQUIVALENCE[equivalence][drug]) / 5
    coarse = chance.one_of([Fraction(1, 10_000), Fraction(1, 10)])
    return {"in": drug, **in_mg_of(regimen, share, coarse)}


def in_mg_of(value: Any, share: Fraction, coarse: Fraction, key: str = "") -> Any:
    """The same rows with their mg in another drug, cut to whole tenths or as they are."""
    if isinstance(value, dict):
        return {
            key: each if key in KEPT else in_mg_of(each, share, coarse, key)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [in_mg_of(each, share, coarse, key) for each in value]
    fine = Fraction(1, 10_000) if key == "mg_per_kg" else coarse
    return text(max(Fraction(value) * share // fine * fine, fine if Fraction(value) else 0))


KEPT = {"kind", "entry", "days", "weeks", "compare", "choose_by", "from", "above", "below", "up_to"}


def regimens(
    chance: Chance, kind: str, target: Fraction, weight: Fraction, equivalence: str
) -> Fields:
    if kind == "bands":
        return bands(chance, target)
    if kind == "percent":
        return percents(chance, target)
    if kind == "linear":
        return linears(chance)
    if kind == "phases":
        return phases(chance, target, weight, equivalence)
    if kind == "tables":
        return entered(chance, tables(chance, target, weight), equivalence)
    return entered(chance, {"kind": "steps", "steps": rows(chance, target, weight)}, equivalence)
