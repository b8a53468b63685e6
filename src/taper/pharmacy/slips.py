"""What of the terms concerns none of the plans: it is likely to be a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from taper.pharmacy.amounts import tablets_of
from taper.pharmacy.dispensing import openings, whole
from taper.pharmacy.terms import Pack, Terms
from taper.planning.plan import Part, Plan, Planned


def unused(
    terms: Terms, plans: Sequence[Planned], parts: Sequence[Part] = ()
) -> Iterator[Pack | date]:
    """The packs and visits that concern none of the plans: each is likely to be a slip.

    Where tablets are for `parts` of the plans, a visit concerns none that lies in none of them.
    """
    tapering = [plan for plan in plans if isinstance(plan, Plan)]
    needed = {tablet for plan in tapering for tablet in tablets_of(plan)}
    yield from (pack for pack in terms.packs if not any(map(pack.holds, needed)))
    for visit in terms.visits:
        if not any(part.holds(visit) for part in parts or map(whole, tapering)):
            yield visit


def without_visits(terms: Terms, plans: Iterable[Planned]) -> Iterator[Plan]:
    """The plans that have no visit to hand out at, where tablets are handed out at visits."""
    for plan in plans if terms.at_visits else ():
        if isinstance(plan, Plan) and not openings(plan, terms, plan.first_day, plan.last_day):
            yield plan
