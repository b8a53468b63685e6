"""The tablets to order for a site, from the ledger's entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.record.ledger import Entry
from taper.record.on_a_day import tablets_from

TABLET_COLUMNS = (
    "site",
    "drug",
    "strength_mg",
    "tablets",
    "of_these_provisional",
    "participants",
    "from",
    "of_these_in_doubt",
)


@dataclass(frozen=True, slots=True)
class TabletsToOrder:
    """How many tablets of a strength a site needs for the printed days from one on, and for whom.

    Some are for calendars that are provisional, some `in_doubt`: for participants whose paper no
    longer fits the data, or who are not in the source any more.
    """

    site: str
    drug: str
    strength_mg: str
    tablets: int
    provisional: int
    participants: int
    first: date
    in_doubt: int

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
            self.first.isoformat(),
            self.in_doubt,
        )


def to_order(
    entries: Iterable[Entry], first: date, is_in_doubt: Callable[[Entry], object]
) -> list[TabletsToOrder]:
    """The tablets of all entries from a day on, by site and drug, the larger strengths first."""
    tablets: Counter[tuple[str, str, str]] = Counter()
    provisional: Counter[tuple[str, str, str]] = Counter()
    participants: Counter[tuple[str, str, str]] = Counter()
    in_doubt: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        doubtful = bool(is_in_doubt(entry))
        for each in tablets_from(entry.kept, first):
            key = (entry.kept.site or "", each.drug, each.strength_mg)
            tablets[key] += each.tablets
            provisional[key] += each.tablets * entry.provisional
            participants[key] += 1
            in_doubt[key] += each.tablets * doubtful
    keys = sorted(tablets, key=lambda key: (key[0], key[1], -Fraction(key[2])))
    return [
        TabletsToOrder(
            *key, tablets[key], provisional[key], participants[key], first, in_doubt[key]
        )
        for key in keys
    ]
