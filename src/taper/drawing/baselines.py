"""Every baseline of a protocol as SVG: a bar as high as its days to the target, and the window."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper.doses import dose, tablets
from taper.drawing import axes
from taper.drawing.svg import path, picture, text
from taper.planning.explored import Exploration, Explored

_WIDE, _HIGH = 720, 410
_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 66, 700, 330
_MOST_MARKS = 8
_LABEL = 34
"""How wide a dose below its bar is, at most, and the gap beside it."""
_FILLS = {True: "#ffffff", None: "#a6a6a6", False: "#000000"}
"""White fits, grey depends, black overruns: told apart without colour."""
_WORDS = {True: "within the window", None: "as the months are long", False: "over the window"}


def as_svg(found: Exploration) -> str:
    """The days to the target of each baseline, with the days of the window across."""
    rows = found.baselines
    most = max(found.window_days[1], *(each.days_to_target for each in rows))
    every = axes.every_days(most, _MOST_MARKS)
    top = every * -(-most // every)
    title = f"Days to {dose.text(found.target_mg)} mg prednisone, protocol {found.protocol}"
    made_of = f"{found.question.drug}, {tablets.as_read(found.question.stock)}"
    parts = [
        text(_LEFT, 24, title, "font-size='16' font-weight='bold'"),
        text(_LEFT, 44, made_of),
        *_scale(top, every),
        *_bars(rows, top),
        *_window(found, top),
        *_legend({each.within_window for each in rows if each.refused is None}),
    ]
    return picture(_WIDE, _HIGH, f"{title}: {made_of}", parts)


def _at(place: float) -> str:
    return dose.text(Fraction(place))


def _y(days: int, top: int) -> str:
    return _at(_BOTTOM - (_BOTTOM - _TOP) * days / top)


def _scale(top: int, every: int) -> Iterator[str]:
    """A line at every mark of the days, and what stands below the doses."""
    for days in range(0, top + 1, every):
        yield path(f"M{_LEFT} {_y(days, top)}H{_RIGHT}", "#ccc")
        yield text(_LEFT - 8, _y(days, top), str(days), "text-anchor='end' dy='4'")
    yield text(_LEFT - 8, _TOP - 18, "days", "text-anchor='end'")
    yield text(_RIGHT, _BOTTOM + 38, "baseline, mg a day", "text-anchor='end'")


def _bars(rows: tuple[Explored, ...], top: int) -> Iterator[str]:
    """A bar a baseline; its dose below where there is room, a cross where there is no plan."""
    room = (_RIGHT - _LEFT) / len(rows)
    labels = []
    for i, each in enumerate(rows):
        middle = _LEFT + room * (i + 0.5)
        labels.append((middle - _LABEL / 2, float(_LABEL), (middle, dose.text(each.dose_mg))))
        if each.refused is not None:
            yield text(_at(middle), _BOTTOM - 6, "×", "text-anchor='middle'")
            continue
        y = _y(each.days_to_target, top)
        left, right = _at(middle - room * 0.35), _at(middle + room * 0.35)
        yield (
            f"<path d='M{left} {_BOTTOM}V{y}H{right}V{_BOTTOM}Z' stroke='#000' "
            f"fill='{_FILLS[each.within_window]}'/>"
        )
    for _, (middle, words) in axes.with_room(labels, 0, _RIGHT + _LABEL):
        yield text(_at(middle), _BOTTOM + 18, words, "text-anchor='middle'")


def _window(found: Exploration, top: int) -> Iterator[str]:
    """The fewest and the most days of the window, over the bars and readable on black."""
    for days in sorted(set(found.window_days)):
        line = f"M{_LEFT} {_y(days, top)}H{_RIGHT}"
        yield path(line, "#fff", "stroke-width='3'")
        yield path(line, "#000", "stroke-width='1.5' stroke-dasharray='6 3'")
    words = f"window of {found.window}"
    yield text(_RIGHT, _TOP - 10, f"dashed: {words}", "text-anchor='end'")


def _legend(verdicts: set[bool | None]) -> Iterator[str]:
    x = _LEFT
    for verdict, words in _WORDS.items():
        if verdict in verdicts:
            yield (
                f"<rect x='{x}' y='{_HIGH - 30}' width='14' height='14' stroke='#000' "
                f"fill='{_FILLS[verdict]}'/>"
            )
            yield text(x + 20, _HIGH - 18, words)
            x += 200
