"""§5.2.9, §7.3: an oral solution in place of tablets.

Unless a test says otherwise it has 3 mg in each mL and is measured to 0.5 mL, 1.5 mg; 12 mg
prednisolone are taken, 4 mL, and go down by 3 mg every 7 days to 6 mg.
"""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from typing import Any

import pytest
from cases import Fields
from spec import build

import taper
from taper.doses import tablets
from taper.doses.solutions import (
    Solution,
    strength_from,
    strength_text,
    typed,
    typed_parts,
    volume_mg,
)
from taper.doses.tablets import Count, stock
from taper.errors import Refusal
from taper.exports.parquet import rows
from taper.folder.tablets_to_order import TabletsToOrder
from taper.pharmacy import at_home
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.stocking import courses
from taper.pharmacy.terms import Pack, Tablet, Terms, as_dict, parse_packs, terms_from
from taper.planning.plan import Plan
from taper.record import plan_document, reading
from taper.record.differing import said_otherwise
from taper.record.document_model import DOCUMENT
from taper.record.kept import Kept, KeptQuantity
from taper.record.kept_line import course_of, kept_of, row_of
from taper.record.on_a_day import tablets_from
from taper.sources.tables.keys import keyed

F = Fraction
SOLUTION: Fields = {"mg_per_ml": "3", "smallest_ml": "0.5"}
FIVE: Fields = {"mg_per_ml": "5", "smallest_ml": "0.2"}
DOWN = build.bands(("0", "3", 7))


def steroid(*strengths: Any, mg: str = "12", **more: Any) -> Fields:
    return {"drug": "prednisolone", "dose_mg": mg, "strengths": list(strengths), **more}


def plan_with(*strengths: Any, mg: str = "12", target: str = "6", **more: Any) -> Plan:
    given = steroid(*(strengths or (SOLUTION,)), mg=mg)
    return build.plan(regimen=DOWN, target=target, steroid=given, **more)


def other_tablets(date: str, *strengths: Any) -> Fields:
    return {"type": "tablets", "date": date, "strengths": list(strengths)}


def found(plan: Plan, code: str) -> list[str]:
    return [each.text for each in plan.findings if each.code == code]


def volumes(plan: Plan) -> str:
    """`4×14 3×7`: mL of each step, and its days."""
    each = ((day.count, step.days) for step in plan.steps for day in step.tablets[0])
    return " ".join(f"{float(ml):g}×{days}" for ml, days in each)


# What can be measured --------------------------------------------------------------------------


def test_makeable_is_what_the_smallest_volume_measures():
    """§5.2.9."""
    solution = stock([Solution(F(3), F(1, 2))])
    assert [mg for mg in map(F, range(10)) if tablets.can_make(mg, solution)] == [0, 3, 6, 9]
    assert tablets.combine(F(15), solution) == (Count(F(3), F(5), in_ml=True),)
    assert tablets.combine(F(0), solution) == ()
    assert tablets.nearest(F(20), solution) == F("19.5")
    assert (tablets.below(F(20), solution), tablets.above(F("19.5"), solution)) == (F("19.5"), 21)
    assert volumes(plan_with()) == "4×14 3×7 2×28"


def test_a_tenth_of_a_millilitre_stays_exact():
    """§5.2.9: nothing of 0.1 mL is lost, as it would be of a float."""
    suspension = stock([Solution(F("22.75"), F(1, 10))])
    (taken,) = tablets.combine(F("6.825"), suspension)
    assert (taken.count, taken.mg) == (F(3, 10), F("6.825"))
    assert not tablets.combine(F("6.825"), suspension).is_broken
    assert tablets.combine(F("6.825"), suspension).pieces == 0


@pytest.mark.parametrize(
    ("strengths", "field", "allowed"),
    [
        (["5", SOLUTION], "strengths", "tablets, or one solution by itself"),
        ([SOLUTION, FIVE], "strengths", "tablets, or one solution by itself"),
        ([{"mg_per_ml": "3"}], "strengths[1].smallest_ml", "the smallest volume that is measured"),
        ([{"smallest_ml": "1"}], "strengths[1].mg_per_ml", "15 mg in 5 mL is 3"),
        ([{**SOLUTION, "mg_per_ml": "100.5"}], "strengths[1].mg_per_ml", "up to 100"),
        ([{**SOLUTION, "mg_per_ml": "0"}], "strengths[1].mg_per_ml", "above 0"),
        ([{**SOLUTION, "smallest_ml": "0.005"}], "strengths[1].smallest_ml", "from 0.01 to 10 mL"),
        ([{**SOLUTION, "smallest_ml": "11"}], "strengths[1].smallest_ml", "from 0.01 to 10 mL"),
        ([{**SOLUTION, "smallest_ml": "0,5"}], "strengths[1].smallest_ml", "such as 0.5"),
        ([{**SOLUTION, "mg": "5"}], "strengths[1].mg", "mg_per_ml or smallest_ml"),
        ([{"mg_per_ml": "3", "smalest_ml": "1"}], "strengths[1].smalest_ml", "did you mean"),
        (
            [{"mg_per_ml": "22.755", "smallest_ml": "0.15"}],
            "strengths[1].smallest_ml",
            "at most 4 decimals",
        ),
    ],
)
def test_what_is_no_solution_is_refused_in_a_sentence(strengths: Any, field: str, allowed: str):
    """§5.2.9."""
    given = {**build.PARTICIPANT, "steroid": steroid(*strengths), "protocol": "iimpact"}
    with pytest.raises(Refusal) as refused:
        taper.plan("iimpact", given, today="2026-05-01")
    named = {str(each.field): each for each in refused.value.problems}
    assert allowed in str(named[f"steroid.{field}"])


