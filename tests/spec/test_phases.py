"""§4.14: rules that follow one another, each from the dose where the one before ended."""

from __future__ import annotations

from typing import Any

import pytest
from cases import Fields, as_text
from spec.build import QUARTERS, bands, codes, course, ideal, kinds, plan, refusal, set_dose, table

from taper.cli.shown.regimens import regimen as shown


def phases(*each: Fields) -> Fields:
    return {"kind": "phases", "phases": list(each)}


def down(to: str | None, *rows: tuple[str, str, int]) -> Fields:
    """A phase of bands, down to a dose unless it is the last."""
    return {**bands(*rows), **({} if to is None else {"to_mg": to})}


def per_kg(*rows: tuple[str, str | None, int], **more: Any) -> Fields:
    """A phase of doses by weight: mg per kg, at most so much, for so many weeks."""
    written = [
        {"mg_per_kg": mg, "weeks": weeks, **({} if most is None else {"max_mg": most})}
        for mg, most, weeks in rows
    ]
    return {"kind": "steps", "steps": written, **more}


def percent(share: str, days: int = 14, **more: str) -> Fields:
    return {"kind": "percent", "decrease_percent": share, "every_days": days, **more}


MYOSITIS = phases(
    per_kg(("1", "75", 6), entry="join"),
    down("25", ("0", "5", 14)),
    down(None, ("10", "2.5", 14), ("0", "1", 28)),
)
"""1 mg/kg, at most 75, for 6 weeks; 5 mg less every 2 weeks to 25 mg; then more slowly."""


def test_each_phase_goes_on_where_the_one_before_ended():
    """§4.14.1, §4.14.2, §4.14.3: of 60 kg; 25 mg lasts the 14 days of the band that led to it."""
    planned = plan("60", regimen=MYOSITIS, participant={"weight_kg": "60"})
    assert course(planned) == (
        "60×56 55×14 50×14 45×14 40×14 35×14 30×14 25×14 22.5×14 20×14 17.5×14 15×14 12.5×14 "
        "10×28 9×28 8×28 7×28 6×28 5×28"
    )


def test_the_last_row_of_a_table_ends_its_phase_and_lasts_as_it_says():
    """§4.14.2, §4.14.3."""
    rule = phases(table((["20", "15"], 10), ("12", 3)), down(None, ("0", "2.5", 7)))
    assert kinds(plan("25", regimen=rule)) == (
        "run-in 25×14, 20/15×10, 12×3, 9.5×7, 7×7, maintenance 5×28"
    )


def test_a_table_by_weight_in_another_drug_may_be_a_phase():
    """§4.14.1, §4.12.5: 0.6 mg/kg methylprednisolone, at most 48, then 8 (10) mg less a month."""
    rule = phases(
        per_kg(("0.6", "48", 8), entry="join", **{"in": "methylprednisolone"}),
        down(None, ("0", "10", 28)),
    )
    taken = {"drug": "methylprednisolone", "dose_mg": "48", "strengths": ["16", "4"]}
    planned = plan(regimen=rule, target="0", steroid=taken, participant={"weight_kg": "90"})
    assert course(planned) == "48×70 40×28 32×28 24×28 16×28 8×28 0×28"


def test_the_target_ends_the_whole_regimen():
    """§4.14.4: the second row is at 5 mg, and the bands never begin."""
    rule = phases(table(("8", 7), ("5", 7)), down(None, ("0", "1", 14)))
    assert kinds(plan(regimen=rule)) == "run-in 10×14, 8×7, maintenance 5×28"


def test_a_to_mg_under_the_target_ends_at_the_target():
    """§4.14.4."""
    rule = phases(down("2", ("0", "2", 7)), down(None, ("0", "1", 14)))
    assert kinds(plan(regimen=rule)) == "run-in 10×14, 8×7, 6×7, maintenance 5×28"


@pytest.mark.parametrize("mg", ["20", "18"])
def test_a_phase_that_ends_not_below_its_start_is_passed_over(mg: str):
    """§4.14.5: bands down to 20 mg."""
    rule = phases(down("20", ("0", "5", 7)), percent("50"))
    assert ideal(plan(mg, regimen=rule, strengths=QUARTERS)) == [
        *{"20": ["10"], "18": ["9"]}[mg],
        "5",
    ]


@pytest.mark.parametrize("entry", ["below", "join"])
def test_a_table_without_a_row_to_start_at_is_passed_over(entry: str):
    """§4.14.5: its only row is 30 mg, and 10 are taken."""
    rule = phases(table(("30", 7), entry=entry), down(None, ("0", "2.5", 7)))
    assert kinds(plan(regimen=rule)) == "run-in 10×14, 7.5×7, maintenance 5×28"


def test_a_row_of_a_phase_never_raises_the_dose_where_it_begins():
    """§4.14.8: from 20 mg, where the bands end, and not from the baseline of 40."""
    rule = phases(down("20", ("0", "10", 7)), table(("30", 7), ("5", 7), entry="first"))
    planned = plan("40", regimen=rule)
    assert kinds(planned) == "run-in 40×14, 30×7, 20×14, maintenance 5×28"
    assert "row-cut" in codes(planned)


