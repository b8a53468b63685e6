"""A plan's document as it rides along in a paper: no reason in it, and for patients no other words.

Reasons are a person's own words. The one page that prints them has them beside the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taper.planning.plan import Planned
from taper.record.plan_document import PlanDocument, finding_as_data

_OF_EVENTS = {"event", "reason"}


def without_events(document: Mapping[str, Any]) -> PlanDocument:
    """The document without events, and without what its steps say of them."""
    steps = [
        {key: step[key] for key in step if key not in _OF_EVENTS} for step in document["steps"]
    ]
    return {key: document[key] for key in document if key != "events"} | {"steps": steps}


def for_patients(document: PlanDocument, plan: Planned) -> PlanDocument:
    """The document as it rides along in a patient's paper, its findings without such words too."""
    findings = (each._replace(text=each.for_patients or each.text) for each in plan.findings)
    said = [finding_as_data(each) for each in findings]
    return {**without_events(document), "findings": said}
