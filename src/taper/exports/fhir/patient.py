"""The participant as a FHIR patient: known by a trial id, and nothing else."""

from __future__ import annotations

from taper.exports.fhir.elements import ABSENT, Element, id_of, narrative, system_of
from taper.planning.plan import Plan


def patient(plan: Plan) -> Element:
    """The patient, whose birth date is masked, for no trial tells it."""
    return {
        "resourceType": "Patient",
        "id": patient_id(plan),
        "text": narrative(f"Participant {plan.participant} of the protocol {plan.protocol.id}"),
        "identifier": [{"system": system_of(plan, "participants"), "value": plan.participant}],
        "name": [{"use": "anonymous", "text": plan.participant}],
        "_birthDate": {"extension": [{"url": ABSENT, "valueCode": "masked"}]},
    }


def patient_id(plan: Plan) -> str:
    """The same of every plan of the participant."""
    return id_of(plan, "patient")
