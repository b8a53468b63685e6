"""What all Vega-Lite pictures have in common: greys, letters, axes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Spec = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""Says which language it is; nothing is fetched from there."""
WIDTH, HEIGHT, ROW = 620, 300, 20
DAYS = "days from infusion 1"
LONG = {"symbolSize": 1200, "symbolStrokeWidth": 2}
"""Lines in a legend, long enough to tell dashes apart."""


def spec(title: str, about: Sequence[str], font: str, **more: Any) -> Spec:
    """A specification of so wide a picture; `about` stands in small letters under its title."""
    return {
        "$schema": _SCHEMA,
        "title": {"text": title, "subtitle": list(about), "anchor": "start"},
        "width": WIDTH,
        "config": {
            "font": font,
            "background": "white",
            "view": {"stroke": None},
            "axis": {
                "labelFlush": False,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "gridColor": "#dddddd",
            },
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "orient": "bottom"},
            "title": {"fontSize": 16, "subtitleFontSize": 12},
        },
        **more,
    }


def number(value: Fraction) -> float:
    """A number as a place on paper."""
    return round(float(value), 4)


def quantitative(field: str, title: str, **more: Any) -> Spec:
    """A field of numbers on an axis of that title."""
    return {"field": field, "type": "quantitative", "title": title, **more}
