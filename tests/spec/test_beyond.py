"""§6.5.7: days beyond the last printed one, so that there is always a calendar for tomorrow."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from spec.build import flare, plan, table, withdraw

from taper.errors import Refusal
from taper.operations.plans.parts import AskedDays
from taper.paper.attached import refuse_other_fields
from taper.paper.issue import Issue
from taper.paper.kinds import Paper
from taper.paper.record import record
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.terms import Terms
from taper.planning.beyond import shown_until
from taper.planning.plan import Part, Plan
from taper.record import plan_document, reading

SOLUTION = {"mg_per_ml": "1", "smallest_ml": "0.5"}


def doses(shown: Plan, count: int) -> list[str]:
    """The doses of the last days, as text."""
    return [str(float(day.dose_mg)) for day in shown.days()][-count:]


def test_maintenance_goes_on_in_the_days_beyond():
    """§6.5.7: 5 mg are printed until 12 April."""
    planned = plan()
    shown = shown_until(planned, planned.last_day + timedelta(days=20))
    assert len(shown.steps) == len(planned.steps)
    assert set(doses(shown, 20)) == {"5.0"}
    assert shown.last_day == planned.last_day + timedelta(days=20)


def test_the_plan_and_its_id_stay():
    """§6.5.7."""
    planned = plan()
    before = plan_document.plan_id(planned)
    shown_until(planned, planned.last_day + timedelta(days=20))
    assert plan_document.plan_id(planned) == before


@pytest.mark.parametrize("more", [1, 2, 3, 28])
def test_an_open_hold_goes_on_and_its_review_stays_on_its_day(more: int):
    """§6.5.7."""
    planned = plan(events=[flare("2026-01-22")])
    shown = shown_until(planned, planned.last_day + timedelta(days=more))
    assert len(set(doses(shown, more + 1))) == 1
    assert shown.whole_until == planned.last_day


def test_no_tablets_go_on_as_no_tablets():
    """§6.5.7."""
    planned = plan(target="0", regimen=table(("5", 7), ("0", 7)))
    shown = shown_until(planned, planned.last_day + timedelta(days=9))
    assert set(doses(shown, 9)) == {"0.0"}


@pytest.mark.parametrize("more", [1, 2, 7])
def test_a_cycle_goes_on_from_the_day_that_comes_next(more: int):
    """§6.5.7: shown in one go or in two, each day has the same dose, and so has what follows."""
    planned = _alternating()
    far = shown_until(planned, planned.last_day + timedelta(days=20))
    near = shown_until(planned, planned.last_day + timedelta(days=more))
    by_date = {day.date: day.dose_mg for day in far.days()}
    assert all(by_date[day.date] == day.dose_mg for day in near.days())
    assert near.after.dose_mg == by_date[near.last_day + timedelta(days=1)]
    assert near.after.pattern_mg[0] == near.after.dose_mg
    assert by_date[planned.last_day + timedelta(days=1)] == planned.after.dose_mg


def _alternating() -> Plan:
    from dataclasses import replace

    planned = plan()
    *before, last = planned.steps
    high, low = before[0], last
    cycle = (high.daily_mg[0], low.daily_mg[0])
    tablets = (high.tablets[0], low.tablets[0])
    step = last._replace(daily_mg=cycle, tablets=tablets, days=13)
    after = planned.after._replace(
        pattern_mg=(cycle[1], cycle[0]),
        dose_mg=cycle[1],
        tablets=(tablets[1], tablets[0]),
        first_day=step.end + timedelta(days=1),
    )
    return replace(planned, steps=(*before, step), after=after)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-01-06", "2027-01-01", "--until is 2027-01-01, after a withdrawal; allowed: a print"),
        ("2027-01-01", "2027-01-02", "--from is 2027-01-01, after a withdrawal; allowed: a print"),
    ],
)
def test_days_after_a_withdrawal_are_refused(first: str, last: str, said: str):
    """§6.5.7, §10.10.2."""
    asked = AskedDays(date.fromisoformat(first), date.fromisoformat(last))
    with pytest.raises(Refusal, match=said):
        asked.part_of(plan(events=[withdraw("2026-01-22")]))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-01-04", None, "--from is 2026-01-04; allowed: a day of the plan, 2026-01-05 or"),
        (None, "2025-12-01", "--until is 2025-12-01; allowed: a day of the plan, 2026-01-05 or"),
        ("2026-05-01", None, "--from is 2026-05-01; allowed: it with --until or --weeks"),
        (None, "2190-01-01", "--until is 2190-01-01; allowed: a day less than 3660 days"),
    ],
)
def test_days_that_there_are_not_are_refused(first: str | None, last: str | None, said: str):
    """§10.10.2."""
    asked = AskedDays(*(each and date.fromisoformat(each) for each in (first, last)))
    with pytest.raises(Refusal, match=said):
        asked.part_of(plan())


def test_from_today_begins_with_a_calendar_that_begins_later():
    """§10.10.2."""
    planned = plan()
    week = timedelta(days=6)
    asked = AskedDays(planned.first_day - timedelta(days=3), planned.first_day + week, True)
    assert asked.part_of(planned) == Part(planned.first_day, planned.first_day + week)


def test_tablets_are_counted_for_a_part_and_its_spare_days_are_the_next():
    """§10.10.9: the last 3 printed days and 4 beyond, each one tablet of 5 mg."""
    planned = plan()
    part = Part(planned.last_day - timedelta(days=2), planned.last_day + timedelta(days=4))
    given = dispense(planned, Terms(spare_days=2), part)
    (interval,) = given.intervals
    (supply,) = interval.supplies
    assert (interval.start, interval.end) == (part.first, part.last)
    assert (supply.tablets, supply.with_spare) == (7, 9)


@pytest.mark.parametrize("times", [None, {"morning": 2, "evening": 1}])
def test_a_paper_read_again_knows_the_doses_that_no_printed_day_has(times: object):
    """§6.5.7, §6.4.16: of 5 and 2.5 mg in turn the one printed day has 5 mg."""
    made = plan(
        regimen=table((["5", "2.5"], 14)),
        taper={"maintenance_days": 1},
        steroid={"times": times},
    )
    document = json.loads(json.dumps([plan_document.as_dict(made), reading.beside(made)]))
    again = reading.plan_from(*document)
    assert again.after == made.after
    last = made.last_day + timedelta(days=3)
    one, other = (
        [(day.dose_mg, day.tablets) for day in of.days()]
        for of in (shown_until(again, last), shown_until(made, last))
    )
    assert one == other
    assert "after" not in reading.beside(plan())


@pytest.mark.parametrize(
    "changes",
    [
        {"regimen": table((["5", "2.5"], 14)), "taper": {"maintenance_days": 1}},
        {"events": [{"type": "tablets", "date": "2026-02-10", "strengths": [SOLUTION]}]},
    ],
    ids=["a dose of no printed day", "a solution from a day on"],
)
def test_what_stands_beside_a_plan_in_a_paper_is_as_taper_writes_it(changes: dict):
    """§6.5.7, §7.3.4: else a genuine paper would be said to be altered."""
    made = plan(**changes)
    printed = record(Issue.of(made, date(2026, 1, 10)), Paper.INVESTIGATOR)
    refuse_other_fields({**plan_document.as_dict(made), "printed": printed})
