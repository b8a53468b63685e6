"""The walk through the days, one at a time, with the events on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from oracle.case import Case
from oracle.drugs import Drug
from oracle.ideal import Ideal, goes_by_weight, ideals_after
from oracle.ladder import (
    Level,
    Part,
    add_levels,
    build_ladder,
    in_tablets,
    round_nearest,
    say_the_same,
)
from oracle.plans import After, Day
from oracle.reading import ONE_DAY, Fields, date, dose, duration, refuse, taken_dose
from oracle.rows import WEEK, Cycle
from oracle.told import text


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
        self.held: Stretch | None = None  # the hold behind which the ladder has not gone on yet
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

    def all_days(self) -> list[Day]:
        days: list[Day] = []
        today = self.case.anchor
        while True:
            self.today = today
            self.start_as_recorded(today)
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
        if self.must_wait(today):
            return self.wait(today)
        return self.take_ladder_day(today)

    def take_stretch(self, today: dt.date, stretch: Stretch) -> Day:
        if stretch.days is not None:
            stretch.days -= 1
        self.drugs[today] = stretch.drug
        if stretch.kind == "hold":
            self.goes_on = (stretch.drug.name, Cycle((stretch.mg,)))
        if stretch.kind != "stress-dose":
            self.held = stretch if stretch.kind == "hold" else None
        return Day(today, stretch.drug.name, stretch.mg, stretch.kind)

    def must_wait(self, today: dt.date) -> bool:
        """§4.13.1: "a day on which the dose would fall to another level waits"."""
        days_of_change = self.case.taper.get("change_on")
        if days_of_change is None or WEEK[today.weekday()] in days_of_change:
            return False
        # §4.13.3: a recorded start is the day on which the dose fell.
        if "taper_started" in self.case.participant and today == self.case.taper_start:
            return False
        here, following = self.in_effect, self.ladder[self.next_position()[0]]
        return not say_the_same(here, following)

    def wait(self, today: dt.date) -> Day:
        """§4.13.1: "what was taken before goes on until then"; §4.13.2: no rescue, no stress."""
        self.endless_days = 0
        if self.held:
            return self.take_stretch(today, replace(self.held, days=None))
        self.longer += 1
        return self.day_of_level(today)

    def take_ladder_day(self, today: dt.date) -> Day:
        level, served = self.next_position()
        if level != self.level:
            self.longer = 0
        self.level, self.served, self.held = level, served + 1, None
        self.reached = self.served
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
            "tablets": self.tablets,
            "amendment": self.amendment,
            "weight": self.weight,
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
        resume = self.flare_rule.get("resume", "continue")
        if action == "rescue" or (action == "hold" and resume == "restart-step"):
            self.restart_step()
        if action == "hold" and resume == "regimen":
            self.go_on_by_regimen()

    def refuse_when_interrupted(self) -> None:
        # "refused while a hold, rescue or stress dose lasts, after an unresolved flare or hold,
        # after a stopped taper": an open hold waits until a set-dose takes it away.
        if self.stress is not None or self.waiting:
            refuse("a flare or hold inside a hold, a rescue, a stress dose or a stopped taper")

    def resolved_date(self, event: Fields) -> dt.date | None:
        if "resolved" not in event:
            # §6.8.24: an open flare dated after today is refused.
            if date(event["date"]) > self.case.today:
                refuse("an open flare after today")
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

    def add_hold(self, days: int | None) -> None:
        # "the dose in effect (a cycle's highest day)"
        if days != 0:
            level = self.in_effect
            self.waiting.append(Stretch("hold", level.drug, level.dose_in_effect, days))

    def step_back(self) -> None:
        # "A run-in and a set-dose period are never restarted nor stepped back from."
        if self.level == 0:
            return
        # "the hold is at the dose n levels up (level 0 at most), and from r the ladder is walked
        # again from the level below the hold's": the hold's level counts as served.
        self.level = max(self.level - int(str(self.flare_rule.get("step_back", 1))), 0)
        self.served = self.reached = self.in_effect.days or 0
        self.longer = 0

    def restart_step(self) -> None:
        # "the step in effect is served again in full"; "A run-in and a set-dose period are never
        # restarted, and maintenance is never restarted: what was left of it follows."
        if self.level > 0 and self.in_effect.days is not None:
            self.served = self.longer = 0

    def go_on_by_regimen(self) -> None:
        # §6.8.26: "the ladder of that regimen from the hold's dose as its level 0, which the hold
        # has served"; a run-in, a set-dose period and maintenance stay (§6.8.19, §6.8.20).
        here = self.in_effect
        if here.days is None:
            return
        if here.kind not in ("run-in", "set-dose"):
            cycle = Cycle((here.dose_in_effect,))
            here = Level(here.drug, cycle, 0, "taper", (Part(None, 0),))
            self.served = self.reached = self.longer = 0
        self.new_ladder(here, self.case.with_regimen(self.flare_rule["regimen"]))

    def rescue_rows(self) -> list[Stretch]:
        # "the table's doses, each rounded to the nearest makeable (tie up) and at least the dose
        # in effect"
        level = self.in_effect
        rows = []
        for row in self.flare_rule["rescue"]:
            ideal = level.drug.from_prednisone(dose(row["mg"]))
            mg = max(round_nearest(level.drug.makeable(ideal), ideal), level.dose_in_effect)
            most = self.case.taper.get("max_rounding_mg")
            off = level.drug.to_prednisone(mg - ideal if mg > ideal else ideal - mg)
            # §6.8.18: its rounding obeys max_rounding_mg; the dose in effect is no rounding.
            if most is not None and mg > level.dose_in_effect and off > dose(most):
                refuse("a rescue dose is further from its ideal than max_rounding_mg")
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
        self.refuse_another_drug(event, drug)
        mg = taken_dose(event["dose_mg"])
        if not drug.can_make(mg):
            refuse("the tablets cannot make the stress dose")
        if drug.to_prednisone(mg) < self.dose_without_stress():
            refuse("the stress dose is below what that day would have had")
        self.stress = Stretch("stress-dose", drug, mg, duration(event["days"]))

    def dose_without_stress(self) -> Fraction:
        if self.interruptions:
            return self.interruptions[0].drug.to_prednisone(self.interruptions[0].mg)
        if self.must_wait(self.today):
            return self.in_effect.highest_prednisone
        level, _ = self.next_position()
        return self.ladder[level].highest_prednisone

    def set_dose(self, event: Fields) -> None:
        # "it ends every hold, rescue, stress dose, open flare and stop"; "flares stay counted"
        self.stress, self.waiting, self.stopped, self.held = None, [], False, None
        # "The clinician's dose of the taper's drug (makeable) for those days, at least until
        # taper_start; then the regimen from that dose as level 0 of a new ladder."
        drug, mg = self.case.taper_drug, taken_dose(event["dose_mg"])
        self.refuse_another_drug(event, drug)
        if not drug.can_make(mg):
            refuse("the tablets cannot make the set dose")
        days = max(duration(event["days"]), (self.case.taper_start - date(event["date"])).days)
        level_0 = Level(drug, Cycle((mg,)), days, "set-dose", (Part(None, days),))
        # §6.11.14: "the new ladder is by that one"
        by = self.case.with_regimen(event["regimen"]) if "regimen" in event else self.case
        self.new_ladder(level_0, by)
        self.served = self.reached = self.longer = 0

    def refuse_another_drug(self, event: Fields, drug: Drug) -> None:
        # §6.10.7, §6.11.15: where the taper's drug is not the baseline's, the dose names its drug.
        usual = drug.name if self.case.taper_drug.name == self.case.baseline_drug.name else None
        if event.get("drug", usual) != drug.name:
            refuse("a dose of no drug, or of another than is taken")

    # -------- tablets, another protocol, another weight (§6.13 to §6.15)

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
        waiting = [*([self.stress] if self.stress else []), *self.waiting]
        # §4.13.1: a hold that goes on until a day of change
        goes_on = self.held and not self.waiting and self.must_wait(self.after_interruptions)
        return [*waiting, self.held] if goes_on and self.held else waiting

    @property
    def after_interruptions(self) -> dt.date:
        return (
            self.today
            + sum(each.days or 0 for each in [self.stress, *self.waiting] if each) * ONE_DAY
        )

    def go_into_today(self) -> int:
        """Where the day lies: its level is the one at hand; how far into it the day reaches.

        An interruption's day lies where the last day of the ladder before it did.
        """
        if self.interruptions or self.must_wait(self.today):
            return self.reached
        self.level, self.served = self.next_position()
        return self.served + 1

    def divided(self, reached: int) -> tuple[Level, list[Ideal]]:
        """The level at hand as far as its ideal level goes, and the ideal levels after that."""
        level, days = self.in_effect, 0
        count = 0
        for part in level.parts:
            count += 1
            if part.days is None:
                return level, []
            days += part.days
            if days >= reached:
                break
        kind = "taper" if level.kind == "maintenance" else level.kind
        cut = replace(level, days=days, parts=level.parts[:count], kind=kind)
        after = [*level.parts[count:], *(p for e in self.ladder[self.level + 1 :] for p in e.parts)]
        return cut, [part.ideal for part in after if part.ideal]

    def tablets(self, event: Fields) -> None:
        reached = self.go_into_today()
        today = self.interruptions[0].drug if self.interruptions else self.in_effect.drug
        # "refused while another drug than the taper's is being taken"
        if today.name != self.case.taper_drug.name:
            refuse("tablets of a drug that is not being taken")
        self.case = self.case.with_tablets(event["strengths"])
        new = self.case.taper_drug
        # "every interruption begun or to come keeps its dose and must be makeable"
        for stretch in self.interruptions:
            stretch.drug = new if new.can_make(stretch.mg) else refuse("an interruption's dose")
        is_held = any(stretch.kind == "hold" for stretch in self.interruptions)
        cut, later = self.divided(reached)
        # "What is printed of the ideal level keeps its dose and must be makeable"
        waits = self.must_wait(self.after_interruptions) and not is_held
        is_printed = not self.is_open and (cut.days is None or self.served < cut.days or waits)
        if is_printed and not all(new.can_make(mg) for mg in cut.cycle.doses):
            refuse("what is printed of the ideal level cannot be made")
        if self.is_open:
            return
        # "The ideal levels after it are rounded anew, the dose before them being the one in effect"
        rest = [cut]
        if self.is_flat:
            rest = self.ladder[self.level :]
        else:
            add_levels(self.case, rest, later)
        # "A step back to a level from before is to the nearest makeable not below it."
        self.ladder = [in_tablets(each, new) for each in [*self.ladder[: self.level], *rest]]

    def weight(self, event: Fields) -> None:
        reached = self.go_into_today()
        self.case = self.case.weighing(event["kg"])
        by = self.made_by = self.made_by.weighing(event["kg"])
        if self.is_open or self.is_flat or not goes_by_weight(by.taper["regimen"]):
            return
        cut, later = self.divided(reached)
        if cut.days is None:
            return
        # "The ideal levels from the next one on are by this weight": their rows go on
        parts = [part for each in [*self.ladder[: self.level], cut] for part in each.parts]
        over = sum(part.days or 0 for part in parts if part.ideal)
        rest = [cut]
        add_levels(self.case, rest, ideals_after(by, parts[-1].ideal, self.start, over, later))
        self.ladder = [*self.ladder[: self.level], *rest]

    def amendment(self, event: Fields) -> None:
        self.case = self.case.amended(event["protocol"])
        here = self.in_effect
        # "A maintenance above the new target gives way on the day itself; at or under it, it goes
        # on."
        goes_on = here.days is None and here.highest_prednisone <= self.case.target
        if self.is_open or goes_on:
            return
        if here.days is None:
            here, self.served = replace(here, days=0, kind="taper"), 0
        # "The step in effect is finished by the old rule, holds too; then comes the new regimen
        # from that dose as level 0"
        self.new_ladder(replace(here, parts=(Part(None, here.days),)), self.case)
        self.reached = self.served

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

    def after(self) -> After:
        # §6.17, "What comes after the last printed day".
        drug, cycle = self.goes_on
        following = in_turn(cycle, self.today.weekday() if cycle.weekly else 0)
        said = "/".join(text(mg) for mg in following)
        if cycle.highest == 0:
            return After(drug, said, "no-tablets")  # §6.17.7
        if self.withdrawn:
            return After(drug, said, "keep-taking-and-call")
        return After(
            drug, said, "do-not-reduce-until-told" if self.waiting else "continue-until-told"
        )


def in_turn(cycle: Cycle, turn: int) -> list[Fraction]:
    """The doses of a cycle, from that day of it on."""
    turn %= len(cycle.doses)
    return [*cycle.doses[turn:], *cycle.doses[:turn]]


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
