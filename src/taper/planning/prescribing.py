"""Whether drugs and tablets fit each other, and what a participant is given where they do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from taper.doses import dose, tablets
from taper.doses.division import IN_THE_MORNING, Shares
from taper.doses.tablets import Stock, whole_stock
from taper.errors import Refusal
from taper.planning import cycles
from taper.planning.dates import rule_of
from taper.planning.prescription import AS_BASELINE, Prescription
from taper.trial.participant import (
    OtherTablets,
    Participant,
    SetDose,
    Steroid,
    StressDose,
)
from taper.trial.rules import Trial
from taper.trial.strengths import as_stock


def prescribe(
    trial: Trial, participant: Participant, steroid: Steroid, anchor: date, taper_start: date
) -> Prescription:
    """The prescription of a participant. Raises `Refusal` for drugs or tablets that do not fit."""
    who = participant.participant
    rule = rule_of(trial.protocol, who)
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
    rx = Prescription(
        who=who,
        trial=trial,
        rule=rule,
        steroid=steroid,
        drug=drug,
        baseline_prednisone_mg=trial.table.to_prednisone(steroid.dose_mg, steroid.drug),
        baseline_cycle=cycles.constant(steroid.dose_mg),
        stocks=stocks,
        assumed=assumed,
        weight_kg=participant.weight_kg,
        anchor=anchor,
        taper_start=taper_start,
        has_started=participant.taper_started is not None,
        stock_field="steroid.strengths" if rule.drug == AS_BASELINE else "taper_strengths",
        shares=_shares(participant, steroid),
    )
    _refuse_too_fine(rx, participant)
    return rx


def _shares(participant: Participant, steroid: Steroid) -> Shares | None:
    """The times of each day; of one that is divided by an event alone the morning until then."""
    if steroid.times is not None:
        return steroid.times.shares
    is_divided_later = any(event.times for event in participant.events_of(OtherTablets))
    return IN_THE_MORNING if is_divided_later else None


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


def _refuse_too_fine(rx: Prescription, participant: Participant) -> None:
    """Tablets in whose steps the highest dose is more than can be looked through."""
    flares = [each.protocol.flare for each in (rx.trial, *rx.trial.amendments.values())]
    rescue = [row.mg for flare in flares if flare for row in flare.rescue]
    dosed = [*participant.events_of(StressDose), *participant.events_of(SetDose)]
    typed = [event.dose_mg for event in dosed]
    highest = max([rx.baseline_prednisone_mg, *rescue])
    for name, stock, field in _all_tablets(rx, participant):
        ideal = rx.table.from_prednisone(highest, name)
        tablets.refuse_too_fine(rx.who, field, max([ideal, *typed]), stock)


def _all_tablets(rx: Prescription, participant: Participant) -> Iterator[tuple[str, Stock, str]]:
    """Every drug with its tablets, those of events too, and where they stand."""
    for name, stock in rx.stocks.items():
        yield name, stock, "steroid.strengths" if name == rx.steroid.drug else "taper_strengths"
    for i, event in enumerate(participant.events, start=1):
        if isinstance(event, OtherTablets):
            yield rx.drug, as_stock(event.strengths), f"events[{i}].strengths"
