"""Medication requests of others: their days, and where text, dates, doses and quantities differ."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from exports.requests import (
    Element,
    dispensed,
    dosage,
    lasting,
    numbered,
    period,
    request,
    tablets_of_england,
    tablets_of_hl7,
)

from taper.doses import dose
from taper.errors import Refusal
from taper.sources.fhir import Schedule, schedule_of
from taper.wording.severity import Severity

MAY = date(2026, 5, 1)
WEEK = period("2026-05-01", "2026-05-07")


def read(document: Any, start: date | None = None) -> Schedule:
    return schedule_of(json.dumps(document).encode(), "request.json", start)


def mg(schedule: Schedule) -> list[str]:
    return [dose.text(day.dose_mg) for day in schedule.days]


def found(document: Any) -> dict[str, str]:
    """What contradicts, each by its code; the last of several."""
    every = read(document).contradictions
    return {each.code: each.text for each in every if each.severity is not Severity.INFO}


def prednisone(*dosages: Element, **more: Any) -> Element:
    return request("Prednisone 5 mg tablets", list(dosages), **more)


def less_than(told: Element) -> Element:
    """The dosage with a dose under that number, as a quantity may say it."""
    quantity = {**told["doseAndRate"][0]["doseQuantity"], "comparator": "<"}
    return {**told, "doseAndRate": [{"doseQuantity": quantity}]}


def at_most(mg: int, days: int) -> Element:
    mgs, day = {"value": mg, "unit": "mg"}, {"value": days, "code": "d"}
    return {"maxDosePerPeriod": {"numerator": mgs, "denominator": day}}


# Published examples -------------------------------------------------------------------------------


def test_the_example_of_the_standard_is_read_by_its_dates_and_contradicts_its_text_and_quantity():
    schedule = read(tablets_of_hl7())
    assert mg(schedule) == ["20"] * 5 + ["10"] * 8 + ["5"] * 7
    assert (schedule.days[0].date, schedule.days[-1].date) == (date(2015, 1, 16), date(2015, 2, 6))
    said = found(tablets_of_hl7())
    assert said.keys() == {"text-days", "gap", "quantity-over", "supply-days", "repeats"}
    assert said["gap"] == "Nothing is said of 2015-01-21 to 2015-01-22."
    assert said["quantity-over"].endswith(
        "51 TAB are handed out, the dosages need 43, by their texts 49."
    )
    days = [c.text for c in schedule.contradictions if c.code == "text-days"]
    assert [text.split(", ", 1)[1] for text in days] == [
        "dosage 1: the text says 7 days, the dates 2015-01-16 to 2015-01-20 are 5.",
        "dosage 2: the text says 7 days, the dates 2015-01-23 to 2015-01-30 are 8.",
    ]


def test_the_example_of_the_english_service_hands_out_72_tablets_for_70():
    schedule = read(tablets_of_england())
    assert mg(schedule) == [f"{5 * n}" for n in range(8, 1, -1) for _ in range(2)]
    assert {day.drug for day in schedule.days} == {"prednisolone"}
    assert [day.date for day in schedule.days] == [None] * 14
    assert [day.day for day in schedule.days] == list(range(1, 15))
    said = found(tablets_of_england())
    assert said.keys() == {"quantity-over", "supply-days", "times-a-day"}
    assert said["quantity-over"].endswith("72 tablet are handed out, the dosages need 70.")
    assert said["supply-days"].endswith("it should last 30 days, the dosages are of 14 days.")


def test_what_has_no_date_begins_on_the_day_that_is_given():
    schedule = read(tablets_of_england(), MAY)
    assert [day.date for day in schedule.days] == [MAY + timedelta(days=i) for i in range(14)]
    assert "no-dates" not in {each.code for each in schedule.contradictions}


# Doses and days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "name", "daily"),
    [
        (20, "mg", "prednisone", "20"),
        (0.5, "g", "methylprednisolone", "500"),
        (500, "ug", "Dexamethasone 500 microgram tablets", "0.5"),
        (1.5, "TAB", "Prednisone 5 mg tablets", "7.5"),
        (2, "tablet", "Dexamethasone 500 micrograms tablets", "1"),
        (5, "mL", "Prednisolone 15 mg/5 mL oral solution", "15"),
        (5, "ml", "Prednisolone 1 mg/mL", "5"),
    ],
)
def test_a_dose_is_read_in_mg_whatever_its_unit(value, unit, name, daily):
    assert mg(read(request(name, [dosage(value, unit, **WEEK)]))) == [daily] * 7


def in_two_units(unit: str, code: str, value: int = 20) -> Element:
    one = dosage(value, **WEEK)
    one["doseAndRate"][0]["doseQuantity"] = {"value": value, "unit": unit, "code": code}
    return one


@pytest.mark.parametrize(
    ("unit", "code"),
    [("mg", "g"), ("g", "mg"), ("mcg", "mg"), ("tablets", "mg"), ("mL", "mg"), ("mg", "{tbl}")],
)
def test_a_dose_whose_unit_is_not_its_code_contradicts_and_is_not_listed(unit: str, code: str):
    wrong = prednisone(in_two_units(unit, code))
    said = f"dosage 1: it is in {unit} with the code {code}, and nothing is read of it."
    assert found(wrong)["unit-code"].endswith(said)
    assert not read(wrong).days


@pytest.mark.parametrize(
    ("unit", "code"),
    [("milligram", "mg"), ("mg", "258684004"), ("milligram(s)", "mg"), ("as told", "mg")],
)
def test_a_unit_that_is_its_code_in_other_words_is_read(unit: str, code: str):
    assert mg(read(prednisone(in_two_units(unit, code)))) == ["20"] * 7


def test_a_length_or_a_quantity_whose_unit_is_not_its_code_contradicts():
    weeks = {"boundsDuration": {"value": 2, "unit": "weeks", "code": "d"}}
    assert found(prednisone(dosage(5, **weeks))).keys() == {"unit-code", "no-days"}
    supply = {"quantity": {"value": 7, "unit": "tablet", "code": "mg"}}
    assert found(prednisone(dosage(5, **WEEK), dispenseRequest=supply)).keys() == {"unit-code"}


@pytest.mark.parametrize(("value", "told"), [(1000, False), (1001, True)])
def test_a_day_over_the_most_of_any_dose_is_told_of_all_its_dosages(value: int, told: bool):
    each = [request("prednisone", [dosage(mg, **WEEK)]) for mg in (500, value - 500)]
    assert ("over-limit" in found(each)) is told


def test_a_decimal_is_exact():
    assert mg(read(prednisone(dosage(0.1, frequency=3, **WEEK)))) == ["0.3"] * 7


@pytest.mark.parametrize(
    ("repeat", "days"),
    [
        ({"period": 2}, [1, 3, 5, 7]),
        ({"period": 48, "periodUnit": "h"}, [1, 3, 5, 7]),
        ({"period": 1, "periodUnit": "wk"}, [1]),
        ({"period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "fri"]}, [1, 4]),
    ],
)
def test_a_rhythm_is_days_of_its_stretch(repeat, days):
    """1 May 2026 is a Friday."""
    schedule = read(prednisone(dosage(5, **repeat, **WEEK)))
    assert [day.date.day for day in schedule.days] == days


@pytest.mark.parametrize(
    ("repeat", "daily"),
    [
        ({"frequency": 2}, "10"),
        ({"period": 12, "periodUnit": "h"}, "10"),
        ({"period": 8, "periodUnit": "h"}, "15"),
        ({"when": ["MORN", "EVE"]}, "10"),
        ({"when": ["MORN", "PC"]}, "5"),
        ({"timeOfDay": ["08:00:00", "12:00:00"]}, "10"),
        ({"frequency": 1, "period": 24, "periodUnit": "h"}, "5"),
    ],
)
def test_the_doses_of_a_day_are_added(repeat, daily):
    assert mg(read(prednisone(dosage(5, **repeat, **WEEK)))) == [daily] * 7


def test_dosages_of_one_number_hold_together_and_others_follow_on_each_other():
    morning, evening = dosage(10, **lasting(2)), dosage(5, **lasting(2))
    schedule = read(
        prednisone(
            {"sequence": 1, **morning},
            {"sequence": 1, **evening},
            {"sequence": 2, **dosage(5, **lasting(1, "wk"))},
        )
    )
    assert mg(schedule) == ["15"] * 2 + ["5"] * 7


def test_days_may_be_listed_one_by_one():
    days = ["2026-05-01", "2026-05-04T08:00:00Z"]
    event = {"doseAndRate": dosage(5)["doseAndRate"], "timing": {"event": days}}
    assert [day.date.day for day in read(prednisone(event)).days] == [1, 4]


def test_how_long_it_is_taken_may_stand_in_the_text_alone():
    schedule = read(prednisone(*numbered(dosage(20, text="20 mg daily for 2 weeks"))))
    assert mg(schedule) == ["20"] * 14


def test_a_bundle_and_a_list_are_read_with_the_medications_they_refer_to():
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"coding": [{"system": "http://www.whocc.no/atc", "code": "H02AB06"}]},
    }
    asked = request("", [dosage(5, **WEEK)], medicationReference={"reference": "Medication/m"})
    del asked["medicationCodeableConcept"]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in (medication, asked)],
    }
    for document in (bundle, [medication, asked]):
        assert [day.drug for day in read(document).days] == ["prednisolone"] * 7


def test_two_strengths_of_a_drug_are_added_and_contradict_nothing():
    five = request("Prednisolone 5 mg tablets", [dosage(1, "TAB", **WEEK)])
    one = request("Prednisolone 1 mg tablets", [dosage(2, "TAB", **WEEK)])
    assert mg(read([five, one])) == ["7"] * 7
    assert not found([five, one])


def test_what_is_not_in_force_or_another_drug_is_left_out_and_said():
    document = [
        prednisone(dosage(5, **WEEK)),
        prednisone(dosage(10, **WEEK), status="cancelled"),
        request("Amoxicillin 250 mg capsules", [dosage(250, **WEEK)]),
    ]
    schedule = read(document)
    assert mg(schedule) == ["5"] * 7
    assert [each.code for each in schedule.contradictions] == ["not-in-force", "other-drug"]
    assert not schedule.contradicts


def test_a_draft_is_listed_and_said_to_be_one():
    schedule = read([prednisone(dosage(5, **WEEK), status="draft")])
    assert mg(schedule) == ["5"] * 7
    assert [(each.code, each.severity) for each in schedule.contradictions] == [("draft", "info")]


def test_a_request_on_hold_is_listed_and_said_to_be_one():
    schedule = read([prednisone(dosage(5, **WEEK), status="on-hold")])
    assert mg(schedule) == ["5"] * 7
    assert [each.text for each in schedule.contradictions] == [
        "1 of 1 requests are on hold, by which nobody may act now."
    ]


def test_what_follows_a_dosage_without_an_end_begins_nobody_knows_when():
    """But for what has a date of its own; on days of the week nobody can be without a date."""
    week = lasting(7)
    turns = numbered(dosage(20, **week), dosage(15), dosage(10, **week), dosage(5, **WEEK))
    schedule = read([prednisone(*turns)], date(2026, 4, 1))
    assert mg(schedule) == ["20"] * 7 + ["5"] * 7
    said = found([prednisone(*turns)])
    assert said["no-end"].endswith("dosage 2: how long it is taken is not said.")
    assert said["no-start"].endswith("dosage 3: when it begins cannot be told.")
    assert "no-start" in found(prednisone(dosage(5, dayOfWeek=["mon"], **week)))


@pytest.mark.parametrize(
    ("dosages", "code"),
    [
        ([dosage(1, "mL", **WEEK)], "unknown-unit"),
        ([dosage(5, frequency=0, **WEEK)], "unknown-rhythm"),
        ([dosage(5, period=2, timeOfDay=["08:00:00", "20:00:00"], **WEEK)], "unknown-rhythm"),
        ([{**dosage(5, **WEEK), "asNeeded": True}], "not-fixed"),
    ],
)
def test_what_cannot_be_meant_so_is_told_and_never_guessed(dosages: list[Element], code: str):
    """A strength in 0 mL, not even once, two times of the day once in two days, R5's as needed."""
    assert code in found(request("Prednisolone 5 mg/0 mL", dosages))


