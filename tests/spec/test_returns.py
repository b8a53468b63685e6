"""What should come back counts from what the former plan handed out (§7.5.2)."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from spec.build import hold, plan, stress_dose, table, withdraw

from taper.errors import Refusal
from taper.operations.pharmacy.returned import returns_of
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.returns import Forerunner, as_dict, returns, returns_from
from taper.pharmacy.terms import Pack, Terms
from taper.record import plan_document
from taper.record.kept import Kept

TODAY = date(2026, 2, 10)
"""In the middle of the first hand-out of the usual participant (see test_dispensing)."""


def counted(found) -> dict[str, tuple[int, Fraction, Fraction]]:
    return {
        str(each.tablet.strength_mg): (each.handed_out, each.taken, each.returned)
        for each in found.tablets
    }


def former(**changes) -> dict:
    return plan_document.as_dict(plan(**changes))


def test_who_withdraws_brings_back_what_was_handed_out_and_is_not_taken():
    """§7.5.2."""
    new = plan(events=[withdraw("2026-02-10")])
    found = returns_of(new, former(), Terms(), TODAY)
    first = {str(s.tablet.strength_mg): s for s in dispense(plan(), Terms()).intervals[0].supplies}
    own = {str(t.tablet.strength_mg): t for t in dispense(new, Terms()).totals}
    assert found.supplied_until == date(2026, 4, 4)
    assert counted(found).keys() == first.keys()
    for mg, (handed_out, taken, back) in counted(found).items():
        assert handed_out == first[mg].dispensed
        assert taken == (own[mg].taken if mg in own else 0)
        assert back == handed_out - taken
    assert sum(back for _, _, back in counted(found).values()) > 0
    assert {total.returned for total in own.values()} == {0}  # by the new plan alone


def test_only_what_was_handed_out_by_then_comes_back():
    """§7.5.2: of hand-outs every 14 days from 5 January the third is of 2 February."""
    new, terms = plan(events=[withdraw("2026-02-10")]), Terms(every_days=14)
    found = returns_of(new, former(), terms, TODAY)
    assert found.supplied_until == date(2026, 2, 15)
    handed_out = sum(
        supply.dispensed
        for interval in dispense(plan(), terms).intervals[:3]
        for supply in interval.supplies
    )
    assert sum(each.handed_out for each in found.tablets) == handed_out


def test_packs_and_spare_days_were_handed_out_too():
    """§7.5.2."""
    terms = Terms(spare_days=3, packs=(Pack(Fraction(1), 100),))
    found = returns_of(plan(events=[withdraw("2026-02-10")]), former(), terms, TODAY)
    assert counted(found)["1"][0] % 100 == 0


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"regimen": table(([5, 0], 14)), "strengths": ["5"], "target": "5"},
        {"events": [withdraw("2026-02-10")]},
        {"events": [hold("2026-02-10")]},
    ],
    ids=["maintenance", "a cycle", "withdrawn", "an open hold"],
)
def test_spare_days_after_the_last_printed_one_were_handed_out_too(changes: dict):
    """§7.5.2, §7.2.7: what was handed out is what was to be handed out by then."""
    made, terms = plan(**changes), Terms(every_days=28, spare_days=15)
    told = {each.tablet: each.dispensed for each in dispense(made, terms).totals}
    of_document = returns_of(made, former(**changes), terms, made.last_day)
    kept = Kept.of(made)
    of_folder = returns(
        made, [Forerunner(date(2026, 1, 2), kept.steps, None, kept.after)], terms, made.last_day
    )
    for found in (of_document, of_folder):
        assert {each.tablet: each.handed_out for each in found.tablets} == told


def test_the_same_plan_again_gives_nothing_back():
    """§7.5.2."""
    found = returns_of(plan(), former(), Terms(), TODAY)
    assert {back for _, _, back in counted(found).values()} == {0}


def test_before_the_first_hand_out_there_is_nothing_to_come_back():
    assert returns_of(plan(), former(), Terms(), date(2026, 1, 1)) is None


def test_each_hand_out_is_that_of_the_revision_in_force_then():
    """§7.5.3: a burst is planned after the first hand-out, and taken back before the third."""
    burst = plan(events=[stress_dose("2026-01-20", days=10, mg="40")])
    forerunners = [
        Forerunner(date(2026, 1, 2), Kept.of(plan()).steps),
        Forerunner(date(2026, 1, 10), Kept.of(burst).steps),
        Forerunner(date(2026, 2, 1), Kept.of(plan()).steps),
    ]
    terms = Terms(every_days=14)
    found = returns(plan(), forerunners, terms, TODAY)
    of_each = [dispense(each, terms).intervals for each in (plan(), burst, plan())]
    given = [intervals[number].supplies for number, intervals in enumerate(of_each)]
    assert sum(each.handed_out for each in found.tablets) == sum(
        supply.dispensed for supplies in given for supply in supplies
    )
    assert sum(each.returned for each in found.tablets) > 0
    assert returns_from(as_dict(found)) == found


def test_the_plan_of_another_participant_is_refused():
    other = {**former(), "participant": "OTHER-1"}
    with pytest.raises(Refusal, match="--replaces: participant is OTHER-1; allowed: a plan of"):
        returns_of(plan(), other, Terms(), TODAY)


def test_it_leaves_as_plain_data():
    found = returns_of(plan(events=[withdraw("2026-02-10")]), former(), Terms(), TODAY)
    data = json.loads(json.dumps(as_dict(found)))
    assert data["counted_on"] == "2026-02-10"
    assert set(data["tablets"][0]) == {
        "drug",
        "strength_mg",
        "handed_out",
        "taken",
        "returns_expected",
    }
