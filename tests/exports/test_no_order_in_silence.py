"""§12.6: what is no order in force, or cannot be laid out in days, is never read as if it were."""

from __future__ import annotations

import json
from typing import Any

import pytest
from exports.requests import Element, dosage, lasting, numbered, period, request

from taper.doses import dose
from taper.errors import Refusal
from taper.sources.fhir import Schedule, schedule_of

WEEK = period("2026-05-01", "2026-05-07")
URL = {"url": "http://ours.example/negates", "valueBoolean": True}


def read(document: Any) -> Schedule:
    return schedule_of(json.dumps(document).encode(), "request.json")


def prednisone(*dosages: Element, **more: Any) -> Element:
    return request("Prednisone 5 mg tablets", list(dosages), **more)


def asked(**more: Any) -> Element:
    """A week of 5 mg."""
    return prednisone(dosage(5, **WEEK), **more)


def said(document: Any) -> dict[str, str]:
    """Everything that is said, the last of each code."""
    return {each.code: each.text for each in read(document).contradictions}


def days(document: Any) -> list[str]:
    return [dose.text(day.dose_mg) for day in read(document).days]


def refused(document: Any) -> str:
    with pytest.raises(Refusal) as why:
        read(document)
    return str(why.value)


# Whether it is an order in force ------------------------------------------------------------------


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error", "stopped", "ended"])
def test_what_was_taken_back_is_never_read(status: str):
    """§12.6.1."""
    assert f"its status is {status}, so it was not read" in refused(asked(status=status))
    both = [asked(), asked(status=status)]
    assert days(both) == ["5"] * 7
    assert "not-in-force" in said(both)


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        ({"status": "draft"}, "draft", "1 of 1 requests are drafts, by which nobody may act yet."),
        ({"status": "on-hold"}, "on-hold", "on hold, by which nobody may act now."),
        ({"status": "completed"}, "completed", "completed, by which nobody acts any more."),
        ({"status": "unknown"}, "no-status", "nobody knows whether they hold."),
        ({"status": None}, "no-status", "without a status"),
        ({"status": "done"}, "no-status", "of the status 'done', which R4 has not"),
        ({"intent": "plan"}, "no-order", "of the intent 'plan': that is no order"),
        ({"intent": "proposal"}, "no-order", "of the intent 'proposal': that is no order"),
        ({"intent": "option"}, "no-order", "'option': that is one choice of several and no order"),
        ({"intent": "reflex-order"}, "no-order", "part of another order, or follows from one"),
        ({"intent": "filler-order"}, "no-order", "part of another order, or follows from one"),
        ({"intent": "instance-order"}, "no-order", "may not say the whole"),
        ({"intent": None}, "no-order", "without an intent: whether it is an order is not said"),
        ({"intent": "wish"}, "no-order", "which is no intent of R4"),
        ({"reportedBoolean": True}, "no-order", "reported by somebody, and no orders"),
    ],
)
def test_what_is_no_order_in_force_says_so_and_stands_back_for_one(more, code, told):
    """§12.6.2: alone it is listed and named; beside an order in force it is not added to it."""
    alone = {key: value for key, value in asked(**more).items() if value is not None}
    assert days(alone) == ["5"] * 7
    assert told in said(alone)[code]
    both = [asked(), alone]
    assert days(both) == ["5"] * 7
    assert "another one is in force: it was not read." in said(both)["not-in-force"]
    assert code not in said(both)


@pytest.mark.parametrize("intent", ["order", "original-order"])
def test_an_order_in_force_needs_no_word(intent: str):
    """§12.6.2."""
    assert not said(asked(intent=intent))


