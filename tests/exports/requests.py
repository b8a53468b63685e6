"""Medication requests as others write them, built from facts: who reads them must tell each fault.

The facts are those of two published examples. `tablets_of_hl7`: MedicationRequest medrx0303 of
hl7.fhir.r4.examples 4.0.1. `tablets_of_england`: prednisolone by consecutive dosages, in the
examples of the English electronic prescription service (NHSDigital
electronic-prescription-service-api, commit 77e80e1).
"""

from __future__ import annotations

from typing import Any

UCUM = "http://unitsofmeasure.org"
Element = dict[str, Any]


def request(name: str, dosages: list[Element], **more: Any) -> Element:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": name},
        "subject": {"reference": "Patient/1"},
        "dosageInstruction": dosages,
        **more,
    }


def dosage(value: Any, unit: str = "mg", text: str = "", **repeat: Any) -> Element:
    """A dosage of an amount once a day, unless `repeat` says another rhythm."""
    rhythm = {"frequency": 1, "period": 1, "periodUnit": "d"}
    return {
        **({"text": text} if text else {}),
        "timing": {"repeat": {**rhythm, **repeat}},
        "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit, "code": unit}}],
    }


def period(start: str, end: str) -> Element:
    return {"boundsPeriod": {"start": start, "end": end}}


def lasting(value: int, code: str = "d") -> Element:
    return {"boundsDuration": {"value": value, "code": code, "system": UCUM}}


def numbered(*dosages: Element) -> list[Element]:
    return [{"sequence": i, **each} for i, each in enumerate(dosages, start=1)]


def dispensed(value: int, unit: str, days: int, **more: Any) -> Element:
    return {
        "quantity": {"value": value, "unit": unit},
        "expectedSupplyDuration": {"value": days, "code": "d", "system": UCUM},
        **more,
    }


def tablets_of_hl7() -> Element:
    """Prednisone 5 mg: 4, 2 and 1 tablets a day, in words for 7 days each, by dates for 5, 8, 7."""
    steps = (
        (4, "January 16, 2015", ("2015-01-16", "2015-01-20")),
        (2, "January 23, 2015", ("2015-01-23", "2015-01-30")),
        (1, "January 31, 2015", ("2015-01-31", "2015-02-06")),
    )
    made = request(
        "",
        numbered(
            *(
                dosage(n, "TAB", f"Take {n} tablets daily for 7 days starting {day}", **period(*d))
                for n, day, d in steps
            )
        ),
        contained=[
            {
                "resourceType": "Medication",
                "id": "med",
                "code": {"coding": [{"display": "Prednisone 5mg tablet (Product)"}]},
            }
        ],
        medicationReference={"reference": "#med"},
        dispenseRequest=dispensed(51, "TAB", 21, numberOfRepeatsAllowed=1),
    )
    del made["medicationCodeableConcept"]
    return made


def tablets_of_england() -> Element:
    """Prednisolone 5 mg: 8, 7, 6, 5, 4, 3, 2 tablets, two days each, the tablets as times a day."""
    words = ("EIGHT", "SEVEN", "SIX", "FIVE", "FOUR", "THREE", "TWO")
    return request(
        "Prednisolone 5mg tablets",
        numbered(
            *(
                dosage(
                    5,
                    "mg",
                    f"{word} ({n}) tablets to be taken DAILY for two days.",
                    frequency=n,
                    **lasting(2),
                )
                for word, n in zip(words, range(8, 1, -1), strict=True)
            )
        ),
        dispenseRequest=dispensed(72, "tablet", 30),
    )
