"""Regimens beside each other, in characters and as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import escape

from taper.doses import dose
from taper.planning.comparison import (
    Answer,
    Figures,
    Question,
)

_WIDE, _LINE = 720, 20
_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 50, 700, 330
_EIGHTHS = " ▁▂▃▄▅▆▇█"


_WIDEST_NAME = 30


_ROWS = 2
"""Rows of characters a regimen: sixteen heights."""


def in_characters(answers: list[Answer], question: Question, width: int) -> str:
    """The doses over time as blocks, a regimen below the other, none wider than `width`."""
    drawn = [(_shortened(a.name), a.figures) for a in answers if a.figures]
    if not drawn:
        return ""
    margin = max(len(name) for name, _ in drawn) + 2
    last_day = max(question.window_days[1] + 1, *(figures.days + 1 for _, figures in drawn))
    a_column = -(-last_day // (width - margin))
    lines: list[str] = []
    for name, figures in drawn:
        *upper, lowest = _blocks(figures, question, last_day, a_column)
        lines += [f"{'':{margin}}{row}".rstrip() for row in upper]
        lines.append(f"{name:<{margin}}{lowest}")
    lines.append(f"{'':{margin + question.window_days[0] // a_column}}▲")
    days = "1 day" if a_column == 1 else f"{a_column} days"
    lines.append(
        f"A column is {days}, the full height {dose.text(question.start_mg)} mg; "
        "▲ is where the window ends."
    )
    return "\n".join(lines) + "\n"


def _shortened(name: str) -> str:
    return name if len(name) <= _WIDEST_NAME else f"{name[: _WIDEST_NAME - 1]}…"


def _blocks(figures: Figures, question: Question, last_day: int, a_column: int) -> list[str]:
    """The rows of one regimen, the highest first; a column is as high as its highest day."""
    doses = list(figures.daily_mg())
    doses += [question.target_mg] * (last_day - len(doses))
    highest = (max(doses[i : i + a_column]) for i in range(0, len(doses), a_column))
    eighths = [-(-mg * 8 * _ROWS // question.start_mg) for mg in highest]
    return [
        "".join(_EIGHTHS[min(max(n - 8 * row, 0), 8)] for n in eighths)
        for row in reversed(range(_ROWS))
    ]


_DASHES = ("none", "9 4", "2 3", "12 4 2 4", "5 5", "16 4")


_GREYS = ("#000000", "#000000", "#000000", "#595959", "#595959", "#595959")
"""Lines that differ in print without colour; each carries its number as well."""


_TICKS_MG = (1, 2, 5, 10, 20, 50, 100, 200)


_TICKS_DAYS = (7, 14, 28, 56, 112, 224, 448, 896)


_MOST_TICKS = 8


@dataclass(frozen=True)
class _Scale:
    """Days and milligrams as places on the page."""

    days: int
    mg: Fraction

    def x(self, day: int | Fraction) -> str:
        return dose.text(_LEFT + Fraction(_RIGHT - _LEFT) * day / self.days)

    def y(self, mg: Fraction | int) -> str:
        return dose.text(_BOTTOM - (_BOTTOM - _TOP) * Fraction(mg) / self.mg)


def as_svg(answers: list[Answer], question: Question) -> str:
    """The doses over time as a drawing: numbered lines, the window's end, and what they are."""
    drawn = [(a.name, a.figures) for a in answers if a.figures]
    last_day = max(question.window_days[1] + 1, *(f.days + 1 for _, f in drawn), 1)
    scale = _Scale(last_day, question.start_mg)
    title = (
        f"From {dose.text(question.start_mg)} to {dose.text(question.target_mg)} "
        "mg prednisone a day"
    )
    parts = [_text(_LEFT, 26, title, "font-size='16' font-weight='bold'")]
    parts += [*_grid(scale), *_window(scale, question)]
    for i, (name, figures) in enumerate(drawn):
        parts += _curve(i, figures, scale, question)
        parts += _legend(i, f"{name}: {figures.days} days, {dose.text(figures.mg)} mg")
    for i, refused in enumerate((a for a in answers if a.refused), start=len(drawn)):
        parts.append(_text(_LEFT + 60, _legend_y(i), f"{refused.name}: not from this dose"))
    height = _legend_y(len(answers)) + _LINE // 2
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{_WIDE}' height='{height}' "
        f"viewBox='0 0 {_WIDE} {height}' role='img' font-family='sans-serif' font-size='13'>"
    )
    paper = f"<rect width='{_WIDE}' height='{height}' fill='#fff'/>"
    lines = [head, f"<title>{escape(title)}</title>", paper, *parts, "</svg>"]
    return "\n".join(lines).replace("'", '"') + "\n"


