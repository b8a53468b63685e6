"""Every golden case: a rule, a file, and the calendar that two programs agreed on."""

import pytest
from cases import golden_cases, golden_plan, quantities, runs, times

from taper.errors import Refusal


def test_there_are_golden_cases():
    assert len(golden_cases()) >= 60


@pytest.mark.parametrize("name", golden_cases())
def test_golden_case(name: str):
    case = golden_cases()[name]
    expected = case["expected"]
    if expected.get("refused") == "true":
        with pytest.raises(Refusal) as refused:
            golden_plan(name)
        message = str(refused.value)
        assert message.startswith(f"{case['participant']['participant']}: ")
        assert expected.get("message", "") in message
        return
    plan = golden_plan(name)
    assert str(plan.taper_start) == expected["taper_start"]
    assert str(plan.provisional).lower() == expected["provisional"]
    assert str(plan.target_reached or "null") == expected["target_reached"]
    assert runs(plan) == expected["runs"]
    assert [{k: str(v) for k, v in q.items()} for q in quantities(plan)] == expected["quantities"]
    on_days = {str(day.date): times(day) for day in plan.days()}
    assert {day: on_days[day] for day in expected.get("times", {})} == expected.get("times", {})
