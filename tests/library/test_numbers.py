"""Conversions, tablets and comparisons as a program asks for them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from library.given import PROTOCOL

import taper

# Conversion ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dose", ["20", 20, Decimal("20.0"), Decimal("2E+1"), Fraction(20)])
def test_a_dose_is_text_int_decimal_or_fraction(dose):
    answer = taper.convert(dose, "prednisone", to="hydrocortisone", table="us-label")
    assert (answer.dose_mg, answer.table) == (Fraction(80), "us-label")


def test_a_conversion_is_exact_and_goes_on_from_there():
    there = taper.convert(2, "dexamethasone", to="prednisone")
    assert there.dose_mg == Fraction(40, 3)
    assert taper.convert(there.dose_mg, "prednisone", to="dexamethasone").dose_mg == 2


def test_a_conversion_cites_its_figures_and_what_speaks_against_them():
    answer = taper.convert("16", "Medrol", table="bnf")
    assert (answer.table, answer.to, answer.taken[0].drug) == (
        "bnf",
        "prednisone",
        "methylprednisolone",
    )
    assert answer.source
    assert answer.notes


@pytest.mark.parametrize("dose", [20.0, 1e3, float("inf")])
def test_a_float_is_never_a_dose(dose):
    for ask in (taper.convert, taper.tablets):
        with pytest.raises(taper.Refusal, match=r"dose is the float .*a float need not be"):
            ask(dose, "prednisone")


@pytest.mark.parametrize("dose", ["0", "-5", "1001", "20 mg", "", None, True, [20], Decimal("NaN")])
def test_no_other_dose_is_read(dose):
    for ask in (taper.convert, taper.tablets):
        with pytest.raises(taper.Refusal, match=r"dose is .*; allowed: a plain decimal above 0"):
            ask(dose, "prednisone")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"drug": "prednison"}, r"drug is 'prednison'; .*did you mean prednisolone or prednisone"),
        ({"drug": None}, "drug is None; allowed: one of prednisone"),
        ({"drug": "fludrocortisone"}, "drug is 'fludrocortisone', and fludrocortisone is refused"),
        ({"to": "water"}, "to is 'water'; allowed: one of prednisone"),
        ({"table": "hpa"}, "table is 'hpa'; allowed: axelrod, bnf, de-label or us-label"),
        ({"table": "bnff"}, r"table is 'bnff'; .*did you mean bnf"),
        ({"route": "topical"}, "route is 'topical', and topical doses are refused"),
        ({"route": "iv"}, "route is 'iv', and there is no intravenous prednisone; allowed: oral"),
        ({"to": "deflazacort"}, "table is us-label, which has no value for deflazacort; allowed: "),
    ],
)
def test_what_cannot_be_converted_is_refused_with_the_reason(asked, said):
    with pytest.raises(taper.Refusal, match=f"^taper.convert: {said}"):
        taper.convert(**{"dose": "20", "drug": "prednisone", **asked})


def test_a_form_that_is_no_plain_tablet_keeps_its_name_and_says_what_it_is():
    """§3.4.8."""
    answer = taper.convert(10, "Rayos")
    assert answer.taken[0].preparation.name == "Rayos"
    assert any(note.startswith("Rayos is prednisone in delayed-release") for note in answer.notes)


def test_a_dose_is_given_as_its_preparation_is_unless_told_otherwise():
    """§3.4.7."""
    routes = [taper.convert(5, drug).taken[0].route for drug in ("prednisone", "Solu-Medrol")]
    assert routes == ["oral", "iv"]
    assert taper.convert(5, "hydrocortisone", route="iv").taken[0].route == "iv"


# Tablets ---------------------------------------------------------------------------------------


def test_tablets_are_answered_as_plain_text():
    assert taper.tablets("7.5", "prednisone", strengths=[5, 2.5]) == [
        {"strength_mg": "5", "count": "1"},
        {"strength_mg": "2.5", "count": "1"},
    ]


def test_strengths_are_given_as_in_a_participants_file():
    halved = taper.tablets("7.5", "prednisone", strengths=[{"mg": "5", "split": 2}])
    assert halved == [{"strength_mg": "5", "count": "1.5"}]
    assert json.dumps(halved)


def test_without_strengths_the_tablets_of_the_market_are_taken():
    assert taper.tablets(8, "prednisone") == [
        {"strength_mg": "5", "count": "1"},
        {"strength_mg": "1", "count": "3"},
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"strengths": [2]}, "dose is 7 mg; allowed: .* the nearest are 6 and 8 mg"),
        ({"strengths": []}, "strengths is an empty list; allowed: a list of at least 1 entry"),
        ({"strengths": [5, "5"]}, "strengths is .*; allowed: each strength once"),
        ({"strengths": [0]}, r"strengths\[1\].* is '0'; allowed: a plain decimal above 0"),
        ({"strengths": "5"}, "strengths is '5'; allowed: a list"),
        (
            {"strengths": [{"mg": 5, "split": 3}]},
            r"strengths\[1\]\.split is '3'; allowed: 1, 2 or 4",
        ),
        ({"drug": "Rayos", "strengths": [{"mg": 5, "split": 2}]}, ".*; allowed: whole tablets, as"),
        ({"drug": "Solu-Medrol"}, "drug is Solu-Medrol, which is methylprednisolone for injection"),
        ({"market": "FR"}, "market is 'FR'; allowed: AU"),
        ({"market": "US", "drug": "paramethasone"}, "strengths is missing, and the US sheet"),
    ],
)
def test_tablets_that_cannot_make_a_dose_are_refused(asked, said):
    with pytest.raises(taper.Refusal, match=f"^taper.tablets: {said}"):
        taper.tablets(**{"dose": "7", "drug": "prednisone", **asked})


# Comparison ------------------------------------------------------------------------------------


def test_regimens_are_compared_in_the_order_given():
    fast, slow = taper.compare("ese-es-2024-fast", "ese-es-2024-slow", start_mg="25", target_mg=5)
    assert (fast.name, slow.name) == ("ese-es-2024-fast", "ese-es-2024-slow")
    assert fast.figures is not None
    assert slow.figures is not None
    assert fast.figures.mg < slow.figures.mg
    assert fast.figures.days < slow.figures.days


def test_a_comparison_leaves_as_records():
    answers = taper.compare("giacta-26-week", start_mg=25, target_mg=5, start=date(2026, 5, 14))
    assert answers.records() == [
        {
            "regimen": "giacta-26-week",
            "days": 77,
            "mg": "917",
            "steps": 9,
            "largest_drop_mg": "5",
            "fits": True,
            "spare_days": [46, 46],
            "target_reached": "2026-07-30",
        }
    ]


def test_a_regimen_that_cannot_be_used_says_why():
    open_numbers, no_table = taper.compare(
        "eular-pmr-2015", {**SHEET, "regimen": BY_DOSE}, start_mg="25", target_mg="5"
    )
    assert (open_numbers.figures, no_table.figures) == (None, None)
    assert "not usable before its open numbers are filled in" in str(open_numbers.refused)
    assert "the start dose is 25 mg prednisone, which fits no table" in str(no_table.refused)


SHEET = {"id": "own", "title": "Own", "status": "looked-up", "sources": [{"citation": "a test"}]}
BY_DOSE = {
    "kind": "steps",
    "choose_by": "start_mg",
    "tables": [{"below": 20, "steps": [{"mg": 5, "days": 7}]}],
}


def test_a_regimen_may_be_a_file_a_text_or_a_dict(tmp_path):
    written = {**PROTOCOL, "taper": {**PROTOCOL["taper"], "regimen": RULE}}
    file = tmp_path / "own.yaml"
    file.write_text(json.dumps(written), encoding="utf-8")
    answers = taper.compare(written, json.dumps(written), file, start_mg=10, target_mg=5)
    assert [answer.name for answer in answers] == ["my-trial", "my-trial", "own.yaml"]
    assert len({answer.figures for answer in answers}) == 1


RULE = {"kind": "percent", "decrease_percent": "20", "every_days": "14"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start_mg": 5}, "taper.compare: start_mg is 5 mg, and target_mg is 5 mg"),
        ({"start_mg": 25.0}, "taper.compare: start_mg is the float 25.0"),
        ({"target_mg": "-1"}, "taper.compare: target_mg is '-1'"),
        ({"window_months": 0}, "taper.compare: window_months is 0; allowed: whole months from 1"),
        ({"weight_kg": 0}, "taper.compare: weight_kg is '0'"),
        ({"start": "May"}, "taper.compare: start is 'May'; allowed: a calendar date"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(asked, said):
    with pytest.raises(taper.Refusal, match=said):
        taper.compare("semira", **{"start_mg": "25", "target_mg": "5", **asked})


def test_an_unknown_regimen_is_refused_with_the_nearest():
    with pytest.raises(taper.Refusal, match=r"regimen is 'semirra'; .*did you mean semira"):
        taper.compare("semirra", start_mg=25, target_mg=5)
