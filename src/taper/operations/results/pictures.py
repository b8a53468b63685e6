"""The pictures of a cohort, drawn by vl-convert in the house font, each with its table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from taper.drawing import cohort as specs
from taper.drawing import curves
from taper.drawing.vega import Spec
from taper.errors import EnvironmentLacking
from taper.operations.results.gathering import Results
from taper.paper.press import typeface
from taper.results import report
from taper.results.report import Table
from taper.results.sparing import Sparing

LACKING = (
    "vl-convert-python is missing, which draws the pictures: install taper with its extra "
    "[results], as by pip install '.[results]' in its folder, or leave out --format html and "
    "--pictures."
)
_FAMILIES = f"{typeface.FAMILY}, sans-serif"
_SHARPNESS = 2


@dataclass(frozen=True)
class Picture:
    """A picture by its name, what it shows in a sentence, and every number of it as a table."""

    name: str
    title: str
    spec: Spec
    table: Table

    @property
    def svg(self) -> str:
        """It as SVG; the same bytes for the same numbers."""
        return _svg_of(json.dumps(self.spec))

    def png(self) -> bytes:
        """It as PNG, sharp enough for print."""
        return bytes(_library().vegalite_to_png(self.spec, scale=_SHARPNESS))


def refuse_without_library() -> None:
    """Raise `EnvironmentLacking` where there is nothing to draw with."""
    _library()


@cache
def _library() -> Any:
    try:
        import vl_convert
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING) from lacking
    vl_convert.register_font_directory(str(typeface.font_dir()))
    return vl_convert


@lru_cache(maxsize=16)
def _svg_of(spec: str) -> str:
    """Drawn once, for a page and for a file beside it."""
    return str(_library().vegalite_to_svg(spec))


def drawn(found: Results) -> Iterator[Picture]:
    """Every picture for which there are numbers."""
    everybody, main = found.everybody, found.main
    if not everybody:
        return
    about = _about(found)
    yield Picture(
        "swimmer",
        "The dose of each participant over time",
        specs.swimmer(everybody, main, about, _FAMILIES),
        report.stretches(everybody, main),
    )
    yield Picture(
        "mean-dose",
        "The mean dose over time",
        specs.mean_dose(everybody, _about(found, "all three"), _FAMILIES),
        report.weeks(everybody),
    )
    for time in found.asked.question.times:
        yield Picture(
            f"waterfall-{time.label}",
            f"The change of each participant's dose at {time.label}",
            specs.waterfall(everybody, main, time, about, _FAMILIES),
            _at(everybody, time.label, str(main)),
        )
    yield Picture(
        "time-to-target",
        "The share at the target over time",
        curves.time_to_target(found.cohort.curves, main, about, _FAMILIES),
        report.moments(each for each in found.cohort.curves if each.series is main),
    )


def _about(found: Results, series: str | None = None) -> list[str]:
    marked = ["UNBLINDED: holds the arm of each participant"] if found.is_unblinded else []
    estimand = found.asked.question.estimand
    said = f"Series: {series or found.main}; estimand: {estimand}; as of {found.asked.today}"
    return [*marked, said]


def _at(everybody: Sequence[Sparing], label: str, series: str) -> Table:
    """The rows of one time and series."""
    whole = report.by_participant(everybody)
    at = whole.columns.index("at"), whole.columns.index("series")
    rows = tuple(row for row in whole.rows if (row[at[0]], row[at[1]]) == (label, series))
    wanted = (
        "participant",
        "flagged",
        "entry_mg",
        "dose_mg",
        "change_mg",
        "change_percent",
        "why_undefined",
    )
    places = [whole.columns.index(name) for name in wanted]
    kept = tuple(tuple(row[i] for i in places) for row in rows)
    return Table(f"change_{label}", f"Change at {label}, {series}", wanted, kept)