def test_what_only_part_of_its_readers_understand_is_not_read():
    """§12.6.3: a modifier at any depth, and rules of its own; a flag is true or false."""
    in_dose = prednisone({**dosage(5, **WEEK), "modifierExtension": [URL]})
    for wrong in (asked(modifierExtension=[URL]), in_dose):
        assert "a modifierExtension ('http://ours.example/negates')" in refused(wrong)
        assert days([asked(), wrong]) == ["5"] * 7
        assert "it was not read" in said([asked(), wrong])["modified"]
    assert "implicitRules ('http://rules')" in refused(asked(implicitRules="http://rules"))
    bundle = {"resourceType": "Bundle", "implicitRules": "x", "entry": [{"resource": asked()}]}
    assert "Bundle.implicitRules is 'x'; allowed: no implicitRules" in refused(bundle)
    assert "it forbids the drug" in refused(asked(doNotPerform=True))
    assert "doNotPerform is 'true'; allowed: true or false." in refused(asked(doNotPerform="true"))
    assert not said(asked(modifierExtension=[], doNotPerform=False))
    deep: Any = {"modifierExtension": [URL]}
    for _ in range(300):
        deep = {"extension": [deep]}
    assert "a modifierExtension" in refused(asked(**deep))


# Whose it is, and of what -------------------------------------------------------------------------


def of(subject: Element, **more: Any) -> Element:
    return asked(subject=subject, **more)


def test_the_doses_of_two_patients_are_never_added_up():
    """§12.6.4: by reference, identifier or what they hold within."""
    one, other = {"reference": "Patient/1"}, {"reference": "Patient/2"}
    message = refused([of(one), of(other)])
    assert "one with requests for 'Patient/1' and 'Patient/2'" in message
    named = [of({"identifier": {"system": "ours", "value": each}}) for each in ("1", "2")]
    assert "'ours 1' and 'ours 2'" in refused(named)
    held = [
        of(
            {"reference": "#p"},
            contained=[{"resourceType": "Patient", "id": "p", "identifier": [{"value": each}]}],
        )
        for each in ("1", "2")
    ]
    assert "'1' and '2'" in refused(held)
    whole = {"reference": "http://ours.example/fhir/Patient/1"}
    assert days([of(one), of(whole, dosageInstruction=[])]) == ["5"] * 7


def test_one_patient_by_two_addresses_is_one():
    """§12.6.4: by the address in the bundle, and by type and id."""
    patient = {"resourceType": "Patient", "id": "1"}
    entries = [
        {"fullUrl": "urn:uuid:p", "resource": patient},
        {"resource": of({"reference": "urn:uuid:p"})},
        {"resource": of({"reference": "Patient/1/_history/2"}, dosageInstruction=[])},
    ]
    assert days({"resourceType": "Bundle", "entry": entries}) == ["5"] * 7


def test_of_whom_a_request_is_must_be_said():
    """§12.6.4."""
    nobody = asked()
    del nobody["subject"]
    assert said(nobody)["no-subject"].startswith("1 of 1 requests do not say whose they are")
    assert read([asked(), nobody]).contradicts


def test_a_request_that_is_there_twice_is_refused():
    """§12.6.4: as the versions of one in its history."""
    assert "MedicationRequest/'a' 2 times" in refused([asked(id="a"), asked(id="a")])


def test_what_else_is_there_of_drugs_is_named():
    """§12.6.4: a dispense, and a request within another resource, such as the one before."""
    dispense = {"resourceType": "MedicationDispense", "status": "completed"}
    told = read([asked(contained=[asked(id="before")]), dispense]).contradictions
    assert [each.text for each in told] == [
        "1 MedicationDispense, which is no request: it was not read.",
        "1 MedicationRequest held within another resource: it was not read.",
    ]
    assert days([asked(contained=[asked(id="before")]), dispense]) == ["5"] * 7


def test_two_drugs_or_strengths_of_one_request_are_not_read():
    """§12.6.4."""
    atc = {"system": "http://www.whocc.no/atc", "code": "H02AB04"}
    two = asked(medicationCodeableConcept={"coding": [atc], "text": "Prednisone 5 mg"})
    assert "its medication is said to be methylprednisolone and prednisone" in refused(two)
    names = {"text": "Prednisone 5 mg", "coding": [{"display": "Prednisone 20 mg tablet"}]}
    assert "said to have 5 mg and 20 mg" in refused(asked(medicationCodeableConcept=names))
    wrong = {"resourceType": "Medication", "id": "m", "status": "entered-in-error"}
    reference = asked(medicationReference={"reference": "Medication/m"})
    assert "its medication was entered in error" in refused([reference, wrong])


# On which days ------------------------------------------------------------------------------------


