"""Every golden plan, for the tests of files for other systems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from cases import GOLDEN, plan_of
from ruamel.yaml import YAML

from taper.exports import fhir
from taper.planning.plan import Plan
from taper.record.plan_document import plan_id


@cache
def golden_plans() -> dict[str, tuple[Plan, dt.date]]:
    """Each plan of a golden case by the case's name, with the day that it was planned as of."""
    found = {}
    for path in sorted(GOLDEN.glob("*.yaml")):
        case = YAML(typ="base", pure=True).load(path)
        if case["expected"].get("refused") != "true":
            today = dt.date.fromisoformat(case["today"])
            made = plan_of(case["protocol"], case["participant"], today)
            if isinstance(made, Plan):
                found[path.stem] = made, today
    return found


def golden_bundles() -> Iterator[tuple[str, bytes]]:
    """Each golden plan as FHIR in each style, by what it is called."""
    for name, (plan, today) in golden_plans().items():
        for style in fhir.Style:
            yield f"{name}, {style}", fhir.bundle_of(plan, plan_id(plan), today, style=style)
