"""What a flare, a hold and a clinician's own doses put in front of the ladder (§6.8 to §6.11)."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from oracle.days import Days, Stretch
from oracle.drugs import Drug
from oracle.ladder import Level, Part, round_nearest
from oracle.reading import ONE_DAY, Fields, date, dose, duration, refuse, taken_dose
from oracle.rows import Cycle


class Interrupted(Days):
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
        resume = self.flare_rule.get("resume", "continue")
        if action == "step-back":
            self.step_back()
        if action == "rescue" and not self.stopped:
            self.waiting.extend(self.rescue_rows())
        if resolved is None or self.stopped:
            # "No resolved: after the rescue table if there is one, an open hold."
            self.add_hold(None)
            if resume == "regimen" and self.is_over_by_then:
                self.go_on_by_regimen()
            return
        # "then the dose in effect until r if r is later"
        rescued = sum(stretch.days or 0 for stretch in self.waiting)
        until_r = (self.resume_day(event, resolved) - date(event["date"])).days
        self.add_hold(max(until_r - rescued, 0))
        if resume == "regimen":
            self.go_on_by_regimen()
        elif action == "rescue" or (action == "hold" and resume == "restart-step"):
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
        # has served. What is left of a run-in or a set-dose period is of level 0 and comes first."
        here = self.in_effect
        days = here.days if self.level == 0 and here.days else 0
        cycle = Cycle((here.dose_in_effect,))
        level_0 = Level(here.drug, cycle, days, here.kind, (Part(None, days),))
        if not days:
            self.served = self.reached = self.longer = 0
        self.new_ladder(level_0, self.case.with_regimen(self.flare_rule["regimen"]))

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
        if self.must_wait:
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
        by = self.case
        if "regimen" in event:
            by = by.with_regimen(by.protocol["regimens"][event["regimen"]])
        self.new_ladder(level_0, by)
        self.served = self.reached = self.longer = 0

    def refuse_another_drug(self, event: Fields, drug: Drug) -> None:
        # §6.10.7, §6.11.15: where the taper's drug is not the baseline's, the dose names its drug.
        usual = drug.name if self.case.taper_drug.name == self.case.baseline_drug.name else None
        if event.get("drug", usual) != drug.name:
            refuse("a dose of no drug, or of another than is taken")
