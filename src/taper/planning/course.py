"""A participant's days as the events rewrite them (§6.7 to §6.15).

The future is a list of pieces, each a stretch of days at one instruction. Days are printed
from its front; an event prints the days before it and then rewrites what is left: a hold puts
days in front, a step back replaces the rest by the ladder walked again, an open hold replaces
it by one piece without end. Past days are thus never changed by a later event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import zip_longest

from taper.doses import dose, tablets
from taper.doses.tablets import Cycle
from taper.planning import cycles
from taper.planning.ahead import INTERRUPTIONS, Ahead, by_protocol, by_tablets, by_weight
from taper.planning.interruptions import Interrupted, interruption
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
from taper.trial.rules import Trial

MOST_IDEAL_DOSES = 2000
"""How many doses the ladders of all events may have together; each costs time."""


_Told = tuple[str, Cycle, int | None]


def _told(pieces: Iterable[Piece]) -> Iterator[_Told]:
    """What is to be taken, and for how many days; equal doses that follow each other as one."""
    told: _Told | None = None
    for piece in pieces:
        taken, days = (piece.drug, piece.in_turn), piece.days
        if told and told[:2] == taken and len(piece.cycle) == 1:
            days = None if days is None else (told[2] or 0) + days
        elif told:
            yield told
        told = (*taken, days)
    if told:
        yield told


def _are_told_alike(future: Iterable[Piece], planned: Iterable[Piece]) -> bool:
    """Whether the same is to be taken by both; looked at no further than they are alike."""
    return all(one == other for one, other in zip_longest(_told(future), _told(planned)))


@dataclass(slots=True)
class Course(Interrupted):
    """A participant's days, and what the events made of them.

    `applied` are the events so far, `amended` the dates from which another protocol holds, each
    with what held before. `reduces`: whether any ladder begins above the target.
    """

    applied: list[AnyEvent] = field(default_factory=list)
    withdrawn: bool = False
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
        self._wait_anew()
        planned = self.future
        match event:
            case Flare():
                self._flare(event, place)
                if self.future[0].ladder is not planned[0].ladder:
                    self._lay(self.future, place)
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
                self.rx = self.rx._replace(weight_kg=event.kg)
                self._lay(by_weight(self.rx, self._ahead), place)
            case Withdraw():
                self.future, self.withdrawn = [], True
        if event.date < self.rx.taper_start and self.rx.has_started:
            self.future = list(self._run_in_as_recorded())
        if isinstance(event, Flare) and _are_told_alike(self.future, planned):
            self.idle.append(event)
        self.applied.append(event)

    def _wait_anew(self) -> None:
        """Days of waiting that an earlier event laid are counted from this one (§4.13.4)."""
        first, days = self.future[0], self.future[0].under.days
        if first.kind not in INTERRUPTIONS and days is not None and first.phase >= days:
            self.future = self.future[1:]

    def _run_in_as_recorded(self) -> Iterator[Piece]:
        """The future with a run-in and holds that end when they did (§6.2.4)."""
        day = self.next_day
        for piece in self.future:
            days, left = piece.days, max((self.rx.taper_start - day).days, 0)
            if days is not None and piece.kind is Kind.RUN_IN:
                whole = piece.under.days or 0
                days = whole - self._own_days(piece.under) + left
                piece = piece._replace(phase=whole - days)  # what is over is served
            elif days is not None and piece.kind is Kind.HOLD:
                days = min(days, left)
            if days != 0:
                yield piece if days == piece.days else piece._replace(days=days)
            day += timedelta(days=days or 0)

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
        least = self.rx.table.convert(self._due.highest_mg, self._due.drug, drug)
        if stress.dose_mg < least:
            raise self._refuse(
                f"{place}.dose_mg",
                f"{dose.text(stress.dose_mg)} mg",
                f"at least the {dose.text(least)} mg {drug} that the day would have had",
            )
        piece = interruption(
            Kind.STRESS_DOSE, drug, stress.dose_mg, stress.days, self._in_effect, stress.reason
        )
        self.future = [piece, *self.future]

    def _set_dose(self, event: SetDose, place: str) -> None:
        """A new ladder from a clinician's dose, in the place of what was to come (§6.11)."""
        self._refuse_other_drug(event, self.rx.drug, place)
        self._refuse_unmakeable(event.dose_mg, self.rx.drug, place)
        days = max(event.days, (self.rx.taper_start - event.date).days)
        start = Start(Kind.SET_DOSE, self.rx.drug, cycles.constant(event.dose_mg), days)
        first, *rest = self._rx_of(event, place).ladder_from(start, f"{place}.dose_mg").served
        self._lay([first._replace(reason=event.reason), *rest], place)
        self.stopped, self.reached, self.alike = False, 0, 0

    def _rx_of(self, event: SetDose, place: str) -> Prescription:
        """By which the new ladder is made: another regimen, where the set dose names one."""
        if event.regimen is None:
            return self.rx
        named = self.rx.trial.regimens.get(event.regimen)
        if named is None:
            raise self._refuse(f"{place}.regimen", event.regimen, "a regimen that was read")
        return self.rx.by_regimen(named, f"{place}.regimen")

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
        """What is to come, the days in front on which what was taken before goes on (§4.13.4)."""
        return Ahead.of([*self._goes_on_before(self.future[0]), *self.future], self.reached)

    def _goes_on_before(self, piece: Piece) -> list[Piece]:
        wait, last = self._wait(piece), self.printed[-1]
        return [last.piece.after(last.days)._replace(days=wait)] if wait else []

    def _tablets(self, event: OtherTablets, place: str) -> None:
        """What is to come is rounded to other tablets (§6.13)."""
        taken = self._due.drug
        if taken != self.rx.drug:
            raise self._refuse(
                place,
                f"tablets of {self.rx.drug} on {event.date}, while {taken} is taken",
                f"a date from which {self.rx.drug} is taken",
            )
        self.rx = self.rx.with_tablets(event, f"{place}.strengths")
        self._lay(by_tablets(self.rx, self._ahead), place)

    def _amend(self, event: Amendment, place: str) -> None:
        """The rules of another protocol from this day on (§6.14)."""
        later = self.rx.trial.amendments.get(event.protocol)
        if later is None:
            raise self._refuse(f"{place}.protocol", event.protocol, "a protocol that was read")
        self.amended.append((event.date, self.rx.trial))
        self.rx = self.rx.amended(later, f"{place}.protocol")
        here, ahead = self._in_effect, Ahead.of(self.future, self.reached)
        alike = self._alike_in(here)
        future = by_protocol(self.rx, ahead, here, f"{place}.protocol")
        if future is not None:
            self.reached = 0 if here.under.days is None else ahead.served(here)
            self.alike = alike  # the step in effect is finished, with a level 1 of the same dose
            first = future[0]  # what goes on before it counts as the new level 0
            before = self._goes_on_before(first)
            future = [*(each._replace(ladder=first.ladder, level=0) for each in before), *future]
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
