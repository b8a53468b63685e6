"""An event as it was entered: what the plan keeps of it, in the words of the file."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper.doses.solutions import Solution
from taper.doses.tablets import Strength


class Entered(NamedTuple):
    """An event as it was entered: `what` is its type, `until` the first day it no longer holds.

    `days` and `dose_mg`, mg of `drug` where one was said, are those of a dose for some days,
    `strengths` those of other tablets and `times` the shares of each time of the day, `protocol`
    the name of an amendment's, `kg` a body weight, and `regimen` the name of the one after a set
    dose. `onset` is the day on which a flare was noticed.
    """

    what: str
    day: date
    until: date | None = None
    days: int | None = None
    dose_mg: Fraction | None = None
    reason: str | None = None
    strengths: tuple[Strength | Solution, ...] = ()
    protocol: str | None = None
    kg: Fraction | None = None
    regimen: str | None = None
    drug: str | None = None
    onset: date | None = None
    times: tuple[tuple[str, int], ...] = ()
