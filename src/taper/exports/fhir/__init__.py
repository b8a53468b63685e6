"""A plan as HL7 FHIR R4 (4.0.1): one transaction, which posted twice makes everything once.

A medication request a drug, whose dosages are the steps, or one a step (`Style`); and for every
strength a further request that says how many to hand out. Each resource has the same id in every
revision, so that the next one takes its place; what a former plan had and this one has not is
cancelled by name. Pure: the day of issue is given, and the same plan gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from taper.exports.fhir.elements import RequestId, Style, entry, only_said
from taper.exports.fhir.patient import patient
from taper.exports.fhir.requests import Writing
from taper.planning.plan import Plan
from taper.record.kept import Kept, KeptStep

__all__ = ["Style", "bundle_of"]


def bundle_of(
    plan: Plan,
    plan_id: str,
    issued: date,
    *,
    style: Style = Style.SEQUENCE,
    earlier: Iterable[KeptStep] = (),
) -> bytes:
    """The bundle as JSON; `earlier` are the steps of plans that this one takes the place of."""
    writing = Writing(plan, plan_id, issued, style)
    resources = [patient(plan), *writing.requests()]
    resources += [writing.cancelled(gone) for gone in _gone(plan, earlier, style)]
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [entry(each) for each in resources],
    }
    return f"{json.dumps(only_said(bundle), indent=2, ensure_ascii=False)}\n".encode()


def _gone(plan: Plan, earlier: Iterable[KeptStep], style: Style) -> list[RequestId]:
    """The requests that only earlier plans had, in the order of those."""
    there = ids_of(Kept.of(plan).steps, style)
    return [each for each in ids_of(earlier, style) if each not in there]


def ids_of(steps: Iterable[KeptStep], style: Style) -> Mapping[RequestId, None]:
    """What tells apart the requests of a plan of these steps, each once."""
    found: dict[RequestId, None] = {}
    for step in steps:
        start = step.start if style is Style.PER_STEP else None
        found[RequestId(step.drug, start=start)] = None
        for strength in sorted({text for tablets in step.tablets for text, _ in tablets}):
            found[RequestId(step.drug, strength=strength)] = None
    return found
