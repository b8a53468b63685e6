"""The days of a calendar: those printed so far, and the pieces still to come.

Days are printed from the front of the future, and what is printed is never changed again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from taper.doses import tablets
from taper.doses.division import Shares
from taper.doses.kept import Kept
from taper.doses.tablets import Cycle, Stock
from taper.errors import Refusal
from taper.planning import cycles
from taper.planning.ahead import INTERRUPTIONS
from taper.planning.ladder import Piece
from taper.planning.plan import ONE_DAY, Kind
from taper.planning.prescription import Prescription
from taper.trial.protocol import DEFAULT_REVIEW_DAYS

BURSTS = frozenset({Kind.RESCUE, Kind.STRESS_DOSE})


class Printed(NamedTuple):
    """A piece, or the first days of one, on the calendar."""

    piece: Piece
    start: date
    days: int
    stock: Stock
    shares: Shares | None


@dataclass(slots=True)
class Walked:
    """How far a participant's days are printed, and what is to come.

    `reached` is how far into its level the ladder's last day was.
    """

    rx: Prescription
    today: date
    next_day: date
    future: list[Piece]
    printed: list[Printed] = field(default_factory=list)
    reached: int = 0

    def finish(self) -> None:
        """Print what is left; a piece without end for as long as the protocol has it printed."""
        for piece in self.future:
            self._go_on(piece, self._wait(piece))
            self._print(piece, self._printed_days(piece) if piece.days is None else piece.days)
        self.future = []

    @property
    def goes_on(self) -> tuple[str, Cycle]:
        """What goes on after the last printed day, mg of the drug in turn from the next on.

        Of a burst, what lies under it (§6.12.3), of other tablets not below it (§6.13.4).
        """
        last = next(each for each in reversed(self.printed) if each.piece.kind not in BURSTS)
        piece = last.piece
        stock = self.rx.stocks[piece.drug]
        cycle = cycles.from_day(piece.cycle, self.next_day, piece.phase + last.days)
        if stock is last.stock:  # which makes it, as it did until now
            return piece.drug, cycle
        return piece.drug, Kept.of(tablets.at_least(mg, stock) for mg in cycle)

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
            self.printed.append(Printed(piece, self.next_day, days, stock, self.rx.shares))
            self.next_day += days * ONE_DAY
            if piece.kind not in INTERRUPTIONS:
                self.reached = piece.phase + days

    def _print_until(self, day: date) -> None:
        """Print every day before `day`; the future begins on it."""
        while self.next_day < day:
            piece = self.future[0]
            wanted = (day - self.next_day).days
            wait = min(self._wait(piece), wanted)
            if wait:
                self._go_on(piece, wait)
                continue
            days = wanted if piece.days is None else min(wanted, piece.days)
            self._print(piece, days)
            self.future[:1] = [] if piece.days == days else [piece.after(days)]

    def _wait(self, piece: Piece) -> int:
        """How many days it waits for one on which a dose may fall (§4.13.1)."""
        days = self.rx.rule.change_days
        if not days or not self._is_fall(piece):
            return 0
        return next(i for i in range(7) if (self.next_day + i * ONE_DAY).weekday() in days)

    def _is_fall(self, piece: Piece) -> bool:
        """Whether another level begins with it, and not one that was taken by record (§4.13.3)."""
        begins = piece.level > 0 and not piece.phase and piece.kind not in INTERRUPTIONS
        if not begins or (self.rx.has_started and self.next_day == self.rx.taper_start):
            return False
        last = self.printed[-1].piece if self.printed else piece.ladder.served[0]
        is_other = (last.ladder, last.level) != (piece.ladder, piece.level)
        is_alike = (last.drug, last.cycle) == (piece.drug, piece.cycle)
        return is_other and not is_alike and last.kind not in BURSTS

    def _go_on(self, piece: Piece, days: int) -> None:
        """What was taken before a piece goes on for so many days; a run-in of none begins."""
        if not self.printed:
            self._print(piece.ladder.served[0], days)
        elif days:
            last = self.printed[-1]
            self.printed[-1] = last._replace(days=last.days + days)
            self.next_day += days * ONE_DAY

    @property
    def _due(self) -> Piece:
        """What the next day has, were it not for an event of that day."""
        return self._in_effect if self._wait(self.future[0]) else self.future[0]

    @property
    def _in_effect(self) -> Piece:
        """The piece of the day before, finished or not (§6.7.4, §6.7.7)."""
        return self.printed[-1].piece

    def _refuse(self, place: str, read: str, allowed: str) -> Refusal:
        return Refusal.of(self.rx.who, place, read, allowed)
