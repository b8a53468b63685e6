"""Which strengths to stock, for another program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.tablets import Stock
from taper.pharmacy.stocking import Choice, Need, best_of_each_number


def as_data(made: Iterable[tuple[Need, Sequence[Choice]]]) -> dict[str, Any]:
    """Every need with its choices, the best first."""
    return {"stock": [_need(need, options) for need, options in made]}


def _need(need: Need, options: Sequence[Choice]) -> dict[str, Any]:
    winners = best_of_each_number(options).values()
    return {
        "drug": need.drug,
        "participants": list(need.participants),
        "as_planned": _quantities(need.as_planned),
        "candidates": _strengths(need.candidates),
        "best": [_choice(winner) for winner in winners if winner is not None],
        "choices": [_choice(option) for option in options],
    }


def _strengths(stock: Stock) -> list[dict[str, Any]]:
    return [{"strength_mg": dose.text(s.mg), "split": s.split} for s in stock.tablets]


def _choice(option: Choice) -> dict[str, Any]:
    quantities = option.quantities
    return {
        "strengths": _strengths(option.strengths),
        "feasible": option.is_feasible,
        "tablets": option.tablets,
        "quantities": quantities and _quantities(quantities),
        "most_pieces_a_day": option.most_pieces,
        "broken_days": option.broken_days,
        "cannot_make_mg": [dose.text(mg) for mg in option.unmakeable],
        "days_unmade": option.days_unmade,
    }


def _quantities(quantities: Mapping[Fraction, int]) -> list[dict[str, Any]]:
    return [{"strength_mg": dose.text(mg), "tablets": count} for mg, count in quantities.items()]
