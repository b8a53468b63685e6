"""What the oracle answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple


class Day(NamedTuple):
    date: dt.date
    drug: str
    dose: Fraction
    kind: str


class Strength(NamedTuple):
    """Tablets of so many mg; or a solution with so many mg in each mL, counted in mL."""

    mg: Fraction
    in_ml: bool


class After(NamedTuple):
    drug: str
    dose: str
    instruction: str


@dataclass(frozen=True)
class OraclePlan:
    anchor: dt.date
    taper_start: dt.date
    provisional: bool
    state: str
    target_reached: dt.date | None = None
    after: After | None = None
    days: list[Day] = field(default_factory=list)
    tablets: dict[dt.date, dict[Strength, Fraction]] = field(default_factory=dict)
    times: dict[dt.date, tuple[tuple[str, Fraction], ...]] = field(default_factory=dict)
    quantities: dict[tuple[str, Strength], Fraction] = field(default_factory=dict)