def dosed(repeat: Element | None = None, code: Any = None, text: str = "") -> Element:
    """5 mg as that says, and nothing of its own."""
    timing = {"repeat": repeat or {}, **({"code": code} if code else {})}
    return prednisone({**dosage(5, text=text), "timing": timing})


def listing(*days: str, **repeat: Any) -> Element:
    """5 mg on days that are listed one by one."""
    return {**dosage(5), "timing": {"event": list(days), "repeat": repeat}}


COUNTED = {"frequency": 2, "period": 1, "periodUnit": "d", "boundsPeriod": {"start": "2026-05-01"}}
MONDAYS = {"dayOfWeek": ["mon"], **WEEK}


@pytest.mark.parametrize(
    ("document", "on", "daily"),
    [
        (dosed(WEEK, {"coding": [{"code": "BID"}]}), range(1, 8), "10"),
        (dosed(WEEK, {"text": "QOD"}), (1, 3, 5, 7), "5"),
        (dosed(WEEK, text="5 mg twice daily"), range(1, 8), "10"),
        (
            dosed({**WEEK, "when": ["AC"], "frequency": 2, "period": 1, "periodUnit": "d"}),
            range(1, 8),
            "10",
        ),
        (dosed({**WEEK, "when": ["MORN"], "offset": 30}), range(1, 8), "5"),
        (dosed({**COUNTED, "count": 6}), range(1, 4), "10"),
        (dosed({**MONDAYS, "frequency": 2, "period": 1, "periodUnit": "d"}), (4,), "10"),
        (dosed(MONDAYS, {"coding": [{"code": "BID"}]}), (4,), "10"),
        (
            dosed(
                {
                    **WEEK,
                    "duration": 5,
                    "durationUnit": "min",
                    "frequency": 1,
                    "period": 1,
                    "periodUnit": "d",
                }
            ),
            range(1, 8),
            "5",
        ),
    ],
)
def test_a_rhythm_is_listed_as_it_is_said(document: Element, on: Any, daily: str):
    """§12.6.5: 1 May 2026 is a Friday."""
    listed = read(document)
    assert [(day.date.day, dose.text(day.dose_mg)) for day in listed.days if day.date] == [
        (each, daily) for each in on
    ]
    assert not listed.contradicts


DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


