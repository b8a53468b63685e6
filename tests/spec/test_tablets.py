"""§7: tablets and quantities, held against an enumerator that tries every way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from math import floor
from typing import Any

import pytest
from cases import Fields
from spec.build import QUARTERS, plan, refusal, table

from taper.doses import dose
from taper.doses.quantities import quantity
from taper.doses.tablets import (
    Stock,
    Strength,
    above,
    at_least,
    at_most,
    can_make,
    combine,
    nearest,
    stock,
)
from taper.pharmacy.dispensing import Supply, dispense
from taper.pharmacy.terms import Pack, Terms
from taper.planning.plan import Plan

F = Fraction
MOST = F(40)
Way = tuple[Fraction, ...]
"""How many tablets of each strength, in the order of the stock."""


def stock_of(*written: str) -> Stock:
    """Strengths as `20`, halves as `20/2`, quarters as `20/4`."""
    pairs = (text.partition("/") for text in written)
    return stock(Strength(F(mg), int(split or 1)) for mg, _, split in pairs)


def tablets(mg: str, *written: str) -> str:
    """The combination as `1×5 + 3×1`."""
    chosen = combine(F(mg), stock_of(*written))
    return " + ".join(f"{dose.text(c.count)}×{dose.text(c.strength_mg)}" for c in chosen)


# Every way, one after another --------------------------------------------------------------------


def every_way(strengths: tuple[Strength, ...], left: Fraction) -> Iterator[Way]:
    if not strengths:
        yield ()
        return
    first, *rest = strengths
    parts = 0
    while parts * first.mg / first.split <= left:
        for way in every_way(tuple(rest), left - parts * first.mg / first.split):
            yield (F(parts, first.split), *way)
        parts += 1


def rank(way: Way) -> tuple[int, int, int, list[Fraction]]:
    """§7.1.2 to §7.1.5: fewest strengths with a broken tablet, fewest pieces (a broken part, three
    quarters too, is one piece), fewest different strengths, more of the larger strength.
    """
    broken = sum(1 for count in way if count.denominator > 1)
    pieces = sum(floor(count) for count in way) + broken
    kinds = sum(1 for count in way if count)
    return broken, pieces, kinds, [-count for count in way]


@cache
def best_ways(strengths: Stock) -> dict[Fraction, Way]:
    """The best way of every dose up to 40 mg that can be made at all."""
    best: dict[Fraction, Way] = {}
    for way in every_way(strengths, MOST):
        made = sum((n * tablet.mg for n, tablet in zip(way, strengths, strict=True)), F(0))
        if made not in best or rank(way) < rank(best[made]):
            best[made] = way
    return best


STOCKS = [
    ("20", "10", "5", "2.5", "1"),
    ("50", "20", "5", "1"),
    ("25", "20", "5"),
    ("5", "2.5", "1"),
    ("6", "4", "1"),
    ("12", "8", "6", "2"),
    ("25", "20", "15", "5"),
    ("20",),
    ("7", "5"),
    ("9", "6"),
    ("20/4", "1"),
    ("20/4", "5/2", "1"),
    ("20/4", "5/2", "2.5/2"),
    ("10/2", "5/2", "1/2"),
    ("32/2", "16/2", "8/2", "4/2", "2/2"),
    ("6/2", "4/4", "0.75"),
    ("4/4", "3/4"),
    ("5/4", "2/2", "1.5"),
    ("0.6/2", "0.5"),
]
GRID = [F(n, 20) for n in range(int(MOST * 20) + 1)]
"""Every twentieth of a milligram: finer than any of these stocks can make."""

by_stock = pytest.mark.parametrize("written", STOCKS, ids="+".join)


@by_stock
def test_of_all_exact_ways_the_best_is_chosen(written: tuple[str, ...]):
    """§7.1.1, §7.1.2, §7.1.3, §7.1.4, §7.1.5: of all exact ways choose, in order, …: every makeable
    dose up to 40 mg.
    """
    strengths = stock_of(*written)
    for mg, way in best_ways(strengths).items():
        chosen = {count.strength_mg: count.count for count in combine(mg, strengths)}
        assert chosen == {t.mg: n for t, n in zip(strengths, way, strict=True) if n}, mg


@by_stock
def test_what_can_be_made_is_known_exactly(written: tuple[str, ...]):
    """§7.1.1: each day's dose is made exactly; what no way makes is not makeable."""
    strengths = stock_of(*written)
    assert [mg for mg in GRID if can_make(mg, strengths)] == [
        mg for mg in GRID if mg in best_ways(strengths)
    ]


