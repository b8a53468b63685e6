"""§4.8 to §4.11: which dose follows which, and for how long, before any tablet."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from cases import Fields, as_text
from spec.build import (
    BANDS,
    PROTOCOL,
    QUARTERS,
    TAPER_START,
    bands,
    codes,
    course,
    daily,
    ideal,
    kinds,
    plan,
    refusal,
    rows,
    table,
)

from taper import sources

# Bands -------------------------------------------------------------------------------------------


def test_a_dose_belongs_to_the_highest_band_that_it_is_over():
    """§4.8.1: 20 mg is not over 20, so it falls by 2.5; 20.5 mg is, and falls to the edge."""
    assert ideal(plan("20"))[0] == "17.5"
    assert ideal(plan("20.5", strengths=QUARTERS))[:2] == ["20", "17.5"]
    assert ideal(plan("60"))[:3] == ["50", "40", "35"]


@pytest.mark.parametrize(
    ("mg", "below"),
    [("42", "40"), ("49", "40"), ("22", "20"), ("24", "20"), ("11", "10"), ("12", "10")],
)
def test_a_reduction_never_jumps_over_a_band_edge(mg: str, below: str):
    """§4.8.2: the largest of (dose - decrease, that band's above_mg, target)."""
    assert ideal(plan(mg))[0] == below


@pytest.mark.parametrize(
    ("target", "last"),
    [("6.5", ["7", "6.5"]), ("7", ["8", "7"]), ("8.25", ["9", "8.25"])],
)
def test_a_reduction_never_jumps_over_the_target(target: str, last: list[str]):
    """§4.8.2: never over a band edge or the target."""
    assert ideal(plan(strengths=QUARTERS, target=target))[-2:] == last


def test_a_level_lasts_as_long_as_the_band_says_that_it_is_in_itself():
    """§4.8.3: 12.5 mg, still over 10, lasts 7 days; 10 mg, reached from it, already 14."""
    assert course(plan("15")) == "15×14 12.5×7 10×14 9×14 8×14 7×14 6×14 5×28"


def test_bands_may_be_written_in_any_order():
    """§4.8.1: the highest band that fits, not the first one written."""
    turned = {**BANDS, "bands": BANDS["bands"][::-1]}
    assert course(plan("42", regimen=turned)) == course(plan("42"))


def test_the_lowest_band_reaches_down_to_a_target_of_0():
    """§4.8.2, §2.3.6: from 2 mg by 1 mg each 28 days, then none."""
    assert course(plan("2", target="0")) == "2×14 1×28 0×28"


@pytest.mark.parametrize("lowest", ["5.1", "6", "10"])
def test_bands_that_end_over_the_target_are_refused(lowest: str):
    """§4.7.1: lowest above_mg over the target is refused when the protocol is loaded."""
    problem = refusal(regimen=bands((lowest, "1", 7)))
    assert problem.who == "protocol"
    assert problem.field.startswith("taper.regimen")
    assert "5 mg" in problem.allowed


def test_bands_that_end_at_the_target_reach_it():
    """§4.7.1: lowest above_mg equal to the target is not over it."""
    assert course(plan(regimen=bands(("5", "2.5", 7)))) == "10×14 7.5×7 5×28"


# Percent -----------------------------------------------------------------------------------------


def percent(share: str, days: int = 28, **more: str) -> Fields:
    return {"kind": "percent", "decrease_percent": share, "every_days": days, **more}


def test_a_percentage_is_of_the_current_dose():
    """§4.9.1: 20, 16, 12.8, 10.24, 8.192, 6.5536, 5.24288, then the target."""
    expected = ["16", "12.8", "10.24", "8.192", "6.5536", "5.2429", "5"]
    assert ideal(plan("20", regimen=percent("20", of="current"))) == expected
    assert ideal(plan("20", regimen=percent("20"))) == expected  # the default


def test_a_percentage_of_the_baseline_is_the_same_amount_each_time():
    """§4.9.1: a quarter of 20 mg each time."""
    assert ideal(plan("20", regimen=percent("25", of="baseline"))) == ["15", "10", "5"]


def test_a_percentage_is_at_least_the_minimum():
    """§4.9.2: dose - max(percentage, minimum): 1.2, then 1.08, then the minimum of 1."""
    expected = ["10.8", "9.72", "8.72", "7.72", "6.72", "5.72", "5"]
    assert ideal(plan("12", regimen=percent("10", min_decrease_mg="1"))) == expected


def test_a_percentage_stops_at_the_target():
    """§4.9.2: not under the target: half of 8 is 4."""
    assert ideal(plan("16", regimen=percent("50"))) == ["8", "5"]


def test_every_level_of_a_percentage_lasts_as_long():
    """§4.9.2: every_days."""
    assert course(plan("20", regimen=percent("25", 10, of="baseline"))) == "20×14 15×10 10×10 5×28"


def test_a_percentage_of_the_current_dose_never_reaches_0():
    """§4.7.2: a protocol that can never reach its target is refused when it is loaded."""
    problem = refusal(target="0", regimen=percent("20"))
    assert (problem.who, problem.field) == ("protocol", "taper.regimen")
    assert ideal(plan("2", target="0", regimen=percent("50", min_decrease_mg="1"))) == ["1", "0"]
    assert ideal(plan("2", target="0", regimen=percent("50", of="baseline"))) == ["1", "0"]
    assert ideal(plan("2", target="0", regimen=percent("100"))) == ["0"]


# Linear ------------------------------------------------------------------------------------------


def linear(days: int, window: Fields) -> Fields:
    return {"regimen": {"kind": "linear", "every_days": days}, "complete_within": window}


def test_linear_has_as_many_intervals_as_fit():
    """§4.10.1, §4.10.2: 19 January to 19 May are 120 days, 8 intervals of 14: 20 mg in eighths."""
    planned = plan("25", taper=linear(14, {"months": 4}))
    assert course(planned) == ("25×14 22.5×14 20×14 17.5×14 15×14 12.5×14 10×14 7.5×14 5×28")


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"days": 14}, ["5"]),
        ({"days": 27}, ["5"]),
        ({"days": 28}, ["7.5", "5"]),
        ({"weeks": 4}, ["7.5", "5"]),
        ({"days": 41}, ["7.5", "5"]),
        ({"days": 42}, ["8.3333", "6.6667", "5"]),
    ],
)
def test_only_whole_intervals_count(window: Fields, expected: list[str]):
    """§4.10.1: n = whole intervals that fit in complete_within."""
    assert ideal(plan(taper=linear(14, window))) == expected