@pytest.mark.parametrize(
    ("document", "code", "told"),
    [
        (dosed(WEEK), "unknown-rhythm", "on which days"),
        (dosed(WEEK, {"text": "every other day"}), "unknown-rhythm", "on which days"),
        (dosed({**WEEK, "when": ["PC"]}), "unknown-rhythm", "on which days"),
        (dosed({**WEEK, "frequency": 1, "periodUnit": "wk"}), "unknown-rhythm", "on which days"),
        (dosed({**MONDAYS, "frequency": 1, "period": 2, "periodUnit": "wk"}), "unknown-rhythm", ""),
        (dosed({**MONDAYS, "frequency": 3, "period": 1, "periodUnit": "wk"}), "unknown-rhythm", ""),
        (
            dosed({**DAILY, "duration": 1, "durationUnit": "wk"}),
            "not-laid-out",
            "its duration says",
        ),
        (dosed({**COUNTED, "count": 5}), "not-laid-out", "5 times in all, which ends within a day"),
        (dosed({**DAILY, **WEEK, "count": 10}), "not-laid-out", "10 times in all, and its 7 days"),
        (dosed({**MONDAYS, "count": 2}), "not-laid-out", "2 times in all, on days of the week"),
        (
            dosed({**WEEK, **DAILY, "frequency": 3, "timeOfDay": ["08:00:00", "20:00:00"]}),
            "not-laid-out",
            "3 times at 2 times of the day",
        ),
        (
            dosed({**DAILY, **period("2026-05", "2026-06")}),
            "not-laid-out",
            "the end of its dates",
        ),
        (dosed({**DAILY, **WEEK, "countMax": 9, "count": 7}), "not-fixed", "(countMax)"),
        (
            dosed({**DAILY, "boundsRange": {"low": {"value": 5}, "high": {"value": 9}}}),
            "not-fixed",
            "taken from a least to a most (boundsRange)",
        ),
        (prednisone({**dosage(5, **WEEK), "asNeededBoolean": True}), "not-fixed", "as needed"),
        (
            prednisone({**dosage(5, **WEEK), "asNeededCodeableConcept": {"text": "pain"}}),
            "not-fixed",
            "as needed",
        ),
        (
            prednisone(
                {
                    "timing": {"repeat": {**DAILY, **WEEK}},
                    "doseAndRate": [{"doseRange": {"low": {"value": 5}, "high": {"value": 10}}}],
                }
            ),
            "not-fixed",
            "taken from a least to a most; no day of it is listed",
        ),
        (
            prednisone(
                {
                    **dosage(5, **WEEK),
                    "doseAndRate": [
                        {
                            **dosage(5)["doseAndRate"][0],
                            "rateQuantity": {"value": 1, "unit": "mg/h"},
                        }
                    ],
                }
            ),
            "not-laid-out",
            "it is given at a rate",
        ),
        (
            prednisone({**dosage(5, **WEEK), "route": {"text": "Intravenous"}}),
            "not-laid-out",
            "it is not by mouth (Intravenous)",
        ),
        (
            prednisone(listing("2026-05-01T08:00:00Z", "2026-05-01T20:00:00Z")),
            "not-laid-out",
            "it lists a day more than once",
        ),
        (
            prednisone(listing("2026-05-01", "2026-05-02", **{**DAILY, "frequency": 2})),
            "not-laid-out",
            "another rhythm beside them",
        ),
        (
            prednisone(dosage(5, text="5 mg daily for 7 days", **lasting(1, "mo"))),
            "not-laid-out",
            "its length is in 'mo', of which the days are not known",
        ),
        (dosed({**WEEK, "when": ["MORN", "EVE"]}, {"text": "QD"}), "unknown-rhythm", "on which"),
        (
            dosed(WEEK, {"coding": [{"code": "QD"}, {"code": "BID"}]}),
            "unknown-rhythm",
            "on which days",
        ),
    ],
)
def test_what_cannot_be_laid_out_in_days_is_refused_with_its_reason(
    document: Element, code: str, told: str
):
    """§12.6.5: none of its days is listed."""
    assert not read(document).days
    assert told in said(document)[code]
    assert read(document).contradicts


def test_what_follows_on_days_that_are_not_listed_keeps_its_dates():
    """§12.6.5: a week as needed between two others is passed over, and is no gap."""
    between = {**dosage(10, **lasting(7)), "asNeededBoolean": True}
    turns = numbered(dosage(20, **WEEK), between, dosage(5, **lasting(2)))
    listed = read(prednisone(*turns))
    assert [str(day.date) for day in listed.days[-2:]] == ["2026-05-15", "2026-05-16"]
    assert "gap" not in {each.code for each in listed.contradictions}


def test_what_stands_beside_a_dose_is_named():
    """§12.6.5: a most of one time is compared, one that cannot be and other words are told."""
    one = dosage(10, **WEEK)
    most = {"maxDosePerAdministration": {"value": 1, "unit": "tablet"}}
    assert (
        "10 mg at a time are over its own most, 5 mg"
        in said(prednisone({**one, **most}))["over-most"]
    )
    lifetime = {"maxDosePerLifetime": {"value": 1, "unit": "g"}}
    assert "(maxDosePerLifetime) is compared" in said(prednisone({**one, **lifetime}))["more-said"]
    later = {
        "maxDosePerPeriod": [
            {"numerator": {"value": 5, "unit": "mg"}, "denominator": {"value": 1, "code": "d"}}
        ]
    }
    assert "10 mg a day are over" in said(prednisone({**one, **later}))["over-most"]
    words = {"additionalInstruction": [{"text": "until two tests are negative"}]}
    told = said(prednisone({**one, **words}))["more-said"]
    assert told.endswith("it says more: until two tests are negative.")
    first = prednisone(one, dispenseRequest={"quantity": {"value": 7}, "initialFill": {}})
    assert "initialFill" in said(first)["more-said"]
    midnight = prednisone(dosage(5, **period("2026-05-01", "2026-05-08T00:00:00Z")))
    assert said(midnight)["ends-at-midnight"].endswith("2026-05-08, which is listed whole.")


