"""What one participant is given: the taper's drug, the tablets at hand, and the ladders.

Everything that a protocol and a participant say together about doses, before any event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache

from taper.doses import dose, tablets
from taper.doses.equivalence import EquivalenceTable
from taper.doses.tablets import Stock, whole_stock
from taper.errors import Refusal
from taper.planning.ideal import Domain, domain_of, ideal_levels
from taper.planning.ladder import Ladder, Rounder, Start, flat_ladder
from taper.planning.plan import Kind
from taper.trial.participant import (
    Participant,
    SetDose,
    Steroid,
    StressDose,
    as_stock,
)
from taper.trial.protocol import FlareRule, TaperRule
from taper.trial.regimens import Linear
from taper.trial.rules import Trial

AS_BASELINE = "as-baseline"
BASELINE_FIELD = "steroid.dose_mg"


@dataclass(frozen=True)
class Prescription:
    """A participant's drugs, tablets and dates. `drug` is the taper's; doses mg a day."""

    who: str
    trial: Trial
    rule: TaperRule
    steroid: Steroid
    drug: str
    stocks: dict[str, Stock]
    assumed: frozenset[str]
    weight_kg: Fraction | None
    anchor: date
    taper_start: date
    has_started: bool

    @property
    def table(self) -> EquivalenceTable:
        """The protocol's equivalence table."""
        return self.trial.table

    @property
    def flare_rule(self) -> FlareRule | None:
        """What a flare does, where the protocol says it."""
        return self.trial.protocol.flare

    @cached_property
    def baseline_prednisone_mg(self) -> Fraction:
        """The baseline as mg prednisone a day."""
        return self.table.to_prednisone(self.steroid.dose_mg, self.steroid.drug)

    @cached_property
    def is_at_target(self) -> bool:
        """Whether the baseline is at or under the target already."""
        return self.baseline_prednisone_mg <= self.rule.target_mg

    @cached_property
    def window_end(self) -> date:
        """The date by which the protocol wants the target reached."""
        return self.rule.complete_within.end(self.taper_start)

    def ladder_from_baseline(self) -> Ladder:
        """The participant's ladder: run-in, the regimen's levels, maintenance."""
        self._refuse_unmakeable_baseline()
        days = (self.taper_start - self.anchor).days
        run_in = Start(Kind.RUN_IN, self.steroid.drug, self.steroid.dose_mg, days)
        return self._ladder(run_in, self.baseline_prednisone_mg)

    def ladder_from_set_dose(self, mg: Fraction, days: int, field: str) -> Ladder:
        """A new ladder whose level 0 is a clinician's dose of the taper's drug.

        `field` is where the dose stands, for a refusal.
        """
        start = Start(Kind.SET_DOSE, self.drug, mg, days)
        return self._ladder(start, self.table.to_prednisone(mg, self.drug), field)

    def _ladder(
        self, start: Start, start_prednisone_mg: Fraction, field: str = BASELINE_FIELD
    ) -> Ladder:
        if start_prednisone_mg <= self.rule.target_mg:
            return flat_ladder(start)
        stock, domain = self.stocks[self.drug], self.domain(start_prednisone_mg, field)
        try:
            return _ladder(self.trial, self.drug, stock, start, domain)
        except Refusal as refusal:
            raise refusal.at(self.who) from refusal

    def domain(self, start_prednisone_mg: Fraction, field: str = BASELINE_FIELD) -> Domain:
        """What the regimen looks at when it starts from this dose, mg prednisone.

        After a clinician's set dose the original baseline's numbers stay, unless that
        baseline was at or under the target and so had none (§6.11.6, §6.11.7).
        """
        if not self.is_at_target:
            return self._domain_of_baseline
        return self._domain_from(start_prednisone_mg, field)

    @cached_property
    def _domain_of_baseline(self) -> Domain:
        return self._domain_from(self.baseline_prednisone_mg, BASELINE_FIELD)

    def _domain_from(self, original_mg: Fraction, field: str) -> Domain:
        # no other regimen looks at the window, whose days differ from month to month
        regimen = self.rule.regimen
        is_linear = isinstance(regimen.last, Linear)
        days = (self.window_end - self.taper_start).days if is_linear else 0
        units = self.table.units(regimen.drugs)
        return domain_of(self.rule.target_mg, original_mg, days, self.weight_kg, field, units)

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
    strengths = dose.listed(strength.mg for strength in stock)
    return (
        f"a dose that {drug} tablets of {strengths} can make, the nearest "
        f"{'are' if len(around) > 1 else 'is'} {dose.listed(around)}"
    )