def test_the_longest_name_that_is_known_is_the_drug():
    assert read(request("Decortin H 5 mg", [dosage(5, **WEEK)])).days[0].drug == "prednisolone"
    assert read(request("Decortin 5 mg", [dosage(5, **WEEK)])).days[0].drug == "prednisone"


# Contradictions -----------------------------------------------------------------------------------

GOOD = "Take 4 tablets daily for 7 days starting 1 May 2026"


def test_a_request_whose_parts_agree_has_nothing_that_contradicts():
    good = prednisone(dosage(4, "TAB", GOOD, **WEEK), dispenseRequest=dispensed(28, "TAB", 7))
    assert not read(good).contradictions


@pytest.mark.parametrize(
    ("text", "repeat"),
    [
        ("5 mg twice daily", {"frequency": 2}),
        ("10 mg daily in two parts", {"frequency": 2}),
        ("1 tablet three times a day", {"frequency": 3}),
        ("one tablet every other day", {"period": 2}),
        ("half a tablet", {"frequency": 2}),
        ("5 mg every 48 hours", {"period": 2}),
        ("5 mg on alternate days", {"period": 2}),
        ("5 mg once a week for 1 week", {"periodUnit": "wk"}),
        ("5 mg every 12 hours", {"frequency": 2}),
        ("5 mg twice a week", {"dayOfWeek": ["mon", "fri"]}),
        ("5 mg every Monday and Friday", {"dayOfWeek": ["mon", "fri"]}),
        ("5 mg once every other day", {"period": 2}),
        ("5 mg fortnightly", {"period": 2, "periodUnit": "wk"}),
        ("5 mg once daily in the morning", {"when": ["MORN"]}),
    ],
)
def test_a_text_that_says_the_same_in_its_words_contradicts_nothing(text: str, repeat: Element):
    mg = 2.5 if text.startswith("half") else 5
    assert not found(prednisone(dosage(mg, text=text, **repeat, **WEEK)))


