"""The plans of all golden cases, computed once for every form that is read back."""

from __future__ import annotations

import cases

from taper.planning.plan import Plan


def golden_plans() -> tuple[Plan, ...]:
    """Those that have days."""
    return tuple(cases.golden_plans().values())