@by_stock
def test_a_dose_that_cannot_be_made_has_no_tablets(written: tuple[str, ...]):
    """§7.1.1: exactly, or not at all."""
    strengths = stock_of(*written)
    impossible = [mg for mg in GRID if mg not in best_ways(strengths)]
    for mg in impossible[::7]:
        with pytest.raises(ValueError, match="can make"):
            combine(mg, strengths)


@by_stock
def test_the_next_makeable_doses_are_the_next_ones(written: tuple[str, ...]):
    """§6.4.3, §6.4.4, §6.4.7: nearest, tie up; the next not below; the largest not above."""
    strengths = stock_of(*written)
    made = sorted(best_ways(strengths))
    for mg in (mg for mg in GRID if mg < made[-1]):
        higher = next(m for m in made if m >= mg)
        lower = next(m for m in reversed(made) if m <= mg)
        assert at_most(mg, strengths) == lower
        assert at_least(mg, strengths) == higher
        assert above(mg, strengths) == next(m for m in made if m > mg)
        assert nearest(mg, strengths) == (higher if higher - mg <= mg - lower else lower)


# The order of the choice, by hand ----------------------------------------------------------------


def test_8_mg_is_one_5_and_three_1s():
    """§7.1.6: 8 mg of 5/2.5/1 is 1×5 + 3×1."""
    assert tablets("8", "5", "2.5", "1") == "1×5 + 3×1"


@pytest.mark.parametrize(
    ("mg", "written", "best"),
    [
        ("40", ("25", "20"), "2×20"),
        ("8", ("6", "4", "1"), "2×4"),
        ("12", ("10", "6", "1"), "2×6"),
        ("30", ("25", "15", "1"), "2×15"),
        ("6", ("5", "2"), "3×2"),
        ("18", ("9", "6", "5"), "2×9"),
        ("24", ("10", "8", "1"), "3×8"),
    ],
)
def test_greedy_is_wrong(mg: str, written: tuple[str, ...], best: str):
    """§7.1.6: greedy is wrong: 40 mg of 25/20 is 2×20."""
    assert tablets(mg, *written) == best


def test_first_the_fewest_strengths_with_a_broken_tablet():
    """§7.1.2: fifteen whole tablets rather than three quarters of one."""
    assert tablets("15", "20/4", "1") == "15×1"


def test_one_broken_strength_is_better_than_two_however_many_the_pieces():
    """§7.1.2: 5.5 mg is ½×10 + ½×1 in two pieces, or six pieces of 1 mg with one broken."""
    assert tablets("5.5", "10/2", "1/2") == "5.5×1"


def test_then_the_fewest_pieces():
    """§7.1.3: one tablet of 20 mg, not two of 10."""
    assert tablets("20", "20", "10", "5") == "1×20"


def test_three_quarters_are_one_piece():
    """§7.1.3: 15 mg is ¾×20, one piece; 1½×10 is two; ½×20 + ½×10 would break two strengths."""
    assert tablets("15", "20/4", "10/2") == "0.75×20"
    assert tablets("35", "20/4") == "1.75×20"


def test_then_the_fewest_different_strengths():
    """§7.1.4: 40 mg of 25/20/15 is two pieces either way: 2×20 is one strength, 25 + 15 are two."""
    assert tablets("40", "25", "20", "15") == "2×20"
    assert tablets("3.5", "5/2", "2/4", "1") == "1.75×2"  # or ½×5 + 1×1


def test_then_more_of_the_larger_strength():
    """§7.1.5: 14 mg is 12 + 2 or 8 + 6, each two pieces of two strengths."""
    assert tablets("14", "12", "8", "6", "2") == "1×12 + 1×2"


def test_a_broken_strength_that_is_taken_whole_too_is_one_strength():
    """§7.1.4: 7.5 mg of halved 5s is one and a half: two pieces of one strength."""
    assert tablets("7.5", "5/2", "1") == "1.5×5"