@pytest.mark.parametrize(
    ("mg", "said"),
    [
        ("20", "steps of 0.5 mL of a solution of 3 mg per mL of prednisolone can make"),
        ("12.5", "the nearest are 12 and 13.5 mg"),
    ],
)
def test_a_dose_that_cannot_be_measured_names_the_nearest(mg: str, said: str):
    """§5.2.9, §7.1.1."""
    assert said in str(build.refusal(regimen=DOWN, steroid=steroid(SOLUTION, mg=mg)))


def test_steps_that_are_too_coarse_are_refused_with_the_volume():
    """§6.4.10: of a solution no tablet is missing but a smaller step."""
    coarse = {"mg_per_ml": "10", "smallest_ml": "1"}
    refused = build.refusal(
        regimen=DOWN,
        target="6",
        steroid=steroid(coarse, mg="20"),
        taper={"max_rounding_mg": "1"},
    )
    assert "steps of 1 mL of a solution of 10 mg per mL, which make 20 mg" in str(refused)
    assert "smaller steps, or a weaker solution: this dose is 1.7 mL" in str(refused)


# In columns and on a command line --------------------------------------------------------------


@pytest.mark.parametrize("cell", ["3/mL:0.5", "3 mg/mL : 0.5 mL", "3/ml:0.5"])
def test_a_cell_says_a_solution(cell: str):
    """§5.2.12."""
    row = {"drug": "prednisolone", "strengths": cell, "event_1_type": "tablets"}
    said = keyed({**row, "event_1_strengths": cell}).data
    assert said["steroid"]["strengths"] == said["events"][0]["strengths"] == [SOLUTION]
    assert typed_parts(typed(Solution(F(3), F(1, 2)))) == ("3", "0.5")


def test_a_cell_without_the_smallest_volume_lacks_it():
    """§5.2.12."""
    said = keyed({"drug": "prednisolone", "strengths": "3/mL"}).data
    assert said["steroid"]["strengths"] == [{"mg_per_ml": "3"}]
    assert typed_parts("5:2") is None


def test_a_volume_of_a_solution_is_its_mg():
    """§7.3.7."""
    assert volume_mg("5 mL of 15 mg/5 mL") == volume_mg("5ml of 3mg per mL") == 15
    assert volume_mg("15") is None
    with pytest.raises(ValueError, match="plain decimal"):
        volume_mg("1 mL of 1 mg/3 mL")


def test_the_library_answers_in_ml():
    """§7.3.7."""
    made = taper.tablets("15", "prednisolone", strengths=[SOLUTION])
    assert made == taper.tablets("15", "Orapred", strengths=[SOLUTION])
    assert made == [{"mg_per_ml": "3", "ml": "5"}]
    with pytest.raises(Refusal, match="strengths is tablets; allowed: those of prednisolone as a"):
        taper.tablets("15", "Orapred", strengths=["5"])
    with pytest.raises(Refusal, match="prednisolone as a liquid"):
        taper.tablets("15", "Orapred")


# Events ----------------------------------------------------------------------------------------


def test_another_solution_and_tablets_take_its_place_on_their_days():
    """§6.13.1, §7.3.5."""
    events = [other_tablets("2026-01-19", FIVE), other_tablets("2026-01-26", "5", "1")]
    plan = plan_with(mg="12", events=events)
    assert [str(day.tablets[0].strength_mg) for day in plan.days()][::7] == [
        "3",
        "3",
        "5",
        *["5"] * 4,
    ]
    assert [step.in_ml for step in plan.steps] == [True, True, False]
    said = found(plan, "strength-change")
    assert "the solution of 3 mg per mL ends and the solution of 5 mg per mL begins" in said[0]
    assert "the solution of 5 mg per mL ends and the dose in tablets begins" in said[1]
    assert not found(plan_with(), "strength-change")


