"""What should come back: of what a former plan handed out, and of what may still be at home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from taper.errors import Refusal
from taper.pharmacy.returns import Forerunner, Returns, returns
from taper.pharmacy.terms import Tablet, Terms
from taper.planning.plan import NotTapering, Plan, Planned
from taper.record.changes import after_of, days_of
from taper.sources import shipped
from taper.trial.participant import OtherTablets, Participant
from taper.trial.strengths import OralSolution


def returns_of(
    plan: Planned, former: Mapping[str, Any], terms: Terms, today: date
) -> Returns | None:
    """The same for a plan document; refused where it is another participant's."""
    if former["participant"] != plan.participant:
        allowed = f"a plan of {plan.participant}"
        raise Refusal.of("--replaces", "participant", former["participant"], allowed)
    before = Forerunner(today, days_of(former), after=after_of(former))
    return returns(plan, [before], terms, today)


def may_be_at_home(plan: Planned, participant: Participant) -> list[Tablet]:
    """What no day of the plan need take and its participant may have from before (§7.5.1).

    The tablets and solutions that their file names, and what any market sells of the plan's drugs.
    """
    if isinstance(plan, NotTapering):
        return []
    drugs = dict.fromkeys((plan.baseline.drug, *(step.drug for step in plan.steps)))
    found = [*_named_in(plan, participant)]
    for market in shipped.market_ids():
        tablets, bottles = shipped.marketed(market), shipped.marketed_solutions(market)
        for drug in drugs:
            found += [Tablet(drug, mg) for mg in tablets.get(drug, ())]
            found += [Tablet(drug, mg, in_ml=True) for mg in bottles.get(drug, ())]
    return list(dict.fromkeys(found))


def _named_in(plan: Plan, participant: Participant) -> Iterator[Tablet]:
    steroid, events = participant.steroid, participant.events
    named = [(plan.drug, each.strengths) for each in events if isinstance(each, OtherTablets)]
    named += [(plan.drug, participant.taper_strengths or ())]
    named += [(plan.baseline.drug, (steroid and steroid.strengths) or ())]
    for drug, strengths in named:
        yield from (Tablet(drug, each.mg, isinstance(each, OralSolution)) for each in strengths)
