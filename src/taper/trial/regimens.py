"""The rules by which a dose follows a dose, as frozen models.

Longer than other modules: each kind of rule says by itself where it ends, and who gets none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise, takewhile
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from taper.doses import dose
from taper.trial.fields import MAX_ENTRIES, Days, FieldError, Mg, PositiveMg, Record, Text
from taper.trial.rows import Row, Rows, Table, fitting_all


class Band(Record):
    """Above this dose: reduce by so much, each dose for so many days."""

    above_mg: Mg
    decrease_mg: PositiveMg
    every_days: Days


Units = Mapping[str, Fraction]
"""What 1 mg of each drug is as mg prednisone."""
NO_UNITS: Units = MappingProxyType({})


class _Rule(Record):
    """What every kind of regimen is asked; a regimen of one kind is its own last phase."""

    @property
    def last(self) -> Rule:
        """The rule by which the target is reached."""
        return self  # type: ignore[return-value] # each kind is a rule

    @property
    def drugs(self) -> frozenset[str]:
        """The drugs in whose mg it is written, where that is not prednisone."""
        return frozenset()

    @property
    def needs_weight(self) -> bool:
        """Whether a participant's weight decides a dose."""
        return False

    def rising(self) -> Iterator[str]:
        """The rows that are above the row before them, each in a few words."""
        return iter(())

    def passed_over(self) -> Iterator[str]:
        """The rows and phases that nobody begins with, each in a few words."""
        return iter(())


class Bands(_Rule):
    """A rule that reads the decrease and the interval off the dose itself."""

    kind: Literal["bands"]
    bands: Annotated[tuple[Band, ...], Field(min_length=1, max_length=MAX_ENTRIES)]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        edges = [band.above_mg for band in self.bands]
        if len(set(edges)) != len(edges):
            raise FieldError("bands", "bands with a different above_mg each")
        return self

    @cached_property
    def highest_first(self) -> tuple[Band, ...]:
        """The bands in the order in which a dose falls through them."""
        return tuple(sorted(self.bands, key=lambda band: band.above_mg, reverse=True))

    def band_of(self, mg: Fraction) -> Band:
        """The band that a dose lies in."""
        return next(band for band in self.highest_first if mg > band.above_mg)

    def never_reaches(self, target: Fraction, units: Units = NO_UNITS) -> str | None:  # noqa: ARG002
        """What is allowed instead, where this regimen can never reach `target`."""
        if min(band.above_mg for band in self.bands) > target:
            return f"a lowest above_mg of at most the target, {dose.text(target)} mg"
        return None


class Percent(_Rule):
    """A rule that takes off a percentage of the current dose or of the baseline."""

    kind: Literal["percent"]
    decrease_percent: Mg
    of: Literal["current", "baseline"] = "current"
    every_days: Days
    min_decrease_mg: Mg = Fraction(0)

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        if self.decrease_percent > 100:
            raise FieldError("decrease_percent", "a percentage from 0 to 100")
        return self

    def never_reaches(self, target: Fraction, units: Units = NO_UNITS) -> str | None:  # noqa: ARG002
        """What is allowed instead, where this regimen can never reach `target`."""
        if self.min_decrease_mg > 0:
            return None
        if self.decrease_percent == 0:
            return "a decrease_percent or a min_decrease_mg above 0"
        if self.of == "current" and target == 0 and self.decrease_percent < 100:
            return "a min_decrease_mg above 0 where the target is 0 mg"
        return None


class Linear(_Rule):
    """Equal decreases that end inside the protocol's window."""

    kind: Literal["linear"]
    every_days: Days

    def never_reaches(self, target: Fraction, units: Units = NO_UNITS) -> str | None:  # noqa: ARG002
        """Linear regimens always end at the target; the window is checked by `TaperRule`."""
        return None


class Steps(_Rule):
    """A published table, or several of which one is chosen by start dose or weight.

    With `in_` the rows' mg are of that drug.
    """

    kind: Literal["steps"]
    in_: Text | None = Field(default=None, alias="in")
    entry: Literal["below", "join", "first"] = "below"
    steps: Rows | None = None
    choose_by: Literal["start_mg", "weight_kg"] | None = None
    tables: Annotated[tuple[Table, ...], Field(min_length=1, max_length=MAX_ENTRIES)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.steps is None) == (self.tables is None):
            raise ValueError("exactly one of steps or tables")
        if (self.choose_by is None) != (self.tables is None):
            raise ValueError("tables together with choose_by")
        return self

    @model_validator(mode="after")
    def _tables_apart(self) -> Self:
        for (i, one), (j, other) in combinations(enumerate(self.tables or (), start=1), 2):
            both = fitting_all(one, other)
            if both is not None:
                which = f"{i} and {j} both fit {dose.text(both)}"
                raise FieldError("tables", f"tables of which at most one fits, and {which}")
        return self

    def all_tables(self) -> Iterator[tuple[Row, ...]]:
        """Every table that somebody could be given."""
        if self.steps is not None:
            yield self.steps
        for table in self.tables or ():
            yield table.steps

    @property
    def needs_weight(self) -> bool:
        """Whether a participant's weight decides a dose."""
        by_weight = any(row.mg_per_kg is not None for rows in self.all_tables() for row in rows)
        return by_weight or self.choose_by == "weight_kg"

    @property
    def drugs(self) -> frozenset[str]:
        """The drug of its rows, where that is not prednisone."""
        return frozenset() if self.in_ is None else frozenset({self.in_})

    def in_own_mg(self, mg: Fraction, units: Units) -> Fraction:
        """A dose of prednisone in the mg of the rows."""
        return mg if self.in_ is None else mg / units[self.in_]

    def never_reaches(self, target: Fraction, units: Units = NO_UNITS) -> str | None:
        """What is allowed instead, where these rows can never reach `target`."""
        own = self.in_own_mg(target, units)
        if any(rows[-1].may_exceed(own) for rows in self.all_tables()):
            return f"a last row of at most the target, {self._said(own)}"
        return self.leaves(own)

    def leaves(self, target: Fraction) -> str | None:
        """What is allowed instead, where a row is over the target after one at it, in their mg."""
        for rows in self.all_tables():
            at = next((i for i, row in enumerate(rows) if not row.may_exceed(target)), len(rows))
            over = next((row for row in rows[at:] if row.may_exceed(target)), None)
            if over is not None:
                return (
                    f"no row over the target, {self._said(target)}, after one at or under it: "
                    f"{_most(over)} comes after {_most(rows[at])}"
                )
        return None

    def _said(self, mg: Fraction) -> str:
        return f"{dose.text(mg)} mg{f' {self.in_}' if self.in_ else ''}"

    def rising(self) -> Iterator[str]:
        """The rows that are above the row before them, each in a few words."""
        for rows in self.all_tables():
            for number, (before, row) in enumerate(pairwise(rows), start=2):
                rises = row.rises_over(before)
                if rises is not None:
                    height, least = map(dose.text, rises)
                    of = "a mean of " if row.is_by_mean else ""
                    yield f"row {number}, {of}{height} mg, is above the {least} mg before it"

    def rows_from(self, end: Fraction) -> Iterator[str]:
        """The first rows that are not under `end`, mg prednisone, from which nobody has more."""
        if self.entry != "below" or self.in_ is not None:
            return
        for rows in self.all_tables():
            fixed = takewhile(lambda row: row.mg_per_kg is None, rows)
            heights = (row.height_of(row.doses(None)) for row in fixed)
            for number, height in enumerate(takewhile(lambda mg: mg >= end, heights), start=1):
                yield f"row {number}, {dose.text(height)} mg"


