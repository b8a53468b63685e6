"""Two programs from one specification agree on every day of every calendar.

In the suite a few participants; `make prove PEOPLE=20000` draws so many, 250 a seed, and prints
how many there were with each rule. A run that was stopped goes on with SEED=N, and a seed always
draws the same people.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from property.comparing import refuse_to_differ, rules_in
from property.strategies import EVENTS, EVERY_REGIMEN, LATER_EVENTS, LATER_RULES, Case, cases

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
