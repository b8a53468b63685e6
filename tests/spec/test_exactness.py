"""§2: doses are rationals, dates are calendar dates, text is plain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

import pytest
from spec.build import (
    bands,
    course,
    hold,
    plan,
    refusal,
    runs,
    set_dose,
    stress_dose,
    table,
    window_end,
)

from taper import sources
from taper.doses import dose
from taper.trial.fields import parse_date

F = Fraction


# §2.1 doses are exact rationals ------------------------------------------------------------------


def test_a_dose_is_an_exact_rational():
    """§2.1.1: doses inside the engine are exact rationals."""
    assert dose.parse("7.5") == F(15, 2)
    assert dose.parse("0.1") + dose.parse("0.2") == F(3, 10)  # as floats they are not


def test_dexamethasone_2_mg_is_forty_thirds_of_prednisone():
    """§2.1.3: dexamethasone 2 mg is 40/3 mg prednisone."""
    assert sources.equivalence_table("us-label").to_prednisone(F(2), "dexamethasone") == F(40, 3)


def test_a_rounding_tie_is_still_a_tie_after_a_conversion():
    """§2.1.3: a rounding tie must still be a tie after conversion.

    40/3 mg less 37.5 % is 25/3 mg prednisone, 1.25 mg dexamethasone: halfway between 1 and 1.5.
    Then 125/24 mg, 0.78125 mg, rounds to 1; the target of 5 mg is 0.75 mg, so 0.5 is the most.
    """
    percent = {"kind": "percent", "decrease_percent": "37.5", "every_days": 28}
    planned = plan("2", steroid={"drug": "dexamethasone", "strengths": ["0.5"]}, regimen=percent)
    assert course(planned) == "2×14 1.5×28 1×28 0.5×28"


@pytest.mark.parametrize("wrong", [7.5, 5.0, True, False, None, ["5"], b"5", 5j])
def test_a_float_is_no_dose(wrong: object):
    """§2.1.2: no float anywhere, decimal text at the borders."""
    with pytest.raises(ValueError, match="plain decimal"):
        dose.parse(wrong)


def values_in(thing: Any) -> Iterator[Any]:
    if is_dataclass(thing):
        for field in fields(thing):
            yield from values_in(getattr(thing, field.name))
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from (*values_in(key), *values_in(value))
    elif isinstance(thing, list | tuple):
        for item in thing:
            yield from values_in(item)
    else:
        yield thing


def test_no_float_is_in_a_plan():
    """§2.1.2: no float anywhere."""
    planned = plan("1.5", steroid={"drug": "dexamethasone", "strengths": ["0.75"]})
    assert not [value for value in values_in(planned) if isinstance(value, float)]
    assert not [value for day in planned.days() for value in values_in(day) if type(value) is float]


# §2.2 no clock -----------------------------------------------------------------------------------


def test_today_is_an_argument_and_moves_no_day():
    """§2.2.1: no clock, time zone or locale reaches the engine; today is an argument."""
    assert runs(plan(today="2025-01-01")) == runs(plan(today="2199-12-31"))


def test_the_same_input_makes_the_same_plan():
    """§2.2.2: nothing but the arguments decides."""
    assert plan("25", today="2026-02-01") == plan("25", today="2026-02-01")


# §2.3 dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["2026-01-31", "2028-02-29", "2000-02-29", "2199-12-31"])
def test_a_date_is_year_month_day(written: str):
    """§2.3.1: input dates are YYYY-MM-DD."""
    assert parse_date(written) == dt.date.fromisoformat(written)


@pytest.mark.parametrize(
    "written",
    [
        "20260304",
        "2026-W10-3",
        "2026-063",
        "2026-3-4",
        "26-03-04",
        "04.03.2026",
        "03/04/2026",
        "2026/03/04",
        "2026-03-04T00:00",
        "2026-03-04 ",
        "2026-03-04\n",
        "٢٠٢٦-٠٣-٠٤",
        "2026–03–04",  # en dashes, as a word processor makes them
        "2026-02-29",
        "2100-02-29",
        "2026-04-31",
        "2026-13-01",
        "2026-00-10",
        "0000-01-01",
        "-2026-01-01",
        "",
    ],
)
def test_nothing_else_is_a_date(written: str):
    """§2.3.1: YYYY-MM-DD and nothing else."""
    with pytest.raises(ValueError, match="calendar date YYYY-MM-DD"):
        parse_date(written)


def test_a_refused_date_is_named_with_what_was_read_and_what_is_allowed():
    """§1.1.4: which participant, which field, what was read, what is allowed."""
    problem = refusal(participant={"infusions": [{"number": 1, "date": "31.01.2026"}]})
    assert (problem.field, problem.read) == ("infusions[1].date", "'31.01.2026'")
    assert "YYYY-MM-DD" in problem.allowed


# §2.3 doses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "mg"),
    [
        ("7.5", F(15, 2)),
        ("20", F(20)),
        ("0.75", F(3, 4)),
        ("0", F(0)),
        ("2.50", F(5, 2)),
        ("1000", F(1000)),
        ("999.9", F(9999, 10)),
    ],
)
def test_a_dose_is_a_plain_decimal(written: str, mg: Fraction):
    """§2.3.3: input doses are plain decimals (7.5, 20)."""
    assert dose.parse(written) == mg


NO_DOSES = [
    "-5",
    "+5",
    "−5",  # noqa: RUF001  # a minus sign, not a hyphen
    "5e1",
    "5E1",
    "5 mg",
    "5mg",
    "5 ",
    " 5",
    "5\n",
    "5,5",
    "1,000",
    "1_000",
    ".5",
    "5.",
    "0x10",
    "5/2",
    "½",
    "٥",  # noqa: RUF001  # a digit in Arabic
    "５",  # noqa: RUF001  # full width
    "²",
    "nan",
    "inf",
    "0.00001",
    "1000.1",
    "1001",
    "10000",
    "",
]


@pytest.mark.parametrize("written", NO_DOSES)
def test_nothing_else_is_a_dose(written: str):
    """§2.3.3, §2.3.4: ASCII digits, no sign, no exponent, no unit text, at most 1000 mg."""
    with pytest.raises(ValueError, match=r"plain decimal .* 1000"):
        dose.parse(written)


@pytest.mark.parametrize("written", ["5 mg", "-5", "1e1", "0", "1000.5"])
def test_a_refused_dose_is_named_with_what_was_read_and_what_is_allowed(written: str):
    """§1.1.4: which field, what was read, what is allowed."""
    problem = refusal(written)
    assert (problem.field, problem.read) == ("steroid.dose_mg", f"'{written}'")
    assert "1000" in problem.allowed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mg": "0"}, "steroid.dose_mg"),
        ({"strengths": ["0"]}, "steroid.strengths[1]"),
        ({"events": [stress_dose("2026-02-01", 3, "0")]}, "events[1].dose_mg"),
        ({"events": [set_dose("2026-02-01", 3, "0.0")]}, "events[1].dose_mg"),
    ],
)
def test_what_a_participant_takes_is_above_0(changes: Any, field: str):
    """§2.3.5: what a participant takes is above 0."""
    problem = refusal(**changes)
    assert problem.field == field
    assert "above 0" in problem.allowed


def test_a_target_and_a_table_row_may_be_0():
    """§2.3.6: a target or a table row may be 0."""
    planned = plan(target="0", regimen=table(("5", 7), ("0", 7)))
    assert course(planned) == "10×14 5×7 0×28"


# §2.3 months -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "months", "planned"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2027-11-29", 3, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-08-31", 3, "2026-11-30"),
        ("2026-12-31", 2, "2027-02-28"),
    ],
)
def test_months_end_where_the_month_ends(first: str, months: int, planned: str):
    """§2.3.7: 31 January + 1 month = 28 or 29 February."""
    infusions = [{"number": 1, "months": 0}, {"number": 2, "months": months}]
    made = plan(
        taper={"after_infusion": 2},
        protocol={"infusions": infusions},
        participant={"infusions": [{"number": 1, "date": first}]},
    )
    assert str(made.anchor.date) == planned


def test_a_window_of_months_ends_where_the_month_ends():
    """§2.3.7, §4.4.3: four months from 31 October end on 28 February."""
    participant = {"infusions": [{"number": 1, "date": "2026-10-17"}]}
    assert str(plan(participant=participant).taper_start) == "2026-10-31"
    assert str(window_end(participant=participant)) == "2027-02-28"


# §2.3 lengths ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"regimen": table(("7", 3660), ("6", 1), ("5", 7))}, "taper.regimen"),
        ({"regimen": bands(("5", "0.01", 28))}, "taper.regimen"),
        ({"events": [hold("2026-02-10", "2036-03-01")]}, "events"),
        ({"regimen": table(("7", 3661), ("5", 7))}, "taper.regimen.steps[1].days"),
    ],
    ids=["a table", "a decrease", "a hold", "a row"],
)
def test_nothing_lasts_longer_than_ten_years(changes: Any, field: str):
    """§2.3.8: 3660 days of a row, of a taper or of all that is printed."""
    problem = refusal(**changes)
    assert problem.field == field
    assert "3660" in problem.allowed


@pytest.mark.parametrize("kg", ["71.00001", "1000.5", "-71", "seventy"])
def test_a_weight_is_written_like_a_dose(kg: str):
    """§2.3.4: at most 1000, and at most four decimals."""
    assert refusal(participant={"weight_kg": kg}).field == "weight_kg"


# §2.4 doses as text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mg", "written"),
    [
        (F(5), "5"),
        (F(15, 2), "7.5"),
        (F(3, 4), "0.75"),
        (F(0), "0"),
        (F(10), "10"),
        (F(100), "100"),
        (F(1000), "1000"),
        (F(5, 2), "2.5"),
        (F(1, 8), "0.125"),
        (F(205, 10), "20.5"),
    ],
)
def test_a_dose_leaves_without_trailing_zeros(mg: Fraction, written: str):
    """§2.4.1: 5, 7.5, 0.75."""
    assert dose.text(mg) == written


@pytest.mark.parametrize(
    ("mg", "written"),
    [
        (F(80, 3), "26.6667"),
        (F(40, 3), "13.3333"),
        (F(1, 20000), "0.0001"),
        (F(3, 20000), "0.0002"),  # half up, where half to even would be 0.0002 as well
        (F(5, 20000), "0.0003"),  # and here 0.0002
        (F(1, 25000), "0"),
        (F(99999999, 10000000), "10"),
    ],
)
def test_a_dose_is_printed_to_at_most_4_decimals_half_up(mg: Fraction, written: str):
    """§2.4.2: printed to at most 4 decimals, half up."""
    assert dose.text(mg) == written
