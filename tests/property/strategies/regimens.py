"""Random regimens."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from oracle.drugs import EQUIVALENCE
from oracle.rows import WEEK
from oracle.told import text
from property.strategies.words import Fields

OVER_10 = ["60", "50", "45", "40", "35", "30", "25", "20", "17.5", "15", "12.5"]

UP_TO_10 = ["10", "9", "8", "7.5", "7", "6", "5", "4", "3", "2.5", "2", "1.5", "1", "0.5", "0"]

LADDER = OVER_10 + UP_TO_10

STEP_DAYS = st.sampled_from([1, 2, 3, 5, 7, 10, 14, 21, 28])


@st.composite
def bands(draw: st.DrawFn, target: Fraction) -> Fields:
    edges = [
        mg
        for mg in ("50", "40", "30", "20", "15", "10", "7.5", "5", "2.5")
        if Fraction(mg) > target
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
def lengths(draw: st.DrawFn) -> Fields:
    """How long a row lasts (§4.12.1)."""
    if draw(st.integers(0, 4)) == 0:
        return {"weeks": draw(st.sampled_from([1, 2, 4]))}
    return {"days": draw(STEP_DAYS)}


@st.composite
def rows(
    draw: st.DrawFn, target: Fraction, weight: Fraction | None, *, ends: bool = True
) -> list[Fields]:
    """Doses over the target, then one whose every day is at or under; mostly they fall.

    A table that need not end at the target (a phase) may have none of these last rows.
    """
    over = [mg for mg in LADDER if Fraction(mg) > target]
    under = [mg for mg in LADDER if Fraction(mg) <= target]
    table: list[Fields] = []
    if weight is not None and draw(st.booleans()):
        table += draw(st.lists(rows_by_weight(), min_size=1, max_size=2 if ends else 3))
        first = weight * max(Fraction(mg) for mg in as_list(table[-1]["mg_per_kg"]))
        over = [mg for mg in over if Fraction(mg) <= first]
    chosen = draw(st.sets(st.sampled_from(over), min_size=1, max_size=9)) if over else set()
    falling = sorted(chosen, key=Fraction, reverse=True)
    for mg in draw(st.permutations(falling)) if draw(st.integers(0, 9)) == 0 else falling:
        table.extend(draw(rows_at(mg)))
    at_target = draw(st.lists(st.sampled_from(under), min_size=1, max_size=2, unique=True))
    if ends or not table or draw(st.integers(0, 5)) == 0:
        for mg in at_target:
            last = mg if draw(st.booleans()) else under[0]
            table.append({**draw(cycles(last)), **draw(lengths())})
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


@st.composite
def rows_by_weight(draw: st.DrawFn) -> Fields:
    """§4.12.3: a dose or a cycle, with bounds or without."""
    mg = draw(st.sampled_from(["0.25", "0.5", "0.75", "1", "12"] if draw(rarely) else PER_KG))
    row: Fields = {"mg_per_kg": mg, **draw(lengths())}
    if draw(st.integers(0, 2)) == 0:
        others = draw(st.lists(st.sampled_from([*PER_KG, "0", "0"]), min_size=1, max_size=3))
        row["mg_per_kg"] = draw(st.permutations([mg, *others]))
        row |= {"compare": "mean"} if draw(st.booleans()) else {}
    if draw(st.integers(0, 3)):
        row["max_mg"] = draw(st.sampled_from(["20", "40", "60"]))
    if draw(st.integers(0, 3)) == 0:
        row["min_mg"] = draw(st.sampled_from(["4", "10", "20"]))
    return row


PER_KG = ["0.2", "0.25", "0.5", "0.75", "1"]

rarely = st.integers(0, 39).map(lambda drawn: drawn == 0)


@st.composite
def rows_at(draw: st.DrawFn, mg: str) -> list[Fields]:
    """One row; sometimes a cycle with the same highest day follows, or one with the same mean."""
    row = {"mg": mg, **draw(lengths())}
    shape = draw(st.integers(0, 9))
    if shape < 2:
        cycle = {**draw(cycles(mg)), **draw(lengths())}
        return [[cycle], [row, cycle]][shape]
    if shape < 4:
        by_mean = {**draw(cycles_of_mean(mg)), "compare": "mean", **draw(lengths())}
        return [[by_mean], [row, by_mean]][shape - 2]
    return [row]


@st.composite
def cycles_of_mean(draw: st.DrawFn, mean: str) -> Fields:
    """§4.12.6: as much on the mean of its days, mostly."""
    twice, half = text(Fraction(mean) * 2), text(Fraction(mean) / 2)
    shape = draw(st.integers(0, 3))
    if shape == 0:
        return draw(cycles(mean))
    doses = [[twice, "0"], [twice, mean, "0"], [text(Fraction(mean) * 3 / 2), half]][shape - 1]
    return {"mg": draw(st.permutations(doses))}


@st.composite
def cycles(draw: st.DrawFn, highest: str) -> Fields:
    """A dose, a short or a long cycle, or a week, of which this is the highest day."""
    lower = [mg for mg in LADDER if Fraction(mg) < Fraction(highest)]
    if not lower or draw(st.integers(0, 2)):
        return {"mg": highest}
    if draw(st.booleans()):
        return {"by_weekday": draw(weeks(highest, lower))}
    most = 41 if draw(st.integers(0, 7)) == 0 else 2
    others = draw(st.lists(st.sampled_from(lower), min_size=1, max_size=most))
    return {"mg": draw(st.permutations([highest, *others]))}


@st.composite
def weeks(draw: st.DrawFn, highest: str, lower: list[str]) -> Fields:
    """§4.12.4: some days of the week, and all others alike."""
    days = draw(st.lists(st.sampled_from(WEEK), min_size=1, max_size=7, unique=True))
    week = {day: draw(st.sampled_from([highest, *lower[:4]])) for day in days}
    week[days[0]] = highest
    return week if len(days) == 7 else {**week, "else": draw(st.sampled_from(lower))}


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
def phases(draw: st.DrawFn, target: Fraction, weight: Fraction, equivalence: str) -> Fields:
    """§4.14: two to four rules, one after another."""
    earlier = [
        draw(earlier_phases(target, weight, equivalence)) for _ in range(draw(st.integers(1, 3)))
    ]
    kind = draw(st.sampled_from(["bands", "percent", "linear", "steps", "tables"]))
    last = draw(regimens(kind, target, weight, equivalence))
    return {"kind": "phases", "phases": [*earlier, last]}


@st.composite
def earlier_phases(draw: st.DrawFn, target: Fraction, weight: Fraction, equivalence: str) -> Fields:
    kind = draw(st.sampled_from(["bands", "percent", "steps", "steps"]))
    if kind == "steps":
        table = {"kind": "steps", "steps": draw(rows(target, weight, ends=False))}
        return draw(entered(table, equivalence))
    to_mg = draw(st.sampled_from(["40", "30", "25", "20", "17.5", "15", "10", "7.5", "2.5"]))
    end = max(Fraction(to_mg), target)
    rule = draw(bands(end)) if kind == "bands" else draw(percents(end))
    return {**rule, "to_mg": to_mg}


@st.composite
def entered(draw: st.DrawFn, regimen: Fields, equivalence: str) -> Fields:
    """A table as it stands, or with an entry, or in the mg of another drug (§4.12.5)."""
    entry = draw(st.sampled_from([None, "below", "join", "first"]))
    regimen = regimen if entry is None else {**regimen, "entry": entry}
    if draw(st.integers(0, 4)):
        return regimen
    drug = draw(st.sampled_from(sorted(EQUIVALENCE[equivalence])))
    share = Fraction(EQUIVALENCE[equivalence][drug]) / 5
    coarse = draw(st.sampled_from([Fraction(1, 10_000), Fraction(1, 10)]))
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


@st.composite
def regimens(
    draw: st.DrawFn, kind: str, target: Fraction, weight: Fraction, equivalence: str
) -> Fields:
    if kind == "bands":
        return draw(bands(target))
    if kind == "percent":
        return draw(percents(target))
    if kind == "linear":
        return draw(linears())
    if kind == "phases":
        return draw(phases(target, weight, equivalence))
    if kind == "tables":
        return draw(entered(draw(tables(target, weight)), equivalence))
    return draw(entered({"kind": "steps", "steps": draw(rows(target, weight))}, equivalence))
