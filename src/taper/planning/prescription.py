"""What one participant is given: the taper's drug, the tablets at hand, and the ladders.

Everything that a protocol and a participant say together about doses, before any event.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from taper.doses import dose, tablets
from taper.doses.division import Shares
from taper.doses.equivalence import EquivalenceTable
from taper.doses.tablets import Cycle, Stock
from taper.errors import Refusal
from taper.planning.domain import Domain
from taper.planning.ideal import ideal_levels
from taper.planning.ladder import Ladder, Origin, Start, flat_ladder
from taper.planning.plan import Kind
from taper.planning.rounding import Rounder
from taper.trial.participant import OtherTablets, Steroid
from taper.trial.protocol import FlareRule, TaperRule
from taper.trial.regimens import Linear
from taper.trial.rules import NamedRegimen, Trial
from taper.trial.strengths import as_stock

AS_BASELINE = "as-baseline"
BASELINE_FIELD = "steroid.dose_mg"


class Prescription(NamedTuple):
    """A participant's drugs, tablets and dates. `drug` is the taper's; doses mg a day.

    `baseline_prednisone_mg` is the baseline as prednisone, `baseline_cycle` in its own drug as the
    doses of days in turn.
    """

    who: str
    trial: Trial
    rule: TaperRule
    steroid: Steroid
    drug: str
    baseline_prednisone_mg: Fraction
    baseline_cycle: Cycle
    stocks: dict[str, Stock]
    assumed: frozenset[str]
    weight_kg: Fraction | None
    anchor: date
    taper_start: date
    has_started: bool
    """Whether the taper is known to have started on `taper_start` (§6.2.4)."""
    stock_field: str = "steroid.strengths"
    """Where the taper's tablets stand, for a refusal."""
    shares: Shares | None = None
    """The times at which each day's dose is taken, where it is divided (§7.4)."""

    @property
    def changes_drug(self) -> bool:
        """Whether the taper is given in another drug than the baseline."""
        return self.drug != self.steroid.drug

    @property
    def table(self) -> EquivalenceTable:
        """The protocol's equivalence table."""
        return self.trial.table

    @property
    def flare_rule(self) -> FlareRule | None:
        """What a flare does, where the protocol says it."""
        return self.trial.protocol.flare

    @property
    def is_at_target(self) -> bool:
        """Whether the baseline is at or under the target already."""
        return self.baseline_prednisone_mg <= self.rule.target_mg

    @property
    def window_end(self) -> date:
        """The date by which the protocol wants the target reached."""
        return self.rule.complete_within.end(self.taper_start)

    def ladder_from_baseline(self) -> Ladder:
        """The participant's ladder: run-in, the regimen's levels, maintenance."""
        self._refuse_unmakeable_baseline()
        days = (self.taper_start - self.anchor).days
        return self.ladder_from(Start(Kind.RUN_IN, self.steroid.drug, self.baseline_cycle, days))

    def ladder_from(self, start: Start, field: str = BASELINE_FIELD) -> Ladder:
        """The ladder whose level 0 is this start; `field` is where its dose stands."""
        start_mg = self.table.to_prednisone(start.mg, start.drug)
        if self.table.to_prednisone(max(start.cycle), start.drug) <= self.rule.target_mg:
            return flat_ladder(start)
        domain = self.domain(start_mg, field)
        return self.named(lambda: _ladder(self.trial, self.rounder, start, domain))

    @property
    def rounder(self) -> Rounder:
        """How ideal doses become printed ones, of the tablets that the taper's drug has now."""
        return _rounder(self.trial, self.drug, self.stocks[self.drug], self.stock_field)

    def named(self, make: Callable[[], Ladder]) -> Ladder:
        """The ladder; a refusal names the participant."""
        try:
            return make()
        except Refusal as refusal:
            raise refusal.at(self.who) from refusal

    def with_tablets(self, event: OtherTablets, field: str) -> Prescription:
        """The same with other tablets of the taper's drug; `field` is where they stand."""
        stocks = {**self.stocks, self.drug: as_stock(event.strengths)}
        shares = self.shares if event.times is None else event.times.shares
        return self._replace(stocks=stocks, stock_field=field, shares=shares)

    def amended(self, later: Trial, field: str) -> Prescription:
        """The same by another protocol (§6.14.1, §6.14.2); `field` is where that is named."""
        rule = later.protocol.taper
        if rule is None:
            raise self._refused(field, later, "prescribes no taper", "one that prescribes a taper")
        drug = self.steroid.drug if rule.drug == AS_BASELINE else rule.drug
        if drug != self.drug:
            told = f"a protocol whose taper is in {self.drug}"
            raise self._refused(field, later, f"has the taper in {drug}", told)
        if later.table.id != self.table.id:
            told = f"a protocol with equivalence table {self.table.id}"
            raise self._refused(field, later, f"has equivalence table {later.table.id}", told)
        return self._replace(trial=self.trial.amended_by(later), rule=rule)

    def by_regimen(self, named: NamedRegimen, field: str) -> Prescription:
        """The same by another regimen (§6.8.26, §6.11.14); `field` is where that is named."""
        rule, table = named.rule, self.table
        lacks = sorted(drug for drug in rule.drugs if drug not in table)
        if lacks:
            read = f"{named.id}, whose rows are in {dose.join(lacks)}"
            told = f"a regimen in drugs that table {table.id} has a value for"
            raise Refusal.of(self.who, field, read, told)
        allowed = rule.never_reaches(self.rule.target_mg, dict(table.units(rule.drugs)))
        if allowed:
            read = f"{named.id}, which never reaches {dose.text(self.rule.target_mg)} mg"
            raise Refusal.of(self.who, field, read, f"a regimen with {allowed}")
        trial = self.trial.by_regimen(named)
        return self._replace(trial=trial, rule=_taper_of(trial))

    def _refused(self, field: str, later: Trial, read: str, allowed: str) -> Refusal:
        label = f"{later.protocol.id} {later.protocol.version}"
        return Refusal.of(self.who, field, f"{label}, which {read}", allowed)

    def domain(self, start_prednisone_mg: Fraction, field: str = BASELINE_FIELD) -> Domain:
        """What the regimen looks at when it starts from this dose, mg prednisone.

        After a clinician's set dose the original baseline's numbers stay, unless that
        baseline was at or under the target and so had none (§6.11.6, §6.11.7).
        """
        if not self.is_at_target:
            return self._domain_from(self.baseline_prednisone_mg, BASELINE_FIELD)
        return self._domain_from(start_prednisone_mg, field)

    def _domain_from(self, original_mg: Fraction, field: str) -> Domain:
        # no other regimen looks at the window, whose days differ from month to month
        regimen = self.rule.regimen
        is_linear = isinstance(regimen.last, Linear)
        days = (self.window_end - self.taper_start).days if is_linear else 0
        weight = self.weight_kg and self.weight_kg.as_integer_ratio()
        return _domain(self.trial, original_mg.as_integer_ratio(), days, weight, field)

    def rescue_mg(
        self, prednisone_mg: Fraction, drug: str, at_least_mg: Fraction
    ) -> tuple[Fraction, Fraction]:
        """A rescue dose in `drug`, nearest makeable, at least the other, and its ideal (§6.8.14).

        Raises `Refusal` for one that is no tablet at all, or too far from its ideal (§6.8.18).
        """
        ideal = self.table.from_prednisone(prednisone_mg, drug)
        makeable = tablets.nearest(ideal, self.stocks[drug])
        mg = max(makeable, at_least_mg)
        off = abs(self.table.to_prednisone(makeable - ideal, drug))
        most = self.rule.max_rounding_mg
        if most is not None and off > most and makeable == mg:
            raise Refusal.of(
                self.who,
                "flare.rescue",
                f"{dose.text(ideal)} mg {drug}, of which the tablets make {dose.text(mg)} mg",
                f"a rescue dose that the tablets make to {dose.text(most)} mg prednisone "
                "(max_rounding_mg)",
            )
        if mg == 0:
            raise Refusal.of(
                self.who,
                "flare.rescue",
                f"{dose.text(prednisone_mg)} mg prednisone, which rounds to no tablet of {drug}",
                "a rescue dose that the tablets can make",
            )
        return mg, max(ideal, at_least_mg)

    def makeable_instead(self, mg: Fraction, drug: str) -> str:
        """What the tablets can make around a dose that they cannot: nearest below and above."""
        return makeable_instead(mg, drug, self.stocks[drug])

    def _refuse_unmakeable_baseline(self) -> None:
        mg, drug = self.steroid.dose_mg, self.steroid.drug
        if not tablets.can_make(mg, self.stocks[drug]):
            raise Refusal.of(
                self.who, BASELINE_FIELD, f"{dose.text(mg)} mg", self.makeable_instead(mg, drug)
            )


