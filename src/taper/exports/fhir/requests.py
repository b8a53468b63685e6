"""The medication requests of a plan: what is taken, and how much of each strength is handed out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.doses.solutions import PER_ML, named, strength_text
from taper.exports.fhir.dosages import dosages_of
from taper.exports.fhir.elements import (
    DRUG_FORMS,
    RENDERED,
    Element,
    RequestId,
    Style,
    drug_coding,
    id_of,
    narrative,
    quantity,
    reference,
    system_of,
    tablet_coding,
)
from taper.exports.fhir.patient import patient_id
from taper.planning.plan import Plan, Quantity, State, Step
from taper.record import afterwards
from taper.record.plan_document import SHORT_ID
from taper.wording.banner import banner

_PLANNED, _CANCELLED, _DRAFT = "active", "cancelled", "draft"


@dataclass(frozen=True, slots=True)
class Writing:
    """A plan that is written as requests, on the day of its issue."""

    plan: Plan
    plan_id: str
    issued: date
    style: Style

    def requests(self) -> Iterator[Element]:
        """What is taken of each drug in the order of the days, and then what is handed out."""
        for drug in self._drugs:
            yield from self._of_drug(drug)
        for needed in self.plan.quantities:
            yield self._supply(needed)

    @property
    def _drugs(self) -> list[str]:
        return list(dict.fromkeys(step.drug for step in self.plan.steps))

    def _steps(self, drug: str) -> list[Step]:
        return [step for step in self.plan.steps if step.drug == drug]

    def _of_drug(self, drug: str) -> Iterator[Element]:
        steps = self._steps(drug)
        if self.style is Style.SEQUENCE:
            yield self._taken(RequestId(drug), steps)
            return
        for step in steps:
            yield self._taken(self._id_of(step), [step])

    def _id_of(self, step: Step) -> RequestId:
        if self.style is Style.SEQUENCE:
            return RequestId(step.drug)
        return RequestId(step.drug, start=step.start.isoformat())

    def _taken(self, its: RequestId, steps: Sequence[Step]) -> Element:
        dosages = [*self._dosages(steps), *self._afterwards(steps)]
        lines = [each["text"] for each in dosages]
        return {
            **self._head(its, *lines),
            "extension": [_rendered([*self._marks, *lines])],
            "medicationCodeableConcept": {"coding": drug_coding(its.drug), "text": its.drug},
            **self._of_whom(),
            "dosageInstruction": dosages,
        }

    def _dosages(self, steps: Sequence[Step]) -> Iterator[Element]:
        for number, step in enumerate(steps, start=1):
            yield from dosages_of(step, self._numbered(number))

    def _afterwards(self, steps: Sequence[Step]) -> Iterator[Element]:
        """What is taken after the last printed day, in words alone: no order is without an end."""
        if steps[-1] is self.plan.steps[-1]:
            said = f"After {self.plan.last_day}: {afterwards.in_words(self.plan.after)}"
            yield {"sequence": self._numbered(len(steps) + 1), "text": said}

    def _numbered(self, number: int) -> int | None:
        return number if self.style is Style.SEQUENCE else None

    def _supply(self, needed: Quantity) -> Element:
        strength = strength_text(needed.strength_mg, in_ml=needed.in_ml)
        its = RequestId(needed.drug, strength=strength)
        steps = self._steps(needed.drug)
        said = f"Supply of {self._named(its)}: to be taken as plan {self._short_id} says"
        days = Fraction(sum(step.days for step in steps))
        taken = dict.fromkeys(self._id_of(step) for step in steps)
        return {
            **self._head(its, said),
            **self._product(its),
            **self._of_whom(),
            "basedOn": [reference(self._id(each)) for each in taken],
            "dosageInstruction": [{"text": said}],
            "dispenseRequest": {
                "numberOfRepeatsAllowed": 0,
                "quantity": _amount(needed),
                "expectedSupplyDuration": quantity(days, "days", "d"),
            },
        }

    def cancelled(self, gone: RequestId) -> Element:
        """A request of a plan that this one takes the place of, and has none like it."""
        said = f"Replaced: see plan {self._short_id}"
        return {
            **self._head(gone, f"{said}. {self._named(gone)} by the former plan"),
            "status": _CANCELLED,
            "statusReason": {"text": said},
            **self._product(gone),
            **self._of_whom(),
        }

    # What all have ---------------------------------------------------------------------------

    def _head(self, its: RequestId, *said: str) -> Element:
        return {
            "resourceType": "MedicationRequest",
            "id": self._id(its),
            "language": "en",
            "text": narrative(*self._marks, *said),
            "status": _DRAFT if self._marks else _PLANNED,
            "intent": "plan",
        }

    def _of_whom(self) -> Element:
        group = {"system": system_of(self.plan, "plans"), "value": self.plan_id}
        return {
            "subject": reference(patient_id(self.plan)),
            "authoredOn": self.issued.isoformat(),
            "groupIdentifier": group,
            "note": [{"text": text} for text in self._notes()],
        }

    def _notes(self) -> Iterator[str]:
        yield from self._marks
        revision = self.plan.revision
        numbered = "" if revision is None else f", revision {revision}"
        protocol = self.plan.protocol
        yield (
            f"Plan {self._short_id}{numbered}, by the protocol {protocol.id} version "
            f"{protocol.version}, issued {self.issued}."
        )
        if self.plan.state is State.WITHDRAWN:
            yield "Withdrawn from the taper: the steroid goes on, and must not stop suddenly."
        contact = [each for each in (self.plan.contact_site, self.plan.contact_phone) if each]
        if contact:
            yield f"Questions: {', '.join(contact)}."

    @property
    def _marks(self) -> list[str]:
        """Why no patient may act by the plan; nothing where they may."""
        return list(banner(self.plan.status, provisional=self.plan.provisional))

    @property
    def _short_id(self) -> str:
        return self.plan_id[:SHORT_ID]

    def _id(self, its: RequestId) -> str:
        return id_of(self.plan, *its)

    def _product(self, its: RequestId) -> Element:
        coding = tablet_coding(its.drug) if its.strength else drug_coding(its.drug)
        return {"medicationCodeableConcept": {"coding": coding, "text": self._named(its)}}

    def _named(self, its: RequestId) -> str:
        if its.strength is None:
            return its.drug
        form = "oral solution" if its.strength.endswith(PER_ML) else "tablets"
        return f"{its.drug} {named(its.strength)} {form}"


def _rendered(paragraphs: Sequence[str]) -> Element:
    return {"url": RENDERED, "valueMarkdown": "\n\n".join(paragraphs)}


def _amount(needed: Quantity) -> Element:
    amount = Fraction(needed.tablets)
    if needed.in_ml:
        return quantity(amount, "mL", "mL")
    return quantity(amount, "tablets", "TAB", DRUG_FORMS)