@pytest.mark.parametrize("strength", ["2,5 mg", ".5 mg", "1,000 mg", "0.12345 mg"])
def test_no_part_of_a_number_is_a_strength(strength: str):
    """§12.6.5: `2,5 mg` are not 5 mg a tablet; the dose is in tablets of which nobody knows."""
    asked = request(f"Prednisone {strength} tablets", [dosage(1, "tablet", **WEEK)])
    assert not read(asked).days
    assert "unknown-unit" in said(asked)


def test_a_text_with_a_comma_in_its_dose_is_not_read_as_another():
    """§12.6.5: what is not plain is compared with nothing."""
    assert "text-dose" not in said(prednisone(dosage(2.5, text="2,5 mg daily", **WEEK)))


@pytest.mark.parametrize(
    ("words", "third", "code"),
    [
        ("Take with food", "2026-05-08", "text-only"),
        ("15 mg daily for 7 days", "2026-05-15", "text-only"),
        ("then 15 mg daily", None, "no-start"),
    ],
)
def test_a_step_in_words_alone_keeps_its_place(words: str, third: str | None, code: str):
    """§12.6.5: what follows is never listed on its days."""
    turns = numbered(dosage(20, **WEEK), {"text": words}, dosage(10, **lasting(2)))
    listed = read(prednisone(*turns))
    assert next((str(d.date) for d in listed.days if d.dose_mg == 10), None) == third
    assert code in {each.code for each in listed.contradictions}
    assert listed.contradicts is (words != "Take with food")


def test_an_end_that_is_not_that_of_its_days_is_named():
    """§12.6.5: its text counts 7 days from the step before it, its dates end later."""
    later = dosage(10, text="10 mg daily for 7 days", boundsPeriod={"end": "2026-05-21"})
    document = prednisone(*numbered(dosage(20, **WEEK), later))
    assert "it ends on 2026-05-21, and its 7 days are 2026-05-08" in said(document)["text-end"]


def test_a_code_with_other_words_is_named():
    """§12.6.5."""
    code = {"coding": [{"code": "QD"}], "text": "every other day"}
    assert "code-rhythm" in said(dosed(WEEK, code))


def test_two_patients_within_their_requests_are_told_apart_by_their_names():
    """§12.6.4."""
    held = [
        of({"reference": "#p"}, contained=[{"resourceType": "Patient", "id": "p", **who}])
        for who in ({"name": [{"family": "A"}]}, {"name": [{"family": "B"}]})
    ]
    assert "'A' and 'B'" in refused(held)


def test_of_two_strengths_in_one_name_none_is_taken():
    """§12.6.5: a dose in mg is read, one in tablets is not."""
    both = "Prednisone 5 mg and 1 mg tablets"
    assert "unknown-unit" in said(request(both, [dosage(1, "tablet", **WEEK)]))
    assert days(request(both, [dosage(6, **WEEK)])) == ["6"] * 7


def test_a_name_for_another_place_than_the_mouth_is_not_listed():
    """§12.6.5: unless its route is said to be."""
    name, asked = "Methylprednisolone 40 mg/ml injection", dosage(40, **WEEK)
    assert "not by mouth (injection)" in said(request(name, [asked]))["not-laid-out"]
    assert days(request(name, [{**asked, "route": {"text": "Oral"}}])) == ["40"] * 7
    assert days(request("Prednisolone 5 mg oral foam", [asked])) == ["40"] * 7


def test_another_dose_in_the_text_is_named():
    """§12.6.5."""
    text = "5 mg in the morning and 10 mg in the evening"
    told = said(prednisone(dosage(5, text=text, **WEEK)))["more-said"]
    assert "its text says 10 mg too, which is compared with nothing" in told


# What is only a part, or stands in words ----------------------------------------------------------


def bundle(*entries: Element, **more: Any) -> Element:
    return {"resourceType": "Bundle", "type": "searchset", "entry": list(entries), **more}


