"""Two programs from one specification agree on every day of every calendar.

In the suite a few participants; `make prove PEOPLE=20000` draws so many, 250 a seed, and prints
how many there were with each rule. A run that was stopped goes on with SEED=N, and a seed always
draws the same people.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from property.comparing import plan_of, refuse_to_differ, rules_in
from property.strategies import EVENTS, EVERY_REGIMEN, LATER_EVENTS, LATER_RULES, Case, cases
from property.strategies.protocols import protocol_around

PEOPLE = int(os.environ.get("TAPER_PEOPLE", "0"))
FIRST = int(os.environ.get("TAPER_SEED", "1"))
A_SEED = 250 if PEOPLE else 15
"""How many participants a seed draws."""
SEEDS = range(FIRST, FIRST + max(PEOPLE // A_SEED, 1))


@pytest.mark.parametrize("number", SEEDS)
def test_the_engine_and_the_plain_day_by_day_planner_agree(number: int, record_property: Any):
    """Doses, states, dates, tablets and what comes after, with every rule and event on top.

    §4.8.2, §4.9.2, §4.10.1, §4.11.9, §4.12.2, §4.12.3, §4.12.4, §4.12.5, §4.12.6, §4.12.7,
    §4.12.9, §4.12.10, §4.13.1, §4.13.2, §4.13.3, §4.13.4, §4.14.1, §4.14.3, §4.14.4, §4.14.5,
    §4.14.9, §4.14.10, §6.13.2, §6.13.3, §6.13.4, §6.14.3, §6.14.4, §6.15.1, §6.15.2,
    §6.8.26, §6.11.14.
    """
    people: Counter[str] = Counter()

    @seed(number)
    @settings(
        max_examples=A_SEED,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(regimens=EVERY_REGIMEN, events=(*EVENTS, *LATER_EVENTS), rules=LATER_RULES))
    def agree(case: Case):
        people.update({"participants", *rules_in(case)})
        refuse_to_differ(case)

    agree()
    record_property("people", dict(people))


def test_an_amendment_in_a_run_in_leaves_it_what_it_has_of_a_first_level_of_the_same_dose():
    """§6.14.3, §6.4.14, §6.2.4: the run-in is finished, to a recorded start and two days more."""
    rows = [{"mg": "12.5", "days": 2}, {"mg": "5", "days": 7}]
    steps = {"kind": "steps", "entry": "join", "steps": rows}
    first = {"after_infusion": 1, "offset_days": 2, "target_mg": "5", "regimen": steps}
    falling = {"kind": "linear", "every_days": 7}
    protocol = protocol_around(first, "us-label")
    protocol["amendments"] = {"2.0": protocol_around({**first, "regimen": falling}, "us-label")}
    participant = {
        "participant": "A1",
        "protocol": "p",
        "steroid": {"drug": "prednisone", "dose_mg": "12.5", "strengths": ["5", "2.5", "1"]},
        "infusions": [{"number": 1, "date": "2028-08-31"}],
        "taper_started": "2028-09-04",
        "events": [{"type": "amendment", "date": "2028-09-02", "protocol": "2.0"}],
    }
    refuse_to_differ((protocol, participant, dt.date(2040, 1, 1)))


def test_an_alternating_maintenance_that_an_amendment_ends_later_goes_on_alternating():
    """§6.14.4, §4.13.4, §6.4.15: 5 and 4 in turn until the Monday on which the new rule falls."""
    rows = [{"mg": "10", "days": 1}, {"mg": ["5", "4"], "days": 1}]
    first = {
        "after_infusion": 1,
        "offset_days": 0,
        "target_mg": "5",
        "regimen": {"kind": "steps", "steps": rows},
    }
    to_nothing = {"kind": "steps", "steps": [{"mg": "60", "days": 1}, {"mg": "0", "days": 1}]}
    later = {**first, "target_mg": "0", "regimen": to_nothing, "change_on": ["monday"]}
    protocol = protocol_around(first, "us-label")
    protocol["amendments"] = {"2.0": protocol_around(later, "us-label")}
    participant = {
        "participant": "A1",
        "protocol": "p",
        "steroid": {"drug": "prednisone", "dose_mg": "6", "strengths": ["5", "2.5", "1"]},
        "infusions": [{"number": 1, "date": "2023-01-01"}],
        "events": [{"type": "amendment", "date": "2023-01-04", "protocol": "2.0"}],
    }
    case = (protocol, participant, dt.date(2040, 1, 1))
    refuse_to_differ(case)
    assert [day.dose_mg for day in plan_of(*case).days()][:9] == [5, 4, 5, 4, 5, 4, 5, 4, 0]
