"""§7.2: what is handed out for each interval, and what should come back.

The usual participant (see `build`) takes, of tablets of 20, 10, 5, 2.5 and 1 mg:

    10 mg 2026-01-05 … 01-18, 9 … 02-01, 8 … 02-15, 7 … 03-01, 6 … 03-15, 5 … 2026-04-12

Infusion 2 is three months after infusion 1, on 2026-04-05.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections import Counter
from fractions import Fraction
from functools import cache
from math import ceil

import pytest
from cases import golden_plans
from spec import build
from spec.build import ANCHOR, plan, table

from taper.pharmacy.dispensing import Dispensing, Supply, dispense
from taper.pharmacy.terms import Pack, Tablet, Terms, every_of, parse_every, terms_from
from taper.pharmacy.written import as_dict
from taper.planning.plan import Instruction
from taper.record import plan_document

F = Fraction
INFUSION_2 = "2026-04-05"
BOTH_GIVEN = {"infusions": [{"number": 1, "date": ANCHOR}, {"number": 2, "date": INFUSION_2}]}
HALVES = [{"mg": "5", "split": 2}]


def handed_out(supplies: tuple[Supply, ...], what: str = "dispensed") -> str:
    """`10×14 5×70`: tablets of each strength."""
    return " ".join(f"{float(s.tablet.strength_mg):g}×{getattr(s, what)}" for s in supplies)


def spans(dispensing: Dispensing) -> list[tuple[str, str, str]]:
    return [(str(i.start), str(i.end), i.opened_by) for i in dispensing.intervals]


# Intervals -------------------------------------------------------------------------------------


def test_an_interval_lasts_from_an_infusion_to_the_day_before_the_next():
    """§7.2.4."""
    dispensing = dispense(plan(participant=BOTH_GIVEN), Terms())
    assert spans(dispensing) == [
        ("2026-01-05", "2026-04-04", "infusion 1"),
        ("2026-04-05", "2026-04-12", "infusion 2"),
    ]
    assert [interval.days for interval in dispensing.intervals] == [90, 8]
    assert not any(interval.planned for interval in dispensing.intervals)


def test_an_infusion_that_is_not_given_yet_opens_an_interval_that_is_only_planned():
    """§7.2.6."""
    first, second = dispense(plan(), Terms()).intervals
    assert (str(second.start), second.planned, first.planned) == (INFUSION_2, True, False)


def test_a_missed_infusion_opens_none():
    """§7.2.6."""
    missed = {"infusions": [{"number": 1, "date": ANCHOR}, {"number": 2, "missed": "true"}]}
    assert len(dispense(plan(participant=missed), Terms()).intervals) == 1


def test_two_infusions_on_one_day_open_one_interval():
    """§7.2.6: the second has no date yet and is due on the day on which the third was given."""
    three = [{"number": number, "months": number - 1} for number in (1, 2, 3)]
    given = [{"number": 1, "date": ANCHOR}, {"number": 3, "date": "2026-02-05"}]
    planned = plan(protocol={"infusions": three}, participant={"infusions": given})
    dispensing = dispense(planned, Terms(spare_days=3))
    assert spans(dispensing) == [
        ("2026-01-05", "2026-02-04", "infusion 1"),
        ("2026-02-05", "2026-04-12", "infusion 2 and infusion 3"),
    ]
    assert not dispensing.intervals[1].planned


def test_every_n_days_from_the_first_printed_day_the_last_interval_what_is_left():
    """§7.2.4."""
    dispensing = dispense(plan(), Terms(every_days=28))
    assert spans(dispensing) == [
        ("2026-01-05", "2026-02-01", "infusion 1"),
        ("2026-02-02", "2026-03-01", "day 29"),
        ("2026-03-02", "2026-03-29", "day 57"),
        ("2026-03-30", "2026-04-12", "day 85"),
    ]


def test_intervals_that_fit_exactly_leave_no_empty_one():
    """§7.2.4."""
    assert [i.days for i in dispense(plan(), Terms(every_days=49)).intervals] == [49, 49]
    assert [i.days for i in dispense(plan(), Terms(every_days=98)).intervals] == [98]
    assert [i.days for i in dispense(plan(), Terms(every_days=97)).intervals] == [97, 1]


def test_from_visit_to_visit_whatever_their_order_and_none_outside_the_printed_days():
    """§7.2.4."""
    days = ("2026-03-01", "2026-02-01", "2026-02-01", "2026-01-05", "2026-01-01", "2027-01-01")
    visits = tuple(map(dt.date.fromisoformat, days))
    assert [str(i.start) for i in dispense(plan(), Terms(visits=visits)).intervals] == [
        "2026-01-05",
        "2026-02-01",
        "2026-03-01",
    ]


def test_who_takes_no_steroid_is_given_nothing():
    """§5.1.6."""
    taken = plan(participant={"steroid": "none"})
    assert dispense(taken, Terms(spare_days=7)) == Dispensing(Terms(spare_days=7), (), ())


# Counts ----------------------------------------------------------------------------------------


def test_the_tablets_of_each_interval_are_those_of_its_days():
    """§7.2.4: 9 = 5 + 4×1, 8 = 5 + 3×1, 7 = 5 + 2×1, 6 = 5 + 1."""
    first, second = dispense(plan(participant=BOTH_GIVEN), Terms()).intervals
    assert handed_out(first.supplies) == "10×14 5×76 1×140"
    assert handed_out(second.supplies) == "5×8"


def test_a_sum_of_halves_is_rounded_up_once_and_the_other_half_is_kept():
    """§7.2.1."""
    halves = dispense(plan("7.5", strengths=HALVES, target="7.5"), Terms(every_days=5))
    assert [s.taken for i in halves.intervals for s in i.supplies][:2] == [F("7.5"), F("7.5")]
    assert [handed_out(i.supplies) for i in halves.intervals][:2] == ["5×8", "5×8"]
    assert halves.whole_plan[0].tablets == 63  # 42 days of 1 and a half


def test_a_discarded_half_makes_each_broken_tablet_count_whole():
    """§7.2.2."""
    kept, discarded = (
        dispense(plan("7.5", strengths=HALVES, target="7.5"), Terms(discard_halves=throw))
        for throw in (False, True)
    )
    assert (kept.whole_plan[0].tablets, discarded.whole_plan[0].tablets) == (63, 84)
    assert kept.whole_plan[0].taken == discarded.whole_plan[0].taken == 63


def test_three_quarters_of_a_tablet_are_one_broken_tablet():
    """§7.2.2."""
    quarters = plan("15", strengths=[{"mg": "20", "split": 4}], target="15")
    kept = dispense(quarters, Terms(every_days=3)).intervals[0].supplies[0]
    discarded = dispense(quarters, Terms(every_days=3, discard_halves=True)).intervals[0]
    assert (kept.taken, kept.tablets, kept.returned) == (F("2.25"), 3, F("0.75"))
    assert (discarded.supplies[0].tablets, discarded.supplies[0].returned) == (3, 0)


def test_each_drug_has_its_own_tablets():
    """§7.2.9."""
    switched = plan(
        steroid={"drug": "hydrocortisone", "dose_mg": "40", "strengths": ["20"]},
        taper={"drug": "prednisone"},
        participant={"taper_strengths": ["5", "1"]},
    )
    (supplies,) = {i.supplies for i in dispense(switched, Terms(every_days=98)).intervals}
    assert [s.tablet for s in supplies] == [
        Tablet("hydrocortisone", F(20)),
        Tablet("prednisone", F(5)),
        Tablet("prednisone", F(1)),
    ]


# Spare days ------------------------------------------------------------------------------------


def test_spare_days_are_the_next_days_of_the_calendar():
    """§7.2.7: Who comes late goes on with the printed days: from 10 mg to 9 mg, which needs 1
    mg.
    """
    first = dispense(plan(), Terms(every_days=14, spare_days=2)).intervals[0]
    assert [(s.tablet.strength_mg, s.taken, s.tablets, s.with_spare) for s in first.supplies] == [
        (10, 14, 14, 14),
        (5, 0, 0, 2),
        (1, 0, 0, 8),
    ]


def test_spare_days_after_the_last_printed_day_are_maintenance():
    """§7.2.7."""
    assert handed_out(dispense(plan(), Terms(spare_days=10)).whole_plan) == "10×14 5×94 1×140"


def test_spare_days_after_a_taper_to_nothing_need_no_tablet():
    """§7.2.7."""
    stopped = plan("2", regimen=table(("1", 7), ("0", 7)), target="0")
    assert handed_out(dispense(stopped, Terms(spare_days=10)).whole_plan) == (
        handed_out(dispense(stopped, Terms()).whole_plan)
    )


def test_spare_days_after_a_cycle_go_on_with_the_cycle():
    """§7.2.7."""
    alternate = plan("20", regimen=table((["10", "0"], 15), (["5", "0"], 7)), target="5")
    last = alternate.steps[-1]
    taken = [last.daily_mg[n % 2] for n in range(last.days, last.days + 3)]
    without, with_spare = (
        dispense(alternate, Terms(spare_days=n)).whole_plan[-1].with_spare for n in (0, 3)
    )
    assert with_spare - without == sum(1 for mg in taken if mg)


def test_after_a_withdrawal_the_spare_days_go_on_with_the_cycle():
    """§7.2.7, §6.17.6: 0, 10, 0 and 10 mg, as the calendar's last line says."""
    alternate = plan(
        "20",
        regimen=table((["10", "0"], 15), (["5", "0"], 7)),
        target="5",
        events=[build.withdraw("2026-01-22")],  # the day before was one of 10 mg
    )
    assert alternate.after.instruction is Instruction.KEEP_TAKING
    assert alternate.after.pattern_mg == (0, 10)
    ten = dispense(alternate, Terms(spare_days=4)).whole_plan[1]
    assert ten.tablet.strength_mg == 10
    assert ten.with_spare - ten.tablets == 2


