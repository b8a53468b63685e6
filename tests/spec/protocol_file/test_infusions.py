"""§4.2.5, §4.2.6: infusions in weeks and days, windows of two sides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cases import Fields, as_text
from spec.build import found, plan, refusal

from taper.cli.shown.protocols import protocol as shown
from taper.sources import validate_trial
from taper.trial.infusions import due
from taper.trial.protocol import Protocol
from taper.trial.timed import Sides


def after(**when: Any) -> Fields:
    """A protocol whose second infusion is at that time, and the taper after it."""
    return {"infusions": [{"number": 1, "months": 0}, {"number": 2, **when}]}


@pytest.mark.parametrize(
    ("when", "planned"),
    [({"weeks": 12}, "2026-03-30"), ({"days": 84}, "2026-03-30"), ({"months": 3}, "2026-04-05")],
)
def test_an_infusion_may_be_planned_in_weeks_or_days(when: Fields, planned: str):
    """§4.2.5: 12 weeks after 5 January are 84 days; 3 months are 90."""
    made = plan(protocol=after(**when), taper={"after_infusion": 2})
    assert [str(mark.date) for mark in made.infusions] == ["2026-01-05", planned]
    assert made.taper_start == dt.date.fromisoformat(planned) + dt.timedelta(days=14)


@pytest.mark.parametrize("when", [{}, {"weeks": 12, "days": 84}])
def test_an_infusion_is_planned_in_one_unit(when: Fields):
    """§4.2.5."""
    problem = refusal(protocol=after(**when))
    assert problem.field == "infusions[2]"
    assert problem.allowed == "exactly one of months, weeks or days"


def test_infusions_rise_whatever_their_units():
    """§4.2.1, §4.2.5: 13 weeks are 91 days, and three months may be 92."""
    three = [{"number": 1, "weeks": 0}, {"number": 2, "months": 3}, {"number": 3, "weeks": 13}]
    problem = refusal(protocol={"infusions": three})
    assert (problem.field, problem.allowed) == (
        "infusions",
        "infusions whose numbers and times rise",
    )
    three[2] = {"number": 3, "weeks": 14}
    assert plan(protocol={"infusions": three}).steps
    three[2] = {"number": 3, "months": 3}
    assert refusal(protocol={"infusions": three}).allowed == problem.allowed


@pytest.mark.parametrize("when", [{"weeks": 0}, {"months": 0}, {"days": 0}])
def test_two_infusions_are_never_planned_for_one_day(when: Fields):
    """§4.2.1: a taper after the second would be planned to begin after the first."""
    assert refusal(protocol=after(**when)).allowed == "infusions whose numbers and times rise"


OUT_OF_WINDOW = "infusion-out-of-window"
WINDOW = {"weeks": 12, "window_days": {"before": 3, "after": 7}}


@pytest.mark.parametrize(
    ("given", "outside"),
    [("2026-03-26", True), ("2026-03-27", False), ("2026-04-06", False), ("2026-04-07", True)],
)
def test_a_window_may_have_two_sides(given: str, outside: bool):
    """§4.2.6: from 3 days before 30 March to 7 days after it."""
    infusions = [{"number": 1, "date": "2026-01-05"}, {"number": 2, "date": given}]
    made = plan(protocol=after(**WINDOW), participant={"infusions": infusions})
    told = found(made, OUT_OF_WINDOW)
    assert bool(told) == outside
    assert all("2026-03-30 3 days before to 7 after" in finding.text for finding in told)


@pytest.mark.parametrize(
    ("window", "said"),
    [(1, "plus or minus 1 day"), ({"before": 1, "after": 7}, "1 day before to 7 after")],
)
def test_a_window_of_a_day_is_said_so(window: object, said: str):
    """§8.2.10."""
    infusions = [{"number": 1, "date": "2026-01-05"}, {"number": 2, "date": "2026-03-20"}]
    protocol = after(weeks=12, window_days=window)
    (told,) = found(plan(protocol=protocol, participant={"infusions": infusions}), OUT_OF_WINDOW)
    assert f"2026-03-30 {said}." in told.text


def test_a_window_is_past_by_its_later_side():
    """§4.2.6, §8.2.13."""
    for today, codes in (("2026-04-06", 0), ("2026-04-07", 1)):
        made = plan(protocol=after(**WINDOW), today=today)
        assert len(found(made, "infusion-undated")) == codes


def test_both_sides_are_booked_by():
    """§4.2.6: `taper protocols --first-infusion`."""
    read = validate_trial(as_text({**BASE, **after(**WINDOW)}), "p")
    second = due(read.protocol, dt.date(2026, 1, 5))[1]
    assert (str(second.earliest), str(second.latest)) == ("2026-03-27", "2026-04-06")
    assert "12 weeks                        3 or 7" in shown(read)


@pytest.mark.parametrize("window", ["x", {"before": 3}, {"before": "3", "after": "y"}, "-1"])
def test_a_window_that_says_no_days_is_one_problem(window: Any):
    """§4.2.6, §4.1.3."""
    problem = refusal(protocol=after(weeks=12, window_days=window))
    assert problem.field.startswith("infusions[2].window_days")
    assert problem.allowed == "whole days from 0 to 3660"


def test_alike_sides_are_the_window_that_they_were():
    """§4.2.4, §4.2.6: the same rules have the same hash."""
    same = [
        Protocol.model_validate(as_text({**BASE, **after(months=3, window_days=window)}))
        for window in (7, {"before": 7, "after": 7})
    ]
    assert same[0] == same[1]
    assert same[0].model_dump(mode="json")["infusions"][1]["window_days"] == 7
    assert same[0].infusions[0].window_days == Sides(before=0, after=0)


BASE: Fields = {
    "id": "p",
    "title": "A trial",
    "version": "1",
    "status": "draft",
    "sources": ["a test"],
}
