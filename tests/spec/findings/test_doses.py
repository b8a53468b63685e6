"""§8.3: findings about levels under the physiologic dose."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    bands,
    course,
    flare,
    hold,
    kinds,
    plan,
    set_dose,
    severity,
    stress_dose,
    table,
)

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
