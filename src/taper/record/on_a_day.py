"""What a recorded plan says of one day: the dose, the next change, the tablets from then on. Pure.

After the last printed day what a plan says goes on; before the first the baseline is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from taper.doses import dose
from taper.doses.quantities import needed_over
from taper.doses.solutions import strength_from
from taper.doses.texts import TabletTexts
from taper.record.kept import Kept, KeptQuantity, KeptStep, TimeTexts

ONE_DAY = timedelta(days=1)


class Taken(NamedTuple):
    """What is taken on a day, mg; `tablets` is None where no page says them."""

    drug: str
    dose_mg: str
    tablets: TabletTexts | None = None
    times: TimeTexts = ()

    def differs_from(self, other: Taken) -> bool:
        """Whether it is another dose, or other tablets of it where both are known."""
        if None in (self.tablets, other.tablets):
            return self[:2] != other[:2]
        return self != other

    @property
    def said(self) -> str:
        """In words: `prednisone 5 mg`."""
        return f"{self.drug} {self.dose_mg} mg"


class NextChange(NamedTuple):
    """The first later day with another dose by the plan, and the doses from then on in turn."""

    date: date
    drug: str
    doses_mg: Sequence[str]

    @property
    def said(self) -> str:
        """In words: `prednisone 10 mg`, or `prednisone 10 and 7.5 mg in turn`."""
        if len(self.doses_mg) == 1:
            return f"{self.drug} {self.doses_mg[0]} mg"
        return f"{self.drug} {dose.join(list(self.doses_mg))} mg in turn"


def taken_on(kept: Kept, day: date) -> Taken | None:
    """What is taken on that day; None where the plan says nothing of it."""
    step = _step_on(kept, day)
    if step is not None:
        turn = (day - step.first_day).days % len(step.daily_mg)
        return Taken(step.drug, step.daily_mg[turn], step.tablets[turn], step.division(turn))
    if not kept.steps:
        return None
    if day < kept.steps[0].first_day:
        return kept.baseline and Taken(kept.baseline.drug, kept.baseline.dose_mg)
    if kept.after is None:
        return None
    doses = kept.after.doses_mg
    apart = (day - kept.steps[-1].last_day).days - 1
    return Taken(kept.after.drug, doses[apart % len(doses)])


def next_change(kept: Kept, day: date) -> NextChange | None:
    """The next step down or up behind that day; None where what is taken then goes on."""
    before: tuple[str, list[str]] | None = None
    for first, drug, doses in _stretches(kept):
        now = drug, sorted(doses)
        if first > day and before not in (None, now):
            return NextChange(first, drug, doses)
        before = now
    return None


def _stretches(kept: Kept) -> Iterator[tuple[date, str, Sequence[str]]]:
    """From which day on which doses are taken in turn, from the baseline to what comes after."""
    if not kept.steps:
        return
    if kept.baseline is not None:
        yield kept.steps[0].first_day - ONE_DAY, kept.baseline.drug, (kept.baseline.dose_mg,)
    for step in kept.steps:
        yield step.first_day, step.drug, step.daily_mg
    if kept.after is not None:
        yield kept.steps[-1].last_day + ONE_DAY, kept.after.drug, kept.after.doses_mg


def _step_on(kept: Kept, day: date) -> KeptStep | None:
    return next((step for step in kept.steps if step.first_day <= day <= step.last_day), None)


def says_the_same(old: Kept, new: Kept) -> bool:
    """Whether a patient takes the same by both, on every day that either prints and after them."""
    if (old.after, bool(old.steps)) != (new.after, bool(new.steps)):
        return False
    if not old.steps:
        return True
    first = min(old.steps[0].first_day, new.steps[0].first_day)
    last = max(old.steps[-1].last_day, new.steps[-1].last_day)
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return not any(_differs(taken_on(old, day), taken_on(new, day)) for day in days)


def _differs(was: Taken | None, now: Taken | None) -> bool:
    return was != now if was is None or now is None else was.differs_from(now)


# Tablets --------------------------------------------------------------------------------------


def tablets_from(kept: Kept, day: date) -> list[KeptQuantity]:
    """Whole tablets of each strength for the printed days from that one on, or mL (§7.2.1)."""
    taken: dict[tuple[str, str], list[tuple[Fraction, int]]] = defaultdict(list)
    for step in kept.steps:
        over = max(0, min(step.days, (day - step.first_day).days))
        for turn, tablets in enumerate(step.tablets):
            days = len(range(turn, step.days, len(step.tablets))) - len(
                range(turn, over, len(step.tablets))
            )
            for strength_mg, count in tablets if days else ():
                taken[step.drug, strength_mg].append((Fraction(count), days))
    return [
        KeptQuantity.of(drug, mg, needed_over(counts, in_ml=in_ml), in_ml=in_ml)
        for (drug, strength), counts in taken.items()
        for mg, in_ml in [strength_from(strength)]
    ]
