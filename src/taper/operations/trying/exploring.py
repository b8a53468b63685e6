"""A protocol, as it is given, tried with every baseline that the tablets make."""

from __future__ import annotations

from taper.doses.equivalence import PREDNISONE
from taper.doses.tablets import Stock, whole_stock
from taper.errors import Refusal
from taper.planning import exploration
from taper.planning.explored import Exploration, Question
from taper.planning.prescription import AS_BASELINE
from taper.sources import arguments, given
from taper.sources.given import GivenProtocol, Number, Strengths
from taper.trial.rules import Trial

_WHO = "taper.explore"
_USUAL = (PREDNISONE, "prednisolone")


def explore(
    protocol: GivenProtocol,
    *,
    drug: str | None = None,
    strengths: Strengths | None = None,
    least_mg: Number | None = None,
    most_mg: Number | None = None,
    weight_kg: Number | None = None,
) -> Exploration:
    """What becomes of every baseline; raises `Refusal` for a question that cannot be asked.

    `least_mg` and `most_mg` are mg prednisone a day, in place of the protocol's own bounds;
    without `strengths` it is the plain tablets of the protocol's market, whole.
    """
    trial = given.protocol(protocol)
    what = usual_drug(trial) if drug is None else arguments.named(_WHO, "drug", drug).drug
    question = Question(
        drug=what,
        stock=_marketed(trial, what) if strengths is None else given.stock(strengths, _WHO),
        least_mg=None if least_mg is None else arguments.mg(_WHO, "least_mg", least_mg),
        most_mg=None if most_mg is None else arguments.mg(_WHO, "most_mg", most_mg),
        weight_kg=None if weight_kg is None else arguments.mg(_WHO, "weight_kg", weight_kg),
    )
    return exploration.explore(trial, question)


def usual_drug(trial: Trial) -> str:
    """The drug in which the protocol gives the taper, else that of the two that is marketed."""
    rule = trial.protocol.taper
    if rule is not None and rule.drug != AS_BASELINE:
        return rule.drug
    return next((drug for drug in _USUAL if trial.market.get(drug)), PREDNISONE)


def _marketed(trial: Trial, drug: str) -> Stock:
    known = trial.market.get(drug)
    if not known:
        market = trial.protocol.market or "none given"
        read = f"missing, and the protocol's market ({market}) lists no {drug} tablets"
        raise Refusal.of(_WHO, "strengths", read, f"the strengths of the {drug} tablets")
    return whole_stock(known)