def test_a_month_is_as_long_as_it_is():
    """§4.10.1: from 19 January a month has 31 days; from 5 February 2026 it has 28."""
    monthly = linear(30, {"months": 1})
    assert ideal(plan(taper=monthly)) == ["5"]
    february = {"infusions": [{"number": 1, "date": "2026-01-22"}]}
    problem = refusal(taper=monthly, participant=february)
    assert problem.field == "taper.regimen.every_days"
    assert problem.read == "30"
    assert "28" in problem.allowed


def test_an_interval_that_fits_no_window_is_refused_when_the_protocol_is_loaded():
    """§4.7.3: a protocol that can never reach its target."""
    problem = refusal(taper=linear(29, {"days": 28}))
    assert (problem.who, problem.field) == ("protocol", "taper.regimen.every_days")
    assert (problem.read, problem.allowed.endswith("complete_within of 28 days")) == ("'29'", True)


# Steps: entry ------------------------------------------------------------------------------------

FROM_20 = (("20", 7), ("15", 7), ("10", 7), ("5", 7))


def test_below_starts_at_the_first_row_under_the_baseline():
    """§4.11.1: who takes 20 mg goes on with 15."""
    assert course(plan("20", regimen=table(*FROM_20, entry="below"))) == "20×14 15×7 10×7 5×28"


def test_join_starts_at_the_first_row_not_above_the_baseline():
    """§4.11.2: who takes 20 mg serves that row, who takes 18 goes on with 15."""
    assert course(plan("20", regimen=table(*FROM_20, entry="join"))) == "20×21 15×7 10×7 5×28"
    assert course(plan("18", regimen=table(*FROM_20, entry="join"))) == "18×14 15×7 10×7 5×28"


def test_first_starts_at_row_1():
    """§4.11.3: three rows at 12 mg, then 10."""
    rule = table(("30", 7), ("20", 7), ("15", 7), ("10", 7), ("5", 7), entry="first")
    assert course(plan("12", regimen=rule)) == "12×35 10×7 5×28"


def test_entry_is_below_unless_said_otherwise():
    """§4.1.2: entry below."""
    assert course(plan("20", regimen=table(*FROM_20))) == "20×14 15×7 10×7 5×28"


