"""What a flare, a hold or a stress dose puts in front of the taper (§6.8 to §6.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from taper.planning import cycles
from taper.planning.ahead import INTERRUPTIONS
from taper.planning.ladder import Level, Piece, Start
from taper.planning.plan import Kind
from taper.planning.prescription import Prescription
from taper.planning.walk import Walked
from taper.trial.participant import Flare, Hold
from taper.trial.protocol import FlareRule
from taper.trial.rules import NamedRegimen


def resume_day(flare: Flare, rule: FlareRule) -> date | None:
    """The day on which the taper may go on, None while the flare is open (§6.8.6)."""
    if flare.resolved is None:
        return None
    return max(
        flare.date + timedelta(days=rule.min_days),
        flare.resolved + timedelta(days=rule.stable_days),
    )


def flare_level(rule: FlareRule, here: Piece) -> Piece:
    """The piece whose dose a flare's hold has: that in effect, or some levels up."""
    if rule.action != "step-back" or here.level == 0:
        return here
    return here.ladder.served[max(here.level - rule.step_back, 0)]


def can_restart(here: Piece) -> bool:
    """Run-in, set-dose period and maintenance are never served again (§6.8.19, §6.8.20)."""
    return here.under.number > 0 and here.under.days is not None


def burst_of(rx: Prescription, rule: FlareRule, here: Piece) -> list[Piece]:
    """The rows of a rescue, makeable, each as high as the dose in effect at least (§6.8.14)."""
    level = here.under
    burst: list[Piece] = []
    for row in rule.rescue:
        mg, ideal = rx.rescue_mg(row.mg, level.drug, level.held_mg)
        piece = interruption(Kind.RESCUE, level.drug, mg, row.days, here)
        piece = piece._replace(ideal=cycles.as_meant(cycles.constant(ideal)))
        if burst and burst[-1].cycle == piece.cycle:
            burst[-1:] = [_joined(burst[-1], piece)]
        else:
            burst.append(piece)
    return burst


def _joined(above: Piece, piece: Piece) -> Piece:
    """Two rows of a burst that are printed as one dose."""
    served = above.days or 0
    return above._replace(
        days=served + (piece.days or 0),
        ideal=above.ideal + piece.ideal,
        starts=(*above.starts, served),
        cut_from=above.cut_from + piece.cut_from,
    )


def held(days: int | None, at: Piece, reason: str | None = None) -> Piece:
    """A hold at the dose of a piece; no `days` means no end."""
    level = at.under
    return interruption(Kind.HOLD, level.drug, level.held_mg, days, at, reason)


def interruption(
    kind: Kind,
    drug: str,
    mg: Fraction,
    days: int | None,
    counts_as: Piece,
    reason: str | None = None,
) -> Piece:
    """One dose for some days, which count as those of the piece under it."""
    cycle, (ladder, level) = cycles.constant(mg), (counts_as.ladder, counts_as.level)
    ideal = cycles.as_meant(cycle)
    return Piece(kind, drug, cycle, days, ladder, level, ideal, reason=reason)