def makeable_instead(mg: Fraction, drug: str, stock: Stock) -> str:
    """What tablets can make around a dose that they cannot: the nearest below and above."""
    nearest = (tablets.at_most(mg, stock), tablets.at_least(mg, stock))
    around = [near for near in nearest if near > 0]
    made_of = f"{drug} tablets of {dose.listed(strength.mg for strength in stock)}"
    if stock.solution is not None:
        made_of = f"{tablets.as_read(stock)} of {drug}"
    return (
        f"a dose that {made_of} can make, the nearest "
        f"{'are' if len(around) > 1 else 'is'} {dose.listed(around)}"
    )


Ratio = tuple[int, int]


@lru_cache(maxsize=4096)
def _domain(
    trial: Trial, original_mg: Ratio, days: int, weight_kg: Ratio | None, field: str
) -> Domain:
    """The domain of these; remembered, because most of a site's participants have the same.

    By integers, since to hash fractions costs more than all the rest.
    """
    rule = _taper_of(trial)
    weight = None if weight_kg is None else Fraction(*weight_kg)
    units = trial.table.units(rule.regimen.drugs)
    return Domain(rule.target_mg, Fraction(*original_mg), days, weight, field, units)


@lru_cache(maxsize=4096)
def _ladder(trial: Trial, rounder: Rounder, start: Start, domain: Domain) -> Ladder:
    """The ladder from a start on; no date or person plays a part in it.

    Remembered, because a site's participants share few doses and tablets.
    """
    regimen = _taper_of(trial).regimen
    start_mg = trial.table.to_prednisone(start.mg, start.drug)
    levels = rounder.levels([start.level], ideal_levels(regimen, start_mg, domain))
    return Ladder(levels, _origin(trial, start_mg, domain))


@lru_cache(maxsize=4096)
def _origin(trial: Trial, start_mg: Fraction, domain: Domain) -> Origin:
    """One for all ladders of it, of whatever tablets: what is one object is compared at once."""
    return Origin(start_mg, _taper_of(trial).regimen, domain)


def _taper_of(trial: Trial) -> TaperRule:
    assert trial.protocol.taper is not None  # there is no prescription without one
    return trial.protocol.taper


@lru_cache(maxsize=1024)
def _rounder(trial: Trial, drug: str, tablets_of_drug: Stock, stock_field: str) -> Rounder:
    rule = _taper_of(trial)
    return Rounder(
        table=trial.table,
        drug=drug,
        stock=tablets_of_drug,
        stock_field=stock_field,
        market=trial.market.get(drug, ()),
        mode=rule.rounding,
        target_mg=rule.target_mg,
        max_rounding_mg=rule.max_rounding_mg,
    )
