"""A step as FHIR dosages: one where each day is alike, else one a turn of its cycle and a time.

The dosages of a step have the same number of the `sequence`, which says that they hold together.
Text and dates say the same: many readers show the one, and count by the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.tablets import Tablets
from taper.exports.fhir.elements import Element, quantity
from taper.planning.plan import Day, Step
from taper.wording.layout import NBSP
from taper.wording.tablets import in_tablets

_WHEN = {
    "morning": ("MORN", "in the morning"),
    "midday": ("NOON", "at midday"),
    "afternoon": ("AFT", "in the afternoon"),
    "evening": ("EVE", "in the evening"),
    "bedtime": ("HS", "at bedtime"),
}
"""Each time of the day as the code of FHIR's event timing, and in words."""
_ORAL: Element = {
    "coding": [{"system": "http://snomed.info/sct", "code": "26643006", "display": "Oral route"}],
    "text": "oral",
}
_ORDERED: Element = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/dose-rate-type",
            "code": "ordered",
            "display": "Ordered",
        }
    ]
}


@dataclass(frozen=True, slots=True)
class Turn:
    """The days of a step on which the same is taken."""

    step: Step
    dates: tuple[date, ...]
    taken: Day

    @property
    def repeat(self) -> Element:
        """From its own first day to its own last one, every so many days."""
        length = len(self.step.daily_mg) if len(self.dates) > 1 else 1
        first, last = self.dates[0].isoformat(), self.dates[-1].isoformat()
        return {
            "boundsPeriod": {"start": first, "end": last},
            "frequency": 1,
            "period": length,
            "periodUnit": "d",
        }

    @property
    def on_which_days(self) -> str:
        """Its dates: of a cycle each of them, for no reader must work them out."""
        if self.step.is_cycle:
            return f"on {', '.join(each.isoformat() for each in self.dates)}"
        first, last, days = self.dates[0], self.dates[-1], len(self.dates)
        return f"from {first} to {last}, {days} days" if days > 1 else f"on {first}"


def turns_of(step: Step) -> Iterator[Turn]:
    """The turns of a step that some day of it has."""
    days, length = list(step.made_days()), len(step.daily_mg)
    for first in range(min(length, len(days))):
        dates = tuple(day.date for day in days[first::length])
        yield Turn(step, dates, days[first])


def dosages_of(step: Step, sequence: int | None) -> Iterator[Element]:
    """The dosages of a step, each with that number; none where the step has its own request."""
    for turn in turns_of(step):
        yield from ({"sequence": sequence, **each} for each in _of_turn(turn))


def _of_turn(turn: Turn) -> Iterator[Element]:
    drug, days = turn.step.drug, turn.on_which_days
    if not turn.taken.dose_mg:
        yield {"text": f"no {drug} {days}", "timing": {"repeat": turn.repeat}}
        return
    parts = parts_of(turn.taken.tablets)
    for part in parts:
        code, words = _WHEN[part.time]
        said = f"{_dose(drug, part.dose_mg)} {words} ({_words(part.tablets)}) {days}"
        if part.dose_mg:
            yield _taken(said, {**turn.repeat, "when": [code]}, part.dose_mg)
    if not parts:
        daily = "" if turn.step.is_cycle else " a day"
        mg, tablets = turn.taken.dose_mg, turn.taken.tablets
        yield _taken(f"{_dose(drug, mg)}{daily} ({_words(tablets)}) {days}", turn.repeat, mg)


def _taken(text: str, repeat: Element, mg: Fraction) -> Element:
    return {
        "text": text,
        "timing": {"repeat": repeat},
        "route": _ORAL,
        "doseAndRate": [{"type": _ORDERED, "doseQuantity": quantity(mg, "mg", "mg")}],
    }


def _dose(drug: str, mg: Fraction) -> str:
    return f"{drug} {dose.whole_text(mg)} mg"


def _words(tablets: Tablets) -> str:
    return in_tablets(tablets).replace(NBSP, " ")