def test_a_solution_that_cannot_make_the_dose_of_its_day_is_refused():
    """§6.13.1."""
    refused = build.refusal(
        regimen=DOWN,
        target="6",
        steroid=steroid("1"),
        events=[other_tablets("2026-01-10", {"mg_per_ml": "5", "smallest_ml": "1"})],
    )
    assert "a solution that cannot make the 12 mg that are taken on that day" in str(refused)


def test_a_day_without_a_dose_remembers_that_a_liquid_was_taken():
    """§7.3.1: after a solution nobody speaks of tablets."""
    plan = build.plan(regimen=build.TO_NONE, target="0", steroid=steroid(SOLUTION, mg="6"))
    assert plan.steps[-1].highest_mg == 0
    assert all(step.in_ml for step in plan.steps)
    assert plan.after.in_ml


# Findings --------------------------------------------------------------------------------------


def test_a_solution_that_the_market_lacks_is_found():
    """§7.3.6, §8.5.7: 15 mg in 5 mL typed as 15 mg in 1 mL is the likeliest slip of all."""
    assert not found(plan_with(), "strength-not-marketed")
    (said,) = found(plan_with({"mg_per_ml": "15", "smallest_ml": "0.1"}), "strength-not-marketed")
    assert "no solution of prednisolone with 15 mg per mL" in said
    assert "(those that it has are of 1, 2, 3, 4 and 5 mg per mL)" in said
    assert "the mg in 1 mL, not those in 5 mL" in said


def test_nothing_is_said_of_pieces_or_broken_tablets():
    """§8.5.3, §8.5.4: a volume is no number of tablets."""
    plan = plan_with({"mg_per_ml": "1", "smallest_ml": "0.5"}, mg="40")
    assert not found(plan, "many-tablets") + found(plan, "split-tablets")


def test_a_rounded_dose_is_held_against_the_tablets_of_its_own_day():
    """§8.3.2: other tablets since then make no dose before them a far one."""
    events = [other_tablets("2026-01-20", "5", "0.5")]
    plan = build.plan(
        regimen=build.bands(("0", "2.5", 7)), steroid=steroid(SOLUTION, mg="12"), events=events
    )
    (before, after, *_) = [each for each in plan.findings if each.code == "rounded"]
    assert "9 mg prednisolone is printed where the ideal dose is 9.5 mg." in before.text
    assert "over half a step of the tablets away" in after.text


@pytest.mark.parametrize(
    ("drug", "strengths", "counts"),
    [
        ("Orapred", [SOLUTION], None),
        ("prednisolone gastro-resistant", [SOLUTION], "The plan counts a solution"),
        ("Orapred", ["5", "1"], "The plan counts plain tablets"),
    ],
)
def test_a_solution_under_its_brand_is_what_it_says(drug: str, strengths: Any, counts: str | None):
    """§5.2.11."""
    given = {"steroid": {"drug": drug, "dose_mg": "12", "strengths": strengths}}
    plan = taper.plan(
        "iimpact", {**build.PARTICIPANT, **given, "protocol": "iimpact"}, today="2026-01-06"
    )
    said = " ".join(found(plan, "alternate-form"))
    assert (counts in said) if counts else not said


# The plan as data ------------------------------------------------------------------------------


def test_the_json_says_ml_and_mg_per_ml():
    """§7.3.4."""
    document = plan_document.as_dict(plan_with())
    assert document["days"][0]["tablets"] == [{"mg_per_ml": "3", "ml": "4"}]
    assert document["steps"][1]["tablets"] == [[{"mg_per_ml": "3", "ml": "3"}]]
    assert document["quantities"] == [{"drug": "prednisolone", "mg_per_ml": "3", "ml": "133"}]
    DOCUMENT.validate_json(json.dumps(document), strict=True)


def test_five_tablets_are_never_five_ml():
    """§7.3.4: tablets of 3 mg and 3 mg in each mL are two plans, though their numbers are one."""
    solution, of_tablets = plan_with({"mg_per_ml": "3", "smallest_ml": "1"}), plan_with("3")
    ids = {plan_document.plan_id(plan) for plan in (solution, of_tablets)}
    assert len(ids) == 2
    assert solution.quantities != of_tablets.quantities


def test_a_plan_is_read_again_from_its_json():
    """§7.3.4."""
    plan = plan_with(events=[other_tablets("2026-01-19", FIVE), other_tablets("2026-01-26", "1")])
    document = plan_document.as_dict(plan)
    again = reading.plan_from(document, reading.beside(plan))
    assert [step.in_ml for step in again.steps] == [step.in_ml for step in plan.steps]
    assert (again.quantities, again.events) == (plan.quantities, plan.events)