def test_spare_days_after_an_open_flare_hold_the_dose():
    """§7.2.7."""
    held = plan(events=[build.flare("2026-02-20")])
    five, one = dispense(held, Terms(spare_days=7)).whole_plan[-2:]
    assert (five.with_spare - five.tablets, one.with_spare - one.tablets) == (7, 14)


# Packs and returns -----------------------------------------------------------------------------


def test_packs_are_whole_and_what_is_not_taken_should_come_back():
    """§7.2.3, §7.2.8."""
    packs = (Pack(F(5), 30), Pack(F(1), 100))
    ten, five, one = dispense(plan(), Terms(packs=packs)).whole_plan
    assert (ten.packs, ten.dispensed, ten.returned) == (None, 14, 0)
    assert (five.packs, five.dispensed, five.returned) == (3, 90, 6)
    assert (one.packs, one.dispensed, one.returned) == (2, 200, 60)


def test_a_pack_that_is_just_enough_is_enough():
    """§7.2.3."""
    five = dispense(plan(), Terms(packs=(Pack(F(5), 84),))).whole_plan[1]
    assert (five.packs, five.dispensed, five.returned) == (1, 84, 0)


def test_spare_tablets_that_nobody_needed_should_come_back_too():
    """§7.2.8."""
    five = dispense(plan(), Terms(spare_days=3, packs=(Pack(F(5), 30),))).whole_plan[1]
    assert (five.tablets, five.with_spare, five.dispensed, five.returned) == (84, 87, 90, 6)