@pytest.mark.parametrize("entry", ["below", "join", "first"])
@pytest.mark.parametrize("mg", ["5.25", "7.5", "10", "12", "60"])
def test_whoever_is_over_the_target_finds_a_row_to_start_at(entry: str, mg: str):
    """§4.11.5: the last row is at or under the target, so it is one of them at least."""
    planned = plan(
        mg, regimen=table(("10", 7), ("7.5", 7), ("5", 7), entry=entry), strengths=QUARTERS
    )
    assert planned.state.value == "tapering"
    assert planned.target_reached is not None


def test_a_row_is_entered_by_its_highest_day():
    """§4.11.4: entry, by a row's highest day: a cycle of 20 and 10 is no row under 20."""
    rule = [(["10", "20"], 4), (["10", "15"], 4), ("5", 7)]
    below = plan("20", regimen=table(*rule, entry="below"))
    assert kinds(below) == "run-in 20×14, 10/15×4, maintenance 5×28"
    join = plan("20", regimen=table(*rule, entry="join"))
    assert kinds(join) == "run-in 20×14, 10/20×4, 10/15×4, maintenance 5×28"


def test_rows_above_the_baseline_are_left_out_whatever_follows():
    """§4.11.1: 60 to 20 mg are not for who takes 12."""
    rule = table(("60", 7), ("40", 7), ("20", 7), ("10", 7), ("5", 7))
    assert course(plan("12", regimen=rule)) == "12×14 10×7 5×28"


def test_a_row_never_raises_a_dose():
    """§4.11.6: each is min(row, baseline), a cycle day by day."""
    rule = table((["30", "10"], 4), ("5", 7), entry="first")
    assert kinds(plan("20", regimen=rule)) == "run-in 20×14, 20/10×4, maintenance 5×28"


# Steps: cycles -----------------------------------------------------------------------------------


def test_a_list_is_a_cycle_of_days_that_starts_on_the_steps_first_day():
    """§4.11.7: 5 mg and none in turn for 5 days, the first with 5 mg."""
    planned = plan(target="0", regimen=table((["5", "0"], 5), (["2.5", "0"], 4), ("0", 1)))
    assert course(planned) == (
        "10×14 5×1 0×1 5×1 0×1 5×1 2.5×1 0×1 2.5×1 0×29"  # the last day off, then 28
    )


def test_the_maintenance_may_be_a_cycle():
    """§4.11.9: the first row whose every day is ≤ target."""
    planned = plan(regimen=table((["5", "2.5"], 7)), taper={"maintenance_days": 3})
    assert kinds(planned) == "run-in 10×14, maintenance 5/2.5×3"
    assert daily(planned, TAPER_START, 3) == "5 2.5 5"


def test_a_cycle_with_one_day_over_the_target_is_no_maintenance():
    """§4.11.9: every day is ≤ target."""
    planned = plan(regimen=table((["6", "0"], 4), (["5", "0"], 4), ("0", 4)))
    assert kinds(planned) == "run-in 10×14, 6/0×4, maintenance 5/0×28"


# Steps: maintenance ------------------------------------------------------------------------------


def test_the_first_row_at_the_target_becomes_the_maintenance_whatever_its_length():
    """§4.11.9: the rows after it are never reached."""
    planned = plan(regimen=table(("7", 7), ("4", 7), ("3", 7), ("0", 7)))
    assert kinds(planned) == "run-in 10×14, 7×7, maintenance 4×28"


@pytest.mark.parametrize(("slip", "refused"), [("2", True), ("5", True), ("5.5", False)])
def test_a_table_that_leaves_the_target_again_is_refused(slip: str, refused: bool):
    """§4.7.7: 2 typed for 12: without a word the taper would have ended there."""
    regimen = table(("20", 7), ("15", 7), (slip, 7), ("10", 7), ("5", 7))
    if not refused:
        assert codes(plan("25", regimen=regimen)) >= {"row-cut"}
        return
    problem = refusal("25", regimen=regimen)
    assert (problem.who, problem.field) == ("protocol", "taper.regimen")
    assert problem.allowed == (
        f"no row over the target, 5 mg, after one at or under it: 10 mg comes after {slip} mg"
    )


def test_tables_by_start_dose_are_looked_through_too():
    """§4.7.7: each of them."""
    tables = [
        {"from": "10", "steps": [{"mg": mg, "days": 7} for mg in ("8", "5", "6", "5")]},
        {"below": "10", "steps": [{"mg": "5", "days": 7}]},
    ]
    problem = refusal(regimen={"kind": "steps", "choose_by": "start_mg", "tables": tables})
    assert "6 mg comes after 5 mg" in problem.allowed


