"""§6.8: a flare with `action: step-back`."""

from __future__ import annotations

import pytest
from spec.build import (
    BACK,
    course,
    flare,
    kinds,
    plan,
    table,
)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (1, "10×14 9×14 8×8 9×16 8×14 7×14 6×14 5×28"),
        (2, "10×14 9×14 8×8 10×16 9×14 8×14 7×14 6×14 5×28"),
        (3, "10×14 9×14 8×8 10×16 9×14 8×14 7×14 6×14 5×28"),
        (99, "10×14 9×14 8×8 10×16 9×14 8×14 7×14 6×14 5×28"),
    ],
)
def test_a_step_back_holds_so_many_levels_up_and_walks_the_ladder_again(levels: int, expected: str):
    """§6.8.11, §6.8.13: at the dose n levels up, level 0 at most; then the level below the hold's
    and all others in full.
    """
    rule = {**BACK, "step_back": levels}
    assert course(plan(events=[flare("2026-02-10", "2026-02-12")], flare=rule)) == expected


def test_a_step_back_is_one_level_unless_said_otherwise():
    """§4.1.2: step_back 1."""
    planned = plan(events=[flare("2026-02-10", "2026-02-12")], flare=BACK)
    assert "8×8, hold 9×16, 8×14" in kinds(planned)


def test_a_step_back_on_a_reduction_day_counts_from_the_finished_step():
    """§6.8.11, §6.7.7: the step in effect on 02-16 is 8 mg: hold at 9, then 8 in full."""
    planned = plan(events=[flare("2026-02-16", "2026-02-16")], flare=BACK)
    assert course(planned) == "10×14 9×14 8×14 9×14 8×14 7×14 6×14 5×28"


@pytest.mark.parametrize(
    ("levels", "expected"), [(1, "5×16 6×14 5×28"), (2, "5×16 7×14 6×14 5×28")]
)
def test_a_step_back_from_maintenance(levels: int, expected: str):
    """§6.8.13: so from maintenance too. 5 mg from 16 March, a flare on 1 April."""
    rule = {**BACK, "step_back": levels}
    planned = plan(events=[flare("2026-04-01", "2026-04-01")], flare=rule)
    assert course(planned) == f"10×14 9×14 8×14 7×14 6×14 {expected}"


def test_levels_are_counted_after_equal_doses_are_merged():
    """§6.8.12: tablets of 5 and 2.5 mg give 10×28 7.5×42 5: one level up of 7.5 is 10.

    On 02-10 eight days at 7.5 mg are over; after the hold that level is walked in full.
    """
    planned = plan(strengths=["5", "2.5"], events=[flare("2026-02-10", "2026-02-10")], flare=BACK)
    assert course(planned) == "10×28 7.5×8 10×14 7.5×42 5×28"


def test_level_0_is_in_the_baselines_drug():
    """§6.8.12: level 0, in the baseline's drug: 8 mg methylprednisolone, not 10 prednisone.

    On 02-10 the taper is at level 2, 8 mg prednisone; two levels up is the run-in's dose.
    """
    planned = plan(
        "8",
        steroid={"drug": "methylprednisolone", "strengths": ["4"]},
        participant={"taper_strengths": ["5", "1"]},
        taper={"drug": "prednisone"},
        flare={**BACK, "step_back": 2},
        events=[flare("2026-02-10", "2026-02-10")],
    )
    assert course(planned) == (
        "methylprednisolone: 8×14 prednisone: 9×14 8×8 "
        "methylprednisolone: 8×14 prednisone: 9×14 8×14 7×14 6×14 5×28"
    )


def test_a_step_back_to_a_cycle_holds_at_its_highest_day():
    """§6.8.11, §6.8.7: a cycle's highest day; then the level below in full."""
    rule = table((["8", "6"], 6), ("4", 6), ("0", 7))
    planned = plan(target="0", regimen=rule, flare=BACK, events=[flare("2026-01-27", "2026-01-27")])
    # 8/6 from 01-19, 4 mg from 01-25: two days at 4, then 14 at 8, then 4 in full
    assert kinds(planned) == "run-in 10×14, 8/6×6, 4×2, hold 8×14, 4×6, maintenance 0×28"


def test_a_step_back_may_follow_a_step_back():
    """§6.7.6: a step-back hold counts as its own level: from 9 mg, on the first free day, to 10.

    8 mg for 8 days, 9 for 14 until 02-23, then a flare on 02-24: 10 for 14, then 9 in full.
    """
    planned = plan(
        events=[flare("2026-02-10", "2026-02-10"), flare("2026-02-24", "2026-02-24")], flare=BACK
    )
    assert course(planned) == "10×14 9×14 8×8 9×14 10×14 9×14 8×14 7×14 6×14 5×28"
