"""§8.3: findings about printed doses that are not the regimen's own: rounded, and cut."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    TAPER_START,
    course,
    flare,
    found,
    hold,
    kinds,
    methyl,
    plan,
    refusal,
    rescue,
    severity,
    stress_dose,
    table,
)

from taper.planning.plan import Plan

FAR = ", over half a step of the tablets away"

# Rounding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [("10", "absent"), ("9.5", "info"), ("9", "info"), ("8.9", "caution"), ("8", "caution")],
)
def test_rounded(row: str, expected: str):
    """§8.3.1: each is printed as 10 mg, of tablets of 5."""
    planned = plan("20", strengths=["5"], regimen=table((row, 7), ("5", 7)))
    assert course(planned) == "20×14 10×7 5×28"
    assert severity(planned, "rounded") == expected


def test_rounding_is_weighed_in_prednisone_equivalents():
    """§8.3.1, §8.1.3: 1 mg methylprednisolone is 1.25 mg: 7 mg for an ideal 6, 7.5 mg
    prednisone.
    """
    rule = table(("7.5", 7), ("5", 7))
    planned = plan("14", steroid=methyl("7", "4"), regimen=rule)
    assert course(planned) == "14×14 7×7 4×28"
    assert severity(planned, "rounded") == "caution"


def test_a_day_of_a_cycle_that_is_rounded_is_found():
    """§8.3.1: a printed dose differs from its ideal: 10 and 3 mg, the second printed as 5."""
    planned = plan("20", strengths=["5"], regimen=table((["10", "3"], 4), ("5", 7)))
    assert kinds(planned) == "run-in 20×14, 10/5×4, maintenance 5×28"
    assert severity(planned, "rounded") == "caution"


def test_a_cycle_that_is_cut_short_is_not_rounded():
    """§8.3.1: a printed dose differs from its ideal: 8 mg is printed as 8, then the hold begins.

    The day at 4 mg, which comes after the hold, is no ideal of the one day before it.
    """
    rule = table((["8", "4"], 6), ("4", 7))
    events = [hold("2026-01-20", "2026-01-22")]
    planned = plan(regimen=rule, events=events)
    assert kinds(planned) == "run-in 10×14, 8×1, hold 8×2, 4/8×5, maintenance 4×28"
    assert severity(planned, "rounded") == "absent"


def test_a_day_of_a_cycle_that_is_rounded_after_a_hold_is_found():
    """§8.3.1: the same, where a hold comes between: 10 mg on 01-19, and from 01-22 5 mg for 3."""
    rule = table((["10", "3"], 6), ("5", 7))
    planned = plan("20", strengths=["5"], regimen=rule, events=[hold("2026-01-20", "2026-01-22")])
    assert kinds(planned) == "run-in 20×14, 10×1, hold 10×2, 5/10×5, maintenance 5×28"
    assert severity(planned, "rounded") == "caution"


@pytest.mark.parametrize(
    "event", [hold("2026-01-24", "2026-01-27"), stress_dose("2026-01-24", 3, "20")]
)
def test_a_level_that_is_rounded_is_told_of_once_whatever_interrupts_it(event: Fields):
    """§8.3.1: the dose is the same before and after, and the ideal too."""
    planned = plan("20", regimen=table(("12", 14), ("5", 7)), strengths=["5"], events=[event])
    (finding,) = found(planned, "rounded")
    assert finding.text == (
        "From 2026-01-19 to 2026-01-23 and from 2026-01-27 to 2026-02-04 10 mg prednisone is "
        "printed where the ideal dose is 12 mg."
    )


def test_a_rounded_finding_names_its_step():
    """§8.1.1: the date or step it is about."""
    planned = plan("20", strengths=["5"], regimen=table(("9", 7), ("5", 7)))
    (finding,) = found(planned, "rounded")
    assert (str(finding.date), finding.step) == (TAPER_START, 1)
    assert "10 mg" in finding.text
    assert "9 mg" in finding.text


def test_each_rounding_bears_the_days_of_its_own_ideal():
    """§8.3.1: 9, 8, 7 and 6 mg are all printed as 10 mg of tablets of 5 mg, 14 days each."""
    by_1_mg = table(*((str(mg), 14) for mg in (9, 8, 7, 6)), ("5", 7))
    planned = plan("20", strengths=["5"], regimen=by_1_mg)
    assert course(planned) == "20×14 10×56 5×28"
    assert [finding.text for finding in found(planned, "rounded")] == [
        f"From {first} to {last} 10 mg prednisone is printed where the ideal dose is {ideal} mg"
        f"{far}."
        for first, last, ideal, far in (
            ("2026-01-19", "2026-02-01", 9, ""),
            ("2026-02-02", "2026-02-15", 8, ""),
            ("2026-02-16", "2026-03-01", 7, FAR),
            ("2026-03-02", "2026-03-15", 6, FAR),
        )
    ]


def test_an_ideal_is_compared_as_it_is_printed():
    """§8.3.1: 33.3333 % of 75 leave 50.000025 and 25.00005 mg, which tablets of 25 mg make."""
    rule = {"kind": "percent", "decrease_percent": "33.3333", "of": "baseline", "every_days": 7}
    planned = plan("75", strengths=["25", "5"], regimen=rule)
    assert course(planned) == "75×14 50×7 25×7 5×28"
    assert found(planned, "rounded") == []


@pytest.mark.parametrize(("row", "expected"), [("10.0009", "absent"), ("10.001", "info")])
def test_less_than_a_thousandth_of_a_milligram_is_not_rounded(row: str, expected: str):
    """§8.3.1: the last and the first that is told."""
    planned = plan("20", strengths=["5"], regimen=table((row, 7), ("5", 7)))
    assert severity(planned, "rounded") == expected


@pytest.mark.parametrize(("row", "expected"), [("7.5", "caution"), ("7.4", "warning")])
def test_over_half_a_step_of_the_tablets_is_a_warning(row: str, expected: str):
    """§8.3.1: above the target nothing prints at it, so 7.4 mg is 10 mg where 5 is nearer."""
    planned = plan("20", strengths=["5"], regimen=table((row, 7), ("5", 7)))
    assert course(planned) == "20×14 10×7 5×28"
    assert severity(planned, "rounded") == expected


def test_a_protocol_that_rounds_up_wants_more_than_half_a_step():
    """§8.3.1: 7.4 mg is 10 mg by its rule: as far from its ideal as any, a caution."""
    rule = {"rounding": "up"}
    planned = plan("20", strengths=["5"], taper=rule, regimen=table(("7.4", 7), ("5", 7)))
    assert severity(planned, "rounded") == "caution"


def test_a_rounded_rescue_is_told_for_the_days_of_its_own_ideal():
    """§8.3.2: 47.5 mg of tablets of 20 and 5 mg is 50 mg; the row of 50 mg after it is its own."""
    events = [flare("2026-01-10", "2026-01-10")]
    rule = rescue(("47.5", 3), ("50", 4))
    planned = plan("20", strengths=["20", "5"], regimen=table(("5", 7)), events=events, flare=rule)
    assert "rescue 50×7" in kinds(planned)
    (finding,) = found(planned, "rounded")
    assert finding.severity.value == "caution"
    assert finding.text == (
        "From 2026-01-10 to 2026-01-12 50 mg prednisone is printed where the ideal dose is 47.5 mg."
    )


def test_a_rescue_at_the_dose_in_effect_is_not_rounded():
    """§8.3.2: a row of 10 mg where 20 mg are in effect is 20 mg by its rule and not by tablets."""
    events = [flare("2026-01-10", "2026-01-10")]
    planned = plan("20", regimen=table(("5", 7)), events=events, flare=rescue(("10", 3)))
    assert "rescue 20×3" in kinds(planned)
    assert severity(planned, "rounded") == "absent"


@pytest.mark.parametrize(("most", "refused"), [("2.5", False), ("2.4", True)])
def test_a_rescue_obeys_max_rounding_mg(most: str, refused: bool):
    """§6.8.18: 47.5 mg is 50 of tablets of 5 mg, 2.5 mg away."""
    rule = rescue(("47.5", 3))
    given = {
        "strengths": ["5"],
        "events": [flare("2026-02-10", "2026-02-10")],
        "flare": rule,
        "regimen": table(("5", 7)),
        "taper": {"max_rounding_mg": most},
    }
    if refused:
        problem = refusal("20", **given)
        assert problem.field == "flare.rescue"
        assert problem.read == "47.5 mg prednisone, of which the tablets make 50 mg"
    else:
        assert "rescue 50×3" in kinds(plan("20", **given))


# Cut rows -----------------------------------------------------------------------------------------


def cut(planned: Plan) -> list[str]:
    """What is said of doses that were cut; no such dose is called rounded."""
    assert severity(planned, "rounded") == "absent"
    assert all(finding.severity.value == "warning" for finding in found(planned, "row-cut"))
    return [finding.text for finding in found(planned, "row-cut")]


def test_a_row_that_would_raise_the_dose_is_told():
    """§8.3.6, §4.12.8: 20 typed for 12 comes after 15, and is printed as 15."""
    planned = plan("25", regimen=table(("15", 7), ("20", 7), ("5", 7)))
    assert course(planned) == "25×14 15×14 5×28"
    assert cut(planned) == [
        "From 2026-01-26 15 mg prednisone is printed and not 20 mg, which would be above the dose "
        "before: no row raises a dose."
    ]


def test_a_table_that_rises_from_the_baseline_is_told_once():
    """§8.3.6: 25, 50, 75 and 100 mg from a baseline of 25 mg are 25 mg throughout."""
    rising = table(("25", 7), ("50", 7), ("75", 7), ("100", 7), ("5", 7), entry="first")
    planned = plan("25", regimen=rising)
    assert course(planned) == "25×42 5×28"
    assert cut(planned) == [
        "From 2026-01-26 25 mg prednisone is printed and not 50 mg, 75 mg or 100 mg, which would "
        "be above the dose before: no row raises a dose."
    ]


def test_a_day_of_a_cycle_that_would_be_above_the_dose_before_is_told():
    """§8.3.6: after 40 mg every day 80 and 0 in turn are 40 and 0."""
    rule = table(("40", 7), (["80", "0"], 28), ("0", 7), entry="join")
    planned = plan("40", target="0", regimen=rule)
    assert kinds(planned) == "run-in 40×21, 40/0×28, maintenance 0×28"
    assert "40 mg prednisone is printed and not 80 mg" in cut(planned)[0]


def test_a_row_that_is_above_by_what_no_reader_sees_is_not_called_cut():
    """§8.3.6: 26.6667 for 4 mg of dexamethasone, which are 26.666… mg of prednisone."""
    rule = table(("26.6667", 7), ("10", 7), ("0", 7), entry="first")
    dexamethasone = {"drug": "dexamethasone", "strengths": ["4", "1"]}
    planned = plan("4", target="0", steroid=dexamethasone, regimen=rule)
    assert found(planned, "row-cut") == []


@pytest.mark.parametrize("row", ["15", "20"])
def test_a_row_that_is_not_above_the_dose_before_is_not_cut(row: str):
    """§8.3.6: at it nothing is cut."""
    planned = plan("20", regimen=table((row, 7), ("5", 7), entry="join"))
    assert cut(planned) == []
