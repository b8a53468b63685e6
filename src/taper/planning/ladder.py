"""The ladder a participant climbs down: its levels, and the pieces that are served of it (§6.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from taper.doses.kept import HashKept, Kept
from taper.doses.tablets import Cycle
from taper.planning import cycles
from taper.planning.domain import Domain
from taper.planning.plan import Kind
from taper.trial.regimens import Regimen
from taper.trial.rows import mean


@dataclass(frozen=True, slots=True)
class Level:
    """A dose level: the daily doses in turn, mg of `drug`; no `days` means no end.

    Level 0 is what the ladder starts from, the last level is the maintenance.
    `starts` says on which of its days each ideal dose begins, `cut_from` which higher dose each
    would have been, had it not been above the one before, `means` whether each is compared by the
    mean. `steady_mg` is the dose of every day that is as much as the mean, where any of them is.
    """

    number: int
    kind: Kind
    drug: str
    cycle: Cycle
    ideal: tuple[Cycle, ...]
    days: int | None
    starts: tuple[int, ...] = (0,)
    cut_from: tuple[Fraction | None, ...] = (None,)
    steady_mg: Fraction | None = None
    means: tuple[bool, ...] = (False,)

    @property
    def highest_mg(self) -> Fraction:
        """The highest day, mg of `drug`."""
        return max(self.cycle)

    @property
    def is_by_mean(self) -> bool:
        """Whether it is compared with others by the mean of its days (§4.12.6)."""
        return self.steady_mg is not None

    @property
    def held_mg(self) -> Fraction:
        """What is taken every day while it is held: the highest day, or as much as the mean."""
        return self.highest_mg if self.steady_mg is None else self.steady_mg

    @property
    def height_mg(self) -> Fraction:
        """By what it is compared with others, mg of `drug`."""
        return mean(self.cycle) if self.is_by_mean else self.highest_mg

    @property
    def spans(self) -> tuple[int | None, ...]:
        """How many days are of each ideal dose, None without end."""
        ends = (*self.starts[1:], self.days)
        spans = zip(self.starts, ends, strict=True)
        return tuple(None if end is None else end - start for start, end in spans)

    def until(self, day: int) -> Level:
        """The level as far as the ideal dose goes in which its `day` lies, counted from 1."""
        count = max(sum(start < day for start in self.starts), 1)
        if count == len(self.starts):
            return self
        return replace(
            self,
            kind=Kind.TAPER if self.kind is Kind.MAINTENANCE else self.kind,
            ideal=Kept.of(self.ideal[:count]),
            days=self.starts[count],
            starts=self.starts[:count],
            cut_from=self.cut_from[:count],
            means=self.means[:count],
        )


@dataclass(frozen=True)
class Origin(HashKept):
    """What a ladder was made by: the dose that it starts from, mg prednisone, and the regimen."""

    start_mg: Fraction
    regimen: Regimen
    domain: Domain

    __hash__ = HashKept.__hash__


@dataclass(frozen=True)
class Ladder(HashKept):
    """The levels from a start down to the maintenance.

    `origin` is None where nothing is reduced: a dose at or under the target, then itself.
    """

    levels: tuple[Level, ...]
    origin: Origin | None = None

    @cached_property
    def served(self) -> tuple[Piece, ...]:
        """Every level, each in full; made once, for all participants on this ladder."""
        return tuple(
            Piece(
                level.kind,
                level.drug,
                level.cycle,
                level.days,
                self,
                i,
                level.ideal,
                starts=level.starts,
                cut_from=level.cut_from,
            )
            for i, level in enumerate(self.levels)
        )

    def served_from(self, level: int) -> list[Piece]:
        """The ladder from this level down, each level in full."""
        return list(self.served[level:])

    __hash__ = HashKept.__hash__


class Piece(NamedTuple):
    """Days still to come at one instruction; no `days` means no end.

    `ladder` and `level` say where on which ladder these days count: an interruption counts as
    the level under it, a step-back hold as its own level. `phase` is how many of its days have
    been printed before. `reason` is the clinician's word for it. `starts` and `cut_from` go with
    `ideal` as those of a `Level` do.
    """

    kind: Kind
    drug: str
    cycle: Cycle
    days: int | None
    ladder: Ladder
    level: int
    ideal: tuple[Cycle, ...]
    phase: int = 0
    reason: str | None = None
    starts: tuple[int, ...] = (0,)
    cut_from: tuple[Fraction | None, ...] = (None,)

    def after(self, days: int) -> Piece:
        """What is left when `days` of it are printed."""
        left = None if self.days is None else self.days - days
        return self._replace(days=left, phase=self.phase + days)

    @property
    def under(self) -> Level:
        """The level that these days count as."""
        return self.ladder.levels[self.level]

    @property
    def highest_mg(self) -> Fraction:
        """The highest day, mg of the drug."""
        return max(self.cycle)

    @property
    def in_turn(self) -> Cycle:
        """The cycle from the first day that is left."""
        return cycles.after(self.cycle, self.phase)


class Start(NamedTuple):
    """What a ladder starts from: doses of `drug` in turn, mg, for `days`.

    The run-in, a clinician's set dose, or the step in effect when the protocol was amended.
    """

    kind: Kind
    drug: str
    cycle: Cycle
    days: int
    steady_mg: Fraction | None = None

    @property
    def mg(self) -> Fraction:
        """By what it is compared with others: the highest day, or the mean (§4.12.6)."""
        return max(self.cycle) if self.steady_mg is None else mean(self.cycle)

    @property
    def level(self) -> Level:
        """The same as level 0."""
        cycle = cycles.of_kind(self.cycle, self.cycle)
        ideal = Kept.of((cycle,))
        steady = self.steady_mg
        return Level(0, self.kind, self.drug, cycle, ideal, self.days, steady_mg=steady)


def flat_ladder(start: Start) -> Ladder:
    """A dose at or under the target, then itself as maintenance (§6.3.3, §6.11.10)."""
    zero = start.level
    return Ladder((zero, replace(zero, number=1, kind=Kind.MAINTENANCE, days=None)))
