"""Regimens side by side: how long, how much in all, how many steps, how large a fall; drawn too.

Ideal doses, before any tablet: mg prednisone-equivalent a day, exact. The first reduced dose is
taken on day 1, as on the first taper day of a plan; a regimen is at the target on the first day
from which every dose is at or under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from taper.doses import dose
from taper.doses.equivalence import EquivalenceTable
from taper.errors import Refusal
from taper.planning.domain import Domain
from taper.planning.ideal import IdealLevel, ideal_levels
from taper.trial.protocol import Window
from taper.trial.regimens import Regimen
from taper.trial.timed import FOUR_YEARS

Cycle = tuple[Fraction, ...]


@dataclass(frozen=True)
class Question:
    """What every regimen is asked: from which dose to which, and within which window."""

    start_mg: Fraction
    target_mg: Fraction
    window: Window
    weight_kg: Fraction | None = None
    start: date | None = None
    table: EquivalenceTable | None = None
    """By which the rows of another drug are compared with the start dose and the target."""

    @cached_property
    def window_days(self) -> tuple[int, int]:
        """The fewest and the most days of the window; both the same where the start is known."""
        starts = FOUR_YEARS if self.start is None else (self.start,)
        lengths = {(self.window.end(day) - day).days for day in starts}
        return min(lengths), max(lengths)

    def domain(self, regimen: Regimen) -> Domain:
        """The same as a regimen wants to know it."""
        units = self.table.units(regimen.drugs) if self.table else ()
        days = self.window_days[0]
        return Domain(self.target_mg, self.start_mg, days, self.weight_kg, units=units)


@dataclass(frozen=True)
class Figures:
    """A regimen from the start dose to the target.

    `days` are those from the first reduced dose to the day before the target is reached, and
    `mg` what is taken on them; `spare_days` are left in the window then, at least and at most,
    below 0 where it is overrun.
    """

    cycles: tuple[tuple[Cycle, int], ...]
    days: int
    mg: Fraction
    steps: int
    largest_drop_mg: Fraction
    spare_days: tuple[int, int]

    @property
    def fits(self) -> bool | None:
        """Whether the target is reached within the window; None where it depends on the months."""
        least, most = self.spare_days
        return True if least >= 0 else None if most >= 0 else False

    def reached(self, start: date) -> date:
        """The first day at the target, where the first reduced dose is taken on `start`."""
        return start + timedelta(days=self.days)

    def daily_mg(self) -> Iterator[Fraction]:
        """The dose of each day before the target is reached."""
        every_day = (cycle[i % len(cycle)] for cycle, days in self.cycles for i in range(days))
        return (mg for _, mg in zip(range(self.days), every_day, strict=False))


@dataclass(frozen=True)
class Answer:
    """What came of one regimen: its figures, or why it cannot be used from that dose."""

    name: str
    figures: Figures | None = None
    refused: str | None = None

    def as_dict(self, start: date | None) -> dict[str, Any]:
        """The same for another program; doses as text, dates ISO."""
        figures = self.figures
        if figures is None:
            return {"regimen": self.name, "refused": self.refused}
        return {
            "regimen": self.name,
            "days": figures.days,
            "mg": dose.text(figures.mg),
            "steps": figures.steps,
            "largest_drop_mg": dose.text(figures.largest_drop_mg),
            "fits": figures.fits,
            "spare_days": list(figures.spare_days),
            "target_reached": figures.reached(start).isoformat() if start else None,
        }


def answer(name: str, regimen: Regimen, question: Question) -> Answer:
    """The figures of a regimen, or its refusal in one sentence."""
    domain = question.domain(regimen)
    allowed = regimen.never_reaches(question.target_mg, dict(domain.units))
    if allowed:
        read = f"one that never reaches {dose.text(question.target_mg)} mg"
        return Answer(name, refused=str(Refusal.of(name, "the regimen", read, allowed)))
    try:
        levels = ideal_levels(regimen, question.start_mg, domain)
    except Refusal as refusal:
        return Answer(name, refused=str(_in_the_words_of_the_question(refusal, name)))
    return Answer(name, _figures(levels, question))


_ASKED = {
    "weight_kg": "the weight",
    "steroid.dose_mg": "the start dose",
    "taper.regimen": "the regimen",
    "taper.regimen.every_days": "every_days",
}


def _in_the_words_of_the_question(refusal: Refusal, name: str) -> Refusal:
    """A participant's field is here a part of the question."""
    return Refusal(
        *(
            replace(problem, who=name, field=_ASKED.get(problem.field, problem.field))
            for problem in refusal.problems
        )
    )


def _figures(levels: tuple[IdealLevel, ...], question: Question) -> Figures:
    cycles = tuple((level.cycle, level.days or 0) for level in levels)
    doses = [cycle[i % len(cycle)] for cycle, days in cycles for i in range(days)]
    days = max((i for i, mg in enumerate(doses, 1) if mg > question.target_mg), default=0)
    doses_in_turn = [(question.start_mg,), *(level.cycle for level in levels)]
    heights = [question.start_mg, *(level.height_mg for level in levels)]
    least, most = question.window_days
    return Figures(
        cycles=cycles,
        days=days,
        mg=sum(doses[:days], Fraction(0)),
        steps=sum(above != below for above, below in pairwise(doses_in_turn)),
        largest_drop_mg=max(above - below for above, below in pairwise(heights)),
        spare_days=(least - days, most - days),
    )
