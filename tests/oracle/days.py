"""The days one at a time: what is taken today, and where the participant is on the ladder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

from oracle.case import Case
from oracle.drugs import Drug
from oracle.events import sorted_events
from oracle.ladder import Level, Part, build_ladder, say_the_same
from oracle.plans import Day
from oracle.reading import Fields, duration
from oracle.rows import WEEK, Cycle


@dataclass
class Stretch:
    """Days of one dose that stand in front of the ladder: a hold, a rescue row, a stress dose."""

    kind: str
    drug: Drug
    mg: Fraction
    days: int | None  # None: an open hold


class Days:
    """Where the participant is, on the morning of each day."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.today = case.anchor
        self.events = sorted_events(case)
        run_in = (case.taper_start - case.anchor).days
        baseline = Cycle((case.baseline_mg,))
        parts = (Part(None, run_in),)
        level_0 = Level(case.baseline_drug, baseline, run_in, "run-in", parts)
        self.reductions = False
        self.new_ladder(level_0, case)
        self.level = 0  # the ladder level of the day before
        self.served = 0  # how many of that level's days have been taken
        self.reached = 0  # how far into that level the last of its days lay, taken again or not
        self.longer = 0  # how many days that level has gone on, waiting for a day of change
        self.kind_taken = "run-in"  # of the ladder's last day
        self.held: Stretch | None = None  # the hold behind which the ladder has not gone on yet
        self.is_after_burst = False  # the day before had a rescue or stress dose
        self.drugs: dict[dt.date, Drug] = {}  # with the tablets of the day
        self.stress: Stretch | None = None
        self.waiting: list[Stretch] = []  # holds and rescues in front of the ladder
        self.flares = 0
        self.stopped = False
        self.withdrawn = False
        self.goes_on = (case.baseline_drug.name, baseline)
        self.endless_days = 0  # days in a row of the maintenance or of the open hold

    @property
    def flare_rule(self) -> Fields:
        rule: Fields = self.case.protocol.get("flare") or {}
        return rule

    def printed_enough(self) -> bool:
        # §6.5.1, §6.5.2: maintenance is printed for maintenance_days from its first day, or from
        # the end of the last event that interrupted it; an open hold in the same way for
        # review_days.
        if self.waiting:
            reviewed = duration(self.flare_rule.get("review_days", 28))
            return self.endless_days >= reviewed and not self.is_over_by_then
        return self.endless_days >= duration(self.case.taper.get("maintenance_days", 28))

    @property
    def is_over_by_then(self) -> bool:
        """§6.2.4: a hold before a recorded taper_started is over by then, an open one too."""
        is_recorded = "taper_started" in self.case.participant and not self.stopped
        return is_recorded and self.today < self.case.taper_start

    def start_as_recorded(self, today: dt.date) -> None:
        # §6.2.4: holds before a recorded taper_started are over by then and do not move it.
        if "taper_started" in self.case.participant and today == self.case.taper_start:
            if not self.stopped:
                self.waiting = [each for each in self.waiting if each.kind != "hold"]
                self.endless_days = 0
            if self.ladder[self.level].kind == "run-in":
                self.served = self.reached = (self.case.taper_start - self.case.anchor).days

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
        if self.must_wait:
            return self.wait(today)
        return self.take_ladder_day(today)

    def take_stretch(self, today: dt.date, stretch: Stretch) -> Day:
        if stretch.days is not None:
            stretch.days -= 1
        self.drugs[today] = stretch.drug
        if stretch.kind == "hold":
            self.goes_on = (stretch.drug.name, Cycle((stretch.mg,)))
        self.held = stretch if stretch.kind == "hold" else None
        self.is_after_burst = stretch.kind != "hold"
        return Day(today, stretch.drug.name, stretch.mg, stretch.kind)

    @property
    def must_wait(self) -> bool:
        """§4.13.1: "a day on which the dose would fall to another level waits"."""
        days_of_change = self.case.taper.get("change_on")
        if days_of_change is None or WEEK[self.today.weekday()] in days_of_change:
            return False
        # §4.13.1: a recorded start is the day on which the dose fell.
        if "taper_started" in self.case.participant and self.today == self.case.taper_start:
            return False
        # §4.13.2: "what comes after one, the next level too, begins on that day"
        level, _ = self.next_position()
        if self.is_after_burst or level == self.level:
            return False
        # "a dose that stays the same" is none
        before = self.in_effect
        if self.held:
            before = replace(before, drug=self.held.drug, cycle=Cycle((self.held.mg,)))
        return not say_the_same(before, self.ladder[level])

    def wait(self, today: dt.date) -> Day:
        """§4.13.1: "what was taken before goes on until then"."""
        self.endless_days = 0
        if self.held:
            return self.take_stretch(today, replace(self.held, days=None))
        self.longer += 1
        return self.day_of_level(today)._replace(kind=self.kind_taken)

    def take_ladder_day(self, today: dt.date) -> Day:
        self.go_to_next_position()
        self.served += 1
        self.reached = self.served
        self.held, self.is_after_burst = None, False
        self.kind_taken = self.in_effect.kind
        self.endless_days = self.endless_days + 1 if self.in_effect.days is None else 0
        return self.day_of_level(today)

    def day_of_level(self, today: dt.date) -> Day:
        level = self.in_effect
        # §4.12.4: "whatever interrupts it, Monday stays Monday"
        taken_before = self.served + self.longer - 1
        doses = in_turn(level.cycle, today.weekday() if level.cycle.weekly else taken_before)
        self.drugs[today] = level.drug
        # §6.17.6: a cycle goes on with the day that comes next; §6.12.3: a burst leaves this alone.
        cycle = level.cycle
        if not cycle.weekly:
            cycle = Cycle(tuple(in_turn(cycle, taken_before + 1)))
        self.goes_on = (level.drug.name, cycle)
        return Day(today, level.drug.name, doses[0], level.kind)

    def go_to_next_position(self) -> None:
        level, self.served = self.next_position()
        self.longer = self.longer if level == self.level else 0
        self.level = level

    def next_position(self) -> tuple[int, int]:
        """The level of the ladder's next day and how much of it has been served."""
        level, served = self.level, self.served
        while served == self.ladder[level].days:
            level, served = level + 1, 0
        return level, served

    @property
    def in_effect(self) -> Level:
        # "The step in effect is that of the day before; hold, rescue and stress days count as the
        # ladder level under them, a step-back hold as its own level; where a step ended the day
        # before, that finished step is the one in effect."
        return self.ladder[self.level]

    def new_ladder(self, level_0: Level, by: Case) -> None:
        """Level 0 is at hand; by what the ladder was made is remembered."""
        self.ladder = build_ladder(by, level_0)
        self.level, self.made_by, self.start = 0, by, level_0.height_prednisone
        self.is_flat = level_0.highest_prednisone <= self.case.target
        self.reductions = self.reductions or not self.is_flat

    @property
    def is_open(self) -> bool:
        return bool(self.waiting) and self.waiting[-1].days is None

    @property
    def interruptions(self) -> list[Stretch]:
        """Those begun or to come; a hold that goes on until a day of change is one."""
        waiting = [*([self.stress] if self.stress else []), *self.waiting]
        return [self.held] if self.held and not waiting and self.must_wait else waiting


def in_turn(cycle: Cycle, turn: int) -> list[Fraction]:
    """The doses of a cycle, from that day of it on."""
    turn %= len(cycle.doses)
    return [*cycle.doses[turn:], *cycle.doses[:turn]]
