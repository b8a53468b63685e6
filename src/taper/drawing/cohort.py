"""Pictures of a cohort as Vega-Lite specifications: plain data, drawn elsewhere. Pure.

Everything is told apart by lightness, dashes and shapes, so that a grey printer loses nothing.
Places on paper are floats; the tables beside the pictures have the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from taper.results.cohort import days_of_all
from taper.results.series import Name, runs
from taper.results.sparing import Sparing
from taper.results.time_to_target import Curve
from taper.results.times import Time

Spec = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""Says which language it is; nothing is fetched from there."""
WIDTH, HEIGHT, ROW = 620, 300, 20
_BANDS = (
    ("up to 5 mg", Fraction(5), "#ffffff"),
    ("over 5 to 7.5 mg", Fraction(15, 2), "#c8c8c8"),
    ("over 7.5 to 15 mg", Fraction(15), "#7d7d7d"),
    ("over 15 mg", None, "#1a1a1a"),
)
_DASHES = {Name.PLANNED: [2, 3], Name.PRESCRIBED: [8, 4], Name.TAKEN: [1, 0]}
_DAYS = "days from infusion 1"
_LONG = {"symbolSize": 1200, "symbolStrokeWidth": 2}
"""Lines in a legend, long enough to tell dashes apart."""


def _spec(title: str, about: Sequence[str], font: str, **more: Any) -> Spec:
    return {
        "$schema": _SCHEMA,
        "title": {"text": title, "subtitle": list(about), "anchor": "start"},
        "width": WIDTH,
        "config": {
            "font": font,
            "background": "white",
            "view": {"stroke": None},
            "axis": {"labelFontSize": 12, "titleFontSize": 12, "gridColor": "#dddddd"},
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "orient": "bottom"},
            "title": {"fontSize": 16, "subtitleFontSize": 12},
        },
        **more,
    }


def _number(value: Fraction) -> float:
    return round(float(value), 4)


def _quantitative(field: str, title: str, **more: Any) -> Spec:
    return {"field": field, "type": "quantitative", "title": title, **more}


# One line a participant -------------------------------------------------------------------------


def swimmer(everybody: Sequence[Sparing], main: Name, about: Sequence[str], font: str) -> Spec:
    """A bar a participant: how dark, how high the dose; flares and the first day at the target."""
    bars = [bar for each in everybody for bar in _bars(each, main)]
    marks = [mark for each in everybody for mark in _marks(each, main)]
    order = [each.participant for each in everybody]
    y = {"field": "participant", "type": "nominal", "title": None, "sort": order}
    names, shades = [name for name, *_ in _BANDS], [shade for *_, shade in _BANDS]
    shade = {
        "field": "band",
        "type": "nominal",
        "title": f"mg prednisone a day, {main}",
        "sort": names,
        "scale": {"domain": names, "range": shades},
    }
    shapes = {"domain": ["flare", "first day at the target"], "range": ["triangle-up", "diamond"]}
    shape = {"field": "what", "type": "nominal", "title": None, "scale": shapes}
    return _spec(
        "Doses of each participant",
        about,
        font,
        height={"step": ROW + 8},
        layer=[
            {
                "data": {"values": bars},
                "mark": {"type": "bar", "height": 14, "stroke": "#000", "strokeWidth": 0.5},
                "encoding": {
                    "y": y,
                    "x": _quantitative("from", _DAYS),
                    "x2": {"field": "until"},
                    "fill": shade,
                },
            },
            {
                "data": {"values": marks},
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 90,
                    "fill": "#fff",
                    "stroke": "#000",
                    "strokeWidth": 1.5,
                    "opacity": 1,
                },
                "encoding": {"y": y, "x": _quantitative("day", _DAYS), "shape": shape},
            },
        ],
    )


def _bars(each: Sparing, main: Name) -> Iterable[Spec]:
    """Stretches of days in one band of doses; a gap is a gap."""
    days = [None if mg is None else Fraction(_band(mg)) for mg in each.of(main).days]
    for first, last, band in runs(days):
        name = _BANDS[int(band)][0]
        yield {"participant": each.participant, "from": first, "until": last + 1, "band": name}


def _band(mg: Fraction) -> int:
    return next(i for i, (_, top, _) in enumerate(_BANDS) if top is None or mg <= top)


def _marks(each: Sparing, main: Name) -> Iterable[Spec]:
    last = len(each.of(main).days)
    for day in each.given.flares:
        number = (day - each.given.first).days
        if 0 <= number < last:
            yield {"participant": each.participant, "day": number, "what": "flare"}
    reached = each.of(main).target.days
    if reached is not None:
        what = "first day at the target"
        yield {"participant": each.participant, "day": reached, "what": what}


# All together -----------------------------------------------------------------------------------


def mean_dose(everybody: Sequence[Sparing], about: Sequence[str], font: str) -> Spec:
    """The mean dose of each series over time, and a band of one standard error to each side."""
    values = [
        {
            "series": str(name),
            "day": at.day,
            "mean": _number(at.mean_mg),
            "low": _number(at.low_mg),
            "high": _number(at.high_mg),
        }
        for name in Name
        for at in days_of_all(everybody, name)
    ]
    names = [str(name) for name in Name]
    dash = {
        "field": "series",
        "type": "nominal",
        "title": None,
        "sort": names,
        "scale": {"domain": names, "range": [_DASHES[name] for name in Name]},
        "legend": _LONG,
    }
    x, title = _quantitative("day", _DAYS), "mean dose, mg prednisone a day"
    detail = {"field": "series", "type": "nominal"}
    return _spec(
        "Mean dose over time",
        [*about, "Band: one standard error to each side"],
        font,
        height=HEIGHT,
        data={"values": values},
        layer=[
            {
                "mark": {"type": "area", "color": "#b0b0b0", "opacity": 0.45},
                "encoding": {
                    "x": x,
                    "y": _quantitative("low", title),
                    "y2": {"field": "high"},
                    "detail": detail,
                },
            },
            {
                "mark": {"type": "line", "color": "#000", "strokeWidth": 1.8},
                "encoding": {"x": x, "y": _quantitative("mean", title), "strokeDash": dash},
            },
        ],
    )


