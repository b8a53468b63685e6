"""What a participant has at home is used first (§7.5.1)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from spec.build import plan, table

from taper.errors import Refusal
from taper.pharmacy.at_home import as_dict, parse_at_home, used_first
from taper.pharmacy.terms import Pack, Terms

HALVES = [{"mg": 5, "split": 2}]


def home(text: str) -> tuple[Pack, ...]:
    return parse_at_home(text, str)


def counted_by_hand(made, start: date, have: dict[Fraction, int]) -> date | None:
    """The last day that the tablets at home last, taken one day after the other."""
    left = {mg: Fraction(count) for mg, count in have.items()}
    last = None
    for day in made.days():
        if day.date < start:
            continue
        for taken in day.tablets:
            left[taken.strength_mg] = left.get(taken.strength_mg, Fraction(0)) - taken.count
        if any(count < 0 for count in left.values()):
            return last
        last = day.date
    return last


@pytest.mark.parametrize("text", ["5:30,1:12", "10:3,5:40,1:60", "5:1", "5:0", "5:9999,1:9999"])
@pytest.mark.parametrize("offset", [-10, 0, 33, 90])
def test_it_is_used_first_and_lasts_until_the_day_before_one_tablet_is_lacking(text, offset):
    """§7.5.1."""
    made = plan()
    today = made.steps[0].start + timedelta(days=offset)
    found = used_first(made, Terms(), home(text), today)
    start = max(today, made.steps[0].start)
    assert found.start == start
    have = {each.strength_mg: each.tablets for each in home(text)}
    assert found.lasts_until == counted_by_hand(made, start, have)
    for each in found.remaining:
        taken = sum(
            (
                tablet.count
                for day in made.days()
                if day.date >= start
                for tablet in day.tablets
                if tablet.strength_mg == each.tablet.strength_mg
            ),
            Fraction(0),
        )
        assert each.taken == taken
        assert each.to_hand_out == max(0, taken - each.at_home)
        assert each.left_over == max(0, each.at_home - taken)


def test_what_is_handed_out_comes_in_whole_packs_and_with_spare_days():
    made = plan()
    last = made.steps[-1].end
    bare = used_first(made, Terms(), home("5:1"), last)
    terms = Terms(spare_days=3, packs=(Pack(Fraction(5), 30),))
    packed = used_first(made, terms, home("5:1"), last)
    assert [each.to_hand_out for each in bare.remaining] == [0]
    assert [(each.packs, each.to_hand_out) for each in packed.remaining] == [(1, 30)]


def test_when_all_days_are_over_there_is_nothing_to_count():
    made = plan()
    assert used_first(made, Terms(), home("5:1"), made.steps[-1].end + timedelta(days=1)) is None


@pytest.mark.parametrize(
    "text", ["", "5", "5:", "5;30", "2,5:30", "5:30,5:1", "5:1.5", "5:-1", "5:10001", "0:3", "5:½"]
)
def test_what_can_be_read_in_two_ways_is_refused(text: str):
    with pytest.raises(ValueError, match="each strength once with the whole tablets at home"):
        home(text)


def test_a_strength_that_the_plan_does_not_have_is_refused():
    made = plan()
    with pytest.raises(Refusal) as said:
        used_first(made, Terms(), home("20:30"), made.steps[0].start)
    assert "what is at home is 30 tablets of 20 mg; allowed: tablets of the plan: " in str(
        said.value
    )


def test_a_plan_that_takes_no_tablet_has_none_at_home():
    """§7.5.1: 10 mg ends on the day of the infusion."""
    made = plan(regimen=table(("0", 7)), target="0", taper={"offset_days": 0})
    with pytest.raises(Refusal, match="a market or the file has: the plan takes none"):
        used_first(made, Terms(), home("7:30"), made.steps[0].start)


def test_a_strength_that_is_not_taken_any_more_is_left_over():
    made = plan()
    found = used_first(made, Terms(), home("10:9"), made.steps[-1].end)
    assert [(each.left_over, each.taken) for each in found.remaining if each.at_home] == [(9, 0)]


def test_a_strength_of_two_drugs_names_the_drug():
    made = plan(strengths=[5, 1])
    first, *others = made.steps
    two = replace(made, steps=(first._replace(drug="prednisolone"), *others))
    with pytest.raises(Refusal, match="one drug named before it: prednisolone or prednisone"):
        used_first(two, Terms(), home("5:30"), first.start)
    found = used_first(two, Terms(), home("prednisone:5:30"), first.start)
    assert {each.tablet.drug for each in found.remaining if each.at_home} == {"prednisone"}


def test_it_leaves_as_plain_data():
    made = plan()
    data = json.loads(
        json.dumps(as_dict(used_first(made, Terms(), home("5:30"), date(2026, 2, 1))))
    )
    assert data["from"] == "2026-02-01"
    assert {"drug", "strength_mg", "at_home", "taken", "lasts_until", "still_to_hand_out"} <= set(
        data["tablets"][0]
    )
