"""A forecast of tablets for another program; mL and money as text, tablets as numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.pharmacy.assumed import Assumed
from taper.pharmacy.forecast import LEVELS, METHOD, Forecast, Suffices
from taper.pharmacy.terms import amount_as_data, strength_as_data
from taper.trial.strengths import in_a_file

SCHEMA = "taper-forecast/1"


def as_data(made: Forecast) -> dict[str, Any]:
    """What was assumed, and what suffices."""
    return {
        "schema": SCHEMA,
        "protocol": made.protocol,
        "assumed": _assumed(made.assumed),
        "method": METHOD,
        "whole_trial": [_suffices(each) for each in made.whole],
        "months": [_suffices(each) for each in made.months],
        "stocked": [
            {
                "drug": each.tablet.drug,
                **strength_as_data(each.tablet),
                "percent_of_trials": each.level,
                "suffices": amount_as_data(each.tablet, each.amount),
                "packs": each.packs,
                "in_packs": amount_as_data(each.tablet, each.in_packs),
                "cost": None if each.cost is None else dose.text(each.cost),
            }
            for each in made.stocked
        ],
        "cost": {
            str(level): None if (cost := made.cost(level)) is None else dose.text(cost)
            for level in LEVELS
        },
    }


def _assumed(of: Assumed) -> dict[str, Any]:
    return {
        "participants": of.n,
        "trials": of.trials,
        "seed": of.seed,
        "first": of.first.isoformat(),
        "enrol_days": of.enrol_days,
        "baseline": of.baselines.said,
        "drug": of.drug,
        "strengths": [in_a_file(each) for each in of.stock],
        "delay_days": [of.delay.least, of.delay.most],
        "flares": dose.text(of.flares),
        "flare_days": [of.flare_days.least, of.flare_days.most],
        "until_days": of.until_days,
    }


def _suffices(each: Suffices) -> dict[str, Any]:
    month = {} if each.month is None else {"month": each.month + 1}
    amounts = {
        f"suffices_{level}": amount_as_data(each.tablet, amount)
        for level, amount in zip(LEVELS, each.levels, strict=True)
    }
    drug = {"drug": each.tablet.drug, **strength_as_data(each.tablet)}
    return {**month, **drug, "mean": dose.text(Fraction(each.mean)), **amounts}
