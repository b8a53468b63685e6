"""`--format fhir`: HL7 FHIR R4, read back by taper's own reader and looked at part by part.

Programs of others look at the same bundles with `make peers`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from exports.golden_plans import golden_plans
from exports.peers.faults import PLANTED, planted

import taper
from taper.doses import dose
from taper.exports import fhir
from taper.exports.fhir import Style
from taper.exports.fhir.elements import RENDERED, number
from taper.operations.programs.planned import computed_of
from taper.planning.plan import Plan
from taper.record import changes
from taper.record.kept import Kept
from taper.record.plan_document import plan_id
from taper.sources.fhir import schedule_of
from taper.wording.severity import Severity

TODAY = date(2026, 5, 1)
UCUM = "http://unitsofmeasure.org"


def usual(**steroid: Any) -> Plan:
    participant = {
        "participant": "IIM-001",
        "protocol": "iimpact",
        "steroid": {
            **{"drug": "prednisone", "dose_mg": "20", "strengths": ["20", "5", "2.5", "1"]},
            **steroid,
        },
        "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
        "contact": {"site": "Harbor <Point>", "phone": "555-0142"},
    }
    planned = computed_of(taper.plan("iimpact", participant, today=TODAY))
    assert isinstance(planned, Plan)
    return planned


def approved(plan: Plan) -> Plan:
    return replace(plan, protocol=plan.protocol._replace(status="approved"))


def bundle(plan: Plan, style: Style = Style.SEQUENCE, **other: Any) -> dict[str, Any]:
    return json.loads(fhir.bundle_of(plan, plan_id(plan), TODAY, style=style, **other))


def resources(made: dict[str, Any], kind: str = "MedicationRequest") -> list[dict[str, Any]]:
    every = (each["resource"] for each in made["entry"])
    return [each for each in every if each["resourceType"] == kind]


def taken(made: dict[str, Any]) -> list[dict[str, Any]]:
    """The requests that say what is taken."""
    return [each for each in resources(made) if "dispenseRequest" not in each]


def supplies(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in resources(made) if "dispenseRequest" in each]


def golden_named(who: str) -> Plan:
    return next(plan for plan in golden_plans() if plan.participant == who)


# The days ---------------------------------------------------------------------------------------


def test_every_golden_case_is_read_back_day_by_day_and_nothing_in_it_contradicts():
    """In the style of its turn; all of them are read in both styles by `make peers`."""
    for turn, plan in enumerate(golden_plans()):
        style = list(Style)[turn % 2]
        read = schedule_of(fhir.bundle_of(plan, plan_id(plan), TODAY, style=style), "bundle")
        days = [(day.date, day.step.drug, day.dose_mg) for day in plan.days()]
        assert [(day.date, day.drug, day.dose_mg) for day in read.days] == days
        assert not read.contradicts, (plan.participant, read.contradictions)


@pytest.mark.parametrize("style", Style)
def test_a_constant_step_is_one_dosage_with_its_dates_and_its_dose_in_ucum_mg(style: Style):
    plan = usual()
    step = plan.steps[0]
    first = taken(bundle(plan, style))[0]["dosageInstruction"][0]
    assert first["timing"]["repeat"] == {
        "boundsPeriod": {"start": step.start.isoformat(), "end": step.end.isoformat()},
        "frequency": 1,
        "period": 1,
        "periodUnit": "d",
    }
    assert first["doseAndRate"][0]["doseQuantity"] == {
        "value": 20,
        "unit": "mg",
        "system": UCUM,
        "code": "mg",
    }
    assert first["text"] == (
        f"prednisone 20 mg a day (1 of 20 mg) from {step.start} to {step.end}, {step.days} days"
    )
    assert first.get("sequence") == (1 if style is Style.SEQUENCE else None)


def test_a_cycle_has_a_dosage_a_turn_with_one_number_and_each_date_in_its_text():
    plan = next(p for p in golden_plans() if any(s.is_cycle and s.days > 3 for s in p.steps))
    place, step = next((i, s) for i, s in enumerate(plan.steps, 1) if s.is_cycle and s.days > 3)
    dosages = taken(bundle(plan))[0]["dosageInstruction"]
    turns = [each for each in dosages if each["sequence"] == place]
    assert len(turns) == min(len(step.daily_mg), step.days)
    for turn, each in enumerate(turns):
        days = [day for i, day in enumerate(step.made_days()) if i % len(turns) == turn]
        assert each["text"].endswith(" on " + ", ".join(str(day.date) for day in days))
        assert each["timing"]["repeat"]["boundsPeriod"]["start"] == str(days[0].date)
        assert each["timing"]["repeat"]["period"] == (len(turns) if len(days) > 1 else 1)


def test_a_day_without_a_dose_has_words_and_dates_and_no_dose():
    plan = next(p for p in golden_plans() if any(0 in s.daily_mg for s in p.steps))
    every = [d for r in taken(bundle(plan)) for d in r["dosageInstruction"]]
    none = [each for each in every if each["text"].startswith("no ")]
    assert none
    for each in none:
        assert "doseAndRate" not in each
        assert each["timing"]["repeat"]["boundsPeriod"]


def test_a_divided_day_has_a_dosage_a_time_with_one_number():
    plan = usual(times={"morning": 2, "evening": 1})
    first, second = taken(bundle(plan))[0]["dosageInstruction"][:2]
    assert [first["sequence"], second["sequence"]] == [1, 1]
    assert [each["timing"]["repeat"]["when"] for each in (first, second)] == [["MORN"], ["EVE"]]
    values = [each["doseAndRate"][0]["doseQuantity"]["value"] for each in (first, second)]
    assert sum(map(Fraction, map(str, values))) == 20
    assert " in the morning (" in first["text"]
    read = schedule_of(fhir.bundle_of(plan, plan_id(plan), TODAY), "bundle")
    assert [d.dose_mg for d in read.days] == [day.dose_mg for day in plan.days()]
    assert not read.contradicts


def test_a_solution_is_dosed_in_mg_said_in_ml_and_handed_out_in_ml():
    plan = usual(drug="prednisolone", strengths=[{"mg_per_ml": "5", "smallest_ml": "0.5"}])
    made = bundle(plan)
    first = taken(made)[0]["dosageInstruction"][0]
    assert first["doseAndRate"][0]["doseQuantity"]["code"] == "mg"
    assert " mL of 5 mg per mL)" in first["text"]
    (supply,) = supplies(made)
    assert supply["medicationCodeableConcept"]["text"] == "prednisolone 5 mg per mL oral solution"
    quantity = supply["dispenseRequest"]["quantity"]
    assert (quantity["code"], quantity["system"]) == ("mL", UCUM)
    assert Fraction(str(quantity["value"])) == plan.quantities[0].tablets


def test_the_whole_text_stands_in_the_extension_with_what_comes_after():
    plan = approved(usual())
    for style in Style:
        requests = taken(bundle(plan, style))
        (rendered,) = requests[-1]["extension"]
        assert rendered["url"] == RENDERED
        lines = rendered["valueMarkdown"].split("\n\n")
        assert lines == [each["text"] for each in requests[-1]["dosageInstruction"]]
        assert lines[-1] == (
            f"After {plan.last_day}: keep taking prednisone "
            f"{dose.text(plan.after.dose_mg)} mg until the study team says otherwise"
        )


# Requests ----------------------------------------------------------------------------------------


def test_the_sequence_is_one_request_a_drug_and_per_step_one_a_step_without_numbers():
    plan = usual()
    (whole,) = taken(bundle(plan))
    numbers = [each["sequence"] for each in whole["dosageInstruction"]]
    assert numbers == list(range(1, len(plan.steps) + 2))
    each_step = taken(bundle(plan, Style.PER_STEP))
    assert len(each_step) == len(plan.steps)
    assert not any("sequence" in d for r in each_step for d in r["dosageInstruction"])


def test_two_drugs_are_two_requests():
    plan = next(p for p in golden_plans() if len({s.drug for s in p.steps}) > 1)
    names = [each["medicationCodeableConcept"]["text"] for each in taken(bundle(plan))]
    assert names == list(dict.fromkeys(step.drug for step in plan.steps))


@pytest.mark.parametrize("style", Style)
def test_each_strength_is_a_further_request_with_the_exact_number_of_tablets(style: Style):
    plan = usual()
    made = bundle(plan, style)
    requests = supplies(made)
    based_on = [{"reference": f"urn:uuid:{each['id']}"} for each in taken(made)]
    for request, needed in zip(requests, plan.quantities, strict=True):
        dispensed = request["dispenseRequest"]
        assert dispensed["quantity"]["value"] == needed.tablets
        assert dispensed["quantity"]["code"] == "TAB"
        assert dispensed["numberOfRepeatsAllowed"] == 0
        assert dispensed["expectedSupplyDuration"]["value"] == sum(s.days for s in plan.steps)
        named = f"prednisone {dose.text(needed.strength_mg)} mg tablets"
        assert request["medicationCodeableConcept"]["text"] == named
        assert request["basedOn"] == based_on


def test_codes_are_of_the_substance_and_of_no_product():
    made = bundle(usual())
    (whole,) = taken(made)
    codes = {each["code"] for each in whole["medicationCodeableConcept"]["coding"]}
    assert codes == {"H02AB07", "8640"}
    for supply in supplies(made):
        assert [c["code"] for c in supply["medicationCodeableConcept"]["coding"]] == ["H02AB07"]


def test_it_is_a_plan_and_a_draft_until_its_protocol_is_approved_and_its_infusion_given():
    plan = usual()
    provisional = replace(approved(plan), provisional=True)
    for made, status in (
        (plan, "draft"),
        (approved(plan), "active"),
        (provisional, "draft"),
    ):
        for request in resources(bundle(made)):
            assert (request["status"], request["intent"]) == (status, "plan")
            marks = [n["text"] for n in request["note"] if "NOT FOR PATIENT USE" in n["text"]]
            assert bool(marks) == (status == "draft")
            assert ("NOT FOR PATIENT USE" in request["text"]["div"]) == (status == "draft")


def test_who_withdraws_has_a_plan_that_says_so_and_is_never_stopped():
    plan = next(p for p in golden_plans() if p.state == "withdrawn")
    for style in Style:
        last = taken(bundle(approved(plan), style))[-1]
        assert last["status"] == "active"
        assert any("must not stop suddenly" in note["text"] for note in last["note"])
        assert "do not stop suddenly" in last["dosageInstruction"][-1]["text"]


# One patient, one request, in every revision ------------------------------------------------------


class Server:
    """A server that keeps what a transaction puts, as the standard says."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def post(self, made: dict[str, Any]) -> None:
        assert (made["resourceType"], made["type"]) == ("Bundle", "transaction")
        for each in made["entry"]:
            assert each["request"]["method"] == "PUT"
            kind, id_ = each["request"]["url"].split("/")
            resource = each["resource"]
            assert (resource["resourceType"], resource["id"]) == (kind, id_)
            assert each["fullUrl"] == f"urn:uuid:{id_}"
            self.kept[each["request"]["url"]] = resource

    def of(self, kind: str, *statuses: str) -> list[dict[str, Any]]:
        found = [each for url, each in self.kept.items() if url.startswith(f"{kind}/")]
        return [each for each in found if not statuses or each["status"] in statuses]