WEEKLY = {"periodUnit": "wk"}


@pytest.mark.parametrize(
    ("text", "repeat", "said"),
    [
        ("20 mg once daily in the morning", WEEKLY, "once daily, the timing once every 7 days"),
        ("20 mg every morning", {"period": 2}, "every morning, the timing once every 2 days"),
        ("20 mg every other day", {}, "every other day, the timing once a day"),
        ("20 mg every 2 days", {}, "every 2 days, the timing once a day"),
        ("20 mg on alternate days", WEEKLY, "alternate days, the timing once every 7 days"),
        ("20 mg once weekly", {}, "once weekly, the timing once a day"),
        ("20 mg every week", {"period": 2}, "every week, the timing once every 2 days"),
        ("20 mg twice a week", WEEKLY, "twice a week, the timing once every 7 days"),
        ("20 mg 5 days a week", {"dayOfWeek": ["mon"]}, "5 days a week, the timing one day a week"),
        ("20 mg every Monday", {}, "every monday, the timing once a day"),
        ("20 mg monthly", {}, "monthly, the timing once a day"),
        ("once daily", {"frequency": 2}, "once a day, the timing 2 times"),
        ("40 mg once daily", {"frequency": 2}, "once a day, the timing 2 times"),
        ("three times a day", {"frequency": 2}, "3 times a day, the timing 2 times"),
        ("every 8 hours", {"frequency": 2}, "3 times a day, the timing 2 times"),
    ],
)
def test_how_often_a_text_says_is_held_against_the_timing(text: str, repeat: Element, said: str):
    whole = prednisone(dosage(20, text=text, **repeat, **period("2026-06-01", "2026-06-14")))
    assert (
        found(whole)["text-rhythm"] == f"Prednisone 5 mg tablets, dosage 1: the text says {said}."
    )
    assert read(whole).contradicts