def _text(x: object, y: object, words: str, more: str = "") -> str:
    return f"<text x='{x}' y='{y}' {more}>{escape(words, {chr(39): '&#39;'})}</text>"


def _path(places: str, stroke: str, more: str = "") -> str:
    return f"<path d='{places}' fill='none' stroke='{stroke}' {more}/>"


def _grid(scale: _Scale) -> Iterator[str]:
    """Both axes, with a line at every tick."""
    every_mg = next(t for t in _TICKS_MG if scale.mg <= t * _MOST_TICKS)
    for mg in range(0, int(scale.mg) + 1, every_mg):
        yield _path(f"M{_LEFT} {scale.y(mg)}H{_RIGHT}", "#ccc")
        yield _text(_LEFT - 8, scale.y(mg), f"{mg} mg", "text-anchor='end' dy='4'")
    every_days = next(t for t in _TICKS_DAYS if scale.days <= t * _MOST_TICKS)
    for day in range(0, scale.days + 1, every_days):
        yield _path(f"M{scale.x(day)} {_BOTTOM}v5", "#000")
        yield _text(scale.x(day), _BOTTOM + 18, str(day), "text-anchor='middle'")
    yield _text(_RIGHT, _BOTTOM + 36, "days from the first reduced dose", "text-anchor='end'")
    yield _path(f"M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}", "#000")


def _window(scale: _Scale, question: Question) -> Iterator[str]:
    for day in sorted(set(question.window_days)):
        yield _path(f"M{scale.x(day)} {_TOP}V{_BOTTOM}", "#000", "stroke-dasharray='1 4'")
    x = scale.x(question.window_days[0])
    yield _text(x, _TOP - 6, f"window of {question.window}", "text-anchor='middle'")


def _curve(i: int, figures: Figures, scale: _Scale, question: Question) -> Iterator[str]:
    """From the start dose down to the target, with the line's number where it ends."""
    places = [f"M{scale.x(0)} {scale.y(question.start_mg)}"]
    before: Fraction | None = None
    for day, mg in enumerate([*figures.daily_mg(), question.target_mg]):
        if mg != before:
            places.append(f"H{scale.x(day)}V{scale.y(mg)}")
        before = mg
    yield _path("".join(places), _grey(i), _dashed(i))
    x, y = scale.x(figures.days), scale.y(question.target_mg)
    yield f"<circle cx='{x}' cy='{y}' r='9' fill='#fff' stroke='{_grey(i)}'/>"
    yield _text(x, y, str(i + 1), "text-anchor='middle' dy='4' font-size='12'")


def _legend(i: int, words: str) -> Iterator[str]:
    y = _legend_y(i)
    yield _path(f"M{_LEFT} {y - 4}h50", _grey(i), _dashed(i))
    yield _text(_LEFT + 60, y, f"{i + 1}  {words}")


def _legend_y(i: int) -> int:
    return _BOTTOM + 66 + i * _LINE


def _grey(i: int) -> str:
    return _GREYS[i % len(_GREYS)]


def _dashed(i: int) -> str:
    return f"stroke-width='2' stroke-dasharray='{_DASHES[i % len(_DASHES)]}'"
