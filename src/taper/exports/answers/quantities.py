"""Quantities to hand out for another program: of each participant, and of all together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from taper.pharmacy import at_home, returns, written
from taper.pharmacy.at_home import AtHome
from taper.pharmacy.dispensing import Dispensing, given_together
from taper.pharmacy.returns import Returns
from taper.pharmacy.terms import amount_as_data, strength_as_data
from taper.planning.plan import Planned
from taper.record import plan_document


def as_data(
    done: Sequence[tuple[Planned, Dispensing]],
    left: AtHome | None = None,
    back: Returns | None = None,
) -> dict[str, Any]:
    """What each participant is handed out, and what all are.

    `left` is what one has at home, `back` what should come back of a former plan's tablets.
    """
    more = {} if left is None else {"at_home": at_home.as_dict(left)}
    more |= {} if back is None else {"returns": returns.as_dict(back)}
    return {
        "participants": [{**_participant(plan, its), **more} for plan, its in done],
        "in_all": [
            {
                "drug": tablet.drug,
                **strength_as_data(tablet),
                "participants": len(each),
                "dispensed": amount_as_data(tablet, sum(each)),
            }
            for tablet, each in given_together(dispensing for _, dispensing in done).items()
        ],
    }


def _participant(plan: Planned, dispensing: Dispensing) -> dict[str, Any]:
    return {
        "participant": plan.participant,
        "plan_id": plan_document.plan_id(plan),
        "provisional": plan.provisional,
        "dispensing": written.as_dict(dispensing),
    }
