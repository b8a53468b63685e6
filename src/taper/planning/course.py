"""A participant's days as the events rewrite them (§6.7 to §6.15).

The future is a list of pieces, each a stretch of days at one instruction. Days are printed
from its front; an event prints the days before it and then rewrites what is left: a hold puts
days in front, a step back replaces the rest by the ladder walked again, an open hold replaces
it by one piece without end. Past days are thus never changed by a later event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from taper.doses import dose, tablets
from taper.doses.tablets import Cycle, Stock
from taper.errors import Refusal
from taper.planning.ahead import INTERRUPTIONS, Ahead, by_protocol, by_tablets, by_weight
from taper.planning.ladder import Piece, Start
from taper.planning.plan import Kind
from taper.planning.prescription import Prescription
from taper.trial.participant import (
    Amendment,
    AnyEvent,
    Flare,
    Hold,
    OtherTablets,
    SetDose,
    StressDose,
    Weighed,
    Withdraw,
)
from taper.trial.protocol import DEFAULT_REVIEW_DAYS, FlareRule
from taper.trial.rules import Trial

BURSTS = frozenset({Kind.RESCUE, Kind.STRESS_DOSE})
MOST_IDEAL_DOSES = 2000
"""How many doses the ladders of all events may have together; each costs time."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece, or the first days of one, on the calendar."""

    piece: Piece
    start: date
    days: int
    stock: Stock


def _told(pieces: Iterable[Piece]) -> list[tuple[str, Cycle, int | None]]:
    """What is to be taken, and for how many days; equal doses that follow each other as one."""
    told: list[tuple[str, Cycle, int | None]] = []
    for piece in pieces:
        taken, days = (piece.drug, piece.in_turn), piece.days
        if told and told[-1][:2] == taken and len(piece.cycle) == 1:
            before = told.pop()[2] or 0
            days = None if days is None else before + days
        told.append((*taken, days))
    return told


def _joined(above: Piece, piece: Piece) -> Piece:
    """Two rows of a burst that are printed as one dose."""
    served = above.days or 0
    return replace(
        above,
        days=served + (piece.days or 0),
        ideal=above.ideal + piece.ideal,
        starts=(*above.starts, served),
        cut_from=above.cut_from + piece.cut_from,
    )


def _resume_day(flare: Flare, rule: FlareRule) -> date | None:
    """The day on which the taper may go on, None while the flare is open (§6.8.6)."""
    if flare.resolved is None:
        return None
    return max(
        flare.date + timedelta(days=rule.min_days),
        flare.resolved + timedelta(days=rule.stable_days),
    )


