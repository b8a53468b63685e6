"""§8.3: findings about how far a dose falls or rises."""

from __future__ import annotations

import pytest
from cases import Fields
from spec.build import (
    BURST,
    QUARTERS,
    TAPER_START,
    bands,
    flare,
    found,
    hold,
    kinds,
    methyl,
    plan,
    rescue,
    set_dose,
    severity,
    stress_dose,
    table,
)

from taper.planning.plan import Plan

# Falls --------------------------------------------------------------------------------------


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
    assert dropped(planned) == ["2026-01-19"]


def test_a_cycle_is_named_by_its_highest_day():
    """§8.1.3: 2.5 and 4 mg in turn are 4 mg where a finding speaks of them."""
    planned = plan(regimen=table((["2.5", "4"], 20), ("0", 7)), target="0")
    (fall,), (short,) = found(planned, "large-drop"), found(planned, "fast-below-physiologic")
    assert "from 10 mg prednisone to 4 mg prednisone" in fall.text
    assert "4 mg prednisone lasts 20 days" in short.text


def test_a_clinicians_lower_dose_may_be_a_large_drop():
    """§8.3.3: one step falls by more than 10 mg, whoever decided it."""
    planned = plan("40", events=[set_dose("2026-01-26", 7, "20")])
    # 35 mg from 01-19, then 20
    assert dropped(planned) == ["2026-01-26"]


@pytest.mark.parametrize(("last", "dates"), [("5", []), ("5.25", ["2026-02-23"])])
def test_stopping_from_a_dose_over_5_mg_is_a_large_drop(last: str, dates: list[str]):
    """§8.3.4: by half or more counts of a dose over 5 mg: 5 to none, or 2 to 1, is no alarm."""
    rule = table(("7.5", 7), (last, 28), ("0", 7))
    assert dropped(plan(strengths=QUARTERS, target="0", regimen=rule)) == dates


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


def test_a_fall_is_measured_by_the_mean_too():
    """§8.3.4: 40 every day, then 40 and 0 in turn: the highest day stays, the mean halves."""
    planned = plan("40", target="0", regimen=table((["40", "0"], 28), ("0", 7), entry="join"))
    assert found(planned, "large-drop")[0].text == (
        "On 2026-01-19 the dose falls from 40 mg prednisone to a mean of 20 mg prednisone a day: "
        "more than 10 mg prednisone-equivalent at once."
    )


@pytest.mark.parametrize(("low", "large"), [("0.25", False), ("0", True)])
def test_the_mean_may_fall_by_half(low: str, large: bool):
    """§8.3.4: from 14 mg to 14 and 0 in turn, a mean of 7 mg; 14 and 0.25 in turn are more."""
    rule = table((["14", low], 28), ("5", 7), entry="join")
    planned = plan("14", strengths=QUARTERS, regimen=rule)
    assert (TAPER_START in dropped(planned)) == large


def test_after_a_hold_a_cycle_goes_on_and_nothing_falls():
    """§8.3.4: 20 and 0 in turn are held at 20: that they go on is no fall of the mean."""
    rule = table((["20", "0"], 28), ("0", 7), entry="join")
    events = [hold("2026-01-24", "2026-02-01")]
    planned = plan("20", target="0", regimen=rule, events=events)
    assert kinds(planned).startswith("run-in 20×14, 20/0×5, hold 20×8, 0/20×23")
    assert dropped(planned) == ["2026-01-19", "2026-02-24"]


@pytest.mark.parametrize(("days", "large"), [(21, False), (22, True)])
def test_the_return_from_a_long_burst_counts(days: int, large: bool):
    """§8.3.4: from 60 mg of a stress dose, or a rescue, back to the ladder after over 21 days."""
    stressed = plan(events=[stress_dose("2026-02-10", days, "60")])
    events = [flare("2026-02-10", "2026-02-10")]
    rescued = plan(events=events, flare=rescue(("60", days - 1), ("60", 1)))
    back = f"2026-03-0{3 + days - 21}"
    for planned in (stressed, rescued):
        assert dropped(planned) == ([back] if large else [])


def test_the_own_decrease_is_that_of_the_ladder_in_force():
    """§8.3.5: 12.5 % of baseline: after a set dose of 20 mg, from 5 mg at the target, 2.5 mg."""
    rule = {"kind": "percent", "decrease_percent": "12.5", "of": "baseline", "every_days": 7}
    events = [set_dose("2026-01-20", 7, "20")]
    gentle = plan("5", regimen=rule, events=events)
    assert dropped(gentle) == []
    coarse = plan("5", regimen={**rule, "decrease_percent": "5"}, strengths=["5"], events=events)
    assert "own decrease of 1 mg there" in found(coarse, "large-drop")[0].text


# Rises --------------------------------------------------------------------------------------------


def risen(mg: str, to: str, **changes: object) -> list[str]:
    """What is said of a stress dose in the run-in of so many mg."""
    planned = plan(mg, events=[stress_dose("2026-01-10", 3, to)], **changes)
    assert all(finding.severity.value == "warning" for finding in found(planned, "large-rise"))
    return [finding.text for finding in found(planned, "large-rise")]


@pytest.mark.parametrize(
    ("mg", "without", "first", "why"),
    [
        ("10", "20", "21", "more than twice the 10 mg prednisone in effect"),
        (
            "40",
            "60",
            "61",
            "over the 40 mg prednisone in effect by more than 20 mg prednisone-equivalent",
        ),
        ("90", "100", "101", "over 100 mg prednisone-equivalent"),
    ],
)
def test_large_rise(mg: str, without: str, first: str, why: str):
    """§8.3.7: the last dose without it, and the first with it."""
    assert risen(mg, without) == []
    assert risen(mg, first) == [f"On 2026-01-10 the stress dose of {first} mg prednisone is {why}."]


@pytest.mark.parametrize(("to", "large"), [("25", False), ("26", True)])
def test_a_rise_over_what_the_protocol_allows_at_baseline(to: str, large: bool):
    """§8.3.7: over the eligibility's max_mg."""
    assert bool(risen("20", to, protocol={"eligibility": {"max_mg": "25"}})) == large


@pytest.mark.parametrize(
    ("events", "rule", "said"),
    [
        ([set_dose("2026-01-10", 7, "21")], {}, ["2026-01-10"]),
        ([set_dose("2026-01-10", 7, "20")], {}, []),
        ([set_dose("2026-01-10", 9, "25"), hold("2026-01-12", "2026-01-14")], {}, ["2026-01-10"]),
        ([flare("2026-01-10", "2026-01-10")], rescue(("20", 3)), []),
        ([flare("2026-01-10", "2026-01-10")], BURST, ["2026-01-10"]),
        ([flare("2026-01-10", "2026-01-10")], rescue(("20", 3), ("30", 3)), ["2026-01-13"]),
        ([stress_dose("2026-01-10", 3, "19"), set_dose("2026-01-12", 7, "21")], {}, ["2026-01-12"]),
    ],
    ids=["set", "twice", "held", "rescue at twice", "rescue", "second row", "of what is under"],
)
def test_a_rise_is_of_a_set_stress_or_rescue_dose(
    events: list[Fields], rule: Fields, said: list[str]
):
    """§8.3.7: over the dose in effect, which is that of the level under a burst; told once."""
    planned = plan(events=events, flare=rule)
    assert [str(finding.date) for finding in found(planned, "large-rise")] == said


def test_a_set_dose_that_is_no_rise_is_none_however_high():
    """§8.3.7: 150 mg after 200 mg."""
    planned = plan("200", events=[set_dose("2026-01-10", 7, "150")])
    assert severity(planned, "large-rise") == "absent"
