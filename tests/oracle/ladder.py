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
from oracle.rows import Cycle


class Part(NamedTuple):
    """An ideal dose of a printed level, None for level 0's own, and how many days are its."""

    ideal: Ideal | None
    days: int | None


@dataclass(frozen=True)
class Level:
    drug: Drug
    cycle: Cycle  # mg of the drug
    days: int | None  # None: without end
    kind: str
    parts: tuple[Part, ...]  # what was rounded and merged into it

    @property
    def dose_in_effect(self) -> Fraction:
        # "a cycle's highest day"; §4.12.10: "every day the least makeable dose that is not below
        # its mean".
        if not self.cycle.by_mean:
            return self.cycle.highest
        return round_up(self.drug.makeable(self.cycle.mean), self.cycle.mean)

    @property
    def highest_prednisone(self) -> Fraction:
        return self.drug.to_prednisone(self.cycle.highest)

    @property
    def height_prednisone(self) -> Fraction:
        return self.drug.to_prednisone(self.cycle.height)


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
    add_levels(case, ladder, ideal_ladder(case, level_0.height_prednisone))
    return ladder


def add_levels(case: Case, ladder: list[Level], ideals: list[Ideal]) -> None:
    """The ideal doses rounded, each not above the dose before it."""
    before = ladder[-1]
    for ideal in ideals:
        kind = "maintenance" if ideal.days is None else "taper"
        cycle = shortest(printed_cycle(case, ideal.cycle, before))
        before = Level(case.taper_drug, cycle, ideal.days, kind, (Part(ideal, ideal.days),))
        add_level(ladder, before)


def add_level(ladder: list[Level], level: Level) -> None:
    # "Consecutive equal doses become one step, durations added (what equals the maintenance is
    # already maintenance); if level 1 equals the baseline in the same drug it lengthens the
    # run-in."
    last = ladder[-1]
    parts = last.parts + level.parts
    if not say_the_same(last, level):
        ladder.append(level)
        return
    # §4.12.10: a step of which one row is compared by the mean is such a step
    cycle = replace(level.cycle, by_mean=last.cycle.by_mean or level.cycle.by_mean)
    last, level = replace(last, cycle=cycle), replace(level, cycle=cycle)
    if last.days is not None and level.days is not None:
        ladder[-1] = replace(last, days=last.days + level.days, parts=parts)
    else:
        ladder[-1] = replace(level, parts=parts)


def say_the_same(one: Level, other: Level) -> bool:
    """Whether both print the same drug and doses, and begin their cycle alike."""
    return (one.drug.name, one.cycle.doses, one.cycle.weekly) == (
        other.drug.name,
        other.cycle.doses,
        other.cycle.weekly,
    )


def in_tablets(level: Level, new: Drug) -> Level:
    """§6.13.4: the level as it is taken from now on, where it is of that drug."""
    if level.drug.name != new.name:
        return level
    return replace(level, drug=new, cycle=made_of(new, level.cycle))


def made_of(drug: Drug, cycle: Cycle) -> Cycle:
    """Each day the nearest makeable not below it."""
    return replace(cycle, doses=tuple(round_up(drug.makeable(mg), mg) for mg in cycle.doses))


def shortest(cycle: Cycle) -> Cycle:
    """5, 5 is 5; 5, 0, 5, 0 is 5, 0; a week of equal days is no week."""
    doses = cycle.doses
    lengths = [n for n in range(1, len(doses) + 1) if len(doses) % n == 0]
    best = next(doses[:n] for n in lengths if doses[:n] * (len(doses) // n) == doses)
    return Cycle(best, cycle.weekly and len(best) > 1, cycle.by_mean and len(best) > 1)


def printed_cycle(case: Case, ideal: Cycle, before: Level) -> Cycle:
    if ideal.by_mean:
        return printed_by_mean(case, ideal, before)
    # "the baseline's exact equivalent for level 1; a cycle's highest day"; §4.12.9: not above the
    # mean of a row that is compared by it.
    most = case.taper_drug.from_prednisone(before.height_prednisone)
    return replace(ideal, doses=tuple(printed_dose(case, mg, most) for mg in ideal.doses))


def printed_by_mean(case: Case, ideal: Cycle, before: Level) -> Cycle:
    # §4.12.9: "compared with the mean of any row before"
    drug = case.taper_drug
    most = drug.from_prednisone(before.drug.to_prednisone(before.cycle.mean))
    doses = [rounded(case, mg, "nearest") for mg in ideal.doses]
    # §4.12.7: "its highest days go down together to the next makeable, until it does not"
    while sum(doses) > most * len(doses):
        highest = max(doses)
        under = drug.makeable(highest)[drug.makeable(highest).index(highest) - 1]
        doses = [under if mg == highest else mg for mg in doses]
    for mg, printed in zip(ideal.doses, doses, strict=True):
        check_rounding(case, mg, drug.to_prednisone(printed))
    return replace(ideal, doses=tuple(doses))


def printed_dose(case: Case, ideal_prednisone: Fraction, before: Fraction) -> Fraction:
    drug = case.taper_drug
    printed = rounded(case, ideal_prednisone, case.taper.get("rounding", "nearest"))
    # "Never above the dose before: then the largest makeable not above it. Wins over the others."
    if printed > before:
        printed = round_down(drug.makeable(before), before)
    check_rounding(case, ideal_prednisone, drug.to_prednisone(printed))
    return printed


def rounded(case: Case, ideal_prednisone: Fraction, rounding: str) -> Fraction:
    drug = case.taper_drug
    ideal = drug.from_prednisone(ideal_prednisone)
    target = drug.from_prednisone(case.target)
    makeable = drug.makeable(max(ideal, target))
    printed = round_up(makeable, ideal)
    if rounding == "nearest":
        printed = round_nearest(makeable, ideal)
    # "An ideal dose ≤ target never prints above the target: then the largest makeable ≤ target."
    if ideal <= target < printed:
        printed = round_down(makeable, target)
    # "An ideal dose over the target never prints at or under it: then the next makeable dose up."
    if printed <= target < ideal:
        printed = round_up(makeable, ideal)
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
