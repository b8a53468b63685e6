"""Random regimens."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from property.strategies.words import Fields

OVER_10 = ["60", "50", "45", "40", "35", "30", "25", "20", "17.5", "15", "12.5"]

UP_TO_10 = ["10", "9", "8", "7.5", "7", "6", "5", "4", "3", "2.5", "2", "1.5", "1", "0.5", "0"]

LADDER = OVER_10 + UP_TO_10

STEP_DAYS = st.sampled_from([1, 2, 3, 5, 7, 10, 14, 21, 28])


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