def test_a_kept_half_comes_back_and_a_discarded_one_does_not():
    """§7.2.8."""
    nine_days = Terms(every_days=9)
    kept = dispense(plan("7.5", strengths=HALVES, target="7.5"), nine_days).intervals[0]
    thrown = dispense(
        plan("7.5", strengths=HALVES, target="7.5"), Terms(every_days=9, discard_halves=True)
    ).intervals[0]
    assert (kept.supplies[0].taken, kept.supplies[0].dispensed) == (F("13.5"), 14)
    assert kept.supplies[0].returned == F("0.5")
    assert (thrown.supplies[0].dispensed, thrown.supplies[0].returned) == (18, 0)


def test_a_pack_of_the_drug_goes_before_one_of_any_drug():
    """§7.2.3."""
    packs = (Pack(F(5), 30), Pack(F(5), 56, "prednisone"), Pack(F(5), 100, "cortisone"))
    assert dispense(plan(), Terms(packs=packs)).whole_plan[1].pack_tablets == 56


def test_the_totals_are_the_sums_of_the_intervals():
    dispensing = dispense(plan(), Terms(every_days=28, packs=(Pack(F(1), 50),)))
    assert [(t.tablet.strength_mg, t.taken, t.dispensed, t.packs) for t in dispensing.totals] == [
        (10, 14, 14, None),
        (5, 84, 84, None),
        (1, 140, 250, 5),  # 56, 70 and 14 of them: two packs of 50, two and one
    ]


