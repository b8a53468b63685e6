"""§5.2.10, §6.13.8, §7.4.1 to §7.4.5: days that are divided over times by shares.

15 mg of 5 mg tablets, two thirds in the morning and one third at midday, are two tablets and one.
"""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from cases import Fields
from hypothesis import given, settings
from hypothesis import strategies as st
from spec.build import course, found, plan, refusal, severity, table

from taper.doses import division
from taper.doses.division import TIMES, Shares, divide, parts_of, shares_of
from taper.doses.tablets import (
    Stock,
    Strength,
    Tablets,
    at_most,
    can_make,
    combine,
    in_grains,
    stock,
)
from taper.pharmacy.at_home import used_first
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.terms import Pack, Terms
from taper.planning.plan import Plan
from taper.record import changes, kept_line, plan_document, reading
from taper.record.kept import Kept
from taper.record.past import altered
from taper.wording.tablets import in_tablets

F = Fraction
TWO_TO_ONE: Fields = {"morning": 2, "midday": 1}
HALVES = stock([Strength(F(5), 2), Strength(F(1))])


def said(tablets: Tablets) -> list[str]:
    """Each time with its dose and tablets."""
    return [
        f"{part.time} {float(part.dose_mg):g}: {in_tablets(part.tablets)}".replace("\xa0", " ")
        for part in parts_of(tablets)
    ]


def divided(mg: str, shares: Fields, *strengths: Any) -> list[str]:
    made = stock(
        Strength(F(s), 1) if isinstance(s, str) else Strength(F(s[0]), s[1]) for s in strengths
    )
    return said(divide(F(mg), made, shares_of(shares)))


# The division -----------------------------------------------------------------------------------


def test_each_time_has_the_makeable_dose_that_is_nearest_to_its_share():
    """§7.4.1, §7.4.2: of 10 mg two thirds are 6.67 mg; 7 and 3 are off by 2/3, 6 and 4 by 4/3."""
    assert divided("10", TWO_TO_ONE, "5", "1") == [
        "morning 7: 1 of 5 mg, 2 of 1 mg",
        "midday 3: 3 of 1 mg",
    ]
    assert divided("15", TWO_TO_ONE, "5") == ["morning 10: 2 of 5 mg", "midday 5: 1 of 5 mg"]


def test_the_shares_come_before_whole_tablets():
    """§7.4.2: 16.5 and 8.5 mg are off by 1/3 mg together; 17 and 8 mg, all whole, by 2/3."""
    assert divided("25", TWO_TO_ONE, "10", ("5", 2), "1") == [
        "morning 16.5: 1 of 10 mg, half of 5 mg, 4 of 1 mg",
        "midday 8.5: 1 and a half of 5 mg, 1 of 1 mg",
    ]


def test_a_time_may_have_nothing():
    """§7.4.4: one whole tablet is taken at the time with the larger share."""
    assert divided("5", TWO_TO_ONE, "5") == ["morning 5: 1 of 5 mg", "midday 0: none"]
    assert divided("5", {"morning": 1, "midday": 3}, "5") == [
        "morning 0: none",
        "midday 5: 1 of 5 mg",
    ]


def test_of_two_ways_as_near_the_one_with_fewer_broken_tablets_is_taken():
    """§7.4.2: 15 mg in halves of 10 mg, each 7.5: 10 and 5 break one tablet, as 5 and 10 do."""
    assert divided("15", {"morning": 1, "midday": 1}, ("10", 2)) == [
        "morning 10: 1 of 10 mg",
        "midday 5: half of 10 mg",
    ]
    # 6 and 4 break none where 5 and 5 of halves would be nearer: the share comes first
    assert divided("10", {"morning": 1, "midday": 1}, ("10", 2), "6", "4") == [
        "morning 5: half of 10 mg",
        "midday 5: half of 10 mg",
    ]


def test_then_the_one_with_fewer_pieces():
    """§7.4.2: 5 mg of 2s and 1s in equal parts: 3 and 2 are 2 and 1 pieces, 2 and 3 as many;
    9 mg of 5s, 4s and 1s: 5 and 4 are one piece each."""
    assert divided("9", {"morning": 1, "midday": 1}, "5", "4", "1") == [
        "morning 5: 1 of 5 mg",
        "midday 4: 1 of 4 mg",
    ]


def test_then_the_one_with_more_at_the_earlier_time():
    """§7.4.2: 7 mg in two equal parts is 4 and 3, and of three 3, 2 and 2."""
    assert divided("7", {"bedtime": 1, "morning": 1}, "1") == [
        "morning 4: 4 of 1 mg",
        "bedtime 3: 3 of 1 mg",
    ]
    three = {"morning": 1, "midday": 1, "evening": 1}
    assert [each.split(":")[0] for each in divided("7", three, "1")] == [
        "morning 3",
        "midday 2",
        "evening 2",
    ]