def test_a_bundle_that_is_not_the_whole_says_so():
    """§12.6.6: a second page may hold another order in force."""
    entry, page = (
        {"resource": asked(), "search": {"mode": "match"}},
        {"relation": "next", "url": "x"},
    )
    assert "it has a further page, which is not here" in said(bundle(entry, link=[page]))["in-part"]
    assert "it says that there are 5, and 1 are here" in said(bundle(entry, total=5))["in-part"]
    wrong = {"severity": "error", "code": "incomplete", "diagnostics": "cut at 10"}
    outcome = {"resource": {"resourceType": "OperationOutcome", "issue": [wrong]}}
    assert "whoever made it says: cut at 10." in said(bundle(entry, outcome))["in-part"]
    outcome["resource"]["issue"] = [{"severity": "success", "code": "success"}]
    assert not said(bundle(entry, outcome, total=1, link=[{"relation": "self", "url": "x"}]))


def test_what_is_to_be_deleted_is_not_read():
    """§12.6.1: and of versions nobody can tell which holds."""
    gone = {
        "resource": asked(id="a"),
        "request": {"method": "DELETE", "url": "MedicationRequest/a"},
    }
    both = bundle(gone, {"resource": prednisone(dosage(10, **WEEK))}, type="transaction")
    assert days(both) == ["10"] * 7
    assert said(both)["not-in-force"].endswith(
        "MedicationRequest/a is to be deleted: it was not read."
    )
    assert "without a MedicationRequest" in refused(bundle(gone))
    assert "type is 'history'" in refused(bundle({"resource": asked()}, type="history"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"note": [{"text": "STOPPED by Dr X"}]}, "it has a note: STOPPED by Dr X."),
        ({"statusReason": {"text": "see letter"}}, "it has a reason for its status: see letter."),
    ],
)
def test_what_somebody_wrote_beside_a_request_is_told(more, told):
    """§12.6.6."""
    assert said(asked(**more))["more-said"].endswith(told)


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("5 mg if needed", "text-against", "its words are 'if needed'"),
        ("5 mg daily PRN", "text-against", "'prn'"),
        ("STOP", "text-against", "'stop'"),
        ("Cancelled, do not take", "text-against", "'cancelled'"),
        ("Do not take, cancelled", "text-against", "'cancelled'"),
        ("5 mg daily; discontinued after a rash", "text-against", "'discontinued'"),
        ("5 mg BID", "text-dose", "5 mg 2 times a day, which are 10 mg a day"),
        ("5 mg t.d.s.", "text-dose", "3 times a day"),
    ],
)
def test_words_against_the_days_are_named(text, code, told):
    """§12.6.5: they are not read as no words at all."""
    assert told in said(prednisone({**dosage(5, **WEEK), "text": text}))[code]


@pytest.mark.parametrize(
    "more",
    [
        ". Do not stop suddenly. Do not take with grapefruit.",
        " for 7 days, then discontinue",
        "; stop after 7 days",
        " until stopped by the clinic",
        ". Should not be stopped suddenly",
        ". Do not discontinue abruptly",
        ", to be discontinued by the clinic",
        ". Tablets may be crushed if necessary",
    ],
)
def test_words_that_are_not_against_the_days_are_not(more: str):
    """§12.6.5: most tapers say how they end, and most labels warn of an end too early."""
    text = f"5 mg once daily{more}"
    assert not said(prednisone({**dosage(5, **WEEK), "text": text}))


def test_of_days_that_are_not_listed_no_words_are_named_against_them():
    """§12.6.5."""
    unlisted = {**dosage(5, **WEEK), "text": "5 mg if needed", "route": {"text": "rectal"}}
    assert "text-against" not in said(prednisone(unlisted))


def test_what_is_told_the_patient_and_a_length_that_is_said_twice():
    """§12.6.5, §12.6.6."""
    told = {**dosage(5, **WEEK), "text": "5 mg daily", "patientInstruction": "Only take half"}
    assert said(prednisone(told))["more-said"].endswith("the patient is told: Only take half.")
    twice = dosage(5, **WEEK)
    twice["timing"]["repeat"]["boundsDuration"] = {"value": 14, "unit": "d", "code": "d"}
    assert "its length is said twice" in said(prednisone(twice))["not-laid-out"]
