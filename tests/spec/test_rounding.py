"""§6.4: from ideal doses to what the tablets can make."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import course, daily, hold, ideal, kinds, plan, refusal, table

METHYL = {"drug": "methylprednisolone"}


def to(drug: str, *tablets: object, **taper: object) -> Fields:
    """A taper given in another drug, with these tablets of it."""
    return {"taper": {"drug": drug, **taper}, "participant": {"taper_strengths": list(tablets)}}


# Nearest and up ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "printed"), [("12", "10"), ("12.4", "10"), ("12.6", "15"), ("13", "15"), ("15", "15")]
)
def test_a_dose_is_rounded_to_the_nearest_makeable_one(row: str, printed: str):
    """§6.4.3: the nearest makeable dose, here of tablets of 5 mg."""
    planned = plan("20", regimen=table((row, 7), ("5", 7)), strengths=["5"])
    assert course(planned) == f"20×14 {printed}×7 5×28"


def test_a_tie_goes_up():
    """§6.4.3: a tie goes up (slower): 12.5 mg of tablets of 5 mg is 15."""
    planned = plan("20", regimen=table(("12.5", 7), ("5", 7)), strengths=["5"])
    assert course(planned) == "20×14 15×7 5×28"


@pytest.mark.parametrize(("row", "printed"), [("10", "10"), ("10.1", "15"), ("12", "15")])
def test_up_is_the_next_makeable_dose_not_below(row: str, printed: str):
    """§6.4.4: the next makeable dose not below."""
    planned = plan(
        "20", regimen=table((row, 7), ("5", 7)), strengths=["5"], taper={"rounding": "up"}
    )
    assert course(planned) == f"20×14 {printed}×7 5×28"


def test_nearest_is_the_rule_unless_said_otherwise():
    """§4.1.2: rounding nearest."""
    planned = plan("20", regimen=table(("11", 7), ("5", 7)), strengths=["5"])
    assert course(planned) == "20×14 10×7 5×28"


def test_a_cycle_is_rounded_day_by_day():
    """§6.4.2: for a cycle, day by day: 8 and 3 mg of tablets of 5 mg are 10 and 5."""
    planned = plan("20", regimen=table((["8", "3"], 4), ("3", 7)), strengths=["5"])
    assert kinds(planned) == "run-in 20×14, 10/5×4, maintenance 5×28"


# The target --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounding", ["nearest", "up"])
def test_a_dose_at_or_under_the_target_never_prints_above_it(rounding: str):
    """§6.4.5: 5 mg of tablets of 3 mg is nearest to 6, over the target: 3 it is."""
    planned = plan("9", regimen=table(("5", 7)), strengths=["3"], taper={"rounding": rounding})
    assert course(planned) == "9×14 3×28"


@pytest.mark.parametrize("rounding", ["nearest", "up"])
def test_under_the_target_the_rounding_rule_holds_where_it_stays_under_it(rounding: str):
    """§6.4.5: 2.5 mg of tablets of 2 and 5 mg is 2 to the nearest, and 4 up; neither is over 5."""
    planned = plan(
        "9", regimen=table(("2.5", 7)), strengths=["5", "2"], taper={"rounding": rounding}
    )
    assert course(planned) == f"9×14 {'2' if rounding == 'nearest' else '4'}×28"


def test_a_dose_over_the_target_never_prints_at_or_under_it():
    """§6.4.6: nobody reaches the target early because of tablets: 6 mg of 5s is 10, not 5."""
    planned = plan("20", regimen=table(("6", 7), ("5", 7)), strengths=["5"])
    assert course(planned) == "20×14 10×7 5×28"
    assert str(planned.target_reached) == "2026-01-26"


def test_a_dose_over_a_target_that_cannot_be_made_stays_over_it():
    """§6.4.6: 5.5 mg of tablets of 4 mg is nearest to 4, under the target of 5: 8 it is."""
    planned = plan("12", regimen=table(("5.5", 7), ("5", 7)), strengths=["4"])
    assert course(planned) == "12×14 8×7 4×28"


def test_a_day_of_a_cycle_is_held_to_the_target_on_its_own():
    """§6.4.2, §6.4.6: of 7 and 4 mg, one is over the target of 6 and one under."""
    planned = plan("12", regimen=table((["7", "4"], 4), ("3", 7)), strengths=["6"], target="6")
    assert kinds(planned) == "run-in 12×14, 12/6×4, maintenance 6×28"


# Never above the dose before ---------------------------------------------------------------------


def test_the_baselines_exact_equivalent_bounds_level_1():
    """§6.4.7, §6.4.8: 6 mg methylprednisolone are 7.5 mg; 7 mg of tablets of 5 mg would be 5, so
    10.

    10 is above 7.5, and then the largest makeable dose not above it is 5. This wins over "never
    at the target early": 5 mg, the maintenance, from the first taper day on.
    """
    planned = plan(
        "6",
        steroid={**METHYL, "strengths": ["2"]},
        regimen=table(("7", 7), ("5", 7)),
        **to("prednisone", "5"),
    )
    assert course(planned) == "methylprednisolone: 6×14 prednisone: 5×28"
    assert str(planned.target_reached) == "2026-01-19"


def test_a_cycles_highest_day_bounds_what_follows():
    """§6.4.7: the dose before, of a cycle its highest day: 8 mg rounded up to 10 after 10 and 0."""
    rule = table((["10", "0"], 4), ("8", 7), ("5", 7))
    planned = plan("20", regimen=rule, strengths=["5"], taper={"rounding": "up"})
    assert kinds(planned) == "run-in 20×14, 10/0×4, 10×7, maintenance 5×28"


def test_a_table_that_rises_again_prints_no_rise():
    """§6.4.7: never above the dose before: 15 mg after 10 is 10."""
    planned = plan("20", regimen=table(("10", 7), ("15", 7), ("5", 7)))
    assert course(planned) == "20×14 10×14 5×28"


# Refusals ----------------------------------------------------------------------------------------


def test_a_dose_above_0_that_would_print_as_0_is_refused():
    """§6.4.9: tablets of 20 mg make nothing from the target of 5 mg down; 5 mg is missing."""
    problem = refusal("20", regimen=table(("5", 7)), strengths=["20"])
    assert (problem.who, problem.field) == ("IIM-001", "steroid.strengths")
    assert "20 mg" in problem.read
    assert "5 mg" in problem.allowed


def test_a_dose_that_vanishes_because_the_dose_before_is_small_is_refused():
    """§6.4.9: 2 mg methylprednisolone, 2.5 mg, goes on with tablets of 5 mg: none is not above
    it.
    """
    problem = refusal(
        "2",
        target="1",
        steroid={**METHYL, "strengths": ["2"]},
        regimen=table(("2", 7), ("1", 7)),
        **to("prednisone", "5"),
    )
    assert problem.field == "taper_strengths"


def test_0_prints_as_0():
    """§6.4.9: a dose above 0; a target or row of 0 is none."""
    planned = plan("20", target="0", regimen=table(("10", 7), ("0", 7)), strengths=["20", "10"])
    assert course(planned) == "20×14 10×7 0×28"


@pytest.mark.parametrize(("row", "refused"), [("12.5", False), ("12.4", True), ("12.6", False)])
def test_a_dose_further_from_its_ideal_than_allowed_is_refused(row: str, refused: bool):
    """§6.4.10: 12.5 mg up to 15 is 2.5 mg off, 12.4 mg would be 2.6."""
    rule = {"max_rounding_mg": "2.5", "rounding": "up"}
    changes: Fields = {"regimen": table((row, 7), ("5", 7)), "strengths": ["5"], "taper": rule}
    if refused:
        problem = refusal("20", **changes)
        assert (problem.field, "12.4 mg" in problem.read) == ("steroid.strengths", True)
    else:
        assert course(plan("20", **changes)) == "20×14 15×7 5×28"


def test_the_refusal_names_the_strength_that_is_missing():
    """§6.4.11: the message names the strength that is missing: with 2.5 mg, 7.5 could be made."""
    problem = refusal(
        "20",
        regimen=table(("7.5", 7), ("5", 7)),
        strengths=["5"],
        taper={"max_rounding_mg": "2"},
    )
    assert "2.5 mg" in problem.allowed


@pytest.mark.parametrize("tablets", [["20", "5"], ["5"], ["20", "10", "5"]])
def test_the_strength_that_is_named_is_one_that_helps(tablets: list[str]):
    """§6.4.11: 7 mg over a target of 5 prints 10: with 50 mg too, with 2.5 mg it would be 7.5.

    5 mg is nearer to 7 than 10 is, but nobody reaches the target early because of tablets.
    """
    changes: Fields = {
        "regimen": table(("7", 7), ("5", 7)),
        "taper": {"max_rounding_mg": "2.5"},
    }
    problem = refusal("20", strengths=tablets, **changes)
    assert "10 mg where the taper needs 7 mg" in problem.read
    assert "such as one of 2.5 mg" in problem.allowed
    assert course(plan("20", strengths=[*tablets, "2.5"], **changes)) == "20×14 7.5×7 5×28"


def test_the_strength_that_is_named_does_not_rise_above_the_dose_before():
    """§6.4.11: 2.8 mg after 3 mg, of tablets of 5, is none: 50 mg does not mend that, 2.5 mg
    does.
    """
    problem = refusal(
        "2.4",  # of methylprednisolone, 3 mg prednisone
        target="1",
        steroid={**METHYL, "strengths": [{"mg": "0.8"}]},
        regimen=table(("2.8", 7), ("1", 7)),
        **to("prednisone", "5", max_rounding_mg="2.5"),
    )
    assert problem.read == "5 mg tablets, which make 0 mg where the taper needs 2.8 mg prednisone"
    assert "such as one of 2.5 mg" in problem.allowed


def test_rounding_is_measured_in_prednisone_equivalents():
    """§4.4.5: max_rounding_mg is prednisone-equivalent: 2 mg methylprednisolone are 2.5 mg."""
    rule = table(("12.5", 7), ("5", 7))  # 10 mg and 4 mg methylprednisolone
    taken = {**METHYL, "strengths": ["12", "4"]}  # 10 mg is 12
    assert plan("16", steroid=taken, regimen=rule, taper={"max_rounding_mg": "2.5"}).steps
    problem = refusal("16", steroid=taken, regimen=rule, taper={"max_rounding_mg": "2.4"})
    assert problem.field == "steroid.strengths"


def test_a_day_of_a_cycle_is_measured_too():
    """§6.4.10: a ladder dose (a cycle's day too): 2 mg of tablets of 5 mg, in a cycle, is 3 mg
    off.
    """
    rule = table((["10", "2"], 4), ("0", 7))
    problem = refusal("20", regimen=rule, strengths=["5"], taper={"max_rounding_mg": "1.5"})
    assert problem.field == "steroid.strengths"


def test_the_maintenance_is_measured_too():
    """§6.4.10: a ladder dose: 3 mg for a target of 5 is 2 mg off."""
    rule = table(("6", 7), ("5", 7))
    problem = refusal("9", regimen=rule, strengths=["3"], taper={"max_rounding_mg": "1.9"})
    assert problem.field == "steroid.strengths"
    assert plan("9", regimen=rule, strengths=["3"], taper={"max_rounding_mg": "2"}).steps


def test_tablets_of_the_tapers_own_drug_are_named():
    """§1.1.4, §5.2.4: which field: the tablets of the drug that the taper is given in."""
    problem = refusal(
        "8",
        steroid={**METHYL, "strengths": ["4"]},
        **to("prednisone", "5", max_rounding_mg="0.5"),
    )
    assert problem.field == "taper_strengths"


def test_tablets_for_a_taper_that_stays_in_its_drug_are_refused():
    """§5.2.4: they would be a second list of the same drug's tablets."""
    problem = refusal(participant={"taper_strengths": ["5", "1"]})
    assert problem.field == "taper_strengths"
    assert "stays in prednisone" in problem.read


@pytest.mark.parametrize(
    ("mg", "tablets", "around"),
    [("7", ["5"], ["5", "10"]), ("3", ["5"], ["5"]), ("9", ["20", "5"], ["5", "10"])],
)
def test_a_baseline_that_its_own_tablets_cannot_make_is_refused(
    mg: str, tablets: list[str], around: list[str]
):
    """§6.4.17: refused, naming the nearest that they can."""
    problem = refusal(mg, strengths=tablets)
    assert (problem.field, problem.read) == ("steroid.dose_mg", f"{mg} mg")
    assert problem.allowed.endswith(f"{' and '.join(around)} mg")


def test_a_baseline_at_the_target_must_be_makeable_too():
    """§6.4.17: there is no exception for who is at the target already."""
    assert refusal("3", strengths=["2.5"]).field == "steroid.dose_mg"


# Merging -----------------------------------------------------------------------------------------


def test_consecutive_equal_doses_become_one_step():
    """§6.4.12: durations added. Tablets of 5 and 2.5 mg: 9 is 10, 8 and 7 are 7.5, 6 is 7.5 too."""
    planned = plan(strengths=["5", "2.5"])
    assert kinds(planned) == "run-in 10×28, 7.5×42, maintenance 5×28"
    assert ideal(planned) == ["9", "8", "7", "6", "5"]


def test_level_1_equal_to_the_baseline_lengthens_the_run_in():
    """§6.4.14, §6.2.6: rounding moves the first reduced dose, not the taper's start."""
    planned = plan("20", strengths=["5"], regimen=table(("18", 7), ("10", 7), ("5", 7)))
    assert kinds(planned) == "run-in 20×21, 10×7, maintenance 5×28"
    assert str(planned.taper_start) == "2026-01-19"


def test_level_1_equal_to_the_baseline_in_another_drug_is_a_step_of_its_own():
    """§6.4.14: if level 1 equals the baseline in the same drug."""
    planned = plan(
        "16",
        steroid={**METHYL, "strengths": ["16"]},
        regimen=table(("20", 7), ("10", 7), ("5", 7), entry="join"),
        **to("prednisone", "5"),
    )
    assert kinds(planned) == "run-in 16×14, 20×7, 10×7, maintenance 5×28"
    assert course(planned) == "methylprednisolone: 16×14 prednisone: 20×7 10×7 5×28"


def test_what_equals_the_maintenance_is_already_maintenance():
    """§6.4.13: 6 mg, which may not print above the 5 mg before it, is the maintenance itself.

    Methylprednisolone 5 mg are 6.25 mg, so both 6 and 5 mg print as 5 mg prednisone.
    """
    planned = plan(
        "5",
        steroid={**METHYL, "strengths": ["4", "1"]},
        regimen=table(("6", 7), ("5", 7)),
        **to("prednisone", "5"),
    )
    assert kinds(planned) == "run-in 5×14, maintenance 5×28"


def test_a_cycle_whose_days_print_the_same_is_one_dose():
    """§1.1.2: a step is consecutive days with the same instruction: 8 and 9 mg of tablets of 10."""
    planned = plan("20", target="0", regimen=table((["8", "9"], 4), ("0", 7)), strengths=["10"])
    assert kinds(planned) == "run-in 20×14, 10×4, maintenance 0×28"


def test_of_a_step_cut_short_the_ideal_doses_are_those_of_its_days():
    """§6.4.16: cycles of two and of three days, printed as one dose, of which two days come."""
    two_and_three = table(("15", 7), (["10.4", "9.6"], 7), (["10.2", "9.8", "9.7"], 7), ("5", 7))
    planned = plan(
        "20", regimen=two_and_three, strengths=["5"], events=[hold("2026-01-28", "2026-01-30")]
    )
    assert "10×2, hold 10×2, 10×12" in kinds(planned)
    assert ideal(planned)[1:3] == ["10.4/9.6", "10.2/9.8"]


def test_equal_cycles_become_one_step():
    """§6.4.15, §4.11.7: consecutive equal doses become one step, and its cycle starts on *its*
    first day: 5 and 4 days of 5 mg every other day are 9 days without two days of 5 mg beside
    each other.
    """
    rule = table((["5", "0"], 5), (["5", "0"], 4), ("0", 7))
    planned = plan(target="0", regimen=rule, taper={"maintenance_days": 3})
    assert kinds(planned) == "run-in 10×14, 5/0×9, maintenance 0×3"
    assert daily(planned, "2026-01-19", 12) == "5 0 5 0 5 0 5 0 5 0 0 0"


# Another drug ------------------------------------------------------------------------------------


def test_the_ladder_is_converted_to_the_tapers_drug():
    """§6.4.1, §4.4.4: one drug name: the taper is given in that drug, the run-in in its own.

    10 mg prednisone, then 9, 8, 7, 6 and 5 mg: 7.2, 6.4, 5.6, 4.8 and 4 mg methylprednisolone,
    of tablets of 4 and 1 mg 7, 6, 6 (a day's 5.6), 5 and 4.
    """
    planned = plan(**to("methylprednisolone", "4", "1"))
    assert course(planned) == "prednisone: 10×14 methylprednisolone: 7×14 6×28 5×14 4×28"
    assert (planned.drug, planned.steps[0].drug) == ("methylprednisolone", "prednisone")


def test_the_target_is_converted_too():
    """§4.4.2: target_mg is prednisone-equivalent: 4 mg methylprednisolone are at a target of 5."""
    planned = plan("8", steroid={**METHYL, "strengths": [{"mg": "4", "split": 4}]})
    assert course(planned) == "8×14 7×14 6×28 5×14 4×28"
    assert str(planned.target_reached) == "2026-03-16"
