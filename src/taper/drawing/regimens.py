"""Regimens beside each other, as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper.doses import dose
from taper.drawing import axes
from taper.drawing.axes import Frame
from taper.drawing.svg import path, picture, text
from taper.planning.comparison import Answer, Figures, Question

_WIDE, _LINE = 720, 20
_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 50, 700, 330
_MOST_MARKS = 8
_DASHES = ("none", "9 4", "2 3", "12 4 2 4", "5 5", "16 4")
_GREYS = ("#000000", "#000000", "#000000", "#595959", "#595959", "#595959")
"""Lines that differ in print without colour; each carries its number as well."""


def as_svg(answers: list[Answer], question: Question) -> str:
    """The doses over time as a drawing: numbered lines, the window's end, and what they are."""
    drawn = [(a.name, a.figures) for a in answers if a.figures]
    last_day = max(question.window_days[1] + 1, *(f.days + 1 for _, f in drawn), 1)
    frame = Frame(_LEFT, _RIGHT, _TOP, _BOTTOM, last_day, question.start_mg)
    title = (
        f"From {dose.text(question.start_mg)} to {dose.text(question.target_mg)} "
        "mg prednisone a day"
    )
    parts = [text(_LEFT, 26, title, "font-size='16' font-weight='bold'")]
    parts += [*_grid(frame), *_window(frame, question)]
    for i, (name, figures) in enumerate(drawn):
        parts += _curve(i, figures, frame, question)
        parts += _legend(i, f"{name}: {figures.days} days, {dose.text(figures.mg)} mg")
    for i, refused in enumerate((a for a in answers if a.refused), start=len(drawn)):
        parts.append(text(_LEFT + 60, _legend_y(i), f"{refused.name}: not from this dose"))
    return picture(_WIDE, _legend_y(len(answers)) + _LINE // 2, title, parts)


def _at(place: float) -> str:
    return dose.text(Fraction(place))


def _grid(frame: Frame) -> Iterator[str]:
    """Both axes, with a line at every mark."""
    every_mg = axes.every_mg(frame.mg, _MOST_MARKS, axes.WHOLE_MG, least=Fraction(1))
    for mg in axes.marks(frame.mg, every_mg):
        y = _at(frame.y(mg))
        yield path(f"M{_LEFT} {y}H{_RIGHT}", "#ccc")
        yield text(_LEFT - 8, y, f"{mg} mg", "text-anchor='end' dy='4'")
    for day in range(0, frame.days + 1, axes.every_days(frame.days, _MOST_MARKS)):
        x = _at(frame.x(day))
        yield path(f"M{x} {_BOTTOM}v5", "#000")
        yield text(x, _BOTTOM + 18, str(day), "text-anchor='middle'")
    yield text(_RIGHT, _BOTTOM + 36, "days from the first reduced dose", "text-anchor='end'")
    yield path(f"M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}", "#000")


def _window(frame: Frame, question: Question) -> Iterator[str]:
    for day in sorted(set(question.window_days)):
        yield path(f"M{_at(frame.x(day))} {_TOP}V{_BOTTOM}", "#000", "stroke-dasharray='1 4'")
    x = _at(frame.x(question.window_days[0]))
    yield text(x, _TOP - 6, f"window of {question.window}", "text-anchor='middle'")


def _curve(i: int, figures: Figures, frame: Frame, question: Question) -> Iterator[str]:
    """From the start dose down to the target, with the line's number where it ends."""
    places = ((_at(frame.x(day)), _at(frame.y(mg))) for day, mg in _turns(figures, question))
    yield path(axes.stairs(places), _grey(i), _dashed(i))
    x, y = _at(frame.x(figures.days)), _at(frame.y(question.target_mg))
    yield f"<circle cx='{x}' cy='{y}' r='9' fill='#fff' stroke='{_grey(i)}'/>"
    yield text(x, y, str(i + 1), "text-anchor='middle' dy='4' font-size='12'")


def _turns(figures: Figures, question: Question) -> Iterator[tuple[int, Fraction]]:
    """The start dose, then each day on which the dose becomes another."""
    yield 0, question.start_mg
    before: Fraction | None = None
    for day, mg in enumerate([*figures.daily_mg(), question.target_mg]):
        if mg != before:
            yield day, mg
        before = mg


def _legend(i: int, words: str) -> Iterator[str]:
    y = _legend_y(i)
    yield path(f"M{_LEFT} {y - 4}h50", _grey(i), _dashed(i))
    yield text(_LEFT + 60, y, f"{i + 1}  {words}")


def _legend_y(i: int) -> int:
    return _BOTTOM + 66 + i * _LINE


def _grey(i: int) -> str:
    return _GREYS[i % len(_GREYS)]


def _dashed(i: int) -> str:
    return f"stroke-width='2' stroke-dasharray='{_DASHES[i % len(_DASHES)]}'"
