"""A plan from its own JSON, for whoever holds only the paper: the inverse of `plan_document`.

A plan's document is fixed; what pages print beyond it stands beside it. What no page prints (a
step's level) is in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from taper.doses import dose
from taper.doses.division import Part, parts_of, together
from taper.doses.solutions import Solution, strength_from, strength_text
from taper.doses.tablets import Count, Strength, Tablets
from taper.doses.texts import tablet_texts, tablets_as_data
from taper.planning.effects import attributed
from taper.planning.entered import Entered
from taper.planning.labels import Finding, InfusionMark, ProtocolLabel, Severity, VisitMark
from taper.planning.plan import (
    After,
    Baseline,
    Instruction,
    Kind,
    NotTapering,
    Plan,
    Planned,
    Quantity,
    State,
    Step,
    is_in_ml,
)
from taper.record import plan_document
from taper.record.riding import without_events
from taper.trial.fields import MAX_DAYS
from taper.wording.banner import ELSEWHERE

Json = Mapping[str, Any]
"""A plan document, or a part of one, as it was read."""
Read = TypeVar("Read")


def beside(plan: Planned) -> dict[str, Any]:
    """What a page prints of a plan and its document does not say, as JSON."""
    per_mg = plan.prednisone_per_mg if isinstance(plan, Plan) else {}
    return {
        "title": plan.protocol.title,
        "locale": plan.locale,
        "infusion_day": plan.infusion_day,
        "infusions": [
            [mark.number, mark.date.isoformat(), mark.planned] for mark in plan.infusions
        ],
        "prednisone_per_mg": {drug: str(mg) for drug, mg in per_mg.items()},
        "reasons": {str(step.number): step.reason for step in plan.steps if step.reason},
        "events": [_event_dict(each) for each in plan.events] if isinstance(plan, Plan) else [],
        **_idle_flares(plan),
        **_unprinted(plan),
    }


def _unprinted(plan: Planned) -> dict[str, Any]:
    """The tablets of what comes after, where no printed day has one of its doses."""
    if not isinstance(plan, Plan):
        return {}
    printed = {mg for step in plan.steps for mg in step.daily_mg}
    if printed.issuperset(plan.after.pattern_mg):
        return {}
    taken = plan.after.tablets
    times = [
        {"turn": turn, "time": part.time, "dose_mg": dose.text(part.dose_mg), **_said(part.tablets)}
        for turn, day in enumerate(taken, start=1)
        for part in parts_of(day)
    ]
    each = [_said(day)["tablets"] for day in taken]
    return {"after": {"tablets": each, **({"times": times} if times else {})}}


def _said(tablets: Tablets) -> dict[str, Any]:
    return {"tablets": tablets_as_data(tablet_texts(tablets))}


def _idle_flares(plan: Planned) -> dict[str, Any]:
    idle = [day.isoformat() for day in plan.idle_flares] if isinstance(plan, Plan) else []
    return {"idle_flares": idle} if idle else {}


def _event_dict(event: Entered) -> dict[str, Any]:
    more = {
        "onset": event.onset and event.onset.isoformat(),
        "drug": event.drug,
        "times": [list(each) for each in event.times],
        "strengths": [_strength_texts(each) for each in event.strengths],
        "protocol": event.protocol,
        "kg": event.kg and dose.text(event.kg),
        "regimen": event.regimen,
    }
    return {
        "what": event.what,
        "day": event.day.isoformat(),
        "until": event.until and event.until.isoformat(),
        "days": event.days,
        "dose_mg": None if event.dose_mg is None else dose.text(event.dose_mg),
        "reason": event.reason,
        **{key: value for key, value in more.items() if value},
    }


def _strength_texts(strength: Strength | Solution) -> list[Any]:
    if isinstance(strength, Solution):
        return [strength_text(strength.mg, in_ml=True), dose.text(strength.smallest_ml)]
    return [dose.text(strength.mg), strength.split]


def _strength(mg: str, smallest: Any) -> Strength | Solution:
    number, in_ml = strength_from(mg)
    return Solution(number, dose.exact(smallest)) if in_ml else Strength(number, smallest)


def _event(said: Json) -> Entered:
    return Entered(
        said["what"],
        date.fromisoformat(said["day"]),
        until=_maybe(said["until"], date.fromisoformat),
        days=said["days"],
        dose_mg=_maybe(said["dose_mg"], dose.exact),
        reason=said["reason"],
        strengths=tuple(_strength(*each) for each in said.get("strengths", ())),
        protocol=said.get("protocol"),
        kg=_maybe(said.get("kg"), dose.exact),
        regimen=said.get("regimen"),
        drug=said.get("drug"),
        onset=_maybe(said.get("onset"), date.fromisoformat),
        times=tuple((time, share) for time, share in said.get("times", ())),
    )


def plan_from(document: Json, beside: Json) -> Planned:
    """The plan that a document says, with what stood beside it.

    Raises `ValueError` for a document that is not one of `taper.record.plan_document`, or whose
    parts do not agree with each other.
    """
    try:
        if sum(step["days"] for step in document["steps"]) > MAX_DAYS:
            raise ValueError("more days than are ever printed")
        is_tapering = document["state"] != State.NOT_ON_STEROID
        plan = (_plan if is_tapering else _not_tapering)(document, beside)
        same = without_events(plan_document.as_dict(plan))
        said = without_events(document)
    except (KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError) as wrong:
        raise ValueError("no plan document") from wrong
    for key in same:
        # the id is that of the whole, and whoever reads the document checks it
        if key not in {"engine", "plan_id"} and same[key] != said.get(key):
            raise ValueError(f"its {key!r} does not agree with the rest")
    return plan


def _anchor(said: Json, infusions: Mapping[int, InfusionMark]) -> InfusionMark:
    """The infusion that the taper follows; of steps written elsewhere their first day."""
    number, day = said["anchor"]["infusion"], said["anchor"]["date"]
    if said["protocol"]["status"] == ELSEWHERE:
        return InfusionMark(number, date.fromisoformat(day), planned=False)
    return infusions[number]


def _plan(said: Json, beside: Json) -> Plan:
    infusions = _infusions(beside)
    per_mg = {drug: dose.exact(mg) for drug, mg in beside["prednisone_per_mg"].items()}
    steps: list[Step] = []
    for each in said["steps"]:
        steps.append(_step(each, beside["reasons"], steps[-1] if steps else None))
    # a paper of an older taper, and one that does not print them, says none
    events = tuple(_event(each) for each in beside.get("events", ()))
    return Plan(
        participant=said["participant"],
        protocol=_label({**said["protocol"], "title": beside["title"]}),
        former_protocols=tuple(map(_label, said["protocol"].get("before", ()))),
        equivalence=said["equivalence"],
        drug=said["drug"],
        provisional=said["provisional"],
        state=State(said["state"]),
        baseline=_baseline(said["baseline"], per_mg),
        anchor=_anchor(said, infusions),
        infusion_day=beside["infusion_day"],
        first_infusion=infusions[1].date if 1 in infusions else None,
        infusions=tuple(infusions.values()),
        visits=tuple(map(_visit, said.get("visits", ()))),
        taper_start=date.fromisoformat(said["taper_start"]),
        target_mg=dose.exact(said["target_mg"]),
        target_reached=_maybe(said["target_reached"], date.fromisoformat),
        after=_after(said["after"], steps, beside.get("after")),
        steps=attributed(tuple(steps), events),
        quantities=tuple(_quantity(each) for each in said["quantities"]),
        prednisone_per_mg=per_mg,
        contact_site=said["contact"]["site"],
        contact_phone=said["contact"]["phone"],
        events=events,
        idle_flares=tuple(map(date.fromisoformat, beside.get("idle_flares", ()))),
        locale=beside["locale"],
        inputs_sha256=said["inputs_sha256"],
        revision=said["revision"],
        findings=tuple(_finding(each) for each in said["findings"]),
    )


def _not_tapering(said: Json, beside: Json) -> NotTapering:
    infusions = _infusions(beside)
    return NotTapering(
        participant=said["participant"],
        protocol=_label({**said["protocol"], "title": beside["title"]}),
        equivalence=said["equivalence"],
        infusion_day=beside["infusion_day"],
        first_infusion=infusions[1].date if 1 in infusions else None,
        infusions=tuple(infusions.values()),
        visits=tuple(map(_visit, said.get("visits", ()))),
        target_mg=_maybe(said["target_mg"], dose.exact),
        contact_site=said["contact"]["site"],
        contact_phone=said["contact"]["phone"],
        locale=beside["locale"],
        inputs_sha256=said["inputs_sha256"],
        revision=said["revision"],
        findings=tuple(_finding(each) for each in said["findings"]),
    )


def _label(said: Json) -> ProtocolLabel:
    return ProtocolLabel(
        said["id"],
        said["title"],
        said["version"],
        said["status"],
        said["sha256"],
        _maybe(said.get("since"), date.fromisoformat),
    )


def _infusions(beside: Json) -> dict[int, InfusionMark]:
    return {
        number: InfusionMark(number, date.fromisoformat(day), planned)
        for number, day, planned in beside["infusions"]
    }


def _visit(said: Json) -> VisitMark:
    return VisitMark(said["name"], date.fromisoformat(said["date"]), said["planned"])


def _maybe(value: Any, read: Callable[[Any], Read]) -> Read | None:
    return None if value is None else read(value)


def _doses(texts: list[str]) -> tuple[Fraction, ...]:
    return tuple(map(dose.exact, texts))


def _baseline(said: Json, per_mg: Mapping[str, Fraction]) -> Baseline:
    mg = dose.exact(said["dose_mg"])
    of = said.get("product"), said.get("form")
    return Baseline(said["drug"], mg, mg * per_mg[said["drug"]], *of)


def _after(said: Json, steps: Sequence[Step], unprinted: Json | None) -> After:
    mg, pattern = dose.exact(said["dose_mg"].split("/")[0]), _doses(said["pattern_mg"])
    known = {mg: taken for s in steps for mg, taken in zip(s.daily_mg, s.tablets, strict=True)}
    taken = tuple(known.get(mg, Tablets()) for mg in pattern)
    if unprinted is not None:
        taken = tuple(_in_turn(unprinted))
    instruction, since = (
        Instruction(said["instruction"]),
        _maybe(said.get("from"), date.fromisoformat),
    )
    return After(said["drug"], pattern, mg, instruction, taken, since, is_in_ml(taken, steps[-1]))


def _step(said: Json, reasons: Mapping[str, str], before: Step | None) -> Step:
    taken = tuple(_in_turn(said))
    return Step(
        number=said["number"],
        kind=Kind(said["kind"]),
        start=date.fromisoformat(said["start"]),
        days=said["days"],
        drug=said["drug"],
        daily_mg=_doses(said["daily_mg"]),
        ideal_mg=tuple(_doses(cycle.split("/")) for cycle in said["ideal_mg"]),
        tablets=taken,
        level=said["number"],
        reason=reasons.get(str(said["number"])),
        in_ml=is_in_ml(taken, before),
    )


def _in_turn(said: Json) -> Iterator[Tablets]:
    """The tablets of each day of a step's cycle, divided where they are taken at several times."""
    times = said.get("times", ())
    for turn, tablets in enumerate(said["tablets"], start=1):
        parts = [_part(each) for each in times if each["turn"] == turn]
        yield together(parts) if parts else _tablets(tablets)


def _part(said: Json) -> Part:
    return Part(said["time"], dose.exact(said["dose_mg"]), _tablets(said["tablets"]))


def _tablets(said: list[Json]) -> Tablets:
    return Tablets(
        Count(dose.exact(each["mg_per_ml"]), dose.exact(each["ml"]), in_ml=True)
        if "ml" in each
        else Count(dose.exact(each["strength_mg"]), dose.exact(each["count"]))
        for each in said
    )


def _quantity(said: Json) -> Quantity:
    if "ml" in said:
        mg, ml = dose.exact(said["mg_per_ml"]), dose.exact(said["ml"])
        return Quantity(said["drug"], mg, ml, in_ml=True)
    return Quantity(said["drug"], dose.exact(said["strength_mg"]), said["tablets"])


def _finding(said: Json) -> Finding:
    about, severity = _maybe(said["date"], date.fromisoformat), Severity(said["severity"])
    return Finding(said["code"], severity, said["text"], said["source"], about, said["step"])