@dataclass(slots=True)
class Course:
    """A participant's days: those printed so far, and the pieces still to come.

    `reached` is how far into its level the ladder's last day was. `amended` are the dates from
    which another protocol holds, each with what held before. `reduces`: whether any ladder
    begins above the target.
    """

    rx: Prescription
    today: date
    next_day: date
    future: list[Piece]
    printed: list[Printed] = field(default_factory=list)
    flares: int = 0
    stopped: bool = False
    withdrawn: bool = False
    reached: int = 0
    amended: list[tuple[date, Trial]] = field(default_factory=list)
    reduces: bool = False
    ideal_doses: int = 0
    idle: list[Flare] = field(default_factory=list)
    """The flares that changed no day."""

    @classmethod
    def begun(cls, rx: Prescription, today: date) -> Course:
        """The course of a participant before any event."""
        ladder = rx.ladder_from_baseline()
        future = ladder.served_from(0)
        return cls(rx, today, rx.anchor, future, reduces=ladder.origin is not None)

    def apply(self, event: AnyEvent, place: str) -> None:
        """Print the days before the event, then let it rewrite the future.

        `place` names the event in a refusal, such as `events[2]`.
        """
        self._print_until(event.date)
        planned = self.future
        match event:
            case Flare():
                self._flare(event, place)
            case Hold():
                self._hold(event, place)
            case StressDose():
                self._stress_dose(event, place)
            case SetDose():
                self._set_dose(event, place)
            case OtherTablets():
                self._tablets(event, place)
            case Amendment():
                self._amend(event, place)
            case Weighed():
                self.rx = replace(self.rx, weight_kg=event.kg)
                self._lay(by_weight(self.rx, self._ahead), place)
            case Withdraw():
                self.future, self.withdrawn = [], True
        if event.date < self.rx.taper_start and self.rx.has_started:
            self.future = list(self._run_in_as_recorded())
        if isinstance(event, Flare) and _told(self.future) == _told(planned):
            self.idle.append(event)

    def _run_in_as_recorded(self) -> Iterator[Piece]:
        """The future with a run-in that ends when it did, whatever interrupted it (§6.2.4)."""
        day = self.next_day
        for piece in self.future:
            if piece.kind is not Kind.RUN_IN or piece.days is None:
                yield piece
                day += timedelta(days=piece.days or 0)
                continue
            longer = (piece.under.days or 0) - (self.rx.taper_start - self.rx.anchor).days
            days = longer + max((self.rx.taper_start - day).days, 0)
            if days:
                yield replace(piece, days=days)
            day += timedelta(days=days)

    def _over(self, begun: date, end: date | None) -> date | None:
        """The end of a hold, which is over when the first reduced dose was taken (§6.2.4)."""
        started = self.rx.taper_start
        if not self.rx.has_started or begun >= started:
            return end
        return started if end is None else min(end, started)

    def finish(self) -> None:
        """Print what is left; a piece without end for as long as the protocol has it printed."""
        for piece in list(self.future):
            self._print(piece, self._printed_days(piece) if piece.days is None else piece.days)
        self.future = []

    @property
    def goes_on(self) -> Piece:
        """What goes on after the last printed day; of a burst, what lies under it (§6.12.3)."""
        last = next(each for each in reversed(self.printed) if each.piece.kind not in BURSTS)
        return last.piece.after(last.days)

    @property
    def is_open(self) -> bool:
        """Whether an open hold is the end of what is known."""
        ends = self.future[-1:] or [printed.piece for printed in self.printed[-1:]]
        return any(piece.kind is Kind.HOLD and piece.days is None for piece in ends)

    def _printed_days(self, piece: Piece) -> int:
        """How many days of a piece without end are printed (§6.5.1, §6.5.5)."""
        if piece.kind is Kind.HOLD:
            rule = self.rx.flare_rule
            return rule.review_days if rule else DEFAULT_REVIEW_DAYS
        return self.rx.rule.maintenance_days

    def _print(self, piece: Piece, days: int) -> None:
        if days > 0:
            stock = self.rx.stocks[piece.drug]
            self.printed.append(Printed(piece, self.next_day, days, stock))
            self.next_day += timedelta(days=days)
            if piece.kind not in INTERRUPTIONS:
                self.reached = piece.phase + days

    def _print_until(self, day: date) -> None:
        """Print every day before `day`; the future begins on it."""
        while self.next_day < day:
            piece = self.future[0]
            wanted = (day - self.next_day).days
            days = wanted if piece.days is None else min(wanted, piece.days)
            self._print(piece, days)
            self.future[:1] = [] if piece.days == days else [piece.after(days)]

    @property
    def _in_effect(self) -> Piece:
        """The piece of the day before, finished or not (§6.7.4, §6.7.7)."""
        return self.printed[-1].piece

    def _refuse(self, place: str, read: str, allowed: str) -> Refusal:
        return Refusal.of(self.rx.who, place, read, allowed)

    # Flares and other holds ----------------------------------------------------------------

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
            self.future = [self._held(None, self._flare_level(rule))]
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
        if rule.resume == "restart-step" and self._can_restart(here):
            self._interrupt(flare, rule, here, here.ladder.served_from(here.level))
        else:
            self._interrupt(flare, rule, here, self.future)

    def _step_back(self, flare: Flare, rule: FlareRule) -> None:
        """A hold some levels up, then down the ladder again (§6.8.11 to §6.8.13)."""
        back = self._flare_level(rule)
        steps_back = back is not self._in_effect
        follows = back.ladder.served_from(back.level + 1) if steps_back else self.future
        self.reached = back.under.days or 0 if steps_back else self.reached
        self._interrupt(flare, rule, back, follows)

    def _flare_level(self, rule: FlareRule) -> Piece:
        """The piece whose dose a flare's hold has: the one in effect, or some levels up."""
        here = self._in_effect
        if rule.action != "step-back" or here.level == 0:
            return here
        return here.ladder.served[max(here.level - rule.step_back, 0)]

    def _rescue(self, flare: Flare, rule: FlareRule) -> None:
        """The burst, the hold, then the step in effect in full (§6.8.14, §6.8.15)."""
        here = self._in_effect
        burst = self._burst(rule, here)
        follows = here.ladder.served_from(here.level) if self._can_restart(here) else self.future
        self._interrupt(flare, rule, here, follows, burst)

    def _burst(self, rule: FlareRule, here: Piece) -> list[Piece]:
        level = here.under
        burst: list[Piece] = []
        for row in rule.rescue:
            mg, ideal = self.rx.rescue_mg(row.mg, level.drug, level.held_mg)
            piece = self._interruption(Kind.RESCUE, level.drug, mg, row.days, here)
            piece = replace(piece, ideal=((ideal,),))
            if burst and burst[-1].cycle == (mg,):
                burst[-1:] = [_joined(burst[-1], piece)]
            else:
                burst.append(piece)
        return burst

    def _can_restart(self, here: Piece) -> bool:
        """Run-in, set-dose period and maintenance are never served again (§6.8.19, §6.8.20)."""
        return here.under.number > 0 and here.under.days is not None

    def _interrupt(
        self,
        flare: Flare,
        rule: FlareRule,
        at: Piece,
        follows: Sequence[Piece],
        burst: Sequence[Piece] = (),
    ) -> None:
        """The burst, the hold until the taper may resume, what follows (§6.8.6, §6.8.21)."""
        resume = self._over(flare.date, _resume_day(flare, rule))
        if resume is None:
            self.future = [*burst, self._held(None, at)]
            return
        held = (resume - flare.date).days - sum(piece.days or 0 for piece in burst)
        hold = [self._held(held, at)] if held > 0 else []
        self.future = [*burst, *hold, *follows]

    def _hold(self, hold: Hold, place: str) -> None:
        """The dose in effect until the day before `until`, or without end (§6.9)."""
        self._refuse_while_held(hold, place)
        here = self._in_effect
        until = self._over(hold.date, hold.until)
        if until is None:
            self.future = [self._held(None, here, hold.reason)]
        else:
            days = (until - hold.date).days
            self.future = [self._held(days, here, hold.reason), *self.future]

    def _held(self, days: int | None, at: Piece, reason: str | None = None) -> Piece:
        level = at.under
        return self._interruption(Kind.HOLD, level.drug, level.held_mg, days, at, reason)

    def _interruption(
        self,
        kind: Kind,
        drug: str,
        mg: Fraction,
        days: int | None,
        counts_as: Piece,
        reason: str | None = None,
    ) -> Piece:
        ladder, level = counts_as.ladder, counts_as.level
        return Piece(kind, drug, (mg,), days, ladder, level, ((mg,),), reason=reason)

    # A clinician's own doses ---------------------------------------------------------------

    def _stress_dose(self, stress: StressDose, place: str) -> None:
        """A higher dose in front of what was to come (§6.10)."""
        if self.future[0].kind is Kind.STRESS_DOSE:
            raise self._refuse(
                place,
                f"a stress dose on {stress.date}, inside another",
                "a date after the other has ended",
            )
        # a change of drug due that day waits like any other reduction
        drug = self._in_effect.drug
        self._refuse_other_drug(stress, drug, place)
        self._refuse_unmakeable(stress.dose_mg, drug, place)
        least = self.rx.table.convert(self.future[0].highest_mg, self.future[0].drug, drug)
        if stress.dose_mg < least:
            raise self._refuse(
                f"{place}.dose_mg",
                f"{dose.text(stress.dose_mg)} mg",
                f"at least the {dose.text(least)} mg {drug} that the day would have had",
            )
        piece = self._interruption(
            Kind.STRESS_DOSE, drug, stress.dose_mg, stress.days, self._in_effect, stress.reason
        )
        self.future = [piece, *self.future]

    def _set_dose(self, event: SetDose, place: str) -> None:
        """A new ladder from a clinician's dose, in the place of what was to come (§6.11)."""
        self._refuse_other_drug(event, self.rx.drug, place)
        self._refuse_unmakeable(event.dose_mg, self.rx.drug, place)
        days = max(event.days, (self.rx.taper_start - event.date).days)
        start = Start(Kind.SET_DOSE, self.rx.drug, (event.dose_mg,), days)
        first, *rest = self.rx.ladder_from(start, f"{place}.dose_mg").served
        self._lay([replace(first, reason=event.reason), *rest], place)
        self.stopped, self.reached = False, 0

    def _refuse_other_drug(self, event: StressDose | SetDose, drug: str, place: str) -> None:
        """Where the taper is in another drug, a dose says of which it is (§6.10.7, §6.11.15)."""
        if event.drug is None and not self.rx.changes_drug:
            return
        if event.drug != drug:
            raise self._refuse(
                f"{place}.drug", event.drug or "missing", f"{drug}, of which the dose is"
            )

    def _refuse_unmakeable(self, mg: Fraction, drug: str, place: str) -> None:
        if not tablets.can_make(mg, self.rx.stocks[drug]):
            raise self._refuse(
                f"{place}.dose_mg", f"{dose.text(mg)} mg", self.rx.makeable_instead(mg, drug)
            )

    # Other tablets, another protocol ---------------------------------------------------------

    @property
    def _ahead(self) -> Ahead:
        return Ahead.of(self.future, self.reached)

    def _tablets(self, event: OtherTablets, place: str) -> None:
        """What is to come is rounded to other tablets (§6.13)."""
        taken = self.future[0].drug
        if taken != self.rx.drug:
            raise self._refuse(
                place,
                f"tablets of {self.rx.drug} on {event.date}, while {taken} is taken",
                f"a date from which {self.rx.drug} is taken",
            )
        self.rx = self.rx.with_tablets(event.strengths, f"{place}.strengths")
        self._lay(by_tablets(self.rx, self._ahead), place)

    def _amend(self, event: Amendment, place: str) -> None:
        """The rules of another protocol from this day on (§6.14)."""
        later = self.rx.trial.amendments.get(event.protocol)
        if later is None:
            raise self._refuse(f"{place}.protocol", event.protocol, "a protocol that was read")
        self.amended.append((event.date, self.rx.trial))
        self.rx = self.rx.amended(later, f"{place}.protocol")
        here = self._in_effect
        future = by_protocol(self.rx, self._ahead, here, f"{place}.protocol")
        if future is not None:
            self.reached = 0 if here.under.days is None else self._ahead.served(here)
        self._lay(future, place)

    def _lay(self, future: list[Piece] | None, place: str) -> None:
        """What is to come from now on, where it is another; a ladder made anew costs time."""
        if future is None:
            return
        self.future = future
        ladder = future[0].ladder
        self.reduces = self.reduces or ladder.origin is not None
        self.ideal_doses += sum(len(level.ideal) for level in ladder.levels)
        if self.ideal_doses > MOST_IDEAL_DOSES:
            raise self._refuse(
                place,
                f"the event with which all ladders have more than {MOST_IDEAL_DOSES} doses",
                "fewer events that begin or change a ladder, or a regimen of fewer reductions",
            )
