"""The computed result: steps, days, quantities and what comes after them (§6, §9).

A plan is made of steps; its days are made when asked for, and tablets once per dose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, NamedTuple

from taper.doses.division import times_of
from taper.doses.equivalence import PREDNISONE
from taper.doses.tablets import Tablets
from taper.planning.entered import Entered
from taper.planning.labels import InfusionMark, Labels

ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """Why a step's dose is what it is."""

    RUN_IN = "run-in"
    TAPER = "taper"
    HOLD = "hold"
    RESCUE = "rescue"
    STRESS_DOSE = "stress-dose"
    SET_DOSE = "set-dose"
    MAINTENANCE = "maintenance"


class State(StrEnum):
    """Where a plan ends."""

    TAPERING = "tapering"
    ALREADY_AT_TARGET = "already-at-target"
    OPEN_FLARE = "open-flare"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    NOT_ON_STEROID = "not-on-steroid"


class Instruction(StrEnum):
    """What comes after the last printed day."""

    CONTINUE = "continue-until-told"
    NO_TABLETS = "no-tablets"
    DO_NOT_REDUCE = "do-not-reduce-until-told"
    KEEP_TAKING = "keep-taking-and-call"


class Step(NamedTuple):
    """Consecutive days with the same instruction.

    `daily_mg` is the dose of each day in turn, begun again at its end: one entry for a constant
    dose, two or more for a cycle such as alternate days. `ideal_mg` are the ideal doses that
    were rounded and merged into this step, each a cycle, in mg of `drug`. `tablets` goes with
    `daily_mg`. `level` counts the levels (0: the baseline or a set dose) of `ladder`, of which
    each set dose begins another. `starts` says on which day of the step each ideal dose begins,
    0 the first and less where it began before; `cut_from` is `Level.cut_from`, and `is_by_mean`
    whether the level is compared with others by the mean of its days. `reason` is a person's own,
    and `event` which event made the step, counted from 1 in the order of the plan's `events`.
    """

    number: int
    kind: Kind
    start: date
    days: int
    drug: str
    daily_mg: tuple[Fraction, ...]
    ideal_mg: tuple[tuple[Fraction, ...], ...]
    tablets: tuple[Tablets, ...]
    level: int
    reason: str | None = None
    event: int | None = None
    ladder: int = 0
    starts: tuple[int, ...] = (0,)
    cut_from: tuple[Fraction | None, ...] = (None,)
    is_by_mean: bool = False
    in_ml: bool = False
    """Whether a solution is taken; on days without a dose, whether one was taken before them."""

    @property
    def end(self) -> date:
        """The last day of the step."""
        return self.start + (self.days - 1) * ONE_DAY

    @property
    def highest_mg(self) -> Fraction:
        """The highest day, mg of `drug`."""
        return max(self.daily_mg)

    @property
    def is_cycle(self) -> bool:
        """Whether the days differ from each other."""
        return len(self.daily_mg) > 1

    @property
    def times(self) -> tuple[str, ...]:
        """The times of the day at which its dose is taken, none where it is not divided."""
        return times_of(self.tablets)

    def made_days(self) -> Iterator[Day]:
        """Its days in order, made when asked for."""
        length = len(self.daily_mg)
        for i in range(self.days):
            yield Day(
                self.start + i * ONE_DAY,
                self,
                self.daily_mg[i % length],
                self.tablets[i % length],
            )


def is_in_ml(taken: Sequence[Tablets], before: Step | None) -> bool:
    """Whether a solution is taken; of days without a dose, whether one was taken before them."""
    for day in taken:
        if day:
            return day.in_ml  # as the others are, which are made of the same stock
    return before is not None and before.in_ml


@dataclass(frozen=True, slots=True)
class Day:
    """One printed day."""

    date: date
    step: Step
    dose_mg: Fraction
    tablets: Tablets

    @property
    def is_first_of_step(self) -> bool:
        """Whether the step begins on this day."""
        return self.date == self.step.start


