"""A dispensing as plain data: counts that may hold a half are text, as in the plan."""

from __future__ import annotations

from typing import Any

from taper.doses import dose
from taper.pharmacy import terms
from taper.pharmacy.dispensing import Dispensing, Interval, Supply, Total
from taper.pharmacy.terms import Tablet


def as_dict(dispensing: Dispensing) -> dict[str, Any]:
    """The terms, every interval, the totals, and the whole plan at one go; dates ISO.

    `only` has the first and the last day where they are of a part of the plan.
    """
    part = dispensing.part
    return {
        **terms.as_dict(dispensing.terms),
        **({} if part is None else {"only": [part.first.isoformat(), part.last.isoformat()]}),
        "intervals": [_interval(interval) for interval in dispensing.intervals],
        "in_all": [_total(total) for total in dispensing.totals],
        "whole_plan": [_supply(supply) for supply in dispensing.whole_plan],
    }


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "number": interval.number,
        "start": interval.start.isoformat(),
        "end": interval.end.isoformat(),
        "days": interval.days,
        "opened_by": interval.opened_by,
        "planned": interval.planned,
        "supplies": [_supply(supply) for supply in interval.supplies],
    }


def _tablet(tablet: Tablet) -> dict[str, Any]:
    return {"drug": tablet.drug, **terms.strength_as_data(tablet)}


def _supply(supply: Supply) -> dict[str, Any]:
    tablet = supply.tablet
    needed, in_pack = ("ml", "pack_ml") if tablet.in_ml else ("tablets", "pack_tablets")
    return {
        **_tablet(tablet),
        "taken": dose.text(supply.taken),
        needed: terms.amount_as_data(tablet, supply.tablets),
        "with_spare": terms.amount_as_data(tablet, supply.with_spare),
        "packs": supply.packs,
        in_pack: supply.pack_tablets,
        "dispensed": terms.amount_as_data(tablet, supply.dispensed),
        "returns_expected": dose.text(supply.returned),
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        **_tablet(total.tablet),
        "taken": dose.text(total.taken),
        "dispensed": terms.amount_as_data(total.tablet, total.dispensed),
        "packs": total.packs,
        "returns_expected": dose.text(total.returned),
    }
