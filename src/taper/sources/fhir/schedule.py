"""What was read of somebody else's taper: its days, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from taper.wording.severity import Severity


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that must be seen before anybody acts by it: what is said twice, and not alike."""

    code: str
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class DatedDose:
    """What is taken of a drug on a day, mg in all.

    `day` counts from 1 on the first day that is listed; `date` is None where none was said.
    """

    date: date | None
    day: int
    drug: str
    dose_mg: Fraction


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days in order, and what was found on the way."""

    days: tuple[DatedDose, ...]
    contradictions: tuple[Contradiction, ...]

    def runs(self) -> Iterator[list[DatedDose]]:
        """Days that follow on each other with one drug and dose, together; a drug after another."""
        ordered = sorted(self.days, key=lambda each: (each.drug, each.date is None, each.day))
        for _, run in groupby(
            enumerate(ordered), key=lambda e: (e[1].drug, e[1].dose_mg, e[1].day - e[0])
        ):
            yield [day for _, day in run]

    @property
    def contradicts(self) -> bool:
        """Whether it says something twice, and not alike, or so that nobody can tell."""
        return any(each.severity is not Severity.INFO for each in self.contradictions)
