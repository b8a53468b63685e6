"""The chart of a plan: what is written in it stands clear of its lines, and says of which drug."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from pdf.plans import SIX_MONTHS, START, plan_of, steps_of, tablets_of

from taper.paper.pages import words
from taper.paper.pages.chart import Chart, chart
from taper.paper.press import typeface
from taper.planning.plan import Kind, Step

NBSP = "\N{NO-BREAK SPACE}"
METHYL = tablets_of("32", "16", "8")
PLANS = {
    "usual": steps_of(SIX_MONTHS),
    "alternate days": steps_of(
        [
            (Kind.RUN_IN, "20", 14),
            (Kind.TAPER, "20/10", 42),
            (Kind.TAPER, "20/0", 42),
            (Kind.MAINTENANCE, "0", 28),
        ]
    ),
    "close together, and up again": steps_of(
        [
            (Kind.RUN_IN, "40", 3),
            (Kind.TAPER, "40/37.5", 42),
            (Kind.TAPER, "35/30", 42),
            (Kind.HOLD, "10", 3),
            (Kind.RESCUE, "60", 30),
            (Kind.TAPER, "5/2.5", 42),
            (Kind.MAINTENANCE, "2.5", 3),
        ]
    ),
    "two drugs": tuple(
        step._replace(number=number)
        for number, step in enumerate(
            (
                *steps_of(
                    [(Kind.RUN_IN, "32", 14), (Kind.TAPER, "16/8", 42)],
                    tablets=METHYL,
                    drug="methylprednisolone",
                ),
                *steps_of(
                    [(Kind.TAPER, "10", 14), (Kind.MAINTENANCE, "5", 28)],
                    start=START + timedelta(days=56),
                ),
            )
        )
    ),
}
Place = tuple[float, float, float, float]
"""Left, right, top and bottom, in points."""


def drawn(steps: tuple[Step, ...], size: float = 11.5, *, low: bool = True) -> Chart:
    made = chart(plan_of(steps), words("en_US"), size, low=low)
    labels = (replace(label, text=label.text.replace(NBSP, " ")) for label in made.labels)
    return replace(made, labels=tuple(labels))


def lines_of(drawing: Chart) -> Iterator[Place]:
    """Each straight part of each line."""
    for path in (drawing.line, *drawing.cycles):
        x = y = 0.0
        places = []
        for to, one, other in re.findall(r"([MHV])([\d.]+)(?: ([\d.]+))?", path):
            x = float(one) if to in "MH" else x
            y = float(other) if to == "M" else float(one) if to == "V" else y
            places.append((x, y))
        for (x1, y1), (x2, y2) in pairwise(places):
            yield min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)


def labels_of(drawing: Chart) -> Iterator[tuple[str, Place]]:
    """Each label with the place that its letters cover."""
    for label in drawing.labels:
        x, y, size = float(label.x), float(label.y), drawing.size
        width = typeface.width(label.text, size, "Bold")
        yield label.text, (x, x + width, y - 0.7 * size, y + 0.2 * size)


def meet(one: Place, other: Place) -> bool:
    return one[0] <= other[1] and other[0] <= one[1] and one[2] <= other[3] and other[2] <= one[3]


@pytest.mark.parametrize("steps", PLANS.values(), ids=PLANS)
@pytest.mark.parametrize(("size", "low"), [(11.5, True), (11.5, False), (18, False)])
def test_no_label_is_struck_through_or_stands_on_another(
    steps: tuple[Step, ...], size: float, low: bool
):
    """§10.11.6."""
    drawing = drawn(steps, size, low=low)
    labels = list(labels_of(drawing))
    assert labels
    for number, (text, place) in enumerate(labels):
        assert 0 <= place[0] < place[1] <= drawing.width, text
        assert 0 <= place[2] < place[3] <= drawing.bottom, text
        others = [*lines_of(drawing), *(other for _, other in labels[:number])]
        assert not any(meet(place, other) for other in others), text


def test_the_doses_of_alternate_days_stand_each_at_its_own_line():
    """§10.11.6."""
    drawing = drawn(PLANS["alternate days"])
    levels = {tick.label: float(tick.at) for tick in drawing.doses}
    at = {(label.text, float(label.y)) for label in drawing.labels}
    assert {text for text, _ in at} == {"20 mg", "10 mg", "0 mg"}
    assert all(0 < levels[text.removesuffix(" mg")] - y < drawing.size for text, y in at)


def test_a_dose_stands_under_its_line_where_another_is_close_above():
    """§10.11.6."""
    drawing = drawn(PLANS["close together, and up again"])
    heights = {label.text: float(label.y) for label in drawing.labels}
    lower = min(float(re.findall(r" ([\d.]+)H", path)[0]) for path in drawing.cycles)
    assert heights["37.5 mg"] > lower


def test_of_several_drugs_the_labels_are_those_of_the_axis():
    """§10.11.6: mg prednisone, as the axis says, and not the other drug's own."""
    drawing = drawn(PLANS["two drugs"], low=False)
    assert drawing.unit == "mg a day, as prednisone"
    said = {label.text.replace("\N{NO-BREAK SPACE}", " ") for label in drawing.labels}
    assert said >= {"40 mg", "20 mg", "5 mg"}


def test_a_peak_has_its_label_however_short_it_is():
    """§10.11.6."""
    rows = (
        (Kind.RUN_IN, "20", 60),
        (Kind.RESCUE, "30", 1),
        (Kind.TAPER, "15", 60),
        (Kind.STRESS_DOSE, "25", 2),
        (Kind.MAINTENANCE, "5", 60),
    )
    labels = {label.text for label in drawn(steps_of(rows), low=True).labels}
    assert {"30 mg", "25 mg"} <= labels


def test_of_one_drug_a_dose_is_enough():
    """§10.11.6."""
    assert {label.text for label in drawn(PLANS["usual"]).labels} >= {"25 mg", "5 mg"}


@pytest.mark.parametrize("mg", ["0", "2.5", "7", "60", "160", "300", "1000"])
@pytest.mark.parametrize(("size", "low"), [(11.5, True), (11.5, False), (18.5, False)])
def test_beside_the_axis_stand_few_and_round_doses_and_the_last_is_not_under_the_line(
    mg: str, size: float, low: bool
):
    steps = steps_of([(Kind.TAPER, mg, 7)], tablets=tablets_of("100", "50", "5", "2", "0.5"))
    marked = [Fraction(tick.label) for tick in drawn(steps, size, low=low).doses]
    assert 3 <= len(marked) <= 6
    assert f"{float(marked[1]):g}".replace(".", "").strip("0") in {"1", "2", "25", "5"}
    assert marked == [marked[1] * i for i in range(len(marked))]
    assert marked[-2] < (Fraction(mg) or 1) <= marked[-1]