@lru_cache(maxsize=4096)
def _ladder(
    trial: Trial,
    drug: str,
    tablets_of_drug: Stock,
    start: Start,
    domain: Domain,
) -> Ladder:
    """The ladder from a start on; no date or person plays a part in it.

    Remembered, because a site's participants share few doses and tablets.
    """
    rule = trial.protocol.taper
    assert rule is not None  # there is no prescription without one
    rounder = Rounder(
        table=trial.table,
        drug=drug,
        stock=tablets_of_drug,
        stock_field="steroid.strengths" if rule.drug == AS_BASELINE else "taper_strengths",
        market=trial.market.get(drug, ()),
        mode=rule.rounding,
        target_mg=rule.target_mg,
        max_rounding_mg=rule.max_rounding_mg,
    )
    start_mg = trial.table.to_prednisone(start.mg, start.drug)
    return rounder.ladder(start, ideal_levels(rule.regimen, start_mg, domain))


def prescribe(
    trial: Trial, participant: Participant, steroid: Steroid, anchor: date, taper_start: date
) -> Prescription:
    """The prescription of a participant. Raises `Refusal` for drugs or tablets that do not fit."""
    who, rule = participant.participant, trial.protocol.taper
    if rule is None:
        raise Refusal.of(
            who,
            "protocol",
            f"{trial.protocol.id}, which prescribes no taper",
            "a protocol with a taper, or a regimen given beside it",
        )
    drug = steroid.drug if rule.drug == AS_BASELINE else rule.drug
    for field, name in (("steroid.drug", steroid.drug), ("taper.drug", drug)):
        if name not in trial.table:
            raise Refusal.of(
                who,
                field,
                f"{name}, which table {trial.table.id} has no value for",
                dose.join(sorted(trial.table.mg_per_5_prednisone), "or"),
            )
    if drug == steroid.drug and participant.taper_strengths is not None:
        raise Refusal.of(
            who,
            "taper_strengths",
            f"given although the taper stays in {drug}",
            "taper_strengths only where the taper is given in another drug",
        )
    stocks, assumed = _stocks(trial, participant, steroid, drug)
    _refuse_too_fine(trial, participant, steroid, stocks)
    return Prescription(
        who=who,
        trial=trial,
        rule=rule,
        steroid=steroid,
        drug=drug,
        stocks=stocks,
        assumed=assumed,
        weight_kg=participant.weight_kg,
        anchor=anchor,
        taper_start=taper_start,
        has_started=participant.taper_started is not None,
    )


def _stocks(
    trial: Trial, participant: Participant, steroid: Steroid, drug: str
) -> tuple[dict[str, Stock], frozenset[str]]:
    """The tablets of each drug given; those assumed from the market are named."""
    listed = {steroid.drug: (steroid.strengths, "steroid.strengths")}
    listed.setdefault(drug, (participant.taper_strengths, "taper_strengths"))
    stocks: dict[str, Stock] = {}
    for name, (strengths, field) in listed.items():
        if strengths is not None:
            stocks[name] = as_stock(strengths)
        elif trial.market.get(name):
            stocks[name] = whole_stock(trial.market[name])
        else:
            raise Refusal.of(
                participant.participant,
                field,
                "missing",
                f"the strengths of the {name} tablets, as the protocol's market "
                f"({trial.protocol.market or 'none given'}) lists none",
            )
    return stocks, frozenset(n for n, (strengths, _) in listed.items() if strengths is None)


def _refuse_too_fine(
    trial: Trial, participant: Participant, steroid: Steroid, stocks: dict[str, Stock]
) -> None:
    """Tablets in whose steps the highest dose is more than can be looked through."""
    flare = trial.protocol.flare
    rescue = [row.mg for row in flare.rescue] if flare else []
    typed = [e.dose_mg for e in participant.events if isinstance(e, StressDose | SetDose)]
    baseline = trial.table.to_prednisone(steroid.dose_mg, steroid.drug)
    for drug, stock in stocks.items():
        ideal = max(trial.table.from_prednisone(mg, drug) for mg in (baseline, *rescue))
        field = "steroid.strengths" if drug == steroid.drug else "taper_strengths"
        tablets.refuse_too_fine(participant.participant, field, max([ideal, *typed]), stock)