@pytest.mark.parametrize("last", [("5.1", 7), (["5", "6"], 7)])
def test_a_table_that_ends_above_the_target_is_refused(last: Any):
    """§4.7.4: a table that ends above it is refused when the protocol is loaded."""
    problem = refusal(regimen=table(("8", 7), last))
    assert problem.who == "protocol"
    assert problem.field.startswith("taper.regimen")


# Steps: by weight --------------------------------------------------------------------------------

BY_WEIGHT = {
    "kind": "steps",
    "steps": [{"mg_per_kg": "0.5", "max_mg": "40", "days": 14}, {"mg": "5", "days": 7}],
}


@pytest.mark.parametrize(
    ("kg", "mg"), [("71", "35.5"), ("80", "40"), ("80.5", "40"), ("120", "40"), ("50", "25")]
)
def test_a_row_by_weight_is_the_lesser_of_the_two(kg: str, mg: str):
    """§4.11.8: {mg_per_kg: 0.5, max_mg: 40} is the lesser of the two."""
    planned = plan("50", regimen=BY_WEIGHT, participant={"weight_kg": kg}, strengths=QUARTERS)
    assert course(planned) == f"50×14 {mg}×14 5×28"


def test_a_row_by_weight_never_raises_a_dose_either():
    """§4.11.6: min(row, baseline): 35.5 mg for who takes 30."""
    rule = {**BY_WEIGHT, "entry": "first"}
    planned = plan("30", regimen=rule, participant={"weight_kg": "71"})
    assert course(planned) == "30×28 5×28"


def test_without_the_weight_the_participant_is_refused():
    """§4.11.8, §5.2.8: weight_kg, only where the regimen needs it."""
    problem = refusal("50", regimen=BY_WEIGHT)
    assert (problem.who, problem.field, problem.read) == ("IIM-001", "weight_kg", "missing")


@pytest.mark.parametrize("most", [{}, {"max_mg": "6"}])
def test_a_last_row_by_weight_that_may_be_over_the_target_is_refused(most: Fields):
    """§4.7.5: a last row mg_per_kg without a max_mg at or under the target."""
    by_weight = [{"mg": "8", "days": 7}, {"mg_per_kg": "0.1", "days": 14, **most}]
    problem = refusal(regimen={"kind": "steps", "steps": by_weight})
    assert (problem.who, problem.field) == ("protocol", "taper.regimen")
    assert problem.allowed == "a last row of at most the target, 5 mg"


def test_no_row_by_weight_alone_comes_after_one_at_the_target():
    """§4.7.7: for somebody it would be over the target again."""
    by_weight = {"mg_per_kg": "0.1", "days": 14}
    last = {"mg": "4", "days": 7}
    problem = refusal(regimen={"kind": "steps", "steps": [*rows(("5", 7)), by_weight, last]})
    assert problem.allowed.endswith("a row by weight alone comes after 5 mg")


# Steps: several tables ---------------------------------------------------------------------------


def chosen(by: str, *bounds: Fields) -> Fields:
    """A table for each of the bounds; the first goes to 9 mg, the second to 8, and so on."""
    tables = [{**bound, "steps": rows((str(9 - i), 7), ("5", 7))} for i, bound in enumerate(bounds)]
    return {"kind": "steps", "choose_by": by, "tables": tables}


@pytest.mark.parametrize(
    ("mg", "below"), [("10", "9"), ("14.75", "9"), ("15", "8"), ("29.75", "8"), ("30", "7")]
)
def test_from_includes_its_bound_and_below_does_not(mg: str, below: str):
    """§4.11.10: from ≥, below <."""
    rule = chosen("start_mg", {"below": "15"}, {"from": "15", "below": "30"}, {"from": "30"})
    assert ideal(plan(mg, regimen=rule, strengths=QUARTERS)) == [below, "5"]


@pytest.mark.parametrize(
    ("mg", "below"), [("10", "9"), ("15", "9"), ("15.25", "8"), ("30", "8"), ("30.25", "7")]
)
def test_above_does_not_include_its_bound_and_up_to_does(mg: str, below: str):
    """§4.11.10: above >, up_to ≤."""
    rule = chosen("start_mg", {"up_to": "15"}, {"above": "15", "up_to": "30"}, {"above": "30"})
    assert ideal(plan(mg, regimen=rule, strengths=QUARTERS)) == [below, "5"]


