"""Eighteen faults that a bundle may have, each planted into a good one by its name."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

Bundle = dict[str, Any]


def request_of(bundle: Bundle) -> dict[str, Any]:
    """The first medication request."""
    resources = (each["resource"] for each in bundle["entry"])
    return next(r for r in resources if r["resourceType"] == "MedicationRequest")


def _dosage(bundle: Bundle) -> dict[str, Any]:
    return request_of(bundle)["dosageInstruction"][0]


def _repeat(bundle: Bundle) -> dict[str, Any]:
    return _dosage(bundle)["timing"]["repeat"]


def _dose(bundle: Bundle) -> dict[str, Any]:
    return _dosage(bundle)["doseAndRate"][0]["doseQuantity"]


def _without(part: Callable[[Bundle], dict[str, Any]], key: str) -> Callable[[Bundle], Any]:
    return lambda bundle: part(bundle).pop(key)


def _with(part: Callable[[Bundle], dict[str, Any]], **more: Any) -> Callable[[Bundle], Any]:
    return lambda bundle: part(bundle).update(more)


PLANTED: dict[str, Callable[[Bundle], Any]] = {
    "a request without a status": _without(request_of, "status"),
    "a status that there is not": _with(request_of, status="planned"),
    "a request without an intent": _without(request_of, "intent"),
    "a request for no medication": _without(request_of, "medicationCodeableConcept"),
    "a request for nobody": _without(request_of, "subject"),
    "an element that there is not": _with(_dosage, strength="20 mg"),
    "a number of the sequence as text": _with(_dosage, sequence="1"),
    "a dose as text": _with(_dose, value="20"),
    "a unit that there is not": _with(_dose, code="mgs"),
    "a code of no system": _without(_dose, "system"),
    "a period without its unit": _without(_repeat, "periodUnit"),
    "a period under nothing": _with(_repeat, period=-1),
    "a time of day beside another one": _with(_repeat, timeOfDay=["08:00:00"], when=["MORN"]),
    "an end before its start": lambda bundle: _repeat(bundle)["boundsPeriod"].update(
        end="2001-01-01"
    ),
    "a date that there is not": lambda bundle: _repeat(bundle)["boundsPeriod"].update(start="soon"),
    "a reference to nothing": _with(
        request_of, subject={"reference": "urn:uuid:00000000-0000-4000-8000-000000000000"}
    ),
    "an entry that asks for nothing": lambda bundle: bundle["entry"][0].pop("request"),
    "a program in the narrative": lambda bundle: request_of(bundle)["text"].update(
        div='<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>'
    ),
}


def planted(bundle: Bundle) -> dict[str, Bundle]:
    """The bundle with each fault, by its name."""
    found = {}
    for name, plant in PLANTED.items():
        found[name] = deepcopy(bundle)
        plant(found[name])
    return found
