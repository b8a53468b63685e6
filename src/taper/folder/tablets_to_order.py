"""The tablets to order for a site, from the ledger's entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from taper.record.kept import KeptStep
from taper.record.ledger import Entry

TABLET_COLUMNS = (
    "site",
    "drug",
    "strength_mg",
    "tablets",
    "of_these_provisional",
    "participants",
    "from",
)


@dataclass(frozen=True, slots=True)
class TabletsToOrder:
    """How many tablets of a strength a site needs from a day on, and for how many participants."""

    site: str
    drug: str
    strength_mg: str
    tablets: int
    provisional: int
    participants: int
    start: date

    @property
    def cells(self) -> tuple[str | int, ...]:
        """In the order of `TABLET_COLUMNS`."""
        return (
            self.site,
            self.drug,
            self.strength_mg,
            self.tablets,
            self.provisional,
            self.participants,
            self.start.isoformat(),
        )


def to_order(entries: Iterable[Entry], start: date) -> list[TabletsToOrder]:
    """The tablets of all entries, by site and drug, the larger strengths first.

    For every printed day from `start` on: days that are over are not ordered again.
    """
    tablets: Counter[tuple[str, str, str]] = Counter()
    provisional: Counter[tuple[str, str, str]] = Counter()
    participants: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        for (drug, strength_mg), count in _still_needed(entry, start).items():
            key = (entry.kept.site or "", drug, strength_mg)
            tablets[key] += count
            provisional[key] += count * entry.provisional
            participants[key] += 1
    keys = sorted(tablets, key=lambda key: (key[0], key[1], -Fraction(key[2])))
    return [
        TabletsToOrder(*key, tablets[key], provisional[key], participants[key], start)
        for key in keys
    ]


def _still_needed(entry: Entry, start: date) -> dict[tuple[str, str], int]:
    """Whole tablets of each drug and strength for the printed days from `start` on."""
    steps = entry.kept.steps
    if not steps or start <= steps[0].first_day:
        return {(each.drug, each.strength_mg): each.tablets for each in entry.kept.quantities}
    sums: dict[tuple[str, str], Fraction] = {}
    for step in steps:
        for (strength_mg, count), days in _days_of_each(step, start):
            key = (step.drug, strength_mg)
            sums[key] = sums.get(key, Fraction(0)) + Fraction(count) * days
    return {key: ceil(count) for key, count in sums.items()}


def _days_of_each(step: KeptStep, start: date) -> Iterator[tuple[Sequence[str], int]]:
    """Each tablet of a step's cycle, and on how many of its days from `start` on it is taken."""
    over = max(0, (start - step.first_day).days)
    for place, tablets in enumerate(step.tablets):
        days = len(range(place, step.days, len(step.tablets)))
        days -= len(range(place, min(over, step.days), len(step.tablets)))
        yield from ((tablet, days) for tablet in tablets if days)
