"""What is still to come, laid anew: by other tablets, another weight, another protocol.

§6.13 to §6.15. What is in effect stays; what the ladder has below it is made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import takewhile

from taper.doses import dose, tablets
from taper.doses.equivalence import EquivalenceTable
from taper.errors import Refusal
from taper.planning import cycles
from taper.planning.ideal import IdealLevel, levels_by_weight
from taper.planning.ladder import Ladder, Level, Piece, Start
from taper.planning.plan import Kind
from taper.planning.prescription import Prescription
from taper.planning.rounding import Rounder
from taper.trial.rows import mean

INTERRUPTIONS = frozenset({Kind.HOLD, Kind.RESCUE, Kind.STRESS_DOSE})


@dataclass(frozen=True)
class Ahead:
    """The pieces to come on the day of an event, and where on the ladder that day lies.

    `waiting` are the interruptions in front, `rest` the ladder's own pieces. The day lies in
    `level`; `reached` is how far into it, in days, whether they are taken again or not.
    """

    waiting: tuple[Piece, ...]
    rest: tuple[Piece, ...]
    reached: int

    @classmethod
    def of(cls, future: Sequence[Piece], reached: int) -> Ahead:
        """What is ahead; `reached` is how far the ladder's last printed day was in its level."""
        waiting = tuple(takewhile(lambda piece: piece.kind in INTERRUPTIONS, future))
        rest = tuple(future[len(waiting) :])
        return cls(waiting, rest, reached if waiting else rest[0].phase + 1)

    @property
    def first(self) -> Piece:
        """That of the day itself."""
        return (self.waiting or self.rest)[0]

    @property
    def is_open(self) -> bool:
        """Whether nothing of the ladder is to come."""
        return not self.rest

    @property
    def more_days(self) -> int:
        """How many days it has beyond its level's, for a day of change (§4.13.4) or by record."""
        here = self.rest[0] if self.rest else None
        if here is None or here.days is None or here.under.days is None:
            return 0
        return here.phase + here.days - here.under.days

    @property
    def cut(self) -> Level:
        """The level that the day lies in, as far as its ideal dose goes (§6.13.6)."""
        return self.first.under.until(self.reached)

    def served(self, piece: Piece) -> int:
        """How many days of the piece's level are over; all, where none of it is to come."""
        goes_on = self.rest and self.rest[0].level == piece.level
        return self.rest[0].phase if goes_on else piece.under.days or 0

    def on(self, ladder: Ladder, level: int, served: int) -> list[Piece]:
        """The same interruptions, then that ladder from where it is served so far."""
        waiting = [piece._replace(ladder=ladder, level=level) for piece in self.waiting]
        piece = ladder.served[level].after(served)
        if piece.days is not None:
            piece = self._own_days(piece) or piece._replace(days=piece.days + self.more_days)
        reason = self.rest[0].reason if self.rest[0].phase else None
        here = [] if piece.days == 0 else [piece._replace(reason=reason)]
        return [*waiting, *here, *ladder.served[level + 1 :]]

    def _own_days(self, piece: Piece) -> Piece | None:
        """The piece without waiting, where other tablets made its level itself last longer."""
        over = self.rest[0].under.days
        if self.more_days <= 0 or over is None or over >= (piece.under.days or 0):
            return None
        return piece._replace(days=(piece.under.days or 0) - over, phase=over)


# Tablets --------------------------------------------------------------------------------------


def by_tablets(rx: Prescription, ahead: Ahead) -> list[Piece]:
    """What is to come, of the tablets that `rx` has now (§6.13)."""
    ladder, level = ahead.first.ladder, ahead.first.level
    served = ahead.served(ahead.first)
    kept = [mg for piece in ahead.waiting for mg in piece.cycle]
    cut = ahead.cut
    if ahead.more_days or (not ahead.is_open and (cut.days is None or served < cut.days)):
        kept += cut.cycle
    for mg in kept:
        if not tablets.can_make(mg, rx.stocks[rx.drug]):
            made_of = "a solution" if rx.stocks[rx.drug].solution else "tablets"
            read = f"{made_of} that cannot make the {dose.text(mg)} mg that are taken on that day"
            raise Refusal.of(rx.who, rx.stock_field, read, rx.makeable_instead(mg, rx.drug))
    if ahead.is_open:
        return [*ahead.waiting]
    relaid = rx.named(lambda: _of_other_tablets(rx.rounder, ladder, level, ahead.reached))
    return ahead.on(relaid, level, served)


