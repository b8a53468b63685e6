"""The plan as JSON: the contract that other programs use (§9).

Keys may be added, never renamed. A plan's id is computed from the document alone, so whoever
holds the JSON can compute it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from taper import __version__, fingerprint
from taper.doses import dose
from taper.doses.tablets import Tablets
from taper.planning.plan import After, Finding, Instruction, Plan, Quantity, Step

SCHEMA = "taper-plan/1"
SHORT_ID = 8
"""How many characters of a plan's id are printed, on paper and on screen."""
ENGINE = f"taper {__version__}"
_JSON = json.JSONEncoder(ensure_ascii=False)
"""One for all lines: `json.dumps` makes a new one for each."""
Document = dict[str, Any]


def plan_id(plan: Plan) -> str:
    """SHA-256 of what a reader of the calendar would see: the same instructions, the same id."""
    return str(as_dict(plan)["plan_id"])


def identity(document: Mapping[str, Any]) -> str:
    """The `plan_id` that belongs to a plan document, whatever id it carries (§9.4.1, §9.4.2)."""
    after = document["after"]
    seen = {
        "participant": document["participant"],
        "protocol": {key: document["protocol"][key] for key in ("id", "version")},
        "days": [
            [day["date"], day["drug"], day["dose_mg"], [list(t.values()) for t in day["tablets"]]]
            for day in document["days"]
        ],
        "after": after and {key: after[key] for key in ("drug", "dose_mg", "instruction")},
        "contact": document["contact"],
    }
    return fingerprint.sha256_of(seen)


def to_json(plan: Plan, added: Mapping[str, Any] | None = None) -> str:
    """The plan's document as text.

    `added` are further keys, such as `dispensing`, which are no part of its identity.
    """
    return text_of({**as_dict(plan), **(added or {})})


def text_of(document: Document) -> str:
    """A document as text: one step, day or finding a line, so that two plans can be compared."""
    fields = (f"  {_compact(key)}: {_laid_out(value)}" for key, value in document.items())
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _laid_out(value: object) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n" + ",\n".join(f"    {_compact(item)}" for item in value) + "\n  ]"


def _compact(value: object) -> str:
    return _JSON.encode(value)


def as_dict(plan: Plan) -> Document:
    """The plan as the document of §9; doses are text, dates ISO."""
    document: Document = {
        "schema": SCHEMA,
        "participant": plan.participant,
        "protocol": {
            "id": plan.protocol.id,
            "version": plan.protocol.version,
            "status": plan.protocol.status,
            "sha256": plan.protocol.sha256,
        },
        "equivalence": plan.equivalence,
        "drug": plan.drug,
        "provisional": plan.provisional,
        "state": plan.state.value,
        "baseline": _baseline(plan),
        "anchor": plan.anchor
        and {"infusion": plan.anchor.number, "date": plan.anchor.date.isoformat()},
        "taper_start": _iso(plan.taper_start),
        "target_mg": None if plan.target_mg is None else dose.text(plan.target_mg),
        "target_reached": _iso(plan.target_reached),
        "plan_id": None,
        "revision": plan.revision,
        "after": plan.after and _after(plan.after),
        "contact": {"site": plan.contact_site, "phone": plan.contact_phone},
        "steps": [_step(step) for step in plan.steps],
        "days": list(_days(plan)),
        "quantities": [_quantity(quantity) for quantity in plan.quantities],
        "findings": [_finding(finding) for finding in plan.findings],
        "inputs_sha256": plan.inputs_sha256,
        "engine": ENGINE,
    }
    document["plan_id"] = identity(document)
    return document


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _texts(doses: Iterable[Fraction]) -> list[str]:
    return [dose.text(mg) for mg in doses]


def _baseline(plan: Plan) -> Document | None:
    baseline = plan.baseline
    if baseline is None:
        return None
    return {
        "drug": baseline.drug,
        "dose_mg": dose.text(baseline.dose_mg),
        "prednisone_equivalent_mg": dose.text(baseline.prednisone_mg),
    }


def _after(after: After) -> Document:
    return {
        "drug": after.drug,
        "dose_mg": after_mg(after),
        "instruction": after.instruction.value,
        "pattern_mg": _texts(after.pattern_mg),
    }


def after_mg(after: After) -> str:
    """The dose after the last day (§9.3.4); a cycle that goes on is joined by `/`.

    Who withdraws stays at the dose of the last day, whichever day of a cycle that was.
    """
    if after.instruction is Instruction.KEEP_TAKING or len(after.pattern_mg) == 1:
        return dose.text(after.dose_mg)
    return "/".join(_texts(after.pattern_mg))


def _step(step: Step) -> Document:
    return {
        "number": step.number,
        "kind": step.kind.value,
        "start": step.start.isoformat(),
        "end": step.end.isoformat(),
        "days": step.days,
        "drug": step.drug,
        "daily_mg": _texts(step.daily_mg),
        "ideal_mg": ["/".join(_texts(cycle)) for cycle in step.ideal_mg],
        "tablets": [tablets_as_data(tablets) for tablets in step.tablets],
    }


def tablets_as_data(tablets: Tablets) -> list[dict[str, str]]:
    """The tablets of a dose as the document has them: strength and count, both text."""
    return [
        {"strength_mg": dose.text(tablet.strength_mg), "count": dose.text(tablet.count)}
        for tablet in tablets
    ]


def _days(plan: Plan) -> Iterator[Document]:
    for step in plan.steps:
        taken = [_taken(plan, step, i) for i in range(len(step.daily_mg))]
        for i in range(step.days):
            day = step.start + timedelta(days=i)
            yield {
                "date": day.isoformat(),
                "day": plan.trial_day(day),
                "taper_day": plan.taper_day(day),
                "step": step.number,
                "drug": step.drug,
                **taken[i % len(taken)],
            }


def _taken(plan: Plan, step: Step, place: int) -> Document:
    """What is taken on that day of a step's cycle; made once, for all days like it."""
    mg = step.daily_mg[place]
    return {
        "dose_mg": dose.text(mg),
        "prednisone_equivalent_mg": dose.text(plan.prednisone_equivalent(mg, step.drug)),
        "tablets": tablets_as_data(step.tablets[place]),
    }


def _quantity(quantity: Quantity) -> Document:
    return {
        "drug": quantity.drug,
        "strength_mg": dose.text(quantity.strength_mg),
        "tablets": quantity.tablets,
    }


def _finding(finding: Finding) -> Document:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "text": finding.text,
        "date": _iso(finding.date),
        "step": finding.step,
        "source": finding.source,
    }