def test_times_are_in_the_order_of_the_day_and_shares_count_by_their_ratio():
    """§5.2.10."""
    assert shares_of({"evening": 1, "morning": 2}) == (("morning", 2), ("evening", 1))
    assert divided("15", {"midday": 2, "morning": 4}, "5") == divided("15", TWO_TO_ONE, "5")


def test_tablets_are_chosen_for_each_time_by_itself():
    """§7.4.3: 20 and 20 are two of 20 mg each, where 40 would be two of 20 for the whole day."""
    made = divide(F(40), stock([Strength(F(20)), Strength(F(10))]), (("morning", 3), ("midday", 1)))
    assert said(made) == ["morning 30: 1 of 20 mg, 1 of 10 mg", "midday 10: 1 of 10 mg"]
    assert [(int(t.strength_mg), int(t.count)) for t in made] == [(20, 1), (10, 2)]
    assert [(int(t.strength_mg), int(t.count)) for t in combine(F(40), HALVES)] == [(5, 8)]


STRENGTHS = [F(1), F(2), F(5, 2), F(4), F(5), F(7), F(10), F(20)]
STOCKS = st.lists(
    st.builds(Strength, st.sampled_from(STRENGTHS), st.sampled_from([1, 1, 2, 4])),
    min_size=1,
    max_size=4,
    unique_by=lambda strength: strength.mg,
).map(stock)
SHARES = st.lists(st.sampled_from(TIMES), min_size=1, max_size=3, unique=True).flatmap(
    lambda times: st.tuples(*(st.integers(1, 4) for _ in times)).map(
        lambda shares: shares_of(dict(zip(times, shares, strict=True)))
    )
)


def nearest_of_all(mg: Fraction, tablets: Stock, shares: Shares) -> list[Fraction]:
    """The way of §7.4.2, found by looking at every one."""
    grain, _ = in_grains(0, tablets)
    makeable = [n * grain for n in range(int(mg / grain) + 1) if can_make(n * grain, tablets)]
    total = sum(share for _, share in shares)

    def worth(doses: tuple[Fraction, ...]) -> tuple[Any, ...]:
        taken = [combine(each, tablets) for each in doses]
        far = sum(abs(d - mg * share / total) for d, (_, share) in zip(doses, shares, strict=True))
        broken = sum(each.count.denominator > 1 for day in taken for each in day)
        return far, broken, sum(day.pieces for day in taken), [-each for each in doses]

    firsts = product(makeable, repeat=len(shares) - 1)
    ways = ((*first, mg - sum(first, F(0))) for first in firsts)
    return list(min((way for way in ways if way[-1] in makeable), key=worth))


@settings(max_examples=60)
@given(st.integers(1, 18), STOCKS, SHARES)
def test_every_division_sums_to_the_day_is_makeable_and_the_nearest_of_all(
    wanted: int, tablets: Stock, shares: Shares
):
    """§7.4.1, §7.4.2: compared with a look at every way there is."""
    grain, _ = in_grains(0, tablets)
    mg = at_most(wanted * grain, tablets)
    made = divide(mg, tablets, shares)
    parts = parts_of(made)
    if not mg:
        assert (made, parts) == ((), ())
        return
    doses = [part.dose_mg for part in parts]
    assert sum(doses) == mg
    assert all(can_make(each, tablets) for each in doses)
    assert all(part.tablets == combine(part.dose_mg, tablets) for part in parts)
    assert sum(t.strength_mg * t.count for t in made) == mg
    assert doses == nearest_of_all(mg, tablets, shares)


def test_divided_days_are_equal_by_what_is_taken_when():
    """The same tablets at other times are another instruction."""
    one, other = (
        divide(F(15), HALVES, shares_of(s)) for s in (TWO_TO_ONE, {"morning": 1, "midday": 2})
    )
    assert tuple(one) == tuple(other)
    assert one != other
    assert combine(F(15), HALVES) != one
    assert one == divide(F(15), HALVES, (("morning", 4), ("midday", 2)))
    assert len({one, other, combine(F(15), HALVES)}) == 3


# The plan ---------------------------------------------------------------------------------------


def taking(times: Fields | None = TWO_TO_ONE, **more: Any) -> Plan:
    return plan(steroid={"times": times} if times else {}, **more)


def days(made: Plan) -> list[list[str]]:
    """What is said of each different day in turn."""
    each = [said(day.tablets) for day in made.days()]
    return [one for i, one in enumerate(each) if i == 0 or each[i - 1] != one]


