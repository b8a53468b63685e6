"""The axes that every picture of doses over time stands on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from taper.drawing import axes
from taper.drawing.axes import Frame

FRAME = Frame(left=50, right=250, top=10, bottom=110, days=100, mg=Fraction(20))


def test_the_first_day_is_at_the_left_and_the_day_after_the_last_at_the_right():
    assert [FRAME.x(day) for day in (0, 1, 50, 100)] == [50, 52, 150, 250]


def test_no_dose_is_at_the_bottom_and_the_highest_at_the_top():
    assert [FRAME.y(Fraction(mg)) for mg in (0, 5, 20)] == [110, 85, 10]


@pytest.mark.parametrize(
    ("highest", "every"), [("1", 1), ("8", 1), ("9", 2), ("25", 5), ("60", 10), ("1000", 200)]
)
def test_whole_milligrams_are_marked_at_1_2_5_or_their_tens(highest: str, every: int):
    found = axes.every_mg(Fraction(highest), most=8, begins=axes.WHOLE_MG, least=Fraction(1))
    assert found == every


@pytest.mark.parametrize(
    ("highest", "every"),
    [("0.1", "0.1"), ("1", "0.2"), ("12", "2.5"), ("25", "5"), ("125", "25"), ("1000", "200")],
)
def test_few_marks_may_be_a_quarter_apart(highest: str, every: str):
    found = axes.every_mg(Fraction(highest), 5, axes.FINE_MG, least=Fraction(1, 10))
    assert found == Fraction(every)


@pytest.mark.parametrize(("last", "every"), [(7, 7), (56, 7), (57, 14), (365, 56), (7169, 1792)])
def test_days_are_marked_by_weeks_however_many_they_are(last: int, every: int):
    assert axes.every_days(last, most=8) == every


def test_marks_end_at_or_under_the_top():
    assert axes.marks(Fraction(12), Fraction(5)) == [0, 5, 10]
    assert axes.marks(axes.rounded_up(Fraction(12), Fraction(5)), Fraction(5)) == [0, 5, 10, 15]


def test_months_begin_at_their_first_and_only_within_the_days():
    found = list(axes.firsts_of_months(date(2026, 1, 31), days=29))
    assert found == [date(2026, 2, 1)]
    assert list(axes.firsts_of_months(date(2026, 2, 1), days=29)) == [
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]


def test_a_label_without_room_is_left_out_and_the_next_one_has_its_place():
    labels = [(0.0, 10.0, "May"), (12.0, 10.0, "June"), (20.0, 10.0, "July"), (95.0, 10.0, "Aug")]
    assert list(axes.with_room(labels, gap=4, end=100)) == [(0.0, "May"), (20.0, "July")]


def test_a_line_keeps_its_height_until_the_next_one_begins():
    assert axes.stairs([("0", "9"), ("5", "4"), ("7", "1")]) == "M0 9H5V4H7V1"
    assert axes.stairs([("0", "9"), ("5", "4")], end="8") == "M0 9H5V4H8"