@pytest.mark.parametrize("style", Style)
def test_posted_twice_it_makes_one_patient_and_each_request_once(style: Style):
    made, server = bundle(usual(), style), Server()
    server.post(made)
    server.post(made)
    assert len(server.of("Patient")) == 1
    assert len(server.kept) == len(made["entry"])


@pytest.mark.parametrize("style", Style)
def test_a_revision_takes_the_place_of_the_plan_before_and_cancels_what_is_no_more(style: Style):
    old, new = usual(), usual(dose_mg="15", strengths=["5", "1"])
    server = Server()
    server.post(bundle(old, style))
    server.post(bundle(new, style, earlier=Kept.of(old).steps))
    assert len(server.of("Patient")) == 1
    in_force = server.of("MedicationRequest", "draft")
    alone = Server()
    alone.post(bundle(new, style))
    assert in_force == alone.of("MedicationRequest")
    for gone in server.of("MedicationRequest", "cancelled"):
        assert gone["statusReason"]["text"] == f"Replaced: see plan {plan_id(new)[:8]}"
        assert "dosageInstruction" not in gone


def test_the_steps_of_a_plan_document_tell_what_is_cancelled_as_its_record_does():
    from taper.record.plan_document import as_dict

    old, new = usual(), usual(dose_mg="15", strengths=["5", "1"])
    for style in Style:
        by_record = bundle(new, style, earlier=Kept.of(old).steps)
        assert bundle(new, style, earlier=changes.steps_of(as_dict(old))) == by_record


