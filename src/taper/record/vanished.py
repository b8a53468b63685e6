"""What was there before and is not any more: a source that lacks it says nothing of it. Pure.

An export without one form, a row that was cut or a file that was copied from an older one ends a
flare, forgets an infusion or loses a telephone number without a word. So it is asked who took it
back, and why (§5.4.5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from taper.doses import dose
from taper.errors import Problem, Refusal, Unaccepted
from taper.planning.findings.case import OWN_RULE
from taper.planning.labels import Finding, Severity
from taper.record import reported
from taper.record.changes import ENDS, Cause, Change, Facts
from taper.record.differing import in_shares, listed


class Lost(NamedTuple):
    """What is not said any more: in which field of a participant's file, and what it was."""

    field: str
    said: str


def vanished(old: Facts, new: Facts, said_on: date | None = None) -> list[Lost]:
    """What was said before and is not said any more: events first, each by date.

    An event of the same kind on another day is one that was moved, not one that is gone; an
    infusion up to the day `said_on` took place, and does not become one that was missed. Of who
    takes no steroid any more nothing but events and what was taken is needed.
    """
    was, now = list(old.get("events", ())), list(new.get("events", ()))
    found = [Lost("events", said) for said in (*_gone(was, now), *_less_told(was, now))]
    found += [Lost(each.field, str(each)) for each in reported.retold(old, new)]
    if "steroid" in new:
        found += [*_infusions(old, new, said_on), *_visits(old, new), *_single_fields(old, new)]
    return found


def of_documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Lost]:
    """The same of two plan documents, which say events, a site and a phone.

    And which infusion the taper follows and which visits were attended, where they took place.
    """
    return vanished(_said_in(old), _said_in(new))


def _said_in(document: Mapping[str, Any]) -> Facts:
    events = [
        {key: value for key, value in event.items() if key not in _OF_THE_PLAN}
        for event in document.get("events", ())
    ]
    takes: dict[str, Any] = {"steroid": {}} if document["steps"] else {}
    return {
        "events": events,
        "contact": document.get("contact") or {},
        "infusions": list(_given(document)),
        "visits": [each for each in document.get("visits", ()) if not each["planned"]],
        **takes,
    }