def test_a_table_may_be_chosen_by_weight():
    """§4.11.10."""
    rule = chosen("weight_kg", {"below": "50"}, {"from": "50"})
    assert ideal(plan(regimen=rule, participant={"weight_kg": "49.9"})) == ["9", "5"]
    assert ideal(plan(regimen=rule, participant={"weight_kg": "50"})) == ["8", "5"]
    assert refusal(regimen=rule).field == "weight_kg"


def test_the_start_dose_is_compared_in_prednisone_equivalents():
    """§4.11.10, §4.15.1: doses here are prednisone-equivalent: 12 mg methylprednisolone are 15
    mg.
    """
    rule = chosen("start_mg", {"below": "15"}, {"from": "15"})
    taken = {"drug": "methylprednisolone", "strengths": QUARTERS}
    assert ideal(plan("12", regimen=rule, steroid=taken)) == ["6.4", "4"]  # 8 and 5 mg
    assert ideal(plan("11.75", regimen=rule, steroid=taken)) == ["7.2", "4"]  # 9 and 5 mg


def test_exactly_one_table_must_fit():
    """§4.11.11: else the participant is refused; tables of which two fit are no protocol's."""
    problem = refusal(regimen=chosen("start_mg", {"below": "10"}, {"above": "10"}))
    assert (problem.who, problem.field) == ("IIM-001", "steroid.dose_mg")
    assert "10 mg" in problem.read
    assert "exactly one" in problem.allowed


# Every kind --------------------------------------------------------------------------------------


def test_ideal_doses_never_depend_on_tablets():
    """§4.15.2: doses here are prednisone-equivalent and ideal."""
    fine, coarse = plan("20", strengths=QUARTERS), plan("20", strengths=["5"])
    assert ideal(fine) == ideal(coarse) == ["17.5", "15", "12.5", "10", "9", "8", "7", "6", "5"]
    assert "rounded" not in codes(fine)


@pytest.mark.parametrize(
    "regimen",
    [
        bands(("5", "1", 0)),
        percent("20", 0),
        {"kind": "linear", "every_days": 0},
        table(("8", 0), ("5", 7)),
        table(("8", 7), ("5", 0)),
    ],
)
def test_a_duration_of_0_is_refused(regimen: Fields):
    """§4.7.6: a duration of 0 is refused when the protocol is loaded."""
    problem = refusal(regimen=regimen)
    assert problem.who == "protocol"
    assert problem.read == "'0'"


@pytest.mark.parametrize(
    "regimen",
    [bands(("5", "0", 7)), percent("0"), percent("100.5"), {"kind": "exponential"}],
)
def test_a_regimen_that_goes_nowhere_is_refused(regimen: Fields):
    """§4.7.2: a protocol that can never reach its target, or a kind that nobody knows."""
    assert refusal(regimen=regimen).who == "protocol"


def test_a_shipped_regimen_is_named_by_its_id():
    """§4.4.6: id of a shipped regimen, or the regimen written here in full."""
    assert plan("25", regimen="ese-es-2024-fast").steps
    problem = refusal(regimen="ese-es-2024")
    assert (problem.field, problem.read) == ("taper.regimen", "'ese-es-2024'")


# Defaults ----------------------------------------------------------------------------------------


def test_the_defaults_of_a_protocol():
    """§4.1.2."""
    taper = {"after_infusion": 1, "target_mg": "5", "regimen": percent("20")}
    protocol = sources.validate_trial(as_text({**PROTOCOL, "taper": taper}), "protocol").protocol
    assert (protocol.infusion_day, protocol.infusions[0].window_days.after) == (0, 0)
    assert protocol.equivalence == "us-label"
    rule, flare = protocol.taper, protocol.flare
    assert rule is not None
    assert flare is not None
    assert (rule.offset_days, str(rule.complete_within)) == (14, "4 months")
    assert (rule.maintenance_days, rule.drug, rule.rounding) == (28, "as-baseline", "nearest")
    assert rule.max_rounding_mg is None
    assert (flare.action, flare.min_days, flare.stable_days) == ("hold", 14, 14)
    assert (flare.review_days, flare.resume, flare.step_back) == (28, "continue", 1)
    assert flare.max_flares is None
    assert rule.regimen.kind == "percent"
    assert (rule.regimen.of, rule.regimen.min_decrease_mg) == ("current", Fraction(0))