def test_how_often_a_text_says_is_held_against_days_that_are_listed():
    def listed(text: str, *days: int) -> set[str]:
        one = dosage(20, text=text)
        one["timing"] = {"event": [f"2026-05-{day:02}" for day in days]}
        return set(found(prednisone(one)))

    assert listed("20 mg every other day", 1, 3, 5) == listed("20 mg a day", 1) == set()
    assert listed("20 mg twice a week", 1, 4, 8, 11) == set()
    assert (
        listed("20 mg a day", 1, 3, 5) == listed("20 mg every 2 days", 1, 2, 4) == {"text-rhythm"}
    )


def test_a_code_of_the_timing_that_is_not_known_is_no_daily_dose():
    one = dosage(20, text="20 mg")
    one["timing"] = {"repeat": WEEK, "code": {"coding": [{"code": "MO"}]}}
    assert "unknown-rhythm" in found(prednisone(one))


@pytest.mark.parametrize(
    ("code", "told"), [("WK", True), ("BID", True), ("QD", False), ("x", False)]
)
def test_a_code_of_another_rhythm_than_the_period_contradicts(code: str, told: bool):
    one = dosage(20, **WEEK)
    one["timing"]["code"] = {"coding": [{"code": code}]}
    assert found(prednisone(one)).keys() == ({"code-rhythm"} if told else set())