@lru_cache(maxsize=4096)
def _of_other_tablets(rounder: Rounder, ladder: Ladder, level: int, reached: int) -> Ladder:
    """The ladder by other tablets from a day of that level on; remembered like its first form."""
    levels = ladder.levels
    if ladder.origin is not None:
        cut, table = levels[level].until(reached), rounder.table
        later = [*_ideals(cut, levels[level], table)]
        later += [ideal for each in levels[level + 1 :] for ideal in _ideals(None, each, table)]
        levels = rounder.levels([*levels[:level], cut], later)
    return replace(ladder, levels=tuple(_makeable(each, rounder) for each in levels))


def _ideals(cut: Level | None, level: Level, table: EquivalenceTable) -> Iterator[IdealLevel]:
    """The ideal doses of a level below those of its `cut`, mg prednisone."""
    first = 0 if cut is None else len(cut.starts)
    each = zip(level.ideal, level.spans, level.cut_from, level.means, strict=True)
    for cycle, days, cut_from, is_by_mean in list(each)[first:]:
        row_mg = None if cut_from is None else table.to_prednisone(cut_from, level.drug)
        in_prednisone = [table.to_prednisone(mg, level.drug) for mg in cycle]
        yield IdealLevel(cycles.of_kind(cycle, in_prednisone), days, row_mg, is_by_mean)


def _makeable(level: Level, rounder: Rounder) -> Level:
    """The level as it can be taken from now on: each dose the nearest not below it (§6.13.4)."""
    if level.drug != rounder.drug:
        return level
    stock = rounder.stock
    cycle = cycles.of_kind(level.cycle, [tablets.at_least(mg, stock) for mg in level.cycle])
    steady = tablets.at_least(mean(cycle), stock) if level.is_by_mean else None
    is_same = (cycle, steady) == (level.cycle, level.steady_mg)
    return level if is_same else replace(level, cycle=cycle, steady_mg=steady)


# Weight ---------------------------------------------------------------------------------------


def by_weight(rx: Prescription, ahead: Ahead) -> list[Piece] | None:
    """What is to come by the weight that `rx` has now, None where it decides nothing (§6.15)."""
    first, ladder, kg = ahead.first, ahead.first.ladder, rx.weight_kg
    if ahead.is_open or ahead.cut.days is None or ladder.origin is None or kg is None:
        return None
    if not ladder.origin.regimen.needs_weight:
        return None
    relaid = rx.named(lambda: _of_other_weight(rx.rounder, ladder, first.level, ahead.reached, kg))
    return ahead.on(relaid, first.level, ahead.served(first))


@lru_cache(maxsize=4096)
def _of_other_weight(
    rounder: Rounder, ladder: Ladder, level: int, reached: int, kg: Fraction
) -> Ladder:
    """The ladder by another weight from a day of that level on; remembered like its first form."""
    assert ladder.origin is not None  # what is never reduced has no weight in it
    above, cut, origin = ladder.levels[:level], ladder.levels[level].until(reached), ladder.origin
    passed = sum(len(each.starts) for each in (*above, cut)) - 1  # level 0's start is none
    domain = origin.domain.weighing(kg, passed)
    later = levels_by_weight(origin.regimen, origin.start_mg, domain, passed)
    return Ladder(rounder.levels([*above, cut], later), replace(origin, domain=domain))


# Another protocol -----------------------------------------------------------------------------


def by_protocol(rx: Prescription, ahead: Ahead, here: Piece, field: str) -> list[Piece] | None:
    """What is to come by the rules that `rx` has now; `here` is in effect (§6.14.3, §6.14.4).

    None where nothing changes: an open hold, or a maintenance that goes on.
    """
    under = here.under
    highest = rx.table.to_prednisone(under.highest_mg, under.drug)
    if ahead.is_open or (under.days is None and highest <= rx.rule.target_mg):
        return None
    served = ahead.served(here)
    kind = Kind.TAPER if under.kind is Kind.MAINTENANCE else under.kind
    start = Start(kind, under.drug, under.cycle, under.days or 0, under.steady_mg)
    return ahead.on(rx.ladder_from(start, field), 0, 0 if under.days is None else served)
