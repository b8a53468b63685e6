"""A day's dose divided over times of the day (§7.4), every way looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from oracle.drugs import Drug, Tablet, best_counts
from oracle.plans import Day
from oracle.reading import Fields, date

TIMES = ("morning", "midday", "afternoon", "evening", "bedtime")


def shares_on(participant: Fields, day: dt.date) -> Fields | None:
    """The times of that day with their shares; None in a plan of which no day is divided."""
    events = [event for event in participant.get("events", []) if "times" in event]
    begun = [event for event in events if date(event["date"]) <= day]
    if begun:
        # §6.13.8: "from this day on each day's dose is divided by them"
        times: Fields = max(begun, key=lambda event: date(event["date"]))["times"]
        return times
    # §5.2.10: "Without it everything is taken in the morning."
    return participant["steroid"].get("times", {"morning": 1} if events else None)


def division(participant: Fields, drug: Drug, day: Day) -> tuple[tuple[str, Fraction], ...]:
    """The times of a day in its order, each with its dose; none where it is not divided."""
    shares = shares_on(participant, day.date)
    if shares is None or day.dose == 0:
        return ()  # §7.4.4: "A day without a dose has no times."
    times = [time for time in TIMES if time in shares]
    doses = best_division(drug.tablets, day.dose, tuple(int(str(shares[time])) for time in times))
    return tuple(zip(times, doses, strict=True))


@cache
def best_division(
    tablets: tuple[Tablet, ...], mg: Fraction, shares: tuple[int, ...]
) -> tuple[Fraction, ...]:
    # §7.4.2: "the one nearest to the shares is chosen (least sum of distances), then fewest
    # broken tablets, fewest pieces, more at the earlier time". Looked for within ever more.
    wanted = [mg * share / sum(shares) for share in shares]
    apart = min(tablet.mg for tablet in tablets) / 4
    while not (ways := list(within(tablets, wanted, mg, apart))):
        apart *= 2
    return min(ways, key=lambda way: division_order(tablets, wanted, way))


def within(
    tablets: tuple[Tablet, ...], wanted: list[Fraction], mg: Fraction, apart: Fraction
) -> Iterator[tuple[Fraction, ...]]:
    """Every way whose distances from what is wanted sum to no more than that."""
    first, *others = wanted
    for part in parts_of(tablets, mg) if others else [mg]:
        if abs(part - first) <= apart and part in parts_of(tablets, mg):
            rest = within(tablets, others, mg - part, apart - abs(part - first)) if others else [()]
            yield from ((part, *each) for each in rest)


@cache
def parts_of(tablets: tuple[Tablet, ...], mg: Fraction) -> frozenset[Fraction]:
    """§7.4.1: "Each time's dose is makeable"."""
    return frozenset(part for part in Drug("", mg, tablets).makeable(mg) if part <= mg)


def division_order(
    tablets: tuple[Tablet, ...], wanted: list[Fraction], way: tuple[Fraction, ...]
) -> tuple[Fraction, int, int, list[Fraction]]:
    apart = sum((abs(mg - near) for mg, near in zip(way, wanted, strict=True)), Fraction(0))
    # §7.4.3: "Tablets are chosen for each time by itself."
    counts = [count for mg in way for count in best_counts(tablets, mg) or ()]
    is_measured = any(tablet.ml for tablet in tablets)
    broken = 0 if is_measured else sum(count.denominator > 1 for count in counts)
    pieces = 0 if is_measured else sum(-(-count // 1) for count in counts)
    return apart, broken, pieces, [-mg for mg in way]
