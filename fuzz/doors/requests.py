"""The door of medication requests that another system wrote: FHIR, which taper writes too."""

from __future__ import annotations

from pathlib import Path

from fuzz.door import ROOT, TODAY, Door
from fuzz.doors.records import change
from taper.exports import fhir
from taper.operations.plans.one import plan_file
from taper.planning.plan import Plan
from taper.record.plan_document import plan_id
from taper.sources.fhir import schedule_of

_PARTICIPANTS = ("IIM-001-prednisone-25-mg", "IIM-008-hydrocortisone-to-prednisone")


def requests(data: bytes, folder: Path) -> str:
    """The days of the requests, and the codes of what contradicts in them."""
    found = schedule_of(data, "request.json", TODAY)
    codes = sorted({each.code for each in found.contradictions})
    return f"{min(len(found.days), 5)} days, {' '.join(codes)}"


def _seeds() -> list[bytes]:
    paths = [ROOT / "sample_patients" / f"{name}.yaml" for name in _PARTICIPANTS]
    plans = [plan_file(path, today=TODAY) for path in paths]
    return [
        # on one line, as a tree is changed line by line
        b" ".join(fhir.bundle_of(plan, plan_id(plan), TODAY, style=style).split(b"\n"))
        for plan in plans
        if isinstance(plan, Plan)
        for style in fhir.Style
    ]


REQUESTS = Door("fhir", _seeds, change, requests, cost=2)
