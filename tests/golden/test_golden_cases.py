"""Every golden case: a rule, a file, and the calendar that two programs agreed on."""

import datetime as dt
from pathlib import Path

import pytest
from cases import GOLDEN, plan_of, quantities, runs, times
from ruamel.yaml import YAML

from taper.errors import Refusal

CASES = sorted(GOLDEN.glob("*.yaml"))


def test_there_are_golden_cases():
    assert len(CASES) >= 60


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_case(path: Path):
    case = YAML(typ="base", pure=True).load(path)
    expected = case["expected"]
    today = dt.date.fromisoformat(case["today"])
    if expected.get("refused") == "true":
        with pytest.raises(Refusal) as refused:
            plan_of(case["protocol"], case["participant"], today)
        message = str(refused.value)
        assert message.startswith(f"{case['participant']['participant']}: ")
        assert expected.get("message", "") in message
        return
    plan = plan_of(case["protocol"], case["participant"], today)
    assert str(plan.taper_start) == expected["taper_start"]
    assert str(plan.provisional).lower() == expected["provisional"]
    assert str(plan.target_reached or "null") == expected["target_reached"]
    assert runs(plan) == expected["runs"]
    assert [{k: str(v) for k, v in q.items()} for q in quantities(plan)] == expected["quantities"]
    on_days = {str(day.date): times(day) for day in plan.days()}
    assert {day: on_days[day] for day in expected.get("times", {})} == expected.get("times", {})
