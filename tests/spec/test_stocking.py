"""Which strengths to stock: exact over every choice, against a plain enumeration."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations, product
from math import ceil

import pytest
from spec.build import plan, table

from taper.doses.tablets import Strength, combine, stock
from taper.pharmacy.stocking import best, choices, courses, takers

F = Fraction


def candidates(*written: str):
    """Strengths as they are typed: `5:2` for halves."""
    pairs = (text.partition(":") for text in written)
    return stock(Strength(F(mg), int(split or 1)) for mg, _, split in pairs)


def course(**days: int) -> dict[Fraction, int]:
    """`d40=14` is 40 mg on 14 days."""
    return {F(mg.removeprefix("d").replace("_", ".")): n for mg, n in days.items()}


def shown(choice) -> tuple[str, ...]:
    return tuple(f"{float(strength.mg):g}" for strength in choice.strengths)


# Not greedy ------------------------------------------------------------------------------------


def test_the_choice_that_suits_the_highest_dose_best_may_not_be_the_best():
    """40 mg is 2 × 20 as well as 25 + 3 × 5, and 30 is 25 + 5 but also 20 + 10."""
    made = choices([course(d40=10, d30=10, d20=10)], candidates("25", "20", "10", "5"))
    assert shown(best(made, 2)) == ("20", "10")
    assert best(made, 2).tablets == 10 * 2 + 10 * 2 + 10 * 1


def test_a_single_day_counts_as_much_as_a_fortnight():
    """25 mg on 14 days; the single day of 24 mg decides what must stand beside it."""
    made = choices([course(d25=14, d24=1)], candidates("25", "12", "1"))
    assert shown(best(made, 1)) == ("1",)
    assert shown(best(made, 2)) == ("25", "12")
    assert best(made, 2).tablets == 14 + 2


def test_no_choice_is_feasible_where_a_dose_cannot_be_made():
    made = choices([course(d7=3, d5=4)], candidates("5", "2"))
    assert [(shown(c), c.is_feasible, c.unmakeable) for c in made] == [
        (("5", "2"), True, ()),
        (("5",), False, (7,)),
        (("2",), False, (7, 5)),
    ]
    assert best(made, 1) is None


def test_what_cannot_be_made_is_named_with_its_days():
    failing = choices([course(d7_5=3, d5=4)], candidates("5"))[0]
    assert (failing.unmakeable, failing.days_unmade) == ((F("7.5"),), 3)
    assert (failing.tablets, failing.quantities, failing.most_pieces) == (None, None, None)


def test_a_strength_that_is_never_used_makes_no_choice_of_more():
    made = choices([course(d20=5)], candidates("20", "5"))
    assert shown(best(made, 1)) == ("20",)
    assert best(made, 2) is None
    assert [c.uses_all for c in made if len(c.strengths) == 2] == [False]


def test_halves_are_kept_within_one_course_and_not_passed_on():
    """§7.2.1."""
    one_day = course(d7_5=1)
    together = choices([course(d7_5=2)], candidates("5:2"))[0]
    apart = choices([one_day, one_day], candidates("5:2"))[0]
    assert (together.tablets, apart.tablets) == (3, 4)
    assert apart.broken_days == 2


def test_a_broken_part_is_one_piece():
    """§7.1.3."""
    made = choices([course(d15=1)], candidates("20:4"))[0]
    assert (made.most_pieces, made.tablets) == (1, 1)
    assert combine(F(35), candidates("20:4")).pieces == 2


def test_the_fewest_pieces_on_the_worst_day_decide_between_equals():
    made = choices([course(d12=1, d4=1)], candidates("8", "6", "4", "2"))
    equal = [c for c in made if c.is_feasible and c.tablets == 3 and len(c.strengths) == 2]
    assert [c.most_pieces for c in equal] == sorted(c.most_pieces for c in equal)


# The courses of a plan -------------------------------------------------------------------------


def test_the_course_is_the_printed_days_dose_by_dose():
    assert courses(plan()) == {
        "prednisone": {F(10): 14, F(9): 14, F(8): 14, F(7): 14, F(6): 14, F(5): 28}
    }


def test_days_without_a_tablet_need_no_stock():
    alternate = plan("20", regimen=table((["10", "0"], 14), (["5", "0"], 7)), target="5")
    assert 0 not in courses(alternate)["prednisone"]
    assert courses(alternate)["prednisone"][F(10)] == 7


def test_each_drug_of_a_plan_is_a_course_of_its_own():
    switched = plan(
        steroid={"drug": "hydrocortisone", "dose_mg": "40", "strengths": ["20"]},
        taper={"drug": "prednisone"},
        participant={"taper_strengths": ["5", "1"]},
    )
    assert courses(switched)["hydrocortisone"] == {F(40): 14}
    assert F(9) in courses(switched)["prednisone"]


def test_who_takes_no_steroid_has_no_course():
    assert takers([(plan(participant={"steroid": "none"}), "US")]) == {}


# Against a plain enumeration -------------------------------------------------------------------


def fewest(mg: int, sizes: tuple[int, ...]) -> int | None:
    """The fewest whole tablets that make a dose, by trying every count of each."""
    ranges = (range(mg // size + 1) for size in sizes)
    made = (
        sum(counts)
        for counts in product(*ranges)
        if sum(n * size for n, size in zip(counts, sizes, strict=True)) == mg
    )
    return min(made, default=None)


def plainly(doses: Mapping[int, int], sizes: tuple[int, ...]) -> int | None:
    """The fewest tablets of a course, None where one of its doses cannot be made."""
    each = {mg: fewest(mg, sizes) for mg in doses}
    if None in each.values():
        return None
    return sum(each[mg] * days for mg, days in doses.items())


@pytest.mark.parametrize("seed", range(25))
def test_the_best_choice_is_the_one_that_trying_everything_finds(seed: int):
    chance = random.Random(seed)
    sizes = tuple(sorted(chance.sample(range(1, 13), 5), reverse=True))
    doses = {chance.randint(1, 30): chance.randint(1, 28) for _ in range(5)}
    made = choices([{F(mg): n for mg, n in doses.items()}], candidates(*map(str, sizes)))
    assert len(made) == 5 + 10 + 10
    for choice in made:
        own = tuple(int(strength.mg) for strength in choice.strengths)
        assert choice.tablets == plainly(doses, own)
    for number in (1, 2, 3):
        tried = [plainly(doses, some) for some in combinations(sizes, number)]
        found = [c.tablets for c in made if c.is_feasible and len(c.strengths) == number]
        assert min(found, default=None) == min((n for n in tried if n is not None), default=None)


@pytest.mark.parametrize("seed", range(10))
def test_with_halves_quantities_are_those_of_the_plan_that_would_be_made(seed: int):
    chance = random.Random(seed)
    stocked = candidates("10:2", "4:2", "1:2")
    several = [
        {F(chance.randint(1, 60), 2): chance.randint(1, 9) for _ in range(4)} for _ in range(3)
    ]
    made = next(c for c in choices(several, stocked) if c.strengths == stocked)
    expected: Counter[Fraction] = Counter()
    for one in several:
        sums: Counter[Fraction] = Counter()
        for mg, days in one.items():
            for taken in combine(mg, stocked):
                sums[taken.strength_mg] += taken.count * days
        expected.update({mg: ceil(total) for mg, total in sums.items()})
    assert {mg: n for mg, n in made.quantities.items() if n} == dict(expected)