def test_the_record_and_the_ledger_keep_solutions_apart():
    """§7.3.4."""
    kept = Kept.of(plan_with())
    assert kept.quantities == [KeptQuantity("prednisolone", "3/mL", "133")]
    assert kept.quantities[0].said == "133 mL of prednisolone 3 mg per mL"
    line = json.loads(json.dumps([course_of(kept), row_of(kept)]))
    again = kept_of(*line)
    assert again.quantities == kept.quantities
    assert tablets_from(again, dt.date(2026, 1, 26)) == [KeptQuantity("prednisolone", "3/mL", "56")]
    assert (strength_text(F(3), in_ml=True), strength_from("3/mL")) == ("3/mL", (3, True))
    assert strength_from("2.5") == (F(5, 2), False)


def test_another_solution_is_said_as_the_reason_of_a_revision():
    """§7.3.4."""
    protocol = {"protocol": {"id": "p", "version": "1", "sha256": "0"}}
    was, now = (
        {**protocol, "steroid": {"drug": "prednisolone", "dose_mg": "12", "strengths": each}}
        for each in ([SOLUTION], [{"mg": "5", "split": 1}])
    )
    said = [change.said for change in said_otherwise(was, now)]
    assert said == ["3 mg per mL in steps of 0.5 mL to 5 mg"]
    assert not list(said_otherwise(was, was))


def test_parquet_has_columns_for_ml():
    """§7.3.4."""
    (taken,) = rows.tablets([["3/mL", "4.5"]])
    assert {name: str(value) for name, value in taken.items()} == {"mg_per_ml": "3", "ml": "4.5"}


def test_a_site_orders_ml_in_columns_of_their_own():
    """§7.3.2."""
    order = TabletsToOrder(
        "", "prednisolone", "3/mL", F("140.5"), F(0), 2, dt.date(2026, 1, 5), F(0)
    )
    in_tablets = ("", "prednisolone", "", "", "0", 2, "2026-01-05", "0")
    assert order.cells == (*in_tablets, "3", "140.5", "")  # of no protocol, so without a status
    assert (order.strength, order.amounts[0].split()) == ("3 mg per mL", ["140.5", "mL"])


# Quantities ------------------------------------------------------------------------------------


def test_quantities_are_in_ml_and_bottles_are_whole():
    """§7.3.2: 14 days of 4 mL, 7 of 3 and 28 of 2 are 133 mL, two bottles of 120 mL."""
    plan = plan_with()
    (loose,) = dispense(plan, Terms()).whole_plan
    assert (loose.taken, loose.tablets, loose.dispensed, loose.packs) == (133, 133, 133, None)
    packs = parse_packs("3/mL:120,3:30", lambda drug: drug)
    assert packs == (Pack(F(3), 120, None, in_ml=True), Pack(F(3), 30))
    (bottles,) = dispense(plan, Terms(packs=packs)).whole_plan
    assert (bottles.packs, bottles.dispensed, bottles.returned) == (2, 240, 107)


def test_halves_that_are_thrown_away_are_those_of_tablets():
    """§7.3.2: half a mL is no broken tablet."""
    plan = plan_with(mg="10.5", target="4.5")
    kept, thrown = (dispense(plan, Terms(discard_halves=each)) for each in (False, True))
    assert kept.whole_plan == thrown.whole_plan


def test_terms_of_bottles_are_written_and_read():
    """§7.3.2."""
    terms = Terms(packs=(Pack(F(3), 240, "prednisolone", in_ml=True), Pack(F(5), 30)))
    assert as_dict(terms)["packs"][0] == {"drug": "prednisolone", "mg_per_ml": "3", "ml": 240}
    assert terms_from(as_dict(terms)) == terms


def test_what_is_at_home_is_counted_in_ml():
    """§7.5.1: 100 mL last 14 days of 4 mL, 7 of 3, and 11 of 2 mL."""
    plan = plan_with()
    home = at_home.parse_at_home("3/mL:100", lambda drug: drug)
    left = at_home.used_first(plan, Terms(), home, dt.date(2026, 1, 5))
    assert left is not None
    assert str(left.lasts_until) == "2026-02-05"
    assert at_home.as_dict(left)["tablets"][0]["still_to_hand_out"] == "33"
    with pytest.raises(Refusal, match=r"30 tablets of 3 mg; allowed: .*prednisolone 3 mg per mL"):
        at_home.used_first(plan, Terms(), [Pack(F(3), 30)], dt.date(2026, 1, 5))


def test_a_shelf_of_tablets_has_none_for_a_solution():
    """§7.3.8."""
    assert courses(plan_with()) == {}
    later = plan_with(events=[other_tablets("2026-01-26", "5", "1")])
    assert courses(later) == {"prednisolone": {F(6): 28}}
    assert Tablet("prednisolone", F(3)) != Tablet("prednisolone", F(3), in_ml=True)
