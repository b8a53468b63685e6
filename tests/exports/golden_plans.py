"""The plans of all golden cases, computed once for every form that is read back."""

from __future__ import annotations

from datetime import date
from functools import cache

from cases import GOLDEN, plan_of
from ruamel.yaml import YAML

from taper.planning.plan import Plan


@cache
def golden_plans() -> tuple[Plan, ...]:
    """Those that have days."""
    read = YAML(typ="base", pure=True)
    cases = [read.load(path) for path in sorted(GOLDEN.glob("*.yaml"))]
    plans = (
        plan_of(case["protocol"], case["participant"], date.fromisoformat(case["today"]))
        for case in cases
        if case["expected"].get("refused") != "true"
    )
    return tuple(plan for plan in plans if isinstance(plan, Plan))
