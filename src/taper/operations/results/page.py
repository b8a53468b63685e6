"""Results as one page that prints and asks nobody: pictures beside their numbers, and tables."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from taper.operations.results.gathering import Results
from taper.operations.results.pictures import Picture, drawn
from taper.paper.pages.environment import environment
from taper.paper.press import typeface
from taper.results import in_short
from taper.results.report import Table

TITLE = "What came of the steroid"
_MARK = "UNBLINDED: this holds the arm of each participant"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
BEFORE_PICTURES = frozenset({in_short.NAME})
BESIDE_PICTURES = frozenset({"mean_dose", "stretches", "time_to_target"})
"""Tables that stand beside the picture of their numbers."""


@dataclass(frozen=True)
class _Drawn:
    title: str
    svg: Markup
    table: Table


def page(found: Results, tables: Sequence[Table], notes: Sequence[str]) -> str:
    """The whole page; raises `EnvironmentLacking` where there is nothing to draw with."""
    made = environment("en_US")
    template = made.overlay()
    template.filters = {**made.filters, "is_number": _is_number}
    return template.get_template("results/report.html").render(
        title=TITLE,
        mark=_MARK if found.is_unblinded else "",
        today=found.asked.today.isoformat(),
        count=len(found.everybody),
        notes=list(notes),
        refused=[str(each) for each in found.refused],
        pictures=[_drawn(each) for each in drawn(found)],
        first=[each for each in tables if each.name in BEFORE_PICTURES],
        tables=[each for each in tables if each.name not in BESIDE_PICTURES | BEFORE_PICTURES],
        face=base64.b64encode(typeface.face_file("Regular").read_bytes()).decode(),
    )


def _drawn(picture: Picture) -> _Drawn:
    """Our own drawing of our own numbers: what was typed in it, vl-convert has escaped."""
    return _Drawn(picture.title, Markup(picture.svg), picture.table)


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None
