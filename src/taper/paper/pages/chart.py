"""The dose chart's geometry: where its line, ticks and labels stand.

The template draws it. Places are floats, doses never are: what is written beside the line is
the plan's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from taper.doses.equivalence import PREDNISONE
from taper.drawing import axes
from taper.drawing.axes import Frame
from taper.paper.pages.words import Words, drugs
from taper.planning.plan import ONE_DAY, Plan, Step

WIDTH = 526
"""In points: about as wide as a page, so that letters keep their size."""
LINES, LOW_LINES, LEAST_TICKS, MOST_TICKS = 14.5, 9.4, 3, 5
"""The chart's height in its own lines, and how many lines of dose it has."""
HIGHEST = 230
ASCENT, DESCENT = 0.8, 0.22
"""Somewhat more than a label reaches above and below the line it stands on, in its own size."""
HALF_STROKE, GAP = 1.5, 3.5
"""In points: half a line's thickness, and what is left free between a line and a label."""
DIGIT_WIDTH = 0.6
"""Somewhat more than a character of a label is wide, in its own size."""
LEAST_DISTANCE_MG = Fraction(1, 10)
"""How close two doses beside the axis may be."""


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
class _Box:
    """A place that is taken; from the top down, as all places here."""

    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        """Whether the two have room in common."""
        beside = self.left >= other.right or other.left >= self.right
        return not beside and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Chart:
    """A step line of the daily dose, and the same said in words."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    size: float
    line: str
    cycles: tuple[str, ...]
    doses: tuple[Tick, ...]
    months: tuple[Tick, ...]
    labels: tuple[Label, ...]
    unit: str
    alternative: str


class _Scale:
    """Dates and doses as places on the paper, and how wide a label is."""

    def __init__(self, plan: Plan, top_mg: Fraction, size: float, lines: float, width: int) -> None:
        self.first = plan.steps[0].start
        self.size = size
        self.end = width
        self.height = ceil(min(lines * size, HIGHEST))
        self.frame = Frame(
            left=ceil(2.8 * size),
            right=width - 8,
            top=ceil(2.8 * size),
            bottom=self.height - ceil(2.3 * size),
            days=max((plan.steps[-1].end - self.first).days + 1, 1),
            mg=top_mg,
        )

    def x(self, day: date) -> float:
        """How far from the left a day begins."""
        return self.frame.x((day - self.first).days)

    def y(self, mg: Fraction) -> float:
        """How far from the top a dose is."""
        return self.frame.y(mg)

    def width(self, text: str) -> float:
        """Room enough for a label."""
        return self.size * DIGIT_WIDTH * len(text)


def chart(plan: Plan, words: Words, size: float, *, width: int = WIDTH, low: bool = False) -> Chart:
    """The chart of a plan, its letters of `size`; several drugs are drawn as mg prednisone.

    A `low` one leaves room for a table on the same page.
    """
    heights = {step.number: _heights(plan, step) for step in plan.steps}
    most = LEAST_TICKS if low or LINES * size >= HIGHEST else MOST_TICKS
    ticks = _doses(max(max(each) for each in heights.values()), most)
    scale = _Scale(plan, ticks[-1], size, LOW_LINES if low else LINES, width)
    return Chart(
        width=width,
        height=scale.height,
        left=scale.frame.left,
        right=scale.frame.right,
        bottom=scale.frame.bottom,
        size=size,
        line=_line(plan, heights, scale),
        cycles=tuple(_cycles(plan, heights, scale)),
        doses=tuple(_dose_tick(mg, scale, words) for mg in ticks),
        months=tuple(_month_ticks(scale, words)),
        labels=tuple(_labels(plan, heights, scale, words)),
        unit=_unit(plan, words),
        alternative=_alternative(plan, words),
    )


def _at(number: float) -> str:
    return f"{number:.1f}"


def _heights(plan: Plan, step: Step) -> tuple[Fraction, ...]:
    if len(drugs(plan)) == 1:
        return step.daily_mg
    return tuple(plan.prednisone_equivalent(mg, step.drug) for mg in step.daily_mg)


def _unit(plan: Plan, words: Words) -> str:
    if len(drugs(plan)) == 1:
        return words.gettext("mg a day")
    return words.gettext("mg a day, as %(drug)s") % {"drug": words.drug(PREDNISONE)}


def _doses(highest: Fraction, most: int) -> list[Fraction]:
    """What is marked beside the axis, up to the first round dose over the line."""
    highest = highest or Fraction(1)
    every = axes.every_mg(highest, most, axes.FINE_MG, least=LEAST_DISTANCE_MG)
    return axes.marks(axes.rounded_up(highest, every), every)


def _dose_tick(mg: Fraction, scale: _Scale, words: Words) -> Tick:
    # the renderer draws text that is aligned to its end as a picture, so its width is guessed
    label = words.language.number(mg)
    return Tick(_at(scale.y(mg)), label, _at(scale.frame.left - 5 - scale.width(label)))


def _line(plan: Plan, heights: dict[int, tuple[Fraction, ...]], scale: _Scale) -> str:
    """A path along the highest dose of each step."""
    turns = ((step.start, max(heights[step.number])) for step in plan.steps)
    places = ((_at(scale.x(day)), _at(scale.y(mg))) for day, mg in turns)
    return axes.stairs(places, end=_at(scale.x(plan.steps[-1].end + ONE_DAY)))


def _cycles(plan: Plan, heights: dict[int, tuple[Fraction, ...]], scale: _Scale) -> Iterator[str]:
    """The other doses of each cycle, as lines of their own."""
    for step in plan.steps:
        levels = sorted(set(heights[step.number]))
        for mg in levels[:-1]:
            start, end = _at(scale.x(step.start)), _at(scale.x(step.end + ONE_DAY))
            yield f"M{start} {_at(scale.y(mg))}H{end}"


def _month_ticks(scale: _Scale, words: Words) -> Iterator[Tick]:
    """The firsts of months that have room for their names."""
    firsts = axes.firsts_of_months(scale.first, scale.frame.days)
    labels = (_month_label(day, scale, words) for day in firsts)
    for x, label in axes.with_room(labels, gap=4, end=scale.end):
        yield Tick(_at(x), label, _at(x))


def _month_label(day: date, scale: _Scale, words: Words) -> tuple[float, float, str]:
    """Where it stands, how wide it is, and what it says."""
    year = f" {day.year}" if day.month == 1 else ""
    label = words.language.short_month(day) + year
    return scale.x(day), scale.width(label), label


def _strokes(plan: Plan, heights: dict[int, tuple[Fraction, ...]], scale: _Scale) -> Iterator[_Box]:
    """What the lines cover, those of the cycles too."""
    before: float | None = None
    for step in plan.steps:
        start, end = scale.x(step.start), scale.x(step.end + ONE_DAY)
        levels = [scale.y(mg) for mg in heights[step.number]]
        for y in levels:
            yield _Box(start, end, y - HALF_STROKE, y + HALF_STROKE)
        highest = min(levels)
        if before is not None:
            top, bottom = sorted((before, highest))
            yield _Box(start - HALF_STROKE, start + HALF_STROKE, top, bottom)
        before = highest


def _labels(
    plan: Plan, heights: dict[int, tuple[Fraction, ...]], scale: _Scale, words: Words
) -> Iterator[Label]:
    """The doses of the first and the last step and of each peak, and others that have room.

    Of several drugs they are those that the axis counts: mg prednisone, and say so.
    """
    taken = list(_strokes(plan, heights, scale))
    several, last = len(drugs(plan)) > 1, len(plan.steps) - 1
    wanted = (0, last, *_peaks(plan, heights))
    for i in dict.fromkeys((*wanted, *range(1, last))):
        step = plan.steps[i]
        span = scale.x(step.start), scale.x(step.end + ONE_DAY)
        for mg in sorted(set(heights[step.number])):
            text = words.about(mg) if several else words.mg(mg)
            box = _free(text, span, scale.y(mg), scale, taken, any_width=i in wanted)
            if box is not None:
                taken.append(box)
                yield Label(_at(box.left), _at(box.bottom - DESCENT * scale.size), text)


def _peaks(plan: Plan, heights: dict[int, tuple[Fraction, ...]]) -> tuple[int, ...]:
    """The steps that are higher than the one before and not lower than the one after."""
    high = [max(heights[step.number]) for step in plan.steps]
    return tuple(
        i
        for i in range(1, len(high))
        if high[i] > high[i - 1] and (i + 1 == len(high) or high[i] >= high[i + 1])
    )


def _free(
    text: str,
    span: tuple[float, float],
    line: float,
    scale: _Scale,
    taken: list[_Box],
    *,
    any_width: bool,
) -> _Box | None:
    """Where a label has room over its part of a line, or else under it or beside it."""
    (start, end), width = span, scale.width(text) + 4
    if end - start < width and not any_width:
        return None
    height, most = (ASCENT + DESCENT) * scale.size, scale.end - width
    for x in (start + 4, end - width, end + GAP) if any_width else (start + 4,):
        for top in (line - GAP - height, line + GAP):
            left = max(min(x, most), scale.frame.left)
            box = _Box(left, left + width, top, top + height)
            inside = box.top >= 0 and box.bottom < scale.frame.bottom
            if inside and not any(box.meets(each) for each in taken):
                return box
    return None


def _alternative(plan: Plan, words: Words) -> str:
    """The chart in words, for a reader who hears the page."""
    first, last = plan.steps[0], plan.steps[-1]
    return words.gettext(
        "Chart of the dose from %(first)s to %(last)s: it begins at %(start)s of %(start_drug)s a "
        "day and ends at %(end)s of %(end_drug)s. The table of steps gives every dose."
    ) % {
        "first": words.language.full_date(first.start),
        "last": words.language.full_date(last.end),
        "start": words.doses(first.daily_mg),
        "start_drug": words.drug(first.drug),
        "end": words.doses(last.daily_mg),
        "end_drug": words.drug(last.drug),
    }
