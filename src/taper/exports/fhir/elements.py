"""What FHIR resources are made of: ids, codes, quantities, and entries of a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from html import escape
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from taper.planning.plan import Plan
from taper.sources.drugs import drug_facts

Element = dict[str, Any]

_IDS = UUID("3b0f6c52-9f2e-4d0c-8a57-64c1d5e0a7b3")
"""What the ids of all resources are made within."""
UCUM = "http://unitsofmeasure.org"
ATC = "http://www.whocc.no/atc"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
DRUG_FORMS = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"
RENDERED = (
    "http://hl7.org/fhir/5.0/StructureDefinition/"
    "extension-MedicationRequest.renderedDosageInstruction"
)
"""The extension by which R4 says what R5 has as an element: all dosages as one text."""
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


class Style(StrEnum):
    """How the steps of a drug are told: as the sequence of one request, or each by a request."""

    SEQUENCE = "sequence"
    PER_STEP = "per-step"


class RequestId(NamedTuple):
    """What tells a request apart in every revision of a plan.

    One that says what is taken has the `start` of its step where each step has its own; one that
    says what is handed out has a `strength`.
    """

    drug: str
    start: str | None = None
    strength: str | None = None


def id_of(plan: Plan, *what: str | None) -> str:
    """The id of a resource, by the protocol that was the first: an amendment moves none."""
    whose = (plan.participant, plan.protocols[0].id)
    return str(uuid5(_IDS, "/".join(each or "" for each in (*whose, *what))))


def system_of(plan: Plan, what: str) -> str:
    """The namespace of a protocol's own identifiers of that kind."""
    return f"urn:uuid:{uuid5(_IDS, f'{what} of {plan.protocols[0].id}')}"


def reference(id_: str) -> Element:
    """A reference to another resource of the same bundle."""
    return {"reference": f"urn:uuid:{id_}"}


def entry(resource: Mapping[str, Any]) -> Element:
    """The entry by which a server creates the resource under its id, or replaces it."""
    url = f"{resource['resourceType']}/{resource['id']}"
    return {
        "fullUrl": f"urn:uuid:{resource['id']}",
        "resource": resource,
        "request": {"method": "PUT", "url": url},
    }


def quantity(value: Fraction, unit: str, code: str, system: str = UCUM) -> Element:
    """An amount with its unit; JSON has the digits of its decimal."""
    return {"value": number(value), "unit": unit, "system": system, "code": code}


def number(value: Fraction) -> int | float:
    """As JSON writes a decimal: a float of so few digits comes out as it was read."""
    return int(value) if value.denominator == 1 else float(value)


def drug_coding(drug: str) -> list[Element]:
    """The substance by ATC and RxNorm."""
    facts = drug_facts()[drug]
    return [_atc(drug), {"system": RXNORM, "code": str(facts.rxnorm), "display": drug}]


def tablet_coding(drug: str) -> list[Element]:
    """A product by ATC alone: the code of a substance in RxNorm is none of a product."""
    return [_atc(drug)]


def _atc(drug: str) -> Element:
    return {"system": ATC, "code": drug_facts()[drug].atc, "display": drug}


def narrative(*paragraphs: str) -> Element:
    """The same for a reader of the resource alone."""
    said = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{said}</div>',
    }


def only_said(element: Any) -> Any:
    """Without what is None or empty, which FHIR forbids."""
    if isinstance(element, Mapping):
        said = {key: only_said(value) for key, value in element.items()}
        return {key: value for key, value in said.items() if value not in (None, [], {})}
    if isinstance(element, list | tuple):
        return [only_said(each) for each in element]
    return element
