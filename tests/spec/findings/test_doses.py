"""§8.3: findings about the doses of the ladder: rounding, large drops, the physiologic dose."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    TAPER_START,
    bands,
    course,
    flare,
    found,
    hold,
    kinds,
    methyl,
    plan,
    set_dose,
    severity,
    stress_dose,
    table,
)

from taper.planning.plan import Plan

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
        "From 2026-01-19 10 mg prednisone is printed where the ideal dose is 12 mg."
    )


def test_a_rounded_finding_names_its_step():
    """§8.1.1: the date or step it is about."""
    planned = plan("20", strengths=["5"], regimen=table(("9", 7), ("5", 7)))
    (finding,) = found(planned, "rounded")
    assert (str(finding.date), finding.step) == (TAPER_START, 1)
    assert "10 mg" in finding.text
    assert "9 mg" in finding.text


# Large drops --------------------------------------------------------------------------------------


def dropped(plan: Plan) -> list[str]:
    """The dates of the large drops."""
    drops = found(plan, "large-drop")
    assert all(finding.severity.value == "warning" for finding in drops)
    return [str(finding.date) for finding in drops]


@pytest.mark.parametrize(
    ("mg", "row", "large"),
    [
        ("40", "30", False),  # 10 mg, a quarter
        ("40", "29", True),  # 11 mg
        ("20", "11", False),  # 9 mg, less than half
        ("20", "10", True),  # half
        ("12", "6", True),
        ("12", "7", False),
    ],
)
def test_large_drop_by_mg_or_by_half(mg: str, row: str, large: bool):
    """§8.3.3: one step falls by more than 10 mg, by half or more."""
    planned = plan(mg, regimen=table((row, 7), ("5", 7)))
    assert (TAPER_START in dropped(planned)) == large


@pytest.mark.parametrize(("row", "large"), [("30", False), ("28.75", True)])
def test_a_large_drop_is_weighed_in_prednisone_equivalents(row: str, large: bool):
    """§8.3.3, §8.1.3: from 32 mg methylprednisolone, 40 mg, to 24 mg are 10 mg; to 23 mg 11.25."""
    planned = plan("32", steroid=methyl("1"), regimen=table((row, 7), ("5", 7)))
    assert (TAPER_START in dropped(planned)) == large


@pytest.mark.parametrize(("decrease", "large"), [("1", True), ("2.4", True), ("2.5", False)])
def test_large_drop_by_more_than_twice_the_regimens_own_decrease(decrease: str, large: bool):
    """§8.3.3: or by more than twice the regimen's own decrease there.

    Tablets of 5 mg fall by 5 mg at a time: 30, 25, 20, 15, 10, which is twice 2.5 and no more;
    the last fall, from 10 to 5 mg, is by half.
    """
    planned = plan("30", regimen=bands(("5", decrease, 7)), strengths=["5"])
    assert len(dropped(planned)) == (5 if large else 1)


PERCENT: Fields = {"kind": "percent", "decrease_percent": "10", "every_days": 28}


@pytest.mark.parametrize(
    ("regimen", "own"),
    [
        (PERCENT, "1.8"),
        ({**PERCENT, "of": "baseline"}, "2"),
        ({**PERCENT, "min_decrease_mg": "2.4"}, "2.4"),
        ({**PERCENT, "min_decrease_mg": "2.5"}, None),
        (table(("18", 7), ("16", 7), ("5", 7)), "2"),
        (table(("17.5", 7), ("15", 7), ("5", 7)), None),
    ],
    ids=[
        "of current",
        "of baseline",
        "at least",
        "half the fall",
        "a row",
        "a row of half the fall",
    ],
)
def test_the_own_decrease_is_a_percentage_or_the_way_to_the_next_row(
    regimen: Fields, own: str | None
):
    """§8.3.3: the regimen's own decrease there.

    Tablets of 5 mg fall from 20 to 15 mg, which is more than twice 10 % of the ideal 18 mg that 20
    was printed for, 10 % of the baseline, or the 2 mg from row to row.
    """
    first = found(plan("20", regimen=regimen, strengths=["5"]), "large-drop")[0]
    said = f": more than twice the regimen's own decrease of {own} mg there."
    assert first.text.endswith(f"to 15 mg prednisone{said}") == (own is not None), first.text


def test_a_fall_of_1_mg_may_be_a_large_one():
    """§8.3.3: more than twice the regimen's own decrease of 0.25 mg, however small."""
    planned = plan("8", regimen=bands(("0", "0.25", 7)), strengths=["1"])
    assert "from 8 mg prednisone to 7 mg prednisone" in found(planned, "large-drop")[0].text


