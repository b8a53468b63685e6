"""The walk through the days, one at a time, with the events on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from oracle.case import Case
from oracle.drugs import Drug
from oracle.ladder import Level, build_ladder, round_nearest
from oracle.plans import After, Day
from oracle.reading import ONE_DAY, Fields, date, dose, duration, refuse, taken_dose
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
        self.goes_on = (case.baseline_drug.name, [case.baseline_mg])
        self.endless_days = 0  # days in a row of the maintenance or of the open hold

    def all_days(self) -> list[Day]:
        days: list[Day] = []
        today = self.case.anchor
        while True:
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
            return self.endless_days >= duration(self.flare_rule.get("review_days", 28))
        return self.endless_days >= duration(self.case.taper.get("maintenance_days", 28))

    def start_as_recorded(self, today: dt.date) -> None:
        # §6.2.4: holds before a recorded taper_started are over by then and do not move it.
        if "taper_started" in self.case.participant and today == self.case.taper_start:
            if not self.stopped:
                self.waiting = [each for each in self.waiting if each.kind != "hold"]
            if self.ladder[self.level].kind == "run-in":
                self.served = (self.case.taper_start - self.case.anchor).days

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
        if stretch.kind == "hold":
            self.goes_on = (stretch.drug.name, [stretch.mg])
        return Day(today, stretch.drug.name, stretch.mg, stretch.kind)

    def take_ladder_day(self, today: dt.date) -> Day:
        self.level, self.served = self.next_position()
        level = self.ladder[self.level]
        mg = level.cycle[self.served % len(level.cycle)]
        self.served += 1
        # §6.17.6: a cycle goes on with the day that comes next; §6.12.3: a burst leaves this alone.
        turn = self.served % len(level.cycle)
        self.goes_on = (level.drug.name, [*level.cycle[turn:], *level.cycle[:turn]])
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
            most = self.case.taper.get("max_rounding_mg")
            off = level.drug.to_prednisone(mg - ideal if mg > ideal else ideal - mg)
            # §6.8.18: its rounding obeys max_rounding_mg; the dose in effect is no rounding.
            if most is not None and mg > level.highest and off > dose(most):
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

    def after(self) -> After:
        # §6.17, "What comes after the last printed day".
        drug, cycle = self.goes_on
        said = "/".join(text(mg) for mg in cycle)
        if max(cycle) == 0:
            return After(drug, said, "no-tablets")  # §6.17.7
        if self.withdrawn:
            return After(drug, said, "keep-taking-and-call")
        return After(
            drug, said, "do-not-reduce-until-told" if self.waiting else "continue-until-told"
        )


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