def test_no_dose_takes_no_tablet():
    """§6.5.4: those days say "no tablets"."""
    assert combine(F(0), stock_of("5", "1")) == ()


# A plan's days -----------------------------------------------------------------------------------


@pytest.mark.parametrize("strengths", [QUARTERS, ["5"], ["20", "2.5"], [{"mg": "5", "split": 2}]])
def test_each_days_dose_is_made_exactly(strengths: list[object]):
    """§7.1.1: each day's dose is made exactly, whatever the tablets."""
    for day in plan("20", strengths=strengths).days():
        assert sum((t.count * t.strength_mg for t in day.tablets), F(0)) == day.dose_mg


# Quantities --------------------------------------------------------------------------------------


def dispensed(plan: Plan) -> dict[str, int]:
    return {dose.text(q.strength_mg): q.tablets for q in plan.quantities}


def test_counts_are_summed_and_rounded_up_once():
    """§7.2.1: sum of counts, rounded up to whole tablets once (the other half is kept)."""
    assert quantity([F(1, 2)] * 7) == 4
    assert quantity([F(1, 2)] * 8) == 4
    assert quantity([F(1, 4), F(3, 4), F(1, 4)]) == 2
    assert quantity([]) == 0


def test_a_half_left_from_one_step_is_taken_in_the_next():
    """§7.2.1, §7.2.5: once for the whole plan. 14 days of 2×5, 7 of 1½ and 7 of ½ are 28 + 10.5 +
    3.5.
    """
    halves = [{"mg": "5", "split": 2}]
    rule = {"maintenance_days": 7}
    taken = plan(regimen=table(("7.5", 7), ("2.5", 7)), strengths=halves, taper=rule)
    assert dispensed(taken) == {"5": 42}


def test_an_odd_number_of_halves_is_rounded_up():
    """§7.2.1: 28 + 7 of ½ are 31.5, 32 tablets to dispense."""
    halves = [{"mg": "5", "split": 2}]
    taken = plan(regimen=table(("2.5", 7)), strengths=halves, taper={"maintenance_days": 7})
    assert dispensed(taken) == {"5": 32}


def test_the_quantities_are_those_of_every_printed_day():
    """§9.2.5: every printed day, unused strengths left out.

    10×14 9×14 8×14 7×14 6×14 5×28: 14 of 10 mg; a 5 on 56 + 28 days; 4 + 3 + 2 + 1 on 14 days.
    """
    assert dispensed(plan()) == {"10": 14, "5": 84, "1": 140}


def test_a_cycle_is_dispensed_day_by_day():
    """§7.2.1: 5 mg every other day of 7 days, begun with 5, are 4 tablets; 28 for 14 days of 10."""
    taken = plan(target="0", regimen=table((["5", "0"], 7), ("0", 1)), strengths=["5"])
    assert dispensed(taken) == {"5": 32}


def test_tablets_of_two_drugs_are_counted_apart():
    """§7.2.9, §9.2.5: per drug."""
    taken = plan(
        "8",
        steroid={"drug": "methylprednisolone", "strengths": ["4"]},
        participant={"taper_strengths": ["5", "1"]},
        taper={"drug": "prednisone"},
    )
    assert [(q.drug, dose.text(q.strength_mg), q.tablets) for q in taken.quantities] == [
        ("methylprednisolone", "4", 28),
        ("prednisone", "5", 84),
        ("prednisone", "1", 140),
    ]


# Handing out -------------------------------------------------------------------------------------

HALVES: Fields = {
    "strengths": [{"mg": "5", "split": 2}],
    "regimen": table(("7.5", 7), ("2.5", 7)),
    "taper": {"maintenance_days": 7},
}
"""14 days of 2 tablets, 7 of 1½, 7 of ½: 28, 10½ and 3½."""


def handed_out(supplies: Iterable[Supply]) -> dict[str, int]:
    return {dose.text(supply.tablet.strength_mg): supply.dispensed for supply in supplies}


def intervals(plan: Plan, **terms: Any) -> list[tuple[str, str, dict[str, int]]]:
    made = dispense(plan, Terms(**terms)).intervals
    return [(str(each.start), str(each.end), handed_out(each.supplies)) for each in made]