def waterfall(
    everybody: Sequence[Sparing], main: Name, time: Time, about: Sequence[str], font: str
) -> Spec:
    """The change of each participant at one time, the largest rise first."""
    found = [
        (each, at.change_percent)
        for each in everybody
        for at in each.of(main).at
        if at.time == time
    ]
    known = [(each, change) for each, change in found if change is not None]
    known.sort(key=lambda pair: (-pair[1], pair[0].participant))
    kinds = {True: "flagged", False: "not flagged"}
    values = [
        {
            "participant": each.participant,
            "change": _number(change),
            "who": kinds[each.given.is_flagged],
            "label": f"{round(float(change))}".replace("-", "\u2212"),
        }
        for each, change in known
    ]
    order = [each.participant for each, _ in known]
    missing = len(found) - len(known)
    said = [f"{missing} of {len(found)} undefined then"] if missing else []
    shades = {"domain": list(kinds.values()), "range": ["#1a1a1a", "#c8c8c8"]}
    x = {"field": "participant", "type": "nominal", "title": None, "sort": order}
    return _spec(
        f"Change of the dose at {time.label}",
        [*about, *said],
        font,
        height=HEIGHT,
        data={"values": values},
        encoding={"x": x, "y": _quantitative("change", f"change from entry, % ({main})")},
        layer=[
            {
                "mark": {"type": "bar", "stroke": "#000", "strokeWidth": 0.5},
                "encoding": {
                    "fill": {"field": "who", "type": "nominal", "title": None, "scale": shades}
                },
            },
            {
                "transform": [{"filter": "datum.change < 0"}],
                "mark": {"type": "text", "dy": 9, "fontSize": 11},
                "encoding": {"text": {"field": "label"}},
            },
            {
                "transform": [{"filter": "datum.change >= 0"}],
                "mark": {"type": "text", "dy": -7, "fontSize": 11},
                "encoding": {"text": {"field": "label"}},
            },
        ],
    )


def time_to_target(curves: Sequence[Curve], main: Name, about: Sequence[str], font: str) -> Spec:
    """The share at the target over time, of all and of others, with 95 % limits of the first."""
    shown = [curve for curve in curves if curve.series is main and curve.n]
    values = [point for curve in shown for point in _points(curve)]
    names = [curve.who for curve in shown]
    dashes = [[1, 0], [8, 4], [2, 3], [10, 3, 2, 3], [4, 2], [1, 2]]
    dash = {
        "field": "who",
        "type": "nominal",
        "title": None,
        "sort": names,
        "scale": {"domain": names, "range": [dashes[i % len(dashes)] for i in range(len(names))]},
        "legend": _LONG,
    }
    title = f"share at the target ({main})"
    x = _quantitative("day", _DAYS)
    whole = {"domain": [0, 1]}
    limits = [point for point in values if names[:1] == [point["who"]] and "low" in point]
    ticks = [
        {"day": day, "share": 1 - _share_at(curve, day)}
        for curve in shown
        for day in curve.censored
    ]
    return _spec(
        "Time to the target",
        [*about, "Kaplan-Meier; a tick is the last known day of somebody who has not reached it"],
        font,
        height=HEIGHT,
        layer=[
            {
                "data": {"values": limits},
                "mark": {
                    "type": "area",
                    "color": "#b0b0b0",
                    "opacity": 0.45,
                    "interpolate": "step-after",
                },
                "encoding": {
                    "x": x,
                    "y": _quantitative("low", title, scale=whole),
                    "y2": {"field": "high"},
                },
            },
            {
                "data": {"values": values},
                "mark": {
                    "type": "line",
                    "color": "#000",
                    "strokeWidth": 1.8,
                    "interpolate": "step-after",
                },
                "encoding": {
                    "x": x,
                    "y": _quantitative("share", title, scale=whole),
                    "strokeDash": dash,
                },
            },
            {
                "data": {"values": ticks},
                "mark": {"type": "tick", "orient": "vertical", "size": 10, "color": "#000"},
                "encoding": {"x": x, "y": _quantitative("share", title, scale=whole)},
            },
        ],
    )


def _points(curve: Curve) -> Iterable[Spec]:
    """Where the line goes: from nobody on day 0 to the last known day."""
    yield {"who": curve.who, "day": 0, "share": 0.0}
    last = max((*curve.censored, *(m.day for m in curve.moments)), default=0)
    point: Spec = {"who": curve.who, "share": 0.0}
    for m in curve.moments:
        point = {"who": curve.who, "share": _number(1 - m.share_over)}
        if m.low is not None and m.high is not None:
            point |= {"low": _number(1 - m.high), "high": _number(1 - m.low)}
        yield {**point, "day": m.day}
    yield {**point, "day": last}


def _share_at(curve: Curve, day: int) -> float:
    """The share that is not at the target on a day."""
    past = [m.share_over for m in curve.moments if m.day <= day]
    return _number(past[-1]) if past else 1.0
