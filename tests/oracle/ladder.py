"""The printed ladder (§6.4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from oracle.case import Case
from oracle.drugs import Drug
from oracle.ideal import Ideal, ideal_ladder
from oracle.reading import number, refuse


class Part(NamedTuple):
    """An ideal dose of a printed level, None for level 0's own, and how many days are its."""

    ideal: Ideal | None
    days: int | None


@dataclass(frozen=True)
class Level:
    drug: Drug
    cycle: tuple[Fraction, ...]  # mg of the drug
    days: int | None  # None: without end
    kind: str
    parts: tuple[Part, ...]  # what was rounded and merged into it

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
        parts = (Part(None, None),)
        return [level_0, replace(level_0, days=None, kind="maintenance", parts=parts)]
    ladder = [level_0]
    add_levels(case, ladder, ideal_ladder(case, level_0.highest_prednisone))
    return ladder


def add_levels(case: Case, ladder: list[Level], ideals: list[Ideal]) -> None:
    """The ideal doses rounded, each not above the dose before it."""
    # "the baseline's exact equivalent for level 1; a cycle's highest day"
    before = case.taper_drug.from_prednisone(ladder[-1].highest_prednisone)
    for ideal in ideals:
        cycle = tuple(printed_dose(case, mg, before) for mg in ideal.cycle)
        kind = "maintenance" if ideal.days is None else "taper"
        parts = (Part(ideal, ideal.days),)
        add_level(ladder, Level(case.taper_drug, shortest_cycle(cycle), ideal.days, kind, parts))
        before = max(cycle)


def add_level(ladder: list[Level], level: Level) -> None:
    # "Consecutive equal doses become one step, durations added (what equals the maintenance is
    # already maintenance); if level 1 equals the baseline in the same drug it lengthens the
    # run-in."
    last = ladder[-1]
    parts = last.parts + level.parts
    if (last.drug.name, last.cycle) != (level.drug.name, level.cycle):
        ladder.append(level)
    elif last.days is not None and level.days is not None:
        ladder[-1] = replace(last, days=last.days + level.days, parts=parts)
    else:
        ladder[-1] = replace(level, parts=parts)


def in_tablets(level: Level, new: Drug) -> Level:
    """§6.13.4: the level as it is taken from now on, where it is of that drug."""
    if level.drug.name != new.name:
        return level
    cycle = tuple(round_up(new.makeable(mg), mg) for mg in level.cycle)
    return replace(level, drug=new, cycle=cycle)


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