def test_every_day_of_the_plan_is_divided_and_no_dose_is_another():
    """§5.2.10: 10, 9, 8, 7, 6 and 5 mg of 20, 10, 5, 2.5 and 1 mg, by hand."""
    made = taking()
    assert course(made) == course(plan())
    assert days(made) == [
        ["morning 6.5: 1 of 2.5 mg, 4 of 1 mg", "midday 3.5: 1 of 2.5 mg, 1 of 1 mg"],
        ["morning 6: 1 of 5 mg, 1 of 1 mg", "midday 3: 3 of 1 mg"],
        ["morning 5.5: 1 of 2.5 mg, 3 of 1 mg", "midday 2.5: 1 of 2.5 mg"],
        ["morning 4.5: 1 of 2.5 mg, 2 of 1 mg", "midday 2.5: 1 of 2.5 mg"],
        ["morning 4: 4 of 1 mg", "midday 2: 2 of 1 mg"],
        ["morning 3: 3 of 1 mg", "midday 2: 2 of 1 mg"],
    ]
    assert said(made.after.tablets[0]) == days(made)[-1]


def test_a_cycle_is_divided_day_by_day_and_a_day_without_a_dose_has_no_times():
    """§7.4.4."""
    made = taking(regimen=table((["6", "0"], 6), ("5", 7)), target="5", strengths=["1", "10"])
    cycle = next(step for step in made.steps if step.is_cycle)
    assert [said(day) for day in cycle.tablets] == [
        ["morning 4: 4 of 1 mg", "midday 2: 2 of 1 mg"],
        [],
    ]
    assert cycle.times == ("morning", "midday")


@pytest.mark.parametrize(
    ("times", "field", "allowed"),
    [
        ({}, "steroid.times", "one at least of morning, midday, afternoon, evening or bedtime"),
        ({"morning": "0"}, "steroid.times.morning", "a whole number from 1 to 99"),
        ({"morning": "1.5"}, "steroid.times.morning", "a whole number from 1 to 99"),
        ({"noon": "1"}, "steroid.times.noon", "morning, midday, afternoon, evening or bedtime"),
        ("morning", "steroid.times", "the keys morning, midday, afternoon, evening and bedtime"),
    ],
)
def test_times_are_those_of_a_day_with_whole_shares(times: Any, field: str, allowed: str):
    """§5.2.10."""
    problem = refusal(steroid={"times": times})
    assert problem.field == field
    assert allowed in problem.allowed


def other_tablets(day: str, times: Fields | None, *strengths: Any) -> Fields:
    listed = list(strengths) or ["20", "10", "5", "2.5", "1"]
    event = {"type": "tablets", "date": day, "strengths": listed}
    return event | ({"times": times} if times else {})


def test_the_event_tablets_may_change_the_times_and_no_day_before_it():
    """§6.13.8: the same tablets from 2026-02-10 on, in the evening too."""
    before, event = taking(), other_tablets("2026-02-10", {"morning": 1, "evening": 1})
    made = taking(events=[event])
    assert course(made) == course(before)
    day = dt.date(2026, 2, 10)
    assert [d.tablets for d in made.days() if d.date < day] == [
        d.tablets for d in before.days() if d.date < day
    ]
    since = next(d for d in made.days() if d.date == day)
    assert said(since.tablets) == ["morning 4: 4 of 1 mg", "evening 4: 4 of 1 mg"]
    kept = [Kept.of(each).steps for each in (before, made)]
    assert altered(*kept, day) is None
    assert changes.changed_from(*kept) == day


def test_without_times_the_event_leaves_the_day_divided_as_it_was():
    """§6.13.8."""
    made = taking(events=[other_tablets("2026-02-10", None, "1")])
    assert said(list(made.days())[-1].tablets) == ["morning 3: 3 of 1 mg", "midday 2: 2 of 1 mg"]


def test_a_plan_divided_by_an_event_alone_is_taken_in_the_morning_until_then():
    """§6.13.8: what was taken stays what it was, and says so."""
    before, made = taking(None), taking(None, events=[other_tablets("2026-02-10", TWO_TO_ONE)])
    assert said(next(made.days()).tablets) == ["morning 10: 1 of 10 mg"]
    kept = [Kept.of(each).steps for each in (before, made)]
    assert altered(*kept, dt.date(2026, 2, 10)) is None
    assert changes.changed_from(*kept) == dt.date(2026, 2, 10)


# Findings and quantities ------------------------------------------------------------------------


def test_a_divided_dose_satisfies_what_is_usually_divided():
    """§8.5.9: 40 mg hydrocortisone, of which 20 are taken at one time."""
    given_as = {"drug": "hydrocortisone", "strengths": [{"mg": "10", "split": 2}, "5"]}
    once = plan("40", steroid=given_as)
    twice = plan("40", steroid={**given_as, "times": {"morning": 1, "midday": 1}})
    mostly = plan("40", steroid={**given_as, "times": {"morning": 3, "midday": 1}})
    assert [severity(each, "usually-divided") for each in (once, twice, mostly)] == [
        "caution",
        "absent",
        "caution",
    ]
    assert "30 mg hydrocortisone is taken at one time" in found(mostly, "usually-divided")[0].text


