"""§6.8: a flare with `action: rescue`."""

from __future__ import annotations

import pytest
from spec.build import (
    BURST,
    TAPER_START,
    TO_NONE,
    course,
    daily,
    flare,
    kinds,
    plan,
    refusal,
    rescue,
    table,
)


def test_a_rescue_is_the_table_then_the_dose_in_effect_then_the_step_in_full():
    """§6.8.14, §6.8.15: 6 days of burst, 8 mg until r = 02-24, then the step of 8 mg in full."""
    planned = plan(events=[flare("2026-02-10", "2026-02-12")], flare=BURST)
    assert kinds(planned) == (
        "run-in 10×14, 9×14, 8×8, rescue 30×3, rescue 20×3, hold 8×8, 8×14, 7×14, 6×14, "
        "maintenance 5×28"
    )


@pytest.mark.parametrize("least", [0, 5, 6])
def test_a_burst_that_is_longer_than_the_hold_is_taken_to_its_end(least: int):
    """§6.8.15: then the dose in effect until r *if r is later*."""
    planned = plan(events=[flare("2026-02-10", "2026-02-10")], flare={**BURST, "min_days": least})
    assert "8×8, rescue 30×3, rescue 20×3, 8×14, 7×14" in kinds(planned)


def test_rows_of_a_burst_that_print_the_same_are_one_step():
    """§1.1.2: a step is consecutive days with the same instruction: 29 and 31 mg of 5s are 30."""
    planned = plan(
        "20",
        strengths=["5"],
        regimen=table(("10", 14), ("5", 7)),
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("31", 2), ("29", 1), ("20", 3), min_days=6),
    )
    assert "10×1, rescue 30×3, rescue 20×3, 10×14" in kinds(planned)


def test_a_rescue_dose_is_at_least_the_dose_in_effect():
    """§6.8.14: at least the dose in effect: 5 mg of the table is 8 here."""
    burst = rescue(("30", 3), ("5", 3))
    planned = plan(events=[flare("2026-02-10", "2026-02-10")], flare=burst)
    assert "8×8, rescue 30×3, rescue 8×3, hold 8×8, 8×14" in kinds(planned)


def test_a_rescue_dose_is_at_least_a_cycles_highest_day():
    """§6.8.14: of a cycle, its highest day: a table's 3 mg, on a day without tablets, is 5."""
    planned = plan(
        target="0",
        regimen=TO_NONE,
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("3", 2), min_days=2),
    )
    assert daily(planned, TAPER_START, 9) == "5 5 5 5 0 5 0 5 0"


@pytest.mark.parametrize(
    ("mg", "printed"), [("27.5", "30"), ("27.4", "25"), ("32.4", "30"), ("32.5", "35")]
)
def test_a_rescue_dose_is_rounded_to_the_nearest_a_tie_up(mg: str, printed: str):
    """§6.8.14: each rounded to the nearest makeable (tie up), of tablets of 5 mg."""
    planned = plan(
        "20",
        strengths=["5"],
        regimen=table(("10", 14), ("5", 7)),
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue((mg, 3), min_days=3),
    )
    assert course(planned) == f"20×14 10×1 {printed}×3 10×14 5×28"


def test_a_rescue_dose_is_rounded_to_the_nearest_even_where_the_taper_is_rounded_up():
    """§6.8.14: the nearest makeable; `rounding: up` is the ladder's rule."""
    planned = plan(
        "20",
        strengths=["5"],
        regimen=table(("10", 14), ("5", 7)),
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("31", 3), min_days=3),
        taper={"rounding": "up"},
    )
    assert course(planned) == "20×14 10×1 30×3 10×14 5×28"


def test_a_rescue_dose_that_rounds_to_none_is_the_dose_in_effect():
    """§6.8.14: rounded *and* at least the dose in effect: 2 mg of tablets of 5 is none, so 10.
    Refusing it, as a ladder dose that vanishes is, would refuse a plan in which every day has
    its dose.
    """
    planned = plan(
        "20",
        strengths=["5"],
        regimen=table(("10", 14), ("5", 7)),
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("30", 3), ("2", 3), min_days=6),
    )
    assert course(planned) == "20×14 10×1 30×3 10×17 5×28"


def test_a_rescue_dose_of_no_tablet_at_all_is_refused():
    """§6.8.17: 2 mg of tablets of 5 is none, and so is the dose in effect after a taper to 0."""
    problem = refusal(
        target="0",
        regimen=table(("5", 7), ("0", 7)),
        strengths=["5"],
        flare=rescue(("2", 3)),
        events=[flare("2026-02-10", "2026-02-10")],
    )
    assert problem.field == "flare.rescue"
    assert problem.read.startswith("2 mg prednisone")


def test_a_rescue_dose_is_prednisone_equivalent():
    """§4.6.3: prednisone-equivalent: 30 mg are 24 mg methylprednisolone."""
    planned = plan(
        "8",
        steroid={"drug": "methylprednisolone", "strengths": ["4", "1"]},
        regimen=table(("8.75", 14), ("5", 7)),  # 7 mg
        events=[flare("2026-01-20", "2026-01-20")],
        flare=rescue(("30", 3), min_days=3),
    )
    assert course(planned) == "8×14 7×1 24×3 7×14 4×28"


def test_a_rescue_in_the_run_in_is_of_the_baselines_drug():
    """§6.8.16: 30 mg are 24 mg methylprednisolone, whatever the taper is given in."""
    planned = plan(
        "8",
        steroid={"drug": "methylprednisolone", "strengths": ["4"]},
        participant={"taper_strengths": ["5", "1"]},
        taper={"drug": "prednisone"},
        events=[flare("2026-01-10", "2026-01-10")],
        flare=rescue(("30", 3), min_days=3),
    )
    assert course(planned).startswith("methylprednisolone: 8×5 24×3 8×9 prednisone: 9×14")


def test_a_rescue_on_a_reduction_day_serves_the_finished_step_again():
    """§6.8.15, §6.7.7: the finished step is the one in effect, and follows in full."""
    planned = plan(events=[flare("2026-02-16", "2026-02-16")], flare=BURST)
    assert course(planned) == "10×14 9×14 8×14 30×3 20×3 8×22 7×14 6×14 5×28"


def test_a_rescue_in_maintenance():
    """§6.8.20: maintenance is never restarted, what was left of it follows; it has no end
    anyway.
    """
    planned = plan(events=[flare("2026-04-01", "2026-04-01")], flare=BURST)
    assert course(planned) == "10×14 9×14 8×14 7×14 6×14 5×16 30×3 20×3 5×36"


def test_a_rescue_after_the_steroid_was_stopped_ends_in_no_tablets_again():
    """§6.8.15, §6.5.4: the dose in effect is none."""
    planned = plan(
        target="0",
        regimen=table(("5", 7), ("0", 7)),
        events=[flare("2026-02-02", "2026-02-02")],
        flare=BURST,
    )
    assert course(planned) == "10×14 5×7 0×7 30×3 20×3 0×36"
