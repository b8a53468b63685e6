"""The medication requests of a file that are in force and for a steroid, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from taper.doses import dose
from taper.sources.fhir.dosage import (
    Dosage,
    dosage_of,
    has_two_units,
    is_tablets,
    mg_of,
    said_shortly,
    unit_of,
)
from taper.sources.fhir.elements import Element
from taper.sources.fhir.medication import Medication, Resources, medication_of
from taper.sources.fhir.schedule import Contradiction
from taper.sources.fhir.timing import has_two_lengths, in_days
from taper.wording.severity import Severity

_NOT_IN_FORCE = frozenset({"cancelled", "entered-in-error", "stopped"})
RENDERED = "renderedDosageInstruction"
"""How the address ends under which the whole of the dosages is said as one text."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What is to be handed out: mg in all, and the days that it should last, each if it is said.

    `amount` is how many of the unit, as it was written.
    """

    amount: Fraction | None
    unit: str
    mg: Fraction | None
    days: int | None
    repeats: int
    in_tablets: bool
    units_differ: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a drug, called `label` in what is said of it."""

    label: str
    drug: str
    medication: Medication
    dosages: tuple[Dosage, ...]
    supply: HandedOut
    rendered: str
    addresses: frozenset[str]
    based_on: frozenset[str]
    status: str
    patient: str
    """Where its patient is found; empty where none is said."""

    @property
    def hands_out_for(self) -> bool:
        """Whether it says nothing of doses, but what is handed out for another request."""
        return bool(self.based_on) and all(each.is_text_only for each in self.dosages)


def requests_of(
    resources: list[tuple[str, Element]], found: list[Contradiction]
) -> Iterator[Request]:
    """The requests that are read; of each other one it is found why not."""
    others = dict(_addressed(resources))
    asked = [(a, r) for a, r in resources if r.text("resourceType") == "MedicationRequest"]
    for number, (address, element) in enumerate(asked, start=1):
        medication = medication_of(element, others)
        named = said_shortly(medication.name)
        label = named if len(asked) == 1 else f"request {number} ({named})"
        why_not = _why_not(element, medication)
        if why_not is None:
            yield _request(address, element, medication, label, _patient(element, others))
        else:
            found.append(why_not.of(label))


def _addressed(resources: list[tuple[str, Element]]) -> Iterator[tuple[str, Element]]:
    """Each resource by every reference that may lead to it."""
    for address, resource in resources:
        for each in _addresses(address, resource):
            yield each, resource


def _addresses(address: str, resource: Element) -> Iterator[str]:
    if address:
        yield address
    if resource.has("id"):
        yield f"{resource.text('resourceType')}/{resource.text('id')}"


@dataclass(frozen=True, slots=True)
class _WhyNot:
    code: str
    severity: Severity
    said: str

    def of(self, label: str) -> Contradiction:
        return Contradiction(self.code, self.severity, f"{label}: {self.said}")


def _patient(element: Element, others: Resources) -> str:
    """Where the patient is found: by kind and id where the file has it, else as it is written."""
    to = element.one("subject").text("reference")
    if to in others:
        return f"{others[to].text('resourceType')}/{others[to].text('id')}"
    return "" if to.startswith("#") else to if to.startswith("urn:") else _end_of(to)


def _end_of(reference: str) -> str:
    """Kind and id of an address, which is the same with and without the server before it."""
    return "/".join(reference.split("/_history/")[0].split("/")[-2:])


def _why_not(element: Element, medication: Medication) -> _WhyNot | None:
    """Why a request is not read; None where it is."""
    status = element.text("status")
    if status in _NOT_IN_FORCE:
        return _WhyNot(
            "not-in-force", Severity.INFO, f"its status is {status}, so it was not read."
        )
    if element.value.get("doNotPerform") is True:
        return _WhyNot("not-in-force", Severity.INFO, "it forbids the drug, so it was not read.")
    if any(map(_has_modifier, (element, *element.each("dosageInstruction")))):
        said = "it has a modifierExtension, which changes what it means, so it was not read."
        return _WhyNot("modifier", Severity.WARNING, said)
    if len(medication.drugs) > 1:
        drugs = dose.join(list(medication.drugs))
        said = f"its codes and names are of {drugs}, so it was not read."
        return _WhyNot("drugs-differ", Severity.WARNING, said)
    if medication.drug is None:
        return _WhyNot(
            "other-drug",
            Severity.INFO,
            "it is for no steroid that taper knows, so it was not read.",
        )
    return None


def _has_modifier(element: Element) -> bool:
    """Whether an addition changes its meaning: who does not know that must not read on."""
    return element.has("modifierExtension") or element.one("timing").has("modifierExtension")


def _request(
    address: str, element: Element, medication: Medication, label: str, patient: str
) -> Request:
    assert medication.drug is not None  # else it is not read
    dosages = enumerate(element.each("dosageInstruction"), start=1)
    rendered = (e for e in element.each("extension") if e.text("url").endswith(RENDERED))
    texts = [each.text("valueMarkdown") for each in rendered]
    return Request(
        label,
        medication.drug,
        medication,
        tuple(dosage_of(each, i, medication) for i, each in dosages),
        _supply(element.one("dispenseRequest"), medication),
        element.text(RENDERED) or (texts[0] if texts else ""),  # in R5 it is an element
        frozenset(_addresses(address, element)),
        frozenset(each.text("reference") for each in element.each("basedOn")),
        element.text("status"),
        patient,
    )


def _supply(dispense: Element, medication: Medication) -> HandedOut:
    quantity = dispense.one("quantity")
    return HandedOut(
        quantity.number("value"),
        unit_of(quantity),
        mg_of(quantity, medication),
        in_days(dispense.one("expectedSupplyDuration")),
        dispense.whole("numberOfRepeatsAllowed") or 0,
        is_tablets(quantity),
        has_two_units(quantity) or has_two_lengths(dispense.one("expectedSupplyDuration")),
    )