def test_linear_is_the_last_phase_and_fits_into_what_is_left():
    """§4.14.6, §4.14.9: of 120 days 30 are gone; three intervals from 20 to 5 mg."""
    rule = phases(table(("20", 30)), {"kind": "linear", "every_days": 30})
    planned = plan("25", regimen=rule, taper={"complete_within": {"days": 120}})
    assert course(planned) == "25×14 20×30 15×30 10×30 5×28"


def test_linear_that_finds_no_interval_left_is_refused():
    """§4.14.9: of 40 days 20 are left."""
    rule = phases(table(("20", 20)), {"kind": "linear", "every_days": 30})
    problem = refusal("25", regimen=rule, taper={"complete_within": {"days": 40}})
    assert (problem.who, problem.field) == ("IIM-001", "taper.regimen.every_days")
    assert "20 days" in problem.allowed


def test_a_percentage_of_the_baseline_is_of_the_participants():
    """§4.14.7: a quarter of 40 mg, though the phase begins at 25."""
    rule = phases(down("25", ("0", "15", 7)), percent("25", of="baseline"))
    assert ideal(plan("40", regimen=rule)) == ["25", "15", "5"]


def test_after_a_set_dose_the_phases_are_walked_again():
    """§4.14.1, §6.11.4: from 30 mg the table finds no row, and the bands go on to 25."""
    weighed = {"weight_kg": "60"}
    events = [set_dose("2026-01-26", 7, "30")]
    planned = plan("60", regimen=MYOSITIS, participant=weighed, events=events)
    assert course(planned).startswith("60×21 30×7 25×14 22.5×14")


def test_a_mean_at_the_target_ends_the_phases():
    """§4.14.10: 10 and 0 are a mean of 5; one of the days is over the target, so 5 follows."""
    alternate = table((["10", "0"], 14))
    alternate["steps"][0]["compare"] = "mean"
    rule = phases(alternate, down(None, ("0", "1", 14)))
    assert kinds(plan("20", regimen=rule)) == "run-in 20×14, 10/0×14, maintenance 5×28"


TO_5 = down(None, ("0", "1", 14))


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (
            phases({"kind": "linear", "every_days": 14}, TO_5),
            "linear as the last phase only, and it is 1",
        ),
        (
            phases(percent("20"), TO_5),
            "a to_mg in phase 1, the dose at which it ends",
        ),
        (
            phases(percent("20", to_mg="20"), down("5", ("0", "1", 14))),
            "no to_mg in the last phase, which ends at the target",
        ),
        (
            phases(down("20", ("25", "5", 7)), TO_5),
            "in phase 1 a lowest above_mg of at most the target, 20 mg",
        ),
        (
            phases(table(("20", 7)), down(None, ("6", "1", 7))),
            "in phase 2 a lowest above_mg of at most the target, 5 mg",
        ),
        (
            phases(table(("20", 7), ("2", 7), ("10", 7)), TO_5),
            "in phase 1 no row over the target, 5 mg, after one at or under it: 10 mg comes after "
            "2 mg",
        ),
    ],
)
def test_phases_that_do_not_end_are_refused(rule: Fields, allowed: str):
    """§4.14.2, §4.14.6: each but the last ends, and the last reaches the target."""
    problem = refusal(regimen=rule)
    assert problem.who == "protocol"
    assert problem.field in {"taper.regimen", "taper.regimen.phases"}
    assert problem.allowed == allowed


def test_a_phase_is_one_of_the_other_kinds():
    """§4.14.2: no phases in phases."""
    problem = refusal(regimen=phases(MYOSITIS, TO_5))
    assert problem.field == "taper.regimen.phases[1].kind"
    assert problem.allowed == "bands, percent, linear or steps"


def test_phases_are_shown_one_after_another():
    """§4.14.1: `taper regimens show`."""
    weekdays = {"by_weekday": {"monday": "5", "else": "0"}, "weeks": "1"}
    rule = as_text(
        phases(
            per_kg(("1", "75", 6), ("0.5", None, 1), **{"in": "dexamethasone"}),
            down("25", ("0", "5", 14)),
            {
                "kind": "steps",
                "steps": [weekdays, {"mg": ["8", "0"], "compare": "mean", "days": 2}],
            },
        )
    )
    sheet = {"id": "m", "title": "m", "status": "looked-up", "regimen": rule, "sources": []}
    said = " ".join(shown(sheet).replace(chr(160), " ").split())
    assert "phase 1: mg of dexamethasone" in said
    assert "1 mg per kg (at most 75 mg) for 6 weeks, 0.5 mg per kg for 1 week" in said
    assert "phase 2 down to 25 mg: over 0 mg: 5 mg less every 14 days" in said
    assert "5 mg on Monday and 0 mg on the other days for 1 week" in said
    assert "8 / 0 mg, compared by the mean, for 2 days" in said