def test_the_same_plan_gives_the_same_bytes_and_another_participant_other_ids():
    plan = usual()
    once, again = (fhir.bundle_of(plan, plan_id(plan), TODAY) for _ in range(2))
    assert once == again
    other = replace(plan, participant="IIM-002")
    ids = [{each["fullUrl"] for each in bundle(p)["entry"]} for p in (plan, other)]
    assert not ids[0] & ids[1]


def test_the_patient_is_a_trial_id_and_nothing_else():
    (patient,) = resources(bundle(usual()), "Patient")
    assert patient["name"] == [{"use": "anonymous", "text": "IIM-001"}]
    assert patient["_birthDate"]["extension"][0]["valueCode"] == "masked"
    assert patient.keys() == {"resourceType", "id", "text", "identifier", "name", "_birthDate"}


# The form ----------------------------------------------------------------------------------------


def test_every_reference_leads_to_an_entry_and_nothing_is_empty():
    for style in Style:
        made = bundle(usual(), style)
        there = {each["fullUrl"] for each in made["entry"]}
        assert len(there) == len(made["entry"])
        assert set(_references(made)) <= there
        assert not any(value in (None, "", [], {}) for value in _values(made))


def _values(element: Any):
    children = element.values() if isinstance(element, dict) else element
    for child in children if isinstance(element, dict | list) else ():
        yield child
        yield from _values(child)