def whole_plan(plan: Plan, **terms: Any) -> dict[str, int]:
    return handed_out(dispense(plan, Terms(**terms)).whole_plan)


def test_a_broken_tablet_is_counted_whole_where_halves_are_discarded():
    """§7.2.2: or each broken tablet counted whole with `discard_halves`: 28, 14 and 7."""
    assert whole_plan(plan(**HALVES)) == {"5": 42}
    assert whole_plan(plan(**HALVES), discard_halves=True) == {"5": 49}


@pytest.mark.parametrize(("size", "handed"), [(30, 60), (21, 42), (42, 42), (100, 100)])
def test_then_packs_if_a_pack_size_is_given(size: int, handed: int):
    """§7.2.3: then packs: 42 tablets are two packs of 30, or two of 21."""
    assert whole_plan(plan(**HALVES), packs=(Pack(F(5), size),)) == {"5": handed}


def test_tablets_are_counted_from_one_infusion_to_the_next():
    """§7.2.4: per dispensing interval, infusion to the next: infusion 2 is planned for 5 April.

    From then 8 days of 5 mg are left, of 14 days at 10, 9, 8, 7 and 6 mg and 28 at 5.
    """
    assert intervals(plan()) == [
        ("2026-01-05", "2026-04-04", {"10": 14, "5": 76, "1": 140}),
        ("2026-04-05", "2026-04-12", {"5": 8}),
    ]


def test_tablets_are_counted_from_one_visit_to_the_next():
    """§7.2.4: or visit to the next: 14 days of 10 and of 9 mg, 14 of 8, and the rest."""
    visits = (date(2026, 2, 2), date(2026, 2, 16))
    assert intervals(plan(), visits=visits) == [
        ("2026-01-05", "2026-02-01", {"10": 14, "5": 14, "1": 56}),
        ("2026-02-02", "2026-02-15", {"5": 14, "1": 42}),
        ("2026-02-16", "2026-04-12", {"5": 56, "1": 42}),
    ]


def test_each_hand_out_is_rounded_up_once():
    """§7.2.4, §7.2.1: 3, 3 and 1 days of half a tablet are 2, 2 and 1; all 7 days are 4."""
    halves = [{"mg": "5", "split": 2}]
    week = plan(regimen=table(("2.5", 7)), strengths=halves, taper={"maintenance_days": 7})
    by_visit = intervals(week, visits=(date(2026, 1, 19), date(2026, 1, 22), date(2026, 1, 25)))
    assert [handed for _, _, handed in by_visit] == [{"5": 28}, {"5": 2}, {"5": 2}, {"5": 1}]
    assert whole_plan(week) == {"5": 32}


def test_spare_days_are_added_once_for_each_hand_out():
    """§7.2.7: plus `spare_days`: 3 days of the 8 mg that follow, at the end 3 of maintenance.

    What a spare day takes is not said; it is used when the next visit is late, and then the
    calendar goes on: so it takes what the calendar has on that day.
    """
    visit = (date(2026, 2, 2),)
    assert intervals(plan(), visits=visit, spare_days=3) == [
        ("2026-01-05", "2026-02-01", {"10": 14, "5": 17, "1": 65}),
        ("2026-02-02", "2026-04-12", {"5": 73, "1": 84}),
    ]
    assert whole_plan(plan(), spare_days=3) == {"10": 14, "5": 87, "1": 140}


def test_the_dose_is_the_total_of_a_day():
    """§5.2.1: 25 mg a day are 25 mg of tablets on each day of the run-in, and no more."""
    first = next(plan("25").days())
    assert first.dose_mg == 25
    assert sum(count.strength_mg * count.count for count in first.tablets) == 25


@pytest.mark.parametrize(("strengths", "is_read"), [(range(1, 11), True), (range(1, 12), False)])
def test_a_participant_has_ten_strengths_at_most(strengths: range, is_read: bool):
    """§5.2.2: more is a slip of commas, and every dose would be weighed over all of them."""
    changes = {"strengths": [str(mg) for mg in strengths]}
    if is_read:
        assert plan(**changes).steps
    else:
        assert refusal(**changes).field == "steroid.strengths"
