"""The tablets to order for a site, from the ledger's entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from taper.record.ledger import Entry

TABLET_COLUMNS = ("site", "drug", "strength_mg", "tablets", "of_these_provisional", "participants")


@dataclass(frozen=True, slots=True)
class TabletsToOrder:
    """How many tablets of a strength a site needs for every printed day, and for how many."""

    site: str
    drug: str
    strength_mg: str
    tablets: int
    provisional: int
    participants: int

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
        )


def to_order(entries: Iterable[Entry]) -> list[TabletsToOrder]:
    """The tablets of all entries, by site and drug, the larger strengths first."""
    tablets: Counter[tuple[str, str, str]] = Counter()
    provisional: Counter[tuple[str, str, str]] = Counter()
    participants: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        for each in entry.kept.quantities:
            key = (entry.kept.site or "", each.drug, each.strength_mg)
            tablets[key] += each.tablets
            provisional[key] += each.tablets * entry.provisional
            participants[key] += 1
    keys = sorted(tablets, key=lambda key: (key[0], key[1], -Fraction(key[2])))
    return [TabletsToOrder(*key, tablets[key], provisional[key], participants[key]) for key in keys]