def test_what_should_come_back_in_all_is_the_sum_of_the_intervals():
    """§7.2.8: of 56, 70 and 14 tablets in packs of 50; in one hand-out 140 would leave only 10."""
    dispensing = dispense(plan(), Terms(every_days=28, packs=(Pack(F(1), 50),)))
    (_, _, of_1_mg) = dispensing.totals
    by_interval = [s.returned for i in dispensing.intervals for s in i.supplies if s.packs]
    assert by_interval == [44, 30, 36]
    assert of_1_mg.returned == 110
    assert as_dict(dispensing)["in_all"][2]["returns_expected"] == "110"


# Any plan --------------------------------------------------------------------------------------


PLANS = golden_plans()


@cache
def printed_days(name: str) -> list[dict]:
    return json.loads(plan_document.to_json(PLANS[name]))["days"]


TERMS = {
    "infusions": Terms(),
    "28 days": Terms(every_days=28),
    "halves discarded, spare days, packs": Terms(
        every_days=30, spare_days=5, discard_halves=True, packs=(Pack(F(5), 30), Pack(F(1), 28))
    ),
}


IN_TABLETS = [name for name, plan in PLANS.items() if not any(s.in_ml for s in plan.steps)]
"""Those whose days are counted in tablets; a solution is recounted where its mL are."""


@pytest.mark.parametrize("terms", TERMS.values(), ids=TERMS)
@pytest.mark.parametrize("name", IN_TABLETS)
def test_counted_again_day_by_day(name: str, terms: Terms):
    """§7.2.4, §7.2.5: Nothing here but the printed days, one after another, as the plan's JSON
    lists them.
    """
    printed, covered = printed_days(name), []
    for interval in dispense(PLANS[name], terms).intervals:
        days = [d for d in printed if str(interval.start) <= d["date"] <= str(interval.end)]
        covered += days
        counts = [
            ((day["drug"], F(tablet["strength_mg"])), F(tablet["count"]))
            for day in days
            for tablet in day["tablets"]
        ]
        for supply in interval.supplies:
            key = (supply.tablet.drug, supply.tablet.strength_mg)
            its = [count for tablet, count in counts if tablet == key]
            used = sum(map(ceil, its)) if terms.discard_halves else sum(its, F(0))
            assert supply.taken == sum(its, F(0))
            assert supply.tablets == ceil(used)
            assert supply.tablets <= supply.with_spare <= supply.dispensed
            assert supply.returned == supply.dispensed - used
            if supply.pack_tablets is not None and supply.packs is not None:
                assert supply.dispensed == supply.packs * supply.pack_tablets
                assert supply.dispensed - supply.with_spare < supply.pack_tablets
        supplied = {(s.tablet.drug, s.tablet.strength_mg) for s in interval.supplies}
        assert supplied >= {tablet for tablet, _ in counts}
    assert covered == printed


