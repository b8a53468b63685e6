"""What a calendar by a shipped regimen prints is what its source prints.

Every sheet is planned for one participant, whose taper begins on the first day.
"""

from __future__ import annotations

import pytest
from spec.build import found, kinds, plan

from taper.planning.plan import Plan

DEXAMETHASONE = {"drug": "dexamethasone", "strengths": ["4", "2", "1", "0.5"]}


def planned(regimen: str, mg: str, target: str, weight: int | None = None, **steroid: object):
    return plan(
        mg,
        regimen=regimen,
        target=target,
        steroid=steroid,
        taper={
            "offset_days": 0,
            "drug": steroid.get("drug", "as-baseline"),
            "complete_within": {"months": 30},
        },
        participant={"weight_kg": weight},
    )


def meningitis(regimen: str, mg: str, weight: int | None = None) -> Plan:
    return planned(regimen, mg, "0", weight, **DEXAMETHASONE)


def test_tuberculous_meningitis_falls_weekly_by_weight_and_then_by_mg():
    made = meningitis("tb-meningitis", "24", 60)
    assert kinds(made) == ("run-in 24×7, 18×7, 12×7, 6×7, 4×7, 3×7, 2×7, 1×7, maintenance 0×28")
    assert not found(made, "row-cut")


def test_under_40_kg_the_last_week_by_weight_goes_on_in_place_of_4_mg():
    made = meningitis("tb-meningitis", "12", 30)
    assert kinds(made) == "run-in 12×7, 9×7, 6×7, 3×21, 2×7, 1×7, maintenance 0×28"
    assert found(made, "row-cut")


@pytest.mark.parametrize("mg", ["6", "4"])
def test_the_weeks_by_mouth_begin_at_4_mg(mg):
    made = meningitis("tb-meningitis-oral", mg)
    assert kinds(made).removeprefix("run-in ") == "4×7, 3×7, 2×7, 1×7, maintenance 0×28"


def test_the_alternate_days_of_the_neurologists_fall_ever_more_slowly():
    high = [f"{mg}/0×30" for mg in (90, 80, 70, 60, 50, 40, 35, 30, 25, 20)]
    low = [f"{mg}/0×30" for mg in (17.5, 15, 12.5, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)]
    made = planned("abn-myasthenia", "50", "0")
    assert kinds(made).split(", ") == [*high, *low, "maintenance 0×28"]
    begun_lower = planned("abn-myasthenia", "10", "0")
    assert kinds(begun_lower).split(", ") == [*low, "maintenance 0×28"]


def test_5_mg_a_month_less_on_alternate_days_takes_19_months():
    made = planned("gpnotebook-myasthenia", "50", "0")
    months = [f"{mg}/0×30" for mg in range(95, 0, -5)]
    assert kinds(made).split(", ") == [*months, "maintenance 0×28"]


def test_5_percent_of_50_mg_are_2_and_a_half_mg_every_two_weeks():
    falls = "47.5×14, 45×14, 42.5×14, 40×14, 37.5×14, 35×14, 32.5×14, maintenance 30×28"
    for name, hold in (("fast", 44), ("slow", 58)):
        made = planned(f"murata-myositis-{name}", "50", "30", 50)
        assert kinds(made) == f"run-in 50×{hold}, {falls}"


def test_a_page_for_lupus_myositis_and_vasculitis_has_two_ends():
    above = "50×7, 40×7, 35×7, 30×7, 25×7, 20×7, 17.5×7, 15×7, 12.5×7"
    below = "10×14, 9×14, 8×14, 7×14, 6×14, maintenance 5×28"
    assert kinds(planned("seekhealthz-fast", "60", "5")) == f"{above}, {below}"
    above = "50×14, 40×7, 35×7, 30×14, 25×14, 20×14, 17.5×14, 15×14, 12.5×14"
    below = "10×28, 9×28, 8×28, 7×28, 6×28, maintenance 5×28"
    assert kinds(planned("seekhealthz-slow", "60", "5")) == f"{above}, {below}"


def test_the_patients_of_cobra_count_30_mg_in_the_third_week():
    """Where the trial, and the sheet cobra, have 25 mg."""
    ours, trials = (
        kinds(planned(name, "60", "7.5")).removeprefix("run-in ")
        for name in ("cobra-tablets", "cobra")
    )
    assert ours == "60×7, 40×7, 30×7, 20×7, 15×7, 10×7, maintenance 7.5×28"
    assert trials == ours.replace("30×7, 20×7", "25×7, 20×7")