def _given(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The infusion that the taper follows, unless it is only planned."""
    anchor = document["anchor"]
    if anchor is not None and not document["provisional"]:
        yield {"number": anchor["infusion"], "date": anchor["date"], "missed": False}


_OF_THE_PLAN = frozenset({"number", "did", "steps"})
"""What a plan says of an event and no file."""


def refusal(who: str, lost: Iterable[Lost], where: str) -> Refusal:
    """Why a source is not planned that says nothing of what is in `where`, field by field."""
    back = '--accept-past "WHO, WHY" where it was taken back'
    allowed = f"a source that has all that was said, or {back}"
    by_field: dict[str, list[str]] = {}
    for field, said in lost:
        by_field.setdefault(field, []).append(said)
    problems = (
        Problem(who, field, f"without {dose.join(said)}, which {where} has", allowed)
        for field, said in by_field.items()
    )
    return Unaccepted(*problems)


def finding(lost: Iterable[Lost], where: str, accepted: str) -> Finding:
    """The same for whoever must see it, and who `accepted` that it was taken back (§8.3.12)."""
    said = f"Taken back is what {where} has: {dose.join([each.said for each in lost])}"
    text, for_patients = f"{said}, accepted by {accepted}.", f"{said}."
    return Finding("taken-back", Severity.WARNING, text, OWN_RULE, for_patients=for_patients)


def changes(lost: Iterable[Lost], accepted: str) -> list[Change]:
    """The same for the ledger, each under its cause, with who `accepted` that it was taken back."""
    by_cause: dict[Cause, list[str]] = {}
    for field, said in lost:
        by_cause.setdefault(_cause(field), []).append(said)
    return [
        Change(cause, f"{dose.join(said)} taken back, accepted by {accepted}")
        for cause, said in by_cause.items()
    ]


def _cause(field: str) -> Cause:
    return next(cause for begins, cause in _CAUSES.items() if field.startswith(begins))


_CAUSES: Mapping[str, Cause] = {
    "events": Cause.EVENT,
    "infusions": Cause.INFUSION,
    "visits": Cause.VISIT,
    "taken": Cause.TAKEN,
    "exposures": Cause.TAKEN,
    "taper_started": Cause.START,
    "steroid.since": Cause.BEFORE,
    "enrolment": Cause.BEFORE,
    "weight_kg": Cause.WEIGHT,
    "contact": Cause.CONTACT,
    "locale": Cause.LANGUAGE,
    "": Cause.TABLETS,
}
"""Why a calendar is replaced of which a field is gone; of any other it is the tablets."""


def _infusions(old: Facts, new: Facts, said_on: date | None) -> Iterator[Lost]:
    there = {infusion["number"]: infusion for infusion in new.get("infusions", ())}
    for infusion in old.get("infusions", ()):
        number = infusion["number"]
        now, said = there.get(number), f"infusion {number} {_when(infusion)}"
        if now is None:
            yield Lost(f"infusions (number {number})", said)
        elif now["missed"] and _took_place(infusion, said_on):
            yield Lost(f"infusions (number {number})", f"{said}, missed now")


def _took_place(infusion: Mapping[str, Any], said_on: date | None) -> bool:
    given = infusion.get("date")
    return given is not None and said_on is not None and date.fromisoformat(given) <= said_on


def _visits(old: Facts, new: Facts) -> Iterator[Lost]:
    there = {visit["name"].casefold() for visit in new.get("visits", ())}
    for visit in old.get("visits", ()):
        if visit["name"].casefold() not in there:
            yield Lost("visits", f"{visit['name']} {_when(visit)}")


def _when(attended: Mapping[str, Any]) -> str:
    return f"of {attended['date']}" if "date" in attended else "that was missed"


def _single_fields(old: Facts, new: Facts) -> Iterator[Lost]:
    for field, told in _TOLD.items():
        was, now = _at(old, field), _at(new, field)
        if was is not None and now is None:
            yield Lost(field, told(was))


def _at(facts: Facts, field: str) -> Any:
    group, _, key = field.rpartition(".")
    return (facts.get(group) or {} if group else facts).get(key)


_TOLD: Mapping[str, Callable[[Any], str]] = {
    "taper_started": lambda day: f"taper_started of {day}",
    "steroid.since": lambda day: f"since of {day}",
    "steroid.strengths": lambda tablets: f"tablets of {listed(tablets)}",
    "steroid.times": in_shares,
    "taper_strengths": lambda tablets: f"tablets of {listed(tablets)}",
    "weight_kg": lambda kg: f"{kg} kg",
    "enrolment": lambda entry: f"the dose at entry of {entry['date']}",
    "contact.site": lambda site: f"the site {site}",
    "contact.phone": lambda phone: f"the phone {phone}",
}
"""How each field that a file may leave out is told."""


def _gone(was: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    there = {_of(event) for event in now}
    lost = [event for event in was if _of(event) not in there]
    before = {_of(event) for event in was}
    moved = Counter(event["type"] for event in now if _of(event) not in before)
    for event in lost:
        if moved[event["type"]]:
            moved[event["type"]] -= 1
        else:
            yield f"the {event['type']} of {event['date']}"


def _less_told(was: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Of events that are still there: the end of one, a drug or a regimen of its own."""
    there = {_of(event): event for event in now}
    for event in was:
        same = there.get(_of(event), event)
        for key in (key for key in event if key not in same):
            of = f"of the {event['type']} of {event['date']}"
            is_end = key == ENDS.get(event["type"])
            yield f"the end {of} on {event[key]}" if is_end else f"the {key} {of}"


def _of(event: Mapping[str, Any]) -> tuple[str, str]:
    return event["type"], event["date"]
