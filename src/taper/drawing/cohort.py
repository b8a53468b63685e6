"""Pictures of a cohort as Vega-Lite specifications: plain data, drawn elsewhere. Pure.

Everything is told apart by lightness, dashes and shapes, so that a grey printer loses nothing.
Places on paper are floats; the tables beside the pictures have the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from taper.drawing.vega import DAYS, HEIGHT, LONG, ROW, Spec, number, quantitative, spec
from taper.results.cohort import days_of_all
from taper.results.series import Name, runs
from taper.results.sparing import Sparing
from taper.results.times import Time

_BANDS = (
    ("up to 5 mg", Fraction(5), "#ffffff"),
    ("over 5 to 7.5 mg", Fraction(15, 2), "#c8c8c8"),
    ("over 7.5 to 15 mg", Fraction(15), "#7d7d7d"),
    ("over 15 mg", None, "#1a1a1a"),
)
_DASHES = {Name.PLANNED: [2, 3], Name.PRESCRIBED: [8, 4], Name.TAKEN: [1, 0]}


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
    return spec(
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
                    "x": quantitative("from", DAYS),
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
                "encoding": {"y": y, "x": quantitative("day", DAYS), "shape": shape},
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
            "mean": number(at.mean_mg),
            "low": number(at.low_mg),
            "high": number(at.high_mg),
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
        "legend": LONG,
    }
    x, title = quantitative("day", DAYS), "mean dose, mg prednisone a day"
    detail = {"field": "series", "type": "nominal"}
    return spec(
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
                    "y": quantitative("low", title),
                    "y2": {"field": "high"},
                    "detail": detail,
                },
            },
            {
                "mark": {"type": "line", "color": "#000", "strokeWidth": 1.8},
                "encoding": {"x": x, "y": quantitative("mean", title), "strokeDash": dash},
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
            "change": number(change),
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
    return spec(
        f"Change of the dose at {time.label}",
        [*about, *said],
        font,
        height=HEIGHT,
        data={"values": values},
        encoding={"x": x, "y": quantitative("change", f"change from entry, % ({main})")},
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
