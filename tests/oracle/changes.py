"""Other tablets, another protocol, another weight: the ladder made anew (§6.13 to §6.15)."""

from __future__ import annotations

from dataclasses import replace

from oracle.ideal import Ideal, goes_by_weight, ideals_after
from oracle.interruptions import Interrupted
from oracle.ladder import Level, Part, add_levels, in_tablets, made_of
from oracle.reading import Fields, refuse


class Changed(Interrupted):
    def go_into_today(self) -> int:
        """Where the day lies: its level is the one at hand; how far into it the day reaches.

        An interruption's day lies where the last day of the ladder before it did.
        """
        if self.interruptions or self.must_wait:
            return self.reached
        self.go_to_next_position()
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
        waits = self.must_wait and not self.interruptions
        cut, later = self.divided(reached)
        # "What is printed of the ideal level keeps its dose and must be makeable"
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
        drug, cycle = self.goes_on
        if drug == new.name:
            self.goes_on = (drug, made_of(new, cycle))

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
            # §6.4.15: where the fall waits for its day, "the cycle runs on"
            self.longer, self.served = self.longer + self.served, 0
            here = replace(here, days=0, kind="taper")
        # "The step in effect is finished by the old rule, holds too; then comes the new regimen
        # from that dose as level 0"
        self.new_ladder(replace(here, parts=(Part(None, here.days),)), self.case)
        self.reached = self.served
