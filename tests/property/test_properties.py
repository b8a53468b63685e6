"""Properties of every plan, each quoting the rule that it tests, on generated participants.

In the suite 30 of each; `make prove` draws 1000.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from fractions import Fraction
from typing import Any

from cases import plan_of, runs
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from property.strategies import Case, cases

from taper.doses import dose
from taper.errors import Refusal
from taper.planning.plan import Kind, Plan, Step

STANDARD = settings(
    max_examples=1000 if os.environ.get("TAPER_PEOPLE") else 30,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
RAISING = {Kind.HOLD, Kind.RESCUE, Kind.STRESS_DOSE, Kind.SET_DOSE}


def planned(case: Case) -> Plan:
    """The plan of a generated case, which is left out where it is refused."""
    try:
        return plan_of(*case)
    except Refusal:
        assume(False)
        raise


@STANDARD
@given(cases())
def test_every_date_once_and_consecutive(case: Case):
    """§6.5.6."""
    plan = planned(case)
    dates = [day.date for day in plan.days()]
    assert dates == [plan.anchor.date + dt.timedelta(days=i) for i in range(len(dates))]


def height(step: Step, *, by_mean: bool) -> Fraction:
    """By what a step is compared with others: its highest day, or the mean of its days."""
    return sum(step.daily_mg, Fraction(0)) / len(step.daily_mg) if by_mean else step.highest_mg


@STANDARD
@given(cases())
def test_never_a_rise_except_where_an_event_says_so(case: Case):
    """§6.4.7, §4.12.6: A rise begins a hold at a step back, a rescue, a stress dose or a set dose,
    or is the higher day of a cycle; of a row that is compared by its mean, the mean counts.
    """
    plan = planned(case)
    before: Fraction | None = None
    for step in plan.steps:
        mg = plan.prednisone_equivalent(height(step, by_mean=step.is_by_mean), step.drug)
        # of a turn that is cut short, the days printed are not all that the mean is of
        is_cut = step.is_by_mean and step.days <= len(step.daily_mg)
        if is_cut:
            continue
        if before is not None and mg > before:
            assert step.kind in RAISING
        before = mg


@STANDARD
@given(cases())
def test_tablets_sum_to_the_dose(case: Case):
    """§7.1.1."""
    for day in planned(case).days():
        assert sum((t.count * t.strength_mg for t in day.tablets), Fraction(0)) == day.dose_mg


@STANDARD
@given(cases(), st.sampled_from(["3", "5", "0.4"]), st.sampled_from(["0.5", "0.25", "0.1"]))
def test_a_solution_makes_what_whole_tablets_of_its_smallest_volume_make(
    case: Case, mg_per_ml: str, smallest_ml: str
):
    """§5.2.9, §7.3.2: the same days and doses, in mL that add up to the quantity."""
    protocol, participant, today = case
    step = dose.text(Fraction(mg_per_ml) * Fraction(smallest_ml))
    key = "taper_strengths" if "taper_strengths" in participant else "strengths"
    alike = []
    for strength in (step, {"mg_per_ml": mg_per_ml, "smallest_ml": smallest_ml}):
        steroid = {**participant["steroid"], **({key: [strength]} if key == "strengths" else {})}
        taper = {key: [strength]} if key == "taper_strengths" else {}
        alike.append((protocol, {**participant, "steroid": steroid, **taper}, today))
    of_tablets = planned(alike[0])
    solution = plan_of(*alike[1])
    assert runs(solution) == runs(of_tablets)
    for day in solution.days():
        assert sum((t.mg for t in day.tablets), Fraction(0)) == day.dose_mg
        assert all(
            (t.count / Fraction(smallest_ml)).denominator == 1 for t in day.tablets if t.in_ml
        )
    ml = sum((t.count for day in solution.days() for t in day.tablets if t.in_ml), Fraction(0))
    assert sum(q.tablets for q in solution.quantities if q.in_ml) == ml


def shifted(value: Any, days: int) -> Any:
    """The data with every date moved."""
    if isinstance(value, dict):
        return {key: shifted(item, days) for key, item in value.items()}
    if isinstance(value, list):
        return [shifted(item, days) for item in value]
    try:
        return str(dt.date.fromisoformat(value) + dt.timedelta(days=days))
    except (TypeError, ValueError):
        return value


@STANDARD
@given(cases(regimens=("bands", "percent", "steps", "tables")), st.integers(-57, 57))
def test_shifting_every_input_date_shifts_every_output_date(case: Case, weeks: int):
    """§2.2.2, §4.12.4: With actual anchors and without linear regimens nothing depends on the
    calendar but the day of the week.
    """
    protocol, participant, today = case
    days = 7 * weeks
    plan = planned(case)
    assume(not plan.provisional)
    later = plan_of(protocol, shifted(participant, days), today + dt.timedelta(days=days))
    assert runs(later) == shifted(runs(plan), days)


@STANDARD
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_events_in_the_file_is_irrelevant(case: Case, order: random.Random):
    """§6.7.1."""
    protocol, participant, today = case
    plan = planned(case)
    events = list(participant.get("events", []))
    order.shuffle(events)
    assert runs(plan_of(protocol, {**participant, "events": events}, today)) == runs(plan)


@STANDARD
@given(cases())
def test_past_days_never_change_because_of_a_later_event(case: Case):
    """§6.7.11."""
    protocol, participant, today = case
    plan = planned(case)
    events = sorted(participant.get("events", []), key=lambda event: str(event["date"]))
    assume(events)
    before = plan_of(protocol, {**participant, "events": events[:-1]}, today)
    first_changed = dt.date.fromisoformat(str(events[-1]["date"]))
    kept = [(d.date, d.dose_mg) for d in plan.days() if d.date < first_changed]
    was = [(d.date, d.dose_mg) for d in before.days() if d.date < first_changed]
    assert kept[: len(was)] == was


@STANDARD
@given(cases(events=()))
def test_a_printed_dose_over_the_target_is_never_at_or_under_it(case: Case):
    """§6.4.6: Nobody reaches the target early because of tablets (unless no tablet is between)."""
    plan = planned(case)
    assume(plan.target_mg is not None and plan.baseline is not None)
    for step in plan.steps:
        if step.kind is Kind.MAINTENANCE:
            assert plan.prednisone_equivalent(step.highest_mg, step.drug) <= max(
                plan.target_mg or Fraction(0), Fraction(0)
            )


@given(st.fractions(min_value=0, max_value=1000, max_denominator=10_000))
def test_a_dose_as_text_is_half_up_at_four_decimals(mg: Fraction):
    """§2.4.2."""
    text = dose.text(mg)
    assert abs(Fraction(text) - mg) <= Fraction(1, 20_000)
    assert "e" not in text.lower()
    assert not ("." in text and text.endswith(("0", ".")))
