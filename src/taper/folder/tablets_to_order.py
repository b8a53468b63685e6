"""The tablets to order for a site, from the ledger's entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.doses import dose
from taper.doses.solutions import named, strength_from
from taper.record.ledger import Entry
from taper.record.on_a_day import tablets_from
from taper.wording.layout import NBSP

_Key = tuple[str, str, str]
"""Site, drug, and strength as a record has it."""

TABLET_COLUMNS = (
    "site",
    "drug",
    "strength_mg",
    "tablets",
    "of_these_provisional",
    "participants",
    "from",
    "of_these_in_doubt",
    "mg_per_ml",
    "ml",
    "protocol_status",
)


@dataclass(frozen=True, slots=True)
class TabletsToOrder:
    """How many tablets of a strength a site needs for the printed days from one on, and for whom.

    Some are for calendars that are provisional, some `in_doubt`: for participants whose paper no
    longer fits the data, or who are not in the source any more. `statuses` are those of the
    protocols behind them: only of an approved one may a patient take tablets. Of a solution they
    are mL, and its strength is `3/mL`.
    """

    site: str
    drug: str
    strength_mg: str
    tablets: Fraction
    provisional: Fraction
    participants: int
    first: date
    in_doubt: Fraction
    statuses: tuple[str, ...] = ()

    @property
    def strength(self) -> str:
        """In words: `20 mg`, or `3 mg per mL`."""
        return named(self.strength_mg)

    @property
    def amounts(self) -> tuple[str, str, str]:
        """How many, how many of these provisional, and in doubt: `49`, or `140 mL`."""
        unit = f"{NBSP}mL" if strength_from(self.strength_mg)[1] else ""
        most, provisional, doubtful = map(dose.text, self._amounts)
        return f"{most}{unit}", f"{provisional}{unit}", f"{doubtful}{unit}"

    @property
    def _amounts(self) -> tuple[Fraction, Fraction, Fraction]:
        return self.tablets, self.provisional, self.in_doubt

    @property
    def cells(self) -> tuple[str | int, ...]:
        """In the order of `TABLET_COLUMNS`; of a solution they are mL, which may have decimals."""
        mg, in_ml = strength_from(self.strength_mg)
        most, provisional, doubtful = map(dose.text, self._amounts)
        return (
            self.site,
            self.drug,
            "" if in_ml else self.strength_mg,
            "" if in_ml else most,
            provisional,
            self.participants,
            self.first.isoformat(),
            doubtful,
            dose.text(mg) if in_ml else "",
            most if in_ml else "",
            "; ".join(self.statuses),
        )


def to_order(
    entries: Iterable[Entry], first: date, is_in_doubt: Callable[[Entry], object]
) -> list[TabletsToOrder]:
    """The tablets of all entries from a day on, by site and drug, the larger strengths first."""
    tablets, provisional, in_doubt = (defaultdict[_Key, Fraction](Fraction) for _ in range(3))
    participants: Counter[_Key] = Counter()
    statuses = defaultdict[_Key, set[str]](set)
    for entry in entries:
        doubtful = bool(is_in_doubt(entry))
        for each in tablets_from(entry.kept, first):
            key = (entry.kept.site or "", each.drug, each.strength_mg)
            amount = Fraction(each.tablets)
            tablets[key] += amount
            provisional[key] += amount * entry.provisional
            participants[key] += 1
            statuses[key].add(entry.status)
            in_doubt[key] += amount * doubtful
    keys = sorted(tablets, key=_larger_first)
    return [
        TabletsToOrder(
            *key,
            tablets[key],
            provisional[key],
            participants[key],
            first,
            in_doubt[key],
            tuple(sorted(statuses[key])),
        )
        for key in keys
    ]


def _larger_first(key: _Key) -> tuple[str, str, bool, Fraction]:
    site, drug, strength = key
    mg, in_ml = strength_from(strength)
    return site, drug, in_ml, -mg
