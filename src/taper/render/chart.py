"""The dose chart's geometry: where its line, ticks and labels stand.

The template draws it. Heights are doses as exact fractions until the last moment, so that the
same plan draws the same chart anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from taper.equivalence import PREDNISONE
from taper.plan import ONE_DAY, Plan, Step
from taper.render.words import Words

WIDTH, HEIGHT = 526, 168
LEFT, RIGHT, TOP, BOTTOM = 32, 8, 32, 26
MOST_TICKS = 5
DIGIT_WIDTH = 6.9
"""Somewhat more than a character of a label is wide."""
LABEL_HEIGHT = 14
STEPS_OF_TICKS = tuple(
    Fraction(text) for text in "0.1 0.2 0.25 0.5 1 2 2.5 5 10 20 25 50 100 200 250".split()
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: str
    label: str
    label_at: str


@dataclass(frozen=True, slots=True)
class Label:
    """A dose written beside its part of the line."""

    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A step line of the daily dose, and the same said in words."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    line: str
    cycles: tuple[str, ...]
    doses: tuple[Tick, ...]
    months: tuple[Tick, ...]
    labels: tuple[Label, ...]
    unit: str
    alternative: str


class _Scale:
    """Dates and doses as places on the paper."""

    def __init__(self, plan: Plan, top_mg: Fraction) -> None:
        self.first = plan.steps[0].start
        self.days = max((plan.steps[-1].end - self.first).days + 1, 1)
        self.top_mg = top_mg

    def x(self, day: date) -> str:
        apart = (day - self.first).days
        return f"{float(LEFT + Fraction(apart * (WIDTH - LEFT - RIGHT), self.days)):.1f}"

    def y(self, mg: Fraction) -> str:
        floor = HEIGHT - BOTTOM
        return f"{float(floor - mg * (floor - TOP) / self.top_mg):.1f}"


def chart(plan: Plan, words: Words) -> Chart:
    """The chart of a plan; doses of several drugs are drawn as mg prednisone."""
    heights = {step.number: _heights(plan, step) for step in plan.steps}
    ticks = _dose_ticks(max(max(each) for each in heights.values()))
    scale = _Scale(plan, ticks[-1])
    return Chart(
        WIDTH,
        HEIGHT,
        LEFT,
        WIDTH - RIGHT,
        TOP,
        HEIGHT - BOTTOM,
        line=_line(plan, heights, scale),
        cycles=tuple(_cycles(plan, heights, scale)),
        doses=tuple(_dose_tick(mg, scale, words) for mg in ticks),
        months=tuple(_month_ticks(scale, words)),
        labels=tuple(_labels(plan, heights, scale, words)),
        unit=_unit(plan, words),
        alternative=_alternative(plan, words),
    )


def _drugs(plan: Plan) -> list[str]:
    return sorted({step.drug for step in plan.steps})


def _heights(plan: Plan, step: Step) -> tuple[Fraction, ...]:
    if len(_drugs(plan)) == 1:
        return step.daily_mg
    return tuple(plan.prednisone_equivalent(mg, step.drug) for mg in step.daily_mg)


def _unit(plan: Plan, words: Words) -> str:
    drugs = _drugs(plan)
    if len(drugs) == 1:
        return words.gettext("mg a day")
    return words.gettext("mg a day, as %(drug)s") % {"drug": words.drug(PREDNISONE)}


def _dose_ticks(highest: Fraction) -> list[Fraction]:
    highest = highest or Fraction(1)
    step = next(
        (each for each in STEPS_OF_TICKS if highest <= each * MOST_TICKS), STEPS_OF_TICKS[-1]
    )
    return [step * i for i in range(-(-highest // step) + 1)]


def _dose_tick(mg: Fraction, scale: _Scale, words: Words) -> Tick:
    # the renderer draws text that is aligned to its end as a picture, so its width is guessed
    label = words.language.number(mg)
    return Tick(scale.y(mg), label, f"{LEFT - 6 - DIGIT_WIDTH * len(label):.1f}")


def _line(plan: Plan, heights: dict[int, tuple[Fraction, ...]], scale: _Scale) -> str:
    """A path along the highest dose of each step."""
    parts: list[str] = []
    for step in plan.steps:
        y = scale.y(max(heights[step.number]))
        parts.append(f"V{y}" if parts else f"M{scale.x(step.start)} {y}")
        parts.append(f"H{scale.x(step.end + ONE_DAY)}")
    return "".join(parts)


def _cycles(
    plan: Plan, heights: dict[int, tuple[Fraction, ...]], scale: _Scale
) -> Iterator[str]:
    """The other doses of each cycle, as lines of their own."""
    for step in plan.steps:
        levels = sorted(set(heights[step.number]))
        end = scale.x(step.end + ONE_DAY)
        for mg in levels[:-1]:
            yield f"M{scale.x(step.start)} {scale.y(mg)}H{end}"


def _month_ticks(scale: _Scale, words: Words) -> Iterator[Tick]:
    """The firsts of months that have room for their names."""
    day, free = scale.first.replace(day=1), 0.0
    while day < scale.first + relativedelta(days=scale.days):
        year = f" {day.year}" if day.month == 1 else ""
        label = words.language.short_month(day) + year
        x = float(scale.x(day))
        width = DIGIT_WIDTH * len(label) + 4
        if day >= scale.first and x >= free and x + width <= WIDTH:
            free = x + width
            yield Tick(scale.x(day), label, scale.x(day))
        day += relativedelta(months=1)


def _labels(
    plan: Plan, heights: dict[int, tuple[Fraction, ...]], scale: _Scale, words: Words
) -> Iterator[Label]:
    """The doses of the first and the last step, and of each other one that has room."""
    taken: list[tuple[float, float, float]] = []
    last = len(plan.steps) - 1
    for i in (0, last, *range(1, last)):
        step = plan.steps[i]
        text = words.mg(step.highest_mg)
        width = DIGIT_WIDTH * len(text) + 4
        start, end = (float(scale.x(day)) for day in (step.start, step.end + ONE_DAY))
        x = min(start + 4, WIDTH - width)
        y = float(scale.y(max(heights[step.number]))) - 6
        is_wide = end - start >= width or i in (0, last)
        if is_wide and all(
            x >= right or x + width <= left or abs(y - level) >= LABEL_HEIGHT
            for left, right, level in taken
        ):
            taken.append((x, x + width, y))
            yield Label(f"{x:.1f}", f"{y:.1f}", text)


def _alternative(plan: Plan, words: Words) -> str:
    """The chart in words, for a reader who hears the page."""
    first, last = plan.steps[0], plan.steps[-1]
    return words.gettext(
        "Chart of the dose from %(first)s to %(last)s: it begins at %(start)s of %(start_drug)s a "
        "day and ends at %(end)s of %(end_drug)s. The table on this page gives every dose."
    ) % {
        "first": words.language.full_date(first.start),
        "last": words.language.full_date(last.end),
        "start": words.doses(first.daily_mg),
        "start_drug": words.drug(first.drug),
        "end": words.doses(last.daily_mg),
        "end_drug": words.drug(last.drug),
    }
