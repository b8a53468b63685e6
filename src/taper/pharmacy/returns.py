"""What is expected back when a plan has changed: it counts from what its forerunner handed out.

The forerunner's tablets were handed out at each opening up to the day of counting; what the plan
in force takes of them until they would have ended is not expected back, the rest is (§7.5.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.solutions import strength_from
from taper.pharmacy.dispensing import needed_of, openings, packs_for, used_of
from taper.pharmacy.terms import Tablet, Terms, amount_as_data, strength_as_data
from taper.planning.plan import ONE_DAY, NotTapering, Planned
from taper.record.kept import KeptStep


@dataclass(frozen=True, slots=True)
class Returned:
    """One tablet: handed out by the forerunner, taken since by the plan in force, and the rest.

    `returned` is what should come back, never less than nothing; half tablets are halves.
    """

    tablet: Tablet
    handed_out: int | Fraction
    taken: Fraction
    returned: Fraction


@dataclass(frozen=True, slots=True)
class Returns:
    """What was handed out up to `counted_on`, for the days to `supplied_until`."""

    counted_on: date
    supplied_until: date
    tablets: tuple[Returned, ...]


_Counts = dict[Tablet, list[Fraction]]


def returns(plan: Planned, former: Sequence[KeptStep], terms: Terms, today: date) -> Returns | None:
    """What is expected back of what the former days were given; None where nothing was yet.

    `former` are the days of the plan before, one a step; `terms` are those it was handed out on.
    """
    if not former or former[0].first_day > today:
        return None
    days = {step.first_day: step for step in former}
    first, last = former[0].first_day, former[-1].last_day
    later = [] if isinstance(plan, NotTapering) else openings(plan, terms, first, last)
    starts = [first, *(day for day in later if day <= today)]
    ends = [*(day - ONE_DAY for day in later), last]
    given: dict[Tablet, int | Fraction] = {}
    for start, end in zip(starts, ends, strict=False):
        stop = _with_spare(end, terms, last)
        for tablet, counts in _counts(days[d] for d in _span(start, stop) if d in days).items():
            given[tablet] = given.get(tablet, 0) + _in_packs(tablet, counts, terms)
    until = ends[len(starts) - 1]
    return Returns(today, until, tuple(_returned(plan, given, first, until, terms)))


def _with_spare(end: date, terms: Terms, last: date) -> date:
    return min(date.fromordinal(end.toordinal() + terms.spare_days), last)


def _span(start: date, end: date) -> Iterable[date]:
    return map(date.fromordinal, range(start.toordinal(), end.toordinal() + 1))


def _counts(steps: Iterable[KeptStep]) -> _Counts:
    found: _Counts = {}
    for step in steps:
        for strength, count in step.tablets[0]:
            tablet = Tablet(step.drug, *strength_from(strength))
            found.setdefault(tablet, []).append(Fraction(count))
    return found


def _in_packs(tablet: Tablet, counts: Sequence[Fraction], terms: Terms) -> int | Fraction:
    amount, pack = needed_of(tablet, counts, terms), terms.pack_of(tablet)
    return amount if pack is None else packs_for(amount, pack) * pack.tablets


def _returned(
    plan: Planned, given: Mapping[Tablet, int | Fraction], first: date, until: date, terms: Terms
) -> Iterable[Returned]:
    taken: _Counts = {}
    for day in () if isinstance(plan, NotTapering) else plan.days():
        for each in day.tablets if first <= day.date <= until else ():
            tablet = Tablet(day.step.drug, each.strength_mg, each.in_ml)
            taken.setdefault(tablet, []).append(each.count)
    for tablet in sorted(given, key=lambda t: (t.drug, -t.strength_mg)):
        counts = taken.get(tablet, [])
        used = used_of(tablet, counts, terms)
        left = max(Fraction(0), given[tablet] - used)
        yield Returned(tablet, given[tablet], sum(counts, Fraction(0)), left)


def as_dict(counted: Returns) -> dict[str, Any]:
    """The same as plain data; dates ISO, counts that may hold a half as text."""
    return {
        "counted_on": counted.counted_on.isoformat(),
        "supplied_until": counted.supplied_until.isoformat(),
        "tablets": [
            {
                "drug": each.tablet.drug,
                **strength_as_data(each.tablet),
                "handed_out": amount_as_data(each.tablet, each.handed_out),
                "taken": dose.text(each.taken),
                "returns_expected": dose.text(each.returned),
            }
            for each in counted.tablets
        ],
    }
