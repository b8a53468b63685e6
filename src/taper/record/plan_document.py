"""The plan as JSON: the contract that other programs use (§9).

Keys may be added, never renamed. A plan's id is computed from the document alone, so whoever
holds the JSON can compute it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from taper import __version__, fingerprint
from taper.doses import dose
from taper.doses.solutions import strength_from
from taper.doses.texts import tablets_as_data, texts_of_tablets
from taper.planning.labels import Finding
from taper.planning.plan import After, Plan, Planned
from taper.record.kept import (
    Kept,
    KeptAfter,
    KeptBaseline,
    KeptFinding,
    KeptQuantity,
    KeptStep,
    TimeTexts,
    texts,
)

SCHEMA = "taper-plan/1"
SHORT_ID = 8
"""How many characters of a plan's id are printed, on paper and on screen."""
ENGINE = f"taper {__version__}"
_JSON = json.JSONEncoder(ensure_ascii=False)
"""One for all lines: `json.dumps` makes a new one for each."""
PlanDocument = dict[str, Any]


def plan_id(plan: Planned) -> str:
    """SHA-256 of what a reader of the calendar would see: the same instructions, the same id."""
    return str(as_dict(plan)["plan_id"])


def identity(document: Mapping[str, Any]) -> str:
    """The `plan_id` that belongs to a plan document, whatever id it carries (§9.4.1, §9.4.2)."""
    after = document["after"]
    seen = {
        "participant": document["participant"],
        "protocol": {key: document["protocol"][key] for key in ("id", "version")},
        "days": [
            [
                *(day["date"], day["drug"], day["dose_mg"], texts_of_tablets(day["tablets"])),
                *([day["times"]] if "times" in day else []),
            ]
            for day in document["days"]
        ],
        "after": after and {key: after[key] for key in ("drug", "dose_mg", "instruction")},
        "contact": document["contact"],
    }
    return fingerprint.sha256_of(seen)


def to_json(plan: Planned, added: Mapping[str, Any] | None = None) -> str:
    """The plan's document as text.

    `added` are further keys, such as `dispensing`, which are no part of its identity.
    """
    return text_of({**as_dict(plan), **(added or {})})


def text_of(document: PlanDocument) -> str:
    """A document as text: one step, day or finding a line, so that two plans can be compared."""
    fields = (f"  {_compact(key)}: {_laid_out(value)}" for key, value in document.items())
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _laid_out(value: object) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n" + ",\n".join(f"    {_compact(item)}" for item in value) + "\n  ]"


def _compact(value: object) -> str:
    return _JSON.encode(value)


def as_dict(plan: Planned, kept: Kept | None = None) -> PlanDocument:
    """The plan as the document of §9; `kept` is its record where there is one."""
    kept = kept or Kept.of(plan)
    document: PlanDocument = {
        "schema": SCHEMA,
        "participant": plan.participant,
        "protocol": {
            "id": kept.protocol,
            "version": kept.version,
            "status": plan.protocol.status,
            "sha256": plan.protocol.sha256,
            **_amended(plan),
        },
        "equivalence": kept.equivalence,
        "drug": kept.drug,
        "provisional": plan.provisional,
        "state": kept.state,
        "baseline": kept.baseline and _baseline(kept.baseline),
        "anchor": kept.anchor and {"infusion": kept.anchor.infusion, "date": kept.anchor.date},
        "taper_start": kept.taper_start,
        "target_mg": kept.target_mg,
        "target_reached": kept.target_reached,
        "plan_id": None,
        "revision": plan.revision,
        "after": _after(plan.after) if isinstance(plan, Plan) else None,
        "contact": {"site": kept.site, "phone": plan.contact_phone},
        "steps": [_step(step) for step in kept.steps],
        "days": _days(plan, kept) if isinstance(plan, Plan) else [],
        "quantities": [_quantity(quantity) for quantity in kept.quantities],
        "findings": [_finding(finding) for finding in plan.findings],
        **_visits(plan),
        "inputs_sha256": plan.inputs_sha256,
        "engine": ENGINE,
    }
    document["plan_id"] = identity(document)
    return document


def _visits(plan: Planned) -> dict[str, Any]:
    """The visits that are marked on paper, where the protocol has some (§9.1.10)."""
    marks = [
        {"name": mark.name, "date": mark.date.isoformat(), "planned": mark.planned}
        for mark in plan.visits
    ]
    return {"visits": marks} if marks else {}


