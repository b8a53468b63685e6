"""Entries of the ledger to the columns of days, of which there are a hundred for each plan."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from taper.doses.texts import TabletTexts
from taper.exports.parquet import columns, rows
from taper.record.kept import KeptStep
from taper.record.ledger import Entry

NONE = -(2**31)
"""What stands for no number while a column is made."""
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is taken on a day."""

    drug: str
    mg: str
    equivalent: str
    tablets: tuple[tuple[str, str], ...]
    times: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] | None


class Days:
    """The days of some participants.

    A step's days are alike: no day is made by itself. Whole stretches of numbers are, and what is
    taken is looked up by one of them.
    """

    def __init__(self) -> None:
        self.participants: list[str] = []
        self.taken: dict[_Taken, int] = {}
        self.who, self.dates, self.days, self.taper_days, self.steps, self.what = (
            array("i") for _ in range(6)
        )

    def of(self, entries: Iterable[Entry]) -> list[Any]:
        """The columns of these participants."""
        import pyarrow as pa

        for entry in entries:
            self._add(entry)
        taken = list(self.taken)
        whose = _looked_up(self.participants, pa.string(), self.who)
        dates = _numbers(self.dates, pa.date32())
        counts = [_numbers(each, pa.int32()) for each in (self.days, self.taper_days, self.steps)]
        of_taken: list[tuple[list[Any], Any]] = [
            ([each.drug for each in taken], pa.string()),
            ([Decimal(each.mg) for each in taken], columns.mg()),
            ([Decimal(each.equivalent) for each in taken], columns.mg()),
            ([rows.tablets(each.tablets) for each in taken], columns.tablets()),
            ([None if t.times is None else rows.times(t.times) for t in taken], columns.times()),
        ]
        return [whose, dates, *counts, *(_looked_up(*each, self.what) for each in of_taken)]

    def _add(self, entry: Entry) -> None:
        kept = entry.kept
        for step in kept.steps:
            first = step.first_day.toordinal()
            self.dates.extend(range(first - _EPOCH, first - _EPOCH + step.days))
            self.who.extend([len(self.participants)] * step.days)
            self.steps.extend([step.number] * step.days)
            self.what.extend(self._cycle(step))
            self.days.extend(
                counted(first, step.days, kept.first_infusion, kept.infusion_day, before=True)
            )
            self.taper_days.extend(counted(first, step.days, kept.taper_start, 1, before=False))
        self.participants.append(entry.participant)

    def _cycle(self, step: KeptStep) -> list[int]:
        """What is taken on each day of a step."""
        cycle = [
            _Taken(step.drug, mg, same_mg, _pairs(tablets), times)
            for mg, same_mg, tablets, times in zip(
                step.daily_mg, step.equivalent_mg, step.tablets, _times(step), strict=True
            )
        ]
        places = [self.taken.setdefault(each, len(self.taken)) for each in cycle]
        return (places * (step.days // len(places) + 1))[: step.days]


def _pairs(tablets: TabletTexts) -> tuple[tuple[str, str], ...]:
    return tuple((one, count) for one, count in tablets)


def _times(step: KeptStep) -> Sequence[Any]:
    """What is taken at each time of each day of the cycle, None where it is not divided."""
    if not step.times:
        return [None] * len(step.tablets)
    return [tuple((t, mg, _pairs(taken)) for t, mg, taken in day) for day in step.times]


def counted(first: int, length: int, since: str | None, number: int, *, before: bool) -> list[int]:
    """The numbers of days of which the one at `since` has `number`.

    Days before it count down from -1, or have no number.
    """
    if since is None:
        return [NONE] * length
    apart = first - date.fromisoformat(since).toordinal()
    earlier = min(max(-apart, 0), length)
    counted = list(range(apart, apart + earlier)) if before else [NONE] * earlier
    return counted + list(range(apart + earlier + number, apart + length + number))


def _numbers(values: array[int], kind: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])
    if NONE not in values:
        return plain
    return pc.if_else(pc.equal(plain, pa.scalar(NONE, kind)), pa.scalar(None, kind), plain)


def _looked_up(values: Sequence[Any], kind: Any, places: array[int]) -> Any:
    import pyarrow as pa

    return pa.array(values, kind).take(_numbers(places, pa.int32()))
