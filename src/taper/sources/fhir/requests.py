"""The medication requests of a file that are in force and for a steroid, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

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
from taper.sources.fhir.medication import Medication, medication_of
from taper.sources.fhir.schedule import Contradiction
from taper.sources.fhir.standing import Doubt, WhyNot, doubts_of, why_never
from taper.sources.fhir.timing import has_two_lengths, in_days
from taper.sources.fhir.whose import subject_of
from taper.wording.severity import Severity

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
    has_first_fill: bool = False


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
    subject: str
    doubts: tuple[Doubt, ...]
    """Why it is no order in force, as far as its own words say."""

    @property
    def hands_out_for(self) -> bool:
        """Whether it says nothing of doses, but what is handed out for another request."""
        return bool(self.based_on) and all(each.is_text_only for each in self.dosages)


def requests_of(
    resources: list[tuple[str, Element]], found: list[Contradiction]
) -> Iterator[Request]:
    """The requests that are read; of each other one it is found why not.

    Where some are orders in force, the others are not read; where none is, all are, and what they
    are is to be said.
    """
    read = list(_read(resources, found))
    is_in_force = any(not each.doubts for each in read if not each.hands_out_for)
    for each in read:
        if is_in_force and each.doubts and not each.hands_out_for:
            found.append(_beside_an_order(each))
        else:
            yield each


def _beside_an_order(request: Request) -> Contradiction:
    are = " and ".join(doubt.are.partition(":")[0].partition(",")[0] for doubt in request.doubts)
    said = f"it is one of those that are {are}, and another one is in force: it was not read."
    return WhyNot("not-in-force", Severity.INFO, said).of(request.label)


def _read(resources: list[tuple[str, Element]], found: list[Contradiction]) -> Iterator[Request]:
    others = dict(_addressed(resources))
    asked = [(a, r) for a, r in resources if r.text("resourceType") == "MedicationRequest"]
    for number, (address, element) in enumerate(asked, start=1):
        medication = medication_of(element, others)
        named = said_shortly(medication.name)
        label = named if len(asked) == 1 else f"request {number} ({named})"
        why_not = _why_not(element, medication)
        if why_not is None:
            found += _said_beside(element, label)
            yield _request(address, element, medication, label, subject_of(element, others))
        else:
            found.append(why_not.of(label))


def _said_beside(element: Element, label: str) -> Iterator[Contradiction]:
    """What somebody wrote of the whole request, which only a reader can hold against it."""
    notes = [each.text("text") for each in element.each("note")]
    reason = element.one("statusReason")
    words = (reason.text("text"), *(each.text("display") for each in reason.each("coding")))
    for what, said in (
        *(("note", each) for each in notes),
        ("reason for its status", next(filter(None, words), "")),
    ):
        if said:
            text = f"{label}: it has a {what}: {said_shortly(said).rstrip('.')}."
            yield Contradiction("more-said", Severity.INFO, text)


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


def _why_not(element: Element, medication: Medication) -> WhyNot | None:
    """Why a request is not read; None where it is."""
    why = why_never(element)
    if why is not None:
        return why
    if medication.doubt:
        return WhyNot("modified", Severity.WARNING, f"{medication.doubt}: it was not read.")
    if medication.drug is None:
        return WhyNot(
            "other-drug",
            Severity.INFO,
            "it is for no steroid that taper knows, so it was not read.",
        )
    return None


def _request(
    address: str, element: Element, medication: Medication, label: str, subject: str
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
        subject,
        doubts_of(element),
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
        dispense.has("initialFill"),
    )