class After(NamedTuple):
    """What is taken after the last printed day.

    `pattern_mg` are the doses in turn from the day that comes next, whose dose is `dose_mg`, and
    `tablets` those of each, of a solution where it is `in_ml`. `first_day` is that day, of a cycle
    alone. A document of an older taper has none: of a withdrawal it says the dose of the last day.
    """

    drug: str
    pattern_mg: tuple[Fraction, ...]
    dose_mg: Fraction
    instruction: Instruction
    tablets: tuple[Tablets, ...]
    first_day: date | None = None
    in_ml: bool = False

    @property
    def times(self) -> tuple[str, ...]:
        """The times of the day at which that is taken, none where it is not divided."""
        return times_of(self.tablets)


class Quantity(NamedTuple):
    """Whole tablets of a strength to dispense for every printed day.

    Where it is `in_ml`, `tablets` are the mL of a solution with `strength_mg` in each mL.
    """

    drug: str
    strength_mg: Fraction
    tablets: int | Fraction
    in_ml: bool = False


class Baseline(NamedTuple):
    """The dose before the taper, in its own drug and in mg prednisone.

    `product` and `form` are the brand and the form of it, where that is no plain tablet.
    """

    drug: str
    dose_mg: Fraction
    prednisone_mg: Fraction
    product: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Some days of a plan, both ends included: what is printed of it until the next visit."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether that day is one of them."""
        return self.first <= day <= self.last

    def meets(self, step: Step) -> bool:
        """Whether at least a day of the step is one of them."""
        return step.start <= self.last and step.end >= self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTapering(Labels):
    """The plan of a participant who takes no steroid: there is no day in it, and no paper of it.

    `target_mg` is the protocol's target, None where it prescribes no taper.
    """

    target_mg: Fraction | None

    state: ClassVar = State.NOT_ON_STEROID
    provisional: ClassVar = False
    steps: ClassVar[tuple[Step, ...]] = ()
    quantities: ClassVar[tuple[Quantity, ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Labels):
    """A participant's whole calendar, of one step at least, with all that a page must say of it.

    `target_reached` is None where the printed days do not end at or under the target.
    `idle_flares` are the dates of flares that changed no day, `events` all that was entered.
    `whole_until` is the last day that the whole plan prints, where more days than those are shown
    (`taper.planning.beyond`).
    """

    drug: str
    provisional: bool
    state: State
    baseline: Baseline
    anchor: InfusionMark
    taper_start: date
    target_mg: Fraction
    target_reached: date | None
    after: After
    steps: tuple[Step, ...]
    quantities: tuple[Quantity, ...]
    prednisone_per_mg: dict[str, Fraction]
    idle_flares: tuple[date, ...] = ()
    events: tuple[Entered, ...] = ()
    whole_until: date | None = None

    def days(self) -> Iterator[Day]:
        """Every printed day in order, made when asked for."""
        for step in self.steps:
            yield from step.made_days()

    @property
    def first_day(self) -> date:
        """The first printed day."""
        return self.steps[0].start

    @property
    def last_day(self) -> date:
        """The last printed day."""
        return self.steps[-1].end

    def prednisone_equivalent(self, dose_mg: Fraction, drug: str) -> Fraction:
        """`dose_mg` of a drug of this plan as mg prednisone, by the plan's own table."""
        return dose_mg if drug == PREDNISONE else dose_mg * self.prednisone_per_mg[drug]

    def trial_day(self, day: date) -> int | None:
        """The trial day from infusion 1 on; with `infusion_day` 1 there is no day 0 (§9.2.3)."""
        if self.first_infusion is None:
            return None
        apart = (day - self.first_infusion).days
        return apart + self.infusion_day if apart >= 0 else apart

    def taper_day(self, day: date) -> int | None:
        """1 on the first taper day, None before (§9.2.4)."""
        return None if day < self.taper_start else (day - self.taper_start).days + 1


Planned = Plan | NotTapering
"""What planning a participant comes to."""