@dataclass(slots=True)
class Interrupted(Walked):
    """Days that flares and holds may put others in front of; `flares` is how many there were."""

    flares: int = 0
    stopped: bool = False
    alike: int = 0
    """Days of level 0 that a flare's regimen took over from a level 1 of the same dose."""

    def _over(self, begun: date, end: date | None) -> date | None:
        """The end of a hold, which is over when the first reduced dose was taken (§6.2.4)."""
        started = self.rx.taper_start
        if not self.rx.has_started or begun >= started:
            return end
        return started if end is None else min(end, started)

    def _flare(self, flare: Flare, place: str) -> None:
        """Hold, step back, rescue, or the end of the taper (§6.8)."""
        rule = self.rx.flare_rule
        if rule is None:
            raise self._refuse(place, "a flare", "no flare, because the protocol has no flare rule")
        self._refuse_while_held(flare, place)
        if flare.resolved is not None and flare.resolved > self.today:
            raise self._refuse(
                f"{place}.resolved",
                str(flare.resolved),
                f"a date that is not after today, {self.today}",
            )
        if flare.resolved is None and flare.date > self.today:
            raise self._refuse(
                f"{place}.date",
                f"{flare.date}, of a flare without resolved",
                f"a date that is not after today, {self.today}",
            )
        self.flares += 1
        if rule.max_flares is not None and self.flares > rule.max_flares:
            self.stopped = True
            self.future = [held(None, flare_level(rule, self._in_effect))]
            return
        act = {"hold": self._hold_flare, "step-back": self._step_back, "rescue": self._rescue}
        act[rule.action](flare, rule)

    def _refuse_while_held(self, event: Flare | Hold, place: str) -> None:
        """Raise while a hold lasts or is open (§6.8.1 to §6.8.3, §6.9.6)."""
        kind = event.type
        if self.stopped:
            raise self._refuse(place, f"a {kind} after the taper was stopped", "a set-dose first")
        if self.future[-1].kind is Kind.HOLD:
            raise self._refuse(
                place,
                f"a {kind} while an earlier flare or hold is unresolved",
                "one after the earlier has its resolved or until date",
            )
        if self.future[0].kind in INTERRUPTIONS:
            raise self._refuse(
                place,
                f"a {kind} on {event.date}, while a {self.future[0].kind} lasts",
                "a date when no hold, rescue or stress dose lasts",
            )

    def _hold_flare(self, flare: Flare, rule: FlareRule) -> None:
        """The dose in effect, then on from where it was, or the step again (§6.8.7 to §6.8.10)."""
        here = self._in_effect
        if rule.resume == "restart-step" and can_restart(here):
            self._interrupt(flare, rule, here, here.ladder.served_from(here.level))
        else:
            self._interrupt(flare, rule, here, self.future)

    def _step_back(self, flare: Flare, rule: FlareRule) -> None:
        """A hold some levels up, then down the ladder again (§6.8.11 to §6.8.13)."""
        back = flare_level(rule, self._in_effect)
        steps_back = back is not self._in_effect
        follows = back.ladder.served_from(back.level + 1) if steps_back else self.future
        self.reached = back.under.days or 0 if steps_back else self.reached
        self._interrupt(flare, rule, back, follows)

    def _rescue(self, flare: Flare, rule: FlareRule) -> None:
        """The burst, the hold, then the step in effect in full (§6.8.14, §6.8.15)."""
        here = self._in_effect
        burst = burst_of(self.rx, rule, here)
        follows = here.ladder.served_from(here.level) if can_restart(here) else self.future
        self._interrupt(flare, rule, here, follows, burst)

    def _interrupt(
        self,
        flare: Flare,
        rule: FlareRule,
        at: Piece,
        follows: Sequence[Piece],
        burst: Sequence[Piece] = (),
    ) -> None:
        """The burst, the hold until the taper may resume, what follows (§6.8.6, §6.8.21)."""
        resume = self._over(flare.date, resume_day(flare, rule))
        if resume is None:
            self.future = [*burst, held(None, at)]
            return
        days = max((resume - flare.date).days - sum(piece.days or 0 for piece in burst), 0)
        if self.rx.trial.after_flares is not None:
            at, follows = self._by_other_regimen(self.rx.trial.after_flares, at, days)
            burst = [piece._replace(ladder=at.ladder, level=at.level) for piece in burst]
        hold = [held(days, at)] if days else []
        self.future = [*burst, *hold, *follows]

    def _by_other_regimen(
        self, named: NamedRegimen, at: Piece, days: int
    ) -> tuple[Piece, list[Piece]]:
        """A hold of so many days as level 0 of that regimen's ladder, and what follows (§6.8.26).

        What is left of a run-in or a set-dose period belongs to level 0 too.
        """
        under = at.under
        self.alike = self._alike_in(at)
        left = sum(piece.days or 0 for piece in self.future if at.level == piece.level == 0)
        start = Start(under.kind, under.drug, cycles.constant(under.held_mg), days + left)
        ladder = self.rx.by_regimen(named, "flare.regimen").ladder_from(start)
        zero, *below = ladder.served
        self.reached = days
        rest = zero.after(days)  # what is left, and a level 1 of the same dose
        return zero, below if rest.days == 0 else [rest, *below]

    def _alike_in(self, at: Piece) -> int:
        """How many days of a level 0 are those of a level 1 of the same dose."""
        under = at.under
        return 0 if at.level or under.days is None else under.days - self._own_days(under)

    def _own_days(self, zero: Level) -> int:
        """How many days a level 0 has without a level 1 of the same dose."""
        return (*zero.starts, zero.days or 0)[1] - self.alike

    def _hold(self, hold: Hold, place: str) -> None:
        """The dose in effect until the day before `until`, or without end (§6.9)."""
        self._refuse_while_held(hold, place)
        here = self._in_effect
        until = self._over(hold.date, hold.until)
        if until is None:
            self.future = [held(None, here, hold.reason)]
        else:
            days = (until - hold.date).days
            self.future = [held(days, here, hold.reason), *self.future]