def test_the_sentence_on_a_dose_says_what_the_text_means_in_a_day():
    said = found(prednisone(dosage(20, text="20 mg twice daily", **WEEK)))["text-dose"]
    assert said.endswith(
        "the text says 20 mg 2 times a day, which are 40 mg a day, the dose is 20 mg at a time, "
        "20 mg a day."
    )


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("text-dose", prednisone(dosage(3, "TAB", GOOD, **WEEK))),
        ("text-dose", prednisone(dosage(1, "TAB", "One tablet daily", frequency=4, **WEEK))),
        ("text-dose", prednisone(dosage(5, "mg", "5 mg twice daily", frequency=3, **WEEK))),
        ("text-dose", prednisone(dosage(15, "mg", "20 mg a day, 7 days", **WEEK))),
        ("text-days", prednisone(dosage(4, "TAB", GOOD, **period("2026-05-01", "2026-05-08")))),
        ("text-start", prednisone(dosage(4, "TAB", GOOD, **period("2026-05-02", "2026-05-08")))),
        ("text-dates", prednisone(dosage(5, text="5 mg on 2026-05-01, 2026-05-02", **WEEK))),
        ("text-itself", prednisone(dosage(4, "TAB", "FOUR (5) tablets", **WEEK))),
        ("text-itself", prednisone(dosage(25, text="25 mg (1 of 20 mg, 2 of 5 mg)", **WEEK))),
        ("text-drug", prednisone(dosage(5, text="Prednisolone 5 mg daily", **WEEK))),
        ("text-dose", prednisone({**dosage(5, **WEEK), "patientInstruction": "Take 2 tablets"})),
        (
            "text-dose",
            prednisone({**dosage(5, text="5 mg", **WEEK), "patientInstruction": "Take 50 mg"}),
        ),
        ("times-a-day", prednisone(dosage(5, text="30 mg a day", frequency=6, **WEEK))),
        (
            "gap",
            prednisone(
                *numbered(dosage(5, **WEEK), dosage(4, **period("2026-05-10", "2026-05-12")))
            ),
        ),
        (
            "overlap",
            prednisone(
                *numbered(dosage(5, **WEEK), dosage(4, **period("2026-05-07", "2026-05-12")))
            ),
        ),
        ("overlap", [prednisone(dosage(5, **WEEK)), prednisone(dosage(5, **WEEK))]),
        ("no-sequence", prednisone(dosage(10, **lasting(7)), dosage(5, **lasting(7)))),
        ("dates-reversed", prednisone(dosage(5, **period("2026-05-07", "2026-05-01")))),
        ("no-end", prednisone(dosage(5))),
        ("no-days", prednisone({"text": "20 mg daily, then 10 mg"})),
        ("no-dose", prednisone({"timing": {"repeat": {"frequency": 1, **WEEK}}})),
        ("unknown-unit", prednisone(dosage(2, "sachet", **WEEK))),
        ("unknown-rhythm", prednisone(dosage(5, frequency=3, periodUnit="wk", **WEEK))),
        ("not-fixed", prednisone({**dosage(5, **WEEK), "asNeededBoolean": True})),
        ("not-fixed", prednisone(dosage(5, frequencyMax=3, **WEEK))),
        ("not-fixed", prednisone(less_than(dosage(5, **WEEK)))),
        ("over-most", prednisone({**dosage(5, frequency=2, **WEEK), **at_most(9, 1)})),
        ("over-most", prednisone({**dosage(5, **WEEK), **at_most(34, 7)})),
        (
            "quantity-short",
            prednisone(dosage(4, "TAB", **WEEK), dispenseRequest=dispensed(27, "TAB", 7)),
        ),
        (
            "quantity-over",
            prednisone(dosage(4, "TAB", **WEEK), dispenseRequest=dispensed(29, "TAB", 7)),
        ),
        (
            "supply-days",
            prednisone(dosage(4, "TAB", **WEEK), dispenseRequest=dispensed(28, "TAB", 28)),
        ),
        (
            "rendered-text",
            prednisone(
                dosage(5, **WEEK),
                extension=[{"url": "x.renderedDosageInstruction", "valueMarkdown": "take 6 mg"}],
            ),
        ),
    ],
)
def test_each_contradiction_is_found_by_its_code(code: str, wrong: Any):
    assert code in found(wrong)
    assert read(wrong).contradicts


