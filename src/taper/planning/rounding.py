"""From ideal doses to printed ones: each converted, and rounded to what tablets make (§6.4).

Each ideal level is converted to the taper's drug and rounded to what the tablets can make;
consecutive equal doses become one level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal, NamedTuple

from taper.doses import dose, tablets
from taper.doses.equivalence import EquivalenceTable
from taper.doses.kept import Kept
from taper.doses.tablets import Cycle, Stock, Strength
from taper.doses.ways import MOST_STEPS
from taper.errors import Refusal
from taper.planning import cycles
from taper.planning.ideal import IdealLevel
from taper.planning.ladder import Level
from taper.planning.plan import Kind
from taper.trial.rows import mean

Mode = Literal["nearest", "up"]


class Before(NamedTuple):
    """What a level may not be above, mg of the drug: with its highest day, with its mean."""

    height_mg: Fraction
    mean_mg: Fraction


@dataclass(frozen=True)
class Rounder:
    """How ideal doses become printed ones: in which drug, of which tablets, by which rule."""

    table: EquivalenceTable
    drug: str
    stock: Stock
    stock_field: str
    market: tuple[Fraction, ...]
    mode: Mode
    target_mg: Fraction
    max_rounding_mg: Fraction | None

    def __hash__(self) -> int:
        """Of what is hashed soon; the rest is compared where that is alike."""
        return hash((self.drug, self.stock, self.mode))

    def levels(self, above: Sequence[Level], ideal: Iterable[IdealLevel]) -> tuple[Level, ...]:
        """The levels with the printed ladder below, equal neighbours as one (§6.4.12, §6.4.14).

        Raises `Refusal` for a dose that cannot be printed.
        """
        levels = [*above]
        last = levels[-1]
        before = Before(
            self.table.convert(last.height_mg, last.drug, self.drug),
            self.table.convert(mean(last.cycle), last.drug, self.drug),
        )
        for ideal_level in ideal:
            level = self._level(ideal_level, len(levels), before)
            before = Before(level.height_mg, mean(level.cycle))
            if (level.drug, level.cycle) == (levels[-1].drug, levels[-1].cycle):
                levels[-1] = _merged(levels[-1], level)
            else:
                levels.append(level)
        return tuple(levels)

    def _level(self, ideal: IdealLevel, number: int, before: Before) -> Level:
        kind = Kind.MAINTENANCE if ideal.days is None else Kind.TAPER
        in_drug = tuple(self._in_drug(mg) for mg in ideal.cycle)
        if ideal.is_by_mean:
            printed, cut_from = self._by_mean(ideal, in_drug, before)
        else:
            printed = tuple(self._printed(mg, before.height_mg) for mg in in_drug)
            cut_from = self._cut_from(ideal, in_drug, printed, before.height_mg)
        cycle = cycles.shortest(cycles.of_kind(ideal.cycle, printed))
        return Level(
            number,
            kind,
            self.drug,
            cycle,
            Kept.of((cycles.of_kind(ideal.cycle, in_drug),)),
            ideal.days,
            cut_from=(cut_from,),
            means=(ideal.is_by_mean,),
            steady_mg=tablets.at_least(mean(cycle), self.stock) if ideal.is_by_mean else None,
        )

    def _by_mean(
        self, ideal: IdealLevel, in_drug: Cycle, before: Before
    ) -> tuple[Cycle, Fraction | None]:
        """A cycle whose mean is not above the one before, and what it was cut from (§4.12.7)."""
        tablets.refuse_too_fine("", self.stock_field, max(in_drug), self.stock)
        uncut = printed = tuple(self._by_rule(mg, self.stock, "nearest") for mg in in_drug)
        while mean(printed) > before.mean_mg:
            lower = tablets.below(max(printed), self.stock)
            printed = tuple(lower if mg == max(printed) else mg for mg in printed)
        for wanted, mg in zip(in_drug, printed, strict=True):
            self._refuse_unprintable(wanted, mg, max(uncut))
        if ideal.row_mg is not None:
            return printed, self._in_drug(ideal.row_mg)
        if mean(in_drug) > before.mean_mg:
            return printed, max(in_drug)
        return printed, None if printed == uncut else max(uncut)

    def _cut_from(
        self, ideal: IdealLevel, in_drug: Cycle, printed: Cycle, before: Fraction
    ) -> Fraction | None:
        """The dose that "never above the dose before" took down, None where it did not."""
        if ideal.row_mg is not None:
            return self._in_drug(ideal.row_mg)
        highest = max(in_drug)
        if highest > before:
            return highest
        uncut = self._by_rule(highest, self.stock)
        return uncut if uncut > before and max(printed) < uncut else None

    def _in_drug(self, prednisone_mg: Fraction) -> Fraction:
        return self.table.from_prednisone(prednisone_mg, self.drug)

    @cached_property
    def _target_in_drug(self) -> Fraction:
        return self._in_drug(self.target_mg)

    def _printed(self, ideal: Fraction, before: Fraction) -> Fraction:
        """One day's dose, mg of the drug. Raises `Refusal` where it has none."""
        printed = self._rounded(ideal, before, self.stock)
        self._refuse_unprintable(ideal, printed, before)
        return printed

    def _refuse_unprintable(self, ideal: Fraction, printed: Fraction, before: Fraction) -> None:
        """Raise `Refusal` for no tablet, or a dose too far from its ideal (§6.4.9, §6.4.10)."""
        off = self._off(ideal, printed)
        too_far = self.max_rounding_mg is not None and off > self.max_rounding_mg
        if too_far or (printed == 0 and ideal > 0):
            raise self._unprintable(ideal, before, printed, too_far=too_far)

    def _rounded(self, ideal: Fraction, before: Fraction, stock: Stock) -> Fraction:
        """What a stock makes of a dose, by §6.4.3 to §6.4.8: a later rule wins."""
        printed = self._by_rule(ideal, stock)
        return tablets.at_most(before, stock) if printed > before else printed

    def _by_rule(self, ideal: Fraction, stock: Stock, mode: Mode | None = None) -> Fraction:
        """The same without a look at the dose before (§6.4.3 to §6.4.6)."""
        target = self._target_in_drug
        round_to = tablets.at_least if (mode or self.mode) == "up" else tablets.nearest
        printed = round_to(ideal, stock)
        if ideal <= target:
            printed = min(printed, tablets.at_most(target, stock))
        elif printed <= target:  # nobody reaches the target early because of tablets
            printed = tablets.above(target, stock)
        return printed

    def _off(self, ideal: Fraction, printed: Fraction) -> Fraction:
        """How far a dose is from its ideal, mg prednisone."""
        return abs(self.table.to_prednisone(printed - ideal, self.drug))

    def _unprintable(
        self, ideal: Fraction, before: Fraction, printed: Fraction, *, too_far: bool
    ) -> Refusal:
        return Refusal.of(
            "",
            self.stock_field,
            f"{tablets.as_read(self.stock)}, which make "
            f"{dose.text(printed)} mg where the taper needs {dose.text(ideal)} mg {self.drug}",
            self._what_comes_closer(ideal, before)
            + (
                f" (max_rounding_mg is {dose.text(self.max_rounding_mg)} mg prednisone)"
                if too_far and self.max_rounding_mg is not None
                else ""
            ),
        )

    def _what_comes_closer(self, ideal: Fraction, before: Fraction) -> str:
        if self.stock.solution is not None:
            rest = dose.text(ideal / self.stock.solution.mg)
            return f"smaller steps, or a weaker solution: this dose is {rest} mL"
        return f"tablets that come closer, such as {self._missing_strength(ideal, before)}"

    def _missing_strength(self, ideal: Fraction, before: Fraction) -> str:
        """The largest marketed tablet that mends this dose, or the missing part (§6.4.11)."""
        for mg in sorted(set(self.market) - {t.mg for t in self.stock}, reverse=True):
            more = tablets.stock((*self.stock, Strength(mg)))
            if tablets.steps(before, more) > MOST_STEPS:
                continue
            printed = self._rounded(ideal, before, more)
            if printed > 0 and self._off(ideal, printed) <= (self.max_rounding_mg or 0):
                return f"one of {dose.text(mg)} mg"
        rest = ideal - tablets.at_most(ideal, self.stock)
        return f"ones that can be broken to make the missing {dose.text(rest)} mg"


def _merged(above: Level, level: Level) -> Level:
    """Two levels of the same dose as one; with the maintenance, maintenance (§6.4.13)."""
    served = above.days or 0
    return replace(
        above,
        kind=level.kind if level.days is None else above.kind,
        ideal=Kept.of(above.ideal + level.ideal),
        days=None if level.days is None else served + level.days,
        starts=(*above.starts, served),
        cut_from=above.cut_from + level.cut_from,
        means=above.means + level.means,
        steady_mg=above.steady_mg if level.steady_mg is None else level.steady_mg,
    )