def test_from_no_tablets_to_no_tablets_nothing_falls():
    """§8.3.3: one step *falls*: a hold in a maintenance of 0 mg changes nothing."""
    to_none = table(("5", 7), ("0", 7))
    planned = plan(regimen=to_none, target="0", events=[hold("2026-02-10", "2026-02-20")])
    assert kinds(planned).endswith("maintenance 0×15, hold 0×10, maintenance 0×28")
    assert dropped(planned) == ["2026-01-19", "2026-01-26"]


def test_a_cycle_is_named_by_its_highest_day():
    """§8.1.3: 2.5 and 4 mg in turn are 4 mg where a finding speaks of them."""
    planned = plan(regimen=table((["2.5", "4"], 20), ("0", 7)), target="0")
    (fall, _), (short,) = found(planned, "large-drop"), found(planned, "fast-below-physiologic")
    assert "from 10 mg prednisone to 4 mg prednisone" in fall.text
    assert "4 mg prednisone lasts 20 days" in short.text


def test_a_clinicians_lower_dose_may_be_a_large_drop():
    """§8.3.3: one step falls by more than 10 mg, whoever decided it."""
    planned = plan("40", events=[set_dose("2026-01-26", 7, "20")])
    # 35 mg from 01-19, then 20
    assert dropped(planned) == ["2026-01-26"]


def test_stopping_from_a_dose_is_a_large_drop():
    """§8.3.3: by half or more: from 5 mg to none is all of it, even where the table says so."""
    planned = plan(target="0", regimen=table(("7.5", 7), ("5", 28), ("0", 7)))
    assert dropped(planned) == ["2026-02-23"]


@pytest.mark.parametrize(
    "rise",
    [
        {"events": [stress_dose("2026-02-10", 3, "60")]},
        {
            "events": [flare("2026-02-10", "2026-02-10")],
            "flare": {"action": "rescue", "rescue": [{"mg": "60", "days": 3}]},
        },
    ],
    ids=["stress dose", "rescue"],
)
def test_the_return_to_the_ladder_is_no_large_drop(rise: Fields):
    """§8.3.3: from 60 mg back to 8, as it was before."""
    assert dropped(plan(**rise)) == []


def test_a_gentle_taper_has_no_large_drop():
    """§8.3.3: 10, 9, 8, 7, 6 and 5 mg."""
    assert severity(plan(), "large-drop") == "absent"


# Under the physiologic dose -----------------------------------------------------------------------


SLOW = bands(("0", "1", 28))


def test_below_physiologic():
    """§8.3.8: a level under the hpa dose, 5 mg prednisone: not 5 mg itself."""
    assert severity(plan(target="4", regimen=SLOW), "below-physiologic") == "caution"
    assert severity(plan(target="5", regimen=SLOW), "below-physiologic") == "absent"


def test_the_physiologic_dose_is_the_drugs_own():
    """§8.1.3, §8.3.8: dexamethasone 0.6 mg, 4 mg prednisone-equivalent, is over its own 0.5 mg."""
    taken = {"drug": "dexamethasone", "strengths": ["0.2"]}
    for target, expected in (("4", "absent"), ("2", "caution")):
        planned = plan("1.2", steroid=taken, target=target, regimen=table((target, 7)))
        assert severity(planned, "below-physiologic") == expected


@pytest.mark.parametrize(("row", "expected"), [("5.5", "absent"), ("4.5", "caution")])
def test_the_physiologic_dose_of_a_drug_that_the_list_lacks_is_that_of_prednisone(
    row: str, expected: str
):
    """§3.3.3: 5 mg prednisone are 6 mg deflazacort in bnf: 6.6 mg is not under it, 5.4 mg is."""
    planned = plan(
        "12",
        steroid={"drug": "deflazacort", "strengths": [{"mg": "6", "split": 4}, "0.1"]},
        protocol={"equivalence": "bnf"},
        target=row,
        regimen=table((row, 28)),
    )
    assert severity(planned, "below-physiologic") == expected