def _amended(plan: Planned) -> dict[str, Any]:
    """Since when the protocol holds, and which held before, where it was amended (§6.14.6)."""
    if plan.protocol.since is None:
        return {}
    before = [
        {
            "id": each.id,
            "title": each.title,
            "version": each.version,
            "status": each.status,
            "sha256": each.sha256,
            "since": each.since and each.since.isoformat(),
        }
        for each in plan.former_protocols
    ]
    return {"since": plan.protocol.since.isoformat(), "before": before}


def _baseline(baseline: KeptBaseline) -> dict[str, Any]:
    return {
        "drug": baseline.drug,
        "dose_mg": baseline.dose_mg,
        "prednisone_equivalent_mg": baseline.prednisone_mg,
        **({"product": baseline.product, "form": baseline.form} if baseline.product else {}),
    }


def _after(after: After) -> dict[str, Any]:
    kept = KeptAfter.of(after)
    return {
        "drug": kept.drug,
        "dose_mg": "/".join(kept.doses_mg),
        "instruction": kept.instruction,
        "pattern_mg": texts(after.pattern_mg),
        **({"from": after.first_day.isoformat()} if after.first_day else {}),
    }


def _step(step: KeptStep) -> dict[str, Any]:
    return {
        "number": step.number,
        "kind": step.kind,
        "start": step.start,
        "end": step.last_day.isoformat(),
        "days": step.days,
        "drug": step.drug,
        "daily_mg": list(step.daily_mg),
        "ideal_mg": ["/".join(cycle) for cycle in step.ideal_mg],
        "tablets": [tablets_as_data(tablets) for tablets in step.tablets],
        **({"times": list(_times_in_turn(step))} if step.times else {}),
    }


def _times_in_turn(step: KeptStep) -> Iterator[dict[str, Any]]:
    """What is taken at each time of each day of the cycle, `turn` counted from 1 (§9.2.6)."""
    for turn, times in enumerate(step.times, start=1):
        yield from ({"turn": turn, **each} for each in times_as_data(times))


def times_as_data(times: TimeTexts) -> list[dict[str, Any]]:
    """What is taken at each time of a day as the document has it."""
    return [
        {"time": time, "dose_mg": mg, "tablets": tablets_as_data(tablets)}
        for time, mg, tablets in times
    ]


def _days(plan: Plan, kept: Kept) -> list[dict[str, Any]]:
    return [day for step in kept.steps for day in _days_of(plan, step)]


def _days_of(plan: Plan, step: KeptStep) -> Iterator[dict[str, Any]]:
    first = step.first_day
    taken = _taken(step)
    for i in range(step.days):
        day = first + timedelta(days=i)
        yield {
            "date": day.isoformat(),
            "day": plan.trial_day(day),
            "taper_day": plan.taper_day(day),
            "step": step.number,
            "drug": step.drug,
            **taken[i % len(taken)],
        }


def _taken(step: KeptStep) -> list[dict[str, Any]]:
    """What is taken on each day of a step's cycle; made once, for all days like it."""
    cycle = zip(step.daily_mg, step.equivalent_mg, step.tablets, strict=True)
    taken: list[dict[str, Any]] = [
        {"dose_mg": mg, "prednisone_equivalent_mg": same_mg, "tablets": tablets_as_data(tablets)}
        for mg, same_mg, tablets in cycle
    ]
    for day, times in zip(taken, step.times, strict=False):  # of none where none is divided
        day["times"] = times_as_data(times)
    return taken


def _quantity(quantity: KeptQuantity) -> dict[str, Any]:
    mg, in_ml = strength_from(quantity.strength_mg)
    if in_ml:
        return {"drug": quantity.drug, "mg_per_ml": dose.text(mg), "ml": quantity.tablets}
    return {
        "drug": quantity.drug,
        "strength_mg": quantity.strength_mg,
        "tablets": quantity.tablets,
    }


def for_patients(document: PlanDocument, plan: Plan) -> PlanDocument:
    """The plan's document as it rides along in a patient's paper: without a person's own words."""
    findings = (replace(each, text=each.for_patients or each.text) for each in plan.findings)
    return {**document, "findings": [_finding(each) for each in findings]}


def _finding(finding: Finding) -> dict[str, Any]:
    kept = KeptFinding.of(finding)
    return {
        "code": kept.code,
        "severity": kept.severity,
        "text": finding.text,
        "date": kept.date,
        "step": kept.step,
        "source": finding.source,
    }
