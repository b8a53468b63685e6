"""What should come back of what a former plan handed out, by that plan's own JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from taper.errors import Refusal
from taper.pharmacy.returns import Forerunner, Returns, returns
from taper.pharmacy.terms import Terms
from taper.planning.plan import Planned
from taper.record.changes import days_of


def returns_of(
    plan: Planned, former: Mapping[str, Any], terms: Terms, today: date
) -> Returns | None:
    """The same for a plan document; refused where it is another participant's."""
    if former["participant"] != plan.participant:
        allowed = f"a plan of {plan.participant}"
        raise Refusal.of("--replaces", "participant", former["participant"], allowed)
    return returns(plan, [Forerunner(today, days_of(former))], terms, today)
