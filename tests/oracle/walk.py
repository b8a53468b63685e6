"""The walk through the days, one at a time, with the events on the way."""

from __future__ import annotations

import datetime as dt

from oracle.changes import Changed
from oracle.days import in_turn
from oracle.plans import After, Day
from oracle.reading import ONE_DAY, Fields, date
from oracle.told import text


class Walk(Changed):
    """Where the participant is, on the morning of each day."""

    def all_days(self) -> list[Day]:
        days: list[Day] = []
        while True:
            self.start_as_recorded(self.today)
            self.take_events_of(self.today)
            if self.withdrawn or (not self.events and self.printed_enough()):
                return days
            days.append(self.take_day(self.today))
            self.today += ONE_DAY

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

    def withdraw(self, _: Fields) -> None:
        # "the taper ends the day before, not the steroid"
        self.withdrawn = True

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