@pytest.mark.parametrize(
    ("repeat", "mg", "days"), [({"frequency": 2}, 10, 1), ({}, 35, 7), ({"period": 2}, 20, 7)]
)
def test_a_dose_up_to_its_own_most_contradicts_nothing(repeat: Element, mg: int, days: int):
    assert not found(prednisone({**dosage(5, **repeat, **WEEK), **at_most(mg, days)}))


@pytest.mark.parametrize(
    ("text", "instruction"),
    [
        ("Deltasone 5 mg daily", ""),
        ("5 mg prednisone in the place of methylprednisolone", ""),
        ("prednisone 5 mg (1 of 5 mg)", ""),
        ("prednisone 5 mg (half of 10 mg)", ""),
        ("5 mg", "Take 1 tablet in the morning"),
        ("5 mg", "Take it with food"),
    ],
)
def test_what_says_the_same_dose_again_contradicts_nothing(text: str, instruction: str):
    told = {**dosage(5, text=text, **WEEK), "patientInstruction": instruction}
    assert not found(prednisone(told))


def test_codes_of_two_drugs_are_of_nobody_knows_which():
    atc = [{"system": "http://www.whocc.no/atc", "code": code} for code in ("H02AB07", "H02AB02")]
    concept = {"text": "prednisone", "coding": atc}
    both = request("", [dosage(5, **WEEK)], medicationCodeableConcept=concept)
    schedule = read([both, prednisone(dosage(5, **WEEK))])
    assert mg(schedule) == ["5"] * 7
    assert schedule.contradicts


def test_doses_that_are_said_twice_and_differ_are_found():
    two = dosage(5, **WEEK)
    two["doseAndRate"] += dosage(6)["doseAndRate"]
    assert "doses-differ" in found(prednisone(two))


