"""What was written of each step, before it is laid on days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

Counted = Literal["mg", "days", "tablets"]
THOUSANDS = re.compile(r"\.[0-9]{3}$", re.ASCII)
"""How a number ends that may have a point between its thousands: 1.000 mg are 1 mg, or 1000."""
THOUSANDS_ALLOWED = "at most two decimals, as a point also parts thousands"


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """A step as it was written at a `place`, such as `line 2`; its dose in mg a day.

    `first` and `last` are days counted from 1, as in `days 1-7`. `made_mg` is what the tablets that
    are named beside the dose come to. What was not written is None.
    """

    place: str
    drug: str
    dose_mg: Fraction
    days: int | None = None
    start: date | None = None
    end: date | None = None
    first: int | None = None
    last: int | None = None
    made_mg: Fraction | None = None

    @property
    def is_placed(self) -> bool:
        """Whether it says itself on which days it is, by dates or a label."""
        return any(each is not None for each in (self.start, self.end, self.first))


@dataclass(frozen=True, slots=True)
class WrittenTotal:
    """A sum that was written: so many mg, days, or tablets of a strength."""

    place: str
    of: Counted
    value: Fraction
    strength_mg: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """All that was read: steps in order, sums, and `stops` where nothing is taken after them."""

    steps: Sequence[WrittenStep]
    totals: Sequence[WrittenTotal] = ()
    stops: bool = False
