"""The time to the target as a Vega-Lite picture: a step a moment, with its limits. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from taper.drawing.vega import DAYS, HEIGHT, LONG, Spec, number, quantitative, spec
from taper.results.series import Name
from taper.results.time_to_target import Curve


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
        "legend": LONG,
    }
    title = f"share at the target ({main})"
    x = quantitative("day", DAYS)
    whole = {"domain": [0, 1]}
    limits = [point for point in values if names[:1] == [point["who"]] and "low" in point]
    ticks = [
        {"day": day, "share": 1 - _share_at(curve, day)}
        for curve in shown
        for day in curve.censored
    ]
    return spec(
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
                    "y": quantitative("low", title, scale=whole),
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
                    "y": quantitative("share", title, scale=whole),
                    "strokeDash": dash,
                },
            },
            {
                "data": {"values": ticks},
                "mark": {"type": "tick", "orient": "vertical", "size": 10, "color": "#000"},
                "encoding": {"x": x, "y": quantitative("share", title, scale=whole)},
            },
        ],
    )


def _points(curve: Curve) -> Iterable[Spec]:
    """Where the line goes: from nobody on day 0 to the last known day."""
    yield {"who": curve.who, "day": 0, "share": 0.0}
    last = max((*curve.censored, *(m.day for m in curve.moments)), default=0)
    point: Spec = {"who": curve.who, "share": 0.0}
    for m in curve.moments:
        point = {"who": curve.who, "share": number(1 - m.share_over)}
        if m.low is not None and m.high is not None:
            point |= {"low": number(1 - m.high), "high": number(1 - m.low)}
        yield {**point, "day": m.day}
    yield {**point, "day": last}


def _share_at(curve: Curve, day: int) -> float:
    """The share that is not at the target on a day."""
    past = [m.share_over for m in curve.moments if m.day <= day]
    return number(past[-1]) if past else 1.0
