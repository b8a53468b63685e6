"""Every baseline of a protocol as SVG: a bar as high as its days to the target, and the window.

Several sets of tablets are fields of one scale below each other, each dose in its column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from taper.doses import dose, tablets
from taper.drawing import axes
from taper.drawing.svg import path, picture, text
from taper.planning.explored import Exploration, Explored
from taper.planning.explored_sets import ExploredSets
from taper.wording.tablets import in_stock

_WIDE = 720
_LEFT, _RIGHT = 60, 700
_TOP = 66
_HIGH_ALONE, _HIGH_IN_SETS = 264, 130
"""How high a field is: of one set of tablets, and of each of several."""
_BELOW, _BETWEEN = 80, 84
"""Below the last field for the doses and the legend, and from one field to the next."""
_MOST_MARKS, _FEW_MARKS = 8, 4
_LABEL = 34
"""How wide a dose below its bar is, at most, and the gap beside it."""
_FILLS = {True: "#ffffff", None: "#a6a6a6", False: "#000000"}
"""White fits, grey depends, black overruns: told apart without colour."""
_WORDS = {True: "within the window", None: "as the months are long", False: "over the window"}


@dataclass(frozen=True)
class _Field:
    """Where the bars of one set of tablets stand, and up to how many days."""

    top: int
    bottom: int
    most_days: int
    every: int

    def y(self, days: int) -> str:
        return _at(self.bottom - (self.bottom - self.top) * days / self.most_days)


def as_svg(found: Exploration) -> str:
    """The days to the target of each baseline, with the days of the window across."""
    title, rows = _title(found), found.baselines
    made_of = f"{found.question.drug}, {tablets.as_read(found.question.stock)}"
    (field,) = _fields((found,), _HIGH_ALONE, _MOST_MARKS)
    parts = [
        text(_LEFT, 24, title, "font-size='16' font-weight='bold'"),
        text(_LEFT, 44, made_of),
        *_scale(field),
        *_bars(rows, field),
        *_window(found, field),
        *_legend(rows, field),
    ]
    return picture(_WIDE, field.bottom + _BELOW, f"{title}: {made_of}", parts)


def sets_as_svg(found: ExploredSets) -> str:
    """The same with each set of tablets: which baselines overrun, for which tablets."""
    first = found.sets[0]
    title = f"{_title(first)}, {first.question.drug}"
    fields = _fields(found.sets, _HIGH_IN_SETS, _FEW_MARKS)
    columns = [found.with_dose(mg) for mg in found.doses]
    parts = [text(_LEFT, 24, title, "font-size='16' font-weight='bold'")]
    for number, ((letter, each), field) in enumerate(zip(found.lettered, fields, strict=True)):
        parts += [
            text(_LEFT, field.top - 22, f"{letter}: {in_stock(each.question.stock)}"),
            *_scale(field),
            *_bars([column[number] for column in columns], field, found.doses),
            *_window(each, field),
        ]
    rows = [each for column in columns for each in column if each is not None]
    parts += _legend(rows, fields[-1])
    return picture(_WIDE, fields[-1].bottom + _BELOW, title, parts)


def _title(found: Exploration) -> str:
    return f"Days to {dose.text(found.target_mg)} mg prednisone, protocol {found.protocol}"


def _fields(sets: Sequence[Exploration], high: int, most_marks: int) -> list[_Field]:
    """A field for each, all of one scale."""
    days = [each.days_to_target for found in sets for each in found.baselines]
    most = max(sets[0].window_days[1], *days)
    every = axes.every_days(most, most_marks)
    tops = [_TOP + number * (high + _BETWEEN) for number in range(len(sets))]
    return [_Field(top, top + high, every * -(-most // every), every) for top in tops]


def _at(place: float) -> str:
    return dose.text(Fraction(place))


def _scale(field: _Field) -> Iterator[str]:
    """A line at every mark of the days, and what stands below the doses."""
    for days in range(0, field.most_days + 1, field.every):
        yield path(f"M{_LEFT} {field.y(days)}H{_RIGHT}", "#ccc")
        yield text(_LEFT - 8, field.y(days), str(days), "text-anchor='end' dy='4'")
    yield text(_LEFT - 8, field.top - 18, "days", "text-anchor='end'")
    yield text(_RIGHT, field.bottom + 38, "baseline, mg a day", "text-anchor='end'")


def _bars(
    rows: Sequence[Explored | None], field: _Field, doses: Sequence[Fraction] = ()
) -> Iterator[str]:
    """A bar a baseline; its dose below where there is room, a cross where there is no plan.

    Where `doses` are named, a column without a baseline is left empty.
    """
    room = (_RIGHT - _LEFT) / len(rows)
    labels = []
    for i, each in enumerate(rows):
        middle = _LEFT + room * (i + 0.5)
        mg = doses[i] if each is None else each.dose_mg
        labels.append((middle - _LABEL / 2, float(_LABEL), (middle, dose.text(mg))))
        if each is not None:
            yield _bar(each, field, middle, room * 0.35)
    for _, (middle, words) in axes.with_room(labels, 0, _RIGHT + _LABEL):
        yield text(_at(middle), field.bottom + 18, words, "text-anchor='middle'")


def _bar(each: Explored, field: _Field, middle: float, half: float) -> str:
    if each.refused is not None:
        return text(_at(middle), field.bottom - 6, "×", "text-anchor='middle'")
    left, right, y = _at(middle - half), _at(middle + half), field.y(each.days_to_target)
    return (
        f"<path d='M{left} {field.bottom}V{y}H{right}V{field.bottom}Z' stroke='#000' "
        f"fill='{_FILLS[each.within_window]}'/>"
    )


def _window(found: Exploration, field: _Field) -> Iterator[str]:
    """The fewest and the most days of the window, over the bars and readable on black."""
    for days in sorted(set(found.window_days)):
        line = f"M{_LEFT} {field.y(days)}H{_RIGHT}"
        yield path(line, "#fff", "stroke-width='3'")
        yield path(line, "#000", "stroke-width='1.5' stroke-dasharray='6 3'")
    words = f"window of {found.window}"
    yield text(_RIGHT, field.top - 10, f"dashed: {words}", "text-anchor='end'")


def _legend(rows: Sequence[Explored], field: _Field) -> Iterator[str]:
    verdicts = {each.within_window for each in rows if each.refused is None}
    x = _LEFT
    for verdict, words in _WORDS.items():
        if verdict in verdicts:
            yield (
                f"<rect x='{x}' y='{field.bottom + 50}' width='14' height='14' stroke='#000' "
                f"fill='{_FILLS[verdict]}'/>"
            )
            yield text(x + 20, field.bottom + 62, words)
            x += 200