@pytest.mark.parametrize(("days", "expected"), [(27, "warning"), (28, "absent")])
def test_fast_below_physiologic(days: int, expected: str):
    """§8.3.9: one (level under the hpa dose) shorter than 28 days."""
    planned = plan(target="0", regimen=table(("5", 7), ("4", days), ("0", 7)))
    assert severity(planned, "fast-below-physiologic") == expected
    assert severity(planned, "below-physiologic") == "caution"


def test_the_run_in_is_not_a_short_level():
    """§8.3.9: 4 mg were taken for 28 days before infusion 1 already, so for 42 in all. Level 0 is a
    level too, but the 14 days of the run-in are only its last ones.
    """
    planned = plan("4", target="2", regimen=SLOW)
    assert course(planned) == "4×14 3×28 2×28"
    assert severity(planned, "fast-below-physiologic") == "absent"
    assert severity(planned, "below-physiologic") == "caution"


def test_no_tablets_are_no_level_that_is_kept_too_short():
    """§8.3.9: 15 days at 0 mg end with a clinician's dose, and are no step down."""
    to_none = table(("5", 7), ("0", 7))
    planned = plan(regimen=to_none, target="0", events=[set_dose("2026-02-10", 7, "10")])
    assert "5×7, maintenance 0×15, set-dose 10×7" in kinds(planned)
    assert severity(planned, "fast-below-physiologic") == "absent"


def test_a_clinicians_dose_is_not_a_short_level():
    """§8.3.9: 4 mg for a week, then none, as they decided."""
    to_none = table(("5", 7), ("0", 7))
    planned = plan(regimen=to_none, target="0", events=[set_dose("2026-02-10", 7, "4")])
    assert "set-dose 4×7, maintenance 0" in kinds(planned)
    assert severity(planned, "fast-below-physiologic") == "absent"


def test_a_level_is_as_short_as_it_is_whatever_interrupts_it():
    """§8.3.9: 20 days at 4 mg are too few with a stress dose in between; with a hold they are
    30.
    """
    rule = table(("5", 7), ("4", 20), ("0", 7))
    stressed = plan(target="0", regimen=rule, events=[stress_dose("2026-02-05", 8, "20")])
    assert severity(stressed, "fast-below-physiologic") == "warning"
    held = plan(target="0", regimen=rule, events=[hold("2026-02-05", "2026-02-15")])
    assert severity(held, "fast-below-physiologic") == "absent"


def test_a_fast_taper_over_the_physiologic_dose_is_not_fast_below_it():
    """§8.3.9: a level *under* the hpa dose."""
    assert severity(plan("25"), "fast-below-physiologic") == "absent"


def test_the_maintenance_is_never_shorter_than_28_days():
    """§8.3.9, §6.5.1: maintenance has no end, however few of its days are printed."""
    planned = plan(target="4", regimen=SLOW, taper={"maintenance_days": 7})
    assert severity(planned, "fast-below-physiologic") == "absent"


@pytest.mark.parametrize(
    "event",
    [
        stress_dose("2026-02-05", 3, "20"),
        hold("2026-02-05", "2026-02-12"),
        flare("2026-02-05", "2026-02-05"),
        flare("2026-02-05"),
    ],
    ids=["stress dose", "hold", "flare", "open flare"],
)
def test_an_interrupted_level_is_not_a_short_one(event: Fields):
    """§8.3.9: a *level* shorter than 28 days; 4 mg is given for 28 days or more in each of these.

    A level is more than a step: a hold at its own dose or a stress dose cuts its days into
    two steps, but whoever reads "4 mg lasts 10 days" would be misled. From 01-26, 4 mg for 28.
    """
    planned = plan(target="0", regimen=table(("5", 7), ("4", 28), ("0", 7)), events=[event])
    assert severity(planned, "fast-below-physiologic") == "absent"