@pytest.mark.parametrize("name", PLANS)
def test_without_further_terms_the_whole_plan_is_what_the_plan_says(name: str):
    """§7.2.5."""
    plan = PLANS[name]
    whole = dispense(plan, Terms()).whole_plan
    assert [(s.tablet.drug, s.tablet.strength_mg, s.dispensed) for s in whole] == [
        (q.drug, q.strength_mg, q.tablets) for q in plan.quantities
    ]


@pytest.mark.parametrize("name", PLANS)
def test_what_is_dispensed_in_all_covers_what_is_taken(name: str):
    """§7.2.5."""
    dispensing = dispense(PLANS[name], Terms(every_days=7, discard_halves=True))
    whole = {s.tablet: s for s in dispensing.whole_plan}
    assert {total.tablet for total in dispensing.totals} == set(whole)
    for total in dispensing.totals:
        assert total.dispensed == whole[total.tablet].tablets  # discarded: no rounding at all
        assert total.taken == whole[total.tablet].taken


# JSON ------------------------------------------------------------------------------------------


def test_the_dispensing_as_json():
    document = as_dict(dispense(plan(), Terms(every_days=49, packs=(Pack(F(5), 30),))))
    json.dumps(document)
    assert document["every"] == "days:49"
    assert document["packs"] == [{"drug": None, "strength_mg": "5", "tablets": 30}]
    assert document["intervals"][1] == {
        "number": 2,
        "start": "2026-02-23",
        "end": "2026-04-12",
        "days": 49,
        "opened_by": "day 50",
        "planned": False,
        "supplies": [
            {
                "drug": "prednisone",
                "strength_mg": "5",
                "taken": "49",
                "tablets": 49,
                "with_spare": 49,
                "packs": 2,
                "pack_tablets": 30,
                "dispensed": 60,
                "returns_expected": "11",
            },
            {
                "drug": "prednisone",
                "strength_mg": "1",
                "taken": "28",
                "tablets": 28,
                "with_spare": 28,
                "packs": None,
                "pack_tablets": None,
                "dispensed": 28,
                "returns_expected": "0",
            },
        ],
    }
    assert Counter(s["strength_mg"] for s in document["whole_plan"]) == {"10": 1, "5": 1, "1": 1}
    assert document["in_all"][1]["dispensed"] == 120


@pytest.mark.parametrize(
    ("terms", "every"),
    [
        (Terms(), "infusions"),
        (Terms(visits=(dt.date(2026, 2, 1), dt.date(2026, 3, 1))), "visits:2026-02-01,2026-03-01"),
    ],
)
def test_the_terms_as_json(terms, every):
    assert as_dict(dispense(plan(), terms))["every"] == every


def test_how_often_is_read_in_any_case():
    """§5.1.12."""
    assert parse_every("Visits") == Terms(at_visits=True)
    assert parse_every("DAYS:28") == Terms(every_days=28)


@pytest.mark.parametrize("every", ["infusions", "days:28", "visits:2026-02-01,2026-03-01"])
def test_how_often_is_written_as_it_is_read(every: str):
    """One grammar: of the command line, of a plan's JSON, and of a paper read again."""
    terms = Terms(spare_days=3, packs=(Pack(F(5), 30, "cortisone"),), discard_halves=True)
    asked = dataclasses.replace(terms, every_days=parse_every(every).every_days)
    asked = dataclasses.replace(asked, visits=parse_every(every).visits)
    assert every_of(asked) == every
    assert terms_from(as_dict(dispense(plan(), asked))) == asked


@pytest.mark.parametrize("every", ["days:0", "days:028", "monthly", "infusions:2", "visits:", ""])
def test_a_document_that_says_otherwise_how_often_is_no_document(every: str):
    written = {**as_dict(dispense(plan(), Terms())), "every": every}
    with pytest.raises(ValueError, match="days:28"):
        terms_from(written)