def test_what_is_handed_out_of_all_strengths_is_held_against_the_request_it_is_for():
    taken = {**request("prednisone", [dosage(7, **WEEK)]), "id": "taken"}

    def supply(name: str, tablets: int) -> Element:
        return request(
            name,
            [{"text": "as above"}],
            basedOn=[{"reference": "MedicationRequest/taken"}],
            dispenseRequest=dispensed(tablets, "TAB", 7),
        )

    for tablets, code in ((14, None), (13, "quantity-short"), (20, "quantity-over")):
        document = [taken, supply("prednisone 5 mg", 7), supply("prednisone 1 mg", tablets)]
        assert set(found(document)) == ({code} if code else set())
    again = supply("prednisone 5 mg", 7)
    again["dispenseRequest"]["numberOfRepeatsAllowed"] = 1
    assert set(found([taken, again, supply("prednisone 1 mg", 14)])) == {"repeats"}


# Refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"<MedicationRequest/>", "the file is in XML"),
        (b"prednisone 20 mg", "the file is no JSON"),
        (b"[" * 100_000, "the file is no JSON"),
        (b"\xff\xfe{}", "the file is in UTF-16"),
        (b"{}", "the file is no FHIR resource"),
        (b'{"resourceType": "Patient"}', "the file is one without a MedicationRequest"),
        (b"[[[[[]]]]]", "the file is bundles within bundles"),
        (b'{"a": NaN}', "the file is no JSON"),
        (b'{"value": 5, "value": 50}', "the file is one with 'value' twice in one element"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(raw: bytes, said: str):
    with pytest.raises(Refusal) as refused:
        schedule_of(raw, "request.json")
    assert str(refused.value).startswith(f"request.json: {said}; allowed: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (prednisone(dosage("5", **WEEK)), "doseQuantity.value is '5'; allowed: a number."),
        (prednisone(dosage(True, **WEEK)), "doseQuantity.value is True; allowed: a number."),
        (prednisone(dosage(5, **WEEK), dosageInstruction="daily"), "a list of elements."),
        (prednisone({**dosage(5, **WEEK), "text": 5}), "dosageInstruction[1].text is 5"),
        (
            prednisone(dosage(-3, **WEEK)),
            "doseQuantity.value is -3; allowed: a number of at least 0.",
        ),
        (prednisone(dosage(5, count=0, **WEEK)), "count is 0; allowed: a whole number of at least"),
        (prednisone({"sequence": 1.5}), "sequence is 1.5; allowed: a whole number."),
        (prednisone(dosage(5, **period("2026-02-30", "2026-03-01"))), "a date that there is."),
        (prednisone(dosage(5, **period("0001-01-01", "2026-03-01"))), "a date from 1900 to 2199."),
        (prednisone(dosage(5, **lasting(4000))), "one of 4000 days; allowed: at most 3660 days."),
        (
            prednisone(dosage(5, dayOfWeek=["Monday"], **WEEK)),
            "mon, tue, wed, thu, fri, sat or sun",
        ),
        (prednisone(dosage(5, **WEEK), status="cancelled"), "a request in force for a steroid"),
        (request("Amoxicillin", [dosage(5, **WEEK)]), "a request in force for a steroid"),
        ([prednisone(dosage(5, **WEEK))] * 2001, "at most 2000."),
        ([prednisone(dosage(5, **lasting(3660)))] * 21, "at most 73200."),
    ],
)
def test_what_is_of_another_kind_is_refused_with_its_place(wrong: Any, said: str):
    with pytest.raises(Refusal) as refused:
        read(wrong)
    assert said in str(refused.value)


@pytest.mark.parametrize("value", ["1e400", "1E5", "1" * 25, "-1e-30"])
def test_a_number_that_would_not_end_is_refused(value: str):
    raw = json.dumps(prednisone(dosage(987654, **WEEK))).replace("987654", value).encode()
    with pytest.raises(Refusal, match="a number of at most 20 digits"):
        schedule_of(raw, "request.json")


def test_what_a_stranger_named_is_quoted_where_it_hides_something():
    every = read(
        prednisone(dosage(5), medicationCodeableConcept={"text": "prednisone\x1b[2J"})
    ).contradictions
    assert every
    assert not any("\x1b" in each.text for each in every)