def _most(row: Row) -> str:
    return "a row by weight alone" if row.highest_mg is None else f"{dose.text(row.highest_mg)} mg"


# Phases -----------------------------------------------------------------------------------------


class BandsPhase(Bands):
    """Bands down to a dose."""

    to_mg: Mg | None = None


class PercentPhase(Percent):
    """Percentages down to a dose."""

    to_mg: Mg | None = None


Phase = Annotated[BandsPhase | PercentPhase | Linear | Steps, Field(discriminator="kind")]


def end_of(phase: Rule, target: Fraction) -> Fraction:
    """The dose at which a phase of a falling dose ends: its `to_mg`, or the target."""
    to_mg = phase.to_mg if isinstance(phase, BandsPhase | PercentPhase) else None
    return target if to_mg is None else to_mg


class Phases(_Rule):
    """Rules that follow one another, each from the dose where the one before ended."""

    kind: Literal["phases"]
    phases: Annotated[tuple[Phase, ...], Field(min_length=2, max_length=MAX_ENTRIES)]

    @model_validator(mode="after")
    def _each_ends(self) -> Self:
        *earlier, last = self.phases
        for number, phase in enumerate(earlier, start=1):
            if isinstance(phase, Linear):
                raise FieldError("phases", f"linear as the last phase only, and it is {number}")
            if not isinstance(phase, Steps) and phase.to_mg is None:
                raise FieldError("phases", f"a to_mg in phase {number}, the dose at which it ends")
        if isinstance(last, BandsPhase | PercentPhase) and last.to_mg is not None:
            raise FieldError("phases", "no to_mg in the last phase, which ends at the target")
        return self

    @property
    def last(self) -> Rule:
        """The rule of the last phase."""
        return self.phases[-1]

    @property
    def drugs(self) -> frozenset[str]:
        """The drugs of its tables."""
        return frozenset[str]().union(*(phase.drugs for phase in self.phases))

    @property
    def needs_weight(self) -> bool:
        """Whether a participant's weight decides a dose."""
        return any(phase.needs_weight for phase in self.phases)

    def never_reaches(self, target: Fraction, units: Units = NO_UNITS) -> str | None:
        """What is allowed instead, where this regimen can never reach `target`."""
        for number, phase in enumerate(self.phases, start=1):
            allowed = self._never_ends(phase, target, units)
            if allowed:
                return f"in phase {number} {allowed}"
        return None

    def _never_ends(self, phase: Rule, target: Fraction, units: Units) -> str | None:
        if phase is self.last:
            return phase.never_reaches(target, units)
        if isinstance(phase, Steps):
            return phase.leaves(phase.in_own_mg(target, units))
        return phase.never_reaches(max(end_of(phase, target), target))

    def rising(self) -> Iterator[str]:
        """The rows that are above the row before them, each in a few words."""
        for number, phase in enumerate(self.phases, start=1):
            yield from (f"in phase {number} {said}" for said in phase.rising())

    def passed_over(self) -> Iterator[str]:
        """What is not under the dose at which the phase before ends (§4.14.11)."""
        for number, (before, phase) in enumerate(pairwise(self.phases), start=2):
            if not isinstance(before, BandsPhase | PercentPhase) or before.to_mg is None:
                continue
            ends = f"is not under {dose.text(before.to_mg)} mg, where phase {number - 1} ends"
            if isinstance(phase, Steps):
                rows = phase.rows_from(before.to_mg)
                yield from (f"in phase {number} {row}, {ends}" for row in rows)
            elif end_of(phase, Fraction(0)) >= before.to_mg > 0:
                yield f"phase {number}, down to {dose.text(end_of(phase, Fraction(0)))} mg, {ends}"


Rule = Bands | Percent | Linear | Steps
"""A regimen of one kind."""
Regimen = Annotated[Bands | Percent | Linear | Steps | Phases, Field(discriminator="kind")]
