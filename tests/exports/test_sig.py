"""`--format sig`: sentences for an electronic prescription, read back and counted again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil

import pytest
from exports.golden_plans import golden_plans

import taper
from taper.errors import Refusal
from taper.exports import sig

_DATE = r"[A-Z][a-z]+ \d+, \d{4}"
STEP = re.compile(
    rf"(.+?) for (\d+) days?, (?:from ({_DATE}) through ({_DATE})|on ({_DATE}))(?:, then |$)"
)
TAKEN = re.compile(r"(.+?) (tablets?|mL) of ([\d.]+) mg(?: per mL)?")
APART = re.compile(r"(?:, | and )(?=\d|half a|a quarter of|three quarters of)")
COUNTS = {"half a": "1/2", "a quarter of a": "1/4", "three quarters of a": "3/4"}
PARTS = {"and a half": "1/2", "and a quarter": "1/4", "and three quarters": "3/4"}
PARTICIPANT = {
    "participant": "IIM-001",
    "protocol": "iimpact",
    "steroid": {"drug": "prednisone", "dose_mg": 10, "strengths": [{"mg": 5, "split": 2}]},
    "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
}


def day_of(said: str) -> date:
    return datetime.strptime(said, "%B %d, %Y").date()  # noqa: DTZ007 - a date alone


def count_of(said: str) -> Fraction:
    whole, _, part = said.partition(" ")
    if said in COUNTS:
        return Fraction(COUNTS[said])
    return Fraction(whole) + (Fraction(PARTS[part]) if part else 0)


def mg_of(said: str) -> Fraction:
    """The dose of a day, which is what its tablets or mL come to."""
    if said == "none":
        return Fraction(0)
    mg = Fraction(re.match(r"([\d.]+) mg", said)[1])
    made = Fraction(0)
    for group in re.findall(r"\(([^)]*)\)", said):
        for each in APART.split(group):
            count, _, strength = TAKEN.fullmatch(each).groups()
            made += count_of(count) * Fraction(strength)
    assert made == mg, said
    return mg


def days_of(text: str) -> list[tuple[date, str, Fraction]]:
    """What a reader of one text would take, day after day."""
    drug, steps = re.search(
        r"(?:^|\. )([A-Z]\w+) by mouth: (.+?)\. (?:After|Text|Plan) ", text
    ).groups()
    found = []
    for said, days, first, last, only in STEP.findall(steps):
        turns = re.search(r"\[(.*)\]", said)
        doses = [mg_of(each) for each in (turns[1].split("; ") if turns else [said])]
        start = day_of(first or only)
        assert start + timedelta(int(days) - 1) == day_of(last or only)
        found += [
            (start + timedelta(i), drug.lower(), doses[i % len(doses)]) for i in range(int(days))
        ]
    return found


def needed(plan, first: date, last: date) -> list[Fraction]:
    """Each strength's tablets on the days, counted one by one; the largest strength first."""
    counts: dict[tuple[Fraction, bool], Fraction] = {}
    for day in plan.days():
        for each in day.tablets if first <= day.date <= last else ():
            of = each.strength_mg, each.in_ml
            counts[of] = counts.get(of, Fraction(0)) + each.count
    return [n if of[1] else ceil(n) for of, n in sorted(counts.items(), reverse=True)]


def test_who_follows_the_sentences_takes_the_plan_and_is_handed_out_what_that_takes():
    """Of every golden case, from its first day and from one within its steps.

    §12.1.1, §12.1.3, §12.2.1, §12.2.2, §12.2.3.
    """
    for plan in golden_plans():
        plan = replace(plan, locale="en_US")
        middle = plan.first_day + (plan.last_day - plan.first_day) / 2
        for issued in (plan.first_day, middle):
            texts = sig.texts(plan, "f860438b0000", issued)
            taken = [(d.date, d.step.drug, d.dose_mg) for d in plan.days() if d.date >= issued]
            assert [day for each in texts for day in days_of(each.said)] == taken
            for each in texts:
                assert len(each.said) <= sig.MOST_CHARACTERS
                said = [
                    Fraction(re.search(r": ([\d.]+)", q)[1]) for q in each.quantities if ":" in q
                ]
                assert said == needed(plan, each.first, each.last)
                may_be_taken = plan.status == "approved" and not plan.provisional
                assert ("NOT FOR PATIENT USE" in each.said) == (not may_be_taken)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (
            "es_US",
            "EXAMPLE, NOT FOR PATIENT USE. Prednisone by mouth: 7.5 mg (1 and a half tablets of "
            "5 mg) once daily for 1 day, on July 8, 2026, then 5 mg (1 tablet of 5 mg)",
        ),
        (
            "en_GB",
            "EXAMPLE, NOT FOR PATIENT USE. Prednisone by mouth: 7.5 mg (1 and a half tablets of "
            "5 mg) once a day for 1 day, on 8 July 2026, then 5 mg (1 tablet of 5 mg)",
        ),
        (
            "de_AT",
            "BEISPIEL, NICHT FÜR PATIENTEN. Prednison zum Einnehmen: 7,5 mg (1 und eine halbe "
            "Tablette zu 5 mg) einmal täglich 1 Tag lang, am 08.07.2026. Text 1 von 2. Plan ",
        ),
    ],
)
def test_a_text_is_in_the_form_of_the_locales_country(locale, said):
    """§12.2.4."""
    plan = taper.plan("iimpact", {**PARTICIPANT, "locale": locale}, today="2026-05-20")
    told = taper.export(plan, "sig", issued="2026-07-08").decode()
    assert said in told


def test_a_german_text_is_one_step_with_its_own_quantity():
    """§12.2.2."""
    plan = taper.plan("iimpact", {**PARTICIPANT, "locale": "de_DE"}, today="2026-05-20")
    told = taper.export(plan, "sig").decode()
    assert told.count("--- Dispense for text") == told.count(" zum Einnehmen: ") == 3


@pytest.mark.parametrize(
    ("changed", "issued", "said"),
    [
        ({"locale": "fr_CA"}, "2026-05-20", "format sig, locale is fr_CA"),
        ({}, "2028-05-20", "format sig, days is 2026-"),
    ],
)
def test_where_there_are_no_such_sentences_somebody_is_told_why(changed, issued, said):
    """§12.2.4."""
    plan = taper.plan("iimpact", PARTICIPANT | changed, today="2026-05-20")
    with pytest.raises(Refusal, match=said):
        taper.export(plan, "sig", issued=issued)