def test_pieces_and_broken_tablets_are_those_of_all_times():
    """§8.5.3, §8.5.4: 10 mg as 7.5 and 2.5 mg are two broken tablets of one, and 9 mg 9 pieces."""
    made = divide(F(10), stock([Strength(F(5), 2)]), (("morning", 3), ("midday", 1)))
    assert [(t.strength_mg, t.count) for t in made] == [(5, 2)]
    assert (made.is_broken, made.pieces) == (True, 3)
    ones = taking(strengths=["1", "10"])
    assert severity(ones, "many-tablets") == "caution"
    assert "10 pieces" in found(ones, "many-tablets")[0].text


def test_quantities_are_the_sum_of_all_times_and_discarded_halves_those_of_each():
    """§7.4.5: 5 mg as 2.5 and 2.5: one tablet a day where halves are kept, else two."""
    made = taking({"morning": 1, "midday": 1}, strengths=[{"mg": "5", "split": 2}], mg="5")
    length = sum(step.days for step in made.steps)
    (kept,) = dispense(made, Terms()).whole_plan
    (thrown,) = dispense(made, Terms(discard_halves=True)).whole_plan
    assert (kept.dispensed, thrown.dispensed) == (length, 2 * length)
    assert kept.taken == thrown.taken == length


def test_what_is_at_home_lasts_by_each_time():
    """§7.4.5, §7.5.1: of discarded halves 10 tablets last 5 days."""
    made = taking({"morning": 1, "midday": 1}, strengths=[{"mg": "5", "split": 2}], mg="5")
    home, first = [Pack(F(5), 10)], made.first_day
    lasts = [
        used_first(made, Terms(discard_halves=discarded), home, first)
        for discarded in (False, True)
    ]
    assert [(each.lasts_until - first).days + 1 for each in lasts if each] == [10, 5]


# The document -----------------------------------------------------------------------------------


def test_days_and_steps_say_each_time_and_the_dose_stays_the_days_total():
    """§9.2.6, §5.2.1."""
    document = json.loads(plan_document.to_json(taking()))
    day = document["days"][0]
    assert (day["dose_mg"], list(day)[-2:]) == ("10", ["tablets", "times"])
    assert day["tablets"] == [
        {"strength_mg": "2.5", "count": "2"},
        {"strength_mg": "1", "count": "5"},
    ]
    assert day["times"] == [
        {
            "time": "morning",
            "dose_mg": "6.5",
            "tablets": [{"strength_mg": "2.5", "count": "1"}, {"strength_mg": "1", "count": "4"}],
        },
        {
            "time": "midday",
            "dose_mg": "3.5",
            "tablets": [{"strength_mg": "2.5", "count": "1"}, {"strength_mg": "1", "count": "1"}],
        },
    ]
    assert document["steps"][0]["times"] == [{"turn": 1, **each} for each in day["times"]]
    assert not any("times" in each for each in plan_document.as_dict(plan())["days"])


def test_the_times_are_part_of_the_id():
    """§9.2.6, §9.4.1: the same tablets at other times are another instruction."""
    ids = [
        plan_document.plan_id(taking(times))
        for times in (None, TWO_TO_ONE, {"morning": 2, "evening": 1})
    ]
    assert len(set(ids)) == 3


@pytest.mark.parametrize("regimen", [None, table((["6", "0"], 6), ("5", 7))])
def test_a_document_and_a_line_of_the_ledger_give_the_times_back(regimen: Fields | None):
    """§9.2.6."""
    made = taking(regimen=regimen) if regimen else taking()
    document = json.loads(plan_document.to_json(made))
    again = reading.plan_from(document, reading.beside(made))
    assert [step.tablets for step in again.steps] == [step.tablets for step in made.steps]
    assert again.after.tablets == made.after.tablets
    kept = Kept.of(made)
    line = json.loads(json.dumps([kept_line.course_of(kept), kept_line.row_of(kept)]))
    back = kept_line.kept_of(*line)
    assert changes.changed_from(back.steps, kept.steps) is None
    assert changes.changed_from(changes.days_of(document), kept.steps) is None


def test_a_division_is_computed_once_for_all_days_and_plans():
    """§7.4.2: it depends on the dose, the tablets and the shares alone."""
    taking()
    before = division.divide.cache_info().misses
    taking(participant={"participant": "IIM-002"})
    assert division.divide.cache_info().misses == before