def _references(element: Any):
    for value in _values(element):
        if isinstance(value, dict) and "reference" in value:
            yield value["reference"]


def test_what_a_person_typed_cannot_become_markup_in_the_narrative():
    for request in resources(bundle(usual())):
        assert "<Point>" not in request["text"]["div"]


def test_a_dose_is_written_with_the_digits_of_its_decimal():
    for text in ("0.1", "0.25", "2.5", "7.5", "12.3456", "0.0001", "999.9999", "20"):
        assert json.dumps(number(Fraction(text))) == text


def test_eighteen_faults_are_planted_each_changes_the_bundle_and_none_is_another():
    good = bundle(usual())
    faulty = [json.dumps(each, sort_keys=True) for each in planted(good).values()]
    assert len(set(faulty)) == len(PLANTED) == 18
    assert json.dumps(good, sort_keys=True) not in faulty


def test_every_finding_of_a_bundle_of_taper_is_no_more_than_information():
    read = schedule_of(fhir.bundle_of(usual(), plan_id(usual()), TODAY), "bundle")
    assert {each.severity for each in read.contradictions} == {Severity.INFO}


def test_the_library_gives_the_same_bytes_in_either_style_and_cancels_what_was_replaced():
    participant = {
        "participant": "IIM-001",
        "protocol": "iimpact",
        "steroid": {"drug": "prednisone", "dose_mg": "20", "strengths": ["5", "1"]},
        "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
    }
    plan = taper.plan("iimpact", participant, today=TODAY)
    computed = computed_of(plan)
    assert isinstance(computed, Plan)
    for style in Style:
        made = taper.export(plan, "fhir", fhir_style=style)
        assert made == fhir.bundle_of(computed, plan.plan_id, TODAY, style=style)
    before = {**participant, "steroid": {**participant["steroid"], "strengths": ["20", "5", "1"]}}
    old = taper.plan("iimpact", before, today=TODAY)
    requests = resources(json.loads(taper.export(plan, "fhir", replaces=old)))
    (gone,) = [each for each in requests if each["status"] == "cancelled"]
    assert gone["medicationCodeableConcept"]["text"] == "prednisone 20 mg tablets"
    with pytest.raises(taper.Refusal, match="fhir_style is 'steps'; allowed: sequence or per-step"):
        taper.export(plan, "fhir", fhir_style="steps")
